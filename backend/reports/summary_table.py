"""A plan's figures as a table on a terminal, in Vietnamese, with the reasons of what is left."""

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from backend import clock
from backend.planning.models import Plan
from backend.planning.plan_details import RouteDetail, UnassignedDetail
from backend.reports.words import PLAN_WORDS, travel_words

NO_ROADS = "Chưa dùng được dữ liệu đường; dựng bằng lệnh: tannoi roads build FILE"

MOST_REASONS = 12
"""Longer lists belong into the files; a terminal shows the first."""


def summary_table(
    plan: Plan, routes: Sequence[RouteDetail], left: Sequence[UnassignedDetail]
) -> str:
    """Heading, one line a courier, totals, promises, baseline with its rule, what is left."""
    parts = [
        _heading(plan),
        _grid(_COLUMNS, [_courier_line(route) for route in routes], _totals(plan)),
        *_figures(plan),
        *_baseline(plan),
        *_left(plan, left),
    ]
    return "\n".join(parts) + "\n"


_COLUMNS = ("Tuyến", "Bưu tá", "Ca đi", "Điểm dừng", "Lượt", "Km", "Giờ đi", "Chờ")


def _heading(plan: Plan) -> str:
    status = PLAN_WORDS.get(plan.status, plan.status.value)
    area, day = plan.planning_area.name, f"{plan.service_date:%d/%m/%Y}"
    lines = [f"Kế hoạch số {plan.number} · {area} · {day} · {status}", travel_words(plan)]
    if plan.travel_note:
        lines.append(f"! {NO_ROADS} ({plan.travel_note})")
    return "\n".join(lines) + "\n"


def _courier_line(route: RouteDetail) -> tuple[str, ...]:
    starts, ends = (clock.to_local(at) for at in (route.starts_at, route.ends_at))
    return (
        str(route.number),
        f"{route.courier_code} {route.courier_name}",
        f"{starts:%H:%M}–{ends:%H:%M}",
        str(sum(stop.label is not None for stop in route.stops)),
        str(len(route.visits)),
        _decimal(route.distance_m / 1000),
        _clock_time(route.ride_s),
        _clock_time(route.wait_s),
    )


def _totals(plan: Plan) -> tuple[str, ...]:
    summary: dict[str, Any] = plan.summary
    couriers = summary["couriers"]
    return (
        "",
        f"{couriers['used']} / {couriers['available']} bưu tá",
        "",
        str(summary["stops"]),
        str(summary["visits"]["all"]),
        _decimal(summary["distance_km"]),
        _clock_time(round(summary["ride_h"] * 3600)),
        _clock_time(round(summary["wait_h"] * 3600)),
    )


def _figures(plan: Plan) -> Iterable[str]:
    summary: dict[str, Any] = plan.summary
    visits, promises, legs = summary["visits"], summary["promises"], summary["legs"]
    yield ""
    yield (
        f"Việc: {legs['planned']}/{legs['asked']} chặng hồ sơ; {visits['homes']} lượt đến nhà "
        f"({visits['collection']} thu gom, {visits['delivery']} phát)"
    )
    yield (
        f"Cam kết: {promises['kept']} đúng hạn trong ngày, {promises['at_risk']} còn kịp ngày mai, "
        f"{promises['broken']} trễ hạn; {promises['overnight']} hồ sơ nghỉ đêm ở bưu cục"
    )
    search = summary["search"]
    yield (
        f"Tìm kiếm: {search['engine']}, seed {search['seed']}, {_decimal(search['seconds'])} giây"
        + (", đã dừng theo yêu cầu" if search["stopped"] else "")
    )
    for courier in summary["stranded_shifts"]:
        yield f"! Ca của {courier} không xếp được: bưu cục chưa có vị trí trên đường."


def _baseline(plan: Plan) -> Iterable[str]:
    base: dict[str, Any] = plan.baseline
    if not base:
        return
    summary: dict[str, Any] = plan.summary
    cost, undone = summary["search"]["cost"], summary["unassigned"]["legs"]
    yield ""
    yield "Đối chiếu với cách chia theo khu vực (không phải mức tiết kiệm đã đo):"
    yield _grid(
        ("", "Chi phí", "Bưu tá", "Km", "Giờ đi", "Chưa xếp"),
        [
            _compared("Kế hoạch này", cost, summary, undone),
            _compared("Chia theo khu vực", base["cost"], base, base["unassigned_legs"]),
        ],
    )
    yield "Chi phí: giây đi đường + 900 mỗi bưu tá + giá của việc để lại hoặc qua đêm."
    yield from textwrap.wrap(f"Cách chia: {base['rule_vi']}", width=100)


def _compared(name: str, cost: int, figures: dict[str, Any], left: int) -> tuple[str, ...]:
    return (
        name,
        _thousands(cost),
        str(figures["couriers"]["used"]),
        _decimal(figures["distance_km"]),
        _clock_time(round(figures["ride_h"] * 3600)),
        str(left),
    )


def _left(plan: Plan, left: Sequence[UnassignedDetail]) -> Iterable[str]:
    yield ""
    if not left:
        yield "Không còn việc nào chưa xếp."
        return
    yield f"Chưa xếp được {len(left)} chặng:"
    for item in left[:MOST_REASONS]:
        reason = item.reasons[0]["detail_vi"] if item.reasons else "chưa rõ lý do"
        yield f"  {item.leg.item_code}  {item.address or item.leg.procedure_name}: {reason}"
    if len(left) > MOST_REASONS:
        yield f"  … và {len(left) - MOST_REASONS} chặng nữa, xem summary.json"


def _grid(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    totals: Sequence[str] | None = None,
) -> str:
    """Columns as wide as their widest cell; numbers to the right, the first words to the left."""
    lines = [columns, *rows, *([totals] if totals else [])]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(columns))]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    shown = [_line(line, widths) for line in lines]
    body = shown[1 : len(rows) + 1]
    return "\n".join([shown[0], rule, *body, *([rule, shown[-1]] if totals else [])])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (width - _width(cell)) if i < 3 else " " * (width - _width(cell)) + cell
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: combining marks take none."""
    return sum(unicodedata.combining(c) == 0 for c in text)


def _decimal(value: float) -> str:
    return f"{value:,.1f}".translate(str.maketrans(",.", ".,"))


def _thousands(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _clock_time(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02}"
