"""A problem as a Sartori–Buriol file; what the format cannot hold is refused by name."""

from routing.formats.errors import FormatError, FormatErrors
from routing.formats.sartori import MINUTE_S
from routing.problem import Problem, Shipment, Task

NO_WORD = "Sartori–Buriol files have no word for it"


def problem_to_sartori(
    problem: Problem, name: str, places: dict[int, tuple[float, float]]
) -> tuple[str, tuple[str, ...]]:
    """The text, and what it does not carry without changing the plan's meaning.

    `places` are longitude and latitude by matrix index. Raises FormatErrors.
    """
    return _Writer(problem, places).text(name)


class _Writer:
    """One problem being written; refusals are collected and told together."""

    def __init__(self, problem: Problem, places: dict[int, tuple[float, float]]) -> None:
        self.problem = problem
        self.places = places
        self.errors: list[FormatError] = []

    def refuse(self, wrong: object, path: str, reason: str = NO_WORD) -> None:
        if wrong:
            self.errors.append(FormatError(path, reason))

    def text(self, name: str) -> tuple[str, tuple[str, ...]]:
        problem = self.problem
        for part in ("jobs", "pins", "hour_bands"):
            self.refuse(getattr(problem, part), part)
        self.refuse(problem.stability.vehicle_of, "stability")
        self.refuse(len(problem.load_dimensions) != 1, "load_dimensions", "must be one")
        self._check_fleet()
        for number, shipment in enumerate(problem.shipments):
            self._check_shipment(shipment, f"shipments[{number}]")
        if self.errors:
            raise FormatErrors(self.errors)
        return self._written(name)

    def _check_fleet(self) -> None:
        first = self.problem.vehicles[0]
        for number, vehicle in enumerate(self.problem.vehicles):
            path = f"vehicles[{number}]"
            same = (vehicle.shift, vehicle.capacity, vehicle.start, vehicle.end, vehicle.profile)
            ours = (first.shift, first.capacity, first.start, first.end, first.profile)
            self.refuse(same != ours, path, "must be like the first: the fleet is of one kind")
            for name in ("skills", "breaks", "unfamiliar_setup_s", "overtime"):
                self.refuse(getattr(vehicle, name), f"{path}.{name}")
            for name in ("max_stops", "max_tasks", "max_distance_m", "max_travel_s"):
                self.refuse(getattr(vehicle, name) is not None, f"{path}.{name}")
            self.refuse(vehicle.costs.fixed, f"{path}.costs.fixed")
            self.refuse(vehicle.costs.per_km, f"{path}.costs.per_km")
        self.refuse(first.start != first.end, "vehicles[0].end", "must be where the vehicle starts")
        self.refuse(not first.capacity, "vehicles[0].capacity", "must be stated")
        self._minutes(first.shift.start, "vehicles[0].shift.start")
        self._minutes(first.shift.end, "vehicles[0].shift.end")

    def _check_shipment(self, shipment: Shipment, path: str) -> None:
        for name in ("skills", "priority"):
            self.refuse(getattr(shipment, name), f"{path}.{name}")
        for name in ("penalty", "max_ride_s"):
            self.refuse(getattr(shipment, name) is not None, f"{path}.{name}")
        for side in ("pickups", "deliveries"):
            tasks: tuple[Task, ...] = getattr(shipment, side)
            self.refuse(len(tasks) > 1, f"{path}.{side}", f"{NO_WORD}: alternatives")
            self._check_task(tasks[0], f"{path}.{side}[0]")
        taken, given = shipment.pickups[0].load_change, shipment.deliveries[0].load_change
        balanced = len(taken) == 1 and taken[0] > 0 and given == (-taken[0],)
        self.refuse(not balanced, f"{path}.pickups[0].load_change", "must be given off wholly")

    def _check_task(self, task: Task, path: str) -> None:
        for name in ("setup_s", "must_finish", "release_s", "price", "soft_windows"):
            self.refuse(getattr(task, name), f"{path}.{name}")
        self.refuse(len(task.windows) > 1, f"{path}.windows", f"{NO_WORD}: several windows")
        self._minutes(task.service_s, f"{path}.service_s")
        for window in task.windows[:1]:
            self._minutes(window.start, f"{path}.windows[0].start")
            self._minutes(window.end, f"{path}.windows[0].end")

    def _minutes(self, seconds: int, path: str) -> int:
        self.refuse(seconds % MINUTE_S, path, f"{seconds} s are no whole minutes")
        return seconds // MINUTE_S

    def _written(self, name: str) -> tuple[str, tuple[str, ...]]:
        vehicle, shipments = self.problem.vehicles[0], self.problem.shipments
        pairs = len(shipments)
        tasks = [s.pickups[0] for s in shipments] + [s.deliveries[0] for s in shipments]
        indices = [vehicle.start.matrix_index, *(task.location.matrix_index for task in tasks)]
        shift = vehicle.shift
        opens, closes = shift.start // MINUTE_S, shift.end // MINUTE_S
        rows = [self._node(0, indices[0], [0, opens, closes, 0, 0, 0])]
        for number, task in enumerate(tasks, 1):
            window = task.windows[0] if task.windows else shift
            is_pickup = number <= pairs
            partners = [0, number + pairs] if is_pickup else [number - pairs, 0]
            times = [window.start // MINUTE_S, window.end // MINUTE_S, task.service_s // MINUTE_S]
            rows.append(
                self._node(number, indices[number], [task.load_change[0], *times, *partners])
            )
        table = self.problem.matrices[vehicle.profile].duration_s[indices][:, indices]
        self.refuse(bool((table < 0).any()), "matrices", f"{NO_WORD}: unreachable places")
        self.refuse(bool((table % MINUTE_S).any()), "matrices", "holds rides of no whole minutes")
        if self.errors:
            raise FormatErrors(self.errors)
        head = {"NAME": name, "TYPE": "PDPTW", "SIZE": len(indices)}
        head |= {"ROUTE-TIME": closes, "CAPACITY": vehicle.capacity[0]}
        edges = [" ".join(str(cell // MINUTE_S) for cell in row) for row in table.tolist()]
        lines = [f"{key}: {value}" for key, value in head.items()]
        text = "\n".join([*lines, "NODES", *rows, "EDGES", *edges, "EOF"]) + "\n"
        lost = [f"the number of vehicles ({len(self.problem.vehicles)}): the fleet is not limited"]
        lost.append("ids: nodes are numbered, pickups first")
        if missing := [index for index in indices if index not in self.places]:
            lost.append(f"coordinates of {len(missing)} nodes, which are not known: 0 0 is written")
        return text, tuple(lost)

    def _node(self, number: int, index: int, rest: list[int]) -> str:
        longitude, latitude = self.places.get(index, (0, 0))
        return " ".join(str(value) for value in (number, latitude, longitude, *rest))
