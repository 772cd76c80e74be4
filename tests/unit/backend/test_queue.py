"""The names of jobs."""

from backend.queue import JobCall


def test_the_same_call_has_the_same_job_id_and_another_call_another() -> None:
    call = JobCall("backend.planning.jobs.run_plan", ("p1",))
    assert call.job_id == JobCall("backend.planning.jobs.run_plan", ("p1",)).job_id
    others = {
        JobCall("backend.planning.jobs.run_plan", ("p2",)).job_id,
        JobCall("backend.planning.jobs.run_plan", ("p1", "")).job_id,
        JobCall("backend.reports.jobs.run_plan", ("p1",)).job_id,
    }
    assert call.job_id not in others
    assert len(others) == 3


def test_a_job_id_tells_what_it_runs_in_letters_that_the_queue_allows() -> None:
    job_id = JobCall("backend.planning.jobs.run_plan", ("Đà Nẵng/1",)).job_id
    assert job_id.startswith("run_plan-")
    assert job_id.replace("-", "").replace("_", "").isalnum()
