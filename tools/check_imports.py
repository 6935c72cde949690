"""Holds the import contracts of .importlinter; run as a module so that our own contracts load."""

from __future__ import annotations

import sys

from importlinter import cli

if __name__ == "__main__":
    sys.exit(cli.lint_imports(no_logo=True))
