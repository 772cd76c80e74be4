"""A whole run: scene, callers, a courier's phone, and one operation after the other."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import redis
from flask import Flask
from sqlalchemy.orm import Session

from backend import database, queue
from backend.accounts.roles import Role
from backend.logs import configure_logs
from backend.settings import Settings
from backend.storage import ContentFolder
from mobile_api import create_app
from tests.api_fuzz.fuzz import Fuzz
from tests.api_fuzz.scene import a_scene, tokens
from tests.fixtures.database import own_database
from tests.fixtures.queue import own_queue


def prepare(app: Flask, session: Session, connection: redis.Redis, **how: int) -> Fuzz:
    """Rows, callers and a registered phone; the session is committed."""
    settings: Settings = app.extensions["tannoi_settings"]
    known = a_scene(session, ContentFolder(settings.blob_dir))
    callers = tokens(session, known)
    session.commit()
    phone = app.test_client().post(
        "/v1/courier/devices",
        json={"public_key": "k", "model": "m", "app_version": "1.0.0"},
        headers={"Authorization": f"Bearer {callers[Role.COURIER]}"},
    )
    assert phone.status_code == 201, phone.get_json()
    callers[Role.COURIER] = phone.get_json()["access_token"]
    return Fuzz(app=app, known=known, tokens=callers, before_each=connection.flushdb, **how)


def run_all(fuzz: Fuzz, only: str = "", after: str = "") -> Fuzz:
    """Every operation, or those behind one."""
    waiting = bool(after)
    for operation in fuzz.operations(only):
        if waiting:
            waiting = operation.label != after
            continue
        fuzz.run(operation)
        fuzz.say_done(f"{operation.label}: {fuzz.calls} calls so far")
    return fuzz


def run_alone(
    *,
    examples: int,
    seed: int,
    only: str,
    after: str,
    tell: Callable[[str], None],
    say_done: Callable[[str], None],
) -> Fuzz:
    """Outside of pytest: with a database that is dropped at the end."""
    with (
        own_database() as test_database,
        own_queue() as redis_url,
        tempfile.TemporaryDirectory() as folder,
    ):
        url = test_database.app_url.render_as_string(hide_password=False)
        configure_logs(level="CRITICAL", as_json=False)  # a line for each of thousands of calls
        settings = Settings(database_url=url, redis_url=redis_url, state_dir=Path(folder))
        database.configure(url)
        connection = queue.configure(settings.redis_url)
        with database.unit_of_work() as session:
            fuzz = prepare(create_app(settings), session, connection, examples=examples, seed=seed)
        fuzz.tell, fuzz.say_done = tell, say_done
        run_all(fuzz, only, after)
        database.engine().dispose()
        return fuzz
