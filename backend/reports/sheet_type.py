"""Letters, colours and numbers of the printed sheets: Vietnamese set right, in one place."""

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "BeVietnamPro", "BeVietnamPro-SemiBold"
INK, MUTED = HexColor("#16211d"), HexColor("#55655e")
RULE, TINT = HexColor("#b9c9c0"), HexColor("#e9f2ee")
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


@cache
def register_fonts() -> None:
    """Makes the vendored fonts known to ReportLab, once a process."""
    pdfmetrics.registerFont(TTFont(REGULAR, FONTS / "BeVietnamPro_400Regular.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, FONTS / "BeVietnamPro_600SemiBold.ttf"))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD
    )


def text(
    words: str, size: float = 8.6, *, bold: bool = False, colour: Color = INK, right: bool = False
) -> Paragraph:
    """Words as they are: markup in them is printed and not obeyed. Size in points."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Paragraph(escaped, _style(size, bold, colour.hexval(), right))


@cache
def _style(size: float, bold: bool, colour: str, right: bool) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}{bold}{colour}{right}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.28,
        textColor=HexColor(int(colour, 16)),
        alignment=TA_RIGHT if right else 0,
        splitLongWords=1,
    )


def hour_minute(instant: datetime) -> str:
    """Local clock time, 24 hours."""
    return instant.astimezone(LOCAL).strftime("%H:%M")


def vietnamese_number(value: float, digits: int = 0) -> str:
    """1234.5 → 1.234,5 as Vietnamese print it."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))
