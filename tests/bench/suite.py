"""Which cases, engines and seconds the benchmark has, whole and quick."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.answers import VEHICLES_FIRST
from tests.bench.days import a_bench_day, size_of
from tests.bench.public_sets import LI_LIM, QUICK, SARTORI_BURIOL, a_case
from tests.bench.runs import Case, Run

PARTS = ("days", "sets", "services", "scale")
SEEDS = (1, 2, 3)
SIZES, SIZES_QUICK = (100, 300, 600), (100, 300)
HA_NOI_VISITS = 300

DAY_ENGINES = (
    ("by-hand", 0),
    ("ours", 1),
    ("ours", 10),
    ("ours", 30),
    ("vroom", 30),
    ("vroom-short", 30),
    ("vroom-short-fit", 30),
    ("pyvrp", 30),
    ("ortools", 30),
    ("ours-ortools", 10),
)
DAY_ENGINES_QUICK = (
    ("by-hand", 0),
    ("ours", 10),
    ("vroom-short-fit", 30),
    ("pyvrp", 10),
    ("ortools", 10),
)
SET_ENGINES = ("ours", "commiv", "vroom", "pyvrp", "ortools")
SET_ENGINES_QUICK = ("ours", "commiv", "vroom")
SET_SECONDS = 20
SCALE, SCALE_QUICK = (100, 300, 600, 1000, 3000, 5000), (1000,)
SCALE_SECONDS = 20
PARTS_FROM = 3_000


@dataclass(frozen=True, slots=True)
class Suite:
    """What is run. `test_data` None leaves out what needs files beside the project."""

    quick: bool
    parts: tuple[str, ...]
    seeds: tuple[int, ...]
    test_data: Path | None
    roads_cache: Path

    def day_runs(self) -> list[Run]:
        """Days of every size and seed; the engines of one day one after another."""
        sizes = SIZES_QUICK if self.quick else SIZES
        cases = [a_day_case(visits, seed) for seed in self.seeds for visits in sizes]
        if self.test_data is not None and not self.quick:
            cases.append(a_ha_noi_case(self.test_data, self.roads_cache, self.seeds[0]))
        return day_runs(cases, DAY_ENGINES_QUICK if self.quick else DAY_ENGINES)

    def set_runs(self) -> list[Run]:
        """The sample of the public sets, vehicles first."""
        if self.test_data is None:
            return []
        names = QUICK if self.quick else (*LI_LIM, *SARTORI_BURIOL)
        engines = SET_ENGINES_QUICK if self.quick else SET_ENGINES
        return [
            Run(case=case, engine=engine, seconds=SET_SECONDS, objective=VEHICLES_FIRST)
            for case in (a_case(self.test_data, name) for name in names)
            for engine in engines
        ]

    def scale_runs(self) -> list[Run]:
        """Ours on days of growing size, in parts and whole; no peer is asked."""
        return [
            Run(case=a_day_case(visits, self.seeds[0]), engine=engine, seconds=SCALE_SECONDS)
            for visits in (SCALE_QUICK if self.quick else SCALE)
            for engine in scale_engines(visits)
        ]


def scale_engines(visits: int) -> tuple[str, ...]:
    """A large day is also shown searched in parts."""
    return ("ours", "ours-parts") if visits >= PARTS_FROM else ("ours",)


def day_runs(cases: Sequence[Case], engines: Sequence[tuple[str, float]]) -> list[Run]:
    """Every engine on every case, case by case."""
    return [
        Run(case=case, engine=engine, seconds=seconds)
        for case in cases
        for engine, seconds in engines
    ]


def a_day_case(visits: int, seed: int) -> Case:
    """A generated day."""
    problem = a_bench_day(visits, seed)
    return Case(name=f"day-{visits}-{seed}", group=f"{visits} visits", seed=seed, problem=problem)


def a_ha_noi_case(test_data: Path, roads_cache: Path, seed: int) -> Case:
    """A day on the roads of inner Hà Nội."""
    from tests.bench.ha_noi import inner_ha_noi  # loads the road engine, only when used

    size = size_of(HA_NOI_VISITS)
    town = inner_ha_noi(
        test_data,
        roads_cache,
        seed=seed,
        counters=size.counters,
        post_offices=size.post_offices,
        homes=size.visits,
    )
    problem = a_bench_day(HA_NOI_VISITS, seed, town)
    return Case(name=f"ha-noi-300-{seed}", group="300 visits, Hà Nội", seed=seed, problem=problem)
