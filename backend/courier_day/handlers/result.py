"""At the citizen's door with a result: identity checked, counted, signed, given."""

from enum import StrEnum
from typing import Annotated

import msgspec

from backend.booking.models import BookingStatus
from backend.courier_day import visits
from backend.courier_day.handlers.bodies import Papers, WithDossier
from backend.courier_day.handlers.registry import handles
from backend.courier_day.moves import report_move
from backend.courier_day.scene import Scene
from backend.dossiers import legs
from backend.dossiers.models import CustodyEventType, Dossier, DossierState
from backend.places.models import PlaceKind
from backend.planning.models import VisitKind


class ReceiverRole(StrEnum):
    """Who stood at the door."""

    OWNER = "OWNER"
    AUTHORISED = "AUTHORISED"


class IdentityPaper(StrEnum):
    """What proved it (DOMAIN §5.11)."""

    CITIZEN_CARD = "CITIZEN_CARD"
    PASSPORT = "PASSPORT"
    ELECTRONIC_CARD = "ELECTRONIC_CARD"


class Identity(msgspec.Struct, frozen=True):
    """Kind of paper and its last digits: never the whole number."""

    paper: IdentityPaper
    last_digits: Annotated[str, msgspec.Meta(pattern="^[0-9A-Z]{3,4}$")]


class Delivered(WithDossier, frozen=True, kw_only=True):
    """The result was given to the right person."""

    receiver: ReceiverRole
    identity: Identity
    recovered: tuple[Papers, ...] = ()


@handles("result.delivered", v=1, body=Delivered)
def delivered(scene: Scene, body: Delivered) -> None:
    """The citizen has the result. Who showed what stays in the command, not in the log."""
    dossier = scene.dossier(body.dossier)
    leg = legs.find_active_leg(scene.session, dossier)
    home = legs.find_home(scene.session, dossier)
    moved = report_move(
        scene,
        dossier,
        CustodyEventType.DELIVERED,
        giver=scene.me,
        receiver=scene.citizen_of(dossier),
        evidence=scene.evidence(
            PlaceKind.HOME if home else None,
            home[1] if home else None,
            reason=body.receiver.value,
        ),
    )
    if moved and leg is not None:
        legs.end(leg)
        visits.mark_dropped(scene, leg, VisitKind.DELIVERY)
    if moved:
        _note_on_booking(scene, dossier)


def _note_on_booking(scene: Scene, dossier: Dossier) -> None:
    """A booking with a way back is done when its last result is at home."""
    booking = scene.booking_of(dossier)
    if booking and all(each.state is DossierState.DELIVERED for each in booking.dossiers):
        booking.status = BookingStatus.DONE
