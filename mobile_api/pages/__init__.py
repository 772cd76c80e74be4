"""Pages for people: plain HTML and ES modules; what they show they read from the doors."""

from functools import cache
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, render_template, request

pages = Blueprint(
    "pages",
    __name__,
    static_folder="static",
    static_url_path="/static",
    template_folder="templates",
)

_STATIC = Path(__file__).parent / "static"
_ONLY_WHEN_ASKED_FOR = frozenset({"words_en.mjs", "map_pick.mjs", "calendar_file.mjs"})
_OF_EVERY_PAGE = ("element", "http", "api", "session")


@pages.get("/")
def home() -> str:
    """What this is, and where to go."""
    return render_template("home.html")


@pages.get("/console")
def console() -> str:
    """The dispatcher's board."""
    return render_template("console.html")


@pages.get("/khieu-nai")
def complaints() -> str:
    """The register of complaints, answered by dispatchers and managers."""
    return render_template("complaints.html")


@pages.get("/dang-nhap")
def sign_in() -> str:
    """Where people sign in: by a code to the phone, by password, or by a one-time link."""
    return render_template("sign_in.html")


@pages.get("/kiem-chung/<token>")
def chain(token: str) -> str:
    """What a receipt's QR code opens: the dossier's custody chain, recomputed by the reader."""
    return render_template("chain.html", token=token)


@pages.get("/dat-lich")
def booking() -> str:
    """Where citizens book a visit."""
    return render_template("booking.html", modules=_modules("booking"))


@pages.get("/theo-doi/<token>")
def following(token: str) -> str:
    """What the link of a notice opens: one booking, followed without login."""
    return render_template("following.html", token=token, modules=_modules("changing", "following"))


@pages.get("/phieu-cua-toi")
def own_bookings() -> str:
    """The bookings of one's own account; asks to sign in."""
    return render_template("own.html", modules=_modules("changing", "own"))


@pages.get("/phieu-cua-toi/<reference>")
def own_booking(reference: str) -> str:
    """One of them, followed as by a link, and more: nothing is masked for its owner."""
    return render_template(
        "following.html", reference=reference, modules=_modules("changing", "following")
    )


@pages.get("/so-dia-chi")
def address_book() -> str:
    """A firm's address book; asks to sign in."""
    return render_template("address_book.html", modules=_modules("address_book"))


@pages.after_app_request
def lead_on(response: Response) -> Response:
    """At an address where nothing is a person sees a page; whoever asks for JSON reads that."""
    wanted = request.accept_mimetypes.best_match(["application/problem+json", "text/html"])
    is_call = request.path.startswith("/v1/")
    if response.status_code == HTTPStatus.NOT_FOUND and request.url_rule is None and not is_call:
        response.vary.add("Accept")
        if wanted == "text/html":
            response.set_data(render_template("lost.html"))
            response.content_type = "text/html; charset=utf-8"
            response.headers["Content-Language"] = "vi"
    return response


@cache
def _modules(*folders: str) -> tuple[str, ...]:
    """Scripts of a citizens' page, named in its head: a slow network gets them in one go."""
    own = [
        f"/static/{name}/{path.name}"
        for name in ("citizen", *folders)
        for path in sorted((_STATIC / name).glob("*.mjs"))
        if path.name not in _ONLY_WHEN_ASKED_FOR
    ]
    return (*(f"/static/page/{name}.mjs" for name in _OF_EVERY_PAGE), *own)
