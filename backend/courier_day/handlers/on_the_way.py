"""Between the stops: on the way to one, and there. What forecasts of arrival live on."""

import uuid

from backend.courier_day.handlers.bodies import AtPlace
from backend.courier_day.handlers.registry import handles
from backend.courier_day.notices import tell_on_the_way
from backend.courier_day.scene import Scene
from backend.dossiers.transitions import ALREADY_DONE
from backend.planning.models import Stop, VisitKind, VisitStatus


class AtStop(AtPlace, frozen=True, kw_only=True):
    """A body about one stop."""

    stop: uuid.UUID


@handles("stop.set_out", v=1, body=AtStop)
def set_out(scene: Scene, body: AtStop) -> None:
    """The courier rides to this stop next; whoever waits there with papers is told once."""
    stop = _named(scene, body)
    if stop is None:
        return
    first_time = stop.set_out_at is None
    stop.set_out_at = max(scene.origin.at, stop.set_out_at or scene.origin.at)
    if not first_time:
        return
    for visit in stop.visits:
        if visit.kind is VisitKind.COLLECTION and visit.status is VisitStatus.OPEN:
            dossier = visit.leg.dossier
            booking = scene.booking_of(dossier)
            once_for = f"{booking.id if booking else dossier.id}:{stop.id}"
            tell_on_the_way(scene.session, dossier, at=scene.origin.at, once_for=once_for)


@handles("stop.arrived", v=1, body=AtStop)
def arrived(scene: Scene, body: AtStop) -> None:
    """The courier is there. Of several reports the earliest moment stands."""
    stop = _named(scene, body)
    if stop is None:
        return
    if stop.arrived_at is not None and stop.arrived_at <= scene.origin.at:
        scene.flag(ALREADY_DONE, stop=stop)
        return
    stop.arrived_at = scene.origin.at


def _named(scene: Scene, body: AtStop) -> Stop | None:
    """The stop, if it is this courier's: what others do is no news about this route.

    Nothing that a day shows changes, so that no revision moves.
    """
    stop = scene.stop(body.stop)
    scene.touched["stop", stop.id] = stop
    if stop.route.courier_id != scene.courier.id:
        scene.flag("not_assignee", stop=stop)
        return None
    return stop
