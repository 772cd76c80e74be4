"""A solution as a picture: routes on a map and every courier's day, as SVG or one HTML page."""

from routing.drawing.page import draw_page, draw_picture

__all__ = ["draw_page", "draw_picture"]
