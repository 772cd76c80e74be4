"""Run importers on texts, as `tannoi import` would, and read their reports."""

from collections.abc import Callable

from backend.tabular.imports import ImportReport

SOURCED = {"source": "thử", "status": "sample"}

type Importing = Callable[..., ImportReport]
"""kind, text, name="rows.csv", and presets of columns as keywords."""


def defects(report: ImportReport) -> list[tuple[int, str]]:
    """Line and column of each defect, in the order of the report."""
    return [(error.line, error.column) for error in report.errors]
