"""The pages hold nothing inline, load only what is ours, and their map layers are true."""

import gzip
import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.presence import ROOT

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PAGES = ROOT / "mobile_api" / "pages"
LAYERS = "/v1/dispatcher/map-layers"


@pytest.mark.parametrize(
    "path", ["/", "/console", "/dat-lich", "/theo-doi/x", "/phieu-cua-toi", "/khieu-nai"]
)
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


def test_the_ground_of_a_citizens_map_is_the_consoles(client: "FlaskClient") -> None:
    for name in ("barriers", "units"):
        mine = client.get(f"/v1/citizen/map-layers/{name}")
        assert json.loads(mine.data) == json.loads(client.get(f"{LAYERS}/{name}").data)
    assert client.get("/v1/citizen/map-layers/roads").get_json()["code"] == "roads_layer_missing"


def test_scripts_leave_gzipped_for_whoever_takes_it_and_secrets_never(
    client: "FlaskClient",
) -> None:
    script = "/static/booking/booking.mjs"
    plain = client.get(script)
    packed = client.get(script, headers={"Accept-Encoding": "gzip"})
    again = client.get(script, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data == gzip.decompress(again.data)
    assert packed.headers["Vary"] == "Accept-Encoding"
    known = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert client.get(script, headers=known).status_code == 304
    for path in ("/openapi.json", "/dat-lich", "/v1/citizen/map-layers/barriers"):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers, path
    off = client.get(script, headers={"Accept-Encoding": "gzip;q=0"})
    assert off.data == plain.data


def test_the_booking_page_is_small(client: "FlaskClient") -> None:
    """What a slow network has to carry until one can type: 40 KB, without the font."""
    html = client.get("/dat-lich").text
    named = set(re.findall(r'(?:src|href)="(/static/[^"#]+)"', html))
    sizes = [len(client.get(target, headers={"Accept-Encoding": "gzip"}).data) for target in named]
    assert len(html) + sum(sizes) < 40_000
