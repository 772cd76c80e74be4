"""What every page for citizens must pass: axe's rules of WCAG 2.2 AA, and targets for a thumb."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LEAST_TARGET_PX = 44

_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

_SMALL = """(least) => [...document.querySelectorAll(
    "main :is(button, a.button, input, select, textarea, summary), header :is(a, button)"
  )].filter((node) => node.checkVisibility()).map((node) => {
    // A tick or a dot is pressed by its whole row.
    const target = node.matches("[type=radio], [type=checkbox]") ? node.closest("label") : node;
    const { width, height } = target.getBoundingClientRect();
    return { what: node.outerHTML.slice(0, 80), width, height };
  }).filter(({ width, height }) => height < least || width < least)"""


def assert_accessible(page: Page) -> None:
    """No violation that axe sees, nothing too small to press, nothing wider than the screen."""
    found: list[dict[str, Any]] = Axe().run(page, options=_RULES).response["violations"]
    assert not found, "\n".join(_told(rule) for rule in found)
    assert page.evaluate(_SMALL, LEAST_TARGET_PX) == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _told(rule: dict[str, Any]) -> str:
    places = [f"{node['html'][:120]}: {node['failureSummary'][:200]}" for node in rule["nodes"]]
    return f"{rule['id']}: {'; '.join(places)}"
