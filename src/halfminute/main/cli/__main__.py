"""`python -m halfminute.main.cli`: the command line, wherever the script may lie."""

from __future__ import annotations

from halfminute.main.cli import main

if __name__ == "__main__":
    main(prog_name="halfminute")
