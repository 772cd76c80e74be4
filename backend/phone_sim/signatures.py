"""Invented signatures: a line on a small white picture, another one each time."""

import io
import random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 160, 60
_STROKES = 9


def draw_signature(chance: random.Random) -> bytes:
    """A PNG of some 500 bytes."""
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    points = [
        (8 + number * (WIDTH - 16) // _STROKES, chance.randint(8, HEIGHT - 8))
        for number in range(_STROKES + 1)
    ]
    ImageDraw.Draw(picture).line(points, fill=0, width=2, joint="curve")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
