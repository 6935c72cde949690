"""What one would write first: FastAPI and one plain insert per message. For comparison only.

`python -m bench.baseline PORT` serves it; the database's address comes in BASELINE_DATABASE_URL.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI, Request, Response

_TABLE = """
create table if not exists baseline_messages (
    id bigint generated always as identity primary key,
    chat bigint not null,
    body jsonb not null,
    at timestamptz not null default now()
)
"""


@asynccontextmanager
async def _open_pool(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(
        os.environ["BASELINE_DATABASE_URL"], min_size=8, max_size=8
    ) as pool:
        await pool.execute(_TABLE)
        app.state.pool = pool
        yield


app = FastAPI(lifespan=_open_pool)


@app.post("/hook")
async def take(request: Request) -> Response:
    """Store the body; answer once it is committed."""
    body = await request.json()
    await request.app.state.pool.execute(
        "insert into baseline_messages (chat, body) values ($1, $2)",
        body["message"]["chat"]["id"],
        (await request.body()).decode(),
    )
    return Response(status_code=200)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
