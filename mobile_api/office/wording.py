"""How fields of this door are explained in /docs."""

from typing import Any


def about(text: str, example: Any = None, **more: Any) -> dict[str, Any]:
    """Metadata of a marshmallow field: what it means, and an example."""
    return {"description": text} | ({} if example is None else {"example": example}) | more
