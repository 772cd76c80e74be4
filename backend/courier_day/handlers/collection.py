"""At the citizen's door: papers come into the courier's hands, or go back to their sender."""

from backend import clock
from backend.booking.models import BookingStatus
from backend.courier_day import form_contents, visits
from backend.courier_day.booking_ends import note_end
from backend.courier_day.earlier_signatures import list_signatures
from backend.courier_day.handlers.bodies import Papers, Seal, WithDossier, listed
from backend.courier_day.handlers.papers import watch_seal
from backend.courier_day.handlers.registry import handles
from backend.courier_day.moves import report_move
from backend.courier_day.scene import Scene
from backend.dossiers import legs
from backend.dossiers.forms import FormKind
from backend.dossiers.models import CustodyEventType, Dossier, Leg, LegStatus
from backend.dossiers.papers import PaperList, write_papers
from backend.places.models import PlaceKind
from backend.planning.models import VisitKind


class Collected(WithDossier, frozen=True, kw_only=True):
    """Papers checked, listed, sealed and taken."""

    seal: Seal
    items: tuple[Papers, ...] = ()


class Returned(WithDossier, frozen=True, kw_only=True):
    """Papers of a cancelled visit given back to their sender."""


@handles("dossier.collected", v=1, body=Collected)
def collected(scene: Scene, body: Collected) -> None:
    """The citizen gave the papers; J of the promise is the day on the slip."""
    dossier = scene.dossier(body.dossier)
    leg = _leg_to_collect(scene, dossier)
    moved = report_move(
        scene,
        dossier,
        CustodyEventType.COLLECTED,
        giver=scene.citizen_of(dossier),
        receiver=scene.me,
        evidence=scene.evidence(
            PlaceKind.HOME if leg else None,
            leg.from_id if leg else None,
            seal=body.seal,
        ),
    )
    if not moved:
        return
    dossier.accepted_on = dossier.accepted_on or clock.local_date(scene.origin.at)
    write_papers(scene.session, dossier, PaperList.SENT, listed(body.items))
    watch_seal(scene, dossier)
    slip = form_contents.slip(scene, dossier, PaperList.SENT, leg.due_on if leg else None)
    signed = list_signatures(scene.session, dossier.id, CustodyEventType.PAPERS_LISTED)
    scene.draft(FormKind.DISPATCH_SLIP, slip, dossier, signed_before=signed)
    if leg is None:
        scene.flag("not_assignee", dossier=dossier)
    elif leg.status is LegStatus.CANCELLED:
        legs.send_back(scene.session, dossier, leg)
        scene.flag("cancelled", dossier=dossier, detail={"task": "return_to_sender"})
    else:
        legs.begin(leg)
        visits.mark_picked_up(scene, leg)
        _note_on_booking(scene, dossier)


@handles("dossier.returned", v=1, body=Returned)
def returned(scene: Scene, body: Returned) -> None:
    """The sender has the papers back; the journey is over."""
    dossier = scene.dossier(body.dossier)
    leg = legs.find_active_leg(scene.session, dossier)
    moved = report_move(
        scene,
        dossier,
        CustodyEventType.RETURNED_TO_SENDER,
        giver=scene.me,
        receiver=scene.citizen_of(dossier),
        evidence=scene.evidence(
            PlaceKind.HOME if leg else None,
            leg.to_id if leg else None,
        ),
    )
    if moved and leg is not None:
        legs.end(leg)
        visits.mark_dropped(scene, leg, VisitKind.DELIVERY)
    if moved:
        note_end(scene.session, scene.booking_of(dossier))


def _leg_to_collect(scene: Scene, dossier: Dossier) -> Leg | None:
    """The leg that begins at the door: the active one, else the one that was cancelled."""
    if active := legs.find_active_leg(scene.session, dossier):
        return active
    ridden = legs.list_legs(scene.session, dossier)
    cancelled = [leg for leg in ridden if leg.status is LegStatus.CANCELLED]
    return cancelled[-1] if cancelled else None


def _note_on_booking(scene: Scene, dossier: Dossier) -> None:
    booking = scene.booking_of(dossier)
    if booking and booking.status in {BookingStatus.REQUESTED, BookingStatus.SCHEDULED}:
        booking.status = BookingStatus.COLLECTED
