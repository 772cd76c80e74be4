"""What goes wrong with phones and network, on demand: `offline=2,duplicates=0.1,cuts=0.1,…`."""

import random
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from backend.phone import Answer, Cut, FaultyTransport, Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Of one courier's day; nothing by default."""

    offline: float = 0.0
    """Hours without signal, in one piece, some time during the day."""
    duplicates: float = 0.0
    """Share of requests that arrive twice."""
    cuts: float = 0.0
    """Share of requests that never arrive, and share of answers that break off."""
    crashes: float = 0.0
    """How often the app is killed and starts again, mean over a day; every other time the phone
    restarts too."""
    clock: float = 0.0
    """Minutes: by up to so much the wall clock is wrong, and jumps once during the day."""

    @classmethod
    def parse(cls, text: str) -> "Faults":
        """From `name=number,…`. Raises ValueError with the reason."""
        known = [field.name for field in fields(cls)]
        values: dict[str, float] = {}
        for part in filter(None, text.replace(" ", "").split(",")):
            name, equals, number = part.partition("=")
            if name not in known or not equals:
                raise ValueError(f"{part!r}: write one of {', '.join(known)}, then = and a number")
            values[name] = _number(name, number)
        return cls(**values)


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{name}={text}: {text!r} is no number") from None
    most = 0.9 if name in {"duplicates", "cuts"} else 10_000_000.0
    if not 0 <= value <= most:
        raise ValueError(f"{name}={text}: from 0 to {most:g}")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """When the faults of one courier's day strike."""

    offline_from: datetime
    offline_to: datetime
    crashes_at: tuple[datetime, ...]
    wall_off_by: timedelta
    jumps_at: datetime
    jumps_by: timedelta

    @classmethod
    def draw(
        cls, faults: Faults, chance: random.Random, begins: datetime, ends: datetime
    ) -> "FaultPlan":
        def some_time() -> datetime:
            return begins + (ends - begins) * chance.random()

        offline = timedelta(hours=faults.offline)
        latest = max(ends - offline, begins)
        offline_from = begins + (latest - begins) * chance.random()
        whole, part = divmod(faults.crashes, 1)
        count = int(whole) + (chance.random() < part)
        return cls(
            offline_from=offline_from,
            offline_to=offline_from + offline,
            crashes_at=tuple(sorted(some_time() for _ in range(count))),
            wall_off_by=timedelta(minutes=chance.uniform(-faults.clock, faults.clock)),
            jumps_at=some_time(),
            jumps_by=timedelta(minutes=chance.uniform(-faults.clock, faults.clock)),
        )


class SometimesOffline:
    """No signal while `is_offline` says so."""

    def __init__(self, inner: Transport, is_offline: Callable[[], bool]) -> None:
        self._inner, self._is_offline = inner, is_offline
        self.missed = 0

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        return self._if_online(lambda: self._inner.post(path, body, token))

    def put(self, path: str, content: bytes, media_type: str, token: str | None) -> Answer:
        return self._if_online(lambda: self._inner.put(path, content, media_type, token))

    def ask(self, method: str, path: str, token: str | None) -> Answer:
        return self._if_online(lambda: self._inner.ask(method, path, token))

    def _if_online(self, call: Callable[[], Answer]) -> Answer:
        if self._is_offline():
            self.missed += 1
            raise Cut("no signal")
        return call()


def bad_network(inner: Transport, faults: Faults, chance: random.Random) -> FaultyTransport:
    """The network with what was asked for."""
    return FaultyTransport(
        inner, chance, drop=faults.cuts, cut=faults.cuts, double=faults.duplicates
    )
