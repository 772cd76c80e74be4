"""Who asked not to be told what need not be told."""

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.accounts.phones import plain_number
from backend.database import Base, Instant


class NoticeOptOut(Base):
    """A phone that wants only what the law or harm demands. Personal data: erasable."""

    __tablename__ = "notice_opt_out"

    phone: Mapped[str] = mapped_column(String(20), primary_key=True)
    """Digits alone, as `plain_number` gives them."""
    since: Mapped[Instant]


def wants_notices(session: Session, phone: str) -> bool:
    """Whether this phone may be told optional things."""
    return session.get(NoticeOptOut, plain_number(phone)) is None


def set_wanted(session: Session, phone: str, *, wanted: bool) -> None:
    """From now on optional notices are sent to this phone, or not."""
    number = plain_number(phone)
    if not wanted:
        session.execute(
            insert(NoticeOptOut)
            .values(phone=number, since=clock.now())
            .on_conflict_do_nothing(index_elements=[NoticeOptOut.phone])
        )
    elif row := session.get(NoticeOptOut, number):
        session.delete(row)
    session.flush()
