"""/docs explains the API offline: Swagger UI from our own files, and every error code."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from backend.errors import Text, list_error_classes
from mobile_api.problems import status_of

blueprint = Blueprint(
    "docs",
    __name__,
    url_prefix="/docs",
    static_folder="static",
    template_folder="templates",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorKind:
    """One row of the error page."""

    code: str
    status: int
    detail: Text
    action: Text


@blueprint.get("")
def api() -> str:
    """The description of all operations, to read and to try."""
    return render_template("docs.html")


@blueprint.get("/errors")
def errors() -> str:
    """What each error code means and what to do; problem+json's `type` leads here."""
    return render_template("errors.html", errors=list_error_kinds())


def list_error_kinds() -> list[ErrorKind]:
    """Every error the doors can answer, by code."""
    return [
        ErrorKind(code=kind.code, status=status_of(kind), detail=kind.detail, action=kind.action)
        for kind in list_error_classes()
    ]
