"""Marks drawn on paper: the QR code of an item, the box to tick, the line to sign on."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

import segno
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from backend.reports.sheet_type import INK, MUTED, REGULAR

QR_SIDE = 14 * mm
QUIET_MODULES = 2
"""Kept free inside the mark; the paper around it gives the rest of the four that scanners want."""


class QrCode(Flowable):
    """A text as a QR code of dark squares, sharp at any printer resolution. `side` in points."""

    def __init__(self, content: str, side: float = QR_SIDE) -> None:
        super().__init__()
        self.rows = _squares(content)
        self.width = self.height = side

    def draw(self) -> None:
        modules = len(self.rows) + 2 * QUIET_MODULES
        self.canv.saveState()
        self.canv.scale(self.width / modules, self.height / modules)  # one module = one unit
        self.canv.setFillColor(INK)
        path = self.canv.beginPath()
        for y, row in enumerate(self.rows):
            for x, length in _dark_runs(row):
                path.rect(x + QUIET_MODULES, modules - QUIET_MODULES - 1 - y, length, 1)
        self.canv.drawPath(path, stroke=0, fill=1)
        self.canv.restoreState()


@lru_cache(maxsize=4096)
def _squares(content: str) -> Sequence[Sequence[int]]:
    """Rows of modules, 1 = dark; an item is printed at both ends of its way."""
    return tuple(tuple(row) for row in segno.make(content, error="m", micro=False).matrix)


def _dark_runs(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(first module, length) of each dark stretch: whole stretches leave no hairlines."""
    x = 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            yield x, length
        x += length


class TickBox(Flowable):
    """A square to tick by pen when the act is done."""

    def __init__(self) -> None:
        super().__init__()
        self.width = self.height = 4.2 * mm

    def draw(self) -> None:
        self.canv.setStrokeColor(MUTED)
        self.canv.rect(0, 0, self.width, self.height, stroke=1, fill=0)


class SignatureLine(Flowable):
    """A dotted line with who signs under it."""

    def __init__(self, signer: str, width: float, height: float = 12 * mm) -> None:
        super().__init__()
        self.signer, self.width, self.height = signer, width, height

    def draw(self) -> None:
        if not self.signer:
            return
        self.canv.setStrokeColor(MUTED)
        self.canv.setDash(0.8, 1.6)
        self.canv.line(0, 3.2 * mm, self.width, 3.2 * mm)
        self.canv.setDash()
        self.canv.setFillColor(MUTED)
        self.canv.setFont(REGULAR, 6.8)
        self.canv.drawString(0, 0.6 * mm, self.signer)
