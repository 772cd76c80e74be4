"""The command line of the library; needs nothing else of the project."""

import sys
from collections.abc import Sequence

from routing.cli.options import parser
from routing.engines import EngineCannot
from routing.formats.errors import FormatError
from routing.matrix import InvalidMatrix
from routing.problem import InvalidProblem
from routing.schedule import InvalidOrder

__all__ = ["INTERRUPTED", "MALFORMED", "main", "parser"]

MALFORMED, INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit status."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BrokenPipeError:  # the reader of our output has gone: nobody to tell
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        print("interrupted before there was anything to write", file=sys.stderr)
        return INTERRUPTED
    except (InvalidProblem, FormatError, InvalidMatrix, InvalidOrder, EngineCannot, OSError) as no:
        for line in _reasons(no):
            print(f"error: {line}", file=sys.stderr)
        return MALFORMED


def _reasons(wrong: Exception) -> list[str]:
    """Everything that is wrong, a line each."""
    if isinstance(wrong, InvalidProblem):
        return [str(defect) for defect in wrong.defects]
    if isinstance(wrong, FormatError):
        return [str(error) for error in wrong.errors]
    if isinstance(wrong, OSError):
        return [f"{wrong.filename or 'file'}: {wrong.strerror or wrong}"]
    return [str(wrong)]
