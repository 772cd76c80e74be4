"""T1's machine: phones, a network of single messages, a server that dies, and a dispatcher.

A step does one thing, so that Hypothesis can put them in any order. `Parts` is where T2 plants
its faults: whatever a fault changes stands there, never in the product.
"""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backend import clock
from backend.phone import Stuck
from tests.phone import Clock, Cut
from tests.proofs.acting import act
from tests.proofs.calm import check_calm, check_held
from tests.proofs.dispatcher import Dispatcher
from tests.proofs.dying_phone import PhoneDied
from tests.proofs.handsets import CLONES, PHONES, Handsets, Parts
from tests.proofs.network import (
    Broken,
    Doom,
    Handing,
    Letter,
    Mailbag,
    Reply,
    Server,
)
from tests.proofs.world import MORNING, World

BREAKS_COUNTED = {
    "restore": "restored",
    "clone": "cloned",
    "install_anew": "installed_anew",
    "lose_outbox": "outbox_lost",
}
"""Breaks that T1 demands to have happened, by what they are counted as."""

GONE_WITH_IT = frozenset({"restore", "clone", "install_anew"})
"""Breaks after which an answer to the install before reaches nobody."""

STORING = 8
"""Writes of a phone over one answer, about: before one of them its process ends."""

DIES, DIES_IDLE = 1 / 2, 1 / 6
"""How often the server dies over a request that brings commands, and over one that only asks."""

ROUND_TRIPS = 3
"""With a network that works an app that is told to sign in or to register asks again at once."""

WEIGHTS = {
    "act": 10,
    "send": 5,
    "deliver": 8,
    "meddle": 3,
    "receive": 8,
    "sync": 3,
    "break": 4,
    "dispatcher": 2,
    "time": 1,
    "fork": 2,
    "overtake": 2,
    "move_away": 2,
    "die_over": 4,
}
"""How often each kind of step is taken. The last four are several that must come together."""

WEIGHTED = [what for what, weight in WEIGHTS.items() for _ in range(weight)]


class SyncMachine(RuleBasedStateMachine):
    """Three phones of two couriers on a published morning."""

    world: ClassVar[World]
    server_of: ClassVar[Callable[[], Server]]
    folder: ClassVar[Path]
    server_clock: ClassVar[clock.FrozenClock]
    parts: ClassVar[Parts] = Parts()
    runs: ClassVar[int] = 0
    steps: ClassVar[int] = 0
    hunting: ClassVar[bool] = False
    """T2: whether something is planted that must be found."""
    found: ClassVar[str] = ""
    seen: ClassVar[dict[str, int]] = {}
    """How often each kind of trouble happened, over all runs."""

    @initialize(seed=st.integers(0, 2**16))
    def publish(self, seed: int) -> None:
        if self.found:
            return
        type(self).runs += 1
        self.world.restore()
        self.server_clock.move_to(MORNING)
        self.chance = random.Random(seed)
        self.server = self.server_of()
        self.clock = Clock(clock.to_local(MORNING))
        self.bag = Mailbag()
        self.dispatcher = Dispatcher(self.world, self.parts.numbering)
        self.hands = Handsets(
            self.world, self.parts, self.server, self.clock, folder=self.folder, run=self.runs
        )

    @rule(what=st.sampled_from(WEIGHTED), who=st.integers(0, PHONES - 1), pick=st.integers(0, 99))
    def step(self, what: str, who: int, pick: int) -> None:
        """One thing happens. Hypothesis's own choice among rules would leave most of them out."""
        if self.found:
            return
        type(self).steps += 1
        self.hands.touched = who
        self._watch(lambda: getattr(self, f"_{what}")(who, pick))

    # ---- what people do ------------------------------------------------------------------

    def _act(self, who: int, pick: int) -> None:
        """Something that the courier confirms on the screen."""
        act(self.hands[who], self.chance, self.world.post_office_id, pick)
        self.hands.note_confirmed(who)

    def _dispatcher(self, who: int, pick: int) -> None:
        """Prepares a change, or moves open stops from one courier to the other."""
        if pick % 2 and not self.dispatcher.began:
            self.dispatcher.begin()
        else:
            self._count("reassigned", self.dispatcher.end(forth=who == 0))

    def _time(self, who: int, pick: int) -> None:
        self.clock.advance(minutes=(1, 30, 240)[pick % 3])
        self._set_server_clock()

    # ---- messages ------------------------------------------------------------------------

    def _send(self, who: int, pick: int) -> None:
        """A request leaves the phone and is under way."""
        self.bag.letters.append(self._letter(who))

    def _letter(self, who: int) -> Letter:
        phone = self.hands[who]
        self._set_server_clock()
        return Letter(who, json.dumps(phone.request()), phone.store.get_meta("token"))

    def _deliver(self, who: int, pick: int) -> None:
        """One of the requests under way arrives; the server may die over it."""
        if not self.bag.letters:
            return self._send(who, pick)
        letter = self._take(self.bag.letters, pick)
        dies = self.chance.random() < (DIES if letter.carries_commands else DIES_IDLE)
        return self._arrive(letter, Doom.draw(self.chance) if dies else None)

    def _arrive(self, letter: Letter, doom: Doom | None) -> None:
        self.server.doom = doom
        try:
            self.bag.replies.append(Reply(letter.who, self.server.deliver(letter)))
        except Cut:
            self._count("server_died")

    def _meddle(self, who: int, pick: int) -> None:
        """A request under way is doubled or lost."""
        if not self.bag.letters:
            return self._send(who, pick)
        letter = self.bag.letters[pick % len(self.bag.letters)]
        if pick % 3:
            self.bag.letters.append(letter)
            self._count("doubled")
        else:
            self.bag.letters.remove(letter)
            self._count("request_lost")
        return None

    def _receive(self, who: int, pick: int) -> None:
        """One of the answers under way reaches its phone, perhaps later once more, or nobody.

        A body that breaks off amounts to a lost answer.
        """
        if not self.bag.replies:
            return self._deliver(who, pick)
        reply = self._take(self.bag.replies, pick)
        fate = pick % 6
        if fate == 0:
            self._count("answer_lost")
            return None
        if fate == 1:
            self.bag.replies.append(reply)
        if fate in {2, 3, 4}:
            return self._die_while_storing(reply, syncs=fate != 3)
        return self._hand_over(reply)

    def _die_while_storing(self, reply: Reply, *, syncs: bool) -> None:
        """The phone's process ends between two writes of one answer."""
        self.hands.store(reply.who).dies_at = self.chance.randint(1, STORING)
        try:
            self._hand_over(reply)
        except PhoneDied:
            self._count("phone_died")
            self.hands.reopen(reply.who)
            self.hands.check_screen()
            if syncs:
                self._round_trip(reply.who)
        self.hands.store(reply.who).dies_at = 0

    def _sync(self, who: int, pick: int) -> None:
        """A whole round trip that nothing disturbs, or that the phone dies over."""
        if pick % 2:
            self._sync_dying(who)
        else:
            self._round_trip(who)

    def _sync_dying(self, who: int) -> None:
        """The phone may end before any write of what it is told, and begins again."""
        self.hands.store(who).dies_at = self.chance.randint(1, STORING)
        try:
            self._round_trip(who)
        except PhoneDied:
            self._count("phone_died")
            self.hands.reopen(who)
            self.hands.check_screen()  # what is shown before the network answers
            self._round_trip(who)  # an app that starts asks at once
        self.hands.store(who).dies_at = 0

    def _round_trip(self, who: int) -> None:
        phone = self.hands[who]
        phone.transport = self.server
        self._set_server_clock()
        synced = any(phone.sync() for _ in range(ROUND_TRIPS))
        check_held(self.world, who, phone, synced=synced, answered=self.server.answered)

    # ---- phones that break ---------------------------------------------------------------

    def _break(self, who: int, pick: int) -> None:
        """A process ends, a backup is made or comes back, an app is new, an outbox is gone."""
        breaks = (
            "restart",
            "back_up",
            "restore",
            "clone",
            "install_anew",
            "lose_outbox",
            "lose_outbox",
        )
        how = breaks[pick % len(breaks)]
        if how == "lose_outbox":  # at least what was just done is lost
            self._act(who, pick // 7)
        self._break_so(how, who)

    def _break_so(self, how: str, who: int) -> None:
        happened = getattr(self.hands, how)(who)
        if how in GONE_WITH_IT:
            lost = CLONES.get(who) if how == "clone" else who
            self.bag.replies = [reply for reply in self.bag.replies if reply.who != lost]
        if how in BREAKS_COUNTED:
            self._count(BREAKS_COUNTED[how], happened is not False)

    # ---- what must come together ---------------------------------------------------------

    def _fork(self, who: int, pick: int) -> None:
        """What was done since a backup, or on the other of two clones, spent the same numbers."""
        other = CLONES.get(who) if pick % 2 else None
        self._break_so("back_up" if other is None else "clone", who)
        self._act(who, pick // 2)
        self._round_trip(who)
        if other is None:
            self._break_so("restore", who)
        again = who if other is None else other
        self._act(again, pick // 3)
        self._round_trip(again)

    def _overtake(self, who: int, pick: int) -> None:
        """A sync begins and ends while a change by the dispatcher is under way."""
        self.dispatcher.begin()
        self._act(who, pick)
        self._round_trip(who)
        self._count("reassigned", self.dispatcher.end(forth=bool(pick % 2)))
        self._sync_dying(who)

    def _move_away(self, who: int, pick: int) -> None:
        """A stop is made that stands on another's day meanwhile, and the other asks what is new."""
        other = 0 if who else 1
        self._count("reassigned", self.dispatcher.end(forth=who == 0))
        self._round_trip(other)
        self._act(who, pick)
        self._round_trip(who)
        self._sync_dying(other)

    def _die_over(self, who: int, pick: int) -> None:
        """Server or phone die over what was just done, and the phone asks again."""
        self._act(who, pick // 2)
        if pick % 2:
            return self._sync_dying(who)
        self._arrive(self._letter(who), Doom.draw(self.chance))
        return self._round_trip(who)

    # ---- what must hold ------------------------------------------------------------------

    @invariant()
    def nothing_done_flickers_back(self) -> None:
        """I9: the screen never shows a finished visit as open again."""
        if hasattr(self, "hands"):
            self._watch(self.hands.check_screen)

    def teardown(self) -> None:
        if not hasattr(self, "hands"):
            return
        self._watch(self._calm_down)
        self.hands.close()

    def _calm_down(self) -> None:
        """What was stuck somewhere arrives after all, and then nothing happens any more."""
        if self.dispatcher.began:  # not else: a new number for everybody would hide a missing one
            self.dispatcher.end(forth=True)
        while self.bag.letters:
            self.server.deliver(self.bag.letters.pop(0))
        check_calm(self.world, self.hands.phones, self.hands.confirmed, self.server)

    def _watch(self, act: Callable[[], None]) -> None:
        """Runs it; a hunt notes the first thing that breaks and lets the rest pass."""
        if self.found:
            return
        try:
            act()
        except (Broken, Stuck) as broken:
            if not self.hunting:
                raise
            type(self).found = str(broken)

    # ---- how -----------------------------------------------------------------------------

    def _hand_over(self, reply: Reply) -> None:
        phone = self.hands[reply.who]
        self.hands.touched = reply.who
        phone.transport = Handing(reply.answer, self.server)
        phone.sync()

    def _set_server_clock(self) -> None:
        self.server_clock.move_to(self.clock.true_now + timedelta(seconds=1))

    def _count(self, what: str, times: int | bool = True) -> None:
        self.seen[what] = self.seen.get(what, 0) + int(times)

    @staticmethod
    def _take[Item](items: list[Item], pick: int) -> Item:
        return items.pop(pick % len(items))
