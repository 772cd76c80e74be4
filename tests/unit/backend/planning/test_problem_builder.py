"""The builder on hand-made rows: windows, alternatives, loads, prices, mapping, named obstacles."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from backend.fleet.models import VehicleKind
from backend.planning import priorities
from backend.planning.models import VisitKind
from backend.planning.points import BICYCLE, MOTORBIKE
from backend.planning.problem_builder import BuiltProblem, build_problem
from backend.planning.reasons import SetAsideCode
from geodata.great_circle import GreatCircleTravelTimes
from routing import Shipment, Task, TimeWindow
from tests.unit.backend.planning.day_builder import DayBuilder, hours


@pytest.fixture
def rows() -> DayBuilder:
    return DayBuilder()


def build(rows: DayBuilder, travel: GreatCircleTravelTimes | None = None) -> BuiltProblem:
    built = build_problem(rows.day(), travel or GreatCircleTravelTimes())
    assert built.problem.validate() == ()
    return built


def only_shipment(built: BuiltProblem) -> Shipment:
    (shipment,) = built.problem.shipments
    return shipment


def delivery_of(built: BuiltProblem, kind: VisitKind) -> Task:
    tasks = only_shipment(built).deliveries
    return next(task for task in tasks if built.meanings[task.id].kind is kind)


def test_a_collection_goes_from_the_home_in_its_slot_to_the_office(rows: DayBuilder) -> None:
    home, office, post = rows.a_home(), rows.an_office(), rows.a_post_office()
    rows.a_shift(post)
    leg = rows.a_leg(home, office, slot=(hours(8), hours(10)), cash_vnd=135_000)
    built = build(rows)
    shipment = only_shipment(built)
    (pickup,) = shipment.pickups
    assert pickup.windows == (TimeWindow(start=hours(8), end=hours(10)),)
    assert not pickup.must_finish
    assert pickup.setup_s + pickup.service_s == 10 * 60
    assert pickup.load_change == (1, 135_000)
    assert built.meanings[pickup.id].kind is VisitKind.COLLECTION
    assert built.meanings[pickup.id].leg_ids == (leg.id,)
    assert built.meanings[pickup.id].place == home
    hand_over = delivery_of(built, VisitKind.HAND_OVER)
    assert hand_over.load_change == (-1, -135_000)
    assert (hand_over.setup_s, hand_over.service_s) == (14 * 60, 2 * 60)


def test_a_hand_over_must_end_before_the_lunch_gap_and_before_the_cut_off(
    rows: DayBuilder,
) -> None:
    home, office, post = rows.a_home(), rows.an_office(), rows.a_post_office()
    rows.a_shift(post)
    rows.a_leg(home, office)
    hand_over = delivery_of(build(rows), VisitKind.HAND_OVER)
    assert hand_over.must_finish
    assert hand_over.windows == (
        TimeWindow(start=hours(7.5), end=hours(11.5)),
        TimeWindow(start=hours(13.5), end=hours(15)),
    )


def test_an_early_latest_useful_arrival_bounds_the_start_of_the_first_hand_over(
    rows: DayBuilder,
) -> None:
    home, post = rows.a_home(), rows.a_post_office()
    office = rows.an_office(latest_arrival_s=hours(14))
    rows.a_shift(post)
    rows.a_leg(home, office)
    hand_over = delivery_of(build(rows), VisitKind.HAND_OVER)
    last = hand_over.windows[-1]
    assert last.end - hand_over.setup_s - hand_over.service_s == hours(14)


def test_results_are_given_out_until_the_counter_closes(rows: DayBuilder) -> None:
    home, office, post = rows.a_home(), rows.an_office(), rows.a_post_office()
    rows.a_shift(post)
    rows.a_leg(office, home, ready_s=hours(9), cash_vnd=50_000, slot=(hours(14), hours(16)))
    built = build(rows)
    shipment = only_shipment(built)
    (fetch,) = shipment.pickups
    (delivery,) = shipment.deliveries
    assert fetch.windows[-1].end == hours(17)
    assert fetch.release_s == hours(9)
    assert fetch.load_change == (1, 0)
    assert delivery.load_change == (-1, 50_000)
    assert delivery.setup_s + delivery.service_s == 5 * 60
    assert built.meanings[delivery.id].kind is VisitKind.DELIVERY


def test_collected_papers_may_rest_at_every_post_office_where_a_shift_ends(
    rows: DayBuilder,
) -> None:
    home, office = rows.a_home(), rows.an_office()
    one, two, unused = rows.a_post_office(), rows.a_post_office(16.03), rows.a_post_office(16.02)
    rows.a_shift(one)
    rows.a_shift(one, two)
    rows.a_leg(home, office, days_left=2)
    built = build(rows)
    rests = [
        task
        for task in only_shipment(built).deliveries
        if built.meanings[task.id].kind is VisitKind.DEPOSIT
    ]
    assert [built.meanings[task.id].place for task in rests] == [one, two]
    assert unused not in built.places
    assert {task.price for task in rests} == {priorities.OVERNIGHT_PRICE}
    assert delivery_of(built, VisitKind.HAND_OVER).price == 0


def test_a_night_in_the_safe_costs_more_when_it_breaks_the_promise(rows: DayBuilder) -> None:
    home, office, post = rows.a_home(), rows.an_office(), rows.a_post_office()
    rows.a_shift(post)
    rows.a_leg(home, office, days_left=0)
    rest = delivery_of(build(rows), VisitKind.DEPOSIT)
    assert rest.price == priorities.OVERNIGHT_LATE_PRICE > priorities.OVERNIGHT_PRICE


def test_with_the_office_closed_all_day_collections_end_in_the_safe_and_returns_are_named(
    rows: DayBuilder,
) -> None:
    home, post = rows.a_home(), rows.a_post_office()
    office = rows.an_office(open_spans=())
    rows.a_shift(post)
    rows.a_leg(home, office)
    back = rows.a_leg(office, home)
    built = build(rows)
    kinds = [built.meanings[task.id].kind for task in only_shipment(built).deliveries]
    assert kinds == [VisitKind.DEPOSIT]
    (aside,) = built.set_aside
    assert aside.code is SetAsideCode.OFFICE_CLOSED
    assert aside.leg_ids == (back.id,)


def test_a_held_item_starts_at_its_post_office_within_its_hours(rows: DayBuilder) -> None:
    home, post = rows.a_home(), rows.a_post_office()
    rows.a_shift(post)
    rows.a_leg(post, home)
    built = build(rows)
    (pickup,) = only_shipment(built).pickups
    assert built.meanings[pickup.id].kind is VisitKind.TAKE_FROM_POST_OFFICE
    assert pickup.windows == (TimeWindow(start=hours(7), end=hours(19)),)
    assert pickup.location.place_key == built.problem.vehicles[0].start.place_key


def test_a_firms_dossiers_travel_as_one_visit_but_never_above_the_smallest_satchel(
    rows: DayBuilder,
) -> None:
    home, office, post = rows.a_home(), rows.an_office(), rows.a_post_office()
    rows.a_shift(post, satchel_dossiers=4)
    rows.a_shift(post, satchel_dossiers=30)
    booking = rows.new_id()
    legs = [rows.a_leg(home, office, booking_id=booking, cash_vnd=10_000) for _ in range(6)]
    built = build(rows)
    loads = sorted(shipment.pickups[0].load_change for shipment in built.problem.shipments)
    assert loads == [(2, 20_000), (4, 40_000)]
    collected = [m.leg_ids for m in built.meanings.values() if m.kind is VisitKind.COLLECTION]
    assert {leg_id for part in collected for leg_id in part} == {leg.id for leg in legs}
    places = {s.pickups[0].location.place_key for s in built.problem.shipments}
    assert len(places) == 1, "both visits are at one place and share its setup"


def test_two_bookings_at_one_address_stay_two_visits(rows: DayBuilder) -> None:
    home, office, post = rows.a_home(), rows.an_office(), rows.a_post_office()
    rows.a_shift(post)
    for _ in range(2):
        rows.a_leg(home, office, booking_id=rows.new_id())
    assert len(build(rows).problem.shipments) == 2


def test_a_vehicle_carries_the_limits_of_its_shift(rows: DayBuilder) -> None:
    post, other = rows.a_post_office(), rows.a_post_office(16.03)
    rows.a_shift(
        post, other, skills=frozenset({"CAR_PAPERS"}), familiar_zones=frozenset({"HAI_CHAU"})
    )
    (vehicle,) = build(rows).problem.vehicles
    assert vehicle.capacity == (30, 10_000_000)
    assert vehicle.shift == TimeWindow(start=hours(7.25), end=hours(17.5))
    assert vehicle.breaks[0].window == TimeWindow(start=hours(11), end=hours(12.5))
    assert vehicle.breaks[0].duration_s == 45 * 60
    assert vehicle.max_stops == 40
    assert vehicle.skills == {"CAR_PAPERS"}
    assert vehicle.familiar_areas == {"HAI_CHAU"}
    assert vehicle.start != vehicle.end


def test_a_break_without_a_window_is_taken_in_the_middle_of_the_shift(rows: DayBuilder) -> None:
    rows.a_shift(rows.a_post_office(), break_window=None, work=(hours(8), hours(14)))
    (vehicle,) = build(rows).problem.vehicles
    window = vehicle.breaks[0].window
    assert hours(10) <= window.start <= window.end <= hours(12)


def test_a_bicycle_rides_on_a_slower_matrix_of_its_own(rows: DayBuilder) -> None:
    home, office, post = rows.a_home(), rows.an_office(), rows.a_post_office()
    rows.a_shift(post)
    rows.a_shift(post, vehicle_kind=VehicleKind.BICYCLE)
    rows.a_leg(home, office)
    problem = build(rows).problem
    assert [vehicle.profile for vehicle in problem.vehicles] == [MOTORBIKE, BICYCLE]
    slow, fast = problem.matrices[BICYCLE], problem.matrices[MOTORBIKE]
    off_diagonal = ~np.eye(fast.size, dtype=bool)
    assert (slow.duration_s[off_diagonal] > fast.duration_s[off_diagonal]).all()
    assert (slow.distance_m == fast.distance_m).all()


def test_time_counts_from_local_midnight(rows: DayBuilder) -> None:
    rows.a_shift(rows.a_post_office())
    assert build(rows).epoch == datetime(2026, 11, 22, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"point": None}, SetAsideCode.DOOR_NOT_PLACED),
        ({"inside_area": False}, SetAsideCode.DOOR_OUTSIDE_AREA),
    ],
)
def test_a_door_that_cannot_be_served_is_named_and_spoils_nothing(
    rows: DayBuilder, values: dict[str, object], code: SetAsideCode
) -> None:
    office, post = rows.an_office(), rows.a_post_office()
    rows.a_shift(post)
    bad = rows.a_leg(rows.a_home(**values), office)
    good = rows.a_leg(rows.a_home(), office)
    built = build(rows)
    assert [(a.code, a.leg_ids) for a in built.set_aside] == [(code, (bad.id,))]
    assert only_shipment(built).id == str(good.id)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"is_valid": False}, SetAsideCode.OFFICE_NOT_VALID),
        ({"service_start": date(2027, 1, 1)}, SetAsideCode.OFFICE_NOT_STARTED),
        ({"point": None}, SetAsideCode.OFFICE_NOT_PLACED),
    ],
)
def test_an_office_that_cannot_be_visited_is_named(
    rows: DayBuilder, values: dict[str, object], code: SetAsideCode
) -> None:
    rows.a_shift(rows.a_post_office())
    rows.a_leg(rows.a_home(), rows.an_office(**values))
    (aside,) = build(rows).set_aside
    assert aside.code is code


def test_a_result_that_is_ready_after_this_day_waits(rows: DayBuilder) -> None:
    rows.a_shift(rows.a_post_office())
    rows.a_leg(rows.an_office(), rows.a_home(), ready_s=26 * 3600)
    (aside,) = build(rows).set_aside
    assert aside.code is SetAsideCode.RESULT_NOT_READY


def test_a_home_far_from_every_road_is_set_aside_with_its_distance(rows: DayBuilder) -> None:
    office, post = rows.an_office(), rows.a_post_office()
    rows.a_shift(post)
    rows.a_leg(rows.a_home(), office)
    far = rows.a_leg(rows.a_home(21.0, 105.8), office)
    (aside,) = build(rows, GreatCircleTravelTimes(reach_m=50_000)).set_aside
    assert aside.code is SetAsideCode.DOOR_OFF_ROAD
    assert aside.leg_ids == (far.id,)
    assert aside.values["distance_m"] > 500_000


def test_a_shift_from_a_post_office_without_a_place_is_told_apart(rows: DayBuilder) -> None:
    rows.a_shift(rows.a_post_office())
    stranded = rows.a_shift(rows.a_post_office(point=None))
    built = build(rows)
    assert built.stranded_shifts == (stranded,)
    assert len(built.problem.vehicles) == 1


def test_urgent_work_outweighs_work_that_may_wait() -> None:
    def price(days_left: int, *, same_day: bool = False, attempt: int = 1) -> int:
        return priorities.penalty(
            days_left=days_left, same_day=same_day, attempt=attempt, dossiers=1
        )

    assert price(0, same_day=True) > price(-1) == price(0) > price(1) > price(2) > price(3)
    assert price(3) == price(10) == priorities.UNDONE_BASE
    assert price(2, attempt=2) == price(1), "whoever waited once comes a day earlier"
    assert price(10) > priorities.OVERNIGHT_LATE_PRICE, "the safe is better than nothing"
