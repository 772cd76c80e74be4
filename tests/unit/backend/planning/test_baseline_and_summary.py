"""The yardstick by hand is feasible and honest; the figures add up."""

import pytest

from backend.planning.baseline import RULE, plan_by_zones
from backend.planning.models import VisitKind
from backend.planning.problem_builder import BuiltProblem, build_problem
from backend.planning.summary import halts, left_legs, summarise, summarise_baseline
from geodata.great_circle import GreatCircleTravelTimes
from routing import Result, check, schedule
from tests.unit.backend.planning.day_builder import DayBuilder, hours


@pytest.fixture
def rows() -> DayBuilder:
    rows = DayBuilder()
    post, office = rows.a_post_office(), rows.an_office()
    for number in range(3):
        rows.a_shift(post, familiar_zones=frozenset({f"ZONE-{number % 2}"}))
    for number in range(12):
        home = rows.a_home(16.05 + number / 1000, 108.21, zone_code=f"ZONE-{number % 2}")
        if number % 3:
            rows.a_leg(office, home, slot=(hours(14), hours(16)), days_left=number % 3)
        else:
            rows.a_leg(home, office, slot=(hours(8), hours(10)), days_left=number % 3)
    return rows


def built_of(rows: DayBuilder) -> BuiltProblem:
    return build_problem(rows.day(), GreatCircleTravelTimes())


def as_result(built: BuiltProblem) -> Result:
    solution = plan_by_zones(built)
    return Result(solution=solution, engine="hand", seed=1, runtime_s=1.0, iterations=0)


def test_the_plan_by_hand_breaks_no_rule_and_leaves_nothing_on_an_easy_day(
    rows: DayBuilder,
) -> None:
    built = built_of(rows)
    solution = plan_by_zones(built)
    assert check(built.problem, solution) == []
    assert solution.unassigned == ()


def test_couriers_who_know_the_zone_come_first(rows: DayBuilder) -> None:
    built = built_of(rows)
    for route in plan_by_zones(built).routes:
        known = built.shifts[route.vehicle_id].familiar_zones
        zones = {
            visit.location.area
            for visit in route.visits
            if visit.task_id in built.meanings
            and built.meanings[visit.task_id].kind in (VisitKind.COLLECTION, VisitKind.DELIVERY)
            and visit.location is not None
        }
        assert zones <= known


def test_what_cannot_be_handed_in_rests_overnight_by_hand_too(rows: DayBuilder) -> None:
    office = rows.an_office(open_spans=())
    leg = rows.a_leg(rows.a_home(), office, slot=(hours(9), hours(11)))
    built = built_of(rows)
    solution = plan_by_zones(built)
    done = {task for route in solution.routes for task in route.task_ids}
    assert any(task.startswith(f"{leg.id}:DEPOSIT") for task in done)


def test_the_baseline_prints_its_rule_and_is_not_called_a_saving(rows: DayBuilder) -> None:
    built = built_of(rows)
    baseline = summarise_baseline(built, plan_by_zones(built))
    assert baseline["rule_en"] == RULE.en
    assert "saving" not in RULE.en + " ".join(baseline)
    assert "tiết kiệm" not in RULE.vi


def test_the_figures_of_a_plan_add_up(rows: DayBuilder) -> None:
    lost = rows.a_leg(rows.a_home(point=None), rows.an_office())
    built = built_of(rows)
    result = as_result(built)
    left = left_legs(built, result.solution)
    summary = summarise(built, rows.legs, result, left)
    assert summary["legs"] == {"asked": 13, "planned": 12}
    assert summary["visits"]["homes"] == 12
    assert summary["visits"]["all"] == 24
    assert summary["unassigned"]["by_reason"] == [{"code": "DOOR_NOT_PLACED", "legs": 1}]
    promises = summary["promises"]
    assert promises["kept"] + promises["at_risk"] + promises["broken"] == 13
    assert [item.leg_ids for item in left] == [(lost.id,)]
    assert summary["stops"] == sum(len(halts(route)) for route in result.solution.routes)
    assert summary["travel"]["measured"] is False


def test_a_promise_due_today_that_rests_overnight_is_broken_and_tomorrow_at_risk(
    rows: DayBuilder,
) -> None:
    rows.legs.clear()
    shut = rows.an_office(open_spans=())
    for days_left in (0, 1):
        rows.a_leg(rows.a_home(), shut, slot=(hours(9), hours(11)), days_left=days_left)
    built = built_of(rows)
    result = as_result(built)
    promises = summarise(built, rows.legs, result, ())["promises"]
    assert promises == {"kept": 0, "at_risk": 1, "broken": 1, "overnight": 2}


def test_without_any_route_everything_is_still_counted(rows: DayBuilder) -> None:
    built = built_of(rows)
    nothing = schedule(built.problem, {})
    result = Result(solution=nothing, engine="none", seed=1, runtime_s=0, iterations=0)
    summary = summarise(built, rows.legs, result, left_legs(built, nothing))
    assert summary["couriers"] == {"used": 0, "available": 3}
    assert summary["legs"] == {"asked": 12, "planned": 0}
