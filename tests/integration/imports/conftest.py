"""Run an importer on a text, as `tannoi import` would."""

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from backend import clock
from backend.cli.imports import KINDS, read_file
from backend.tabular.imports import ImportReport
from backend.tabular.layout import Reading
from tests.builders.booking import WORKING_DAY
from tests.builders.imports import SOURCED, Importing
from tests.builders.places import PROVINCE


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """Files name windows of the working day: whatever day it is, they lie ahead."""
    with clock.frozen(clock.local_instant(WORKING_DAY, time(6))):
        yield


@pytest.fixture
def importing(session: Session, tmp_path: Path) -> Importing:
    """Imports a text as a file of a kind; every row gets a source and the status sample."""

    def run(kind: str, text: str, *, name: str = "rows.csv", **preset: str) -> ImportReport:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        chosen = KINDS[kind]
        table = read_file(chosen, path, Reading(preset=SOURCED | preset))
        return chosen.run(session, table, province_code=PROVINCE)

    return run
