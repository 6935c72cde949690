"""The one way to PostgreSQL: a pool, short transactions, JSON by msgspec."""

from __future__ import annotations

from asyncio import timeout
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec

from halfminute.kit.errors import Unavailable

# A long transaction stalls every reader of the log (they stop at the oldest one still running).
TRANSACTION_LIMIT_MS = 5000
# The server ends what takes longer, so who has not answered by now is frozen or cut off, and its
# socket would look open for many minutes more.
_ANSWER_SECONDS = 7.0

if TYPE_CHECKING:
    OwnConnection = asyncpg.Connection[asyncpg.Record]
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record] | OwnConnection
else:  # asyncpg's classes take no parameters at run time
    OwnConnection = Connection = asyncpg.Connection

_GONE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    # What the driver says of a connection that the server ended between two questions.
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.TooManyConnectionsError,
)


_IN_THE_WAY = (
    asyncpg.exceptions.TransactionRollbackError,
    asyncpg.exceptions.LockNotAvailableError,
)


class DatabaseUnavailable(Unavailable):
    """The database cannot be reached: nothing was stored."""

    code = "database_unavailable"


class DatabaseBusy(Unavailable):
    """Others were in the way: nothing was stored, and another try will do."""

    code = "database_busy"


class Database:
    """A pool of connections to one PostgreSQL database."""

    def __init__(
        self, url: str, *, pool_size: int = 16, is_commit_synchronous: bool = True
    ) -> None:
        """Nothing is opened before `open`; `pool_size` is the most connections at once."""
        self.url = url
        self._pool_size = pool_size
        self._server_settings = {
            "application_name": "halfminute",
            "statement_timeout": str(TRANSACTION_LIMIT_MS),
            "idle_in_transaction_session_timeout": str(TRANSACTION_LIMIT_MS),
            "lock_timeout": "4000",
            "synchronous_commit": "on" if is_commit_synchronous else "off",
            # Statements are few, prepared once and used for ever: planning each use anew costs more
            # than a plan that does not know the values (up to a millisecond over partitions).
            "plan_cache_mode": "force_generic_plan",
            "jit": "off",
            # The event log quotes its facts as the standard has it.
            "standard_conforming_strings": "on",
        }
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        """Open the pool. Raises DatabaseUnavailable."""
        with _told_as_unavailable():
            self._pool = await asyncpg.create_pool(
                self.url,
                # A crowd is no time to sign in anew and to learn types and statements again.
                min_size=(self._pool_size + 1) // 2,
                max_size=self._pool_size,
                max_inactive_connection_lifetime=300,
                server_settings=self._server_settings,
                init=_prepare_connection,
                reset=_keep_session,
                timeout=5,
                command_timeout=_ANSWER_SECONDS,
            )

    async def close(self) -> None:
        """Close the pool; connections in use get two seconds to end."""
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        try:
            async with timeout(2):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for reads. Raises DatabaseUnavailable when the server is gone."""
        if self._pool is None:
            raise DatabaseUnavailable
        with _told_as_unavailable():
            async with self._pool.acquire(timeout=5) as connection:
                yield connection

    @asynccontextmanager
    async def transaction(self, *, isolation: str = "read_committed") -> AsyncIterator[Connection]:
        """A transaction: committed when the block ends, undone when it raises.

        `isolation` is asyncpg's word: read_committed, repeatable_read, serializable.
        """
        async with (
            self.connection() as connection,
            connection.transaction(isolation=isolation),  # type: ignore[arg-type]
        ):
            yield connection

    async def connect(self) -> OwnConnection:
        """A connection of the caller's own, outside the pool, for LISTEN and for locks."""
        with _told_as_unavailable():
            connection = await asyncpg.connect(
                self.url,
                timeout=5,
                command_timeout=_ANSWER_SECONDS,
                server_settings=self._server_settings,
            )
            try:
                await _prepare_connection(connection)
            except BaseException:
                connection.terminate()
                raise
            return connection


@contextmanager
def _told_as_unavailable() -> Iterator[None]:
    try:
        yield
    except _GONE as error:
        raise DatabaseUnavailable(fault=type(error).__name__) from error
    except _IN_THE_WAY as error:
        raise DatabaseBusy(fault=type(error).__name__) from error


async def _prepare_connection(connection: OwnConnection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=_encode_jsonb,
        decoder=_decode_jsonb,
        format="binary",
    )
    if connection.get_server_version().major >= 17:
        await connection.execute(f"set transaction_timeout = {TRANSACTION_LIMIT_MS}")


async def _keep_session(_connection: OwnConnection) -> None:
    """Between two users a session keeps its settings: nobody changes them.

    The driver's own way is RESET ALL at each return, which would undo what `_prepare_connection`
    has set, and costs a round trip. An open transaction it rolls back all the same.
    """


# The binary form of jsonb is one version byte, always 1, and then the text.
def _encode_jsonb(value: Any) -> bytes:
    return b"\x01" + msgspec.json.encode(value)


def _decode_jsonb(value: bytes) -> Any:
    return msgspec.json.decode(value[1:])
