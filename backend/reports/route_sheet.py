"""The courier's route list on paper (bản kê BD13): one PDF a route, Vietnamese set right."""

from collections.abc import Callable
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Spacer,
    Table,
    TableStyle,
)

from backend.reports.counted_pages import CountedCanvas, number_page
from backend.reports.sheet_content import RouteSheet
from backend.reports.sheet_marks import SignatureLine
from backend.reports.sheet_stops import stop_flowable
from backend.reports.sheet_type import (
    BOLD,
    INK,
    MUTED,
    REGULAR,
    RULE,
    hour_minute,
    register_fonts,
    text,
    vietnamese_number,
)

MARGIN = 12 * mm
WIDTH = A4[0] - 2 * MARGIN


def render_route_sheet(sheet: RouteSheet) -> bytes:
    """The sheet as PDF bytes, A4 portrait; each dossier carries the QR code of its item code."""
    register_fonts()
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=f"Bản kê {sheet.courier_code} {sheet.service_date:%d/%m/%Y}",
        author="Tận Nơi",
        lang="vi",
    )
    bottom, top = 15 * mm, 19 * mm
    frame = Frame(MARGIN, bottom, WIDTH, A4[1] - top - bottom, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_furniture(sheet)))
    stops = [stop_flowable(stop, WIDTH) for stop in sheet.stops]
    document.build([*_heading(sheet), *stops, *_signatures()], canvasmaker=CountedCanvas)
    return out.getvalue()


def _furniture(sheet: RouteSheet) -> Callable[[Canvas, BaseDocTemplate], None]:
    """Draws what every page carries: whose sheet, which day and plan, which page."""
    title = f"{sheet.courier_code} · {sheet.courier_name} · {sheet.service_date:%d/%m/%Y}"
    revision = "" if sheet.revision is None else f" · bản ngày số {sheet.revision}"

    def draw(canvas: Canvas, _document: BaseDocTemplate) -> None:
        width, height = A4
        canvas.saveState()
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 12)
        canvas.drawString(MARGIN, height - 12 * mm, "BẢN KÊ TUYẾN (BD13)")
        canvas.setFont(REGULAR, 9)
        canvas.drawRightString(width - MARGIN, height - 12 * mm, title)
        canvas.setStrokeColor(RULE)
        canvas.line(MARGIN, height - 15 * mm, width - MARGIN, height - 15 * mm)
        canvas.setFont(REGULAR, 7.5)
        canvas.setFillColor(MUTED)
        canvas.drawString(MARGIN, 8 * mm, f"Tận Nơi · kế hoạch số {sheet.plan_number}{revision}")
        number_page(canvas, width - MARGIN, 8 * mm)
        canvas.restoreState()

    return draw


def _heading(sheet: RouteSheet) -> list[Flowable]:
    visits = [visit for stop in sheet.stops for visit in stop.visits]
    cash = sum(visit.cash_vnd for visit in visits)
    facts = [
        ("Bưu cục", sheet.post_office, 58),
        ("Giờ đi", f"{hour_minute(sheet.starts_at)} – {hour_minute(sheet.ends_at)}", 30),
        ("Điểm dừng", str(sum(stop.label is not None for stop in sheet.stops)), 20),
        ("Lượt việc", str(len(visits)), 20),
        ("Quãng đường", f"{vietnamese_number(sheet.distance_m / 1000, 1)} km", 26),
        ("Tiền phải thu", f"{vietnamese_number(cash)} đồng" if cash else "không", 32),
    ]
    table = Table(
        [
            [text(name, 7.4, colour=MUTED) for name, _, _ in facts],
            [text(value, 9.6, bold=True) for _, value, _ in facts],
        ],
        colWidths=[share * mm for _, _, share in facts],
    )
    table.setStyle(
        TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)])
    )
    note: list[Flowable] = [text(sheet.travel_note, 7.6, colour=MUTED)] if sheet.travel_note else []
    return [table, *note, Spacer(1, 2 * mm)]


def _signatures() -> list[Flowable]:
    """Who went, and who checked the sheet at the end of the shift."""
    half = WIDTH / 2
    lines = [
        SignatureLine(f"{role} (ký, ghi rõ họ tên)", half - 20 * mm, height=20 * mm)
        for role in ("Bưu tá", "Kiểm soát viên")
    ]
    return [Spacer(1, 4 * mm), KeepTogether([Table([lines], colWidths=[half, half])])]
