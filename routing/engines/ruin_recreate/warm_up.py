"""Making the machine code ahead of the first search: once per machine and version.

Run as a module it compiles and ends: `cold_start` leaves the compiling to such a process, so that
a stop is answered at once.
"""

import time

from routing.engines.request import Budget, SearchRequest
from routing.engines.ruin_recreate.code_folder import (
    code_folder,
    is_complete,
    locked,
    mark_complete,
)
from routing.matrix import TravelMatrix
from routing.parts import Job, Location, Task, TimeWindow, Vehicle
from routing.problem import Problem
from routing.trying.trial_model import TrialModel

LOOK_EVERY_S = 0.2
"""How often a process looks whether another one has finished compiling."""


def warm_up() -> float:
    """Compiles the kernels in this process, or loads them from the cache; answers the seconds it
    took. While another process compiles, it waits and takes that one's."""
    began = time.perf_counter()
    folder = code_folder()
    while not is_complete(folder):
        with locked(folder) as is_mine:
            if is_mine:
                load()
                mark_complete(folder)
                break
        time.sleep(LOOK_EVERY_S)
    load()
    return time.perf_counter() - began


def load() -> None:
    """Runs every kernel once, on the smallest problem."""
    from routing.engines.ruin_recreate.new_work import KernelPlan
    from routing.engines.ruin_recreate.search import search  # this is what takes the time

    home = Location(matrix_index=0)
    problem = Problem(
        vehicles=tuple(
            Vehicle(id=name, start=home, end=home, shift=TimeWindow(start=0, end=9))
            for name in "vw"
        ),
        matrices={"default": TravelMatrix([[0]])},
        jobs=(Job(id="j", task=Task(id="t", location=home)),),
    )
    model = TrialModel(problem)
    list(KernelPlan(model, {}, (), 0).find(model, problem.jobs[0], (0,)))
    search(
        SearchRequest(
            model=model,
            works=problem.jobs,
            allowed={"j": (0, 1)},
            budget=Budget(time.monotonic() + 1e6, iterations=2),
            seed=1,
            on_best=lambda _plan: None,
            objective="vehicles-first",
        )
    )


if __name__ == "__main__":
    load()
    mark_complete(code_folder())
