"""T1's machine: phones, a network of single messages, a server that dies, and a dispatcher.

A step does one thing, so that Hypothesis can put them in any order. `Parts` is where T2 plants
its faults: whatever a fault changes stands there, never in the product.
"""

import itertools
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backend import clock
from backend.phone import Stuck
from tests.phone import Clock, Cut, Phone, Store
from tests.phone.courier import Working
from tests.proofs.calm import check_calm
from tests.proofs.dispatcher import Dispatcher, Numbering
from tests.proofs.dying_phone import MortalStore, PhoneDied
from tests.proofs.network import Broken, Handing, Held, Letter, Mailbag, Reply, Server, holds
from tests.proofs.world import MORNING, World

POISON: tuple[tuple[str, dict[str, Any]], ...] = (
    ("tea.drunk", {}),
    ("dossier.collected", {"dossier": 5}),
    ("dossier.collected", {"dossier": "0199aa00-0000-7000-8000-000000000000", "seal": "NUL\x00"}),
    ("result.delivered", {"weight": 1.5}),
    ("stop.failed", {"stop": "\ud800"}),
)

PHONES = 3
"""The second and the third belong to the same courier."""

DOOMS = (*[None] * 8, "before_commit", "after_commit", 9, 40)
"""Before which commit or statement of a delivery the server dies; mostly it does not."""

ACTS = ("stop", "stop", "stop", "stop", "absent", "cash", "bag", "wish", "poison")

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


@dataclass
class Parts:
    """What a run is made of; T2 exchanges one of them."""

    make_phone: Callable[..., Phone] = Phone
    make_store: Callable[[Path], MortalStore] = MortalStore
    numbering: Numbering = field(default_factory=Numbering)


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
        self.files = itertools.count()
        self.touched = 0
        self.done: list[set[str]] = [set() for _ in range(PHONES)]
        self.confirmed: list[set[str]] = [set() for _ in range(PHONES)]
        self.phones = []
        for who, kept in enumerate(self.world.phones):
            store = self.parts.make_store(Path(shutil.copy(kept, self._new(who))))
            self.phones.append(self._phone_on(store, who))

    @rule(what=st.sampled_from(WEIGHTED), who=st.integers(0, PHONES - 1), pick=st.integers(0, 99))
    def step(self, what: str, who: int, pick: int) -> None:
        """One thing happens. Hypothesis's own choice among rules would leave most of them out."""
        if self.found:
            return
        type(self).steps += 1
        self.touched = who
        self._watch(lambda: getattr(self, f"_{what}")(who, pick))

    # ---- what people do ------------------------------------------------------------------

    def _act(self, who: int, pick: int) -> None:
        """Something that the courier confirms on the screen."""
        phone, what = self.phones[who], ACTS[pick % len(ACTS)]
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
        self._confirmed_by(who)

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
        phone, held = self.phones[who], Held()
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
        if fate in {2, 3}:
            return self._die_while_storing(reply, dies_at=1 + pick // 6 % 9)
        return self._hand_over(reply)

    def _die_while_storing(self, reply: Reply, dies_at: int) -> None:
        """The phone's process ends between two writes of one answer."""
        self._store(reply.who).dies_at = dies_at
        try:
            self._hand_over(reply)
        except PhoneDied:
            self._count("phone_died")
            self._reopen(reply.who)
        self._store(reply.who).dies_at = 0

    def _sync(self, who: int, pick: int) -> None:
        """A whole round trip that nothing disturbs."""
        phone = self.phones[who]
        phone.transport = self.server
        self._set_server_clock()
        phone.sync()

    # ---- phones that break ---------------------------------------------------------------

    def _break(self, who: int, pick: int) -> None:
        """A process ends, a backup is made or comes back, an app is new, an outbox is gone."""
        breaks = (
            self._restart,
            self._back_up,
            self._restore,
            self._restore,
            self._install_anew,
            self._lose_the_outbox,
        )
        breaks[pick % len(breaks)](who)

    def _restart(self, who: int) -> None:
        """What is not on the phone's disk is gone; its uptime begins anew."""
        self.clock.reboot()
        self._reopen(who)

    def _back_up(self, who: int) -> None:
        store = self.phones[who].store
        store.backup(store.path.with_suffix(".older"))

    def _restore(self, who: int) -> None:
        """The outbox of an hour ago comes back: numbers will be spent twice."""
        store = self.phones[who].store
        older = store.path.with_suffix(".older")
        store.close()
        path = Path(
            shutil.copy(older if older.exists() else self.world.phones[who], self._new(who))
        )
        self.phones[who] = self._phone_on(self.parts.make_store(path), who)
        self._forget(who)  # what the backup does not hold is the phone's loss
        self._confirmed_by(who)
        self._count("restored")

    def _install_anew(self, who: int) -> None:
        """Nothing is left on the phone but the number of its old install."""
        before = self.phones[who]
        device_id = before.device_id
        before.store.close()
        phone = self._phone_on(self.parts.make_store(self._new(who)), who)
        self.phones[who] = phone
        phone.store.set_meta("device_id", device_id)
        phone.register(self.world.codes[min(who, 1)])
        self._forget(who)
        self._count("installed_anew")

    def _lose_the_outbox(self, who: int) -> None:
        """The phone's storage loses what was not sent, and the phone notices."""
        phone = self.phones[who]
        if phone.store.count_waiting():
            with phone.store.transaction():
                phone.store.lose_outbox()
                phone.store.forget_overlays()
            self.done[who].clear()
            self.confirmed[who] &= phone.store.results().keys()
            self._count("outbox_lost")

    # ---- what must hold ------------------------------------------------------------------

    @invariant()
    def nothing_done_flickers_back(self) -> None:
        """I9: the screen never shows a finished visit as open again."""
        if hasattr(self, "phones"):
            self._watch(self._check_screen)

    def teardown(self) -> None:
        if not hasattr(self, "phones"):
            return
        self._watch(self._calm_down)
        for phone in self.phones:
            phone.store.close()

    def _check_screen(self) -> None:
        who = self.touched
        shown_open = {visit["id"] for _, visit in self.phones[who].view().open_visits()}
        holds(not self.done[who] & shown_open, "I9: a finished visit shows as open again")

    def _calm_down(self) -> None:
        """What was stuck somewhere arrives after all, and then nothing happens any more."""
        if self.dispatcher.began:  # not else: a new number for everybody would hide a missing one
            self.dispatcher.end(forth=True)
        while self.bag.letters:
            self.server.deliver(self.bag.letters.pop(0))
        check_calm(self.world, self.phones, self.confirmed, self.server)

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
        phone = self.phones[reply.who]
        self.touched = reply.who
        if reply.answer.body.get("code") == "device_forked":
            phone.transport = self.server  # it asks again, and registers at once
            phone.sync()
        else:
            phone.transport = Handing(reply.answer)
            phone.sync()

    def _confirmed_by(self, who: int) -> None:
        """What the screen confirmed must have an outcome in the end, and stays done."""
        phone, self.touched = self.phones[who], who
        self.confirmed[who] |= {command["id"] for command in phone.store.waiting(1000)}
        view = phone.view()
        self.done[who] |= {
            visit["id"]
            for stop in view.stops()
            for visit in stop["visits"]
            if view.status(visit) != "OPEN"
        }

    def _new(self, who: int) -> Path:
        return self.folder / f"{self.runs}-{who}-{next(self.files)}.sqlite"

    def _phone_on(self, store: Store, who: int) -> Phone:
        return self.parts.make_phone(store, self.server, self.clock, seed=who)

    def _reopen(self, who: int) -> None:
        path = self.phones[who].store.path
        self.phones[who].store.close()
        self.phones[who] = self._phone_on(self.parts.make_store(path), who)
        self.touched = who

    def _store(self, who: int) -> MortalStore:
        store = self.phones[who].store
        assert isinstance(store, MortalStore)
        return store

    def _forget(self, who: int) -> None:
        """What an install knew that is gone; an answer to it reaches nobody."""
        self.done[who].clear()
        self.confirmed[who].clear()
        self.bag.replies = [reply for reply in self.bag.replies if reply.who != who]
        self.touched = who

    def _set_server_clock(self) -> None:
        self.server_clock.move_to(self.clock.true_now + timedelta(seconds=1))

    def _count(self, what: str, times: int | bool = True) -> None:
        self.seen[what] = self.seen.get(what, 0) + int(times)

    @staticmethod
    def _take[Item](items: list[Item], pick: int) -> Item:
        return items.pop(pick % len(items))
