"""Puts into the wheel what lies outside src/: the migrations and the built desk.

A hook instead of a list in pyproject.toml, because an editable installation reads them in place and
the desk is built after it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelContents(BuildHookInterface[Any]):
    """Called by hatchling before it builds the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files; a wheel without its desk is refused."""
        if version != "standard":
            return
        desk = Path(self.root) / "web" / "apps" / "desk" / "dist"
        if not (desk / "index.html").is_file():
            raise FileNotFoundError(f"{desk} is not built: run `make build`.")
        build_data["force_include"].update(
            {
                str(Path(self.root) / "migrations"): "halfminute/_migrations",
                str(desk): "halfminute/_web/desk",
            }
        )
