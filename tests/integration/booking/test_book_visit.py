"""Booking a visit writes all of it or nothing, and every refusal says why and what next."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from backend import clock, database
from backend.booking import errors
from backend.booking.models import Booking, BookingMode, BookingStatus, Contact
from backend.booking.operations import book_visit
from backend.catalogue.models import CompetentTier
from backend.catalogue.operations import ProcedureNotFound
from backend.dossiers.models import (
    CustodyEvent,
    CustodyEventType,
    Dossier,
    DossierState,
    KeeperKind,
    LegPurpose,
)
from backend.errors import TanNoiError
from backend.places.errors import NoCompetentOffice, OfficeNotFound
from backend.places.models import OfficeTier, PlaceKind
from tests.builders.booking import (
    USUAL_OFFICE,
    WORKING_DAY,
    a_booking,
    a_request,
    a_return,
    a_service,
    cancel,
    dossier_of,
    leg_of,
)
from tests.builders.catalogue import a_holiday, a_procedure
from tests.builders.places import (
    CENTRE,
    OUTSIDE,
    a_closure,
    a_planning_area,
    a_post_office,
    a_unit,
    an_office,
    near,
)

SATURDAY = date(2026, 11, 28)


def refusal(session: Session, expected: type[TanNoiError], **fields: object) -> TanNoiError:
    """Books, expects this refusal, and makes sure that nothing was written."""
    before = session.scalar(select(func.count()).select_from(Contact))
    with pytest.raises(expected) as raised:
        a_booking(session, **fields)
    session.flush()
    assert session.scalar(select(func.count()).select_from(Contact)) == before
    return raised.value


def test_sending_opens_a_leg_from_home_to_office_within_the_slot(session: Session) -> None:
    booking = a_booking(session, expected_fee_vnd=135_000)
    leg = leg_of(booking)
    assert booking.status is BookingStatus.REQUESTED
    assert leg.purpose is LegPurpose.COLLECTION
    assert (leg.from_kind, leg.from_id) == (PlaceKind.HOME, booking.address_id)
    assert (leg.to_kind, leg.to_id) == (PlaceKind.OFFICE, booking.office_id)
    assert (leg.window_start, leg.window_end) == (time(8, 0), time(10, 0))
    assert leg.cash_vnd == 135_000
    assert leg.planning_area_id == booking.planning_area_id
    assert leg.due_on == date(2026, 11, 24), "J + 1 in the same zone"


def test_a_new_dossier_has_one_custody_event_and_the_citizen_keeps_it(session: Session) -> None:
    booking = a_booking(session)
    dossier = dossier_of(booking)
    (event,) = session.scalars(select(CustodyEvent).where(CustodyEvent.dossier_id == dossier.id))
    assert event.type is CustodyEventType.ANNOUNCED
    assert (dossier.keeper_kind, dossier.keeper_id) == (KeeperKind.CITIZEN, booking.contact_id)
    assert dossier.state is DossierState.ANNOUNCED
    assert dossier.head_hash == event.hash


def test_a_return_goes_from_office_to_home_once_the_result_is_ready(session: Session) -> None:
    ready_at = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    booking = a_return(session, ready_at=ready_at)
    leg = leg_of(booking)
    assert leg.purpose is LegPurpose.RETURN
    assert (leg.from_kind, leg.to_kind) == (PlaceKind.OFFICE, PlaceKind.HOME)
    assert leg.ready_at == ready_at
    assert dossier_of(booking).state is DossierState.RESULT_READY
    assert dossier_of(booking).keeper_kind is KeeperKind.OFFICE


def test_sending_and_returning_opens_only_the_way_to_the_office_now(session: Session) -> None:
    assert leg_of(a_booking(session, mode=BookingMode.BOTH)).purpose is LegPurpose.COLLECTION


def test_held_papers_start_at_their_post_office_without_a_home_slot(session: Session) -> None:
    post_office = a_post_office(session)
    booking = a_booking(session, held_at=post_office, point=None, address="không rõ")
    leg = leg_of(booking)
    assert (leg.from_kind, leg.from_id) == (PlaceKind.POST_OFFICE, post_office.id)
    assert leg.to_kind is PlaceKind.OFFICE
    assert leg.window_start is None
    assert dossier_of(booking).state is DossierState.AT_POST_OFFICE
    assert booking.status is BookingStatus.REQUESTED, "no door is needed for this way"


def test_a_held_result_goes_home_even_when_its_office_is_closed(session: Session) -> None:
    office, _ = a_service(session)
    a_closure(session, office, WORKING_DAY)
    leg = leg_of(a_return(session, held_at=a_post_office(session)))
    assert (leg.from_kind, leg.to_kind) == (PlaceKind.POST_OFFICE, PlaceKind.HOME)


def test_several_dossiers_travel_together_and_the_fee_is_taken_once(session: Session) -> None:
    booking = a_booking(session, dossier_count=3, expected_fee_vnd=90_000)
    legs = [leg for dossier in booking.dossiers for leg in dossier.legs]
    assert len({dossier.item_code for dossier in booking.dossiers}) == 3
    assert sorted(leg.cash_vnd for leg in legs) == [0, 0, 90_000]


def test_another_zone_has_a_day_more_and_rest_days_do_not_count(session: Session) -> None:
    a_unit(session, around=CENTRE, zone_code="THANH-KHE")
    a_holiday(session, date(2026, 11, 24))
    assert leg_of(a_booking(session)).due_on == date(2026, 11, 26)


def test_a_same_day_procedure_is_due_on_its_day(session: Session) -> None:
    procedure = a_procedure(session, same_day_result=True)
    assert leg_of(a_booking(session, procedure=procedure)).due_on == WORKING_DAY


def test_an_ineligible_procedure_is_refused_with_the_decision(session: Session) -> None:
    procedure = a_procedure(session, eligible_by_post=False, decision_no="QĐ 123/QĐ-UBND")
    error = refusal(session, errors.ProcedureNotByPost, procedure=procedure)
    assert "QĐ 123/QĐ-UBND" in error.detail.vi


def test_a_procedure_that_needs_presence_is_refused(session: Session) -> None:
    refusal(session, errors.PresenceNeeded, procedure=a_procedure(session, presence_needed=True))


def test_a_procedure_not_yet_in_force_is_refused(session: Session) -> None:
    procedure = a_procedure(session, valid_from=date(2027, 1, 1))
    refusal(session, ProcedureNotFound, procedure=procedure)


def test_an_office_not_yet_in_the_service_is_refused_with_its_first_day(session: Session) -> None:
    office = an_office(session, service_start=date(2026, 12, 1))
    error = refusal(session, errors.OfficeNotYetInService, office=office)
    assert "01/12/2026" in error.detail.vi
    assert "01/12/2026" in error.action.vi


def test_an_office_that_ended_is_refused(session: Session) -> None:
    office = an_office(session, valid_to=date(2025, 6, 30))
    refusal(session, errors.OfficeNotInForce, office=office)


def test_an_office_closed_all_day_is_refused_with_the_next_open_day(session: Session) -> None:
    office = an_office(session)
    a_closure(session, office, WORKING_DAY)
    error = refusal(session, errors.OfficeClosedAllDay, office=office)
    assert "24/11/2026" in error.action.vi
    saturday = refusal(session, errors.OfficeClosedAllDay, office=office, service_date=SATURDAY)
    assert "30/11/2026" in saturday.action.vi


def test_a_public_holiday_is_refused_by_name(session: Session) -> None:
    a_holiday(session, date(2026, 11, 24), "Ngày Văn hóa Việt Nam")
    error = refusal(session, errors.PublicHoliday, service_date=date(2026, 11, 24))
    assert "Ngày Văn hóa Việt Nam" in error.detail.vi
    assert "25/11/2026" in error.action.vi


def test_a_door_outside_the_planning_area_is_refused(session: Session) -> None:
    error = refusal(session, errors.BookingOutsideArea, point=OUTSIDE)
    assert "lat" in error.fields


def test_an_office_of_another_planning_area_is_refused(session: Session) -> None:
    far = near(CENTRE, north_m=-60_000)
    a_service(session)
    other = a_planning_area(session, code="TAM-KY", name="Tam Kỳ (mẫu)")
    a_post_office(session, point=far, planning_area=other)
    refusal(session, errors.OfficeInOtherArea, office=an_office(session, point=far))


def test_an_office_without_coordinates_is_refused(session: Session) -> None:
    refusal(session, errors.PlaceWithoutPoint, office=an_office(session, point=None))


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"slot_end": None}, "slot_end"),
        ({"slot_start": time(11, 0)}, "slot_end"),
        ({"dossier_count": 0}, "dossiers"),
        ({"applicant_name": " "}, "applicant_name"),
        ({"reference": ""}, "reference"),
        ({"address": ""}, "address"),
        ({"expected_fee_vnd": -1}, "expected_fee_vnd"),
        ({"ready_at": datetime(2026, 11, 23, 1, tzinfo=UTC)}, "ready_at"),
        (
            {"mode": BookingMode.RETURN, "ready_at": datetime(2026, 11, 23, 9, tzinfo=UTC)},
            "ready_at",
        ),
    ],
)
def test_an_incomplete_request_names_the_field(
    session: Session, fields: dict[str, object], column: str
) -> None:
    assert list(refusal(session, errors.BookingIncomplete, **fields).fields) == [column]


def test_a_slot_that_is_over_is_refused(session: Session) -> None:
    with clock.frozen(clock.local_instant(WORKING_DAY, time(10, 0))):
        over = refusal(session, errors.SlotInThePast, booked_at=None)
    assert over.detail.vi == "Khung giờ 08:00–10:00 ngày 23/11/2026 đã qua."
    assert over.fields == {"slot_end": over.detail}
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9, 59))):
        assert a_booking(session, booked_at=None).status is BookingStatus.REQUESTED


def test_an_unknown_office_is_refused(session: Session) -> None:
    a_service(session)
    with pytest.raises(OfficeNotFound):
        book_visit(session, a_request(office_code="KHONG-CO"))


def test_the_same_reference_again_returns_the_same_booking(session: Session) -> None:
    a_service(session)
    request = a_request(reference="PYC-LAP")
    assert book_visit(session, request).id == book_visit(session, request).id
    assert session.scalar(select(func.count()).select_from(Dossier)) == 1


def test_the_same_reference_for_something_else_is_refused_by_field(session: Session) -> None:
    a_service(session)
    book_visit(session, a_request(reference="PYC-1", applicant_name="Trần Thị Mẫu", phone=None))
    with pytest.raises(errors.ReferenceTaken) as raised:
        book_visit(
            session,
            a_request(
                reference="PYC-1",
                applicant_name="Trần Thị Mẫu",
                phone=None,
                slot_end=time(11, 0),
                point=near(CENTRE, north_m=50),
            ),
        )
    assert {"address", "slot_end", "lat"} <= set(str(raised.value.values["differing"]).split(", "))


def test_a_second_open_booking_of_one_person_needs_a_confirmation(session: Session) -> None:
    same = {"applicant_name": "Lê Văn Mẫu", "phone": "0900 000 001"}
    a_booking(session, **same)
    refusal(session, errors.BookingAlreadyOpen, **same)
    for spelling in ("0900000001", "+84 900.000.001"):
        refusal(session, errors.BookingAlreadyOpen, **same | {"phone": spelling})
    assert a_booking(session, **same, confirmed=True).status is BookingStatus.REQUESTED


def test_a_cancelled_booking_frees_the_person_but_not_the_reference(session: Session) -> None:
    same = {"applicant_name": "Lê Văn Mẫu", "phone": "0900 000 001"}
    cancel(session, a_booking(session, reference="PYC-HUY", **same).id)
    assert a_booking(session, **same).status is BookingStatus.REQUESTED
    with pytest.raises(errors.ReferenceTaken):
        book_visit(session, a_request(reference="PYC-HUY"))


def test_without_an_office_the_competent_one_is_chosen_by_tier_unit_and_date(
    session: Session,
) -> None:
    a_service(session)
    ward = a_unit(session, around=CENTRE)
    own = an_office(session, unit_code=ward.code, point=near(CENTRE, east_m=900))
    an_office(session, unit_code="00000", point=CENTRE)
    an_office(session, unit_code=ward.code, point=CENTRE, valid_to=date(2025, 6, 30))
    procedure = a_procedure(session, office_tier=CompetentTier.COMMUNE)
    booking = book_visit(session, a_request(office_code=None, procedure_code=procedure.code))
    assert booking.office is own
    assert dossier_of(booking).resolving_office_id == own.id


def test_the_filing_office_and_the_resolving_office_may_differ(session: Session) -> None:
    a_service(session)
    centre = an_office(session, tier=OfficeTier.PROVINCE)
    procedure = a_procedure(session, office_tier=CompetentTier.PROVINCE)
    booking = book_visit(
        session, a_request(office_code=USUAL_OFFICE, procedure_code=procedure.code)
    )
    assert dossier_of(booking).resolving_office_id == centre.id
    assert dossier_of(booking).filing_office_id == booking.office_id != centre.id


def test_without_any_competent_office_the_caller_is_asked_to_name_one(session: Session) -> None:
    a_service(session)
    procedure = a_procedure(session, office_tier=CompetentTier.DISTRICT)
    with pytest.raises(NoCompetentOffice):
        book_visit(session, a_request(office_code=None, procedure_code=procedure.code))
    assert session.scalar(select(func.count()).select_from(Booking)) == 0


def test_two_calls_at_once_with_one_reference_book_once(committed_database: Engine) -> None:
    with database.unit_of_work() as session:
        a_service(session)
    request = a_request(reference="PYC-CUNG-LUC")

    def book() -> object:
        with database.unit_of_work() as session:
            return book_visit(session, request).id

    with ThreadPoolExecutor(4) as threads:
        ids = {call.result() for call in [threads.submit(book) for _ in range(4)]}
    assert len(ids) == 1
    with database.unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 1
