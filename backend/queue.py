"""Jobs: the row in the database is the truth, the queue carries its id and nothing else.

So a queue that lost its memory loses no work: `LostJobs` finds rows whose job is gone and
queues them again. RQ's `job_timeout` is a Python signal and does not interrupt native code
(a road matrix, a search): such work needs its own limit, well below JOB_TIMEOUT_S.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import redis
import rq
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.utils import now as rq_now
from sqlalchemy.orm import Session

from backend import clock
from backend.database import after_commit
from backend.errors import Text, Unavailable
from backend.logs import get_logger

QUEUE_NAME = "tannoi"
JOB_TIMEOUT_S = 900
RESULT_KEPT_S = 60
FAILURE_KEPT_S = 86_400

HEARTBEAT_EVERY_S = 5
HEARTBEAT_STALE_S = 30
"""A worker that was silent for six beats counts as gone."""

JOB_BEAT_EVERY_S = 10
JOB_SILENT_S = 45
"""A running job that missed four beats has lost its worker."""

ATTEMPTS_PER_DAY = 3
"""A job that loses its worker more often is poison: a person must look."""

_WORKERS_KEY = "tannoi:workers"
_ATTEMPTS_KEY = "tannoi:attempts:"

log = get_logger(__name__)

_connection: redis.Redis | None = None


class QueueNotConfigured(Unavailable):
    code = "queue_not_configured"
    detail = Text(vi="Chưa chỉ định hàng đợi công việc.", en="No job queue has been named.")
    action = Text(
        vi="Đặt TANNOI_REDIS_URL; bản trên máy này: `./dev demo`.",
        en="Set TANNOI_REDIS_URL; on this machine: `./dev demo`.",
    )


class QueueAway(Unavailable):
    code = "queue_away"
    detail = Text(vi="Không kết nối được hàng đợi công việc.", en="The job queue does not answer.")
    action = Text(
        vi="Kiểm tra Valkey/Redis đang chạy và TANNOI_REDIS_URL, rồi thử lại.",
        en="Check that Valkey or Redis runs and TANNOI_REDIS_URL is right, then try again.",
    )


class NoWorker(Unavailable):
    code = "no_worker"
    detail = Text(
        vi="Không có tiến trình xử lý công việc nào đang chạy.", en="No worker is running."
    )
    action = Text(vi="Chạy `tannoi worker`.", en="Start one: `tannoi worker`.")


@dataclass(frozen=True, slots=True)
class JobCall:
    """A function by its dotted path and the ids it is called with."""

    function: str
    arguments: tuple[str, ...]

    @property
    def job_id(self) -> str:
        """The same call has the same id, so that it waits in the queue only once."""
        text = "\x1f".join((self.function, *self.arguments))
        return (
            f"{self.function.rpartition('.')[2]}-{hashlib.sha256(text.encode()).hexdigest()[:24]}"
        )


def connect(url: str) -> redis.Redis:
    """A client that gives up quickly: nobody waits minutes for a dead queue."""
    return redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)


def configure(url: str) -> redis.Redis:
    """Opens the queue of this process; a second call replaces the first."""
    return bind(connect(url))


def bind(connection: redis.Redis) -> redis.Redis:
    """Uses a ready client (tests bind one with a database number of its own)."""
    global _connection  # noqa: PLW0603  one client a process, like the database engine
    _connection = connection
    return connection


def connection() -> redis.Redis:
    """The queue's client; raises QueueNotConfigured."""
    if _connection is None:
        raise QueueNotConfigured
    return _connection


def ping() -> None:
    """Raises QueueAway if the queue does not answer."""
    try:
        connection().ping()
    except redis.RedisError as error:
        raise QueueAway(retry_after_s=5) from error


def job_queue() -> rq.Queue:
    """The one queue; arguments travel as JSON, so that reading a job runs no foreign code."""
    return rq.Queue(QUEUE_NAME, connection=connection(), serializer=JSONSerializer)


def enqueue_after_commit(session: Session, function: str, *arguments: object) -> None:
    """Queues `function(*arguments)` once the session's transaction is durable.

    Arguments are ids and arrive as strings. If the queue is away then, the row stays and the
    job is found by `LostJobs` later. Raises QueueNotConfigured before anything is written.
    """
    connection()
    call = JobCall(function, tuple(str(argument) for argument in arguments))

    def send() -> None:
        try:
            _enqueue(call)
        except redis.RedisError:
            log.warning("queue_away", job=call.job_id, consequence="queued again when it is back")

    after_commit(session, send)


def _enqueue(call: JobCall) -> None:
    job_queue().enqueue_call(
        call.function,
        args=call.arguments,
        job_id=call.job_id,
        timeout=JOB_TIMEOUT_S,
        result_ttl=RESULT_KEPT_S,
        failure_ttl=FAILURE_KEPT_S,
    )


class LostJobs:
    """Finds calls whose row waits although no job does, and queues them again.

    A job between two states looks lost for a moment, so it takes two looks in a row.
    """

    def __init__(self) -> None:
        self._suspects: set[str] = set()

    def requeue(self, expected: Iterable[JobCall]) -> list[JobCall]:
        """Queues the lost ones among `expected`; returns those that were lost too often.

        Raises QueueAway.
        """
        try:
            missing = {call.job_id: call for call in expected if not _is_alive(call.job_id)}
            lost = [call for job_id, call in missing.items() if job_id in self._suspects]
            hopeless = [call for call in lost if not self._may_try_again(call)]
            for call in lost:
                if call not in hopeless:
                    log.warning("job_queued_again", job=call.job_id)
                    _enqueue(call)
        except redis.RedisError as error:
            raise QueueAway from error
        self._suspects = missing.keys() - {call.job_id for call in lost}
        return hopeless

    def _may_try_again(self, call: JobCall) -> bool:
        key = _ATTEMPTS_KEY + call.job_id
        attempts = int(_plain(connection().incr(key)))
        connection().expire(key, 86_400)
        return attempts <= ATTEMPTS_PER_DAY


def _is_alive(job_id: str) -> bool:
    try:
        job = Job.fetch(job_id, connection=connection(), serializer=JSONSerializer)
    except NoSuchJobError:
        return False
    status = job.get_status(refresh=False)
    if status == JobStatus.QUEUED:
        return job_queue().get_job_position(job_id) is not None
    if status == JobStatus.STARTED:
        beat = job.last_heartbeat
        return beat is not None and (rq_now() - beat).total_seconds() < JOB_SILENT_S
    return status in {JobStatus.SCHEDULED, JobStatus.DEFERRED}


def beat(worker_name: str) -> None:
    """A worker says that it lives; stale names are forgotten on the way."""
    moment = clock.machine_now().timestamp()
    pipeline = connection().pipeline()
    pipeline.zadd(_WORKERS_KEY, {worker_name: moment})
    pipeline.zremrangebyscore(_WORKERS_KEY, "-inf", moment - HEARTBEAT_STALE_S)
    pipeline.execute()


def leave(worker_name: str) -> None:
    """A worker that stops in order takes its name away at once."""
    connection().zrem(_WORKERS_KEY, worker_name)


def list_workers() -> list[str]:
    """Names of the workers that live; raises QueueAway."""
    oldest = clock.machine_now().timestamp() - HEARTBEAT_STALE_S
    try:
        names = _plain(connection().zrangebyscore(_WORKERS_KEY, oldest, "+inf"))
    except redis.RedisError as error:
        raise QueueAway(retry_after_s=5) from error
    return sorted(name.decode() if isinstance(name, bytes) else str(name) for name in names)


def demand_worker() -> None:
    """Raises NoWorker if nobody would run a job, QueueAway if that cannot be known."""
    if not list_workers():
        raise NoWorker(retry_after_s=HEARTBEAT_EVERY_S)


def _plain(answer: Any) -> Any:
    """redis-py types its answers for asynchronous clients as well; this client is not one."""
    return answer
