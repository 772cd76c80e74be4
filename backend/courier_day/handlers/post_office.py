"""At the post office: what could not be finished rests in the safe, what waited is taken out."""

import uuid

from backend import clock
from backend.courier_day import visits
from backend.courier_day.handlers.bodies import Seal, WithDossier
from backend.courier_day.handlers.registry import handles
from backend.courier_day.moves import report_move
from backend.courier_day.scene import Scene
from backend.dossiers import legs
from backend.dossiers.custody import Keeper
from backend.dossiers.models import CustodyEventType, LegStatus
from backend.places.models import PlaceKind
from backend.planning.models import VisitKind


class Deposited(WithDossier, frozen=True, kw_only=True):
    """Given to the clerk, seal shown."""

    post_office: uuid.UUID
    seal: Seal | None = None


class Taken(WithDossier, frozen=True, kw_only=True):
    """Taken out of the safe, seal checked."""

    post_office: uuid.UUID
    seal: Seal | None = None


@handles("dossier.deposited", v=1, body=Deposited)
def deposited(scene: Scene, body: Deposited) -> None:
    """The papers rest; the leg that goes on from here is open for the next working day."""
    dossier = scene.dossier(body.dossier)
    post_office = scene.post_office(body.post_office)
    leg = legs.find_active_leg(scene.session, dossier)
    moved = report_move(
        scene,
        dossier,
        CustodyEventType.DEPOSITED,
        giver=scene.me,
        receiver=Keeper.post_office(post_office.id),
        evidence=scene.evidence(
            PlaceKind.POST_OFFICE,
            post_office.id,
            seal=body.seal,
        ),
    )
    if not moved:
        return
    if leg is not None:
        visits.mark_dropped(scene, leg, VisitKind.DEPOSIT)
    legs.end_at_post_office(
        scene.session, dossier, leg, post_office, clock.local_date(scene.origin.at)
    )


@handles("dossier.taken", v=1, body=Taken)
def taken(scene: Scene, body: Taken) -> None:
    """A held item goes on with this courier."""
    dossier = scene.dossier(body.dossier)
    post_office = scene.post_office(body.post_office)
    leg = legs.find_active_leg(scene.session, dossier)
    moved = report_move(
        scene,
        dossier,
        CustodyEventType.TAKEN_FROM_POST_OFFICE,
        giver=Keeper.post_office(post_office.id),
        receiver=scene.me,
        evidence=scene.evidence(
            PlaceKind.POST_OFFICE,
            post_office.id,
            seal=body.seal,
        ),
    )
    if not moved:
        return
    if leg is None or leg.status is LegStatus.CANCELLED:
        scene.flag("not_assignee", dossier=dossier)
        return
    legs.begin(leg)
    visits.mark_picked_up(scene, leg)
