"""What each command does: one module a family. Importing this package fills the registry."""

from backend.courier_day.handlers import (
    collection,
    failure,
    intents,
    office,
    post_office,
    result,
    shift,
)
from backend.courier_day.handlers.registry import Handler, find_handler, list_handlers

__all__ = [
    "Handler",
    "collection",
    "failure",
    "find_handler",
    "intents",
    "list_handlers",
    "office",
    "post_office",
    "result",
    "shift",
]
