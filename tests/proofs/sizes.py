"""How much each proof does: the short sizes in every run, the full ones with `--long`.

docs/sync.md shows both columns; a test holds the page to these numbers.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """One column of the table."""

    runs: int
    """T1: runs of the machine, shared out over `parts` tests that may run at the same time."""
    parts: int
    steps: int
    """T1 and T2: steps of one run."""
    fault_runs: int
    """T2: within so many runs every planted fault must be found."""
    kills: int
    """T3: kill −9 of the API worker."""
    stops: int
    """T3: immediate stops of the database."""
    writes: int
    """T5: writes while others sync."""
    soak_s: int
    """T6: how long the network goes on failing after the single cases."""
    poisons: int
    """T9: fuzzed commands."""
    restores: int
    """T11: restore drills."""
    tampers: int
    """T13: changes behind the application's back."""


SHORT = Sizes(
    runs=150,
    parts=3,
    steps=40,
    fault_runs=20,
    kills=10,
    stops=2,
    writes=3_000,
    soak_s=0,
    poisons=200,
    restores=1,
    tampers=50,
)

FULL = Sizes(
    runs=3_000,
    parts=12,
    steps=60,
    fault_runs=100,
    kills=200,
    stops=20,
    writes=100_000,
    soak_s=1_800,
    poisons=5_000,
    restores=10,
    tampers=1_000,
)
