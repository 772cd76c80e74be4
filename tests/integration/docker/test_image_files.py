"""The container files as far as a machine without a container engine can judge them."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from backend.setting_list import list_settings
from tests.fixtures.presence import ROOT

DOCKER = ROOT / "docker"
TOOLS = Path(sys.executable).parent


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=DOCKER,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_image_follows_the_rules_of_the_linter() -> None:
    linted = run(TOOLS / "hadolint", "--config", ".hadolint.yaml", "Dockerfile")
    assert linted.returncode == 0, linted.stdout


def test_the_linter_sees_a_bad_image(tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM debian\nRUN cd /tmp\n")
    assert run(TOOLS / "hadolint", "--config", ".hadolint.yaml", bad).returncode != 0


def test_the_compose_file_fits_its_schema() -> None:
    checker = TOOLS / "check-jsonschema"
    checked = run(checker, "--builtin-schema", "vendor.compose-spec", "compose.yaml")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_containers_use_only_settings_that_exist(name: str) -> None:
    used = set(re.findall(r"\b(TANNOI_[A-Z_]+)\b", (DOCKER / name).read_text()))
    passwords = {"TANNOI_OWNER_PASSWORD", "TANNOI_APP_PASSWORD"}  # of the compose file itself
    assert used - passwords <= {setting.variable for setting in list_settings()}


def test_every_folder_that_the_image_copies_exists() -> None:
    lines = re.findall(r"^COPY (.+) \S+$", (DOCKER / "Dockerfile").read_text(), flags=re.MULTILINE)
    sources = [each for line in lines if not line.startswith("--from") for each in line.split()]
    assert len(sources) >= 7
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_every_package_that_the_image_copies_is_compiled_while_somebody_may_write() -> None:
    as_root, _, _ = (DOCKER / "Dockerfile").read_text().partition("\nUSER ")
    copied = re.findall(r"^COPY \w+ (/opt/tannoi/app/\w+)$", as_root, flags=re.MULTILINE)
    (compiling,) = re.findall(r'^RUN (\["python", "-m", "compileall".+)$', as_root, re.MULTILINE)
    assert len(copied) >= 4
    assert [word for word in json.loads(compiling) if word.startswith("/")] == copied


def test_an_image_is_offered_only_what_it_copies() -> None:
    """Else the whole installation in var/ would be sent to whoever builds."""
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    copied = re.findall(r"^COPY (.+) \S+$", (DOCKER / "Dockerfile").read_text(), flags=re.MULTILINE)
    asked = {each for line in copied if not line.startswith("--from") for each in line.split()}
    assert "**" in rules
    assert kept == asked


def test_the_health_check_sees_a_server_that_answers(live_server: str) -> None:
    port = live_server.rpartition(":")[2]
    checked = run(sys.executable, "healthcheck.py", PYTHONPATH=str(ROOT), TANNOI_PORT=port)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("bind", ["unix:no-such-folder/web.sock", "127.0.0.1"])
def test_the_health_check_sees_a_server_that_is_gone(bind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = str(closing.getsockname()[1])
    checked = run(
        sys.executable,
        "healthcheck.py",
        PYTHONPATH=str(ROOT),
        TANNOI_BIND=bind,
        TANNOI_PORT=port,
    )
    assert checked.returncode == 1
    assert "no answer" in checked.stderr
