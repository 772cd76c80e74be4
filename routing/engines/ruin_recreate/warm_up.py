"""Making the machine code ahead of the first search: once per machine and version."""

import time

from routing.engines.request import Budget, SearchRequest
from routing.engines.ruin_recreate.search import search
from routing.matrix import TravelMatrix
from routing.parts import Job, Location, Task, TimeWindow, Vehicle
from routing.problem import Problem
from routing.trial_model import TrialModel


def warm_up() -> float:
    """Compiles the kernels, or loads them from the cache; answers the seconds it took."""
    began = time.perf_counter()
    home = Location(matrix_index=0)
    problem = Problem(
        vehicles=(Vehicle(id="v", start=home, end=home, shift=TimeWindow(start=0, end=9)),),
        matrices={"default": TravelMatrix([[0]])},
        jobs=(Job(id="j", task=Task(id="t", location=home)),),
    )
    search(
        SearchRequest(
            model=TrialModel(problem),
            works=problem.jobs,
            allowed={"j": (0,)},
            budget=Budget(time.monotonic() + 1e6, iterations=1),
            seed=1,
            on_best=lambda _plan: None,
        )
    )
    return time.perf_counter() - began
