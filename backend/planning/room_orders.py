"""Orders of a version with a place for every window that was sold when it was made, stored beside
the version: when it comes into force, what was sold goes on from there."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from backend.planning.models import Plan
from backend.storage import BlobStore, ContentFolder

MEDIA_TYPE = "application/json"


def store_room_orders(
    session: Session, plan: Plan, orders: Mapping[str, Sequence[str]], blobs: BlobStore
) -> None:
    """Shift id → task ids, without breaks."""
    document = {shift: list(order) for shift, order in orders.items() if order}
    content = json.dumps(document, separators=(",", ":")).encode()
    plan.room_sha256 = blobs.store(session, content, media_type=MEDIA_TYPE)


def read_room_orders(plan: Plan, folder: Path) -> dict[str, list[str]] | None:
    """None where nothing was sold when it was made."""
    if plan.room_sha256 is None:
        return None
    found: dict[str, list[str]] = json.loads(ContentFolder(folder).read_file(plan.room_sha256))
    return found
