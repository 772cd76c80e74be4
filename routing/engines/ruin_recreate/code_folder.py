"""Where the kernels' machine code is kept between runs, and who may make it: one process at a time.

Knows nothing of Numba, so that asking costs nothing.
"""

import hashlib
import os
import platform
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

if sys.platform != "win32":
    import fcntl

COMPLETE, LOCK = "complete", "lock"

_IMPORT = re.compile(r"^from routing\.engines\.ruin_recreate(?:\.| import )(\w+)", re.MULTILINE)


@cache
def code_folder() -> Path | None:
    """The folder to keep machine code in, made; None where no folder can be written.

    One per version of the sources, compiler, interpreter and processor: Numba itself notices a
    change in a kernel's own file, but not in the kernels that it calls. The folder lies in
    NUMBA_CACHE_DIR, else in the user's cache folder. If that is read-only, a private temporary
    folder serves, filled with what is in the other.
    """
    wanted = _base() / f"ruin_recreate-{_fingerprint()}"
    if _is_writable(wanted):
        return wanted
    instead = _private_folder(wanted.name)
    if instead is None:
        _warn(f"machine code cannot be kept: neither {wanted.parent} nor a temporary folder")
        return None
    if (wanted / COMPLETE).exists() and not (instead / COMPLETE).exists():
        shutil.copytree(
            wanted, instead, dirs_exist_ok=True, ignore=shutil.ignore_patterns(COMPLETE, LOCK)
        )
        mark_complete(instead)
    if not (instead / COMPLETE).exists():
        _warn(f"machine code is kept in {instead}, because {wanted.parent}")
    return instead


def is_complete(folder: Path | None) -> bool:
    """Whether everything that a search needs lies in the folder."""
    return folder is not None and (folder / COMPLETE).exists()


def mark_complete(folder: Path | None) -> None:
    """To be called when every kernel has been compiled."""
    if folder is not None:
        (folder / COMPLETE).touch()


@contextmanager
def locked(folder: Path | None) -> Iterator[bool]:
    """Whether this process alone may compile now; asks without waiting. A process that ends
    gives the lock back, however it ends. On Windows two may compile at once, each for itself."""
    if folder is None or sys.platform == "win32":
        yield True
        return
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _base() -> Path:
    given = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    if given:
        return Path(given).absolute()
    try:
        return Path.home() / ".cache" / "routing"
    except RuntimeError:  # a user without a home
        return Path(tempfile.gettempdir()) / f"routing-{_user()}"


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for part in (sys.version, _version_of("numba"), _version_of("llvmlite"), _processor()):
        digest.update(part.encode())
    for source in _kernel_sources(Path(__file__).parent):
        digest.update(source.read_bytes())
        if b"@compiled" in source.read_bytes():  # Numba itself looks at these files' times
            digest.update(f"{source}{source.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _kernel_sources(package: Path) -> list[Path]:
    """The modules that hold kernels, and those of the same package that they import."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in package.glob("*.py")}
    imported = {name: set(_IMPORT.findall(text)) & set(texts) for name, text in texts.items()}
    found = {name for name, others in imported.items() if "compiled" in others}
    while more := {other for name in found for other in imported[name]} - found:
        found |= more
    return [package / f"{name}.py" for name in sorted(found)]


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _processor() -> str:
    """What machine code is made for."""
    named = os.environ.get("NUMBA_CPU_NAME", "") + os.environ.get("NUMBA_CPU_FEATURES", "")
    if named:
        return platform.machine() + named
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine() + platform.processor()
    kept = {line for line in lines if line.startswith(("model name", "flags", "Features"))}
    return platform.machine() + "".join(sorted(kept))


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _private_folder(name: str) -> Path | None:
    """A folder that nobody else can write: machine code found there is run."""
    folder = Path(tempfile.gettempdir()) / f"routing-{_user()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.lstat()
    except OSError:
        return None
    if folder.is_symlink() or owner.st_mode & 0o077 or owner.st_uid != _user():
        return None
    return folder / name if _is_writable(folder / name) else None


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _warn(what: str) -> None:
    warnings.warn(
        f"{what} cannot be written; set NUMBA_CACHE_DIR to a folder that can", stacklevel=3
    )
