"""Which rows a plan was made from, so that a later change of any of them is noticed and named.

Only digests are kept: the stored map says that a row moved, never what stood in it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, time
from enum import Enum
from typing import Any
from uuid import UUID

from backend.planning.day_rows import DayRows, ShiftRow

type Digests = Mapping[str, str]
"""`kind:id` → SHA-256 of the row's values, first 16 bytes in hexadecimal."""

MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Rows that came, went or changed since the plan was made; each is `kind:id`."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def counts(self) -> dict[str, dict[str, int]]:
        """kind → {added, removed, changed} for a person to read."""
        table: dict[str, dict[str, int]] = {}
        for name in ("added", "removed", "changed"):
            for key in getattr(self, name):
                kind = key.partition(":")[0]
                row = table.setdefault(kind, {"added": 0, "removed": 0, "changed": 0})
                row[name] += 1
        return table


def digests(day: DayRows) -> dict[str, str]:
    """One digest a row, and one for the day itself."""
    table: dict[str, str] = {"day:" + day.service_date.isoformat(): _digest(_frame(day))}
    table.update({f"leg:{leg.id}": _digest(asdict(leg)) for leg in day.legs})
    table.update({f"shift:{shift.id}": digest_of_shift(shift) for shift in day.shifts})
    table.update({f"home:{key}": _digest(asdict(home)) for key, home in day.homes.items()})
    table.update({f"office:{key}": _digest(asdict(row)) for key, row in day.offices.items()})
    table.update(
        {f"post_office:{key}": _digest(asdict(row)) for key, row in day.post_offices.items()}
    )
    return table


def digest_of_shift(shift: ShiftRow) -> str:
    """Of one row, as in `digests`."""
    return _digest(asdict(shift))


def canonical(table: Digests) -> bytes:
    """The bytes whose SHA-256 is the plan's input fingerprint, and its name in storage."""
    return json.dumps(table, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(table: Digests) -> str:
    """SHA-256 of the canonical map, hexadecimal."""
    return hashlib.sha256(canonical(table)).hexdigest()


def movement(before: Digests, after: Digests) -> Movement:
    """What differs between two days."""
    return Movement(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(
            sorted(key for key in before.keys() & after.keys() if before[key] != after[key])
        ),
    )


def _frame(day: DayRows) -> dict[str, Any]:
    frame: dict[str, Any] = {
        "area": day.area_id,
        "province": day.province_code,
        "date": day.service_date,
        "next": day.next_working_day,
    }
    return frame | {"closed_zones": day.closed_zones} if day.closed_zones else frame


def _digest(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain(value: object) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, UUID | Enum):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")
