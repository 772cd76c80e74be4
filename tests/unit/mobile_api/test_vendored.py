"""The browser files in mobile_api/pages/vendor are what their manifest says, and free to use."""

import hashlib
import json
from pathlib import Path

from tests.fixtures.presence import ROOT

PAGES = ROOT / "mobile_api" / "pages"
VENDOR = PAGES / "vendor"
FREE = {"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "OFL-1.1"}
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))


def test_every_vendored_file_has_the_hash_of_the_manifest_and_none_is_strange() -> None:
    known = {
        file["path"]: file["sha256"] for pack in MANIFEST["packages"] for file in pack["files"]
    }
    present = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert present == known


def test_every_vendored_package_is_locked_at_that_version_with_a_free_licence() -> None:
    lock = json.loads((PAGES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for pack in MANIFEST["packages"]:
        assert lock[f"node_modules/{pack['name']}"]["version"] == pack["version"]
        assert pack["licence"] in FREE
        names = {Path(file["path"]).name.upper() for file in pack["files"]}
        assert any(name.startswith("LICEN") for name in names), pack["name"]


def test_the_lock_names_no_address() -> None:
    assert "resolved" not in (PAGES / "package-lock.json").read_text(encoding="utf-8")


def test_no_vendored_script_looks_for_its_sources_elsewhere() -> None:
    for path in [*VENDOR.rglob("*.js"), *VENDOR.rglob("*.mjs"), *VENDOR.rglob("*.css")]:
        assert "sourceMappingURL=" not in path.read_text(encoding="utf-8")[-300:], path.name
