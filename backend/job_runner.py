"""The process that takes jobs from the queue: forked, watched, and forked again when it dies."""

import ctypes
import multiprocessing
import signal
import sys
from multiprocessing.process import BaseProcess

import rq
from rq.job import Job
from rq.serializers import JSONSerializer

from backend import clock, database, queue
from backend.logs import bind_request
from backend.planning.operations import RUN_PLAN
from routing.engines import load_if_compiled

WORKER_TTL_S = 60
"""RQ asks for work at least every 45 s, so that its own register stays true."""

RESTARTS_IN_A_ROW = 5
QUICK_DEATH_S = 10

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class JobRunner(rq.Worker):
    """RQ's worker whose jobs have their own database connection and name in the logs."""

    database_url = ""
    redis_url = ""

    def fork_work_horse(self, job: Job, queue_: rq.Queue) -> None:
        """The search is loaded here before the first job that plans, so that all of them share it:
        each of 300 visits then takes 3 s of processor time and 75 MB less."""
        if job.func_name == RUN_PLAN:
            load_if_compiled()
        super().fork_work_horse(job, queue_)

    def main_work_horse(self, job: Job, queue_: rq.Queue) -> None:
        """In the forked child: nothing opened by the parent is used here."""
        die_with_parent()
        bind_request(job.id)
        database.configure(self.database_url, pool_size=2)
        queue.configure(self.redis_url)
        super().main_work_horse(job, queue_)


class Runner:
    """The process that takes jobs from the queue, forked again when it dies."""

    def __init__(self, redis_url: str, database_url: str) -> None:
        self.redis_url = redis_url
        self.database_url = database_url
        self._process: BaseProcess | None = None
        self._started_s = 0.0
        self._quick_deaths = 0

    def start(self) -> None:
        """Signals wait meanwhile, so that none is lost between the fork and its being known."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            self._process = multiprocessing.get_context("fork").Process(target=self._run)
            self._process.start()
            self._started_s = clock.monotonic_s()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def is_alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def restart(self) -> bool:
        """Starts again after a death; False if it dies at once every time."""
        quick = clock.monotonic_s() - self._started_s < QUICK_DEATH_S
        self._quick_deaths = self._quick_deaths + 1 if quick else 0
        if self._quick_deaths >= RESTARTS_IN_A_ROW:
            return False
        self.start()
        return True

    def ask_to_stop(self) -> None:
        """First time: after the running job; second time: now."""
        if self._process is not None and self._process.is_alive():
            self._process.terminate()

    def _run(self) -> None:
        for number in STOP_SIGNALS:  # the parent's handlers are not its own; RQ sets those
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        die_with_parent()
        JobRunner.database_url, JobRunner.redis_url = self.database_url, self.redis_url
        connection = queue.configure(self.redis_url)
        worker = JobRunner(
            [queue.job_queue()],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL_S,
            job_monitoring_interval=queue.JOB_BEAT_EVERY_S,
            log_job_description=False,
        )
        worker.work(logging_level="WARNING")


def die_with_parent() -> None:
    """Linux ends this process when its parent dies, so that nothing outlives its supervisor."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
