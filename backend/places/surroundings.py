"""Which unit and which planning area lie around a point: asked for one door or for a whole file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import pi

from geoalchemy2 import Geography
from sqlalchemy import ARRAY, ColumnElement, Float, and_, case, cast, func, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TableValuedAlias

from backend.database import SRID_WGS84
from backend.places.models import AdministrativeUnit, PlanningArea, PostOffice, UnitTier
from backend.places.operations import valid_on
from geodata.point import Point
from geodata.units import CENTROID_REACH, EDGE_TOLERANCE_M, USUAL_AREA_KM2

_LOCAL_TIERS = (UnitTier.WARD, UnitTier.COMMUNE, UnitTier.SPECIAL_ZONE)
"""The tiers that an address lies in."""

_EDGE_DEGREES = 0.003
"""More than EDGE_TOLERANCE_M in every direction below 40° of latitude: what the index sifts."""


@dataclass(frozen=True, slots=True)
class SurroundingUnit:
    """The ward, commune or special zone of a place; `approximate` when no outline proves it."""

    unit: AdministrativeUnit
    approximate: bool


def unit_of_point(
    session: Session, province_code: str, point: Point, day: date
) -> SurroundingUnit | None:
    """The unit around a point on a local date, or None outside all; see `units_of_points`."""
    return units_of_points(session, province_code, [point], day)[0]


def units_of_points(
    session: Session, province_code: str, points: Sequence[Point], day: date
) -> list[SurroundingUnit | None]:
    """The unit around each point on a local date, in order, with one question to the database.

    By outline when one contains the point. Else, marked approximate: the nearest outline within
    EDGE_TOLERANCE_M (simplified outlines leave slivers), or the unit without outline whose centroid
    is nearest for its size (`geodata.units` states the reach).
    """
    if not points:
        return []
    asked, place = _asked(points)
    unit = AdministrativeUnit
    candidates = (
        select(unit.id)
        .where(
            unit.province_code == province_code, unit.tier.in_(_LOCAL_TIERS), valid_on(unit, day)
        )
        .correlate(asked)
        .limit(1)
    )
    around = (
        candidates.where(func.ST_Covers(unit.boundary, place))
        .order_by(unit.code)
        .subquery("around")
        .lateral()
    )
    gap = _metres(unit.boundary, place)
    beside = candidates.where(
        func.ST_Intersects(unit.boundary, func.ST_Expand(place, _EDGE_DEGREES)),
        gap <= EDGE_TOLERANCE_M,
    ).order_by(gap)
    radius = func.sqrt(func.coalesce(unit.area_km2, USUAL_AREA_KM2) * 1e6 / pi)
    share = _metres(unit.centroid, place) / radius
    near = candidates.where(unit.boundary.is_(None), share <= CENTROID_REACH).order_by(share)
    # COALESCE asks for the next candidate only where the one before found none; MATERIALIZED asks
    # once a point, not once a point and unit.
    chosen = func.coalesce(around.c.id, beside.scalar_subquery(), near.scalar_subquery())
    answers = (
        select(asked.c.position, chosen.label("id"), around.c.id.is_(None).label("approximate"))
        .select_from(asked)
        .join(around, true(), isouter=True)
        .cte("answers")
        .prefix_with("MATERIALIZED")
    )
    rows = session.execute(
        select(answers.c.position, unit, answers.c.approximate).join(
            answers, answers.c.id == unit.id
        )
    )
    found = {position: SurroundingUnit(row, approximate) for position, row, approximate in rows}
    return [found.get(position) for position in range(1, len(points) + 1)]


def planning_areas_of_points(
    session: Session, province_code: str, points: Sequence[Point], day: date
) -> list[PlanningArea | None]:
    """The planning area that serves each place on a local date, in order, with one question.

    The area whose boundary covers the place; else the area without boundary whose nearest post
    office lies within its reach. A place whose unit names an area belongs to that one instead:
    the caller knows the unit.
    """
    if not points:
        return []
    asked, place = _asked(points)
    gap = _metres(PostOffice.point, place)
    covered = func.ST_Covers(PlanningArea.boundary, place)
    serving = (
        select(PlanningArea.id)
        .join(PostOffice, PostOffice.planning_area_id == PlanningArea.id)
        .where(
            PlanningArea.province_code == province_code,
            valid_on(PostOffice, day),
            or_(covered, and_(PlanningArea.boundary.is_(None), gap <= PlanningArea.reach_m)),
        )
        .correlate(asked)
        .order_by(case((covered, 0), else_=1), gap)
        .limit(1)
    )
    answers = (
        select(asked.c.position, serving.scalar_subquery().label("id"))
        .cte("answers")
        .prefix_with("MATERIALIZED")
    )
    rows = session.execute(
        select(answers.c.position, PlanningArea).join(answers, answers.c.id == PlanningArea.id)
    )
    found = {row.position: row.PlanningArea for row in rows}
    return [found.get(position) for position in range(1, len(points) + 1)]


def _asked(points: Sequence[Point]) -> tuple[TableValuedAlias, ColumnElement[object]]:
    """Points as a table, numbered from 1, and the geometry of its rows."""
    asked = (
        func.unnest(
            cast([point.lat for point in points], ARRAY(Float)),
            cast([point.lon for point in points], ARRAY(Float)),
        )
        .table_valued("lat", "lon", with_ordinality="position")
        .render_derived("asked")
    )
    place = func.ST_SetSRID(func.ST_MakePoint(asked.c.lon, asked.c.lat), SRID_WGS84)
    return asked, place


def _metres(column: object, place: object) -> ColumnElement[float]:
    """Distance on the ellipsoid."""
    distance: ColumnElement[float] = func.ST_Distance(
        cast(column, Geography), cast(place, Geography)
    )
    return distance
