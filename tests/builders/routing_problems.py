"""Small routing problems for tests: by hand, or drawn by Hypothesis with every feature."""

from hypothesis import strategies as st

from routing import (
    Break,
    Costs,
    HourBand,
    Job,
    Location,
    Overtime,
    Pin,
    PinOrder,
    Problem,
    Shipment,
    SoftWindow,
    Stability,
    Task,
    TimeWindow,
    TravelMatrix,
    Vehicle,
)


def a_window(start: int, end: int) -> TimeWindow:
    return TimeWindow(start=start, end=end)


def a_task(name: str, at: int, *windows: tuple[int, int], **fields) -> Task:
    """A task at a matrix index, with 10 s of service and no setup unless told otherwise."""
    location = fields.pop("location", Location(matrix_index=at))
    fields.setdefault("service_s", 10)
    return Task(id=name, location=location, windows=tuple(a_window(*w) for w in windows), **fields)


def a_shipment(name: str, origin: int, destination: int, **fields) -> Shipment:
    fields.setdefault("pickups", (a_task(f"{name}.p", origin),))
    fields.setdefault("deliveries", (a_task(f"{name}.d", destination),))
    return Shipment(id=name, **fields)


def a_vehicle(name: str = "v1", **fields) -> Vehicle:
    """Starts and ends at index 0, working 0 to 10,000 s."""
    fields.setdefault("start", Location(matrix_index=0))
    fields.setdefault("end", Location(matrix_index=0))
    fields.setdefault("shift", a_window(0, 10_000))
    return Vehicle(id=name, **fields)


def a_line_matrix(size: int = 5, leg_s: int = 100) -> TravelMatrix:
    """Places on a line, `leg_s` seconds and 10 × as many metres apart."""
    legs = [[abs(i - j) * leg_s for j in range(size)] for i in range(size)]
    return TravelMatrix(legs, [[10 * leg for leg in row] for row in legs])


def a_problem(**fields) -> Problem:
    """One vehicle on a line of five places, one shipment from 1 to 2."""
    fields.setdefault("vehicles", (a_vehicle(),))
    fields.setdefault("matrices", {"default": a_line_matrix()})
    if "jobs" not in fields and "shipments" not in fields:
        fields["shipments"] = (a_shipment("s1", 1, 2),)
    return Problem(**fields)


PLACES = 5
DAY_S = 3000


@st.composite
def windows(draw: st.DrawFn) -> tuple[TimeWindow, ...]:
    count = draw(st.integers(0, 2))
    moments = sorted(
        draw(st.lists(st.integers(0, DAY_S), min_size=2 * count, max_size=2 * count, unique=True))
    )
    return tuple(a_window(moments[2 * i], moments[2 * i + 1]) for i in range(count))


@st.composite
def locations(draw: st.DrawFn) -> Location:
    index = draw(st.integers(0, PLACES - 1))
    place = draw(st.sampled_from(["", "", "office"])) if index == 1 else ""
    return Location(matrix_index=index, place=place, area=draw(st.sampled_from(["", "north"])))


@st.composite
def soft_windows(draw: st.DrawFn) -> tuple[SoftWindow, ...]:
    ends = draw(st.lists(st.integers(0, DAY_S), max_size=2))
    return tuple(
        SoftWindow(end=end, price_per_hour=draw(st.sampled_from([0, 500, 7200]))) for end in ends
    )


@st.composite
def tasks(draw: st.DrawFn, name: str, load: tuple[int, int]) -> Task:
    return Task(
        id=name,
        location=draw(locations()),
        setup_s=draw(st.sampled_from([0, 0, 60])),
        service_s=draw(st.sampled_from([0, 30, 120])),
        windows=draw(windows()),
        must_finish=draw(st.booleans()),
        load_change=load,
        release_s=draw(st.sampled_from([0, 0, 0, 700])),
        price=draw(st.sampled_from([0, 0, 40])),
        soft_windows=draw(st.one_of(st.just(()), soft_windows())),
    )


overtimes = st.builds(
    Overtime, most_s=st.integers(0, 600), price_per_hour=st.sampled_from([0, 900, 9000])
)


@st.composite
def vehicles(draw: st.DrawFn, name: str, floating: bool = True) -> Vehicle:
    """Without `floating` its breaks do not count from its leaving."""
    start = draw(st.integers(0, 500))
    pauses = []
    for number in range(draw(st.integers(0, 2))):
        opening = draw(st.integers(0, DAY_S // 2)) + number * 700
        closing = opening + draw(st.integers(0, 900))
        length = draw(st.sampled_from([0, 60, 300]))
        after_start = floating and draw(st.integers(0, 2)) == 0
        pauses.append(
            Break(
                id=f"rest{number}",
                window=a_window(opening, closing),
                duration_s=length,
                after_start=after_start,
            )
        )

    def limit(low: int, high: int) -> st.SearchStrategy[int | None]:
        return st.one_of(st.none(), st.none(), st.integers(low, high))

    return Vehicle(
        id=name,
        start=draw(locations()),
        end=draw(st.one_of(st.none(), locations())),
        shift=a_window(start, start + draw(st.integers(500, DAY_S))),
        capacity=draw(st.sampled_from([(), (2, 50), (1, 100), (5, 20)])),
        skills=draw(st.sampled_from([frozenset(), frozenset({"cash"})])),
        breaks=tuple(pauses),
        familiar_areas=draw(st.sampled_from([frozenset(), frozenset({"north"})])),
        unfamiliar_setup_s=draw(st.sampled_from([0, 45])),
        max_stops=draw(limit(1, 4)),
        max_tasks=draw(limit(1, 5)),
        max_distance_m=draw(limit(200, 4000)),
        max_travel_s=draw(limit(200, 2000)),
        costs=Costs(
            fixed=draw(st.sampled_from([0, 200])),
            per_hour=draw(st.sampled_from([3600, 100])),
            per_km=draw(st.sampled_from([0, 70])),
        ),
        overtime=draw(st.one_of(st.none(), st.none(), overtimes)),
    )


@st.composite
def matrices(draw: st.DrawFn, metric: bool) -> TravelMatrix:
    """Shortest ways between random places; without `metric` any numbers, some unreachable."""
    if metric:
        xs = draw(st.lists(st.integers(0, 300), min_size=PLACES, max_size=PLACES))
        ys = draw(st.lists(st.integers(0, 300), min_size=PLACES, max_size=PLACES))
        points = list(zip(xs, ys, strict=True))
        legs = [[abs(a - c) + abs(b - d) for c, d in points] for a, b in points]
        return TravelMatrix(legs, [[3 * leg for leg in row] for row in legs])
    cell = st.one_of(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400), st.just(-1))
    rows = draw(
        st.lists(st.lists(cell, min_size=PLACES, max_size=PLACES), min_size=PLACES, max_size=PLACES)
    )
    legs = [[0 if i == j else rows[i][j] for j in range(PLACES)] for i in range(PLACES)]
    return TravelMatrix(legs, [[max(-1, 3 * leg) for leg in row] for row in legs])


@st.composite
def slower_hours(draw: st.DrawFn, base: TravelMatrix) -> tuple[HourBand, TravelMatrix]:
    """Hours at which every ride of a matrix takes its own number of times as long."""
    start = draw(st.integers(0, DAY_S))
    band = HourBand(name="peak", start=start, end=start + draw(st.integers(1, DAY_S)))
    times = draw(st.lists(st.integers(1, 6), min_size=PLACES**2, max_size=PLACES**2))
    legs = [
        [leg if leg < 0 else leg * times[PLACES * i + j] // 2 for j, leg in enumerate(row)]
        for i, row in enumerate(base.duration_s.tolist())
    ]
    return band, TravelMatrix(legs)


@st.composite
def pins_of(draw: st.DrawFn, jobs: list[Job], shipments: list[Shipment]) -> tuple[Pin, ...]:
    """Tasks of the first works, pinned to the first vehicle in any manner."""
    pinned = [job.task.id for job in jobs]
    for shipment in shipments[:2]:
        pinned += [shipment.pickups[0].id, shipment.deliveries[-1].id]
    chosen = tuple(pinned[: draw(st.integers(1, len(pinned)))])
    return (Pin(vehicle_id="v0", task_ids=chosen, order=draw(st.sampled_from(list(PinOrder)))),)


@st.composite
def stabilities(draw: st.DrawFn, works: list[str], fleet: list[str]) -> Stability:
    promised = draw(st.lists(st.sampled_from(works), unique=True))
    return Stability(
        vehicle_of={work_id: draw(st.sampled_from(fleet)) for work_id in promised},
        price_per_moved=draw(st.sampled_from([0, 30])),
        most_moved=draw(st.sampled_from([None, None, 0, 1])),
    )


@st.composite
def small_problems(
    draw: st.DrawFn,
    metric: bool = True,
    *,
    most_works: int = 4,
    pins: bool = True,
    floating: bool = True,
    bands: bool = True,
) -> Problem:
    """Up to four works and two vehicles with every feature of the model. Without `floating` no
    ride and no break depends on the moment of leaving, without `bands` no ride."""
    jobs, shipments = [], []
    for number in range(draw(st.integers(1, most_works))):
        skills = draw(st.sampled_from([frozenset(), frozenset(), frozenset({"cash"})]))
        priority = draw(st.sampled_from([0, 0, 7]))
        penalty = draw(st.sampled_from([None, None, None, 150]))
        common = {"skills": skills, "priority": priority, "penalty": penalty}
        if draw(st.integers(0, 3)) == 0:
            change = draw(st.sampled_from([(1, 0), (-1, 0), (1, 30), (-2, 10)]))
            jobs.append(Job(id=f"j{number}", task=draw(tasks(f"j{number}.t", change)), **common))
            continue
        amount = draw(st.integers(0, 2))
        fee = draw(st.sampled_from([0, 20]))
        shipments.append(
            Shipment(
                id=f"s{number}",
                pickups=tuple(
                    draw(tasks(f"s{number}.p{i}", (amount, fee)))
                    for i in range(draw(st.sampled_from([1, 1, 2])))
                ),
                deliveries=tuple(
                    draw(tasks(f"s{number}.d{i}", (-amount, 5)))
                    for i in range(draw(st.sampled_from([1, 1, 2])))
                ),
                max_ride_s=draw(st.sampled_from([None, None, None, 200, 800])),
                **common,
            )
        )
    fleet = tuple(
        draw(vehicles(f"v{number}", floating)) for number in range(draw(st.integers(1, 2)))
    )
    table = {"default": draw(matrices(metric))}
    hours: tuple[HourBand, ...] = ()
    if floating and bands and draw(st.integers(0, 3)) == 0:
        band, table["default@peak"] = draw(slower_hours(table["default"]))
        hours = (band,)
    stability = Stability()
    if draw(st.integers(0, 3)) == 0:
        ids = [work.id for work in (*jobs, *shipments)]
        stability = draw(stabilities(ids, [vehicle.id for vehicle in fleet]))
    return Problem(
        vehicles=fleet,
        jobs=tuple(jobs),
        shipments=tuple(shipments),
        matrices=table,
        load_dimensions=("dossiers", "cash"),
        pins=draw(pins_of(jobs, shipments)) if pins and draw(st.integers(0, 3)) == 0 else (),
        stability=stability,
        hour_bands=hours,
    )
