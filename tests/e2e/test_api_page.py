"""/docs in a real browser, under our own content security policy and without the internet."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_the_api_page_shows_the_operations_and_one_can_be_tried(
    page: Page, live_server: str, artifacts: Path
) -> None:
    refused: list[str] = []
    page.on(
        "console",
        lambda message: refused.append(message.text) if message.type == "error" else None,
    )
    page.goto(f"{live_server}/docs")
    operation = page.locator("#operations-health-get_healthz")
    operation.wait_for()
    operation.locator(".opblock-summary").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    operation.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
    page.screenshot(path=artifacts / "docs.png", full_page=True)
    assert refused == []


def test_the_error_page_leads_to_the_code_that_a_problem_names(
    page: Page, live_server: str, artifacts: Path
) -> None:
    problem = page.request.get(f"{live_server}/v1/nowhere").json()
    page.goto(live_server + problem["type"])
    shown = page.locator(":target")
    shown.wait_for()
    assert problem["detail"] in shown.inner_text()
    page.screenshot(path=artifacts / "errors.png")
