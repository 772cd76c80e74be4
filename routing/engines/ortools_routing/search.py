"""Run OR-Tools on a request: insertion, then descent that can be stopped at any moment."""

from weakref import ref

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing.engines.ortools_routing.model import RoutingModel
from routing.engines.ortools_routing.nodes import build_nodes
from routing.engines.request import BestPlan, SearchOutcome, SearchRequest

_MIN_SEARCH_S = 0.001


def search(request: SearchRequest) -> SearchOutcome:
    """Orders of the best plan found within the budget; one iteration is one accepted plan.

    The search is deterministic; `seed` only feeds the solver's own random numbers.
    """
    if not request.works or request.budget.is_over():
        return SearchOutcome()
    nodes = build_nodes(request)
    if not nodes.works:
        return SearchOutcome()
    built = RoutingModel(request, nodes)
    if request.budget.is_over():
        return SearchOutcome()
    counted = _Counted(built)
    parameters = _parameters(request)
    built.solver.ReSeed(request.seed)
    built.routing.AddAtSolutionCallback(counted.on_plan)
    # Checked at every neighbour (about 200,000 times a second): OR-Tools has no other way out.
    built.routing.AddSearchMonitor(built.solver.CustomLimit(request.budget.is_over))
    built.routing.CloseModelWithParameters(parameters)
    best = built.routing.SolveWithParameters(parameters)
    if best is None:
        return SearchOutcome(iterations=counted.plans)
    return SearchOutcome(orders=_orders(built, best), iterations=counted.plans)


class _Counted:
    """Counts accepted plans and tells of each new best one.

    The solver keeps what it calls, so that a reference back to it would keep both for ever.
    """

    def __init__(self, built: RoutingModel) -> None:
        self._weak = ref(built)
        self._best: int | None = None
        self.plans = 0

    def on_plan(self) -> None:
        self.plans += 1
        built = self._weak()
        if built is None:
            return
        routing = built.routing
        cost = int(routing.CostVar().Max())
        if self._best is not None and cost >= self._best:
            return
        self._best = cost
        left_out = list(built.nodes.left_out)
        for work_nodes, penalty in zip(built.nodes.works, built.penalties, strict=True):
            side = [built.index[number] for number in work_nodes.sides[0]]
            if not any(routing.ActiveVar(index).Value() for index in side):
                left_out.append(work_nodes.work)
                cost -= penalty
        starts = [routing.Start(vehicle.number) for vehicle in built.vehicles]
        used = sum(not routing.IsEnd(routing.NextVar(start).Value()) for start in starts)
        built.request.on_best(
            BestPlan(routes_cost=cost * built.divisor, vehicles=used, left_out=tuple(left_out))
        )


def _parameters(request: SearchRequest) -> pywrapcp.DefaultRoutingSearchParameters:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    # The only one that starts a 300-visit day of pairs in seconds (1.6 s; parallel: none in 14 s).
    parameters.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
    )
    # Descent ends by itself, so that it repeats; guided local search gains less afterwards than
    # the exact improvement that `routing.solve` runs on the real clock.
    parameters.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GREEDY_DESCENT
    )
    seconds = max(_MIN_SEARCH_S, request.budget.seconds_left())
    parameters.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
    if request.budget.iterations is not None:
        parameters.solution_limit = max(1, request.budget.iterations)
    return parameters


def _orders(built: RoutingModel, best: pywrapcp.Assignment) -> dict[str, tuple[str, ...]]:
    tasks = built.request.model.tasks
    orders: dict[str, tuple[str, ...]] = {}
    for vehicle in built.vehicles:
        order: list[str] = []
        index = built.routing.Start(vehicle.number)
        while True:
            index = best.Value(built.routing.NextVar(index))
            if built.routing.IsEnd(index):
                break
            node = built.nodes.nodes[built.manager.IndexToNode(index)]
            order.append(tasks[node.task].id)
        if order:
            orders[vehicle.vehicle.id] = tuple(order)
    return orders
