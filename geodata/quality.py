"""What a person should know about a data pack before relying on it: counts, gaps, oddities."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace

from geodata.packs import FIRST_ERA, SECOND_ERA, THIRD_ERA, Pack, Row
from geodata.point import Point
from geodata.road_lines import read_network
from geodata.travel_tables import SNAP_LIMIT_M
from geodata.unit_outlines import UnitOutline
from geodata.units import CENTROID_REACH, LOCAL_TIERS, USUAL_AREA_KM2, Unit, UnitIndex

_SHOWN = 100
"""Rows named in one finding; the count is always whole."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of oddity: what it is, how many rows have it out of how many, and which."""

    name: str
    explanation: str
    count: int
    of: int
    rows: tuple[str, ...] = ()
    is_defect: bool = False
    """The data contradict themselves and must be corrected; else a person should know."""


@dataclass(frozen=True, slots=True)
class PackReport:
    """The state of a pack. `statuses`: file → status → rows."""

    pack: str
    version: str
    statuses: dict[str, dict[str, int]]
    eras: dict[str, int]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def defects(self) -> tuple[Finding, ...]:
        """Findings that must be corrected before the pack is used."""
        return tuple(each for each in self.findings if each.is_defect and each.count)

    def to_json(self) -> str:
        """The report as JSON, the same words as the page."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


def check_pack(pack: Pack, outlines: Iterable[UnitOutline] = ()) -> PackReport:
    """Look at every file of a pack. With outlines of today's units, places are proved to lie in
    their unit; without them only places whose unit is plainly elsewhere are found."""
    findings = [
        *_duplicates(pack),
        *_unit_findings(pack),
        *_place_findings(pack, {each.code: each for each in outlines}),
        *_desk_findings(pack),
        *_procedure_findings(pack),
        *_road_findings(pack),
    ]
    return PackReport(
        pack=pack.title,
        version=pack.version,
        statuses={kind: _statuses(pack, kind) for kind in _csv_kinds(pack)},
        eras={
            day.isoformat(): len(UnitIndex(pack.units).list_units(day, tiers=LOCAL_TIERS))
            for day in (FIRST_ERA, SECOND_ERA, THIRD_ERA)
        },
        findings=tuple(findings),
        notes=pack.notes,
        sources={file.path.name: f"{file.licence}. {file.provenance}" for file in pack.files},
    )


def _csv_kinds(pack: Pack) -> list[str]:
    return [file.kind for file in pack.files if file.path.suffix == ".csv"]


def _statuses(pack: Pack, kind: str) -> dict[str, int]:
    return dict(sorted(Counter(row["status"] for row in pack.rows(kind)).items()))


def _finding(
    name: str, explanation: str, rows: Iterable[str], of: int, *, is_defect: bool = False
) -> Finding:
    named = list(rows)
    return Finding(name, explanation, len(named), of, tuple(named[:_SHOWN]), is_defect)


_NATURAL_KEYS: Mapping[str, tuple[str, ...]] = {
    "units": ("code", "valid_from"),
    "procedures": ("code", "valid_from"),
    "calendar": ("date",),
    "tariff": ("code", "service", "scope", "weight_from_g", "valid_from"),
}


def _duplicates(pack: Pack) -> list[Finding]:
    findings = []
    for kind in _csv_kinds(pack):
        rows = pack.rows(kind)
        names = _NATURAL_KEYS.get(kind, ("code",))
        keys = Counter(tuple(row[name] for name in names) for row in rows)
        twice = [" ".join(key) for key, count in keys.items() if count > 1]
        findings.append(
            _finding(
                f"{kind}: duplicate codes",
                f"rows with the same {', '.join(names)}",
                twice,
                len(rows),
                is_defect=True,
            )
        )
    return findings


def _unit_findings(pack: Pack) -> list[Finding]:
    local = [unit for unit in pack.units if unit.tier in LOCAL_TIERS]
    index = UnitIndex(pack.units)
    gone = [unit for unit in local if unit.valid_to is not None]
    lost = [
        _label(unit)
        for unit in gone
        if not index.succession(unit.code, unit.valid_from, THIRD_ERA).candidates
    ]
    split = [
        _label(unit)
        for unit in gone
        if index.succession(unit.code, unit.valid_from, THIRD_ERA).must_ask
    ]
    return [
        _finding(
            "units: no position",
            "nothing can be found near them",
            [_label(unit) for unit in local if unit.centroid is None],
            len(local),
        ),
        _finding(
            "units: no area",
            "a usual size is assumed where a point is matched",
            [_label(unit) for unit in local if unit.area_km2 is None],
            len(local),
        ),
        _finding(
            "units: no successor",
            "an old address there cannot be carried over",
            lost,
            len(gone),
            is_defect=True,
        ),
        _finding("units: split", "asked for or resolved by a point", split, len(gone)),
    ]


def _label(unit: Unit) -> str:
    return f"{unit.code} {unit.name} (since {unit.valid_from.isoformat()})"


def _place_findings(pack: Pack, outlines: Mapping[str, UnitOutline]) -> list[Finding]:
    units = [
        replace(unit, outline=outlines[unit.code].outline)
        if unit.valid_from == THIRD_ERA and unit.code in outlines
        else unit
        for unit in pack.units
    ]
    index = UnitIndex(units)
    findings = []
    for kind in ("offices", "post-offices"):
        rows = [row for row in pack.rows(kind) if row["lat"] and not row["valid_to"]]
        outside = [said for row in rows if (said := _outside(row, index))]
        how = (
            "proved by outlines" if outlines else "judged by distance from its centre, no outlines"
        )
        findings.append(
            _finding(f"{kind}: outside their unit", f"today's rows only; {how}", outside, len(rows))
        )
        findings.append(
            _finding(
                f"{kind}: no position",
                "cannot be planned",
                [row["code"] for row in pack.rows(kind) if not row["lat"]],
                len(pack.rows(kind)),
                is_defect=True,
            )
        )
    return findings


def _desk_findings(pack: Pack) -> list[Finding]:
    """Wards and communes got desks of their own step by step; whoever has none files elsewhere."""
    index = UnitIndex(pack.units)
    findings = []
    for day in (SECOND_ERA, THIRD_ERA):
        served = {
            row["unit_code"]
            for row in pack.rows("offices")
            if row["valid_from"] <= day.isoformat() <= (row["valid_to"] or "9999")
        }
        units = index.list_units(day, tiers=LOCAL_TIERS)
        bare = [_label(unit) for unit in units if unit.code not in served]
        findings.append(
            _finding(
                f"units: no desk on {day.isoformat()}",
                "no office is listed there",
                bare,
                len(units),
            )
        )
    return findings


def _outside(row: Row, index: UnitIndex) -> str:
    place = Point(float(row["lat"]), float(row["lon"]))
    match = index.unit_at(place, THIRD_ERA)
    if match is None or match.unit.code == row["unit_code"]:
        return ""
    own = index.find_unit(row["unit_code"], THIRD_ERA)
    if match.approximate and own is not None and _is_plausible(place, own):
        return ""
    return f"{row['code']} {row['name']}: lies in {match.unit.name}, says {row['unit_code']}"


def _is_plausible(place: Point, unit: Unit) -> bool:
    """Without outlines: near enough to the unit's centre for its area to reach the place."""
    if unit.centroid is None:
        return True
    radius_m = math.sqrt((unit.area_km2 or USUAL_AREA_KM2) * 1e6 / math.pi)
    return unit.centroid.distance_m(place) <= CENTROID_REACH * radius_m


def _procedure_findings(pack: Pack) -> list[Finding]:
    rows = pack.rows("procedures")
    return [
        _finding(
            "procedures: provisional code",
            "no national code at hand (TAM-)",
            sorted({row["code"] for row in rows if row["code"].startswith("TAM-")}),
            len({row["code"] for row in rows}),
        ),
        _finding(
            "procedures: no decision number",
            "the province's list of eligible procedures was not read",
            sorted({row["code"] for row in rows if not row["decision_no"]}),
            len({row["code"] for row in rows}),
        ),
    ]


def _road_findings(pack: Pack) -> list[Finding]:
    network = read_network(pack)
    if network is None:
        return []
    findings = [
        _finding(
            "roads: disconnected parts",
            "places on them are reached only by labelled estimates",
            [f"a part of {size} nodes" for size in network.part_sizes[1:]],
            len(network.part_sizes),
            is_defect=True,
        )
    ]
    for kind in ("offices", "post-offices", "populated-points"):
        rows = [row for row in pack.rows(kind) if row["lat"]]
        gaps = network.gaps_m([Point(float(row["lat"]), float(row["lon"])) for row in rows])
        far = [
            f"{row['code']}: {gap:.0f} m"
            for row, gap in sorted(zip(rows, gaps, strict=True), key=lambda pair: -pair[1])
            if gap > SNAP_LIMIT_M
        ]
        findings.append(
            _finding(
                f"{kind}: doors far from roads",
                f"over {SNAP_LIMIT_M:.0f} m from the roads of the pack: legs are estimated",
                far,
                len(rows),
            )
        )
    return findings
