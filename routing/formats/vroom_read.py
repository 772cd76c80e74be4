"""A VROOM problem (JSON of VROOM 1.15's API page) as a `Problem`; ids keep kind and number."""

from dataclasses import dataclass

from routing.formats.fields import Fields, FormatErrors
from routing.formats.own import FormatError, Json
from routing.matrix import InvalidMatrix, TravelMatrix
from routing.problem import (
    Break,
    Costs,
    Job,
    Load,
    Location,
    Problem,
    Shipment,
    Task,
    TimeWindow,
    Vehicle,
)

LAST_SECOND = 2**31 - 1
"""End of an open time window."""

PER_TYPE = "times per vehicle type are not part of this model"
NO_MAP = "is missing; give indices into matrices, this library has no map"


@dataclass(frozen=True, slots=True, kw_only=True)
class VroomProblem:
    """`orders` holds the vehicles' `steps`, empty where there are none."""

    problem: Problem
    orders: dict[str, tuple[str, ...]]


def problem_from_vroom(document: Json) -> VroomProblem:
    """Raises FormatErrors, which names every field that is wrong or cannot be honoured."""
    errors: list[FormatError] = []
    top = Fields(document, "", errors)
    matrices = _matrices(top, errors)
    jobs = tuple(_job(fields) for fields in top.objects("jobs"))
    shipments = tuple(_shipment(fields) for fields in top.objects("shipments"))
    orders: dict[str, tuple[str, ...]] = {}
    vehicles = tuple(_vehicle(fields, orders) for fields in top.objects("vehicles"))
    top.refuse("matrix", "give matrices, one per profile")
    top.done()
    sizes = {
        len(load)
        for load in (
            *(job.task.load_change for job in jobs),
            *(shipment.pickups[0].load_change for shipment in shipments),
            *(vehicle.capacity for vehicle in vehicles),
        )
        if load
    }
    if len(sizes) > 1:
        errors.append(FormatError("vehicles", f"amounts have different lengths: {sorted(sizes)}"))
    if errors:
        raise FormatErrors(errors)
    dimensions = tuple(f"amount_{number}" for number in range(max(sizes, default=0)))
    for number, vehicle in enumerate(vehicles):
        if dimensions and not vehicle.capacity:
            errors.append(FormatError(f"vehicles[{number}].capacity", "is missing"))
    if errors:
        raise FormatErrors(errors)
    problem = Problem(
        vehicles=vehicles,
        jobs=jobs,
        shipments=shipments,
        matrices=matrices,
        load_dimensions=dimensions,
    )
    return VroomProblem(problem=problem, orders=orders)


def _matrices(top: Fields, errors: list[FormatError]) -> dict[str, TravelMatrix]:
    matrices: dict[str, TravelMatrix] = {}
    profiles = top.object("matrices")
    if not profiles.names():
        top.error("matrices", NO_MAP)
    for name in profiles.names():
        fields = profiles.object(name)
        durations, distances = fields.table("durations"), fields.table("distances")
        fields.refuse("costs", "cost comes from time and distance alone")
        fields.done()
        try:
            matrices[name] = TravelMatrix([] if durations is None else durations, distances)
        except InvalidMatrix as invalid:
            errors.append(FormatError(fields.path, str(invalid)))
    return matrices


def _location(fields: Fields, name: str = "location_index") -> Location:
    if not fields.has(name):
        fields.error(name, NO_MAP)
        fields.note(name)
        return Location(matrix_index=0)
    return Location(matrix_index=fields.integer(name))


def _task(fields: Fields, task_id: str, load_change: Load) -> Task:
    fields.note("description", "location")
    fields.refuse("setup_per_type", PER_TYPE)
    fields.refuse("service_per_type", PER_TYPE)
    return Task(
        id=task_id,
        location=_location(fields),
        setup_s=fields.integer("setup", 0),
        service_s=fields.integer("service", 0),
        windows=_windows(fields),
        load_change=load_change,
    )


def _windows(fields: Fields) -> tuple[TimeWindow, ...]:
    return tuple(TimeWindow(start=start, end=end) for start, end in fields.pairs("time_windows"))


def _skills(fields: Fields) -> frozenset[str]:
    return frozenset(str(skill) for skill in fields.integers("skills"))


def _job(fields: Fields) -> Job:
    number = fields.integer("id")
    given, taken = fields.integers("delivery"), fields.integers("pickup")
    fields.refuse("amount", "use delivery and pickup")
    size = max(len(given), len(taken))
    if len({len(given), len(taken)} - {0}) > 1:
        fields.error("pickup", "must have as many amounts as delivery")
    given, taken = given or (0,) * size, taken or (0,) * size
    change = tuple(t - g for g, t in zip(given, taken, strict=False))
    job = Job(
        id=f"job:{number}",
        task=_task(fields, f"job:{number}", change),
        skills=_skills(fields),
        priority=fields.integer("priority", 0),
        start_load=None if given == tuple(max(0, -amount) for amount in change) else given,
    )
    fields.done()
    return job


def _shipment(fields: Fields) -> Shipment:
    amount = fields.integers("amount")
    pickup, delivery = fields.object("pickup"), fields.object("delivery")
    first, second = pickup.integer("id"), delivery.integer("id")
    shipment = Shipment(
        id=f"shipment:{first}:{second}",
        pickups=(_task(pickup, f"pickup:{first}", amount),),
        deliveries=(_task(delivery, f"delivery:{second}", tuple(-a for a in amount)),),
        skills=_skills(fields),
        priority=fields.integer("priority", 0),
    )
    for part in (pickup, delivery, fields):
        part.done()
    return shipment


def _vehicle(fields: Fields, orders: dict[str, tuple[str, ...]]) -> Vehicle:
    name = str(fields.integer("id"))
    fields.note("description", "type", "start", "end")
    fields.refuse("speed_factor", "give a matrix of its own under another profile", unless=1)
    window = _shift(fields)
    vehicle = Vehicle(
        id=name,
        start=_location(fields, "start_index"),
        end=_location(fields, "end_index") if fields.has("end_index") else None,
        shift=window,
        capacity=fields.integers("capacity"),
        skills=_skills(fields),
        breaks=tuple(_break(pause) for pause in fields.objects("breaks")),
        costs=_costs(fields.object("costs")),
        profile=fields.text("profile", "car"),
        max_tasks=_limit(fields, "max_tasks"),
        max_travel_s=_limit(fields, "max_travel_time"),
        max_distance_m=_limit(fields, "max_distance"),
    )
    if fields.has("end") and not fields.has("end_index"):
        fields.error("end_index", NO_MAP)
    steps = _steps(fields)
    if steps:
        orders[name] = steps
    fields.done()
    return vehicle


def _limit(fields: Fields, name: str) -> int | None:
    return fields.integer(name) if fields.has(name) else None


def _shift(fields: Fields) -> TimeWindow:
    window = fields.integers("time_window")
    if window and len(window) != 2:
        fields.error("time_window", "must be [start, end]")
    return TimeWindow(start=window[0], end=window[1]) if len(window) == 2 else _ALWAYS


_ALWAYS = TimeWindow(start=0, end=LAST_SECOND)


def _break(fields: Fields) -> Break:
    fields.note("description")
    fields.refuse("max_load", "a break takes place with any load")
    windows = _windows(fields)
    if len(windows) > 1:
        fields.error("time_windows", "cannot be honoured: a break has one window")
    pause = Break(
        id=f"break:{fields.integer('id')}",
        window=windows[0] if windows else _ALWAYS,
        duration_s=fields.integer("service", 0),
    )
    fields.done()
    return pause


def _costs(fields: Fields) -> Costs:
    fields.refuse("per_task_hour", "setup and service cost nothing here", unless=0)
    costs = Costs(
        fixed=fields.integer("fixed", 0),
        per_hour=fields.integer("per_hour", 3600),
        per_km=fields.integer("per_km", 0),
    )
    fields.done()
    return costs


def _steps(fields: Fields) -> tuple[str, ...]:
    order: list[str] = []
    for step in fields.objects("steps"):
        kind = step.text("type")
        for name in ("service_at", "service_after", "service_before"):
            step.refuse(name, "a step takes the time that the clock gives it")
        if kind in {"job", "pickup", "delivery", "break"}:
            order.append(f"{kind}:{step.integer('id')}")
        elif kind not in {"start", "end"}:
            step.error("type", f"must be start, job, pickup, delivery, break or end, not {kind!r}")
        step.done()
    return tuple(order)
