"""What a figure was measured on, without names of hosts or folders."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("numba", "numpy", "ortools", "pyvroom", "pyvrp", "commiv")

MOST_JOBS = 2
"""Runs at a time: one core each, and no more than two share the memory's bandwidth."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def jobs_here() -> int:
    """How many runs may go on at a time without sharing a core."""
    return max(1, min(MOST_JOBS, cores()))


def machine() -> Mapping[str, str]:
    """Cores, processor, Python and libraries."""
    told = {
        "cores": str(cores()),
        "processor": _processor(),
        "system": platform.system(),
        "python": platform.python_version(),
    }
    return told | {name: version(name) for name in LIBRARIES}


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            name, _, model = line.partition(":")
            if name.strip() == "model name":
                return model.strip()
    return platform.machine()
