"""Serves the built desk."""

from __future__ import annotations

from pathlib import Path

from litestar import Response, get
from litestar.params import FromPath

from halfminute.identity.guards import PUBLIC
from halfminute.kit.errors import NotFound, Unavailable
from halfminute.main.built_web import FOR_EVER, FRESH, answer_file, built_directory, find_within


class DeskNotBuilt(Unavailable):
    """The desk has not been built: run `make setup`."""

    code = "desk_not_built"


def desk_directory() -> Path:
    """Where the built desk lies."""
    return built_directory("desk")


@get(["/", "/{path:path}"], opt=PUBLIC, include_in_schema=False)
async def show_desk(path: FromPath[str] = "") -> Response[bytes]:
    """A file of the desk, or its page for any address that the desk itself routes."""
    directory = desk_directory()
    file = find_within(directory, path)
    if path.lstrip("/").startswith("assets/"):
        return await answer_file(file, FOR_EVER)
    if file.is_file():
        return await answer_file(file, FRESH)
    try:
        return await answer_file(directory / "index.html", FRESH)
    except NotFound:
        raise DeskNotBuilt from None


def is_desk_built() -> bool:
    """Whether there is a desk to serve."""
    return (desk_directory() / "index.html").is_file()
