"""Both panels together: one SVG picture, or one HTML page that asks nothing of the network."""

from collections.abc import Mapping

from routing.drawing.day_panel import draw_days, panel_height
from routing.drawing.ink import Units, text
from routing.drawing.layout import positions, used_indices
from routing.drawing.map_panel import HEIGHT, WIDTH, draw_map
from routing.problem import Problem
from routing.solution import Solution

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:24px auto;max-width:1240px;padding:0 16px;
color:#1d1d1d;background:#fff}
h1{font-size:22px}
svg{width:100%;height:auto}
table{border-collapse:collapse}
td,th{padding:2px 14px 2px 0;text-align:left}
.num{text-align:right}
"""

_SVG = (
    'xmlns="http://www.w3.org/2000/svg" font-family="system-ui,sans-serif" font-size="12" '
    'role="img"'
)

_NO_NETWORK = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)


def draw_picture(
    problem: Problem,
    solution: Solution,
    places: Mapping[int, tuple[float, float]],
    *,
    scale: int | None = None,
) -> str:
    """An SVG document. `places` are (x, y) by matrix index, as far as known. `scale` is how many
    seconds one unit of time is where times are no clock (Li–Lim, Solomon)."""
    units = Units(scale)
    where, real = positions(problem, used_indices(problem, solution), places)
    kind = "coordinates of the file" if real else "no coordinates: drawn from ride times, no map"
    below = HEIGHT + 40
    height = below + panel_height(solution)
    key = (
        f"{kind} · ■ start and end · ● pickup or job · ○ delivery · below: thin riding, thick "
        "working, light grey waiting, dark grey break"
    )
    return "\n".join(
        [
            f'<svg {_SVG} viewBox="0 0 {WIDTH} {height}">',
            f"<title>{text(_headline(solution, units))}</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            draw_map(solution, where, units),
            f'<text x="4" y="{HEIGHT + 18}" fill="#555">{text(key)}</text>',
            f'<g transform="translate(0 {below})">',
            draw_days(solution, units),
            "</g>",
            "</svg>",
            "",
        ]
    )


def draw_page(
    problem: Problem,
    solution: Solution,
    places: Mapping[int, tuple[float, float]],
    *,
    title: str,
    scale: int | None = None,
) -> str:
    """An HTML document with the picture, the couriers' figures and what is undone."""
    units = Units(scale)
    rows = [
        f"<tr><td>{text(route.vehicle_id)}</td>"
        f'<td class="num">{len(route.task_ids)}</td>'
        f"<td>{text(units.moment(route.start_s))}</td><td>{text(units.moment(route.end_s))}</td>"
        f'<td class="num">{text(units.span(route.ride_s))}</td>'
        f'<td class="num">{route.distance_m:,}</td><td class="num">{route.cost:,}</td></tr>'
        for route in solution.routes
    ]
    undone = [
        f"<li>{text(left.id)} {text(', '.join(reason.code for reason in left.reasons))}</li>"
        for left in solution.unassigned
    ]
    heads = ("courier", "tasks", "leaves", "ends", "riding", "metres", "cost")
    return "\n".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            _NO_NETWORK,
            f"<title>{text(title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{text(title)}</h1><p>{text(_headline(solution, units))}</p>",
            draw_picture(problem, solution, places, scale=scale),
            f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>",
            *rows,
            "</table>",
            f"<h2>Undone: {len(undone)}</h2><ul>{''.join(undone)}</ul>" if undone else "",
            "</body></html>",
            "",
        ]
    )


def _headline(solution: Solution, units: Units) -> str:
    told = [f"{len(solution.routes)} vehicles", f"{len(solution.unassigned)} undone"]
    told.append(f"riding {units.span(solution.ride_s)}")
    if units.scale is None:
        told += [f"{solution.distance_m:,} m", f"cost {solution.cost:,}"]
    return " · ".join(told)
