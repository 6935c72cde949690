"""Serves files of the built web: hashed assets for ever, pages fresh at each start."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import anyio
from litestar import Response
from litestar.datastructures import CacheControlHeader

from halfminute.kit.errors import NotFound

FOR_EVER: Final = CacheControlHeader(max_age=31_536_000, immutable=True, public=True)
FRESH: Final = CacheControlHeader(no_cache=True)
_PACKAGE = Path(__file__).resolve().parents[1]


def built_directory(app: str) -> Path:
    """Where a built app of the web lies: inside the wheel, or in the workspace of a checkout."""
    shipped = _PACKAGE / "_web" / app
    return shipped if shipped.is_dir() else _PACKAGE.parents[1] / "web" / "apps" / app / "dist"


def find_within(directory: Path, path: str) -> Path:
    """The file of a path below the directory. Raises NotFound for what leads out of it."""
    file = (directory / path.lstrip("/")).resolve()
    if not file.is_relative_to(directory.resolve()):
        raise NotFound
    return file


async def answer_file(
    file: Path, cache: CacheControlHeader, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """The bytes of a file. Raises NotFound."""
    try:
        body = await anyio.Path(file).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise NotFound from None
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    told = {"cache-control": cache.to_header(), **(headers or {})}
    return Response(body, media_type=media_type, headers=told)
