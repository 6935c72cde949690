"""Reads what lies in `data/`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

_DATA: Final = resources.files("halfminute_demo.data")


@cache
def read_data(path: str) -> dict[str, Any]:
    """A TOML file of `data/`; not to be changed by who reads it."""
    return tomllib.loads(_DATA.joinpath(*path.split("/")).read_text(encoding="utf-8"))


@cache
def read_photo(name: str) -> bytes:
    """A JPEG that somebody sends."""
    return _DATA.joinpath("photos", name).read_bytes()
