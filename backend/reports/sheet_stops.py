"""One stop on the printed sheet: a band with place and time, its dossiers, and who signs."""

from itertools import zip_longest

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Table, TableStyle

from backend.reports.sheet_content import SheetStop, SheetVisit
from backend.reports.sheet_marks import QR_SIDE, QrCode, SignatureLine, TickBox
from backend.reports.sheet_type import MUTED, RULE, TINT, hour_minute, text, vietnamese_number

type Cell = Flowable | list[Flowable] | str

NUMBER_WIDTH = 10 * mm
TICK_WIDTH = 8 * mm
SIGNATURE_WIDTH = 46 * mm
KEPT_TOGETHER = 10
"""A stop with more dossiers may run over a page: its band is repeated there."""


def stop_flowable(stop: SheetStop, width: float) -> Flowable:
    """A stop as one block that breaks over pages only when it is long."""
    rows: list[list[Cell]] = [[_band(stop, width)]]
    if len(stop.visits) == 1:
        rows.append([_single(stop, stop.visits[0], width)])
    else:
        rows.extend(_groups(stop, width))
    table = Table(rows, colWidths=[width], splitByRow=1, repeatRows=1)
    table.setStyle(_PLAIN)
    return table if len(stop.visits) > KEPT_TOGETHER else KeepTogether([table])


def _band(stop: SheetStop, width: float) -> Table:
    label = str(stop.label) if stop.label is not None else "•"
    times = hour_minute(stop.starts_at)
    if stop.ends_at > stop.starts_at:
        times += f" – {hour_minute(stop.ends_at)}"
    middle = [text(stop.title, 9.4, bold=True), text(_about(stop), 7.8, colour=MUTED)]
    table = Table(
        [[text(label, 11, bold=True), middle, text(times, 9.4, bold=True, right=True)]],
        colWidths=[NUMBER_WIDTH, width - NUMBER_WIDTH - 32 * mm, 32 * mm],
    )
    table.setStyle(_BAND if stop.visits else _QUIET_BAND)
    return table


def _about(stop: SheetStop) -> str:
    parts = (
        stop.address if stop.address != stop.title else "",
        f"hẹn {stop.window}" if stop.window else "",
        f"{vietnamese_number(stop.distance_m / 1000, 1)} km từ điểm trước"
        if stop.distance_m
        else "",
        stop.data_note,
    )
    return " · ".join(part for part in parts if part)


def _single(stop: SheetStop, visit: SheetVisit, width: float) -> Table:
    """One dossier: its own line has room for a signature."""
    words = width - NUMBER_WIDTH - TICK_WIDTH - SIGNATURE_WIDTH - QR_SIDE
    table = Table(
        [
            [
                "",
                TickBox(),
                _words(f"{visit.act}: {visit.procedure}", visit),
                SignatureLine(stop.signer, SIGNATURE_WIDTH - 6 * mm),
                QrCode(visit.item_code),
            ]
        ],
        colWidths=[NUMBER_WIDTH, TICK_WIDTH, words, SIGNATURE_WIDTH, QR_SIDE],
    )
    table.setStyle(_ITEMS)
    return table


def _groups(stop: SheetStop, width: float) -> list[list[Cell]]:
    """Dossiers by act, as one does them at a counter; the signature takes the last free half."""
    acts: dict[str, list[SheetVisit | None]] = {}
    for visit in stop.visits:
        acts.setdefault(visit.act, []).append(visit)
    rows: list[list[Cell]] = []
    signer = stop.signer
    for number, (act, visits) in enumerate(acts.items(), start=1):
        free_half = number == len(acts) and len(visits) % 2 == 1
        rows.extend(_group(act, visits, width, signer if free_half else ""))
        signer = "" if free_half else signer
    if signer:
        rows.append([_footer(signer, width)])
    return rows


def _group(
    act: str, visits: list[SheetVisit | None], width: float, signer: str
) -> list[list[Cell]]:
    """Dossiers of one act, two side by side, each with its own code."""
    heading = Table(
        [["", text(f"{act} · {len(visits)} hồ sơ", 8.6, bold=True)]],
        colWidths=[NUMBER_WIDTH, width - NUMBER_WIDTH],
    )
    heading.setStyle(_HEADING)
    pairs = zip_longest(visits[::2], visits[1::2])
    lines = [_pair(left, right, width, signer) for left, right in pairs]
    # The heading stays with its first line when a long stop breaks over a page.
    rows: list[list[Cell]] = [[[heading, lines[0]]]]
    rows.extend([line] for line in lines[1:])
    return rows


def _pair(left: SheetVisit | None, right: SheetVisit | None, width: float, signer: str) -> Table:
    half = (width - NUMBER_WIDTH) / 2
    words = half - TICK_WIDTH - QR_SIDE - 3 * mm
    cells: list[Cell] = [""]
    for visit in (left, right):
        if visit:
            cells += [TickBox(), _words(visit.procedure, visit), QrCode(visit.item_code), ""]
        else:
            cells += ["", SignatureLine(signer, words), "", ""]
    widths = [NUMBER_WIDTH, *([TICK_WIDTH, words, QR_SIDE, 3 * mm] * 2)]
    table = Table([cells], colWidths=widths)
    clear_of_the_code = [("RIGHTPADDING", (column, 0), (column, 0), 2 * mm) for column in (2, 6)]
    table.setStyle(TableStyle(clear_of_the_code, parent=_ITEMS))
    return table


def _words(title: str, visit: SheetVisit) -> list[Flowable]:
    codes = " · ".join(part for part in (visit.item_code, visit.portal_code or "") if part)
    lines: list[Flowable] = [text(title, 8.4), text(codes, 8.4, bold=True)]
    if visit.cash_vnd:
        lines.append(text(f"Thu {vietnamese_number(visit.cash_vnd)} đồng", 8.4))
    return lines


def _footer(signer: str, width: float) -> Table:
    right = (width - NUMBER_WIDTH) / 2 - TICK_WIDTH
    line = SignatureLine(signer, right - QR_SIDE, height=9 * mm)
    table = Table([["", line]], colWidths=[width - right, right])
    table.setStyle(_ITEMS)
    return table


_PLAIN = TableStyle(
    [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
)
_QUIET_BAND = TableStyle(
    [
        ("LINEABOVE", (0, 0), (-1, 0), 0.6, RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)
_BAND = TableStyle([("BACKGROUND", (0, 0), (-1, -1), TINT)], parent=_QUIET_BAND)
_HEADING = TableStyle([("TOPPADDING", (0, 0), (-1, -1), 3)], parent=_PLAIN)
_ITEMS = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ],
    parent=_PLAIN,
)
