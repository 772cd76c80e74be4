"""T2: every planted fault is found by T1's machine within its runs; one that is not fails here."""

from collections.abc import Callable

import pytest
from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.machine import SyncMachine
from tests.proofs.planted import FAULTS, Fault
from tests.proofs.sizes import Sizes
from tests.proofs.test_t01_any_order import size_of_runs

LEAST_FAULTS = 11
"""SYNC §14."""


def test_t2_plants_as_many_faults_as_promised() -> None:
    assert len({fault.name for fault in FAULTS}) >= LEAST_FAULTS


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_t2_a_planted_fault_is_found(
    machine: type[SyncMachine],
    sizes: Sizes,
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    machine.hunting, machine.parts = True, fault.plant(monkeypatch, machine)
    settings = size_of_runs(sizes.fault_runs, sizes.steps)
    run_state_machine_as_test(seed(1)(machine), settings=settings)
    assert machine.found, f"{fault} survived {machine.runs} runs"
    assert machine.found.split(":")[0] in fault.breaks, machine.found
    record_property("found_in_run", machine.runs)
    print(f"\nT2 {fault}: run {machine.runs}, {machine.steps} steps: {machine.found[:90]}")
