"""T8: a restored backup, a cloned phone, a lost gap: registered anew, nothing lost or doubled."""

import shutil

from sqlalchemy import select

from backend import clock, database
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import Command, LostSeqs, WorkItem
from backend.dossiers.models import Dossier
from tests.phone import Clock, Phone, Store
from tests.proofs.conftest import Morning
from tests.proofs.world import MORNING


def collect(phone: Phone, dossier: str, seal: str) -> str:
    return phone.act("dossier.collected", {"dossier": dossier, "seal": seal})


def assert_nothing_is_lost_or_doubled(*acts: str) -> None:
    with database.snapshot() as session:
        assert find_breaches(session) == []
        stored = {str(each) for each in session.scalars(select(Command.id))}
        assert set(acts) <= stored


def work_items() -> set[str]:
    with database.unit_of_work() as session:
        return set(session.scalars(select(WorkItem.kind)))


def test_t8_a_phone_restored_from_its_backup(morning: Morning) -> None:
    phone, (first, second, third) = morning.phone, morning.dossiers[:3]
    acts = [collect(phone, first, "NP-1")]
    backup = phone.store.path.with_suffix(".backup")
    phone.store.backup(backup)
    acts.append(collect(phone, second, "NP-2"))
    phone.drain()
    restored = Phone(Store(backup), phone.transport, phone.clock)
    acts.append(collect(restored, third, "NP-3"))
    restored.drain()
    assert restored.device_id != phone.device_id
    assert restored.store.results().keys() >= {acts[0], acts[2]}
    assert_nothing_is_lost_or_doubled(*acts)
    assert "device_forked" in work_items()


def test_t8_a_cloned_phone_and_its_original_both_go_on(morning: Morning) -> None:
    phone = morning.phone
    phone.drain()
    phone.store.close()
    twin_path = shutil.copy(phone.store.path, phone.store.path.with_suffix(".twin"))
    twins = [
        Phone(Store(path), phone.transport, Clock(clock.to_local(MORNING)))
        for path in (phone.store.path, twin_path)
    ]
    acts = []
    for round_ in range(3):
        for number, twin in enumerate(twins):
            acts.append(collect(twin, morning.dossiers[(round_ + number) % 3], f"NP-{number}"))
            twin.drain()
    assert twins[0].device_id != twins[1].device_id
    assert_nothing_is_lost_or_doubled(*acts)
    for twin in twins:
        assert twin.store.count_waiting() == 0
    with database.unit_of_work() as session:
        moved = {session.get_one(Dossier, each).event_count for each in morning.dossiers[:3]}
        assert moved == {3}  # announced, moved once, and one more witness


def test_t8_a_lost_gap_is_recorded_and_the_queue_goes_on(morning: Morning) -> None:
    phone, (first, second, third) = morning.phone, morning.dossiers[:3]
    acts = [collect(phone, first, "NP-1")]
    phone.drain()
    collect(phone, second, "NP-2")
    phone.act("stop.request_reassign", {"stop": second, "reason": "X"})
    phone.store.lose_outbox()
    acts.append(collect(phone, third, "NP-3"))
    phone.drain()
    with database.unit_of_work() as session:
        (lost,) = session.scalars(select(LostSeqs)).all()
        assert (lost.first_seq, lost.last_seq) == (2, 3)
    assert work_items() >= {"outbox_lost"}
    assert_nothing_is_lost_or_doubled(*acts)


def test_t8_a_fork_and_a_gap_at_once(morning: Morning) -> None:
    phone, (first, second, third) = morning.phone, morning.dossiers[:3]
    backup = phone.store.path.with_suffix(".backup")
    phone.store.backup(backup)
    acts = [collect(phone, first, "NP-1")]
    phone.drain()
    restored = Phone(Store(backup), phone.transport, phone.clock)
    collect(restored, second, "NP-2")
    restored.store.lose_outbox()
    acts.append(collect(restored, third, "NP-3"))
    restored.drain()
    assert_nothing_is_lost_or_doubled(*acts)
