"""VROOM's vehicles: working hours, breaks, costs, limits, and the steps they may start from."""

from collections.abc import Sequence

from routing.formats.fields import Fields
from routing.formats.vroom_tables import NOWHERE, PLAIN, Cells, VroomTables, factor_of
from routing.matrix import InvalidMatrix
from routing.problem import Break, Costs, Location, TimeWindow, Vehicle

LAST_SECOND = 2**31 - 1
"""End of an open time window."""

USUAL_PER_HOUR = 3600
"""VROOM's cost of an hour of riding where none is given: one unit a second."""

FASTEST = 5.0
"""VROOM's largest speed factor."""

_ALWAYS = TimeWindow(start=0, end=LAST_SECOND)
_FORCED = ("service_at", "service_after", "service_before")


def sorted_windows(fields: Fields) -> tuple[TimeWindow, ...]:
    """`time_windows` in the order of their start, as VROOM sorts them."""
    pairs = sorted(fields.pairs("time_windows"))
    if fields.has("time_windows") and not pairs:
        fields.error("time_windows", "is empty; leave it out where any time will do")
    return tuple(TimeWindow(start=start, end=end) for start, end in pairs)


class VehicleReader:
    """Vehicles of one file. `distances` is what VROOM reports per vehicle, `bounded` whether any
    has working hours or breaks."""

    def __init__(
        self,
        tables: VroomTables,
        descriptions: dict[str, str],
        coordinates: dict[str, tuple[float, ...]],
    ) -> None:
        self._tables = tables
        self._descriptions = descriptions
        self._coordinates = coordinates
        self.distances: dict[str, Cells] = {}
        self.bounded = False

    def vehicle(self, fields: Fields) -> Vehicle:
        """One vehicle; what is wrong is noted in its fields. `steps` is left to `read_steps`."""
        name = str(fields.integer("id"))
        if fields.has("description"):
            self._descriptions[f"vehicle:{name}"] = fields.text("description")
        start, end = self._place(fields, "start", name), self._place(fields, "end", name)
        if start is None and end is None:
            fields.error("start_index", "is missing, and so is end_index; give at least one")
        profile = fields.text("profile") or "car"
        key, costs = self._priced(fields, name, profile)
        shift = _shift(fields)
        capacity = fields.amounts("capacity")
        breaks = [self._break(pause, name, shift, capacity) for pause in fields.objects("breaks")]
        self.bounded |= bool(breaks) or fields.has("time_window")
        return Vehicle(
            id=name,
            start=start or Location(matrix_index=self._tables.size, place=NOWHERE),
            end=end,
            shift=shift,
            capacity=capacity,
            skills=frozenset(str(skill) for skill in fields.amounts("skills")),
            breaks=tuple(sorted(breaks, key=lambda b: (b.window.start, b.window.end))),
            costs=costs,
            profile=key,
            max_tasks=_limit(fields, "max_tasks"),
            max_travel_s=_limit(fields, "max_travel_time"),
            max_distance_m=_limit(fields, "max_distance"),
        )

    def _place(self, fields: Fields, end: str, name: str) -> Location | None:
        if fields.has(end):
            self._coordinates[f"{end} of {name}"] = fields.coordinates(end)
            if not fields.has(f"{end}_index"):
                reason = "is missing; give an index, this library has no router and no map"
                fields.error(f"{end}_index", reason)
        if not fields.has(f"{end}_index"):
            return None
        index = fields.integer(f"{end}_index")
        if self._tables.size and index >= self._tables.size:
            reason = f"is {index}; the matrices have {self._tables.size} places"
            fields.error(f"{end}_index", reason)
        return Location(matrix_index=index)

    def _priced(self, fields: Fields, name: str, profile: str) -> tuple[str, Costs]:
        """The matrix that a vehicle rides by, and its costs in the terms of that matrix."""
        factor = _factor(fields)
        costs = fields.object("costs")
        fixed, per_km = costs.integer("fixed", 0), costs.integer("per_km", 0)
        per_hour = costs.integer("per_hour", USUAL_PER_HOUR)
        costs.note("per_task_hour")  # read before, for all vehicles at once
        costs.done()
        tables = self._tables.profiles.get(profile)
        if tables is None:
            if self._tables.profiles:
                known = ", ".join(sorted(self._tables.profiles))
                fields.error("profile", f"is {profile!r}; there are matrices for: {known}")
            return profile, Costs(fixed=fixed, per_hour=per_hour, per_km=per_km)
        if tables.distances is not None:
            self.distances[name] = tables.distances
        try:
            key = self._tables.key(profile, factor)
        except InvalidMatrix as invalid:
            fields.error("speed_factor", f"makes rides too long: {invalid}")
            key = profile
        if tables.costs is None:
            if tables.distances is None and (per_km or fields.has("max_distance")):
                needs = "costs.per_km" if per_km else "max_distance"
                fields.error(needs, f"needs matrices.{profile}.distances, which are missing")
            return key, Costs(fixed=fixed, per_hour=per_hour, per_km=per_km)
        if per_hour != USUAL_PER_HOUR:
            costs.error("per_hour", f"contradicts matrices.{profile}.costs, as in VROOM")
        if fields.has("max_distance"):
            reason = f"cannot be honoured together with matrices.{profile}.costs"
            fields.error("max_distance", reason)
        return key, Costs(
            fixed=fixed, per_hour=0, per_km=1000
        )  # its table of costs is the "metres"

    def _break(
        self, fields: Fields, vehicle: str, shift: TimeWindow, capacity: tuple[int, ...]
    ) -> Break:
        number = fields.integer("id")
        if fields.has("description"):
            self._descriptions[f"break:{number} of {vehicle}"] = fields.text("description")
        windows = sorted_windows(fields)
        if len(windows) > 1:
            windows = tuple(w for w in windows if w.start <= shift.end and w.end >= shift.start)
            if len(windows) != 1:
                reason = "cannot be honoured: one window of a break must meet the working hours"
                fields.error("time_windows", reason)
        most = fields.amounts("max_load")
        if fields.has("max_load"):
            if len(most) != len(capacity):
                fields.error("max_load", "must have as many amounts as the capacity")
            elif any(limit < room for limit, room in zip(most, capacity, strict=True)):
                reason = "cannot be honoured: a break takes place with any load"
                fields.error("max_load", reason)
        pause = Break(
            id=f"break:{number}",
            window=windows[0] if windows else _ALWAYS,
            duration_s=fields.integer("service", 0),
        )
        fields.done()
        return pause


def _factor(fields: Fields) -> int:
    speed = fields.number("speed_factor", 1.0)
    if not 0 < speed <= FASTEST:
        fields.error("speed_factor", f"must be more than 0 and at most {FASTEST:g}, not {speed:g}")
        return PLAIN
    return factor_of(speed)


def _limit(fields: Fields, name: str) -> int | None:
    return fields.integer(name) if fields.has(name) else None


def _shift(fields: Fields) -> TimeWindow:
    window = fields.amounts("time_window")
    if fields.has("time_window") and len(window) != 2:
        fields.error("time_window", "must be [start, end]")
    return TimeWindow(start=window[0], end=window[1]) if len(window) == 2 else _ALWAYS


def read_steps(
    vehicle_fields: Sequence[Fields], vehicles: Sequence[Vehicle], task_ids: set[str]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The vehicles' `steps` as orders, and the paths of steps that ask for a time of their own."""
    orders: dict[str, tuple[str, ...]] = {}
    timed: list[str] = []
    for fields, vehicle in zip(vehicle_fields, vehicles, strict=True):
        known = task_ids | {pause.id for pause in vehicle.breaks}
        order: list[str] = []
        for step in fields.objects("steps"):
            kind = step.text("type")
            timed += [f"{step.path}.{name}" for name in _FORCED if step.has(name)]
            for name in _FORCED:
                if step.has(name):
                    step.integer(name)
            if kind in {"job", "pickup", "delivery", "break"}:
                step_id = f"{kind}:{step.integer('id')}"
                if step_id not in known:
                    step.error("id", f"there is no {kind} {step_id.partition(':')[2]}")
                order.append(step_id)
            elif kind not in {"start", "end"}:
                told = f"must be start, job, pickup, delivery, break or end, not {kind!r}"
                step.error("type", told)
            step.note("id", "description")
            step.done()
        if order:
            orders[vehicle.id] = tuple(order)
    return orders, tuple(timed)
