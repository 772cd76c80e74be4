"""The pages hold nothing inline, load only what is ours, and their map layers are true."""

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.presence import ROOT

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PAGES = ROOT / "mobile_api" / "pages"
LAYERS = "/v1/dispatcher/map-layers"


@pytest.mark.parametrize("path", ["/", "/console"])
def test_a_page_has_nothing_inline_and_all_it_names_is_served_from_here(
    client: "FlaskClient", path: str
) -> None:
    answer = client.get(path)
    html = answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)
    named = re.findall(r'(?:src|href)="([^"#]+)"', html)
    assert len(named) > 4
    for target in named:
        assert client.get(target).status_code == 200, target


def test_every_script_imports_only_files_that_are_there(client: "FlaskClient") -> None:
    for script in PAGES.glob("static/**/*.mjs"):
        for target in re.findall(r'from "([^"]+)"', script.read_text(encoding="utf-8")):
            folder = f"/static/{script.parent.relative_to(PAGES / 'static')}/"
            path = target if target.startswith("/") else folder + target.removeprefix("./")
            assert client.get(path).status_code == 200, f"{script.name} imports {target}"


def test_rivers_of_the_province_are_a_layer_and_another_province_has_none(
    client: "FlaskClient",
) -> None:
    rivers = json.loads(client.get(f"{LAYERS}/barriers").data)["features"]
    assert "Sông Hàn" in {river["properties"]["name"] for river in rivers}
    for river in rivers:
        assert river["geometry"]["type"] == "LineString"
        for lon, lat in river["geometry"]["coordinates"]:
            assert 107 < lon < 109
            assert 15 < lat < 17
    elsewhere = client.get(f"{LAYERS}/barriers?province_code=01")
    assert (elsewhere.status_code, elsewhere.json["code"]) == (404, "province_not_found")
    assert client.get(f"{LAYERS}/barriers?province_code=Da-Nang").status_code == 422
