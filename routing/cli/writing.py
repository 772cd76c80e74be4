"""Where a command's answer goes: standard output, or a file that is whole or not there."""

import argparse
import io
import os
import sys
from pathlib import Path


def write(options: argparse.Namespace, text: str) -> None:
    """Print the text, or put it in place of `--output` at once, so that nobody reads half of it."""
    output: Path | None = options.output
    if output is None:
        _print(text)
        return
    if output.exists() and not output.is_file():  # a device or a pipe: there is nothing to replace
        output.write_text(text, encoding="utf-8")
        return
    part = output.with_name(f"{output.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def _print(text: str) -> None:
    """All of it, also where Ctrl-C falls into the writing and Python was told not to keep back
    what it prints (`-u`): it then writes once and drops what a full pipe did not take."""
    sys.stdout.flush()
    unkept = getattr(sys.stdout, "buffer", None)
    if not isinstance(unkept, io.RawIOBase):
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    kept = io.BufferedWriter(unkept)
    kept.write(text.encode(sys.stdout.encoding, sys.stdout.errors or "strict"))
    kept.detach()  # which writes what is left
