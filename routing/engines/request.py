"""What every engine gets and gives: a reduced problem, a budget, and orders of tasks."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from routing.problem import Work
from routing.trying.trial_model import TrialModel
from routing.vehicles_first import Objective

type Orders = Mapping[str, tuple[str, ...]]
"""Task ids in order per vehicle id, without breaks."""


def never() -> bool:
    """A wish to stop that nobody has."""
    return False


class EngineCannot(RuntimeError):
    """The engine does not exist or cannot honour a feature of the problem; the message names it."""


@dataclass(slots=True)
class Budget:
    """How long a search may go on. Ask `is_over()` often; it is cheap.

    `deadline` is on `time.monotonic`. `iterations` makes a search repeatable; the deadline then
    only guards against a hang.
    """

    deadline: float
    iterations: int | None = None
    should_stop: Callable[[], bool] | None = None
    stopped: bool = False
    _due_at: float = 0.0
    _next_look: float = 0.0

    LOOK_EVERY_S = 0.02
    """A caller's `should_stop` may ask a queue: 50 times a second answers within 200 ms."""

    LOOKING_SHARE = 0.01
    """One that answers at once, as a flag that Ctrl-C sets, is asked sooner again: asking takes
    no more than this part of the time."""

    BEGINNING_S = 0.04
    """Processor time that a plan which is only being begun may still grow for after a wish to stop:
    an empty one helps nobody, and 600 visits are timed and judged in as long again."""

    def is_over(self) -> bool:
        """Whether the deadline has passed or the caller wants to stop."""
        return self.is_stopped() or time.monotonic() >= self.deadline

    def is_stopped(self) -> bool:
        """Whether the caller wants to stop."""
        if not self.stopped and self.should_stop is not None:
            now = time.monotonic()
            if now >= self._next_look:
                self.stopped = self.should_stop()
                asked_for = time.monotonic() - now
                self._next_look = now + min(self.LOOK_EVERY_S, asked_for / self.LOOKING_SHARE)
        return self.stopped

    def answer_is_due(self) -> bool:
        """Whether the caller wants to stop, and there has been time for a beginning since this was
        first asked."""
        if not self.is_stopped():
            return False
        now = time.thread_time()
        self._due_at = self._due_at or now + self.BEGINNING_S
        return now >= self._due_at

    def seconds_left(self) -> float:
        """Until the deadline; 0 when it has passed."""
        return max(0.0, self.deadline - time.monotonic())

    def part(self, reserve_s: float) -> "Budget":
        """The same budget that ends `reserve_s` earlier."""
        return replace(self, deadline=self.deadline - reserve_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class BestPlan:
    """A plan that a search met and that is better than all before. `routes_cost` is that of the
    used vehicles in 1/SCALE units; `orders` may be asked for at any later moment."""

    routes_cost: int
    vehicles: int
    left_out: tuple[Work, ...]
    orders: Callable[[], Orders] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """`works` are those that at least one vehicle can do alone; `allowed` gives, by work id, the
    vehicle numbers that can. `on_best` hears of every better plan, in the caller's thread.

    `start` is a plan to begin with that breaks no rule. `threads` searches may run side by side.
    The objective's weights are in the model's costs already; `objective` tells which they are.
    """

    model: TrialModel
    works: tuple[Work, ...]
    allowed: Mapping[str, tuple[int, ...]]
    budget: Budget
    seed: int
    on_best: Callable[[BestPlan], None]
    start: Orders = field(default_factory=dict)
    threads: int = 1
    objective: Objective = "cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOutcome:
    """Orders may break rules of the real clock; `routing.solve` mends them. `iterations` as the
    engine counts them."""

    orders: Orders = field(default_factory=dict)
    iterations: int = 0
