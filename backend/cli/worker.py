"""Starts a worker: jobs, messages to the outside, and the search for lost jobs."""

import os
import sys

import click

from backend.cli.installation import open_database, open_queue, read_settings


@click.command(
    epilog="""\b
Examples:
  tannoi worker                  one job at a time
  tannoi worker & tannoi worker  two of them share the queue
""",
)
def worker() -> None:
    """Run jobs (planning) and send messages until stopped."""
    settings = read_settings()
    open_database(settings)
    open_queue(settings)
    # The worker forks for every job, so it starts in a process without open connections.
    os.execv(sys.executable, [sys.executable, "-m", "backend.worker"])
