"""Puts into the wheel what lies outside src/: the migrations and the built web.

A hook instead of a list in pyproject.toml, because an editable installation reads them in place and
the web is built after it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Each app with a page that it has once it is built.
_APPS: Final = {"desk": "index.html", "widget": "panel.html"}


class WheelContents(BuildHookInterface[Any]):
    """Called by hatchling before it builds the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files; a wheel without its web is refused."""
        if version != "standard":
            return
        root = Path(self.root)
        included = {str(root / "migrations"): "halfminute/_migrations"}
        for app, page in _APPS.items():
            built = root / "web" / "apps" / app / "dist"
            if not (built / page).is_file():
                raise FileNotFoundError(f"{built} is not built: run `make build`.")
            included[str(built)] = f"halfminute/_web/{app}"
        build_data["force_include"].update(included)
