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
    except InvalidProblem as wrong:
        return _malformed([str(defect) for defect in wrong.defects])
    except FormatError as wrong:
        return _malformed([str(error) for error in wrong.errors])
    except BrokenPipeError:  # the reader of our output has gone: nobody to tell
        sys.stderr.close()
        return 1
    except (InvalidMatrix, InvalidOrder, EngineCannot, OSError) as wrong:
        return _malformed([str(wrong)])
    except KeyboardInterrupt:
        print("interrupted before there was anything to write", file=sys.stderr)
        return INTERRUPTED


def _malformed(lines: Sequence[str]) -> int:
    for line in lines:
        print(f"error: {line}", file=sys.stderr)
    return MALFORMED
