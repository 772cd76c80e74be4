"""Edge cases of DOMAIN §11 on the way: storm, sickness, exchange, broken seals, loss."""

import uuid
from collections.abc import Collection
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import database
from backend.courier_day.interventions import storm
from backend.courier_day.interventions.exchange import SameCourier, open_exchange
from backend.courier_day.interventions.storm import ClosureTimesReversed, ForceMajeure, close_zones
from backend.courier_day.models import WorkItem
from backend.courier_day.shift_states import DayState
from backend.courier_day.work_days import find_work_day
from backend.dossiers.forms import FormKind
from backend.dossiers.models import (
    Condition,
    Dossier,
    DossierState,
    Leg,
    LegStatus,
)
from backend.fleet.models import Courier
from backend.planning.models import Visit, VisitStatus
from tests.builders.booking import WORKING_DAY
from tests.builders.places import PROVINCE
from tests.integration.courier_day.conftest import (
    MORNING,
    Morning,
    PhoneOf,
    collected,
    custody_is_whole,
)
from tests.integration.courier_day.edge_cases import (
    about,
    booking_of,
    forms_of,
    now_of,
    open_kinds,
    said,
    told,
)
from tests.phone import Phone


@pytest.mark.parametrize(
    ("harm", "condition"),
    [("SEAL_BROKEN", Condition.INTACT), ("WET", Condition.DAMAGED), ("TORN", Condition.DAMAGED)],
)
def test_seal_broken_wet_or_torn_is_counted_recorded_and_rewrapped(
    morning: Morning, phone: Phone, harm: str, condition: Condition
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier, seal="NP-1"))
    inventory = [{"kind": "Đơn đề nghị", "n": 1, "form": "ORIGINAL"}]
    body = about(dossier, harm=harm, inventory=inventory, new_seal="NP-2")
    assert said(phone, "seal.broken", body) == ("applied", None)
    row = now_of(dossier)
    assert (row.condition, row.seal_no, row.state) == (condition, "NP-2", DossierState.WITH_COURIER)
    (record,) = forms_of(FormKind.IRREGULARITY)
    assert (record.content["old_seal"], record.content["new_seal"]) == ("NP-1", "NP-2")
    assert record.content["inventory"][0]["quantity"] == 1
    assert "seal_broken" in told()
    assert "seal_broken" in open_kinds()
    assert custody_is_whole()


def test_lost_papers_freeze_and_are_found_by_the_next_report(
    morning: Morning, phone: Phone
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    assert said(phone, "dossier.lost", about(dossier)) == ("applied", None)
    row = now_of(dossier)
    assert (row.condition, row.keeper_id) == (Condition.LOST, morning.a.id)
    with database.snapshot() as session:
        (item,) = session.scalars(select(WorkItem).where(WorkItem.kind == "dossier_lost"))
        assert item.detail["within_hours"] == 1
        assert item.detail["freeze_route"] is True
        visits = session.scalars(
            select(Visit).where(Visit.leg_id == row.legs[0].id, Visit.status == VisitStatus.OPEN)
        ).all()
        assert visits == []
    assert "dossier_lost" in told()
    assert len(forms_of(FormKind.IRREGULARITY)) == 1
    done = said(phone, "dossier.handed_over", about(dossier, office=morning.office_id))
    assert done == ("flagged", "found")
    assert now_of(dossier).condition is Condition.SEAL_BROKEN
    assert custody_is_whole()


def test_storm_closes_zones_pauses_couriers_and_moves_promises(
    morning: Morning, phone: Phone
) -> None:
    said(phone, "day.opened", {"service_date": WORKING_DAY.isoformat()})
    said(phone, "route.departed", {"service_date": WORKING_DAY.isoformat()})
    carried, waiting = morning.sends
    said(phone, *collected(carried))
    due_before = now_of(waiting).legs[0].due_on
    ends_at = MORNING + timedelta(days=1, hours=10)
    with database.unit_of_work() as session:
        zone = session.get_one(Dossier, waiting.id).filing_office.zone_code
        assert zone is not None
        stamp = close_zones(
            session, PROVINCE, [zone], starts_at=MORNING, ends_at=ends_at, reason="BAO_SO_9"
        )
        assert (stamp.starts_at, stamp.ends_at) == (MORNING, ends_at)
        with pytest.raises(ClosureTimesReversed):
            close_zones(session, PROVINCE, [], starts_at=ends_at, ends_at=MORNING, reason="X")
    leg = now_of(waiting).legs[0]
    assert (leg.status, leg.service_date.isoformat()) == (LegStatus.OPEN, "2026-11-25")
    assert leg.due_on > due_before
    assert booking_of(waiting).service_date == leg.service_date, "as its citizen was told"
    with database.snapshot() as session:
        day = find_work_day(session, morning.a.id, WORKING_DAY)
        assert day is not None
        assert day.state is DayState.PAUSED
        (item,) = session.scalars(select(WorkItem).where(WorkItem.kind == "secure_items"))
        assert item.detail["item_codes"] == [carried.item_code]
        assert item.detail["post_office"]
        assert session.scalars(select(ForceMajeure)).one().zone_codes == [zone]
    assert now_of(carried).legs[0].status is LegStatus.UNDER_WAY
    assert custody_is_whole()


def test_a_visit_that_its_citizen_moves_while_a_storm_is_declared_stays_where_it_was_moved(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved, real = morning.sends[1], storm.lock_dossiers

    def after_the_citizen(session: Session, dossiers: Collection[uuid.UUID]) -> None:
        with database.unit_of_work() as theirs:
            leg = theirs.get_one(Leg, now_of(moved).legs[0].id)
            leg.service_date, leg.version = date(2026, 12, 1), leg.version + 1
        real(session, dossiers)

    monkeypatch.setattr(storm, "lock_dossiers", after_the_citizen)
    with database.unit_of_work() as session:
        zone = session.get_one(Dossier, moved.id).filing_office.zone_code
        ends_at = MORNING + timedelta(days=1)
        close_zones(
            session, PROVINCE, [zone or ""], starts_at=MORNING, ends_at=ends_at, reason="LU"
        )
    assert now_of(moved).legs[0].service_date == date(2026, 12, 1)


def test_courier_sick_mid_route_hands_everything_to_another_by_order(
    morning: Morning, phone: Phone, phone_of: PhoneOf
) -> None:
    said(phone, "day.opened", {"service_date": WORKING_DAY.isoformat()})
    said(phone, "route.departed", {"service_date": WORKING_DAY.isoformat()})
    carried, waiting = morning.sends
    said(phone, *collected(carried))
    with database.unit_of_work() as session:
        sick = session.get_one(Courier, morning.a.id)
        well = session.get_one(Courier, morning.b.id)
        offer = open_exchange(session, sick, well, reason="SICK")
        assert offer is not None
        assert offer.dossier_ids == [carried.id]
        with pytest.raises(SameCourier):
            open_exchange(session, sick, sick, reason="SICK")
    assert now_of(carried).keeper_id == morning.a.id  # until it is accepted
    assert now_of(waiting).legs[0].status is LegStatus.OPEN
    with database.snapshot() as session:
        day = find_work_day(session, morning.a.id, WORKING_DAY)
        assert day is not None
        assert day.state is DayState.HANDED_TO_ANOTHER
    other = phone_of(morning.b)
    body = {"dossiers": [str(carried.id)], "giver": str(morning.a.id), "seals": ["NP-1"]}
    assert said(other, "custody.accepted", body) == ("applied", None)
    assert now_of(carried).keeper_id == morning.b.id
    (minutes,) = forms_of(FormKind.EXCHANGE_MINUTES)
    assert minutes.content["receiver"]["code"] == morning.b.code
    done = said(other, "dossier.handed_over", about(carried, office=morning.office_id))
    assert done == ("applied", None)
    assert custody_is_whole()


def test_exchange_between_couriers_in_two_steps(
    morning: Morning, phone: Phone, phone_of: PhoneOf
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    ids = {"dossiers": [str(dossier.id)]}
    assert said(phone, "custody.offered", ids | {"receiver": str(morning.b.id)})[0] == "applied"
    assert now_of(dossier).keeper_id == morning.a.id
    other = phone_of(morning.b)
    accept = ids | {"giver": str(morning.a.id), "seals": ["NP-1"]}
    assert said(other, "custody.accepted", accept) == ("applied", None)
    assert now_of(dossier).keeper_id == morning.b.id
    assert str(dossier.id) in other.view().day["held"]
    phone.drain()
    assert str(dossier.id) not in phone.view().day["held"]
    assert said(other, "custody.accepted", accept) == ("flagged", "already_done")
    assert custody_is_whole()


def test_exchange_accepted_before_the_offer_arrives_is_confirmed_by_it(
    morning: Morning, phone: Phone, phone_of: PhoneOf
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    other = phone_of(morning.b)
    accept = {"dossiers": [str(dossier.id)], "giver": str(morning.a.id), "seals": ["NP-8"]}
    assert said(other, "custody.accepted", accept) == ("flagged", "offer_missing")
    assert {"offer_missing", "seal_differs"} <= open_kinds()
    offered = said(phone, "custody.offered", {"dossiers": [str(dossier.id)]})
    assert offered == ("applied", None)
    assert "offer_missing" not in open_kinds()
    assert now_of(dossier).keeper_id == morning.b.id


def test_exchange_accepted_by_a_receiver_whom_the_offer_does_not_name(
    morning: Morning, phone: Phone, phone_of: PhoneOf
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    ids = {"dossiers": [str(dossier.id)]}
    said(phone, "custody.offered", ids | {"receiver": str(morning.a.id)})
    other = phone_of(morning.b)
    outcome_ = said(other, "custody.accepted", ids | {"giver": str(morning.a.id)})
    assert outcome_ == ("flagged", "unexpected_receiver")
    assert now_of(dossier).keeper_id == morning.b.id  # custody follows the scan
    unknown = said(other, "custody.accepted", ids | {"giver": str(uuid.uuid4())})
    assert unknown == ("quarantined", "unknown_courier")


def test_a_seal_that_somebody_elses_papers_carry_is_noticed(
    morning: Morning, phone: Phone, phone_of: PhoneOf
) -> None:
    said(phone, *collected(morning.sends[0], seal="NP-5"))
    other = phone_of(morning.b)
    command = other.act(*collected(morning.sends[1], seal="np-5"))
    other.drain()
    assert other.store.results()[command]["status"] == "flagged"
    assert "seal_reused" in open_kinds()
