"""The searches, behind one signature, chosen by name.

An engine takes a `SearchRequest` and hands back orders; times, judging and reasons are not its job.
"""

from collections.abc import Callable, Mapping

from routing.engines.request import EngineCannot, SearchOutcome, SearchRequest

__all__ = [
    "DEFAULT",
    "EngineCannot",
    "SearchOutcome",
    "SearchRequest",
    "engine_names",
    "get_engine",
]

Engine = Callable[[SearchRequest], SearchOutcome]

DEFAULT = "ortools"


def _ortools(request: SearchRequest) -> SearchOutcome:
    from routing.engines.ortools_routing import search  # half a second of loading, only when used

    return search(request)


_ENGINES: Mapping[str, Engine] = {"ortools": _ortools}


def engine_names() -> tuple[str, ...]:
    """Names that `solve(engine=…)` accepts."""
    return tuple(_ENGINES)


def get_engine(name: str) -> Engine:
    """The engine of a name. Raises EngineCannot for an unknown one."""
    engine = _ENGINES.get(name)
    if engine is None:
        raise EngineCannot(f"no engine {name!r}; choose one of: {', '.join(_ENGINES)}")
    return engine
