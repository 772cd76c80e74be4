"""Runs the random calls against an application of its own, on a database of its own."""

import os
import sys
import time

import click

from tests.fixtures.presence import adopt_own_services, state_dir


@click.command()
@click.option("--examples", default=50, show_default=True, help="Calls of each operation.")
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--only", default="", help="Operations whose name holds this, e.g. «POST /v1/citizen»."
)
@click.option("--after", default="", help="Go on behind this operation: where a run was stopped.")
def main(examples: int, seed: int, only: str, after: str) -> None:
    """Call every operation with random input, and tell what was wrong with the answers.

    Example: python -m tests.api_fuzz --examples 200 --seed 7 --only dispatcher
    """
    adopt_own_services(os.environ, state_dir() / "env")
    from tests.api_fuzz.runs import run_alone

    began = time.process_time()
    fuzz = run_alone(
        examples=examples, seed=seed, only=only, after=after, tell=click.echo, say_done=click.echo
    )
    statuses = ", ".join(f"{status}: {n}" for status, n in sorted(fuzz.statuses.items()))
    click.echo(
        f"{fuzz.calls} calls ({statuses}), {len(fuzz.findings)} findings, "
        f"{time.process_time() - began:.0f} CPU s, seed {seed}"
    )
    sys.exit(1 if fuzz.findings else 0)


if __name__ == "__main__":
    main()
