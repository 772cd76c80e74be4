"""What a prepared plan asks of all its routes at once; kernels only, apart from who calls them."""

from routing.engines.ruin_recreate.best_place import find_place
from routing.engines.ruin_recreate.columns import FAR
from routing.engines.ruin_recreate.compiled import compiled_entry
from routing.engines.ruin_recreate.instance import Instance
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.route_update import update_route


@compiled_entry
def time_routes(instance: Instance, plan: PlanState) -> None:
    """Brings what is known of every route in line with its sequence."""
    for v in range(plan.routes.shape[0]):
        update_route(instance, plan, v)


@compiled_entry
def find_places(instance: Instance, plan: PlanState, work: int) -> None:
    """The cheapest place of a work in each route that may have it, whatever it costs."""
    for v in range(plan.routes.shape[0]):
        if instance.allowed[work, v]:
            find_place(instance, plan, work, v, FAR)
