"""What became of each item of a batch that a clerk scanned."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from backend.courier_day.counters.acts import CounterAct
from backend.courier_day.counters.scans import find_scanned
from backend.courier_day.counters.scene import CounterScene
from backend.database import JsonObject
from backend.dossiers.models import Dossier


class ItemOutcome(StrEnum):
    """What became of one item; everything but DONE and CONFIRMED wants the clerk's eye."""

    DONE = "DONE"
    CONFIRMED = "CONFIRMED"
    """The courier's phone had told it already; both reports agree."""
    ALREADY = "ALREADY"
    """It was done before; nothing was written."""
    LATE = "LATE"
    """The log is beyond it: kept as a witness, on the dispatcher's list."""
    UNKNOWN = "UNKNOWN"
    """No item of this province has such a code; on the dispatcher's list."""
    NOT_HERE = "NOT_HERE"
    """The log says that somebody else holds it; nothing was written."""
    MISSING = "MISSING"
    REFUSED = "REFUSED"
    SUPPLEMENT = "SUPPLEMENT"
    WRONG_OFFICE = "WRONG_OFFICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An item as scanned, with the seal as read."""

    item: str
    seal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDone:
    """One line of the answer to a batch."""

    item: str
    outcome: ItemOutcome
    dossier_id: uuid.UUID | None = None
    state: str | None = None
    flags: tuple[str, ...] = ()

    def as_json(self) -> JsonObject:
        """As the act keeps it and the door answers it."""
        return {
            "item": self.item,
            "dossier": str(self.dossier_id) if self.dossier_id else None,
            "outcome": self.outcome.value,
            "state": self.state,
            "flags": list(self.flags),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDone:
    """What one batch of scans left behind."""

    act: CounterAct
    items: tuple[ItemDone, ...]


class Scanned(Protocol):
    """Something with the code that was scanned."""

    @property
    def item(self) -> str:
        """As it came from the scanner or the keyboard."""


def go_through[S: Scanned](
    scene: CounterScene, items: Sequence[S], act: Callable[[Dossier, S], ItemOutcome]
) -> list[ItemDone]:
    """Does `act` with each item, all of them locked beforehand; one line an item.

    A code that is none of ours goes to the dispatcher's list; one that is scanned twice counts
    once.
    """
    found = find_scanned(scene.session, scene.province_code, [each.item for each in items])
    lines: list[ItemDone] = []
    seen: set[uuid.UUID] = set()
    for each in items:
        if each.item not in found:
            lines.append(unknown(scene, each.item))
        elif found[each.item] not in seen:
            seen.add(found[each.item])
            dossier = scene.dossier(found[each.item])
            outcome = act(dossier, each)
            lines.append(done(scene, each.item, dossier, outcome))
    return lines


def done(scene: CounterScene, text: str, dossier: Dossier, outcome: ItemOutcome) -> ItemDone:
    """The line of an item that exists, with what was flagged on the way."""
    return ItemDone(
        item=text,
        dossier_id=dossier.id,
        outcome=outcome,
        state=dossier.state.value,
        flags=tuple(scene.take_flags()),
    )


def unknown(scene: CounterScene, text: str) -> ItemDone:
    """A code that is none of ours lies on the counter: somebody has to find out whose it is."""
    scene.ask_person("unknown_item", detail={"scanned": text[:40]})
    return ItemDone(item=text, outcome=ItemOutcome.UNKNOWN)


def as_json(items: Iterable[ItemDone]) -> list[JsonObject]:
    """All lines."""
    return [item.as_json() for item in items]
