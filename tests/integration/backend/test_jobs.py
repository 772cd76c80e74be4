"""The queue carries ids; a job that got lost is found, a job that keeps dying is given up."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import rq
from redis import Redis
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from backend import clock, queue
from backend.database import unit_of_work
from backend.queue import (
    ATTEMPTS_PER_DAY,
    HEARTBEAT_STALE_S,
    JOB_SILENT_S,
    JobCall,
    LostJobs,
    NoWorker,
    QueueAway,
    QueueNotConfigured,
    enqueue_after_commit,
)

CALL = JobCall("tests.builders.jobs.note", ("p1",))


@pytest.fixture
def nowhere(redis_connection: Redis) -> Iterator[None]:
    """A queue that does not answer."""
    queue.bind(queue.connect("unix:///there/is/no/queue.sock"))
    yield
    queue.bind(redis_connection)


def fetch(call: JobCall = CALL) -> Job:
    return Job.fetch(call.job_id, connection=queue.connection(), serializer=JSONSerializer)


def waiting() -> list[str]:
    return queue.job_queue().job_ids


@pytest.mark.usefixtures("redis_connection")
def test_a_job_is_queued_with_the_commit_and_not_before(session: Session) -> None:
    enqueue_after_commit(session, CALL.function, "p1")
    assert waiting() == []
    session.commit()
    assert waiting() == [CALL.job_id]
    assert fetch().args == ["p1"]


@pytest.mark.usefixtures("redis_connection")
def test_a_job_of_a_transaction_that_was_taken_back_is_not_queued(session: Session) -> None:
    enqueue_after_commit(session, CALL.function, "p1")
    session.rollback()
    session.commit()
    assert waiting() == []


@pytest.mark.usefixtures("nowhere")
def test_a_dead_queue_does_not_undo_what_was_committed(session: Session) -> None:
    enqueue_after_commit(session, CALL.function, "p1")
    session.commit()


@pytest.mark.usefixtures("redis_connection")
def test_without_a_queue_nothing_is_written_that_would_wait_for_ever(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_connection", None)
    with pytest.raises(QueueNotConfigured):
        enqueue_after_commit(session, CALL.function, "p1")


@pytest.mark.usefixtures("nowhere")
def test_a_queue_that_is_away_says_so() -> None:
    for ask in (queue.ping, queue.list_workers, queue.demand_worker):
        with pytest.raises(QueueAway):
            ask()
    with pytest.raises(QueueAway):
        LostJobs().requeue([CALL])


@pytest.mark.usefixtures("redis_connection")
def test_a_row_without_a_job_is_queued_at_the_second_look() -> None:
    lost = LostJobs()
    assert lost.requeue([CALL]) == []
    assert waiting() == [], "one look may fall between two states of a job"
    lost.requeue([CALL])
    assert waiting() == [CALL.job_id]


@pytest.mark.usefixtures("redis_connection")
def test_a_job_that_waits_or_runs_is_left_alone() -> None:
    lost = LostJobs()
    for _ in range(2):
        lost.requeue([CALL])
    for _ in range(3):
        lost.requeue([CALL])
    assert waiting() == [CALL.job_id]
    job = fetch()
    queue.connection().lpop(queue.job_queue().key)
    job.set_status(JobStatus.STARTED)
    job.heartbeat(rq.utils.now(), ttl=60)
    for _ in range(3):
        lost.requeue([CALL])
    assert waiting() == []


@pytest.mark.usefixtures("redis_connection")
def test_a_job_whose_worker_went_silent_is_queued_again() -> None:
    lost = LostJobs()
    for _ in range(2):
        lost.requeue([CALL])
    job = fetch()
    queue.connection().lpop(queue.job_queue().key)
    job.set_status(JobStatus.STARTED)
    job.heartbeat(rq.utils.now() - timedelta(seconds=JOB_SILENT_S + 1), ttl=60)
    for _ in range(2):
        lost.requeue([CALL])
    assert waiting() == [CALL.job_id]
    assert fetch().get_status() == JobStatus.QUEUED


def test_all_jobs_are_found_again_after_the_queue_lost_its_memory(redis_connection: Redis) -> None:
    calls = [JobCall(CALL.function, (str(number),)) for number in range(5)]
    lost = LostJobs()
    for _ in range(2):
        lost.requeue(calls)
    redis_connection.flushdb()
    for _ in range(2):
        lost.requeue(calls)
    assert sorted(waiting()) == sorted(call.job_id for call in calls)


def test_a_job_that_keeps_dying_is_given_up_after_some_attempts(redis_connection: Redis) -> None:
    lost = LostJobs()
    given_up: list[JobCall] = []
    for _ in range(2 * ATTEMPTS_PER_DAY + 2):
        given_up += lost.requeue([CALL])
        queue.job_queue().empty()
    assert given_up == [CALL]


@pytest.mark.usefixtures("redis_connection")
def test_a_worker_lives_as_long_as_its_heart_beats() -> None:
    with pytest.raises(NoWorker):
        queue.demand_worker()
    with clock.frozen(clock.now()) as frozen:
        queue.beat("w1")
        frozen.advance(timedelta(seconds=HEARTBEAT_STALE_S - 1))
        queue.beat("w2")
        assert queue.list_workers() == ["w1", "w2"]
        frozen.advance(timedelta(seconds=2))
        assert queue.list_workers() == ["w2"]
        queue.leave("w2")
        with pytest.raises(NoWorker):
            queue.demand_worker()


@pytest.mark.usefixtures("committed_database", "redis_connection")
def test_a_savepoint_that_was_taken_back_queues_nothing() -> None:
    with unit_of_work() as session:
        with pytest.raises(KeyError), session.begin_nested():
            enqueue_after_commit(session, CALL.function, "inside")
            raise KeyError
        enqueue_after_commit(session, CALL.function, "p1")
    assert waiting() == [CALL.job_id]
