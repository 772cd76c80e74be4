"""A citizen brings papers to a post office: compared with the list, listed, sealed, kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingStatus
from backend.catalogue.operations import load_calendar
from backend.courier_day import form_contents, visits
from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.counters.checklists import compare
from backend.courier_day.counters.scene import CounterScene, Seat, sit_down
from backend.courier_day.counters.sealing import Brought, check_and_seal, guide
from backend.courier_day.counters.walk_ins import WalkIn, book_walk_in, find_brought
from backend.courier_day.payments import take_payments
from backend.courier_day.portal_code_uses import give_portal_code
from backend.dossiers import legs
from backend.dossiers.forms import Form, FormKind
from backend.dossiers.models import Dossier, DossierState, Leg
from backend.dossiers.papers import PaperList
from backend.dossiers.promise import TransitKind, scope_between, transit_due_on
from backend.errors import Conflict, Text
from backend.places.models import PlaceKind, PostOffice


class NothingToTakeIn(Conflict):
    code = "nothing_to_take_in"
    detail = Text(
        vi="Phiếu {reference} không có hồ sơ nào đang chờ nhận tại quầy.",
        en="Booking {reference} has no dossier that waits to be taken in.",
    )
    action = Text(
        vi="Kiểm tra mã phiếu; hồ sơ đã được nhận hoặc phiếu đã hủy.",
        en="Check the reference: the papers are taken already, or the booking is cancelled.",
    )


class IntakeOutcome(StrEnum):
    """What became of one dossier."""

    TAKEN = "TAKEN"
    INCOMPLETE = "INCOMPLETE"
    """Something is missing: the citizen keeps the papers and gets it in writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDossier:
    """One dossier after the act; `slip` is None for papers that the citizen keeps."""

    dossier: Dossier
    outcome: IntakeOutcome
    missing: tuple[str, ...]
    onward: Leg | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What one intake left behind."""

    act: CounterAct
    booking: Booking
    dossiers: tuple[TakenDossier, ...]
    forms: tuple[Form, ...]


def take_in(
    session: Session,
    seat: Seat,
    *,
    asks: str | WalkIn,
    brought: Sequence[Brought],
    signatures: tuple[tuple[str, str], ...] = (),
    asked: Mapping[str, Any],
) -> TakenIn:
    """Citizen to post office, dossier by dossier, each with its slip and the way onward.

    asks: reference of a booking, or what somebody without one wants. Papers that lack something
    stay with the citizen. A way that a courier was to ride for them is void. Raises what
    `sit_down` and `book_at_counter` raise, BookingNotFound, NothingToTakeIn, SealMissing,
    SealInUse, PortalCodeTaken; then nothing is written.
    """
    scene = sit_down(session, seat, signatures=signatures)
    if not isinstance(scene.place, PostOffice):
        raise TypeError("only a post office takes papers in")
    if isinstance(asks, WalkIn):
        booking = book_walk_in(scene, scene.place, asks, len(brought))
    else:
        booking = find_brought(scene, scene.place, asks)
    waiting = [
        dossier
        for dossier in sorted(booking.dossiers, key=lambda dossier: dossier.item_code)
        if dossier.state in _STILL_AT_HOME and booking.status in _OPEN
    ]
    if len(waiting) < len(brought):
        raise NothingToTakeIn(reference=booking.reference)
    lines = [
        _take(scene, scene.place, dossier, each)
        for dossier, each in zip(waiting, brought, strict=False)
    ]
    if any(line.outcome is IntakeOutcome.TAKEN for line in lines):
        booking.status = BookingStatus.COLLECTED
    outcome = {
        "booking": booking.reference,
        "dossiers": [
            {"dossier": str(line.dossier.id), "outcome": line.outcome.value} for line in lines
        ],
    }
    act, forms = scene.finish(ActKind.INTAKE, asked=asked, outcome=outcome)
    return TakenIn(act=act, booking=booking, dossiers=tuple(lines), forms=tuple(forms))


_OPEN = frozenset({BookingStatus.REQUESTED, BookingStatus.SCHEDULED, BookingStatus.COLLECTED})

_STILL_AT_HOME = frozenset(
    {
        DossierState.ANNOUNCED,
        DossierState.CHECKED,
        DossierState.INCOMPLETE,
        DossierState.LISTED,
        DossierState.SEALED,
    }
)


def _take(
    scene: CounterScene, post_office: PostOffice, dossier: Dossier, brought: Brought
) -> TakenDossier:
    if brought.portal_code is not None:
        give_portal_code(scene.session, dossier, brought.portal_code)
    listed = () if dossier.supplements_id else compare(dossier.procedure, brought.papers)
    missing = (*listed, *brought.missing)  # what a supplement needs stands on the office's form
    if missing:
        _void_way_from_here(scene, dossier)
        guide(scene, dossier, missing, insists=brought.insists)
        outcome, onward = IntakeOutcome.INCOMPLETE, None
    else:
        _void_ride(scene, dossier)
        check_and_seal(scene, dossier, brought)
        onward = _send_on(scene, post_office, dossier)
        slip = form_contents.slip(scene, dossier, PaperList.SENT, onward.due_on if onward else None)
        scene.draft(FormKind.DISPATCH_SLIP, slip, dossier)
        outcome = IntakeOutcome.TAKEN
    take_payments(scene, dossier, brought.payments, clerk_id=scene.clerk.id)
    return TakenDossier(
        dossier=dossier,
        outcome=outcome,
        missing=missing,
        onward=onward,
        flags=tuple(scene.take_flags()),
    )


def _void_ride(scene: CounterScene, dossier: Dossier) -> None:
    """Nobody has to come to the door for these papers any more."""
    leg = legs.find_active_leg(scene.session, dossier)
    if leg is not None and leg.from_kind is PlaceKind.HOME:
        scene.changed_couriers |= visits.cancel_open_visits(scene.session, leg)
        legs.cancel(leg)


def _void_way_from_here(scene: CounterScene, dossier: Dossier) -> None:
    """Nothing lies here to be ridden on; a courier who is to come to the door still comes."""
    leg = legs.find_active_leg(scene.session, dossier)
    if leg is not None and leg.from_kind is PlaceKind.POST_OFFICE:
        legs.cancel(leg)


def _send_on(scene: CounterScene, post_office: PostOffice, dossier: Dossier) -> Leg | None:
    """The leg to the office, with a promise that counts from the day on the slip."""
    today = clock.local_date(scene.origin.at)
    leg = legs.find_active_leg(scene.session, dossier)
    if leg is None:
        leg = legs.end_at_post_office(scene.session, dossier, None, post_office, today)
    elif legs.needs_no_trip(scene.session, post_office, (leg.to_kind, leg.to_id)):
        legs.cancel(leg)
        leg = None
    if leg is None:
        return None
    leg.due_on = transit_due_on(
        today,
        scope=scope_between(post_office.zone_code, dossier.filing_office.zone_code),
        kind=TransitKind.SEND,
        calendar=load_calendar(scene.session, scene.province_code),
        same_day=dossier.procedure.same_day_result,
    )
    return leg
