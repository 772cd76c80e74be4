"""A numbered form as PDF and as JSON, both from the same frozen content."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

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

from backend import clock
from backend.dossiers.forms import Form
from backend.reports.counted_pages import CountedCanvas, number_page
from backend.reports.form_layouts import layout_of
from backend.reports.form_parts import SIGNER_WORDS, Grid, Layout
from backend.reports.sheet_marks import QrCode, SignatureLine
from backend.reports.sheet_type import (
    BOLD,
    INK,
    MUTED,
    REGULAR,
    RULE,
    TINT,
    register_fonts,
    text,
)
from backend.reports.verification import Verification, verification_block

MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
_HASH_DIGITS = 12
"""So many digits of a signature's SHA-256 are printed; the whole one stands in the JSON."""


def form_json(form: Form) -> dict[str, Any]:
    """The form for programs: its number, what it says, who signed."""
    return {
        "id": str(form.id),
        "kind": form.kind.value,
        "number": form.printed_number,
        "issued_at": clock.to_local(form.issued_at).isoformat(timespec="seconds"),
        "dossiers": [str(each) for each in form.dossier_ids],
        "content": form.content,
        "signatures": form.signatures["signed"],
    }


def render_form(form: Form, verification: Verification | None = None) -> bytes:
    """The form for people: PDF bytes, A4 portrait; with the link to its chain if given."""
    register_fonts()
    layout = layout_of(form.kind, form.content)
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=f"{layout.title} {form.printed_number}",
        author="Tận Nơi",
        lang="vi",
        invariant=True,
    )
    bottom, top = 16 * mm, 30 * mm
    frame = Frame(MARGIN, bottom, WIDTH, A4[1] - top - bottom, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_furniture(form, layout)))
    grids = [flowable for grid in layout.grids for flowable in _grid(grid)]
    statement: list[Flowable] = []
    if layout.statement:
        statement = [Spacer(1, 4 * mm), text(layout.statement, 9.4)]
    signed = {each["role"]: each["sha256"] for each in form.signatures["signed"]}
    proof = [] if verification is None else [verification_block(verification, WIDTH)]
    parts = [_facts(layout), *grids, *statement, _signatures(layout, signed), *proof]
    document.build(parts, canvasmaker=CountedCanvas)
    return out.getvalue()


def _furniture(form: Form, layout: Layout) -> Callable[[Canvas, BaseDocTemplate], None]:
    unit = form.content["post_office"]

    def draw(canvas: Canvas, _document: BaseDocTemplate) -> None:
        width, height = A4
        canvas.saveState()
        canvas.setFillColor(MUTED)
        canvas.setFont(REGULAR, 8.4)
        canvas.drawString(MARGIN, height - 12 * mm, f"{unit['name']} · {unit['code']}")
        canvas.drawRightString(width - MARGIN, height - 12 * mm, f"Số {form.printed_number}")
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 14)
        canvas.drawCentredString(width / 2, height - 21 * mm, layout.title)
        canvas.setStrokeColor(RULE)
        canvas.line(MARGIN, height - 25 * mm, width - MARGIN, height - 25 * mm)
        canvas.setFillColor(MUTED)
        canvas.setFont(REGULAR, 7.5)
        canvas.drawString(MARGIN, 9 * mm, "Tận Nơi")
        number_page(canvas, width - MARGIN, 9 * mm)
        canvas.restoreState()

    return draw


def _facts(layout: Layout) -> Table:
    """Labels and values on the left, the item's QR code beside them."""
    label_width, code_width = 38 * mm, 20 * mm if layout.codes else 0
    rows = Table(
        [[text(name, 8.6, colour=MUTED), text(value, 9.6)] for name, value in layout.facts],
        colWidths=[label_width, WIDTH - label_width - code_width],
    )
    rows.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ]
        )
    )
    if not layout.codes:
        return rows
    table = Table(
        [[rows, [QrCode(code) for code in layout.codes]]],
        colWidths=[WIDTH - code_width, code_width],
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table


def _grid(grid: Grid) -> list[Flowable]:
    unit = WIDTH / sum(grid.shares)
    empty = ("",) * (len(grid.heads) - 1)
    rows = grid.rows or (("—", *empty),)
    table = Table(
        [
            [text(head, 8.4, bold=True) for head in grid.heads],
            *([text(cell, 8.8) for cell in row] for row in rows),
        ],
        colWidths=[share * unit for share in grid.shares],
        repeatRows=1,
    )
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, RULE),
                ("BACKGROUND", (0, 0), (-1, 0), TINT),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return [Spacer(1, 4 * mm), text(grid.title, 9.8, bold=True), Spacer(1, 1.5 * mm), table]


def _signatures(layout: Layout, signed: dict[str, str]) -> Flowable:
    """Who signs, side by side; a signature given on the phone is named by its hash."""
    known = {role for role, _ in layout.signers}
    others = [(role, SIGNER_WORDS.get(role, role)) for role in signed if role not in known]
    signers = (*layout.signers, *others)
    share = WIDTH / max(len(signers), 1)
    cells = []
    for role, words in signers:
        line: list[Flowable] = [
            SignatureLine(f"{words} (ký, ghi rõ họ tên)", share - 12 * mm, height=24 * mm)
        ]
        if sha256 := signed.get(role):
            line.append(text(f"Đã ký trên máy: {sha256[:_HASH_DIGITS]}…", 7, colour=MUTED))
        cells.append(line)
    table = Table([cells], colWidths=[share] * len(cells))
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return KeepTogether([Spacer(1, 4 * mm), table])
