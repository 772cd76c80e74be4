"""What the phones do: ride steadily, come out of a tunnel all at once, or one after another."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench.load.client import LightPhone, Reply
from tests.bench.load.server import ApiServer

PLACE_EVERY_S = 60.0
SYNC_EVERY_S = 300.0
AT_ONCE_IN_SETUP = 8
GIVE_UP_S = 600.0
"""A phone of the wave that has not got everything through by then counts as an error."""
FAILURES_TOLD = 5
"""Of each kind of call; the others are like them."""


@dataclass(slots=True)
class Measured:
    """Calls of one kind."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    """The first few: what the server, or the socket, said."""

    def add(self, reply: Reply) -> None:
        self.statuses[reply.status] += 1
        if reply.status == 200:
            self.seconds.append(reply.seconds)
        elif len(self.failures) < FAILURES_TOLD:
            self.failures.append(f"{reply.status} after {reply.seconds:.1f} s: {reply.body}")

    def as_json(self) -> dict[str, Any]:
        """Milliseconds at three shares of the calls, and what went wrong."""
        ordered = sorted(self.seconds)

        def at(share: float) -> float:
            return round(1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1)

        errors = sum(count for status, count in self.statuses.items() if status != 200)
        figures: dict[str, Any] = {"calls": self.statuses.total(), "errors": errors}
        if self.failures:
            figures["failures"] = self.failures
        return figures | (
            {"p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99)} if ordered else {}
        )


async def switch_on(phones: Sequence[LightPhone]) -> None:
    """Registers every phone and fetches its day, a few at a time."""
    room = asyncio.Semaphore(AT_ONCE_IN_SETUP)

    async def one(phone: LightPhone) -> None:
        async with room:
            await phone.register()

    await asyncio.gather(*(one(phone) for phone in phones))


async def ride(
    server: ApiServer, phones: Sequence[LightPhone], minutes: float, chance: random.Random
) -> dict[str, Any]:
    """Every phone sends its place each minute and syncs each five, with five commands; when in the
    minute differs from phone to phone."""
    places, syncs = Measured(), Measured()
    before, began = server.costs(), time.monotonic()
    ends = began + minutes * 60

    async def repeat(every_s: float, act: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(chance.random() * every_s)
        while time.monotonic() < ends:
            await act()
            await asyncio.sleep(every_s)

    async def live(phone: LightPhone) -> None:
        where = [160_600_000 + chance.randrange(100_000), 1_082_100_000 + chance.randrange(100_000)]

        async def tell_place() -> None:
            where[0] += chance.randrange(-5_000, 5_000)
            places.add(await phone.send_place(where[0], where[1]))

        async def tell_work() -> None:
            phone.collect_everything()
            syncs.add(await phone.sync())

        async with asyncio.TaskGroup() as both:
            both.create_task(repeat(PLACE_EVERY_S, tell_place))
            both.create_task(_once(chance.random() * SYNC_EVERY_S, ends, tell_work))

    await asyncio.gather(*(live(phone) for phone in phones))
    took = time.monotonic() - began
    return {
        "couriers": len(phones),
        "seconds": round(took, 1),
        "positions": places.as_json(),
        "syncs": syncs.as_json(),
        **_costs(before, server, places.statuses.total() + syncs.statuses.total(), took),
    }


async def _once(after_s: float, ends: float, act: Callable[[], Awaitable[None]]) -> None:
    """A phone's first sync falls somewhere in its five minutes, or after the end."""
    if time.monotonic() + after_s < ends:
        await asyncio.sleep(after_s)
        await act()


async def come_out(
    server: ApiServer, phones: Sequence[LightPhone], chance: random.Random
) -> dict[str, Any]:
    """Every phone sends 50 commands at the same moment; who is told to wait tries again."""
    for phone in phones:
        phone.collect_everything()
    commands = sum(len(phone.outbox) for phone in phones)
    syncs, through = Measured(), Measured()
    before, began = server.costs(), time.monotonic()

    async def empty(phone: LightPhone) -> None:
        pause = 2.0
        while phone.outbox and time.monotonic() - began < GIVE_UP_S:
            reply = await phone.sync()
            syncs.add(reply)
            if reply.status != 200:
                await asyncio.sleep(chance.uniform(0, pause))
                pause = min(2 * pause, 30.0)
        done = 0 if phone.outbox else 200
        through.add(Reply(done, {}, time.monotonic() - began, 0))

    await asyncio.gather(*(empty(phone) for phone in phones))
    took = time.monotonic() - began
    return {
        "phones": len(phones),
        "commands": commands,
        "seconds": round(took, 1),
        "commands_per_s": round(commands / took, 1),
        "syncs": syncs.as_json(),
        "until_empty": through.as_json(),
        **_costs(before, server, syncs.statuses.total(), took),
    }


async def one_by_one(server: ApiServer, phones: Sequence[LightPhone]) -> dict[str, Any]:
    """No two calls at a time: what a call costs when nothing waits for anything."""
    kinds: dict[str, tuple[Measured, Callable[[LightPhone], Awaitable[Reply]]]] = {
        "position": (Measured(), lambda phone: phone.send_place(160_678_000, 1_082_208_000)),
        "idle_sync": (Measured(), lambda phone: phone.sync()),
        "sync_of_5_commands": (Measured(), _sync_with_work),
    }
    figures = {}
    for name, (measured, act) in kinds.items():
        before, began = server.costs(), time.monotonic()
        for phone in phones:
            measured.add(await act(phone))
        costs = _costs(before, server, len(phones), time.monotonic() - began)
        figures[name] = measured.as_json() | costs
    return figures


async def _sync_with_work(phone: LightPhone) -> Reply:
    phone.collect_everything()
    return await phone.sync()


def _costs(before: Any, server: ApiServer, calls: int, seconds: float) -> dict[str, Any]:
    after = server.costs()
    api, rows = after.api_s - before.api_s, after.database_s - before.database_s
    return {
        "api_cpu_ms_per_call": round(1000 * api / calls, 2),
        "database_cpu_ms_per_call": round(1000 * rows / calls, 2),
        "api_cores": round(api / seconds, 2),
        "api_rss_mb": round(after.api_rss_mb),
    }
