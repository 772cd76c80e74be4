"""The benchmark itself on days of a few visits: every engine, every part, and the tables."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from routing import check, schedule
from routing.engines.ruin_recreate import decomposition
from tests.bench import services, stopping
from tests.bench.answers import VEHICLES_FIRST, Ask, judge
from tests.bench.days import a_bench_day
from tests.bench.engines import ENGINES
from tests.bench.machine import machine
from tests.bench.public_sets import LI_LIM, SARTORI_BURIOL, best_known, family_of, read_instance
from tests.bench.references import fingerprint, read_references, references_of
from tests.bench.report import as_markdown, best_of_vroom
from tests.bench.report_services import services_tables
from tests.bench.runs import Case, Run, Runner
from tests.bench.short_clock import on_short_clock
from tests.bench.suite import PARTS, SCALE, SIZES, Suite, a_day_case, scale_engines

FEW = 12

LIMITS = (0.5, 4, 20)
"""Seconds tried in turn: an idle machine needs the first, a starved one gets what it needs."""


def test_the_same_numbers_make_the_same_day_and_others_another() -> None:
    day, again, other = a_bench_day(FEW, 1), a_bench_day(FEW, 1), a_bench_day(FEW, 2)
    assert day.shipments == again.shipments
    assert day.vehicles == again.vehicles
    assert fingerprint(day) == fingerprint(again) != fingerprint(other)


@pytest.mark.parametrize("visits", [FEW, 300])
def test_a_bench_day_is_sound_and_each_visit_can_be_done(visits: int) -> None:
    day = a_bench_day(visits, 1)
    assert day.validate() == ()
    for shipment in day.shipments[:40]:
        tasks = [shipment.pickups[0].id, shipment.deliveries[0].id]
        alone = schedule(day, {day.vehicles[0].id: tasks}, place_breaks=True)
        assert not alone.violations, shipment.id


def test_a_bench_day_has_what_makes_planning_hard() -> None:
    day = a_bench_day(300, 1)
    counters = {s.deliveries[0].location for s in day.shipments if s.id and _is_collection(s)}
    assert len(counters) <= 12
    assert any(task.release_s for s in day.shipments for task in s.pickups)
    assert any(vehicle.end is None for vehicle in day.vehicles)
    assert any(not vehicle.breaks for vehicle in day.vehicles)
    assert len({vehicle.familiar_areas for vehicle in day.vehicles}) > 1
    assert len({vehicle.start for vehicle in day.vehicles}) == 3
    assert len({vehicle.shift for vehicle in day.vehicles}) > 2


def _is_collection(shipment: Any) -> bool:
    return bool(shipment.pickups[0].id.startswith("home"))


def test_the_short_clock_leaves_one_window_and_no_breaks_and_loses_no_visit() -> None:
    short, lost = on_short_clock(a_bench_day(300, 1))
    assert not lost
    assert all(not vehicle.breaks for vehicle in short.vehicles)
    for shipment in short.shipments:
        for task in (*shipment.pickups, *shipment.deliveries):
            assert len(task.windows) == 1
            assert task.release_s == 0


@pytest.mark.parametrize("name", sorted(set(ENGINES) - {"ours", "commiv"}))
def test_an_engine_serves_a_small_day_and_the_judge_finds_no_fault(name: str) -> None:
    day = a_bench_day(FEW, 3)
    most_undone = 3 if name in {"by-hand", "vroom"} else 0
    for seconds in LIMITS:
        answer = ENGINES[name].load()(Ask(problem=day, seconds=seconds, seed=1))
        verdict = judge(day, answer.orders)
        assert verdict.faults == ()
        if verdict.undone <= most_undone:
            break
    assert verdict.undone <= most_undone
    assert check(day, schedule(day, answer.orders, place_breaks=True)) == []


def test_the_judge_names_the_fault_of_a_wrong_answer() -> None:
    day = a_bench_day(FEW, 1)
    backwards = [day.shipments[0].deliveries[0].id, day.shipments[0].pickups[0].id]
    verdict = judge(day, {day.vehicles[0].id: backwards})
    assert any("PRECEDENCE" in fault for fault in verdict.faults)


def test_ours_runs_in_a_process_of_its_own_and_tells_time_memory_and_rounds(
    tmp_path: Path,
) -> None:
    case = Case(name="few", group="few visits", seed=1, problem=a_bench_day(FEW, 1))
    told: list[str] = []
    runner = Runner(tmp_path, 1, told.append)
    (row,) = runner.run_all([Run(case=case, engine="ours", seconds=0.5)])
    assert "failure" not in row, row
    assert row["undone"] == 0
    assert row["facts"]["iterations"] > 0
    assert 20 < row["memory_mb"] < 2000
    assert sorted(task for route in runner.routes["few", "ours 0.5 s"] for task in route) == sorted(
        task.id for s in case.problem.shipments for task in (*s.pickups, *s.deliveries)
    )
    assert len(told) == 1


def test_an_engine_that_cannot_do_a_problem_is_a_row_with_its_reason(tmp_path: Path) -> None:
    case = Case(name="few", group="few visits", seed=1, problem=a_bench_day(FEW, 1))
    runner = Runner(tmp_path, 1, lambda _: None)
    (row,) = runner.run_all([Run(case=case, engine="commiv", seconds=0.5)])
    assert "one depot" in row["failure"]


@pytest.mark.parametrize("engine", ["commiv", "vroom", "ortools"])
def test_a_public_instance_is_read_solved_and_judged_in_its_own_terms(
    test_data: Path, engine: str
) -> None:
    instance = read_instance(test_data, "lc101")
    ask = Ask(problem=instance.problem, seconds=0.5, seed=1, objective=VEHICLES_FIRST)
    answer = ENGINES[engine].load()(ask)
    figures = instance.judge([[int(task) for task in route] for route in answer.orders.values()])
    best = best_known(test_data)["lc101"]
    assert figures.faults == ()
    assert figures.vehicles >= best.vehicles
    assert figures.vehicles > best.vehicles or figures.distance >= best.distance - 0.01


def test_the_sample_has_all_classes_of_two_sizes_and_a_best_known_of_each(test_data: Path) -> None:
    known = best_known(test_data)
    assert len(LI_LIM) == 12
    for name in (*LI_LIM, *SARTORI_BURIOL):
        assert known[name].vehicles > 0
    assert {family_of(name) for name in LI_LIM} == {"Li–Lim 200", "Li–Lim 400"}


def test_replanning_and_insertion_are_measured_on_a_small_day() -> None:
    replanned = services.replanning(0.5, visits=30)
    for name in ("a courier drops out", "15 urgent bookings", "both at once"):
        assert replanned[name]["median_s"] > 0
        assert replanned[name]["moved"] <= 5
    assert replanned["15 urgent bookings"]["placed"] > 0
    asked = services.insertion(0.5, visits=30)
    assert asked["questions"] == 75
    assert 0 < asked["median_ms"] <= asked["most_ms"]


def test_stopping_and_stages_are_measured_on_a_small_day() -> None:
    stopped = stopping.stopping(30, moments=2, ctrl_c=1)
    assert stopped["library"]["moments"] == 2
    assert stopped["library"]["most_ms"] >= stopped["library"]["median_ms"] > 0
    assert stopped["command"]["moments"] == 1
    assert stopped["command"]["most_cpu_ms"] > 0
    assert "Ctrl-C | 1 |" in services_tables({"stopping": stopped}, [])
    spent = services.stages(0.5, sizes=(30,))["30"]
    assert sum(spent["stages_s"].values()) == pytest.approx(spent["whole_s"], abs=0.1)


def test_the_suite_names_every_part_and_quick_is_smaller(tmp_path: Path) -> None:
    whole = Suite(False, PARTS, (1,), None, tmp_path)
    quick = Suite(True, PARTS, (1,), None, tmp_path)
    assert len(quick.day_runs()) < len(whole.day_runs())
    assert {run.case.name for run in whole.day_runs()} == {f"day-{n}-1" for n in SIZES}
    assert whole.set_runs() == []


# ---- tables ----------------------------------------------------------------------------------


def _a_row(engine: str, seconds: float, cost: int, **more: object) -> Mapping[str, Any]:
    row: dict[str, Any] = {
        "case": "day-100-1",
        "group": "100 visits",
        "seed": 1,
        "engine": engine,
        "label": f"{engine} {seconds:g} s",
        "seconds": seconds,
        "facts": {"iterations": 1000.0, "first_plan_s": 0.2},
        "wall_s": seconds,
        "cpu_s": seconds,
        "memory_mb": 120.0,
        "cost": cost,
        "ride_s": cost,
        "vehicles": 5,
        "undone": 0,
    }
    return row | more


def _results(**parts: object) -> dict[str, Any]:
    about = {
        "date": "2026-11-22",
        "command": "python -m tests.bench",
        "seeds": [1],
        "runs_at_a_time": 1,
        "minutes": 1.0,
        "machine": dict(machine()),
    }
    return {"about": about, "days": [], "sets": [], "scale": [], "services": {}} | parts


def test_the_table_compares_with_the_best_and_with_vrooms_better_clock() -> None:
    rows = [
        _a_row("ours", 10, 1000),
        _a_row("ours", 30, 990),
        _a_row("vroom", 30, 5000),
        _a_row("vroom-short", 30, 1100),
    ]
    assert best_of_vroom(rows) == {"day-100-1": 1100}
    told = as_markdown(_results(days=rows))
    assert "Ours at 10 s to best known: +1.0 % (goal at most +1 %)" in told
    assert "Ours at 30 s to VROOM at 30 s: -10.0 % (goal −4 %)" in told
    assert "no price for undone work" in told


def test_a_reference_of_a_long_run_counts_as_best_known() -> None:
    references = {"day-100-1": {"ours": _a_reference(900)}}
    told = as_markdown(_results(days=[_a_row("ours", 10, 1000)], references=references))
    assert "+11.1 %" in told


def _a_reference(cost: int) -> dict[str, object]:
    told = {"cost": cost, "vehicles": 5, "undone": 0, "seconds": 300, "seed": 1}
    return told | {"date": "2026-11-22", "cpu_s": 300, "problem": "0"}


def test_a_failed_run_stands_in_the_table_with_its_reason() -> None:
    told = as_markdown(_results(days=[_a_row("pyvrp", 30, 1000, failure="2 faults: late")]))
    assert "2 faults: late" in told


def test_the_public_table_sums_vehicles_and_tells_the_distance_where_they_are_equal() -> None:
    best = {"best_vehicles": 3, "best_distance": 100.0}
    rows = [
        _a_row("ours", 20, 0, case="lc1", vehicles=3, distance=101.0, **best),
        _a_row("ours", 20, 0, case="lc2", vehicles=4, distance=90.0, **best),
    ]
    told = as_markdown(_results(sets=rows))
    assert "| ours | 2 | 7 | 6 | 191.0 | 200.0 | 1 | +1.0 % | 0 |" in told


def test_the_scale_table_shows_parts_beside_the_whole_and_each_failure() -> None:
    facts = {"iterations": 5000.0, "first_plan_s": 1.2}
    large = {"case": "day-3000-1", "group": "3000 visits", "facts": facts}
    rows = [
        _a_row("ours", 20, 500, group="600 visits", facts=facts),
        _a_row("ours", 20, 900, **large),
        _a_row("ours-parts", 20, 990, **large),
        _a_row("ours", 20, 0, group="5000 visits", case="day-5000-1", failure="no memory"),
    ]
    told = as_markdown(_results(scale=rows))
    assert "| 600 visits | 1.2 | 500 | – | – | 5 | 0 | 5,000 |" in told
    assert "| 3000 visits | 1.2 | 900 | 990 | +10.0 % | 5 | 0 | 5,000 |" in told
    assert told.count("3000 visits") == 1
    assert "| 5000 visits | no memory |" in told


def test_large_days_are_searched_in_parts_too(tmp_path: Path) -> None:
    engines = {visits: scale_engines(visits) for visits in SCALE}
    assert engines[5000] == ("ours", "ours-parts")
    assert engines[600] == ("ours",)
    suite = Suite(quick=True, parts=PARTS, seeds=(1,), test_data=None, roads_cache=tmp_path)
    assert [run.engine for run in suite.scale_runs()] == ["ours"]


def test_a_day_searched_in_parts_is_an_answer_and_leaves_the_usual_search_as_it_was() -> None:
    usual = decomposition.LEAST_WORKS
    day = a_bench_day(FEW, 1)
    answer = ENGINES["ours-parts"].load()(Ask(problem=day, seconds=0.5, seed=1))
    assert judge(day, answer.orders).undone == 0
    assert usual == decomposition.LEAST_WORKS


def test_a_reference_of_another_day_is_not_used() -> None:
    day = a_bench_day(FEW, 1)
    kept = {"few": {"ours": _a_reference(1) | {"problem": fingerprint(day)}}}
    assert references_of(kept, "few", day) != {}
    assert references_of(kept, "few", a_bench_day(FEW, 2)) == {}


def test_the_kept_references_are_of_the_days_that_the_generator_makes_now() -> None:
    for name, engines in read_references().items():
        _, visits, seed = name.split("-")
        problem = a_day_case(int(visits), int(seed)).problem
        assert references_of({name: engines}, name, problem) == engines, f"{name}: compute anew"


def test_machine_facts_name_no_host_and_no_folder() -> None:
    told = json.dumps(dict(machine()))
    assert str(Path.home()) not in told
    assert "/" not in "".join(machine()[name] for name in ("python", "system", "cores"))
