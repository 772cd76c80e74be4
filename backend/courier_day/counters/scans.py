"""What a scanner or a keyboard gives, and the dossiers that it names."""

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.courier_day.locks import lock_dossiers
from backend.dossiers.item_codes import InvalidItemCode, parse_item_code
from backend.dossiers.models import Dossier
from backend.errors import NotFound, Text


class ItemNotFound(NotFound):
    code = "item_not_found"
    detail = Text(
        vi="Không có bưu gửi {item} trong tỉnh này.", en="There is no item {item} in this province."
    )
    action = Text(
        vi="Quét lại mã vạch, hoặc gõ lại đủ 13 ký tự.",
        en="Scan the barcode again, or type all 13 characters.",
    )


def find_scanned(
    session: Session, province_code: str, scanned: Collection[str]
) -> dict[str, uuid.UUID]:
    """What was scanned → the dossier's id, for codes of this province that exist.

    Locks what it finds, with all stops about it. Codes are read leniently.
    """
    found = look_up(session, province_code, scanned)
    lock_dossiers(session, found.values())
    return found


def look_up(session: Session, province_code: str, scanned: Collection[str]) -> dict[str, uuid.UUID]:
    """The same without any lock."""
    codes = {text: code for text in scanned if (code := _item_code(text))}
    rows = session.execute(
        select(Dossier.item_code, Dossier.id).where(
            Dossier.province_code == province_code, Dossier.item_code.in_(codes.values())
        )
    )
    ids = {row.item_code: row.id for row in rows}
    return {text: ids[code] for text, code in codes.items() if code in ids}


def get_scanned(session: Session, province_code: str, scanned: str) -> uuid.UUID:
    """The same for one item; raises ItemNotFound."""
    found = find_scanned(session, province_code, [scanned])
    if scanned not in found:
        raise ItemNotFound(item=scanned)
    return found[scanned]


def _item_code(text: str) -> str | None:
    try:
        return parse_item_code(text)
    except InvalidItemCode:
        return None
