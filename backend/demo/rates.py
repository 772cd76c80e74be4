"""How often what happens on a sample day: orders of magnitude, with where each comes from."""

from collections.abc import Sequence
from datetime import time

from backend.courier_day.handlers.failure import FailureReason

# How often a procedure is asked for, in parts of the whole. Order of magnitude of the public lists
# of common procedures (DOMAIN §6: driving licence, passport, identity card, insurance, …).
FREQUENCY = {
    "1.002809": 14,
    "1.002820": 3,
    "1.001456": 10,
    "1.004222": 4,
    "1.004194": 3,
    "2.000488": 9,
    "1.001193": 4,
    "2.000635": 5,
    "1.004873": 3,
    "1.001612": 6,
    "2.001583": 3,
    "1.004199": 6,
    "2.000889": 8,
    "1.004583": 4,
    "TAM-BH-01": 6,
    "TAM-BH-02": 4,
    "TAM-BH-03": 3,
}
USUAL_FREQUENCY = 1

BOTH_SHARE = 0.7
"""Part of the collections whose result comes back by post too (An Giang 2017: 9,633 of 13,414)."""

FIRM_SHARE = 0.06
"""Part of the collections at a firm, which hands over several dossiers in one visit (estimate)."""

RETRIED_RETURN_SHARE = 0.10
"""Part of the returns that nobody took at the first try (DOMAIN §6: 8–12 %). The result waits at a
post office; the second try is two working days after the first."""

RETRIED_COLLECTION_SHARE = 0.15
"""Part of the collections that could not be made the working day before (DOMAIN §6: 15–20 % are
retried or fail for good)."""

FAILED_COLLECTIONS = (
    (FailureReason.CITIZEN_ABSENT, 60),
    (FailureReason.INCOMPLETE, 30),
    (FailureReason.ADDRESS_NOT_FOUND, 10),
)
"""Why a collection was not made, in parts of the whole (estimate)."""

HELD_RETURN_SHARE = 0.04
"""Part of the returns that a post office fetched in bulk and holds since the day before
(estimate)."""

HELD_COLLECTION_SHARE = 0.05
"""Part of the collections brought to a post office yesterday after the desk had shut (estimate)."""

PAID_AT_DELIVERY_SHARE = 0.2
"""Part of the returns for which a fee is still due at the door (estimate)."""

# Slots of two hours and their weights: papers are collected early enough for the desk, results
# come home after the fetch. No slot (None) leaves the whole shift.
type Slot = tuple[time, time] | None
COLLECTION_SLOTS: Sequence[tuple[Slot, int]] = (
    ((time(8), time(10)), 28),
    ((time(9), time(11)), 22),
    ((time(10), time(12)), 10),
    ((time(13), time(15)), 12),
    ((time(14), time(16)), 8),
    (None, 20),
)
RETURN_SLOTS: Sequence[tuple[Slot, int]] = (
    ((time(9), time(11)), 12),
    ((time(10), time(12)), 14),
    ((time(13), time(15)), 18),
    ((time(14), time(16)), 18),
    ((time(15), time(17)), 18),
    (None, 20),
)
COLLECTION_CHANNELS = (("PHONE", 50), ("PORTAL", 28), ("APP", 14), ("COUNTER", 8))
FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Đặng", "Võ", "Bùi")
