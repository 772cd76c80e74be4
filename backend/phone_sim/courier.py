"""A simulated courier: the day's work, and beside it a phone that calls when it can."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from backend import clock
from backend.phone import HttpTransport, Login, Phone, Store, Stuck
from backend.phone_sim.errors import AnotherTime
from backend.phone_sim.faults import FaultPlan, Faults, SometimesOffline, bad_network
from backend.phone_sim.hands import ACCURACY_M, Hands
from backend.phone_sim.published import Ride
from backend.phone_sim.rates import Rates
from backend.phone_sim.road import Road
from backend.phone_sim.timeline import SimulatedClock, Timeline
from backend.phone_sim.working_day import WorkingDay

FIX_EVERY = timedelta(minutes=1)
CALL_EVERY = timedelta(minutes=5)
"""The server's `next_poll_s`; after a stop with something to tell the phone calls at once."""

CLOCKS_AGREE = timedelta(minutes=1)
"""A day that two clocks live differently proves nothing."""

MOST_CALLS = 4
"""In one step of a phone whose outbox needs several batches."""


class SimulatedCourier:
    """Steps from instant to instant; `due_at` is the next one, None when the day is over."""

    def __init__(
        self,
        server: str,
        ride: Ride,
        folder: Path,
        timeline: Timeline,
        *,
        seed: int,
        faults: Faults,
        rates: Rates,
        login: Login,
    ) -> None:
        chance = random.Random(f"{seed} {ride.courier_code}")
        self.code = ride.courier_code
        self._login = login
        self.timeline = timeline
        self.faults = FaultPlan.draw(faults, chance, ride.starts_at, ride.ends_at)
        self.network = bad_network(HttpTransport(server, timeout_s=60), faults, chance)
        self.signal = SometimesOffline(self.network, self._is_offline)
        self.clocks = SimulatedClock(timeline, wall_off_by=self.faults.wall_off_by)
        self._path, self._seed = folder / f"{ride.courier_code}.sqlite", chance.randrange(2**31)
        self._crashes, self._jumped, self._was_offline = list(self.faults.crashes_at), False, False
        self._ride = ride
        self.phone = self._switch_on()
        self.hands = Hands(
            self.phone,
            ride.courier_code,
            ride.starts_at.date().isoformat(),
            rates,
            chance,
            place=ride.geometry[0] if ride.geometry else (0.0, 0.0),
        )
        self.day = WorkingDay(self.hands, Road(ride.geometry), timeline.now)
        self._acts: Iterator[datetime] = iter(())
        self._work_at: datetime | None = None
        self._fix_at = self._call_at = timeline.now()
        self.crashed = self.fixes_kept = 0

    def begin(self) -> None:
        """Registers the phone and fetches the day, on a good network; the work is still to come."""
        self.phone.transport = self.network.inner
        self.phone.register(self.code)
        before = self.timeline.now()
        self.phone.drain()
        self._compare_clocks(before)
        self.phone.transport = self.signal
        self._acts = self.day.live(self._ride.starts_at)
        self._work_at = next(self._acts, None)

    def _compare_clocks(self, before: datetime) -> None:
        """The server received the first sync between `before` and now. Raises AnotherTime."""
        server_now = datetime.fromisoformat(self.phone.store.get_meta("server_now") or "")
        now = self.timeline.now()
        if not before - CLOCKS_AGREE <= server_now <= now + CLOCKS_AGREE:
            shown = (
                clock.to_local(each).isoformat(timespec="seconds") for each in (server_now, now)
            )
            raise AnotherTime(server_now=next(shown), now=next(shown))

    @property
    def is_over(self) -> bool:
        return self._work_at is None

    @property
    def due_at(self) -> datetime | None:
        """When something happens next; None when the day is over (the outbox may still wait)."""
        if self._work_at is None:
            return None
        return min(self._work_at, self._fix_at, self._call_at)

    def step(self) -> None:
        """Everything that is due now."""
        now = self.timeline.now()
        self._suffer(now)
        if self._work_at is not None and now >= self._work_at:
            waiting = self.phone.store.count_waiting()
            self._work_at = next(self._acts, None)
            if self.phone.store.count_waiting() > waiting:
                self._call_at = min(self._call_at, now)
        if now >= self._fix_at:
            self._note_place()
            self._fix_at = now + FIX_EVERY
        if now >= self._call_at:
            self._call()

    def settle(self) -> None:
        """After the day: a good network, until nothing waits. Raises Stuck."""
        self.phone.transport = self.network.inner
        self.network.calm()
        self.phone.drain()
        self.phone.send_positions()
        for _ in range(2):  # sent, then confirmed
            self.phone.send_pictures()
        self.phone.sync()

    def _call(self) -> None:
        """One turn of the radio; what fails is tried again when the phone's pause is over."""
        if self.clocks.is_resting():
            self._call_at = self.clocks.rests_until
            return
        for _ in range(MOST_CALLS):
            if self._sync() or self.clocks.is_resting():
                break
        if self.clocks.is_resting():
            self._call_at = self.clocks.rests_until
            return
        answer = self.phone.send_positions()
        if answer is not None and answer.status == 200:
            self.fixes_kept += answer.body["accepted"]
        self.phone.send_pictures()
        self._call_at = self.timeline.now() + CALL_EVERY

    def _sync(self) -> bool:
        try:
            return self.phone.sync()
        except Stuck:  # the network is not good enough to register; the outbox stays
            self.clocks.sleep(60)
            return False

    def _note_place(self) -> None:
        if self.day.on_shift:
            lon, lat = self.day.place()
            self.phone.note_position(round(lat * 1e7), round(lon * 1e7), ACCURACY_M)

    def _is_offline(self) -> bool:
        return self.faults.offline_from <= self.timeline.now() < self.faults.offline_to

    def _suffer(self, now: datetime) -> None:
        if not self._jumped and now >= self.faults.jumps_at:
            self._jumped = True
            self.clocks.wall_off_by += self.faults.jumps_by
        while self._crashes and now >= self._crashes[0]:
            self._crashes.pop(0)
            self._crash()
        offline = self._is_offline()
        if self._was_offline and not offline:
            self.phone.came_online()
        self._was_offline = offline

    def _crash(self) -> None:
        """The app is killed: what was only in memory is gone, what was confirmed is on disk."""
        self.crashed += 1
        self.phone.store.close()
        if self.crashed % 2:
            self.clocks.reboot()
        self.phone = self.hands.phone = self._switch_on()

    def _switch_on(self) -> Phone:
        return Phone(
            Store(self._path), self.signal, self.clocks, seed=self._seed, login=self._login
        )
