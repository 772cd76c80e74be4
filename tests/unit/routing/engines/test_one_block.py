"""Small tables of a search lie in one block, each from the beginning of a line of the cache."""

import numpy as np

from routing.engines.ruin_recreate import one_block
from routing.engines.ruin_recreate.instance import build_instance
from routing.engines.ruin_recreate.one_block import LARGE, LINE, PAGE, in_one_block
from routing.engines.ruin_recreate.plan_state import empty_plan
from routing.engines.ruin_recreate.tables import TableList
from routing.trying.trial_model import TrialModel
from tests.builders.routing_days import DayShape, a_courier_day


def an_instance():
    problem = a_courier_day(3, DayShape(visits=40, couriers=5))
    allowed = {work.id: tuple(range(5)) for work in problem.shipments}
    return build_instance(TrialModel(problem), problem.shipments, allowed)


def test_tables_in_a_block_hold_what_they_held_and_lie_behind_each_other():
    given = an_instance()
    for tables in (given, empty_plan(given, seed=1)):
        found = in_one_block(tables)
        assert type(found) is type(tables)
        TableList(found)  # kernels can read it
        places = [table.ctypes.data for table in found]
        assert all(place % LINE == 0 for place in places)
        assert max(places) - min(places) < sum(table.nbytes + LINE for table in tables)
        assert min(places) % PAGE == 0, "a large page begins where the block does"
        for before, behind in zip(tables, found, strict=True):
            assert before.dtype == behind.dtype
            assert np.array_equal(before, behind)
            assert not np.shares_memory(before, behind)


def test_what_is_large_stays_where_it_is(monkeypatch):
    tables = an_instance()
    monkeypatch.setattr(one_block, "LARGE", tables.ride.nbytes)
    found = in_one_block(tables)
    assert found.ride is tables.ride
    assert found.tasks is not tables.tasks
    assert tables.tasks.nbytes < LARGE
