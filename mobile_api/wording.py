"""How fields of requests and answers are explained in /docs, for all doors."""

from typing import Any


def about(text: str, example: Any = None, **more: Any) -> dict[str, Any]:
    """Metadata of a marshmallow field: what it means, an example, and more of OpenAPI's words."""
    return {"description": text} | ({} if example is None else {"example": example}) | more
