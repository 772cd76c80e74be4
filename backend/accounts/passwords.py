"""Staff sign in by account code and password; a one-time link sets the first one."""

from sqlalchemy.orm import Session

from backend.accounts.errors import PasswordTooWeak, RoleNotHeld, WrongSignIn
from backend.accounts.hashing import matches, slow_hash
from backend.accounts.models import Account, EndReason, SignInWay
from backend.accounts.operations import end_all_sign_ins, find_account, find_grant
from backend.accounts.roles import STAFF, Role
from backend.accounts.throttling import Tries
from backend.accounts.tokens import Tokens, begin_sign_in
from backend.errors import TanNoiError

SHORTEST = 10
LONGEST = 128
"""A longer one would only cost time to hash."""


def set_password(session: Session, account: Account, password: str) -> None:
    """A new password; whoever is signed in has to sign in again. Raises PasswordTooWeak."""
    said = password.casefold()
    short = not SHORTEST <= len(password) <= LONGEST
    if short or len(set(password)) < 5 or (account.code and account.code.casefold() in said):
        raise PasswordTooWeak(shortest=SHORTEST)
    account.password_hash = slow_hash(password)
    end_all_sign_ins(session, account.id, EndReason.PASSWORD_CHANGED)


def sign_in_with_password(
    session: Session,
    *,
    province_code: str,
    code: str,
    password: str,
    address: str,
    role: Role | None = None,
) -> Tokens | TanNoiError:
    """Tokens, or the refusal to raise after the commit: a failed try must stay counted.

    A code that nobody has and a wrong password get the same answer after the same time.
    Raises TooManyTries at once.
    """
    code = code.strip()
    tries = Tries(session, f"{province_code}/{code.casefold()}", address)
    tries.demand_free()
    account = find_account(session, province_code, code)
    right = matches(account.password_hash if account else None, password[: LONGEST + 1])
    if account is None or not right or account.disabled_at is not None:
        tries.failed()
        return WrongSignIn()
    grant = find_grant(session, account.id, role)
    if grant is None or grant.role not in STAFF:
        return RoleNotHeld(role=(role or "").upper() or "—")
    tries.succeeded()
    return begin_sign_in(session, grant, SignInWay.PASSWORD)
