"""People of tests sign in without typing: the row of their account is at hand."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.accounts.roles import Role
from backend.database import unit_of_work
from backend.phone import Login, Transport
from tests.builders.accounts import a_courier_account, a_token, an_account


def signed_in(code: str) -> str:
    """A courier's access token."""
    with unit_of_work() as session:
        return _token(session, code)


def courier_login(_transport: Transport, code: str) -> str:
    """A `Login` of couriers, for phones that reach the server over a socket."""
    return signed_in(code)


def courier_login_at(engine: Engine) -> Login:
    """The same for a server on a database of its own."""

    def login(_transport: Transport, code: str) -> str:
        with Session(engine) as session, session.begin():
            return _token(session, code)

    return login


def dispatcher_login(_transport: Transport, _code: str) -> str:
    """A `Login` of a dispatcher of the whole province."""
    with unit_of_work() as session:
        return a_token(session, an_account(session, Role.DISPATCHER))


def _token(session: Session, code: str) -> str:
    account = a_courier_account(session, code)
    assert account is not None, f"there is no courier {code}"
    return a_token(session, account)
