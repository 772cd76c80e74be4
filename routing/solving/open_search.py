"""Finishing a plan that is given: what is open goes where it costs least; more only if needed."""

from collections.abc import Callable, Mapping, Sequence

from routing.engines import EngineCannot, SearchRequest, get_engine, is_compiled
from routing.engines.request import BestPlan, Budget, Orders
from routing.problem import Problem
from routing.solving.start_plan import usable_orders
from routing.trying.reduction import Reduced
from routing.trying.repair import Repair
from routing.trying.trial_model import TrialModel

ENGINE = "ruin_recreate"


def search_open(
    problem: Problem,
    start: Mapping[str, Sequence[str]],
    limit: Budget,
    *,
    improve: bool,
    seed: int,
    compiled: bool,
    on_better: Callable[[Callable[[], Orders]], None],
) -> Orders:
    """Orders that begin with a given plan. Without the compiled search, or where it is not ready
    (a plan under way does not wait for a compiler), the exact trials search. `on_better` hears of
    every better plan, whose orders it may ask for; when stopped, the best so far is returned."""
    model = TrialModel(problem)
    works = tuple(problem.works())
    allowed = {
        work.id: tuple(v.number for v in model.vehicles if model.may_serve(v, work))
        for work in works
    }
    able = tuple(work for work in works if allowed[work.id])
    orders = usable_orders(model, Reduced(works=able, allowed=allowed), start)
    repair = Repair(model, allowed, able)

    def met(best: BestPlan) -> None:
        if best.orders is not None:
            on_better(best.orders)

    def request(budget: Budget, begin: Orders) -> SearchRequest:
        return SearchRequest(
            model=model,
            works=able,
            allowed=allowed,
            budget=budget,
            seed=seed,
            on_best=met,
            start=begin,
        )

    if compiled and is_compiled():
        try:
            inserting = Budget(limit.deadline + 1.0, 0, limit.should_stop)
            orders = get_engine(ENGINE)(request(inserting, orders)).orders
            done = {model.lookup.entries[i].work.id for order in orders.values() for i in order}
            if (improve or len(done) < len(able)) and not limit.is_over():
                orders = get_engine(ENGINE)(request(limit, orders)).orders
            repair.load(orders)
            repair.insert_left_out(limit.is_over)
            return repair.orders()
        except EngineCannot:
            pass
    repair.load(orders)
    repair.insert_left_out(limit.is_stopped)
    if improve or repair.left_out:
        repair.ruin_and_recreate(
            seed, limit.iterations, limit.is_over, on_better=lambda: on_better(repair.orders)
        )
    return repair.orders()
