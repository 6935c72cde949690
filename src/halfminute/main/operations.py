"""What those who run it ask: is it well, and how busy is it."""

from __future__ import annotations

from typing import Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from halfminute import __version__
from halfminute.identity.guards import PUBLIC
from halfminute.kit.database import Database
from halfminute.kit.errors import Unavailable


class HealthView(msgspec.Struct):
    """`ok`, or `failing` with what fails."""

    status: Literal["ok", "failing"]
    version: str
    database: Literal["ok", "unreachable"]


@get(
    "/health",
    opt=PUBLIC,
    responses={503: ResponseSpec(HealthView, generate_examples=False, description="It cannot.")},
)
async def show_health(database: NamedDependency[Database]) -> Response[HealthView]:
    """200 while the process can do its work, 503 while its database is out of reach."""
    try:
        async with database.connection() as connection:
            await connection.fetchval("select 1")
    except Unavailable:
        return Response(HealthView("failing", __version__, "unreachable"), status_code=503)
    return Response(HealthView("ok", __version__, "ok"))


@get("/metrics", opt=PUBLIC, include_in_schema=False)
async def show_metrics() -> Response[bytes]:
    """Prometheus text format. Names and numbers only, nothing of people."""
    return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})
