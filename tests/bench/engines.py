"""Every engine of the bench by name, and in words what it cannot express.

Modules are loaded only when their engine runs, so that a child process holds one solver.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from tests.bench.answers import Answer, Ask

Solve = Callable[[Ask], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """`where` is module:function. `limits` says how it is run and what it cannot express."""

    name: str
    where: str
    limits: str

    def load(self) -> Solve:
        """The function; its module is imported now."""
        module, _, function = self.where.partition(":")
        solve: Solve = getattr(import_module(f"tests.bench.{module}"), function)
        return solve


_LISTED = (
    Engine(
        name="ours",
        where="ours:solve",
        limits="engine `ruin_recreate` of this library, compiled ahead; expresses all",
    ),
    Engine(
        name="ours-parts",
        where="ours:solve_in_parts",
        limits="as `ours`, but searched in parts, which ours does with larger days than these",
    ),
    Engine(
        name="ours-ortools",
        where="ours:solve_with_ortools",
        limits="engine `ortools` of this library: OR-Tools' insertion and descent, then our exact"
        " improvement on the real clock; expresses all",
    ),
    Engine(
        name="vroom",
        where="peers.vroom:solve",
        limits="VROOM, exploration 5, real clock with breaks; no price for undone work, releases"
        " as windows",
    ),
    Engine(
        name="vroom-short",
        where="peers.vroom:solve_on_short_clock",
        limits="the clock without the lunch gap; else as `vroom`",
    ),
    Engine(
        name="vroom-short-fit",
        where="peers.vroom:solve_on_short_clock_in_time",
        limits="as `vroom-short`, exploration 5, 3 or 1, whichever ends by itself in 30 s",
    ),
    Engine(
        name="pyvrp",
        where="peers.pyvrp:solve",
        limits="the clock without the lunch gap (no breaks, one window a task); setups are part of"
        " the rides, so a hand-in that shares a place must start before its window's end",
    ),
    Engine(
        name="ortools",
        where="peers.ortools:solve",
        limits="OR-Tools' routing library alone: local cheapest insertion, guided local search, a"
        " pair of nodes per visit, the clock without the lunch gap; setups as in `pyvrp`",
    ),
    Engine(
        name="commiv",
        where="peers.commiv:solve",
        limits="public sets only: one depot, identical vehicles, one window; its own driver for"
        " fewer vehicles",
    ),
    Engine(
        name="by-hand",
        where="peers.by_hand:solve",
        limits="district by district, slot by slot; a yardstick, no measured practice",
    ),
)

ENGINES: Mapping[str, Engine] = {engine.name: engine for engine in _LISTED}
