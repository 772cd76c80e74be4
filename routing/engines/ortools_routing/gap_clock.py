"""A clock with the lunch gap cut out: the search then sees one window a task and no breaks.

Nobody works in the gap and everybody rests there. Every plan on the short clock is a plan on the
real one, because a break that fits the gap never delays an arrival beyond it. The cut loses
nothing exactly when no start is legal inside the gap; otherwise it is a restriction, and the
repair on the real clock may still use the gap.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from routing.problem import Break, Vehicle

Window = tuple[int, int]

MOST_CANDIDATES = 20
"""Of lunch gaps and of rests each: a city has a few, and each is weighed against every task."""


@dataclass(frozen=True, slots=True)
class GapClock:
    """Real seconds ↔ short seconds; `gap_start == gap_end` cuts nothing."""

    gap_start: int = 0
    gap_end: int = 0

    @property
    def length(self) -> int:
        """Seconds cut out."""
        return self.gap_end - self.gap_start

    def shorten(self, moment: int) -> int:
        """A real moment on the short clock; the whole gap is one moment."""
        if moment <= self.gap_start:
            return moment
        return max(self.gap_start, moment - self.length)

    def windows(self, windows: Iterable[Window]) -> list[Window]:
        """Real windows of starts on the short clock; what touches no work time is dropped."""
        parts: list[Window] = []
        for start, end in windows:
            if self.length and self.gap_start < start and end < self.gap_end:
                continue
            # A start inside the gap waits for its end; an end inside it means its beginning.
            part = self.shorten(start), self.shorten(end)
            if parts and part[0] <= parts[-1][1]:
                parts[-1] = parts[-1][0], max(parts[-1][1], part[1])
            else:
                parts.append(part)
        return parts

    def holds(self, pause: Break) -> bool:
        """Whether the break fits the gap, however a leg meets it."""
        fits = pause.window.start + pause.duration_s <= self.gap_end
        return bool(self.length) and fits and self.gap_start <= pause.window.end

    def reserved_s(self, vehicle: Vehicle) -> int:
        """Rest that the gap does not cover: taken off the end of the shift, judged later."""
        rest, covered = 0, False
        for pause in vehicle.breaks:
            if not covered and self.holds(pause):
                covered = True
            else:
                rest += pause.duration_s
        return rest


def choose_gap(vehicles: Sequence[Vehicle], tasks: Sequence[Sequence[Window]]) -> GapClock:
    """The cut that loses least: a lunch gap that tasks share, or a moment where breaks fit."""
    if not vehicles or not tasks:
        return GapClock()
    holes = Counter(
        (before[1], after[0]) for windows in tasks for before, after in pairwise(windows)
    )
    rests: Counter[Window] = Counter()
    for vehicle in vehicles:
        for pause in vehicle.breaks:
            start, end = pause.window.start, pause.window.end
            for opening in (start, (start + end) // 2, end):
                rests[opening, opening + pause.duration_s] += 1
    common = [gap for gaps in (holes, rests) for gap, _ in gaps.most_common(MOST_CANDIDATES)]
    candidates = [GapClock(), *(GapClock(*gap) for gap in sorted(set(common)))]
    return min(candidates, key=lambda clock: _loss(clock, vehicles, tasks))


def _loss(clock: GapClock, vehicles: Sequence[Vehicle], tasks: Sequence[Sequence[Window]]) -> float:
    """In tasks: those that lose their place, split windows, and work time that is cut off."""
    loss = 0.0
    for windows in tasks:
        if not windows:
            continue
        short = clock.windows(windows)
        if not short:
            loss += 1.0
        # Each further window is one more node to choose from: slower, not wrong.
        loss += 0.25 * max(0, len(short) - 1)
    share = len(tasks) / len(vehicles)
    for vehicle in vehicles:
        shift = max(1, vehicle.shift.end - vehicle.shift.start)
        covered = clock.gap_end > vehicle.shift.start and clock.gap_start < vehicle.shift.end
        lost = clock.length if covered else 0
        reserved = clock.reserved_s(vehicle)
        # A reserved rest is a guess that the real clock may refuse: counted twice.
        loss += share * (lost + 2 * reserved) / shift
    return loss
