"""What a command needs before it starts: settings, logs, database, queue. Each may be missing.

A command calls exactly what it needs, so that `--help` and checks work on a bare machine.
"""

from backend import clock, database, queue
from backend.logs import configure_logs
from backend.settings import Settings


def read_settings() -> Settings:
    """The settings, with logs set up; raises InvalidSettings."""
    settings = Settings.from_environment()
    configure_logs(level=settings.log_level, as_json=settings.logs_as_json)
    clock.show(settings.demo_clock)
    return settings


def open_database(settings: Settings) -> None:
    """Opens the database and makes sure that it answers: InvalidSettings, DatabaseAway."""
    database.configure(settings.needed("database_url"))
    with database.unit_of_work() as session:
        database.ping(session)


def open_queue(settings: Settings) -> None:
    """Opens the queue and makes sure that it answers: InvalidSettings, QueueAway."""
    queue.configure(settings.needed("redis_url"))
    queue.ping()
