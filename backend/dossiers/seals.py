"""Seal numbers (số niêm phong): one spelling, and a seal closes one dossier at a time."""

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.dossiers.models import Condition, Dossier, KeeperKind

LONGEST = 40


def parse_seal(text: str) -> str:
    """The one spelling of a seal number that was typed or scanned: NFC, capitals, no spaces."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFC", text))
    return plain.replace("\u2013", "-").replace("\u2014", "-").upper()[:LONGEST]


def find_sealed_with(session: Session, seal: str, *, besides: Dossier) -> Dossier | None:
    """Another dossier in the hands of the post that is closed with this seal, if there is one.

    Dossiers of one envelope share a seal, so the same keeper's are no contradiction.
    """
    return session.scalars(
        select(Dossier)
        .where(
            Dossier.province_code == besides.province_code,
            Dossier.seal_no == seal,
            Dossier.id != besides.id,
            Dossier.condition == Condition.INTACT,
            Dossier.keeper_kind.in_((KeeperKind.COURIER, KeeperKind.POST_OFFICE)),
            (Dossier.keeper_kind != besides.keeper_kind) | (Dossier.keeper_id != besides.keeper_id),
        )
        .limit(1)
    ).first()
