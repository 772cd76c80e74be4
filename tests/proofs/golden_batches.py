"""Golden batches: one file for each type and version of a command, as a phone of then sends it.

`batch` is written by hand, its last command is the one that the file is about; `outcome` is
recorded. `$name` stands for an id of the morning. Once a version is released its file never
changes again: `released.json` holds its hash, and the batch must have that outcome for ever.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "golden"
RELEASED = "released.json"


@dataclass(frozen=True)
class Golden:
    """One file."""

    path: Path
    batch: list[dict[str, Any]]
    outcome: dict[str, Any] | None

    @property
    def about(self) -> tuple[str, int]:
        """Type and version."""
        return self.batch[-1]["type"], self.batch[-1]["v"]

    def __str__(self) -> str:
        return self.path.stem

    def record(self, outcome: dict[str, Any]) -> None:
        content = {"batch": self.batch, "outcome": outcome}
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
        self.path.write_text(text + "\n", encoding="utf-8")


def read_all(folder: Path = FOLDER) -> list[Golden]:
    """Every batch, by type and version."""
    found = []
    for path in sorted(folder.glob("*.v*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        found.append(Golden(path, content["batch"], content.get("outcome")))
    return found


def find_changed(folder: Path = FOLDER) -> list[str]:
    """Released files that are not what they were at their release, or are gone."""
    return [
        name
        for hashes in json.loads((folder / RELEASED).read_text()).values()
        for name, digest in hashes.items()
        if not (folder / name).is_file() or _digest(folder / name) != digest
    ]


def release(version: str, folder: Path = FOLDER) -> list[str]:
    """Freezes what no earlier release has frozen; returns the names."""
    released = json.loads((folder / RELEASED).read_text())
    frozen = {name for hashes in released.values() for name in hashes}
    new = [golden.path.name for golden in read_all(folder) if golden.path.name not in frozen]
    if new:
        released[version] = {name: _digest(folder / name) for name in new}
        (folder / RELEASED).write_text(json.dumps(released, indent=1) + "\n")
    return new


def filled(value: Any, names: dict[str, str]) -> Any:
    """The value with every `$name` replaced by the id it stands for."""
    match value:
        case dict():
            return {key: filled(each, names) for key, each in value.items()}
        case list():
            return [filled(each, names) for each in value]
        case str() if value.startswith("$"):
            return names[value[1:]]
    return value


def is_released(name: str, folder: Path = FOLDER) -> bool:
    released: dict[str, Iterable[str]] = json.loads((folder / RELEASED).read_text())
    return any(name in names for names in released.values())


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    import sys

    print("\n".join(release(sys.argv[1])) or "nothing is new since the last release")
