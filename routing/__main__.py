"""`python -m routing`: see `routing.cli`."""

import sys

if __name__ == "__main__":
    try:
        from routing.cli import main  # half a second of loading, which Ctrl-C may meet

        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
