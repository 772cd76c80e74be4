"""Lets many couriers live at once: a few threads step who is due, in the order of time."""

import heapq
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import count

from backend.phone_sim.courier import SimulatedCourier
from backend.phone_sim.timeline import Timeline

_LOOK_EVERY_S = 0.05
"""While threads are busy: how soon somebody who has become due is seen (real seconds)."""


def live_day(
    couriers: Sequence[SimulatedCourier],
    timeline: Timeline,
    *,
    threads: int = 4,
    on_progress: Callable[[int], None] = lambda over: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Begins every courier's day, lives all of them to their end, and settles the outboxes.

    on_progress: hears how many days are over. An error of one courier ends everything.
    """
    ticket = count()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(SimulatedCourier.begin, couriers))
        due = [(each.due_at, next(ticket), each) for each in couriers if each.due_at]
        heapq.heapify(due)
        running: dict[Future[None], SimulatedCourier] = {}
        while (due or running) and not should_stop():
            while due and due[0][0] <= timeline.now() and len(running) < threads:
                _, _, courier = heapq.heappop(due)
                running[pool.submit(courier.step)] = courier
            if not running:
                timeline.wait_until(due[0][0])
                continue
            ended, _ = wait(running, timeout=_LOOK_EVERY_S, return_when=FIRST_COMPLETED)
            for future in ended:
                courier = running.pop(future)
                future.result()
                if courier.due_at is not None:
                    heapq.heappush(due, (courier.due_at, next(ticket), courier))
                else:
                    on_progress(sum(each.is_over for each in couriers))
        list(pool.map(SimulatedCourier.settle, couriers))
