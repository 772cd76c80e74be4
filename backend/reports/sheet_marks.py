"""Marks drawn on paper: the QR code of an item and the box to tick by pen."""

from collections.abc import Sequence

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

INK, MUTED = HexColor("#16211d"), HexColor("#5b6b64")
QR_SIDE = 15 * mm


class QrCode(Flowable):
    """The item code as a QR code of dark squares, sharp at any printer resolution."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.rows: Sequence[bytearray] = segno.make(content, error="m", micro=False).matrix
        self.width = self.height = QR_SIDE

    def draw(self) -> None:
        side = QR_SIDE / (len(self.rows) + 4)
        self.canv.setFillColor(INK)
        for y, row in enumerate(self.rows):
            for x, dark in enumerate(row):
                if dark:
                    self.canv.rect(
                        (x + 2) * side, QR_SIDE - (y + 3) * side, side, side, stroke=0, fill=1
                    )


class TickBox(Flowable):
    """A square to tick by pen when the act is done."""

    def __init__(self) -> None:
        super().__init__()
        self.width = self.height = 4.4 * mm

    def draw(self) -> None:
        self.canv.setStrokeColor(MUTED)
        self.canv.rect(0, 0, self.width, self.height, stroke=1, fill=0)
