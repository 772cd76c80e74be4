"""The image really built and started, by buildah on a base made of Debian's packages (`--long`).

No engine and no image registry are needed; what differs from Docker is named in docs/operations.md.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fixtures.presence import ROOT, missing

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

BASE = "docker.io/library/debian:trixie-slim"
"""The name in the Dockerfile; here it stands for a minimal system made by mmdebstrap."""

UNPRIVILEGED = "10001"
SETTINGS = {
    "TANNOI_DATABASE_URL": "postgresql+psycopg://tannoi_app@db/tannoi",
    "TANNOI_REDIS_URL": "redis://valkey:6379/0",
}

SERVE_AND_ASK = """
/opt/tannoi/app/entrypoint.sh serve 2>&1 & server=$!
tries=0
until python /opt/tannoi/app/healthcheck.py; do
    tries=$((tries + 1)); [ $tries -lt 60 ] || exit 9; sleep 1
done
kill $server; wait $server
"""

BEGIN_AS_ALWAYS = """
mkdir /tmp/instead && printf '%s' "$0" >/tmp/instead/python && chmod 755 /tmp/instead/python
PATH=/tmp/instead:$PATH /opt/tannoi/app/entrypoint.sh
rm -r /tmp/instead
"""
"""The entrypoint as it is, with another program behind it."""

INSTEAD = """#!/bin/sh
find "$NUMBA_CACHE_DIR" -type f | wc -l
/opt/tannoi/venv/bin/python -c "$SEARCH"
find "$NUMBA_CACHE_DIR" -type f | wc -l
echo "$NUMBA_CACHE_DIR"
"""

SEARCH = """
from routing import Job, Location, Problem, Task, TimeWindow, TravelMatrix, Vehicle, solve
home = Location(matrix_index=0)
task = Task(id="t", location=Location(matrix_index=1))
shift = TimeWindow(start=0, end=999)
result = solve(
    Problem(
        vehicles=(Vehicle(id="v", start=home, end=home, shift=shift),),
        matrices={"default": TravelMatrix([[0, 5], [5, 0]])},
        jobs=(Job(id="j", task=task),),
    ),
    time_limit_s=60,
    iterations=5,
    engine="ruin_recreate",
)
print(result.engine, len(result.solution.routes), len(result.solution.unassigned))
"""


@dataclass(frozen=True)
class Builder:
    """Buildah with a store of its own, so that nothing is left behind."""

    store: Path

    def __call__(self, *words: str | Path, timeout: int = 120) -> str:
        command = [
            "buildah",
            f"--root={self.store / 'root'}",
            f"--runroot={self.store / 'run'}",
            "--storage-driver=vfs",
            *map(str, words),
        ]
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, check=False
        )
        assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
        return ended.stdout.strip()


@dataclass(frozen=True)
class Container:
    """A container of the image; commands run as the image's user unless another is named."""

    builder: Builder
    name: str

    def run(self, *command: str, user: str = UNPRIVILEGED, **settings: str) -> str:
        """Standard output, by way of a file: through buildah an answer once came back short."""
        answers = self.builder.store / "answers"
        answers.mkdir(exist_ok=True)
        answers.chmod(0o777)  # any user of the container writes there
        (answers / "stdout").unlink(missing_ok=True)
        words = ["run", "--isolation=chroot", f"--user={user}", f"--volume={answers}:/answers"]
        words += [f"--env={name}={value}" for name, value in settings.items()]
        keep = ("sh", "-c", '"$@" >/answers/stdout', "sh")
        self.builder(*words, self.name, "--", *keep, *command, timeout=300)
        return (answers / "stdout").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    if os.geteuid() != 0:
        missing("an image is built by root only", "run this test as root")
    for tool in ("buildah", "mmdebstrap"):
        if shutil.which(tool) is None:
            missing(f"no {tool}", "apt-get install --no-install-recommends buildah mmdebstrap")
    store = tmp_path_factory.mktemp("images")
    yield Builder(store)
    Builder(store)("rm", "--all")
    shutil.rmtree(store, ignore_errors=True)


@pytest.fixture(scope="module")
def container(builder: Builder, tmp_path_factory: pytest.TempPathFactory) -> Container:
    """A container of the image of this checkout."""
    folder = tmp_path_factory.mktemp("base")
    archive = folder / "base.tar"
    made = subprocess.run(
        [
            "mmdebstrap",
            "--quiet",
            "--variant=minbase",
            "--include=ca-certificates",
            "trixie",
            archive,
        ],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if made.returncode != 0:
        missing(f"no base: {made.stderr.strip().splitlines()[-1]}", "reach a Debian mirror")
    scratch = builder("from", "scratch")
    builder("add", scratch, archive, "/", timeout=300)
    builder("commit", scratch, BASE, timeout=300)
    builder("rm", scratch)
    archive.unlink()
    builder(
        "build",
        "--isolation=chroot",
        "--pull-never",
        "--format=docker",
        *_own_certificates(folder),
        "--file=docker/Dockerfile",
        "--tag=tannoi",
        ROOT,
        timeout=1800,
    )
    return Container(builder, builder("from", "--pull-never", "localhost/tannoi:latest"))


def _own_certificates(folder: Path) -> list[str]:
    """What pip needs in the build where the network looks into every connection."""
    bundle = os.environ.get("PIP_CERT")
    if not bundle:
        return []
    inside = "/etc/ssl/certs/ca-certificates.crt"
    (folder / "pip.conf").write_text(f"[global]\ncert = {inside}\n")
    return [f"--volume={bundle}:{inside}:ro", f"--volume={folder / 'pip.conf'}:/etc/pip.conf:ro"]


def test_the_image_starts_as_an_unprivileged_user_and_knows_its_health_check(
    builder: Builder, container: Container
) -> None:
    config = json.loads(builder("inspect", container.name))["Docker"]["config"]
    assert config["User"] == UNPRIVILEGED
    assert config["Entrypoint"][-1].endswith("entrypoint.sh")
    assert config["Cmd"] == ["serve"]
    assert config["Healthcheck"]["Test"][-1].endswith("healthcheck.py")
    assert container.run("id", "-u") == UNPRIVILEGED


def test_the_image_holds_the_program_and_nothing_of_an_installation(container: Container) -> None:
    held = container.run("ls", "/opt/tannoi/app").split()
    assert held == [
        "backend",
        "entrypoint.sh",
        "geodata",
        "healthcheck.py",
        "mobile_api",
        "routing",
    ]
    foreign = "find /opt/tannoi/app -name tests -o -name '.git*'"
    assert container.run("sh", "-c", foreign) == ""
    packages = "find /opt/tannoi/app/*/ -type f -name '*.{}' | wc -l"
    sources, compiled = (container.run("sh", "-c", packages.format(end)) for end in ("py", "pyc"))
    assert int(sources) == int(compiled) > 500


def test_the_server_answers_its_health_check_and_ends_when_told(container: Container) -> None:
    said = container.run("sh", "-c", SERVE_AND_ASK, **SETTINGS)
    assert '"route": "/healthz", "status": 200' in said


def test_the_data_pack_and_the_road_engine_work_inside(container: Container) -> None:
    entry = "/opt/tannoi/app/entrypoint.sh"
    assert container.run(entry, "demo-day", "--print-day", **SETTINGS).count("-") == 2
    roads = "/opt/tannoi/app/geodata/packs/da_nang/roads.osm"
    assert "road data ready" in container.run(entry, "roads", "build", roads, **SETTINGS)


@pytest.mark.parametrize("user", [UNPRIVILEGED, "10002"], ids=["the image's user", "read-only"])
def test_no_search_compiles_anything_again(container: Container, user: str) -> None:
    """Who may not write the folder of compiled code, as in a read-only container, has a copy."""
    begun = container.run("sh", "-c", BEGIN_AS_ALWAYS, INSTEAD, user=user, SEARCH=SEARCH)
    before, found, after, folder = begun.splitlines()
    assert found == "ruin_recreate 1 0"
    assert int(before) == int(after) > 50
    assert folder == ("/opt/tannoi/machine_code" if user == UNPRIVILEGED else "/tmp/machine_code")
