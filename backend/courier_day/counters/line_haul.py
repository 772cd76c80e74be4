"""Line-haul: what came from another post office is scanned in, and goes on from here."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day import visits
from backend.courier_day.counters.acts import ActKind
from backend.courier_day.counters.items import BatchDone, ItemOutcome, Sealed, as_json, go_through
from backend.courier_day.counters.scene import CounterScene, Seat, sit_down
from backend.courier_day.moves import report_move
from backend.dossiers import legs
from backend.dossiers.custody import Keeper
from backend.dossiers.models import CustodyEventType, Dossier, LegStatus
from backend.errors import Invalid, Text
from backend.places.models import PostOffice
from backend.places.operations import get_post_office


class SamePostOffice(Invalid):
    code = "line_haul_to_itself"
    detail = Text(vi="Bưu cục gửi và nhận trùng nhau.", en="It comes from this post office itself.")
    action = Text(vi="Ghi mã bưu cục gửi.", en="Name the post office that sent it.")


def receive_line_haul(
    session: Session,
    seat: Seat,
    *,
    from_code: str,
    items: Sequence[Sealed],
    asked: Mapping[str, Any],
) -> BatchDone:
    """Post office to post office. The scan proves the arrival, whatever the log said before.

    Raises what `sit_down` raises, PostOfficeNotFound for the sender, SamePostOffice.
    """
    scene = sit_down(session, seat)
    here = scene.place
    if not isinstance(here, PostOffice):
        raise TypeError("only a post office has line-haul")
    sender = get_post_office(session, seat.province_code, from_code)
    if sender.id == here.id:
        raise SamePostOffice

    def arrive(dossier: Dossier, item: Sealed) -> ItemOutcome:
        if Keeper.of(dossier) == Keeper.post_office(here.id):
            return ItemOutcome.ALREADY
        moved = _arrive(scene, dossier, sender, here, seal=item.seal)
        return ItemOutcome.DONE if moved else ItemOutcome.LATE

    lines = go_through(scene, items, arrive)
    act, _ = scene.finish(ActKind.LINE_HAUL, asked=asked, outcome={"items": as_json(lines)})
    return BatchDone(act=act, items=tuple(lines))


def _arrive(
    scene: CounterScene,
    dossier: Dossier,
    sender: PostOffice,
    here: PostOffice,
    *,
    seal: str | None,
) -> bool:
    moved = report_move(
        scene,
        dossier,
        CustodyEventType.FORWARDED,
        giver=Keeper.post_office(sender.id),
        receiver=Keeper.post_office(here.id),
        evidence=scene.here(seal=seal),
    )
    if not moved:
        return False
    leg = legs.find_active_leg(scene.session, dossier)
    if leg is not None and leg.status is not LegStatus.UNDER_WAY:
        scene.changed_couriers |= visits.cancel_open_visits(scene.session, leg)
        legs.cancel(leg)
        ridden = legs.add_line_haul(scene.session, dossier, leg, sender, here)
        today = clock.local_date(scene.origin.at)
        target = leg.to_kind, leg.to_id
        onward = legs.end_at_post_office(scene.session, dossier, ridden, here, today, target=target)
        if onward is not None:  # what was agreed for the door is still agreed
            onward.cash_vnd = leg.cash_vnd
            onward.window_start, onward.window_end = leg.window_start, leg.window_end
    return True
