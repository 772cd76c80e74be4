"""What each command does: one module a family. Importing this package fills the registry."""

from backend.courier_day.handlers import (
    cash,
    collection,
    desk,
    exchange,
    failure,
    intents,
    mishaps,
    office,
    on_the_way,
    papers,
    post_office,
    reinstall,
    result,
    shift,
)
from backend.courier_day.handlers.registry import (
    Handler,
    find_handler,
    is_outdated,
    list_handlers,
)

__all__ = [
    "Handler",
    "cash",
    "collection",
    "desk",
    "exchange",
    "failure",
    "find_handler",
    "intents",
    "is_outdated",
    "list_handlers",
    "mishaps",
    "office",
    "on_the_way",
    "papers",
    "post_office",
    "reinstall",
    "result",
    "shift",
]
