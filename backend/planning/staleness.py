"""Has the day moved since a plan was made? Asked on every read, so no writer must remember it."""

import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.errors import Text
from backend.planning.fingerprint import Digests, Movement, digests, fingerprint, movement
from backend.planning.models import Plan
from backend.planning.read_day import read_day
from backend.storage import BlobStore

_KINDS = {
    "leg": Text(vi="việc", en="legs"),
    "shift": Text(vi="ca bưu tá", en="shifts"),
    "home": Text(vi="địa chỉ", en="addresses"),
    "office": Text(vi="cơ quan", en="offices"),
    "post_office": Text(vi="bưu cục", en="post offices"),
    "day": Text(vi="lịch làm việc", en="calendar"),
}
_CHANGES = {
    "added": Text(vi="thêm", en="added"),
    "removed": Text(vi="bớt", en="removed"),
    "changed": Text(vi="sửa", en="changed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Staleness:
    """What differs between the rows a plan was made from and the rows of now."""

    moved: Movement

    @property
    def stale(self) -> bool:
        return bool(self.moved)

    def in_words(self) -> Text:
        """For example "legs: 2 added, shifts: 1 removed"."""
        counts = [
            (kind, change, number)
            for kind, row in self.moved.counts().items()
            for change, number in row.items()
            if number
        ]
        return Text(
            vi=", ".join(f"{_CHANGES[c].vi} {n} {_KINDS[k].vi}" for k, c, n in counts),
            en=", ".join(f"{_KINDS[k].en}: {n} {_CHANGES[c].en}" for k, c, n in counts),
        )


def read_staleness(session: Session, plan: Plan, blobs: BlobStore) -> Staleness:
    """Reads the day again and compares; a plan without a fingerprint has nothing to compare."""
    if plan.input_fingerprint is None:
        return Staleness(moved=Movement(added=(), removed=(), changed=()))
    now = digests(read_day(session, plan.planning_area, plan.service_date))
    if fingerprint(now) == plan.input_fingerprint:
        return Staleness(moved=Movement(added=(), removed=(), changed=()))
    before: Digests = json.loads(blobs.read(session, plan.input_fingerprint))
    return Staleness(moved=movement(before, now))


def contradictions(staleness: Staleness) -> tuple[str, ...]:
    """Movements that make published routes untrue: rows that went or changed. Rows that were only
    added are merely not planned yet."""
    return (*staleness.moved.removed, *staleness.moved.changed)
