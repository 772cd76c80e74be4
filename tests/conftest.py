"""What all tests share: where fixtures live, which tests run, and which services they use."""

import os

import pytest

from tests.fixtures.presence import adopt_own_services, state_dir

pytest_plugins = (
    "tests.fixtures.browser",
    "tests.fixtures.data",
    "tests.fixtures.database",
    "tests.fixtures.queue",
    "tests.fixtures.roads",
    "tests.fixtures.web",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests that take minutes")


def pytest_configure() -> None:
    adopt_own_services(os.environ, state_dir() / "env")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    items[:] = [item for item in items if not item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
