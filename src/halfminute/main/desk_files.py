"""Serves the built desk: hashed assets for ever, the page itself fresh at each start."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Final

import anyio
from litestar import Response, get
from litestar.datastructures import CacheControlHeader
from litestar.params import FromPath

from halfminute.identity.guards import PUBLIC
from halfminute.kit.errors import NotFound, Unavailable

_PACKAGE = Path(__file__).resolve().parents[1]
_FOR_EVER: Final = CacheControlHeader(max_age=31_536_000, immutable=True, public=True)
_FRESH: Final = CacheControlHeader(no_cache=True)


class DeskNotBuilt(Unavailable):
    """The desk has not been built: run `make setup`."""

    code = "desk_not_built"


def desk_directory() -> Path:
    """Where the built desk lies: inside the wheel, or in the workspace of a checkout."""
    shipped = _PACKAGE / "_web" / "desk"
    return shipped if shipped.is_dir() else _PACKAGE.parents[1] / "web" / "apps" / "desk" / "dist"


@get(["/", "/{path:path}"], opt=PUBLIC, include_in_schema=False)
async def show_desk(path: FromPath[str] = "") -> Response[bytes]:
    """A file of the desk, or its page for any address that the desk itself routes."""
    directory = desk_directory()
    file = (directory / path.lstrip("/")).resolve()
    if not file.is_relative_to(directory.resolve()):
        raise NotFound
    if path.lstrip("/").startswith("assets/"):
        return await _answer(file, _FOR_EVER)
    if not file.is_file():
        file = directory / "index.html"
    return await _answer(file, _FRESH)


async def _answer(file: Path, cache: CacheControlHeader) -> Response[bytes]:
    try:
        body = await anyio.Path(file).read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        if file.name == "index.html":
            raise DeskNotBuilt from None
        raise NotFound from None
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(body, media_type=media_type, headers={"cache-control": cache.to_header()})


def is_desk_built() -> bool:
    """Whether there is a desk to serve."""
    return (desk_directory() / "index.html").is_file()
