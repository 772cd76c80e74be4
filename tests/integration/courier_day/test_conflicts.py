"""Fact wins over plan: what SYNC §7 says about each conflict these commands can meet."""

import uuid

from sqlalchemy import select

from backend import clock, database
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import WorkItem, WorkItemStatus
from backend.dossiers.legs import find_active_leg
from backend.dossiers.models import (
    Condition,
    CustodyEvent,
    CustodyEventType,
    Dossier,
    DossierState,
    KeeperKind,
    LegPurpose,
    LegStatus,
)
from backend.planning.models import Route, Stop, Visit, VisitKind, VisitStatus
from tests.builders.places import an_office
from tests.integration.courier_day.conftest import (
    MORNING,
    Morning,
    PhoneOf,
    collected,
    custody_is_whole,
)
from tests.phone import Phone


def outcome(phone: Phone, command_id: str) -> tuple[str, str | None]:
    """Status and code of a command."""
    entry = phone.store.results()[command_id]
    return entry["status"], entry["code"]


def log_of(dossier: Dossier) -> list[CustodyEvent]:
    with database.unit_of_work() as session:
        rows = select(CustodyEvent).where(CustodyEvent.dossier_id == dossier.id)
        return list(session.scalars(rows.order_by(CustodyEvent.n)))


def open_kinds() -> list[str]:
    with database.unit_of_work() as session:
        kept = select(WorkItem.kind).where(WorkItem.status == WorkItemStatus.OPEN)
        return list(session.scalars(kept.order_by(WorkItem.created_at, WorkItem.id)))


def test_a_stop_given_to_b_but_done_by_a_leaves_bs_day(morning: Morning, phone_of: PhoneOf) -> None:
    phone_a, phone_b = phone_of(morning.a), phone_of(morning.b)
    dossier = morning.sends[0]
    with database.unit_of_work() as session:  # the dispatcher reassigns both stops of the leg
        stops = select(Stop).join(Visit).where(Visit.leg_id == morning.legs[0].id)
        (route_b,) = [
            route for route in session.scalars(select(Stop)) if route.kind.value == "END"
        ][1:]
        for number, stop in enumerate(session.scalars(stops).all()):
            stop.route_id, stop.ordinal = route_b.route_id, 50 + number
    phone_b.drain()
    assert len(phone_b.view().open_visits()) == 2
    command = phone_a.act(*collected(dossier))
    phone_a.drain()
    assert outcome(phone_a, command) == ("flagged", "not_assignee")
    phone_b.drain()
    assert phone_b.view().stops() == []
    assert phone_b.view().day["contacts"] == []
    assert phone_a.view().held() == {str(dossier.id)}
    assert "not_assignee" in open_kinds()
    with database.unit_of_work() as session:
        visits = session.scalars(select(Visit).where(Visit.leg_id == morning.legs[0].id)).all()
        by_kind = {visit.kind: visit for visit in visits}
        assert by_kind[VisitKind.COLLECTION].executed_by_id == morning.a.id
        assert by_kind[VisitKind.HAND_OVER].status is VisitStatus.CANCELLED
    command = phone_a.act(
        "dossier.handed_over", {"dossier": str(dossier.id), "office": morning.office_id}
    )
    phone_a.drain()
    assert outcome(phone_a, command) == ("applied", None)
    assert custody_is_whole()


def test_what_a_notes_about_bs_papers_reaches_b_under_a_new_number(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone_a, phone_b = phone_of(morning.a), phone_of(morning.b)
    dossier = morning.sends[0]
    with database.unit_of_work() as session:  # the dispatcher gives the leg to the other courier
        theirs = select(Route.id).where(Route.courier_id == morning.b.id)
        stops = select(Stop).join(Visit).where(Visit.leg_id == morning.legs[0].id)
        for number, stop in enumerate(session.scalars(stops).all()):
            stop.route_id, stop.ordinal = session.scalars(theirs).one(), 50 + number
    phone_b.drain()
    _, before, day = phone_b.store.day()
    phone_a.act("dossier.checked", {"dossier": str(dossier.id)})
    phone_a.drain()
    phone_b.drain()
    _, after, newer = phone_b.store.day()
    assert after > before
    assert {each["id"]: each["state"] for each in day["dossiers"]}[str(dossier.id)] == "ANNOUNCED"
    assert {each["id"]: each["state"] for each in newer["dossiers"]}[str(dossier.id)] == "CHECKED"


def test_the_second_who_completes_a_stop_is_kept_as_a_witness(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone_a, phone_b = phone_of(morning.a), phone_of(morning.b)
    dossier = morning.sends[0]
    phone_a.act(*collected(dossier, "NP-A"))
    phone_a.drain()
    command = phone_b.act(*collected(dossier, "NP-B"))
    phone_b.drain()
    assert outcome(phone_b, command) == ("flagged", "already_done")
    events = log_of(dossier)
    assert [event.seal for event in events] == [None, "NP-A", "NP-B"]
    assert events[2].from_id == events[2].to_id == morning.a.id
    with database.snapshot() as session:
        (item,) = session.scalars(select(WorkItem).where(WorkItem.kind == "already_done"))
        assert item.detail == {"first_n": 2, "seal": "DIFFERS", "pictures": "UNTOLD"}
    assert custody_is_whole()


def test_papers_of_a_cancelled_visit_go_back_to_their_sender(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    dossier = morning.sends[0]
    with database.unit_of_work() as session:
        leg = find_active_leg(session, session.get_one(Dossier, dossier.id))
        assert leg is not None
        leg.status = LegStatus.CANCELLED
    first = phone.act(*collected(dossier))
    phone.drain()
    assert outcome(phone, first) == ("flagged", "cancelled")
    assert "cancelled" in open_kinds()
    with database.unit_of_work() as session:
        way_back = session.get_one(Dossier, dossier.id).legs[-1]
        assert (way_back.purpose, way_back.status) == (LegPurpose.RETURN, LegStatus.UNDER_WAY)
    second = phone.act("dossier.returned", {"dossier": str(dossier.id)})
    phone.drain()
    assert outcome(phone, second) == ("applied", None)
    with database.unit_of_work() as session:
        row = session.get_one(Dossier, dossier.id)
        assert row.state is DossierState.RETURNED
        assert row.legs[-1].status is LegStatus.DONE
    assert custody_is_whole()


def test_a_hand_over_without_known_pick_up_leaves_a_gap_that_the_late_pick_up_closes(
    morning: Morning, phone_of: PhoneOf
) -> None:
    first, second = phone_of(morning.a), phone_of(morning.a)
    dossier = morning.sends[0]
    collect = first.act(*collected(dossier))  # stays in the outbox of the first phone
    hand_over = second.act(
        "dossier.handed_over", {"dossier": str(dossier.id), "office": morning.office_id}
    )
    second.drain()
    assert outcome(second, hand_over) == ("flagged", "gap")
    assert [event.type for event in log_of(dossier)] == [
        CustodyEventType.ANNOUNCED,
        CustodyEventType.GAP,
        CustodyEventType.HANDED_OVER,
    ]
    assert open_kinds() == ["gap"]
    assert second.directives == [f"tell_of:{dossier.id}"]  # every device of A is asked
    first.drain()
    assert first.directives == []
    assert outcome(first, collect) == ("applied", None)
    witness = log_of(dossier)[-1]
    assert (witness.type, witness.reason, witness.corrects_n) == (
        CustodyEventType.COLLECTED,
        "gap_closed",
        2,
    )
    assert open_kinds() == []
    with database.unit_of_work() as session:
        (item,) = session.scalars(select(WorkItem)).all()
        assert item.status is WorkItemStatus.CLOSED
        assert session.get_one(Dossier, dossier.id).state is DossierState.HANDED_OVER
    again = second.act(*collected(dossier))
    second.drain()
    assert outcome(second, again) == ("flagged", "already_done")
    assert custody_is_whole()


def test_a_hand_over_at_an_office_that_nobody_planned_is_kept_and_flagged(
    morning: Morning, phone_of: PhoneOf
) -> None:
    with database.unit_of_work() as session:
        other = an_office(session)
    phone = phone_of(morning.a)
    dossier = morning.sends[0]
    phone.act(*collected(dossier))
    command = phone.act(
        "dossier.handed_over", {"dossier": str(dossier.id), "office": str(other.id)}
    )
    phone.drain()
    assert outcome(phone, command) == ("flagged", "unexpected_office")
    with database.unit_of_work() as session:
        row = session.get_one(Dossier, dossier.id)
        assert row.keeper_id == row.filing_office_id == other.id


def test_what_is_older_than_thirty_days_is_flagged_or_expired(
    morning: Morning, phone_of: PhoneOf, frozen_morning: clock.FrozenClock
) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    stop, _ = phone.view().open_visits()[0]
    fact = phone.act(*collected(morning.sends[0]))
    wish = phone.act("stop.request_reassign", {"stop": stop["id"], "reason": "RAIN"})
    frozen_morning.move_to(MORNING.replace(month=12, day=30))
    phone.clock.advance(days=37)
    phone.drain()
    assert outcome(phone, fact) == ("flagged", "late")
    assert outcome(phone, wish) == ("refused", "expired")


def test_an_intent_about_somebody_elses_stop_is_refused_and_an_own_one_asks_the_dispatcher(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone_a, phone_b = phone_of(morning.a), phone_of(morning.b)
    phone_a.drain()
    stop, _visit = phone_a.view().open_visits()[0]
    contact = phone_a.view().day["contacts"][0]
    body = {"stop": stop["id"], "reason": "RAIN"}
    foreign = phone_b.act("stop.request_reassign", body)
    phone_number = phone_b.act(
        "contact.correct_phone", {"contact": contact["id"], "phone": "0900 000 999"}
    )
    phone_b.drain()
    assert outcome(phone_b, foreign) == ("refused", "not_assignee")
    assert outcome(phone_b, phone_number) == ("refused", "not_assignee")
    mine = phone_a.act("stop.request_reassign", body)
    phone_a.act("stop.failed", {"stop": stop["id"], "reason": "STORM"})
    over = phone_a.act("stop.request_reassign", body)
    phone_a.drain()
    assert outcome(phone_a, mine) == ("applied", None)
    assert outcome(phone_a, over) == ("refused", "already_done")
    assert "reassign_requested" in open_kinds()


def test_commands_about_nothing_known_are_kept_for_a_person(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    nowhere = str(uuid.uuid4())
    unknown = {
        phone.act("dossier.collected", {"dossier": nowhere, "seal": "X"}): "unknown_dossier",
        phone.act("stop.failed", {"stop": nowhere, "reason": "STORM"}): "unknown_stop",
        phone.act(
            "dossier.handed_over", {"dossier": str(morning.sends[0].id), "office": nowhere}
        ): "unknown_office",
        phone.act("dossier.taken", {"dossier": nowhere}): "bad_body",
        phone.act("dossier.collected", {}, v=99): "unknown_type",
        phone.act("tea.drunk", {}): "unknown_type",
    }
    phone.drain()
    for command, reason in unknown.items():
        assert outcome(phone, command) == ("quarantined", reason)
    assert open_kinds() == ["command_quarantined"] * len(unknown)


def test_papers_named_twice_in_one_exchange_change_hands_once(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone_a, phone_b = phone_of(morning.a), phone_of(morning.b)
    dossier = morning.sends[0]
    phone_a.act(*collected(dossier))
    twice = [str(dossier.id)] * 2
    phone_a.act("custody.offered", {"dossiers": twice, "receiver": str(morning.b.id)})
    phone_a.drain()
    body = {"dossiers": twice, "giver": str(morning.a.id), "seals": []}
    command = phone_b.act("custody.accepted", body)
    phone_b.drain()
    assert outcome(phone_b, command) == ("applied", None)
    kinds = [event.type for event in log_of(dossier)]
    assert kinds.count(CustodyEventType.OFFERED) == kinds.count(CustodyEventType.EXCHANGED) == 1
    with database.snapshot() as session:
        assert find_breaches(session) == []


def test_a_move_of_papers_that_were_given_and_then_called_lost_is_kept_as_a_witness(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    dossier = morning.sends[0]
    phone.act(*collected(dossier))
    office = {"dossier": str(dossier.id), "office": morning.office_id}
    phone.act("dossier.handed_over", office)
    phone.act("result.fetched", office | {"seal": "NP-9"})
    identity = {"paper": "CITIZEN_CARD", "last_digits": "1234"}
    given = {"dossier": str(dossier.id), "receiver": "OWNER", "identity": identity}
    phone.act("result.delivered", given)
    lost = phone.act("dossier.lost", {"dossier": str(dossier.id)})
    late = phone.act("result.fetched", office | {"seal": "NP-9"})
    phone.drain()
    assert outcome(phone, lost) == ("flagged", "not_keeper")
    assert outcome(phone, late) == ("flagged", "already_done")
    with database.snapshot() as session:
        row = session.get_one(Dossier, dossier.id)
        assert (row.state, row.condition) == (DossierState.DELIVERED, Condition.INTACT)
        assert row.keeper_kind is KeeperKind.CITIZEN
        (item,) = session.scalars(select(WorkItem).where(WorkItem.kind == "not_keeper"))
        assert item.dossier_id == dossier.id
        told = {"reported": "LOST", "keeper": "CITIZEN", "state": "DELIVERED"}
        assert item.detail == told
        assert find_breaches(session) == []
    assert "dossier_lost" not in open_kinds()
    assert custody_is_whole()


def test_who_has_given_papers_on_can_no_longer_lose_them(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone_a, phone_b = phone_of(morning.a), phone_of(morning.b)
    dossier = morning.sends[0]
    phone_a.act(*collected(dossier))
    phone_a.act("custody.offered", {"dossiers": [str(dossier.id)]})
    phone_a.drain()
    body = {"dossiers": [str(dossier.id)], "giver": str(morning.a.id), "seals": ["NP-1"]}
    phone_b.act("custody.accepted", body)
    phone_b.drain()
    late = phone_a.act("dossier.lost", {"dossier": str(dossier.id)})
    phone_a.drain()
    assert outcome(phone_a, late) == ("flagged", "not_keeper")
    given = {"dossier": str(dossier.id), "office": morning.office_id}
    command = phone_b.act("dossier.handed_over", given)
    phone_b.drain()
    assert outcome(phone_b, command) == ("applied", None)
    with database.snapshot() as session:
        row = session.get_one(Dossier, dossier.id)
        assert (row.condition, row.state) == (Condition.INTACT, DossierState.HANDED_OVER)
        assert find_breaches(session) == []


def test_papers_called_lost_before_anybody_told_of_their_collection_are_collected_all_the_same(
    morning: Morning, phone_of: PhoneOf
) -> None:
    first, second = phone_of(morning.a), phone_of(morning.a)
    dossier = morning.sends[0]
    early = second.act("dossier.lost", {"dossier": str(dossier.id)})
    second.drain()
    assert outcome(second, early) == ("flagged", "not_keeper")
    command = first.act(*collected(dossier))
    first.drain()
    assert outcome(first, command) == ("applied", None)
    assert log_of(dossier)[-1].state is DossierState.WITH_COURIER
    assert custody_is_whole()
