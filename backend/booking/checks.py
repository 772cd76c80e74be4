"""The rules that a booking must meet before anything is written, each with its own refusal."""

from datetime import date, datetime

from backend import clock
from backend.booking.errors import (
    BookingIncomplete,
    NotAVisitDay,
    OfficeClosedAllDay,
    OfficeNotInForce,
    OfficeNotYetInService,
    PresenceNeeded,
    ProcedureNotByPost,
    PublicHoliday,
    SlotInThePast,
)
from backend.booking.models import BookingMode
from backend.booking.requests import BookingRequest
from backend.catalogue.models import Procedure
from backend.catalogue.remote_areas import RemoteArea
from backend.errors import Text
from backend.places.models import Office
from backend.places.operations import next_open_day, office_open_intervals
from geodata.calendar import WorkingCalendar

LONGEST_ADDRESS = 400
MOST_DOSSIERS = 200
"""A firm may hand over many dossiers in one visit; more than this is a typing mistake."""


def check_fields(request: BookingRequest) -> None:
    """Raises BookingIncomplete when a field is missing or contradicts another."""
    if not request.reference.strip():
        raise _incomplete("reference", vi="thiếu mã tham chiếu", en="there is no reference")
    if not request.applicant_name.strip():
        raise _incomplete("applicant_name", vi="thiếu tên người nộp", en="there is no name")
    if not request.address.strip() or len(request.address) > LONGEST_ADDRESS:
        raise _incomplete("address", vi="thiếu địa chỉ", en="there is no usable address")
    if not 1 <= request.dossier_count <= MOST_DOSSIERS:
        raise _incomplete(
            "dossiers",
            vi=f"số hồ sơ phải từ 1 đến {MOST_DOSSIERS}",
            en=f"the number of dossiers must be 1 to {MOST_DOSSIERS}",
        )
    if request.expected_fee_vnd < 0:
        raise _incomplete("expected_fee_vnd", vi="lệ phí không thể âm", en="a fee is not negative")
    if (request.slot_start is None) != (request.slot_end is None):
        raise _incomplete(
            "slot_start" if request.slot_start is None else "slot_end",
            vi="khung giờ phải có cả giờ đầu và giờ cuối",
            en="a slot needs both its start and its end",
        )
    if request.slot_start and request.slot_end and request.slot_start >= request.slot_end:
        raise _incomplete(
            "slot_end",
            vi="khung giờ kết thúc trước khi bắt đầu",
            en="the slot ends before it starts",
        )
    _check_ready(request)


def check_time(request: BookingRequest) -> None:
    """Raises SlotInThePast when the visit would lie before the booking itself."""
    asked_at = request.booked_at or clock.now()
    if request.service_date < clock.local_date(asked_at) or (
        request.slot_end is not None
        and clock.local_instant(request.service_date, request.slot_end) <= asked_at
    ):
        column = (
            "slot_end" if request.service_date == clock.local_date(asked_at) else "service_date"
        )
        raise SlotInThePast(
            hours=_hours(request), day=request.service_date, fields={column: SlotInThePast.detail}
        )


def check_day(day: date, calendar: WorkingCalendar) -> None:
    """Raises PublicHoliday on a holiday or a substitute day off."""
    if calendar.is_public_rest_day(day):
        raise PublicHoliday(
            day=day,
            name=calendar.holiday_name(day) or "nghỉ bù",
            next_day=calendar.next_working_day(day),
            fields={"service_date": Text(vi="ngày nghỉ lễ", en="a public holiday")},
        )


def check_visit_day(remote: RemoteArea | None, day: date) -> None:
    """Raises NotAVisitDay when nobody rides to a remote area on that day."""
    if remote is not None and not remote.is_visited_on(day):
        next_day = remote.next_visit(day)
        raise NotAVisitDay(
            zone=remote.zone_code,
            day=day,
            next_day=next_day,
            fields={"service_date": Text(vi="không phải ngày đi tuyến", en="no visit day")},
        )


def check_procedure(procedure: Procedure) -> None:
    """Raises ProcedureNotByPost, which names the decision, or PresenceNeeded."""
    name = f"{procedure.code} ({procedure.name})"
    here = {"procedure_code": Text(vi="không làm qua bưu chính", en="does not go by post")}
    if not procedure.eligible_by_post:
        raise ProcedureNotByPost(
            procedure=name, decision=procedure.decision_no or procedure.source, fields=here
        )
    if procedure.presence_needed:
        raise PresenceNeeded(procedure=name, fields=here)


def check_office(office: Office, day: date, calendar: WorkingCalendar) -> None:
    """Raises when the office does not exist, is not in the service, or is closed all that day."""
    if not office.is_valid_on(day):
        raise OfficeNotInForce(
            office=office.name,
            day=day,
            valid_from=office.valid_from or "…",
            valid_to=office.valid_to or "…",
            fields={"office_code": Text(vi="không hoạt động ngày đó", en="not in force that day")},
        )
    if office.service_start is not None and day < office.service_start:
        raise OfficeNotYetInService(
            office=office.name,
            service_start=office.service_start,
            fields={"service_date": Text(vi="trước ngày phục vụ", en="before the service starts")},
        )
    if not office_open_intervals(office, day, calendar):
        raise OfficeClosedAllDay(
            office=office.name,
            day=day,
            next_day=next_open_day(office, day, calendar) or "—",
            fields={"service_date": Text(vi="cơ quan đóng cửa", en="the office is closed")},
        )


def _check_ready(request: BookingRequest) -> None:
    ready_at: datetime | None = request.ready_at
    if ready_at is None:
        return
    if request.mode is not BookingMode.RETURN:
        raise _incomplete(
            "ready_at",
            vi="chỉ phiếu nhận kết quả mới có giờ sẵn sàng",
            en="only a return booking has a ready time",
        )
    if ready_at.tzinfo is None:
        raise _incomplete("ready_at", vi="giờ thiếu múi giờ", en="the instant has no offset")
    too_late = clock.local_date(ready_at) > request.service_date or (
        request.slot_end is not None
        and ready_at >= clock.local_instant(request.service_date, request.slot_end)
    )
    if too_late:
        raise _incomplete(
            "ready_at",
            vi="kết quả có sau khi khung giờ kết thúc",
            en="the result is ready after the slot is over",
        )


def _incomplete(column: str, *, vi: str, en: str) -> BookingIncomplete:
    return BookingIncomplete(reason=en, reason_vi=vi, fields={column: Text(vi=vi, en=en)})


def _hours(request: BookingRequest) -> str:
    if request.slot_start is None or request.slot_end is None:
        return ""
    return f"{request.slot_start:%H:%M}–{request.slot_end:%H:%M} "
