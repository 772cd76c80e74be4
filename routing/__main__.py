"""`python -m routing`: see `routing.cli`."""

import os
import sys


def run() -> int:
    """The exit status of the command."""
    try:
        from routing.cli import main  # half a second of loading, which Ctrl-C may meet

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    status = run()
    if status == 130:  # whoever pressed Ctrl-C waits for no taking down of the interpreter
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
