"""In which language an account's owner wants to be told things."""

import uuid

from sqlalchemy.orm import Session

from backend.accounts.models import Account
from backend.errors import Language


def find_language(session: Session, account_id: uuid.UUID) -> Language | None:
    """None where nobody has said: then the request's own language, or Vietnamese."""
    chosen = session.get_one(Account, account_id).language
    return None if chosen is None else "en" if chosen == "en" else "vi"


def set_language(session: Session, account_id: uuid.UUID, language: Language) -> None:
    """From now on."""
    session.get_one(Account, account_id).language = language
