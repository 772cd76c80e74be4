"""The published figures are those that were kept."""

from tests.bench.page import PAGE, page


def test_the_page_of_figures_says_what_the_kept_results_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "docs/benchmarks.md is behind the results: python -m tests.bench.page"
    )
