"""The searches, behind one signature, chosen by name.

An engine takes a `SearchRequest` and hands back orders; times, judging and reasons are not its job.
"""

from collections.abc import Callable, Mapping
from importlib.util import find_spec

from routing.engines.request import BestPlan, EngineCannot, SearchOutcome, SearchRequest
from routing.trying.reduction import ExactTrials, Try

__all__ = [
    "DEFAULT",
    "FALLBACK",
    "BestPlan",
    "EngineCannot",
    "SearchOutcome",
    "SearchRequest",
    "engine_names",
    "get_engine",
    "is_compiled",
    "is_exact",
    "is_ready",
    "load_if_compiled",
    "lone_trials",
    "make_ready",
    "warm_up",
]

Engine = Callable[[SearchRequest], SearchOutcome]

RUIN_RECREATE, ORTOOLS = "ruin_recreate", "ortools"


def _ruin_recreate(request: SearchRequest) -> SearchOutcome:
    from routing.engines.ruin_recreate.search import search  # loads the compiler, only when used

    return search(request)


def _ortools(request: SearchRequest) -> SearchOutcome:
    from routing.engines.ortools_routing import search  # half a second of loading, only when used

    return search(request)


_ENGINES: Mapping[str, Engine] = {RUIN_RECREATE: _ruin_recreate, ORTOOLS: _ortools}

DEFAULT = RUIN_RECREATE
"""Our own search: it keeps the real clock and finds the cheaper plans (docs/benchmarks.md)."""

FALLBACK = ORTOOLS
"""What searches where another engine cannot."""


def is_exact(name: str) -> bool:
    """Whether an engine searches on the real clock, so that nothing it finds needs mending."""
    return name == RUIN_RECREATE


def make_ready(name: str, should_stop: Callable[[], bool]) -> bool:
    """Waits until an engine can search in this process; False if it was told to stop before.

    Our own search is compiled by its first use on a machine, which takes some 25 s of processor
    time. Raises EngineCannot, with the reason, where that is not possible.
    """
    if name != RUIN_RECREATE:
        return True
    from routing.engines.ruin_recreate.cold_start import make_ready as compile_or_load

    return compile_or_load(should_stop)


def is_ready(name: str) -> bool:
    """Whether an engine can search in this process at once."""
    if name != RUIN_RECREATE:
        return True
    from routing.engines.ruin_recreate.cold_start import is_ready as is_loaded

    return is_loaded()


def lone_trials(name: str) -> Try:
    """How to try works alone while an engine is at hand: compiled where it is, else exactly."""
    if name != RUIN_RECREATE or not is_ready(name):
        return ExactTrials
    from routing.engines.ruin_recreate.lone_routes import LoneRoutes

    return LoneRoutes


def is_compiled() -> bool:
    """Whether our own search needs no compiler any more: it is loaded, or its code lies ready."""
    if find_spec("numba") is None:
        return False
    from routing.engines.ruin_recreate.code_folder import code_folder, is_complete

    return is_ready(RUIN_RECREATE) or is_complete(code_folder())


def load_if_compiled() -> bool:
    """Loads our own search into this process if its machine code lies ready, and answers whether
    this process can search at once: so can every process that is forked from it afterwards."""
    try:
        return is_compiled() and make_ready(RUIN_RECREATE, lambda: False)
    except EngineCannot:  # who searches is told why
        return False


def warm_up() -> float:
    """Makes the machine code of our own search, once per machine; answers the seconds it took.

    Without it the first search does the same. Raises EngineCannot where Numba is missing.
    """
    if find_spec("numba") is None:
        raise EngineCannot("the search cannot be compiled: install numba, or use engine 'ortools'")
    from routing.engines.ruin_recreate.warm_up import warm_up as compile_kernels

    return compile_kernels()


def engine_names() -> tuple[str, ...]:
    """Names that `solve(engine=…)` accepts."""
    return tuple(_ENGINES)


def get_engine(name: str) -> Engine:
    """The engine of a name. Raises EngineCannot for an unknown one."""
    engine = _ENGINES.get(name)
    if engine is None:
        raise EngineCannot(f"no engine {name!r}; choose one of: {', '.join(_ENGINES)}")
    return engine
