"""The legs of a journey as they are ridden: begun, ended, cut short at a post office, put off.

The caller holds the dossier's lock and records the custody event; here only carriages change.
"""

import uuid
from datetime import date, time

from sqlalchemy.orm import Session

from backend import clock
from backend.catalogue.operations import load_calendar
from backend.catalogue.remote_areas import find_remote_area
from backend.dossiers.models import (
    Dossier,
    Leg,
    LegPurpose,
    LegStatus,
)
from backend.dossiers.transitions import NEVER_TAKEN, is_result
from backend.places.models import Address, Office, PlaceKind, PostOffice

type Place = tuple[PlaceKind, uuid.UUID]

_ACTIVE = (LegStatus.OPEN, LegStatus.PLANNED, LegStatus.UNDER_WAY)

DAYS_TO_SECOND_DELIVERY = 2
"""Working days between the first and the second invitation (DOMAIN §4)."""

DELIVERY_ATTEMPTS = 2
"""After so many the result waits at the post office (DOMAIN §4)."""

DAYS_HELD_AT_COUNTER = 10
"""Working days a result waits after the second invitation (our estimate, DOMAIN names none)."""


def list_legs(session: Session, dossier: Dossier) -> list[Leg]:
    """All legs of a dossier, in the order of the journey; one question in a transaction."""
    if dossier in session.new:
        session.flush()
    return list(dossier.legs)


def add_leg(session: Session, dossier: Dossier, leg: Leg) -> None:
    """Appends a leg to the journey."""
    dossier.legs.append(leg)
    session.flush()


def find_active_leg(session: Session, dossier: Dossier) -> Leg | None:
    """The leg that is to be ridden or being ridden now; a journey has at most one."""
    active = [leg for leg in list_legs(session, dossier) if leg.status in _ACTIVE]
    return active[-1] if active else None


def begin(leg: Leg) -> None:
    """The courier holds the papers."""
    _change(leg, LegStatus.UNDER_WAY)


def end(leg: Leg) -> None:
    """The papers have arrived."""
    _change(leg, LegStatus.DONE)


def is_kept(session: Session, dossier: Dossier) -> bool:
    """Papers that never left their citizen, and that nobody comes for any more."""
    return dossier.state in NEVER_TAKEN and find_active_leg(session, dossier) is None


def cancel(leg: Leg) -> None:
    """Nobody shall ride it any more."""
    _change(leg, LegStatus.CANCELLED)


def put_off(session: Session, leg: Leg, *, failed_on: date, reason: str, by_post: bool) -> None:
    """The first end failed: the leg waits again, from the next working day on.

    by_post: the post's own fault, which never moves what was promised.
    """
    planned_for = leg.service_date
    day = _working_day_after(session, leg.province_code, failed_on, 1)
    leg.service_date = _visit_day(session, leg, day)
    if not by_post:
        move_promise(session, leg, since=planned_for)
    leg.attempt += 1
    leg.failure_reason = reason
    _change(leg, LegStatus.OPEN)


def note_failure(leg: Leg, reason: str, *, by_post: bool) -> None:
    """The second end failed: the courier still holds the papers and must deposit them.

    by_post: as for `put_off`; else the clock stands until the papers are ridden again.
    """
    leg.failure_reason = reason
    leg.promise_waits = not by_post
    leg.version += 1


def move_promise(session: Session, leg: Leg, *, since: date) -> None:
    """The clock stood from `since` to the leg's new day: due as many working days later."""
    calendar = load_calendar(session, leg.province_code)
    lost = calendar.working_days_between(since, leg.service_date)
    leg.due_on = calendar.add_working_days(leg.due_on, max(lost, 0))


def end_at_post_office(
    session: Session,
    dossier: Dossier,
    leg: Leg | None,
    post_office: PostOffice,
    on: date,
    *,
    target: Place | None = None,
) -> Leg | None:
    """The papers rest at a post office: end the leg there and open the one that goes on.

    It goes on the next working day; a delivery that failed, two working days later; one that
    failed twice waits at the counter and then goes back to its office. None when nothing goes on:
    the citizen comes to this counter, or the office is in the same house. target: where the
    papers belong in the end; None = as the leg says.
    """
    before = leg or list_legs(session, dossier)[-1]
    target = target or _destination(session, dossier, before)
    if target == (PlaceKind.POST_OFFICE, post_office.id):
        if leg is not None:
            _change(leg, LegStatus.DONE)
        return None
    failed_delivery = (
        before.failure_reason is not None
        and target[0] is PlaceKind.HOME
        and is_result(dossier.state)
    )
    wait = DAYS_TO_SECOND_DELIVERY if failed_delivery else 1
    if failed_delivery and before.attempt >= DELIVERY_ATTEMPTS:
        target = PlaceKind.OFFICE, dossier.filing_office_id
        wait = DAYS_HELD_AT_COUNTER
    if needs_no_trip(session, post_office, target):
        if leg is not None:
            leg.to_kind, leg.to_id = PlaceKind.POST_OFFICE, post_office.id
            _change(leg, LegStatus.DONE)
        return None
    follow_up = following(
        before,
        start=(PlaceKind.POST_OFFICE, post_office.id),
        target=target,
        ordinal=_next_ordinal(session, dossier),
        purpose=LegPurpose.RETURN if is_result(dossier.state) else _purpose_of(before),
    )
    follow_up.planning_area_id = post_office.planning_area_id
    day = _working_day_after(session, before.province_code, on, wait)
    follow_up.service_date = _visit_day(session, follow_up, day)
    if before.promise_waits:
        move_promise(session, follow_up, since=before.service_date)
    follow_up.attempt = before.attempt + (1 if before.failure_reason else 0)
    if leg is not None:
        leg.to_kind, leg.to_id = PlaceKind.POST_OFFICE, post_office.id
        _change(leg, LegStatus.DONE)
    add_leg(session, dossier, follow_up)
    return follow_up


def send_back(session: Session, dossier: Dossier, cancelled: Leg) -> Leg:
    """Papers of a cancelled visit were picked up all the same: a leg that takes them home."""
    home = find_home(session, dossier) or (cancelled.from_kind, cancelled.from_id)
    leg = following(
        cancelled,
        start=(cancelled.from_kind, cancelled.from_id),
        target=home,
        ordinal=_next_ordinal(session, dossier),
        purpose=LegPurpose.RETURN,
    )
    leg.status = LegStatus.UNDER_WAY
    add_leg(session, dossier, leg)
    return leg


def turn_back(
    session: Session, dossier: Dossier, leg: Leg | None, *, target: Place, reason: str
) -> Leg:
    """The courier could not end a leg where it leads: it failed, and one to `target` is ridden."""
    before = leg or list_legs(session, dossier)[-1]
    if leg is not None:
        leg.failure_reason = reason
        _change(leg, LegStatus.FAILED)
    way = following(
        before,
        start=(before.to_kind, before.to_id),
        target=target,
        ordinal=_next_ordinal(session, dossier),
        purpose=LegPurpose.RETURN,
    )
    way.status = LegStatus.UNDER_WAY
    add_leg(session, dossier, way)
    return way


def add_line_haul(
    session: Session, dossier: Dossier, before: Leg, sender: PostOffice, receiver: PostOffice
) -> Leg:
    """The leg between two post offices that somebody else rode; its end is reported next.

    before: the leg that was to be ridden from the sender; where it led stays the destination.
    """
    leg = following(
        before,
        start=(PlaceKind.POST_OFFICE, sender.id),
        target=(PlaceKind.POST_OFFICE, receiver.id),
        ordinal=_next_ordinal(session, dossier),
        purpose=LegPurpose.LINE_HAUL,
    )
    leg.status = LegStatus.UNDER_WAY
    add_leg(session, dossier, leg)
    return leg


def _purpose_of(leg: Leg) -> LegPurpose:
    """Papers that came by line-haul are still on their way to an office."""
    return LegPurpose.COLLECTION if leg.purpose is LegPurpose.LINE_HAUL else leg.purpose


def needs_no_trip(session: Session, post_office: PostOffice, target: Place) -> bool:
    """Whether a place is an office in the same house as the post office."""
    office = session.get(Office, target[1]) if target[0] is PlaceKind.OFFICE else None
    return office is not None and office.post_office_id == post_office.id


def find_home(session: Session, dossier: Dossier) -> Place | None:
    """The citizen's door as the journey knows it: the newest home end of its legs."""
    for leg in reversed(list_legs(session, dossier)):
        if leg.to_kind is PlaceKind.HOME:
            return leg.to_kind, leg.to_id
        if leg.from_kind is PlaceKind.HOME:
            return leg.from_kind, leg.from_id
    return None


def _destination(session: Session, dossier: Dossier, leg: Leg) -> Place:
    """Where papers on this leg belong in the end, wherever the leg itself happens to end."""
    for_pick_up = leg.purpose is LegPurpose.RETURN and leg.status in _ACTIVE
    if leg.to_kind is not PlaceKind.POST_OFFICE or for_pick_up:
        return leg.to_kind, leg.to_id
    office = PlaceKind.OFFICE, dossier.filing_office_id
    return find_home(session, dossier) or office if is_result(dossier.state) else office


def following(
    before: Leg, *, start: Place, target: Place, ordinal: int, purpose: LegPurpose
) -> Leg:
    """A leg of the same journey that comes after `before`; not yet in the session."""
    at_home = target[0] is PlaceKind.HOME
    window: tuple[time | None, time | None] = (before.window_start, before.window_end)
    return Leg(
        province_code=before.province_code,
        dossier_id=before.dossier_id,
        ordinal=ordinal,
        purpose=purpose,
        from_kind=start[0],
        from_id=start[1],
        to_kind=target[0],
        to_id=target[1],
        planning_area_id=before.planning_area_id,
        service_date=before.service_date,
        window_start=window[0] if at_home else None,
        window_end=window[1] if at_home else None,
        due_on=before.due_on,
        # Cash is taken at the home end: it is still owed only on a way that ends there.
        cash_vnd=before.cash_vnd if at_home and before.to_kind is PlaceKind.HOME else 0,
        skills=list(before.skills),
    )


def _next_ordinal(session: Session, dossier: Dossier) -> int:
    return list_legs(session, dossier)[-1].ordinal + 1


def _visit_day(session: Session, leg: Leg, day: date) -> date:
    """The first day from `day` on that a courier goes where the leg has its home end."""
    ends = ((leg.from_kind, leg.from_id), (leg.to_kind, leg.to_id))
    for kind, place_id in ends:
        address = session.get(Address, place_id) if kind is PlaceKind.HOME else None
        if address is not None:
            remote = find_remote_area(session, leg.province_code, address.zone_code)
            return remote.next_visit(day) if remote else day
    return day


def _working_day_after(session: Session, province_code: str, day: date, count: int) -> date:
    """Never a day that is over: what a phone reports late is ridden from today on."""
    calendar = load_calendar(session, province_code)
    first_possible = calendar.add_working_days(clock.today_local(), 0)
    return max(calendar.add_working_days(day, count), first_possible)


def _change(leg: Leg, status: LegStatus) -> None:
    leg.status = status
    leg.version += 1
