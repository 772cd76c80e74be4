"""What is known of citizens goes when its time is over, and not a day earlier."""

from contextlib import AbstractContextManager
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.following.tokens import find_followed, make_token
from backend.booking.models import Booking, BookingStatus
from backend.booking.receivers import (
    AuthorisedReceiver,
    IdentityPaper,
    ReceiverNamed,
    list_receivers,
    name_receiver,
)
from backend.courier_day.feedback.attachments import keep_attachment
from backend.courier_day.feedback.complaints import add_months, answer_complaint, complain
from backend.courier_day.feedback.errors import ComplaintLapsed
from backend.courier_day.feedback.models import ComplaintKind, ComplaintStatus, Rating
from backend.courier_day.proofs import remove_unnamed
from backend.courier_day.retention import (
    COARSE_DEGREES,
    FILES_OF_COMPLAINTS_KEPT,
    LINKS_KEPT,
    NEEDS_KEPT,
    PEOPLE_KEPT_MONTHS,
    RECEIVERS_KEPT,
    forget_links,
    redact_people,
)
from backend.dossiers import custody
from backend.dossiers.models import CustodyEventType
from backend.places.models import Address
from backend.places.points import find_point, point_of
from backend.planning.models import Stop
from backend.storage import ContentFolder
from tests.builders.booking import WORKING_DAY, a_booking, a_return
from tests.builders.courier_days import a_published_plan, a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.places import CENTRE, near
from tests.integration.notices.test_complaint_files import PDF, sha

SOMEBODY = ReceiverNamed(
    full_name="Trần Thị Mẫu",
    identity_paper=IdentityPaper.CITIZEN_CARD,
    last_digits="0123",
    letter_no="UQ-01",
    letter_valid_to=date(2026, 12, 31),
)
ODD_DOOR = near(CENTRE, north_m=321, east_m=123)


def noon(day: date) -> AbstractContextManager[clock.FrozenClock]:
    """Local noon, when the hourly round of that day is over for sure."""
    return clock.frozen(clock.local_instant(day, time(12)))


def forget_on(session: Session, day: date) -> int:
    with noon(day):
        made = redact_people(session)
    session.expire_all()
    return made


@pytest.fixture
def ended(session: Session) -> Booking:
    """A return that came home on the day of its visit."""
    with noon(WORKING_DAY - timedelta(days=1)):
        booking = a_return(session, point=ODD_DOOR, special_needs="Nhà có người khiếm thính")
        name_receiver(session, booking, SOMEBODY)
    booking.status = BookingStatus.DONE
    session.flush()
    return booking


def test_needs_go_ninety_days_after_the_end_and_receivers_after_a_year(
    session: Session, ended: Booking
) -> None:
    (dossier,) = ended.dossiers
    assert forget_on(session, WORKING_DAY + NEEDS_KEPT) == 0
    assert ended.special_needs is not None
    assert forget_on(session, WORKING_DAY + NEEDS_KEPT + timedelta(days=1)) == 1
    assert ended.special_needs is None
    assert list_receivers(session, [dossier.id]).keys() == {dossier.id}
    assert forget_on(session, WORKING_DAY + RECEIVERS_KEPT) == 0
    assert forget_on(session, WORKING_DAY + RECEIVERS_KEPT + timedelta(days=1)) == 1
    row = session.scalars(select(AuthorisedReceiver)).one()
    assert (row.full_name, row.last_digits, row.letter_no) == ("", "", None)
    assert row.letter_valid_to == SOMEBODY.letter_valid_to, "that somebody was named stays"
    assert list_receivers(session, [dossier.id]) == {}
    assert ended.contact.full_name, "name and phone have their own time"
    assert forget_on(session, WORKING_DAY + RECEIVERS_KEPT + timedelta(days=2)) == 0


def test_nothing_of_a_booking_that_goes_on_is_forgotten(session: Session, ended: Booking) -> None:
    ended.status = BookingStatus.COLLECTED
    session.flush()
    assert forget_on(session, WORKING_DAY + timedelta(days=1_000)) == 0
    assert ended.special_needs is not None


def test_what_is_heard_of_the_papers_puts_forgetting_off(session: Session, ended: Booking) -> None:
    (dossier,) = ended.dossiers
    heard = WORKING_DAY + timedelta(days=60)
    with noon(heard):
        custody.record_event(session, dossier, CustodyEventType.REDIRECTED)
    assert forget_on(session, WORKING_DAY + NEEDS_KEPT + timedelta(days=1)) == 0
    assert forget_on(session, heard + NEEDS_KEPT) == 0
    assert forget_on(session, heard + NEEDS_KEPT + timedelta(days=1)) == 1


def test_name_phone_and_door_go_after_five_years_and_the_neighbourhood_stays(
    session: Session, ended: Booking
) -> None:
    plan = a_published_plan(session)
    a_route(session, a_courier(session), schedule(ended), plan=plan)
    ended.status = BookingStatus.DONE
    young = a_booking(session, point=ODD_DOOR)
    young.service_date = WORKING_DAY + timedelta(days=30)
    session.flush()
    stop = session.scalars(select(Stop).where(Stop.place_id == ended.address_id)).one()
    assert forget_on(session, date(2031, 11, 23)) == 2, "needs and receiver only"
    assert ended.contact.phone is not None
    assert forget_on(session, date(2031, 11, 24)) == 2
    assert (ended.contact.full_name, ended.contact.phone) == ("", None)
    assert ended.contact.redacted_at is not None
    door = session.get_one(Address, ended.address_id)
    assert (door.text, door.text_key) == ("", "")
    for place in (find_point(door.point), find_point(stop.point)):
        assert place is not None
        assert round(place.lat / COARSE_DEGREES, 6).is_integer()
        assert 100 < place.distance_m(ODD_DOOR) < 1_500
    assert point_of(young.address.point).distance_m(ODD_DOOR) < 1, "another's door of later"
    assert young.contact.phone is not None
    assert forget_on(session, date(2031, 11, 25)) == 0


def a_rating(session: Session, booking: Booking, *, text: str) -> Rating:
    """Four stars for its visit."""
    plan = a_published_plan(session)
    a_route(session, a_courier(session), schedule(booking), plan=plan)
    booking.status = BookingStatus.DONE
    stop = session.scalars(select(Stop).where(Stop.place_id == booking.address_id)).one()
    row = Rating(
        province_code=booking.province_code,
        stop_id=stop.id,
        booking_id=booking.id,
        score=4,
        reasons=[],
        text=text,
        rated_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def forget_links_on(session: Session, day: date) -> int:
    with noon(day):
        return forget_links(session)


def test_links_to_a_booking_go_ninety_days_after_its_end(session: Session, ended: Booking) -> None:
    token = make_token(session, ended.id)
    going = make_token(session, a_booking(session).id)
    session.flush()
    assert forget_links_on(session, WORKING_DAY + LINKS_KEPT) == 0
    assert find_followed(session, token) is ended
    assert forget_links_on(session, WORKING_DAY + LINKS_KEPT + timedelta(days=1)) == 1
    assert find_followed(session, token) is None
    assert find_followed(session, going) is not None
    assert forget_links_on(session, WORKING_DAY + timedelta(days=1_000)) == 0, "it goes on"


def test_a_complaint_keeps_its_link_until_long_after_the_answer(
    session: Session, ended: Booking
) -> None:
    make_token(session, ended.id)
    answered = WORKING_DAY + timedelta(days=100)
    with noon(WORKING_DAY):
        made = complain(session, ended, kind=ComplaintKind.OTHER, text="…")
    assert forget_links_on(session, answered) == 0, "it waits for an answer"
    with noon(answered):
        answer_complaint(session, made.id, answer="…", by=None)
    assert forget_links_on(session, answered + LINKS_KEPT) == 0
    gone = forget_links_on(session, answered + LINKS_KEPT + timedelta(days=1))
    assert gone == 2, "and that of the notice of the answer"


def test_a_door_that_is_still_gone_to_stays(session: Session, ended: Booking) -> None:
    later = a_booking(session, point=ODD_DOOR)
    later.address_id = ended.address_id
    later.service_date = WORKING_DAY + timedelta(days=90)
    session.flush()
    forget_on(session, date(2031, 11, 24))
    assert ended.contact.redacted_at is not None
    assert session.get_one(Address, ended.address_id).text


def test_files_of_a_complaint_go_a_year_after_the_answer_and_its_words_after_five(
    session: Session, ended: Booking, tmp_path: Path
) -> None:
    files, answered = ContentFolder(tmp_path), WORKING_DAY + timedelta(days=3)
    with noon(WORKING_DAY):
        keep_attachment(session, files, ended, sha(PDF), PDF)
        made = complain(
            session, ended, kind=ComplaintKind.CONDUCT, text="Lời kể", attachments=[sha(PDF)]
        )
        waits = complain(session, ended, kind=ComplaintKind.LATE, text="Chưa trả lời")
        rating = a_rating(session, ended, text="Rất lịch sự")
    with noon(answered):
        answer_complaint(session, made.id, answer="Lời đáp", by=None)
    forget_on(session, answered + FILES_OF_COMPLAINTS_KEPT)
    assert len(made.attachments) == 1
    forget_on(session, answered + FILES_OF_COMPLAINTS_KEPT + timedelta(days=1))
    assert made.attachments == []
    assert (made.text, made.redacted_at) == ("Lời kể", None), "words have their own time"
    with noon(answered + FILES_OF_COMPLAINTS_KEPT + timedelta(days=1)):
        assert remove_unnamed(session, files) == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    forget_on(session, add_months(answered, PEOPLE_KEPT_MONTHS))
    assert made.text
    assert rating.text == "", "its five years began three days earlier"
    forget_on(session, add_months(answered, PEOPLE_KEPT_MONTHS) + timedelta(days=1))
    assert (made.text, made.answer, made.kind) == ("", "", ComplaintKind.CONDUCT)
    assert made.redacted_at is not None
    assert (waits.text, waits.status, rating.score) == ("", ComplaintStatus.LAPSED, 4)
    assert forget_on(session, add_months(answered, PEOPLE_KEPT_MONTHS) + timedelta(days=2)) == 0


def test_a_complaint_that_nobody_answered_lapses_five_years_after_it_was_made(
    session: Session, ended: Booking, tmp_path: Path
) -> None:
    files, last = ContentFolder(tmp_path), add_months(WORKING_DAY, PEOPLE_KEPT_MONTHS)
    make_token(session, ended.id)
    with noon(WORKING_DAY):
        keep_attachment(session, files, ended, sha(PDF), PDF)
        made = complain(
            session, ended, kind=ComplaintKind.LOST, text="Lời kể", attachments=[sha(PDF)]
        )
    forget_on(session, last)
    assert (made.text, made.status) == ("Lời kể", ComplaintStatus.OPEN)
    assert len(made.attachments) == 1, "who answers needs it"
    assert forget_links_on(session, last) == 0
    forget_on(session, last + timedelta(days=1))
    assert (made.text, made.answer, made.status) == ("", None, ComplaintStatus.LAPSED)
    assert made.attachments == []
    assert made.redacted_at is not None
    with noon(last + timedelta(days=1)):
        assert (made.kind, made.late) == (ComplaintKind.LOST, True), "the register counts it"
        assert remove_unnamed(session, files) == 1
        with pytest.raises(ComplaintLapsed, match=made.printed_number):
            answer_complaint(session, made.id, answer="…", by=None)
    assert forget_links_on(session, last + timedelta(days=1)) == 1
    assert forget_on(session, last + timedelta(days=2)) == 0
