"""The three phones of T1 in their couriers' hands: how they break, and what was confirmed on them.

A break is a process that ends, a backup that comes back, a new install, or an outbox that is gone.
"""

import itertools
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.phone import Clock, Phone, Store
from tests.proofs.dispatcher import Numbering
from tests.proofs.dying_phone import MortalStore
from tests.proofs.network import Server, holds
from tests.proofs.world import World

PHONES = 3
"""The second and the third belong to the same courier."""

CLONES = {1: 2, 2: 1}
"""Which phone of the same courier becomes the copy."""


@dataclass
class Parts:
    """What a run is made of; T2 exchanges one of them."""

    make_phone: Callable[..., Phone] = Phone
    make_store: Callable[[Path], MortalStore] = MortalStore
    numbering: Numbering = field(default_factory=Numbering)


class Handsets:
    """Phones by number, with what each screen confirmed (`confirmed`) and showed done (`done`).

    folder: where their files lie; run: a number that no other run in that folder has.
    """

    def __init__(
        self, world: World, parts: Parts, server: Server, clock: Clock, *, folder: Path, run: int
    ) -> None:
        self.world, self.parts, self.server, self.clock = world, parts, server, clock
        self.folder, self.run = folder, run
        self.files = itertools.count()
        self.touched = 0
        """Whose screen was looked at last."""
        self.done: list[set[str]] = [set() for _ in range(PHONES)]
        self.confirmed: list[set[str]] = [set() for _ in range(PHONES)]
        self.phones: list[Phone] = []
        for who, kept in enumerate(world.phones):
            store = parts.make_store(Path(shutil.copy(kept, self._new(who))))
            self.phones.append(self._phone_on(store, who))

    def __getitem__(self, who: int) -> Phone:
        return self.phones[who]

    def store(self, who: int) -> MortalStore:
        """The phone's store, to say when the phone dies."""
        store = self.phones[who].store
        assert isinstance(store, MortalStore)
        return store

    # ---- how they break ------------------------------------------------------------------

    def restart(self, who: int) -> None:
        """What is not on the phone's disk is gone; its uptime begins anew."""
        self.clock.reboot()
        self.reopen(who)

    def reopen(self, who: int) -> None:
        """The process ended and begins again on the same file."""
        path = self.phones[who].store.path
        self.phones[who].store.close()
        self.phones[who] = self._phone_on(self.parts.make_store(path), who)
        self.touched = who

    def back_up(self, who: int) -> None:
        """A copy that `restore` brings back."""
        store = self.phones[who].store
        store.backup(store.path.with_suffix(".older"))

    def restore(self, who: int) -> None:
        """The outbox of an hour ago comes back: numbers will be spent twice."""
        older = self.phones[who].store.path.with_suffix(".older")
        self._take_over(who, older if older.exists() else self.world.phones[who])

    def clone(self, who: int) -> bool:
        """The courier's other phone becomes a second one of the same install; False if there is
        no other."""
        if who not in CLONES:
            return False
        path = self._new(who)
        self.phones[who].store.backup(path)
        self._take_over(CLONES[who], path)
        return True

    def _take_over(self, who: int, source: Path) -> None:
        """The phone has another one's storage; what that does not hold is the phone's loss."""
        self.phones[who].store.close()
        path = Path(shutil.copy(source, self._new(who)))
        self.phones[who] = self._phone_on(self.parts.make_store(path), who)
        self._forget(who)
        self.note_confirmed(who)

    def install_anew(self, who: int) -> None:
        """Nothing is left on the phone but the number of its old install."""
        before = self.phones[who]
        device_id = before.device_id
        before.store.close()
        phone = self._phone_on(self.parts.make_store(self._new(who)), who)
        self.phones[who] = phone
        phone.store.set_meta("device_id", device_id)
        phone.register(self.world.codes[min(who, 1)])
        self._forget(who)

    def lose_outbox(self, who: int) -> bool:
        """The phone's storage loses what was not sent, and the phone notices; True if there was
        anything."""
        phone = self.phones[who]
        if not phone.store.count_waiting():
            return False
        with phone.store.transaction():
            phone.store.lose_outbox()
            phone.store.forget_overlays()
        self.done[who].clear()
        self.confirmed[who] &= phone.store.results().keys()
        return True

    def close(self) -> None:
        for phone in self.phones:
            phone.store.close()

    # ---- what their screens show ---------------------------------------------------------

    def note_confirmed(self, who: int) -> None:
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

    def check_screen(self) -> None:
        """I9: raises Broken when the screen shows a finished visit as open again."""
        who = self.touched
        shown_open = {visit["id"] for _, visit in self.phones[who].view().open_visits()}
        holds(not self.done[who] & shown_open, "I9: a finished visit shows as open again")

    # ---- how -----------------------------------------------------------------------------

    def _forget(self, who: int) -> None:
        """What an install knew that is gone."""
        self.done[who].clear()
        self.confirmed[who].clear()
        self.touched = who

    def _new(self, who: int) -> Path:
        return self.folder / f"{self.run}-{who}-{next(self.files)}.sqlite"

    def _phone_on(self, store: Store, who: int) -> Phone:
        return self.parts.make_phone(store, self.server, self.clock, seed=who)
