"""Plans on the command line: ask for one, follow it, publish it, take its files."""

import json
import sys
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from backend import clock, queue
from backend.cli.installation import open_database, open_queue, read_settings
from backend.cli.plan_progress import follow
from backend.cli.teaching import TeachingGroup
from backend.courier_day.interventions.exchange import order_bags
from backend.database import unit_of_work
from backend.places.operations import get_planning_area
from backend.planning.errors import PlanHasNoRoutesYet, failure_of
from backend.planning.jobs import execute_plan
from backend.planning.models import Plan, PlanStatus
from backend.planning.operations import cancel_plan, get_finished_plan, get_plan, request_plan
from backend.planning.publishing import publish_plan
from backend.planning.read_plan import read_routes, read_unassigned
from backend.planning.stored_problems import read_problem
from backend.planning.summary import costs_more_than_by_hand
from backend.reports.plan_export import export_plan
from backend.reports.summary_table import summary_table
from backend.settings import Settings
from backend.storage import BlobStore
from routing.formats.own import problem_to_json


class _PlanGroup(TeachingGroup):
    """`tannoi plan AREA DATE` makes a plan; the named subcommands look after one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "make", _make, args


class ServiceDate(click.ParamType[date]):
    """A local date: 2026-11-23, today or tomorrow."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        words = {"today": 0, "tomorrow": 1}
        if value in words:
            return clock.today_local() + timedelta(days=words[value])
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write 2026-11-23, today or tomorrow", param, ctx)


@click.group(
    cls=_PlanGroup,
    context_settings={"ignore_unknown_options": True},
    subcommand_metavar="AREA DATE [OPTIONS] | COMMAND [ARGS]...",
    epilog="""\b
Examples:
  tannoi plan DA-NANG tomorrow               plan it and follow the search
  tannoi plan DA-NANG 2026-11-23 --publish   and give it to the couriers
  tannoi plan DA-NANG 2026-11-23 --inline    without a worker
  tannoi plan show PLAN                      the table again
  tannoi plan cancel PLAN                    stop the search, keep its best
  tannoi plan outputs PLAN                   map, tables and route sheets
  tannoi plan make --help                    every option of planning
""",
)
def plan() -> None:
    """Plan the day of a planning area, and look after plans."""


@click.command("make")
@click.argument("area")
@click.argument("day", metavar="DATE", type=ServiceDate())
@click.option("--time-limit", type=int, metavar="SECONDS", help="Of the search [setting].")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same search.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Follow the search.")
@click.option("--inline", is_flag=True, help="Search in this process: no worker is needed.")
@click.option("--publish", "and_publish", is_flag=True, help="Publish the draft when it is done.")
@click.option("--outputs", is_flag=True, help="Write map, tables and route sheets as well.")
@click.option("--province", metavar="CODE", help="Province of the area [setting].")
def _make(
    *,
    area: str,
    day: date,
    time_limit: int | None,
    seed: int,
    wait: bool,
    inline: bool,
    and_publish: bool,
    outputs: bool,
    province: str | None,
) -> None:
    """Make a plan of an area's day; Ctrl-C keeps the best found so far."""
    settings = read_settings()
    open_database(settings)
    if not inline:
        open_queue(settings)
        if wait:
            queue.demand_worker()
    with unit_of_work() as session:
        asked = request_plan(
            session,
            get_planning_area(session, province or settings.province_code, area),
            day,
            time_limit_s=time_limit or settings.plan_time_limit_s,
            seed=seed,
            enqueue=not inline,
        )
        plan_id = asked.id
    click.echo(f"plan {plan_id}")
    if not (wait or inline):
        click.echo(f"queued; follow it with: tannoi plan show {plan_id}")
        return
    follow(plan_id, (lambda: execute_plan(plan_id, settings)) if inline else None)
    _refuse_failure(plan_id)
    if and_publish:
        _publish(plan_id, settings, force=False)
    if outputs:
        _write_outputs(plan_id, settings)
    _show(plan_id)


@click.command("show")
@click.argument("plan_id", metavar="PLAN", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Summary and baseline as JSON.")
def _show_command(*, plan_id: uuid.UUID, as_json: bool) -> None:
    """Show a plan: couriers, promises, what is left and why."""
    open_database(read_settings())
    with unit_of_work() as session:
        found = get_plan(session, plan_id)
        if as_json:
            click.echo(json.dumps(_document(found), ensure_ascii=False, indent=2))
            return
        if found.status in (PlanStatus.QUEUED, PlanStatus.RUNNING, PlanStatus.CANCELLED):
            click.echo(f"{found.status.value.lower()}: {found.stage.value.lower()}")
            return
    _refuse_failure(plan_id)
    _show(plan_id)


@click.command("cancel")
@click.argument("plan_id", metavar="PLAN", type=click.UUID)
def _cancel(*, plan_id: uuid.UUID) -> None:
    """Stop a search: what was found becomes the draft."""
    open_database(read_settings())
    with unit_of_work() as session:
        cancelled = cancel_plan(session, plan_id)
    waiting = cancelled.status is PlanStatus.CANCELLED
    click.echo("cancelled" if waiting else "cancelling: the best so far becomes the draft")


@click.command("outputs")
@click.argument("plan_id", metavar="PLAN", type=click.UUID)
def _outputs(*, plan_id: uuid.UUID) -> None:
    """Write plan.geojson, routes.csv, summary.json and the route sheets (PDF)."""
    settings = read_settings()
    open_database(settings)
    _write_outputs(plan_id, settings)


@click.command(
    "export-problem",
    epilog="""\b
Examples:
  tannoi plan export-problem PLAN problem.json
  python -m routing solve problem.json
""",
)
@click.argument("plan_id", metavar="PLAN", type=click.UUID)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--solution", is_flag=True, help="The solution that was found instead.")
def _export_problem(*, plan_id: uuid.UUID, file: Path, solution: bool) -> None:
    """Write the solver's problem of a plan, to replay it with `python -m routing solve`."""
    settings = read_settings()
    open_database(settings)
    with unit_of_work() as session:
        found = get_plan(session, plan_id)
        name = found.solution_sha256 if solution else found.problem_sha256
        if name is None:
            raise PlanHasNoRoutesYet(plan=plan_id, status=found.status.value)
        content = BlobStore(settings.blob_dir).read(session, name)
        if found.frame_sha256 is not None and not solution:
            framed = read_problem(settings.blob_dir, name, found.frame_sha256)
            content = json.dumps(problem_to_json(framed)).encode()
    file.write_bytes(content)
    click.echo(f"{file} ({len(content) // 1024} KiB)")


@click.command(
    "publish",
    epilog="""\b
Examples:
  tannoi publish PLAN            couriers get their routes with the next sync
  tannoi publish PLAN --force    although bookings came in since: they stay unplanned
""",
)
@click.argument("plan_id", metavar="PLAN", type=click.UUID)
@click.option("--force", is_flag=True, help="Even if rows were added since, or without any route.")
def publish(*, plan_id: uuid.UUID, force: bool) -> None:
    """Publish a draft: every courier gets a route and a new revision of the day."""
    settings = read_settings()
    open_database(settings)
    _publish(plan_id, settings, force=force)


plan.add_section("Look after a plan", _show_command, _cancel, _outputs, _export_problem, _make)


def _publish(plan_id: uuid.UUID, settings: Settings, *, force: bool) -> None:
    with unit_of_work() as session:
        version = get_plan(session, plan_id).version
        published = publish_plan(
            session,
            plan_id,
            expected_version=version,
            blobs=BlobStore(settings.blob_dir),
            force=force,
        )
        order_bags(session, published)
        count = len(published.routes)
        dearer = costs_more_than_by_hand(published)
    click.echo(f"published: {count} routes")
    if dearer is not None:
        click.echo(
            f"warning: this plan costs {dearer} % more than the one by hand: the search ended too "
            "early\n  next: plan again with a longer --time-limit, and publish that one",
            err=True,
        )


def _write_outputs(plan_id: uuid.UUID, settings: Settings) -> None:
    with unit_of_work() as session:
        export = export_plan(session, plan_id, settings.output_dir)
    click.echo(f"{len(export.files)} files in {export.folder}")


def _show(plan_id: uuid.UUID) -> None:
    with unit_of_work() as session:
        found = get_finished_plan(session, plan_id)
        table = summary_table(found, read_routes(session, found), read_unassigned(session, found))
    click.echo(table, nl=False, file=sys.stdout)


def _refuse_failure(plan_id: uuid.UUID) -> None:
    with unit_of_work() as session:
        found = get_plan(session, plan_id)
        if found.failure is not None:
            raise failure_of(plan_id, found.failure)


def _document(found: Plan) -> dict[str, Any]:
    return {
        "id": str(found.id),
        "status": found.status.value,
        "service_date": found.service_date.isoformat(),
        "finished_at": _instant(found.finished_at),
        "summary": found.summary,
        "baseline": found.baseline,
        "failure": found.failure,
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else clock.to_local(at).isoformat()
