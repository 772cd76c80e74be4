"""Page numbers with their total: "Trang 2/5", on whatever a canvas draws."""

from reportlab.pdfgen.canvas import Canvas

from backend.reports.sheet_type import MUTED, REGULAR

_TOTAL = "page-total"
_SIZE = 7.5
_ROOM = 11.0
"""Points left for the total: a stroke and two digits in that size."""


class CountedCanvas(Canvas):
    """Every page shows a form that is drawn last of all, when the number of pages is known."""

    number_at = (0.0, 0.0)

    def save(self) -> None:
        pages = self.getPageNumber() - 1
        self.beginForm(_TOTAL)
        self.setFont(REGULAR, _SIZE)
        self.setFillColor(MUTED)
        self.drawString(*self.number_at, f"/{pages}")
        self.endForm()
        super().save()


def number_page(canvas: Canvas, right: float, bottom: float) -> None:
    """Writes the number of this page with room for the total, at the same place on each."""
    if not isinstance(canvas, CountedCanvas):
        raise TypeError("the pages of this canvas are not counted")
    canvas.number_at = (right - _ROOM, bottom)
    canvas.setFillColor(MUTED)
    canvas.setFont(REGULAR, _SIZE)
    canvas.drawRightString(*canvas.number_at, f"Trang {canvas.getPageNumber()}")
    canvas.doForm(_TOTAL)
