"""Data packs: what a city needs for its first day, in files of our own import columns.

A pack holds no loader: its rows enter the database through the importers that any file goes
through. What is read here serves checks, sample demand and the map.
"""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from geodata.barriers import Barrier, read_barriers
from geodata.calendar import WorkingCalendar
from geodata.errors import InvalidGeodata
from geodata.point import Point
from geodata.units import Unit, UnitTier

PACKS_DIR = Path(__file__).parent
DEFAULT_PACK = "da_nang"

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

type Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack; `kind` is the word that `tannoi import` takes for it."""

    kind: str
    path: Path
    is_import: bool
    licence: str
    provenance: str


@dataclass(frozen=True, slots=True)
class PopulatedPoint:
    """A place where people live: homes of sample demand lie within `radius_m` of it.

    `weight` is the number of people it stands for. `visit_days` (0 = Monday) is empty when the
    place is visited on every day. The three unit codes are those of the three eras.
    """

    code: str
    street: str
    point: Point
    radius_m: int
    weight: int
    unit_codes: tuple[tuple[date, str], ...]
    visit_days: frozenset[int] = frozenset()

    @property
    def is_remote(self) -> bool:
        """True when couriers come on fixed weekdays only."""
        return bool(self.visit_days)

    def is_visited_on(self, day: date) -> bool:
        """Whether a courier comes on that local date."""
        return not self.visit_days or day.weekday() in self.visit_days

    def unit_code_on(self, day: date) -> str:
        """Code of the ward or commune around it on that local date."""
        code = ""
        for since, each in self.unit_codes:
            if since <= day:
                code = each
        return code


class Pack:
    """The files of one pack. InvalidGeodata names file and line it cannot read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            content = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InvalidGeodata(
                f"{folder.name} is not a data pack ({error}).",
                f"Use one of: {', '.join(list_packs())}.",
            ) from None
        self.name = str(content["name"])
        self.title = str(content["title"])
        self.version = str(content["version"])
        self.province_code = str(content["province_code"])
        self.planning_area = str(content["planning_area"])
        self.roads_attribution = str(content["roads_attribution"])
        self.notes = tuple(str(note) for note in content["notes"])
        self.files = tuple(
            PackFile(
                kind=each["kind"],
                path=folder / each["file"],
                is_import=each["import"],
                licence=each["licence"],
                provenance=each["provenance"],
            )
            for each in content["files"]
        )

    def find_file(self, kind: str) -> PackFile | None:
        """The file of that kind, or None."""
        return next((each for each in self.files if each.kind == kind), None)

    def list_imports(self) -> list[PackFile]:
        """The files to import, in the order in which later ones refer to earlier ones."""
        return [each for each in self.files if each.is_import]

    def rows(self, kind: str) -> list[Row]:
        """The rows of a CSV file of the pack as text, by column name."""
        file = self.find_file(kind)
        if file is None:
            raise InvalidGeodata(
                f"Pack {self.name} has no {kind}.",
                f"It has: {', '.join(each.kind for each in self.files)}.",
            )
        with file.path.open(encoding="utf-8", newline="") as lines:
            return [
                {str(key): value or "" for key, value in row.items()}
                for row in csv.DictReader(lines)
            ]

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units of all eras."""
        return tuple(self._read(row, "units", _unit) for row in self._numbered("units"))

    @cached_property
    def populated_points(self) -> tuple[PopulatedPoint, ...]:
        """Where sample homes lie."""
        kind = "populated-points"
        return tuple(self._read(row, kind, _populated_point) for row in self._numbered(kind))

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The working calendar of the pack."""
        days: dict[str, dict[date, str]] = {}
        for row in self.rows("calendar"):
            days.setdefault(row["kind"], {})[date.fromisoformat(row["date"])] = row["name"]
        return WorkingCalendar(
            days.get("HOLIDAY", {}),
            days.get("SUBSTITUTE_DAY_OFF", {}),
            days.get("WORKING_DAY", {}),
        )

    @cached_property
    def barriers(self) -> tuple[Barrier, ...]:
        """Rivers and their bridges, for estimates without road data."""
        file = self.find_file("barriers")
        return tuple(read_barriers(file.path)) if file else ()

    def _numbered(self, kind: str) -> list[tuple[int, Row]]:
        return list(enumerate(self.rows(kind), 2))

    def _read[T](self, numbered: tuple[int, Row], kind: str, make: Callable[[Row], T]) -> T:
        line, row = numbered
        try:
            return make(row)
        except (KeyError, ValueError) as error:
            raise InvalidGeodata(
                f"{kind} of pack {self.name}, line {line}: {error}", "Correct the row."
            ) from None


def list_packs() -> list[str]:
    """Names of the packs that ship with the library."""
    return sorted(each.parent.name for each in PACKS_DIR.glob("*/pack.json"))


def open_pack(name: str = DEFAULT_PACK) -> Pack:
    """The pack of that name. Raises InvalidGeodata, listing the packs, when there is none."""
    if name not in list_packs():
        raise InvalidGeodata(
            f"There is no data pack {name!r}.", f"Use one of: {', '.join(list_packs())}."
        )
    return Pack(PACKS_DIR / name)


def _unit(row: Mapping[str, str]) -> Unit:
    return Unit(
        code=row["code"],
        name=row["name"],
        tier=UnitTier(row["tier"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        parent_code=row["parent_code"],
        zone_code=row["zone_code"],
        centroid=Point(float(row["lat"]), float(row["lon"])) if row["lat"] else None,
        area_km2=float(row["area_km2"]) if row["area_km2"] else None,
        replaces=tuple(filter(None, row["replaces"].split(";"))),
        source=row["source"],
        status=row["status"],
    )


FIRST_ERA = date(2018, 1, 1)
SECOND_ERA = date(2025, 1, 1)
THIRD_ERA = date(2025, 7, 1)
"""First days of the three sets of units the pack speaks about."""


def _populated_point(row: Mapping[str, str]) -> PopulatedPoint:
    return PopulatedPoint(
        code=row["code"],
        street=row["street"],
        point=Point(float(row["lat"]), float(row["lon"])),
        radius_m=int(row["radius_m"]),
        weight=int(row["weight"]),
        unit_codes=(
            (FIRST_ERA, row["unit_code_2018"]),
            (SECOND_ERA, row["unit_code_2025h1"]),
            (THIRD_ERA, row["unit_code"]),
        ),
        visit_days=frozenset(
            WEEKDAYS.index(day) for day in filter(None, row["visit_days"].split(";"))
        ),
    )
