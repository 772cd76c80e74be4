"""The courier's route list on paper (bản kê BD13): one PDF a route, Vietnamese set right."""

from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from backend.reports.sheet_content import RouteSheet, SheetStop, SheetVisit
from backend.reports.sheet_marks import INK, MUTED, QrCode, TickBox

type Cell = Flowable | list[Flowable] | str

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "BeVietnamPro", "BeVietnamPro-SemiBold"
RULE, TINT = HexColor("#b9c9c0"), HexColor("#eef4f1")
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
MARGIN = 12 * mm


def render_route_sheet(sheet: RouteSheet) -> bytes:
    """The sheet as PDF bytes, A4 portrait; each visit carries the QR code of its item code."""
    _register_fonts()
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=24 * mm,
        bottomMargin=16 * mm,
        title=f"Bản kê {sheet.courier_code} {sheet.service_date:%d/%m/%Y}",
        author="Tận Nơi",
        lang="vi",
    )
    frame = Frame(
        document.leftMargin,
        document.bottomMargin,
        document.width,
        document.height,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(
        PageTemplate(frames=[frame], onPage=lambda canvas, doc: _page_furniture(canvas, sheet))
    )
    document.build([*_heading(sheet), *_stops(sheet, document.width), *_signatures(document.width)])
    return out.getvalue()


def hour_minute(instant: datetime) -> str:
    """Local clock time, 24 hours."""
    return instant.astimezone(LOCAL).strftime("%H:%M")


def vietnamese_number(value: float, digits: int = 0) -> str:
    """1234.5 → 1.234,5 as Vietnamese print it."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


@cache
def _register_fonts() -> None:
    pdfmetrics.registerFont(TTFont(REGULAR, FONTS / "BeVietnamPro_400Regular.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, FONTS / "BeVietnamPro_600SemiBold.ttf"))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD
    )


def _style(
    size: float, *, bold: bool = False, colour: Color = INK, right: bool = False
) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}{bold}{right}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.32,
        textColor=colour,
        alignment=TA_RIGHT if right else 0,
    )


def _text(
    words: str, size: float = 8.6, *, bold: bool = False, colour: Color = INK, right: bool = False
) -> Paragraph:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Paragraph(escaped, _style(size, bold=bold, colour=colour, right=right))


def _page_furniture(canvas: Canvas, sheet: RouteSheet) -> None:
    width, height = A4
    canvas.saveState()
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 12)
    canvas.drawString(MARGIN, height - 13 * mm, "BẢN KÊ TUYẾN (BD13)")
    canvas.setFont(REGULAR, 9)
    canvas.drawRightString(
        width - MARGIN,
        height - 13 * mm,
        f"{sheet.courier_code} · {sheet.courier_name} · {sheet.service_date:%d/%m/%Y}",
    )
    canvas.setStrokeColor(RULE)
    canvas.line(MARGIN, height - 16 * mm, width - MARGIN, height - 16 * mm)
    canvas.setFont(REGULAR, 7.5)
    canvas.setFillColor(MUTED)
    revision = "" if sheet.revision is None else f" · bản ngày số {sheet.revision}"
    canvas.drawString(MARGIN, 9 * mm, f"Tận Nơi · kế hoạch số {sheet.plan_number}{revision}")
    canvas.drawRightString(width - MARGIN, 9 * mm, f"Trang {canvas.getPageNumber()}")
    canvas.restoreState()


def _heading(sheet: RouteSheet) -> list[Flowable]:
    visits = sum(len(stop.visits) for stop in sheet.stops)
    facts = [
        ("Bưu cục", sheet.post_office),
        ("Ca", f"{hour_minute(sheet.starts_at)} – {hour_minute(sheet.ends_at)}"),
        ("Điểm dừng", str(sum(1 for stop in sheet.stops if stop.label is not None))),
        ("Lượt việc", str(visits)),
        ("Quãng đường", f"{vietnamese_number(sheet.distance_m / 1000, 1)} km"),
    ]
    table = Table(
        [
            [_text(name, 7.4, colour=MUTED) for name, _ in facts],
            [_text(value, 9.6, bold=True) for _, value in facts],
        ],
        colWidths=[62 * mm, 31 * mm, 28 * mm, 28 * mm, 37 * mm],
    )
    table.setStyle(
        TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)])
    )
    note: list[Flowable] = (
        [_text(sheet.travel_note, 7.6, colour=MUTED)] if sheet.travel_note else []
    )
    return [table, *note, Spacer(1, 3 * mm)]


def _stops(sheet: RouteSheet, width: float) -> list[Flowable]:
    return [
        KeepTogether(_stop(stop, width)) if len(stop.visits) <= 8 else _stop(stop, width)
        for stop in sheet.stops
    ]


def _stop(stop: SheetStop, width: float) -> Table:
    times = f"{hour_minute(stop.starts_at)} – {hour_minute(stop.ends_at)}"
    about = " · ".join(
        part
        for part in (
            stop.address if stop.address != stop.title else "",
            f"hẹn {stop.window}" if stop.window else "",
            f"{vietnamese_number(stop.distance_m / 1000, 1)} km từ điểm trước"
            if stop.distance_m
            else "",
            stop.data_note,
        )
        if part
    )
    rows: list[list[Cell]] = [
        [
            _text(str(stop.label) if stop.label is not None else "•", 11, bold=True),
            [_text(stop.title, 9.4, bold=True), _text(about, 7.8, colour=MUTED)],
            _text(times, 9.4, bold=True, right=True),
            "",
        ]
    ]
    rows.extend(_visit_row(visit) for visit in stop.visits)
    table = Table(rows, colWidths=[9 * mm, width - 59 * mm, 30 * mm, 20 * mm], splitByRow=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (-1, 0), 0.6, RULE),
                ("BACKGROUND", (0, 0), (-1, 0), TINT if stop.visits else Color(1, 1, 1)),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("VALIGN", (0, 1), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("SPAN", (2, 0), (3, 0)),
            ]
        )
    )
    return table


def _visit_row(visit: SheetVisit) -> list[Cell]:
    codes = " · ".join(part for part in (visit.item_code, visit.portal_code or "") if part)
    cash = f"Thu {vietnamese_number(visit.cash_vnd)} đồng" if visit.cash_vnd else ""
    return [
        TickBox(),
        [_text(f"{visit.act}: {visit.procedure}", 8.6), _text(codes, 8.6, bold=True)],
        _text(cash, 8.2, right=True),
        QrCode(visit.item_code),
    ]


def _signatures(width: float) -> list[Flowable]:
    table = Table(
        [
            [
                _text("Bưu tá (ký, ghi rõ họ tên)", 8.6),
                _text("Kiểm soát viên (ký, ghi rõ họ tên)", 8.6),
            ],
            ["", ""],
        ],
        colWidths=[width / 2, width / 2],
        rowHeights=[6 * mm, 20 * mm],
    )
    return [Spacer(1, 5 * mm), KeepTogether(table)]
