"""The courier's own day: opened, accepted, ridden, interrupted, brought back and settled."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Annotated

import msgspec

from backend.courier_day.devices import list_held
from backend.courier_day.handlers.bodies import AtPlace, Count
from backend.courier_day.handlers.registry import handles
from backend.courier_day.reconciliation import list_open_items
from backend.courier_day.scene import Scene
from backend.courier_day.shift_states import DayEvent, DayVerdict
from backend.courier_day.work_days import confirms_counter, list_unsettled, take_step


class Stock(msgspec.Struct, frozen=True):
    """What a courier starts with, or brings back."""

    slips: Count = 0
    seals: Count = 0
    bags: Count = 0
    change_vnd: Annotated[int, msgspec.Meta(ge=0, le=10**12)] = 0


class DayStepped(AtPlace, frozen=True, kw_only=True):
    """One step of the day of a service date. `stock` stays in the command."""

    service_date: date
    reason: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    stock: Stock | None = None


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Why one item stays open: a stop or a dossier."""

    item: uuid.UUID
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class DayReconciled(DayStepped, frozen=True, kw_only=True):
    """The end of a day with a reason for each item that is open; `reason` is one for all."""

    explained: Annotated[tuple[Explained, ...], msgspec.Meta(max_length=200)] = ()


COMMANDS: dict[str, DayEvent] = {
    "day.opened": DayEvent.OPEN,
    "route.accepted": DayEvent.ACCEPT_ROUTE,
    "route.departed": DayEvent.DEPART,
    "break.started": DayEvent.START_BREAK,
    "break.ended": DayEvent.END_BREAK,
    "day.paused": DayEvent.PAUSE,
    "day.resumed": DayEvent.RESUME,
    "route.handed_on": DayEvent.HAND_TO_ANOTHER,
    "route.finishing": DayEvent.START_FINISHING,
    "route.back": DayEvent.ARRIVE_BACK,
    "cash.counted": DayEvent.COUNT_CASH,
    "cash.settled": DayEvent.SETTLE,
    "day.closed": DayEvent.CLOSE,
}
"""Type of a command → the step of the day that it reports."""


def _stepping(event: DayEvent) -> Callable[[Scene, DayStepped], None]:
    def stepped(scene: Scene, body: DayStepped) -> None:
        _step(scene, event, body)

    return stepped


for _kind, _event in COMMANDS.items():
    handles(_kind, v=1, body=DayStepped)(_stepping(_event))


@handles("day.closed", v=2, body=DayReconciled)
def closed_and_reconciled(scene: Scene, body: DayReconciled) -> None:
    """As version 1, with the server's whole list: stops without outcome, the bag, seals not seen
    at a counter. Nothing open, or a reason for each (SYNC §12)."""
    _take(scene, DayEvent.CLOSE, body)
    if body.reason:
        return
    explained = {each.item for each in body.explained}
    items = list_open_items(scene.session, scene.courier.id, body.service_date)
    left = [item for item in items if item.id not in explained]
    if left:
        scene.flag(
            "open_items",
            detail={"open": [{"kind": item.kind.value, "id": str(item.id)} for item in left]},
        )


def _step(scene: Scene, event: DayEvent, body: DayStepped) -> None:
    _take(scene, event, body)
    _check_bag(scene, event, body)


def _take(scene: Scene, event: DayEvent, body: DayStepped) -> None:
    verdict = take_step(
        scene.session,
        scene.courier,
        body.service_date,
        event,
        at=scene.origin.at,
        reason=body.reason,
        command_id=scene.command_id,
    )
    scene.changed_couriers.add(scene.courier.id)
    detail = {"event": event.value, "service_date": body.service_date.isoformat()}
    if verdict is DayVerdict.GAP:
        scene.flag("day_gap", detail=detail)
    elif verdict is DayVerdict.LATE and not confirms_counter(
        scene.session, scene.courier.id, body.service_date, event
    ):
        scene.flag("already_done", detail=detail)
    _check_yesterday(scene, event, body.service_date)


def _check_yesterday(scene: Scene, event: DayEvent, service_date: date) -> None:
    """Cash of an earlier day that is not settled blocks the next one (DOMAIN §4)."""
    if event is not DayEvent.OPEN:
        return
    unsettled = list_unsettled(scene.session, scene.courier.id, service_date)
    if unsettled:
        dates = [day.service_date.isoformat() for day in unsettled]
        scene.flag("earlier_day_unsettled", detail={"service_dates": dates})


def _check_bag(scene: Scene, event: DayEvent, body: DayStepped) -> None:
    """A day ends with nothing in the bag, or with a named reason (SYNC §12)."""
    if event is not DayEvent.CLOSE or body.reason:
        return
    held = list_held(scene.session, scene.courier.id)
    if held:
        scene.flag("still_holds", detail={"item_codes": [each.item_code for each in held]})
