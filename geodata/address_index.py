"""Find the place of an address among known doors and streets, saying how sure the answer is.

A home is never put at the middle of a ward: what is not found as a door waits for a person.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from geodata.address import Address, house_key, normalise_address, street_key
from geodata.point import Point, distances_m
from geodata.vietnamese_text import search_key


class Precision(StrEnum):
    """How exactly a candidate places the address; there is nothing coarser than a street."""

    HOUSE = "HOUSE"
    NEAR_HOUSE = "NEAR_HOUSE"
    LANE = "LANE"
    STREET = "STREET"


PRECISION_SCORES = {
    Precision.HOUSE: 1.0,
    Precision.NEAR_HOUSE: 0.85,
    Precision.LANE: 0.7,
    Precision.STREET: 0.5,
}

PLACED_SCORE = 0.75
"""A candidate with this score or more may place a home without asking: a known door, or a
neighbouring number on the right street. [our estimate]"""

SAME_PLACE_M = 150.0
"""Two candidates of one score farther apart than this are two places: ask."""

NEIGHBOUR_NUMBERS = 20
"""A number is looked for between known numbers at most this far from it …"""

NEIGHBOUR_GAP_M = 300.0
"""… when these two stand at most this far apart, else one of them is mapped in a wrong place."""

NEXT_DOOR_NUMBERS = 6
"""A number with a known neighbour on one side only may be this far from it: three tube houses.
With these limits 9 of 10 doors of Đà Nẵng that are hidden from the index and placed all the same
are placed within 60 m (held by tests/integration/geodata)."""

STREET_LIKENESS = 0.82
"""Street names less alike than this (0–1) are other streets."""

WARD_AGREES, WARD_UNKNOWN, WARD_DIFFERS = 1.0, 0.95, 0.6


@dataclass(frozen=True, slots=True)
class AddressPoint:
    """A known door. `ward` may be empty."""

    house_number: str
    street: str
    ward: str
    point: Point
    source: str = ""


@dataclass(frozen=True, slots=True)
class StreetPoint:
    """A known place on a street, or on a lane of it ("Kiệt 12 Lê Duẩn")."""

    street: str
    point: Point
    source: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible place of an address; `score` from 0 to 1; `label` is what was found."""

    point: Point
    label: str
    precision: Precision
    score: float
    source: str


@dataclass(frozen=True, slots=True)
class _Door:
    house: str
    lanes: tuple[str, ...]
    ward: str
    point: Point
    label: str
    source: str


class AddressIndex:
    """An index in memory over doors and street points. Built once, then read only."""

    def __init__(
        self, doors: Iterable[AddressPoint] = (), streets: Iterable[StreetPoint] = ()
    ) -> None:
        self._doors: dict[str, list[_Door]] = defaultdict(list)
        for door in doors:
            if door.street.strip():
                self._add(f"{door.house_number} {door.street}", door.ward, door.point, door.source)
        for street in streets:
            self._add(street.street, "", street.point, street.source)
        self._streets = sorted(self._doors)

    def __len__(self) -> int:
        return sum(len(doors) for doors in self._doors.values())

    def search(
        self, address: str | Address, *, near: Point | None = None, limit: int = 5
    ) -> list[Candidate]:
        """The best candidates, best first; `near` settles ties in favour of the closer one."""
        wanted = normalise_address(address) if isinstance(address, str) else address
        found = [
            replace(candidate, score=round(candidate.score * likeness, 3))
            for street, likeness in self._alike(wanted.street)
            for candidate in self._on_street(wanted, self._doors[street])
        ]
        gaps = dict.fromkeys(range(len(found)), 0.0)
        if near is not None and found:
            row = distances_m([near], [candidate.point for candidate in found])[0]
            gaps = dict(enumerate(row.tolist()))
        order = sorted(gaps, key=lambda each: (-found[each].score, gaps[each], found[each].label))
        return [found[each] for each in order[:limit]]

    def place(self, address: str | Address) -> Candidate | None:
        """The one place of a home, or None when a person has to say where it is.

        Only a known door or a neighbouring number places a home, and only when no other place fits
        as well.
        """
        candidates = self.search(address, limit=20)
        if not candidates or candidates[0].score < PLACED_SCORE:
            return None
        best = candidates[0]
        rivals = [each.point for each in candidates if each.score >= best.score - 0.05]
        if float(distances_m([best.point], rivals).max()) > SAME_PLACE_M:
            return None
        return best

    def _add(self, line: str, ward: str, point: Point, source: str) -> None:
        read = normalise_address(line)
        if not read.street:
            return
        door = _Door(read.house, read.lanes, _ward_key(ward), point, read.line, source)
        self._doors[street_key(read.street)].append(door)

    def _alike(self, street: str) -> list[tuple[str, float]]:
        """Known streets whose names are like this one, with their likeness."""
        key = street_key(street)
        if not key:
            return []
        # Without marks "duong" may be the word for street or the name Dương.
        keys = [key, *(key.removeprefix(word) for word in ("duong ", "pho ") if key[5:])]
        exact = [each for each in dict.fromkeys(keys) if each in self._doors]
        if exact:
            return [(each, 1.0) for each in exact[:1]]
        near = difflib.get_close_matches(key, self._streets, n=3, cutoff=STREET_LIKENESS)
        likely = [each for each in near if _same_digits(each, key)]
        return [(each, difflib.SequenceMatcher(None, key, each).ratio()) for each in likely]

    def _on_street(self, wanted: Address, doors: Sequence[_Door]) -> list[Candidate]:
        in_lane = [door for door in doors if door.lanes == wanted.lanes]
        house = house_key(wanted.house)
        found: list[Candidate] = []
        if house:
            exact = [door for door in in_lane if house_key(door.house) == house]
            found = [_candidate(door, wanted, Precision.HOUSE) for door in exact]
            if not found:
                neighbour = _between_neighbours(house, in_lane)
                found = [_candidate(neighbour, wanted, Precision.NEAR_HOUSE)] if neighbour else []
        if wanted.lanes and not found:
            found = [_candidate(_middle(in_lane), wanted, Precision.LANE)] if in_lane else []
        if not found:
            found = [
                _candidate(_middle(group), wanted, Precision.STREET) for group in _groups(doors)
            ]
        return found


def _candidate(door: _Door, wanted: Address, precision: Precision) -> Candidate:
    score = PRECISION_SCORES[precision] * _ward_agreement(wanted, door.ward)
    return Candidate(door.point, door.label, precision, score, door.source)


def _ward_agreement(wanted: Address, ward: str) -> float:
    named = [wanted.ward, wanted.district, *wanted.areas]
    keys = {_ward_key(name) for name in named if name}
    if not ward or not keys:
        return WARD_UNKNOWN
    # Wards and districts of three eras share names: only a contradiction of all of them counts.
    return WARD_AGREES if ward in keys else WARD_DIFFERS if wanted.ward else WARD_UNKNOWN


def _ward_key(name: str) -> str:
    return re.sub(r"^(?:phuong|xa|thi tran|quan|huyen|thanh pho|dac khu) ", "", search_key(name))


def _same_digits(left: str, right: str) -> bool:
    """An Thượng 2 and An Thượng 29 are alike as text and are two streets."""
    return re.findall(r"\d+", left) == re.findall(r"\d+", right)


def _number(house: str) -> int | None:
    digits = re.match(r"\d+", house_key(house))
    return int(digits[0]) if digits else None


def _between_neighbours(house: str, doors: Sequence[_Door]) -> _Door | None:
    """A place between the nearest known numbers of the same side of the street."""
    number = _number(house)
    if number is None:
        return None
    numbered = [(known, door) for door in doors if (known := _number(door.house)) is not None]
    side = [(known, door) for known, door in numbered if (known - number) % 2 == 0]
    close = [(known, door) for known, door in side if abs(known - number) <= NEIGHBOUR_NUMBERS]
    if not close:
        return None
    below = max((pair for pair in close if pair[0] <= number), key=_first, default=None)
    above = min((pair for pair in close if pair[0] >= number), key=_first, default=None)
    gap = below[1].point.distance_m(above[1].point) if below and above else 0.0
    if gap > NEIGHBOUR_GAP_M:
        return None
    if below is None or above is None or below[0] == above[0]:
        known, nearest = min(close, key=lambda pair: abs(pair[0] - number))
        return nearest if abs(known - number) <= NEXT_DOOR_NUMBERS else None
    (low, start), (high, end) = below, above
    share = (number - low) / (high - low)
    point = Point(
        start.point.lat + share * (end.point.lat - start.point.lat),
        start.point.lon + share * (end.point.lon - start.point.lon),
    )
    return replace(start, point=point, label=f"{start.label} … {end.label}")


def _first(pair: tuple[int, _Door]) -> int:
    return pair[0]


def _middle(doors: Sequence[_Door]) -> _Door:
    """The door nearest to the middle of all: a real place, not a mean in a river."""
    points = [door.point for door in doors]
    mean = Point(
        sum(point.lat for point in points) / len(points),
        sum(point.lon for point in points) / len(points),
    )
    gaps = distances_m([mean], points)[0]
    return doors[int(gaps.argmin())]


def _groups(doors: Sequence[_Door]) -> list[list[_Door]]:
    """Doors of one street name by place: the same name 3 km away is another street."""
    groups: list[list[_Door]] = []
    for door in doors:
        for group in groups:
            if door.point.distance_m(group[0].point) <= 3_000.0:
                group.append(door)
                break
        else:
            groups.append([door])
    return groups
