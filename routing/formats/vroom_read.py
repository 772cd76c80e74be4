"""A VROOM problem (JSON of VROOM 1.15's API page) as a `Problem`; ids keep kind and number."""

from dataclasses import dataclass

from routing.formats.errors import FormatError, FormatErrors
from routing.formats.fields import Fields
from routing.formats.own import Json
from routing.formats.vroom_tables import VroomNotes, VroomTables
from routing.formats.vroom_vehicle import VehicleReader, read_steps, sorted_windows
from routing.problem import Job, Load, Location, Problem, Shipment, Task, Vehicle

NO_MAP = "is missing; give indices into matrices, this library has no router and no map"


@dataclass(frozen=True, slots=True, kw_only=True)
class VroomProblem:
    """`orders` holds the vehicles' `steps`, empty where there are none; `timed_steps` names the
    steps that ask for times of their own, which VROOM honours in its plan mode only."""

    problem: Problem
    orders: dict[str, tuple[str, ...]]
    timed_steps: tuple[str, ...]
    notes: VroomNotes


def problem_from_vroom(document: Json) -> VroomProblem:
    """Raises FormatErrors, which names every field that is wrong or cannot be honoured."""
    return _Reader(document).problem()


class _Reader:
    """One document being read; errors are collected and told together."""

    def __init__(self, document: Json) -> None:
        self.errors: list[FormatError] = []
        self.top = Fields(document, "", self.errors)
        self.vehicle_fields = list(self.top.objects("vehicles"))
        starts = [v.has("start_index") or v.has("start") for v in self.vehicle_fields]
        self.tables = VroomTables(self.top, self.errors, with_nowhere=not all(starts))
        self.types = {v.text("type") for v in self.vehicle_fields} or {""}
        self.descriptions: dict[str, str] = {}
        self.coordinates: dict[str, tuple[float, ...]] = {}
        self.task_hour = self._task_hour_cost()

    def problem(self) -> VroomProblem:
        jobs = tuple(self._job(fields) for fields in self.top.objects("jobs"))
        shipments = tuple(self._shipment(fields) for fields in self.top.objects("shipments"))
        reader = VehicleReader(self.tables, self.descriptions, self.coordinates)
        vehicles = tuple(reader.vehicle(fields) for fields in self.vehicle_fields)
        known = {task.id for task in _tasks(jobs, shipments)}
        orders, timed = read_steps(self.vehicle_fields, vehicles, known)
        for fields in self.vehicle_fields:
            fields.done()
        self.top.done()
        dimensions = self._dimensions(jobs, shipments, vehicles)
        if self.errors:
            raise FormatErrors(list({str(e): e for e in self.errors}.values()))
        problem = Problem(
            vehicles=vehicles,
            jobs=jobs,
            shipments=shipments,
            matrices=self.tables.matrices,
            load_dimensions=dimensions,
        )
        notes = VroomNotes(
            descriptions=self.descriptions,
            coordinates=self.coordinates,
            distances=reader.distances,
            rounds=reader.bounded or any(task.windows for task in _tasks(jobs, shipments)),
        )
        return VroomProblem(problem=problem, orders=orders, timed_steps=timed, notes=notes)

    def _task_hour_cost(self) -> int:
        """Cost of an hour of setup and service, if it is the same for all vehicles."""
        rates: set[int] = set()
        for fields in self.vehicle_fields:
            rates.add(fields.object("costs").integer("per_task_hour", 0))
        if len(rates) > 1:
            for fields in self.vehicle_fields:
                reason = "cannot be honoured: it must be the same for all vehicles"
                fields.object("costs").error("per_task_hour", reason)
            return 0
        return rates.pop() if rates else 0

    def _dimensions(
        self,
        jobs: tuple[Job, ...],
        shipments: tuple[Shipment, ...],
        vehicles: tuple[Vehicle, ...],
    ) -> tuple[str, ...]:
        loads = [task.load_change for task in _tasks(jobs, shipments)]
        sizes = {len(load) for load in (*loads, *(v.capacity for v in vehicles)) if load}
        if len(sizes) > 1:
            reason = f"amounts have different lengths: {sorted(sizes)}"
            self.errors.append(FormatError("vehicles", reason))
        for number, vehicle in enumerate(vehicles):
            if sizes and not vehicle.capacity:
                self.errors.append(FormatError(f"vehicles[{number}].capacity", "is missing"))
        return tuple(f"amount_{number}" for number in range(max(sizes, default=0)))

    def _job(self, fields: Fields) -> Job:
        number = fields.integer("id")
        given, taken = fields.amounts("delivery"), fields.amounts("pickup")
        old = fields.amounts("amount")  # VROOM's old name for what a job delivers
        if not fields.has("delivery") and not fields.has("pickup"):
            given = old
        size = max(len(given), len(taken))
        if len({len(given), len(taken)} - {0}) > 1:
            fields.error("pickup", "must have as many amounts as delivery")
        given, taken = given or (0,) * size, taken or (0,) * size
        change = tuple(t - g for g, t in zip(given, taken, strict=False))
        job = Job(
            id=f"job:{number}",
            task=self._task(fields, f"job:{number}", change),
            skills=_skills(fields),
            priority=fields.integer("priority", 0),
            start_load=None if given == tuple(max(0, -amount) for amount in change) else given,
        )
        fields.done()
        return job

    def _shipment(self, fields: Fields) -> Shipment:
        amount = fields.amounts("amount")
        pickup, delivery = fields.object("pickup"), fields.object("delivery")
        first, second = pickup.integer("id"), delivery.integer("id")
        shipment = Shipment(
            id=f"shipment:{first}:{second}",
            pickups=(self._task(pickup, f"pickup:{first}", amount),),
            deliveries=(self._task(delivery, f"delivery:{second}", tuple(-a for a in amount)),),
            skills=_skills(fields),
            priority=fields.integer("priority", 0),
        )
        for part in (pickup, delivery, fields):
            part.done()
        return shipment

    def _task(self, fields: Fields, task_id: str, load_change: Load) -> Task:
        if fields.has("description"):
            self.descriptions[task_id] = fields.text("description")
        if fields.has("location"):
            self.coordinates[task_id] = fields.coordinates("location")
        setup_s = self._per_type(fields, "setup")
        service_s = self._per_type(fields, "service")
        return Task(
            id=task_id,
            location=self._location(fields),
            setup_s=setup_s,
            service_s=service_s,
            windows=sorted_windows(fields),
            load_change=load_change,
            price=self._task_price(fields, setup_s, service_s),
        )

    def _location(self, fields: Fields) -> Location:
        if not fields.has("location_index"):
            fields.error("location_index", NO_MAP)
            return Location(matrix_index=0)
        index = fields.integer("location_index")
        if self.tables.size and index >= self.tables.size:
            reason = f"is {index}; the matrices have {self.tables.size} places"
            fields.error("location_index", reason)
        return Location(matrix_index=index)

    def _per_type(self, fields: Fields, name: str) -> int:
        """A duration that may differ by vehicle type, if it does not among the types there are."""
        usual = fields.integer(name, 0)
        special = fields.object(f"{name}_per_type")
        seconds = {t: special.integer(t, usual) for t in special.names()}
        used = {seconds.get(vehicle_type, usual) for vehicle_type in self.types}
        if len(used) > 1:
            reason = "cannot be honoured: the time of a task is the same for all vehicles here"
            fields.error(f"{name}_per_type", reason)
        return used.pop()

    def _task_price(self, fields: Fields, setup_s: int, service_s: int) -> int:
        """What a task costs by its time: whole units, and not by where the vehicle comes from."""
        if self.task_hour and (setup_s or service_s * self.task_hour % 3600):
            name = "setup" if setup_s else "service"
            reason = (
                "cannot be honoured with vehicles[].costs.per_task_hour: only tasks without "
                "setup and with a service that costs whole units have a price of their own"
            )
            fields.error(name, reason)
        return service_s * self.task_hour // 3600


def _tasks(jobs: tuple[Job, ...], shipments: tuple[Shipment, ...]) -> tuple[Task, ...]:
    pairs = tuple(t for shipment in shipments for t in shipment.pickups + shipment.deliveries)
    return (*(job.task for job in jobs), *pairs)


def _skills(fields: Fields) -> frozenset[str]:
    return frozenset(str(skill) for skill in fields.amounts("skills"))
