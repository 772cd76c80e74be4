"""Follows a plan on a terminal; the first Ctrl-C asks for the best so far, the second leaves."""

import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import click

from backend.database import unit_of_work
from backend.planning.errors import PlanOver
from backend.planning.models import PlanStage, PlanStatus
from backend.planning.operations import cancel_plan, get_plan

LOOK_EVERY_S = 0.5
_UNDER_WAY = (PlanStatus.QUEUED, PlanStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class _Look:
    status: PlanStatus
    stage: PlanStage
    best_cost: int | None
    seconds_left: float | None

    @property
    def line(self) -> str:
        words = [self.stage.value.lower()]
        if self.best_cost is not None:
            words.append(f"best cost {self.best_cost:,}")
        if self.seconds_left is not None:
            words.append(f"{self.seconds_left:.0f} s left")
        return ", ".join(words)


def follow(plan_id: uuid.UUID, work: Callable[[], None] | None = None) -> None:
    """Returns when the plan is neither queued nor running.

    `work` makes the plan in a thread of this process. On a terminal one line moves; elsewhere each
    stage is a line. Raises KeyboardInterrupt at the second Ctrl-C.
    """
    worker = threading.Thread(target=work, daemon=True) if work is not None else None
    if worker is not None:
        worker.start()
    asked_to_stop = False
    while True:
        try:
            _watch(plan_id, worker)
            return
        except KeyboardInterrupt:
            if asked_to_stop:
                raise
            asked_to_stop = True
            click.echo("\nstopping: the best so far becomes the draft (Ctrl-C again: leave)")
            _cancel(plan_id)


def _watch(plan_id: uuid.UUID, worker: threading.Thread | None) -> None:
    live = sys.stdout.isatty()
    last: PlanStage | None = None
    while True:
        look = _look(plan_id)
        if live:
            click.echo(f"\r\x1b[K{look.line}", nl=False)
        elif look.stage is not last:
            click.echo(look.line)
        last = look.stage
        if look.status not in _UNDER_WAY or (worker is not None and not worker.is_alive()):
            break
        time.sleep(LOOK_EVERY_S)
    if live:
        click.echo("\r\x1b[K", nl=False)


def _look(plan_id: uuid.UUID) -> _Look:
    with unit_of_work() as session:
        plan = get_plan(session, plan_id)
        return _Look(plan.status, plan.stage, plan.best_cost, plan.seconds_left)


def _cancel(plan_id: uuid.UUID) -> None:
    try:
        with unit_of_work() as session:
            cancel_plan(session, plan_id)
    except PlanOver:
        return
