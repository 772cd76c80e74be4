"""What became of a simulated day, checked against the server: nothing lost, nothing doubled."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from backend.phone import Cut
from backend.phone_sim.courier import SimulatedCourier
from backend.phone_sim.published import Door, read_papers

OUTCOMES = ("applied", "flagged", "refused", "quarantined")

_TRIES = 5


@dataclass(slots=True)
class Report:
    """Counts of one simulated day."""

    couriers: int = 0
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    """Type of command → outcome → how often."""
    codes: Counter[str] = field(default_factory=Counter)
    """Why commands were flagged, refused or quarantined."""
    confirmed: int = 0
    """Acts that a screen confirmed."""
    lost: list[str] = field(default_factory=list)
    """Confirmed acts that the server does not know."""
    doubled: list[str] = field(default_factory=list)
    """Acts of which the server tells another outcome than the first time, and payments with
    another number of receipts than were taken."""
    waiting: int = 0
    """Commands still in an outbox."""
    held: Counter[str] = field(default_factory=Counter)
    """Courier → papers still in the bag, by the server's day."""
    differing: list[str] = field(default_factory=list)
    """Couriers whose phone shows other papers than the server's day."""
    changes: list[str] = field(default_factory=list)
    """What phones show about routes that became others, with the courier's code in front."""
    faults: Counter[str] = field(default_factory=Counter)
    fixes_kept: int = 0
    pictures_left: int = 0

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.waiting or self.differing)

    def rows(self) -> list[tuple[str, list[int]]]:
        """Type of command, and how often each of OUTCOMES, by type."""
        return [
            (kind, [by_outcome[name] for name in OUTCOMES])
            for kind, by_outcome in sorted(self.outcomes.items())
        ]


def check_day(
    door: Door,
    couriers: Sequence[SimulatedCourier],
    *,
    threads: int = 4,
    on_progress: Callable[[int], None] = lambda checked: None,
) -> Report:
    """Asks the server for every confirmed act, each courier's day, and every receipt."""
    report = Report(couriers=len(couriers))
    with ThreadPoolExecutor(threads) as pool:
        for number, part in enumerate(pool.map(lambda c: _check(door, c), couriers), start=1):
            _add(report, part)
            on_progress(number)
    return report


def _check(door: Door, courier: SimulatedCourier) -> Report:
    report, hands, store = Report(), courier.hands, courier.phone.store
    first = store.results()
    report.confirmed = len(hands.confirmed)
    report.waiting = store.count_waiting()
    report.pictures_left = courier.phone.pictures.count()
    report.fixes_kept = courier.fixes_kept
    report.faults.update(courier.network.faults)
    report.faults["offline"] += courier.signal.missed
    report.faults["crash"] += courier.crashed
    for command_id, kind in hands.confirmed.items():
        told = _outcome(courier, command_id)
        if told is None:
            report.lost.append(f"{courier.code} {kind} {command_id}")
            continue
        report.outcomes.setdefault(kind, Counter())[told["status"]] += 1
        if told["code"]:
            report.codes[told["code"]] += 1
        known = first.get(command_id)
        if known is not None and _essence(known) != _essence(told):
            report.doubled.append(f"{courier.code} {kind} {command_id}")
    for dossier, times in hands.payments.items():
        receipts = sum(form["kind"] == "RECEIPT" for form in read_papers(door, dossier))
        if receipts < times:
            report.lost.append(f"{courier.code} receipt of {dossier}")
        elif receipts > times:
            report.doubled.append(f"{courier.code} receipt of {dossier}")
    view = courier.phone.view()
    report.changes = [f"{courier.code}: {text}" for text in view.changes]
    of_server = set(view.day.get("held", []))
    if of_server:
        report.held[courier.code] = len(of_server)
    if view.held() != of_server or view.edits:
        report.differing.append(courier.code)
    return report


def _outcome(courier: SimulatedCourier, command_id: str) -> dict[str, str] | None:
    """None only if the server says that it does not know the command."""
    for attempt in range(_TRIES):
        try:
            answer = courier.phone.fetch_outcome(command_id)
        except Cut:
            if attempt == _TRIES - 1:
                raise
            continue
        if answer.status == 200:
            return answer.body
        if answer.status == 404:
            return None
    raise Cut(f"no answer about {command_id}")


def _essence(outcome: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in outcome.items() if name not in {"replayed", "seq"}}


def _add(whole: Report, part: Report) -> None:
    for kind, by_outcome in part.outcomes.items():
        whole.outcomes.setdefault(kind, Counter()).update(by_outcome)
    for name in ("codes", "held", "faults"):
        getattr(whole, name).update(getattr(part, name))
    for name in ("lost", "doubled", "differing", "changes"):
        getattr(whole, name).extend(getattr(part, name))
    for name in ("confirmed", "waiting", "fixes_kept", "pictures_left"):
        setattr(whole, name, getattr(whole, name) + getattr(part, name))
