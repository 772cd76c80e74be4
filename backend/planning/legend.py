"""Which legs and places the ids of a stored problem stand for, so that a plan can be worked on
without being built anew from rows that have moved since."""

import json
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from backend.database import JsonObject
from backend.places.models import PlaceKind
from backend.planning.day_rows import PlaceKey
from backend.planning.locks import Act
from backend.planning.models import VisitKind
from backend.planning.problem_builder import BuiltProblem
from backend.planning.tasks import TaskMeaning
from geodata.point import Point
from routing import Problem

MEDIA_TYPE = "application/json"


@dataclass(frozen=True)
class Legend:
    """`works`: shipment id → its legs; `places` and `points` by matrix index."""

    works: Mapping[str, tuple[uuid.UUID, ...]]
    places: tuple[PlaceKey, ...]
    points: tuple[Point, ...]
    gone: frozenset[uuid.UUID] = frozenset()
    """Legs that were in it and are not ridden any more; not stored."""

    def of(self, legs: Collection[uuid.UUID]) -> "Legend":
        """With these legs only; works without any are not there."""
        works = {
            work: left
            for work, known in self.works.items()
            if (left := tuple(leg for leg in known if leg in legs))
        }
        return replace(self, works=works, gone=self.gone | (self.work_of.keys() - legs))

    @cached_property
    def work_of(self) -> dict[uuid.UUID, str]:
        """Leg → the shipment that carries it."""
        return {leg: work for work, legs in self.works.items() for leg in legs}

    def to_json(self) -> bytes:
        """The stored form."""
        document: JsonObject = {
            "works": {work: [str(leg) for leg in legs] for work, legs in self.works.items()},
            "places": [
                [kind.value, str(id_), point.lat, point.lon]
                for (kind, id_), point in zip(self.places, self.points, strict=True)
            ],
        }
        return json.dumps(document, separators=(",", ":")).encode()

    def meanings(self, problem: Problem) -> dict[str, TaskMeaning]:
        """What each task of a problem stands for; tasks of works that it does not know are not
        there (halts that hold a moment of the past)."""
        found: dict[str, TaskMeaning] = {}
        for shipment in problem.shipments:
            legs = self.works.get(shipment.id)
            if legs is None:
                continue
            for task in (*shipment.pickups, *shipment.deliveries):
                _, kind, *rest = task.id.split(":")
                place, _, place_id = task.location.place.partition(":")
                found[task.id] = TaskMeaning(
                    leg_ids=legs,
                    kind=VisitKind(kind),
                    place=(PlaceKind(place), uuid.UUID(place_id)),
                    overnight=bool(rest) and kind == VisitKind.DEPOSIT.value,
                )
        return found


def legend_of(built: BuiltProblem) -> Legend:
    """The legend of a problem that was just built."""
    return Legend(
        works={work: carriage.leg_ids for work, carriage in built.carriages.items()},
        places=built.places,
        points=built.points,
    )


def read_legend(content: bytes) -> Legend:
    """From its stored form."""
    document = json.loads(content)
    places = document["places"]
    return Legend(
        works={
            work: tuple(uuid.UUID(leg) for leg in legs) for work, legs in document["works"].items()
        },
        places=tuple((PlaceKind(kind), uuid.UUID(id_)) for kind, id_, _, _ in places),
        points=tuple(Point(lat, lon) for _, _, lat, lon in places),
    )


def tasks_of_acts(
    meanings: Mapping[str, TaskMeaning], preferred: Iterable[str] = ()
) -> dict[Act, str]:
    """Leg and act → task. Where an act has several tasks (post offices for the night) one that is
    `preferred`, because it is planned."""
    liked = set(preferred)
    found: dict[Act, str] = {}
    for task_id, meaning in meanings.items():
        for leg in meaning.leg_ids:
            act = (leg, meaning.kind)
            if act not in found or task_id in liked:
                found[act] = task_id
    return found
