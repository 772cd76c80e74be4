"""T1: in any order of acts, messages, faults, crashes and reassignments, I1–I12 hold.

One run is so many steps of `tests/proofs/machine.py` and then two idle rounds. The runs are the
same every time: the parts' numbers are their seeds.
"""

import pytest
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.conftest import size_of
from tests.proofs.machine import SyncMachine
from tests.proofs.sizes import Sizes

TROUBLES = frozenset(
    {
        "server_died",
        "phone_died",
        "doubled",
        "request_lost",
        "answer_lost",
        "reassigned",
        "restored",
        "cloned",
        "installed_anew",
        "outbox_lost",
    }
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "part" in metafunc.fixturenames:
        metafunc.parametrize("part", range(1, size_of(metafunc.config).parts + 1))


def size_of_runs(runs: int, steps: int) -> hypothesis_settings:
    """Without shrinking: a smaller example of real transactions takes minutes to find."""
    return hypothesis_settings(
        max_examples=runs,
        stateful_step_count=steps + 1,  # the morning itself counts as one
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def test_t1_any_order_of_acts_faults_and_crashes_keeps_the_invariants(
    machine: type[SyncMachine], sizes: Sizes, part: int
) -> None:
    runs = sizes.runs // sizes.parts
    run_state_machine_as_test(seed(part)(machine), settings=size_of_runs(runs, sizes.steps))
    assert machine.runs >= runs
    assert machine.steps >= 0.9 * runs * sizes.steps
    assert machine.seen.keys() >= TROUBLES, "some trouble never happened"
    assert all(machine.seen[each] for each in TROUBLES), machine.seen
