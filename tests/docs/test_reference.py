"""An undocumented command, setting, error code or endpoint fails here."""

import re

import pytest

from tests.docs import reference

PAGES = ["settings.md", "import-columns.md", "errors.md", "commands.md", "endpoints.md"]
PAGES += ["state-machines.md"]


def test_every_reference_page_is_tested() -> None:
    assert sorted(reference.pages()) == sorted(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_says_what_the_code_says(name: str) -> None:
    written = (reference.DOCS / name).read_text(encoding="utf-8")
    assert written == reference.pages()[name], (
        f"docs/{name} is behind the code: python -m tests.docs.reference --write"
    )


def test_every_endpoint_has_a_summary_a_person_can_read() -> None:
    for path, operations in reference.openapi_document()["paths"].items():
        for method, operation in operations.items():
            if method in reference.METHODS:
                assert operation.get("summary"), f"{method.upper()} {path} says nothing of itself"


def test_every_command_explains_itself() -> None:
    for path, command in reference.commands(reference.tannoi, ("tannoi",)):
        assert command.help, f"{' '.join(path)} has no help"


def test_every_link_between_docs_leads_somewhere() -> None:
    pages = [reference.ROOT / "README.md", *reference.DOCS.rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_decision_is_listed_and_dated() -> None:
    folder = reference.DOCS / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for page in sorted(folder.glob("[0-9]*.md")):
        assert page.name in index, f"{page.name} is not in decisions/README.md"
        if not page.name.startswith("0000"):
            assert re.search(r"^Date: \d{4}-\d\d-\d\d · Status: ", page.read_text(), re.MULTILINE)
