"""Pages for people: plain HTML and ES modules; what they show they read from the doors."""

from flask import Blueprint, render_template

pages = Blueprint(
    "pages",
    __name__,
    static_folder="static",
    static_url_path="/static",
    template_folder="templates",
)


@pages.get("/")
def home() -> str:
    """What this is, and where to go."""
    return render_template("home.html")


@pages.get("/console")
def console() -> str:
    """The dispatcher's board."""
    return render_template("console.html")


@pages.get("/kiem-chung/<token>")
def chain(token: str) -> str:
    """What a receipt's QR code opens: the dossier's custody chain, recomputed by the reader."""
    return render_template("chain.html", token=token)
