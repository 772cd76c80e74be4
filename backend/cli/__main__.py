"""`python -m backend.cli` is `tannoi`."""

from backend.cli import main

if __name__ == "__main__":
    main(prog_name="tannoi")
