"""The days of a picture: one row per courier, riding, waiting, acting and breaks along the time."""

from collections.abc import Callable

from routing.drawing.ink import Units, colour, number, text
from routing.solution import Route, Solution, Visit, VisitKind

ROW, LABELS, WIDTH, TOP = 26, 300, 1200, 30

TICKS = 8
"""About so many labels along the time."""

WAITING, BREAK = "#d9d9d9", "#8a8a8a"


def panel_height(solution: Solution) -> int:
    """Pixels that the days of a solution take."""
    return TOP + ROW * len(solution.routes) + 10


def draw_days(solution: Solution, units: Units) -> str:
    """An SVG group of WIDTH × `panel_height`; its labels are the legend of the colours."""
    if not solution.routes:
        return ""
    first = min(route.start_s for route in solution.routes)
    last = max(route.end_s for route in solution.routes)
    span = max(1, last - first)

    def x_of(moment: int) -> float:
        return LABELS + (moment - first) * (WIDTH - LABELS - 10) / span

    parts = _axis(first, last, x_of, units, panel_height(solution))
    for rank, route in enumerate(solution.routes):
        parts.extend(_row(route, rank, x_of, units))
    return "\n".join(parts)


def _axis(
    first: int, last: int, x_of: Callable[[int], float], units: Units, height: int
) -> list[str]:
    wanted = max(1, (last - first) // TICKS)
    step = units.step(wanted)
    parts: list[str] = []
    for moment in range(-(-first // step) * step, last + 1, step):
        x = number(x_of(moment))
        parts.append(f'<line x1="{x}" y1="{TOP - 8}" x2="{x}" y2="{height}" stroke="#e3e3e3"/>')
        label = f'text-anchor="middle" fill="#555">{text(units.moment(moment))}</text>'
        parts.append(f'<text x="{x}" y="{TOP - 12}" {label}')
    return parts


def _row(route: Route, rank: int, x_of: Callable[[int], float], units: Units) -> list[str]:
    y = TOP + ROW * rank
    tasks = len(route.task_ids)
    told = (
        f"{route.vehicle_id} · {tasks} · {units.moment(route.start_s)}–{units.moment(route.end_s)}"
    )
    parts = [
        f'<rect x="4" y="{y + 5}" width="12" height="12" fill="{colour(rank)}"/>',
        f'<text x="22" y="{y + 15}">{text(told)}</text>',
    ]

    def bar(begin: int, end: int, fill: str, hint: str, thick: int) -> None:
        if end <= begin:
            return
        x, wide = x_of(begin), max(0.6, x_of(end) - x_of(begin))
        at = f'x="{number(x)}" y="{y + 11 - thick // 2}" width="{number(wide)}"'
        span = f"{units.moment(begin)}–{units.moment(end)}"
        hint = f"<title>{text(f'{hint} {span}')}</title>"
        parts.append(f'<rect {at} height="{thick}" fill="{fill}">{hint}</rect>')

    for visit in route.visits:
        _visit_bars(visit, rank, bar)
    return parts


def _visit_bars(visit: Visit, rank: int, bar: Callable[[int, int, str, str, int], None]) -> None:
    bar(visit.arrival_s - visit.ride_s, visit.arrival_s, colour(rank), "ride", 4)
    bar(visit.arrival_s, visit.start_s, WAITING, "wait", 10)
    if visit.kind is VisitKind.BREAK:
        bar(visit.start_s, visit.end_s, BREAK, f"break {visit.task_id}", 16)
    else:
        bar(visit.start_s, visit.end_s, colour(rank), str(visit.task_id), 16)
