"""`--long` tries twenty times as many problems; every day's run keeps to seconds."""

import pytest

from tests.builders import trials

LONGER = 20


def pytest_configure(config: pytest.Config) -> None:
    trials.factor = LONGER if config.getoption("--long") else 1
