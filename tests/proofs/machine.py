"""T1's machine: phones, a network of single messages, a server that dies, and a dispatcher.

A step does one thing, so that Hypothesis can put them in any order. `Parts` is where T2 plants
its faults: whatever a fault changes stands there, never in the product.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backend import clock
from backend.phone import Stuck
from tests.phone import Clock, Cut
from tests.phone.courier import Working
from tests.proofs.calm import check_calm, check_held
from tests.proofs.dispatcher import Dispatcher
from tests.proofs.dying_phone import PhoneDied
from tests.proofs.handsets import PHONES, Handsets, Parts
from tests.proofs.network import Broken, Handing, Held, Letter, Mailbag, Reply, Server
from tests.proofs.world import MORNING, World

POISON: tuple[tuple[str, dict[str, Any]], ...] = (
    ("tea.drunk", {}),
    ("dossier.collected", {"dossier": 5}),
    ("dossier.collected", {"dossier": "0199aa00-0000-7000-8000-000000000000", "seal": "NUL\x00"}),
    ("result.delivered", {"weight": 1.5}),
    ("stop.failed", {"stop": "\ud800"}),
)

DOOMS = (*[None] * 6, "before_commit", "after_commit", "after_commit", 9, 40)
"""Before which commit or statement of a delivery the server dies; mostly it does not."""

ACTS = ("stop", "stop", "stop", "stop", "absent", "cash", "bag", "wish", "poison")

BREAKS_COUNTED = {
    "restore": "restored",
    "install_anew": "installed_anew",
    "lose_outbox": "outbox_lost",
}
"""Breaks that T1 demands to have happened, by what they are counted as."""

ASKS_AGAIN = frozenset({401, 409})
"""What a phone answers by asking something else at once: a token ran out, a number was spent."""

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
}
"""How often each kind of step is taken."""

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
        phone, what = self.hands[who], ACTS[pick % len(ACTS)]
        working = Working(phone, self.chance, fails=1.0 if what == "absent" else 0.0)
        working.seals = self.chance.randrange(10_000)
        if what == "bag":
            working.finish(self.world.post_office_id)
        elif what == "cash" and (held := sorted(phone.view().held())):
            phone.act("cash.collected", {"dossier": held[0], "purse": "FEE", "amount_vnd": 50_000})
        elif what == "wish" and (stops := phone.view().stops()):
            phone.act("stop.request_reassign", {"stop": stops[0]["id"], "reason": "X"})
        elif what == "poison":
            phone.act(*POISON[pick % len(POISON)])
        else:
            working.next_stop()
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
        phone, held = self.hands[who], Held()
        phone.transport = held
        phone.sync()
        self.bag.letters += [Letter(who, *kept) for kept in held.kept]
        self._set_server_clock()

    def _deliver(self, who: int, pick: int) -> None:
        """One of the requests under way arrives; the server may die over it."""
        if not self.bag.letters:
            return self._send(who, pick)
        letter = self._take(self.bag.letters, pick)
        self.server.doom = DOOMS[pick % len(DOOMS)]
        try:
            self.bag.replies.append(Reply(letter.who, self.server.deliver(letter)))
        except Cut:
            self._count("server_died")
        return None

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
            return self._die_while_storing(reply, dies_at=1 + pick // 6 % 6, syncs=fate != 3)
        return self._hand_over(reply)

    def _die_while_storing(self, reply: Reply, *, dies_at: int, syncs: bool) -> None:
        """The phone's process ends between two writes of one answer."""
        self.hands.store(reply.who).dies_at = dies_at
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
            self.hands.store(who).dies_at = 1 + pick // 2 % 4
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
        phone.sync()
        check_held(self.world, who, phone)

    # ---- phones that break ---------------------------------------------------------------

    def _break(self, who: int, pick: int) -> None:
        """A process ends, a backup is made or comes back, an app is new, an outbox is gone."""
        breaks = (
            "restart",
            "back_up",
            "restore",
            "restore",
            "install_anew",
            "lose_outbox",
            "lose_outbox",
        )
        how = breaks[pick % len(breaks)]
        happened = getattr(self.hands, how)(who)
        if how in {"restore", "install_anew"}:  # an answer to the old install reaches nobody
            self.bag.replies = [reply for reply in self.bag.replies if reply.who != who]
        if how in BREAKS_COUNTED:
            self._count(BREAKS_COUNTED[how], happened is not False)

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
        if reply.answer.status in ASKS_AGAIN:
            phone.transport = self.server  # with other numbers or a new token
            phone.sync()
        else:
            phone.transport = Handing(reply.answer)
            phone.sync()

    def _set_server_clock(self) -> None:
        self.server_clock.move_to(self.clock.true_now + timedelta(seconds=1))

    def _count(self, what: str, times: int | bool = True) -> None:
        self.seen[what] = self.seen.get(what, 0) + int(times)

    @staticmethod
    def _take[Item](items: list[Item], pick: int) -> Item:
        return items.pop(pick % len(items))
