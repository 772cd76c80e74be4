"""The map of a picture: a line per courier, a mark per place, what happens there as a hint."""

from collections.abc import Mapping
from itertools import pairwise

from routing.drawing.ink import Units, colour, number, text
from routing.solution import Route, Solution, VisitKind

WIDTH, HEIGHT, MARGIN = 1200, 680, 24

type Point = tuple[float, float]


def draw_map(solution: Solution, where: Mapping[int, Point], units: Units) -> str:
    """An SVG group of WIDTH × HEIGHT."""
    to_page = _scale(where)
    parts: list[str] = []
    for rank, route in enumerate(solution.routes):
        parts.append(_line(route, rank, to_page))
    for rank, route in enumerate(solution.routes):
        parts.extend(_marks(route, rank, to_page, units))
    return "\n".join(parts)


def _scale(where: Mapping[int, Point]) -> dict[int, Point]:
    """Points of the page: the same scale both ways, north up."""
    xs, ys = [x for x, _ in where.values()] or [0.0], [y for _, y in where.values()] or [0.0]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    fits = [(WIDTH - 2 * MARGIN) / wide] if wide else []
    fits += [(HEIGHT - 2 * MARGIN) / high] if high else []
    scale = min(fits, default=1.0)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2
    return {
        index: (left + (x - min(xs)) * scale, top + (max(ys) - y) * scale)
        for index, (x, y) in where.items()
    }


def _points(route: Route, where: Mapping[int, Point]) -> list[Point]:
    indices = [v.location.matrix_index for v in route.visits if v.location is not None]
    return [where[i] for i in indices if i in where]


def _line(route: Route, rank: int, where: Mapping[int, Point]) -> str:
    points = _points(route, where)
    distinct = points[:1] + [point for before, point in pairwise(points) if point != before]
    drawn = " ".join(f"{number(x)},{number(y)}" for x, y in distinct)
    return (
        f'<polyline points="{drawn}" fill="none" stroke="{colour(rank)}" stroke-width="2" '
        f'stroke-linejoin="round" opacity="0.75"><title>{text(route.vehicle_id)}</title></polyline>'
    )


def _marks(route: Route, rank: int, where: Mapping[int, Point], units: Units) -> list[str]:
    marks: list[str] = []
    for visit in route.visits:
        index = None if visit.location is None else visit.location.matrix_index
        if index is None or index not in where:
            continue
        x, y = where[index]
        hint = f"{visit.task_id or visit.kind.lower()}: {units.moment(visit.start_s)}"
        hint = f"<title>{text(f'{hint} · {route.vehicle_id}')}</title>"
        at = f'cx="{number(x)}" cy="{number(y)}"'
        if visit.kind in {VisitKind.START, VisitKind.END}:
            corner = f'x="{number(x - 5)}" y="{number(y - 5)}" width="10" height="10"'
            marks.append(f'<rect {corner} fill="#222">{hint}</rect>')
        elif visit.kind is VisitKind.DELIVERY:
            ring = f'fill="#fff" stroke="{colour(rank)}" stroke-width="2"'
            marks.append(f'<circle {at} r="4" {ring}>{hint}</circle>')
        else:
            marks.append(f'<circle {at} r="4" fill="{colour(rank)}">{hint}</circle>')
    return marks
