"""Problems in storage: whole, or as the frame of a version beside the matrices that it shares."""

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from backend.storage import ContentFolder
from routing import Problem
from routing.formats.own import problem_from_json, problem_to_json

KEPT = 4
"""Problems kept ready in one process, some 20 MB each at 300 visits."""


def read_problem(folder: Path, problem_sha256: str, frame_sha256: str | None) -> Problem:
    """The problem of a version. Raises BlobDamaged."""
    whole = _whole(folder, problem_sha256)
    if frame_sha256 is None:
        return whole
    frame = problem_from_json(json.loads(ContentFolder(folder).read_file(frame_sha256)))
    return replace(frame, matrices=whole.matrices)


def frame_of(problem: Problem) -> bytes:
    """The stored form of a problem without its matrices."""
    document = problem_to_json(replace(problem, matrices={}))
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=KEPT)
def _whole(folder: Path, problem_sha256: str) -> Problem:
    return problem_from_json(json.loads(ContentFolder(folder).read_file(problem_sha256)))
