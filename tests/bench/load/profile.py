"""Reads a profile of the API process: where the time of its own code and libraries goes."""

import pstats
from pathlib import Path
from typing import Any

SHOWN = 22


def read_profile(file: Path) -> dict[str, Any]:
    """Share of all time by part, and the functions of the product by time with what they call."""
    stats = pstats.Stats(str(file)).stats
    total = sum(own for _, _, own, _, _ in stats.values())
    parts: dict[str, float] = {}
    functions = []
    for (path, line, name), (_, calls, own, whole, _) in stats.items():
        part = _part(path, name)
        parts[part] = parts.get(part, 0.0) + own
        if part in {"backend", "mobile_api"}:
            place = path.partition(f"/{part}/")[2]
            functions.append((whole, calls, f"{part}/{place}:{line} {name}"))
    functions.sort(reverse=True)
    return {
        "seconds": round(total, 2),
        "parts": {
            name: round(100 * seconds / total, 1)
            for name, seconds in sorted(parts.items(), key=lambda item: -item[1])
            if seconds / total > 0.005
        },
        "functions": [
            {"function": name, "calls": calls, "percent": round(100 * whole / total, 1)}
            for whole, calls, name in functions[:SHOWN]
        ],
    }


def _part(path: str, name: str) -> str:
    for part in ("backend", "mobile_api"):
        if f"/{part}/" in path and "site-packages" not in path:
            return part
    if "site-packages/" in path:
        return path.partition("site-packages/")[2].split("/")[0].removesuffix(".py")
    return "psycopg" if "psycopg" in name else "python"
