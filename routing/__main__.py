"""`python -m routing`: see `routing.cli`."""

import sys

from routing.cli import main

if __name__ == "__main__":
    sys.exit(main())
