"""The worker: one process runs jobs, this one watches it and keeps the house.

Housekeeping is the heartbeat that /readyz asks for, messages to the outside, jobs that lost
their worker, and old idempotency keys. `tannoi worker` starts it; several share one queue.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import FrameType

import redis
from sqlalchemy.orm import Session

from backend import clock, database, idempotency, outbox, queue
from backend.accounts.forgetting import forget_what_is_over
from backend.booking import address_book
from backend.booking.notices import reminders
from backend.booking.notices.sending import NoticeProvider
from backend.courier_day import (
    command_texts,
    delivery_pins,
    missing_proofs,
    position_days,
    proofs,
    retention,
    unclaimed,
)
from backend.courier_day.arrivals import history, look
from backend.courier_day.counters import acts
from backend.courier_day.near import tell_near
from backend.courier_day.nightly_check import check_tonight
from backend.database_errors import explained
from backend.dossiers import roots
from backend.errors import TanNoiError
from backend.job_runner import STOP_SIGNALS, Runner
from backend.logs import configure_logs, get_logger
from backend.outbox import sending
from backend.outbox.gateway import HttpGateway
from backend.outbox.quiet_hours import QuietHours
from backend.planning import jobs as plan_jobs
from backend.planning.edits.moved_visits import requeue_lost_insertions
from backend.planning.roads import open_live_roads
from backend.setting_problems import InvalidSettings
from backend.settings import Settings
from backend.storage import ContentFolder

LOST_JOB_FINDERS: tuple[Callable[[], None], ...] = (
    plan_jobs.requeue_lost,
    requeue_lost_insertions,
)
"""Each queues the rows of its domain again whose job is gone: a kind of job more, a line more.

Importing the jobs here also loads their libraries once, before jobs are forked off.
"""

SEND_EVERY_S = 2
LOST_JOBS_EVERY_S = 10
FORGET_KEYS_EVERY_S = 3_600
FORGET_PEOPLE_EVERY_S = 300
FORGET_FOR_S = 5.0
"""Of one round: the heartbeat waits meanwhile. A thousand texts take a second, so that a worker
forgets more than a million a day."""

REMIND_EVERY_S = 300
LOOK_AFTER_PROOFS_EVERY_S = 600
LOOK_FOR_ROOT_EVERY_S = 600
LOOK_AFTER_POSITIONS_EVERY_S = 900
LOOK_FOR_UNCLAIMED_EVERY_S = 600
LOOK_FOR_BREACHES_EVERY_S = 600
FORECAST_EVERY_S = 20
MAKE_PINS_EVERY_S = 5
ASK_ABOUT_PINS_EVERY_S = 60
LEARN_RANGES_EVERY_S = 3_600
ROUTES_AT_ONCE = 50
"""Routes in one round of forecasts: a fraction of a second; the rest comes with the next one."""

TICK_S = 0.5

log = get_logger(__name__)


def main() -> int:
    """Runs until SIGTERM or SIGINT; a second signal also stops the running job."""
    try:
        settings = Settings.from_environment()
        redis_url, database_url = settings.needed("redis_url"), settings.needed("database_url")
    except InvalidSettings as invalid:
        print(invalid, file=sys.stderr)
        return 3
    configure_logs(level=settings.log_level, as_json=settings.logs_as_json)
    clock.show(settings.demo_clock)
    runner = Runner(redis_url, database_url)
    house = House(runner, settings)
    house.heed_signals()  # first of all: whoever sees a job done may stop the worker in order
    runner.start()
    queue.configure(redis_url)
    database.configure(database_url, pool_size=2)
    return house.keep()


class House:
    """What happens beside the jobs, each at its own pace; a failure waits for the next round."""

    def __init__(self, runner: Runner, settings: Settings) -> None:
        self.name = f"{socket.gethostname()}-{os.getpid()}"
        self._runner = runner
        self._stopping = False
        self._next_s: dict[str, float] = {}
        self._duties: dict[str, tuple[float, Callable[[], object]]] = {
            "heartbeat": (queue.HEARTBEAT_EVERY_S, lambda: queue.beat(self.name)),
            "outbox": (SEND_EVERY_S, _Sender(settings)),
            "lost_jobs": (LOST_JOBS_EVERY_S, _find_lost_jobs),
            "old_keys": (FORGET_KEYS_EVERY_S, partial(_in_one_go, idempotency.forget_old_keys)),
            "reminders": (REMIND_EVERY_S, reminders.EveningRound().look),
            "old_sign_ins": (FORGET_KEYS_EVERY_S, partial(_in_one_go, forget_what_is_over)),
            "unused_doors": (FORGET_KEYS_EVERY_S, partial(_in_one_go, address_book.forget_unused)),
            "old_messages": (FORGET_PEOPLE_EVERY_S, _redact_old_messages),
            "old_acts": (FORGET_PEOPLE_EVERY_S, _redact_old_acts),
            "old_people": (FORGET_KEYS_EVERY_S, _redact_old_people),
            "old_commands": (FORGET_PEOPLE_EVERY_S, redact_old_commands),
            "custody_root": (LOOK_FOR_ROOT_EVERY_S, lambda: _write_root(settings)),
            "unclaimed": (LOOK_FOR_UNCLAIMED_EVERY_S, unclaimed.NightRound().look),
            "positions": (LOOK_AFTER_POSITIONS_EVERY_S, _look_after_positions),
            "delivery_pins": (MAKE_PINS_EVERY_S, delivery_pins.make_pins),
            "spent_pins": (ASK_ABOUT_PINS_EVERY_S, delivery_pins.ask_about_spent),
            "arrivals": (FORECAST_EVERY_S, lambda: _forecast(settings.roads_dir)),
            "arrival_ranges": (LEARN_RANGES_EVERY_S, _learn_ranges),
            "invariants": (
                LOOK_FOR_BREACHES_EVERY_S,
                lambda: check_tonight(settings.province_code),
            ),
            "proofs": (LOOK_AFTER_PROOFS_EVERY_S, lambda: _look_after_proofs(settings.blob_dir)),
        }

    def heed_signals(self) -> None:
        """From now on a signal to stop ends the jobs' process and then this one, in order."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._told_to_stop)

    def keep(self) -> int:
        """Returns the exit code once everything stopped."""
        log.info("worker_started", worker=self.name)
        code = 0
        while self._runner.is_alive() or not self._stopping:
            if not self._runner.is_alive() and not self._runner.restart():
                log.error("job_runner_keeps_dying", worker=self.name)
                code = 1
                break
            if self._stopping:  # told while a new process was being started
                self._runner.ask_to_stop()
            self.do_what_is_due()
            clock.pause(TICK_S)
        self._attempt("leave", lambda: queue.leave(self.name))
        log.info("worker_stopped", worker=self.name)
        return code

    def do_what_is_due(self) -> None:
        """One round of duties."""
        for duty, (every_s, action) in self._duties.items():
            moment = clock.monotonic_s()
            if moment >= self._next_s.get(duty, 0.0):
                self._next_s[duty] = moment + every_s
                self._attempt(duty, action)

    def _told_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True
        self._runner.ask_to_stop()

    def _attempt(self, duty: str, action: Callable[[], object]) -> None:
        try:
            action()
        except (TanNoiError, redis.RedisError) as error:
            log.warning("duty_postponed", duty=duty, reason=str(error))
        except Exception as error:
            known = explained(error)
            if known is None:
                log.exception("duty_failed", duty=duty)
            else:
                log.warning("duty_postponed", duty=duty, reason=str(known))


class _Sender:
    """Sends what is due, through the gateway of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._providers = open_providers(settings)
        self._quiet = QuietHours.parse(settings.quiet_hours)

    def __call__(self) -> int:
        return sending.send_due(self._providers, quiet=self._quiet)


def open_providers(settings: Settings) -> Mapping[outbox.Channel, outbox.Provider]:
    """Text messages go to the gateway; what has no provider yet is written to the log alone."""
    texts: outbox.Provider = sending.LogProvider()
    if settings.notice_gateway_url:
        texts = HttpGateway(url=settings.notice_gateway_url, key=settings.notice_gateway_key)
    return {
        outbox.Channel.SMS: NoticeProvider(provider=texts, public_url=settings.public_url),
        outbox.Channel.WEBHOOK: sending.LogProvider(),
    }


def _find_lost_jobs() -> None:
    for find in LOST_JOB_FINDERS:
        find()


def _in_one_go(forget: Callable[[Session], object]) -> None:
    with database.unit_of_work() as session:
        forget(session)


def _until_done(forget: Callable[[Session], int], at_once: int) -> None:
    """Part after part, each in a transaction of its own, while parts are full: as much is forgotten
    as is written, however many couriers write. What FORGET_FOR_S does not reach has the next
    round."""
    began_s = clock.monotonic_s()
    while clock.monotonic_s() - began_s < FORGET_FOR_S:
        with database.unit_of_work() as session:
            done = forget(session)
        if done < at_once:
            return


def _redact_old_messages() -> None:
    _until_done(sending.redact_old, sending.REDACTED_AT_ONCE)


def _redact_old_acts() -> None:
    _until_done(acts.redact_old, acts.REDACTED_AT_ONCE)


def _redact_old_people() -> None:
    _until_done(retention.redact_people, retention.AT_ONCE)
    _until_done(retention.forget_links, retention.AT_ONCE)


def redact_old_commands() -> None:
    """One round of forgetting what texts of commands say of people."""
    _until_done(command_texts.redact_commands, command_texts.AT_ONCE)


def _look_after_proofs(blob_dir: Path) -> None:
    """Photos that never came are somebody's work; photos that nothing names are litter."""
    with database.unit_of_work() as session:
        missing_proofs.alarm_missing(session)
    with database.unit_of_work() as session:
        proofs.remove_unnamed(session, ContentFolder(blob_dir))


def _write_root(settings: Settings) -> None:
    """The first look of a local day writes its root."""
    key = roots.open_key(settings.custody_key_file)
    with database.snapshot() as session:
        written = roots.write_root(session, settings.custody_roots_dir, key)
    if written is not None:
        log.info("custody_root_written", file=written.name)


def _look_after_positions() -> None:
    with database.unit_of_work() as session:
        position_days.keep_house(session)


def _forecast(roads_dir: Path) -> None:
    """When couriers will be where, also when nobody looks: coverage is measured on all of them."""
    with database.unit_of_work() as session:
        for province in look.list_provinces_under_way(session):
            look.look_at_routes(
                session,
                province,
                partial(open_live_roads, roads_dir, province),
                most=ROUTES_AT_ONCE,
            )
            tell_near(session, province)


def _learn_ranges() -> None:
    with database.unit_of_work() as session:
        history.forget_old(session)
        for province in history.list_provinces(session):
            history.settle_day(session, province, clock.today_local())
            history.learn_ranges(session, province)


if __name__ == "__main__":
    sys.exit(main())
