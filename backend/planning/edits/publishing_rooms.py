"""Before a draft is published by hand: which windows sold since it was made find no place in it."""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy.orm import Session

from backend import clock
from backend.planning.edits.kept import keep_open, keep_rooms
from backend.planning.edits.kept_room import is_anything_sold
from backend.planning.edits.rooms import Rooms
from backend.planning.edits.rooms_judged import refuse_unread
from backend.planning.models import Plan, PlanStatus
from backend.planning.new_work import WITHOUT_ROOM, find_without_room
from backend.planning.room_orders import store_room_orders
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes


def keep_room_in(
    session: Session,
    plan: Plan,
    confirmed: Collection[str],
    *,
    travel: TravelTimes,
    blobs: BlobStore,
) -> None:
    """A draft that is to be published notes where what was sold has its room, and for which windows
    it has none; what couriers ride by then is what was said. The caller holds the plans of the day
    (`lock_day_plans`): the draft's row is written here. Raises RoomSold with each that is neither
    confirmed now nor was when the draft was saved."""
    rooms = _rooms(session, plan, travel, blobs.folder)
    if rooms is None:
        return
    known = find_without_room(session, plan)
    homeless = [rooms.sold[work] for work in sorted(rooms.homeless)]
    unread = (each for each in homeless if known.isdisjoint(map(str, each.leg_ids)))
    refuse_unread(unread, confirmed)
    store_room_orders(session, plan, rooms.orders, blobs)
    legs = [str(leg) for each in homeless for leg in each.leg_ids]
    if legs or known:
        plan.request = {**plan.request, WITHOUT_ROOM: legs}
    session.flush()


def _rooms(session: Session, plan: Plan, travel: TravelTimes, folder: Path) -> Rooms | None:
    """None of a plan that is no draft to be opened: publishing says why."""
    if plan.status is not PlanStatus.DRAFT or plan.legend_sha256 is None:
        return None
    if plan.service_date < clock.today_local() or not is_anything_sold(session, plan):
        return None
    bench = keep_open(session, plan, folder)
    return keep_rooms(session, plan, folder, bench, travel)
