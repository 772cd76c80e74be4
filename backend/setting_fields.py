"""How a setting is written down: its default, what it is for, and what checks its value."""

from collections.abc import Callable
from dataclasses import field
from typing import Any


def about(
    words: str,
    *,
    example: str,
    secret: bool = False,
    check: Callable[[Any], None] | None = None,
) -> dict[str, Any]:
    """What a setting is for, and what checks its value."""
    return {"about": words, "example": example, "secret": secret, "check": check}


def setting(words: str, default: Any, *, secret: bool = False, **more: Any) -> Any:
    """A field of the settings; a secret is never shown."""
    return field(default=default, repr=not secret, metadata=about(words, secret=secret, **more))
