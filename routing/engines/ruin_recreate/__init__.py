"""Our own search: ruin and recreate on the real clock, compiled."""

from routing.engines.ruin_recreate.search import search

__all__ = ["search"]
