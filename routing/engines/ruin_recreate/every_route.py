"""What a prepared plan asks of all its routes at once."""

from routing.engines.ruin_recreate.instance import Instance
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.round import FIND, TIME, kernel


def time_routes(instance: Instance, plan: PlanState) -> None:
    """Brings what is known of every route in line with its sequence."""
    kernel(instance, plan, TIME, 0, 1.0, 1.0)


def find_places(instance: Instance, plan: PlanState, work: int) -> None:
    """The cheapest place of a work in each route that may have it, whatever it costs."""
    kernel(instance, plan, FIND, work, 1.0, 1.0)
