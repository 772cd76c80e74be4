"""Legs that travel together become one carriage: one visit at each end, however many dossiers."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched

from backend.places.models import PlaceKind
from backend.planning.day_rows import LegRow, PlaceKey
from backend.planning.models import VisitKind

_PICKUP_KIND = {
    PlaceKind.HOME: VisitKind.COLLECTION,
    PlaceKind.OFFICE: VisitKind.FETCH,
    PlaceKind.POST_OFFICE: VisitKind.TAKE_FROM_POST_OFFICE,
}
_DELIVERY_KIND = {
    PlaceKind.HOME: VisitKind.DELIVERY,
    PlaceKind.OFFICE: VisitKind.HAND_OVER,
    PlaceKind.POST_OFFICE: VisitKind.DEPOSIT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """Legs of one booking with the same two ends and the same constraints."""

    legs: tuple[LegRow, ...]

    @property
    def id(self) -> str:
        """The solver's id: that of the first leg."""
        return str(self.legs[0].id)

    @property
    def first(self) -> LegRow:
        return self.legs[0]

    @property
    def dossiers(self) -> int:
        return len(self.legs)

    @property
    def cash_vnd(self) -> int:
        """Cash taken at the home end for all dossiers together."""
        return sum(leg.cash_vnd for leg in self.legs)

    @property
    def leg_ids(self) -> tuple[uuid.UUID, ...]:
        return tuple(leg.id for leg in self.legs)

    @property
    def origin(self) -> PlaceKey:
        return self.first.origin

    @property
    def destination(self) -> PlaceKey:
        return self.first.destination

    @property
    def pickup_kind(self) -> VisitKind:
        return _PICKUP_KIND[self.origin[0]]

    @property
    def delivery_kind(self) -> VisitKind:
        return _DELIVERY_KIND[self.destination[0]]

    @property
    def home(self) -> PlaceKey | None:
        """The citizen's door, if one end is a home."""
        ends = (self.origin, self.destination)
        return next((place for place in ends if place[0] is PlaceKind.HOME), None)


def bundle(legs: Iterable[LegRow], most_dossiers: int) -> tuple[Carriage, ...]:
    """Carriages in a stable order, none larger than the smallest satchel of the day.

    A firm's thirty dossiers must not wait for the one courier whose bag holds thirty.
    """
    together: dict[object, list[LegRow]] = {}
    for leg in sorted(legs, key=lambda leg: leg.id):
        together.setdefault(_what_binds(leg), []).append(leg)
    return tuple(
        Carriage(legs=part) for group in together.values() for part in batched(group, most_dossiers)
    )


def _what_binds(leg: LegRow) -> object:
    return (
        leg.booking_id or leg.id,
        leg.origin,
        leg.destination,
        leg.slot,
        leg.ready_s,
        leg.due_on,
        leg.same_day,
        leg.attempt,
        leg.skills,
    )
