"""What learned ranges of arrival hold, judged on courier's days that they were not learned from.

Each courier's day is left out once: what is learned from all the others is held against it, beside
what was shown that day. So every day judges, and days that were lived once answer for any change
of the arithmetic: `python -m tests.bench.arrivals_left_out FILE` reads them from a file again.
"""

import dataclasses
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from backend import clock
from backend.courier_day.arrivals import ranges
from backend.courier_day.arrivals.keeping import Forecast

FIRST_OF_BUCKET = 0
"""Instead of minutes before an arrival: the first forecast in each bucket; these teach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A forecast that people saw, and the arrival."""

    ahead_min: int
    """So many minutes before the arrival it stood, or FIRST_OF_BUCKET."""
    courier_day: str
    computed_at: datetime
    scheduled_at: datetime
    earliest_at: datetime
    latest_at: datetime
    arrived_at: datetime

    @property
    def hour(self) -> int:
        """Local hour of the scheduled moment."""
        return clock.to_local(self.scheduled_at).hour

    @property
    def ahead_s(self) -> float:
        """From the moment it was computed to the scheduled one."""
        return (self.scheduled_at - self.computed_at).total_seconds()

    def observed(self) -> ranges.Observed:
        """What is learned from it."""
        return ranges.Observed(
            horizon_min=ranges.horizon_of(self.ahead_s),
            hour_band=ranges.band_of(self.hour),
            courier_day=self.courier_day,
            error_s=round((self.arrived_at - self.scheduled_at).total_seconds()),
        )

    def around(self, spread: ranges.Spread) -> tuple[datetime, datetime]:
        """The range that would have been shown with this spread."""
        earliest, _, latest = Forecast(
            scheduled_at=self.scheduled_at,
            spread=spread,
            horizon_min=ranges.horizon_of(self.ahead_s),
            hour_band=ranges.band_of(self.hour),
        ).around(self.computed_at)
        return earliest, latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How one kind of range held. Times in seconds."""

    arrivals: int
    inside: int
    early: int
    late: int
    median_width_s: float

    @classmethod
    def of(cls, judged: Sequence[tuple[datetime, datetime, datetime]]) -> "Held":
        """judged: (earliest, latest, arrived)."""
        early = sum(at < earliest for earliest, _, at in judged)
        late = sum(at > latest for _, latest, at in judged)
        return cls(
            arrivals=len(judged),
            inside=len(judged) - early - late,
            early=early,
            late=late,
            median_width_s=median((b - a).total_seconds() for a, b, _ in judged),
        )

    def __str__(self) -> str:
        share = 100 * self.inside / self.arrivals
        return (
            f"{self.inside} of {self.arrivals} inside, {share:.0f} % ({self.early} before, "
            f"{self.late} after), {self.median_width_s / 60:.0f} min wide"
        )


def judge_left_out(told: Iterable[Told]) -> dict[int, tuple[Held, Held]]:
    """By minutes ahead: (as shown, as learned from all the other days of couriers).

    Only forecasts for which the others teach a range; FIRST_OF_BUCKET teaches and is not judged.
    """
    told = list(told)
    teaching = [each for each in told if each.ahead_min == FIRST_OF_BUCKET]
    teaching.sort(key=lambda each: each.arrived_at, reverse=True)
    shown: dict[int, list[tuple[datetime, datetime, datetime]]] = {}
    learned: dict[int, list[tuple[datetime, datetime, datetime]]] = {}
    for left_out in sorted({each.courier_day for each in told}):
        spreads = ranges.learn_each(
            each.observed() for each in teaching if each.courier_day != left_out
        )
        for each, spread in _taught(told, left_out, spreads):
            at = each.arrived_at
            shown.setdefault(each.ahead_min, []).append((each.earliest_at, each.latest_at, at))
            learned.setdefault(each.ahead_min, []).append((*each.around(spread), at))
    return {ahead: (Held.of(shown[ahead]), Held.of(learned[ahead])) for ahead in sorted(shown)}


def _taught(
    told: Iterable[Told], left_out: str, spreads: Mapping[ranges.Key, ranges.Spread]
) -> Iterator[tuple[Told, ranges.Spread]]:
    for each in told:
        if each.courier_day == left_out and each.ahead_min != FIRST_OF_BUCKET:
            spread = ranges.spread_for(spreads, each.ahead_s, each.hour)
            if spread.observations:
                yield each, spread


def write_told(path: Path, told: Iterable[Told]) -> None:
    """Appends a line for each."""
    with path.open("a", encoding="utf-8") as file:
        for each in told:
            file.write(json.dumps(dataclasses.asdict(each), default=datetime.isoformat) + "\n")


def read_told(path: Path) -> list[Told]:
    """What `write_told` has written."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        for name in fields:
            if name.endswith("_at"):
                fields[name] = datetime.fromisoformat(fields[name])
        found.append(Told(**fields))
    return found


def print_held(told: Sequence[Told]) -> None:
    """The figures that docs/sync.md tells."""
    days = {each.courier_day for each in told}
    for ahead, (shown, learned) in judge_left_out(told).items():
        print(f"{ahead} min before, as shown by the rule: {shown}", flush=True)
        print(f"{ahead} min before, learned from {len(days) - 1} other days: {learned}", flush=True)


if __name__ == "__main__":
    print_held(read_told(Path(sys.argv[1])))
