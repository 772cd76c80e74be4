"""What a process that takes jobs does before it forks one off."""

import pytest
import rq
from rq.job import Job

from backend import job_runner
from backend.planning.operations import RUN_PLAN


@pytest.mark.parametrize(("function", "loads"), [(RUN_PLAN, True), ("backend.other.job", False)])
def test_the_search_is_loaded_before_a_job_that_plans_is_forked_off(monkeypatch, function, loads):
    done: list[str] = []
    monkeypatch.setattr(job_runner, "load_if_compiled", lambda: done.append("loaded"))
    monkeypatch.setattr(rq.Worker, "fork_work_horse", lambda *_: done.append("forked"))
    runner = job_runner.JobRunner.__new__(job_runner.JobRunner)  # without a queue
    job = Job.__new__(Job)
    job._func_name = function
    runner.fork_work_horse(job, None)
    assert done == [*["loaded"] * loads, "forked"]
