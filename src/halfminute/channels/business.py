"""Finds the business connection that an update names, and asks the provider about an unknown one.

An update may overtake the word about its connection: Telegram brings different kinds in lines of
their own. Asked outside of every transaction, and before the update is acknowledged.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple
from uuid import UUID

import structlog

from halfminute.channels import tables
from halfminute.channels.actions.put_business_connections import (
    NOT_TOLD,
    ToldConnection,
    put_business_connections,
)
from halfminute.channels.clients import ClientPool
from halfminute.channels.types import BusinessConnectionId, ChannelAccount
from halfminute.kit.database import Connection
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.sdk.channel import InboundBusinessConnection
from halfminute.sdk.errors import ProviderError

CALL_TIMEOUT_SECONDS: Final = 10.0
# Names never lead to another owner, so what is known stays true; only their number is bounded.
_REMEMBERED: Final = 5000
# Between the owner and the chat in an address's name.
SEPARATOR: Final = ":"

logger = structlog.get_logger(__name__)


class KnownConnection(NamedTuple):
    """What never changes of a connection, and how long its customers may be answered."""

    id: BusinessConnectionId
    owner_external_id: str
    reply_window_seconds: int | None

    def name_address(self, chat_external_id: str) -> str:
        """The name of a chat's address: the owner's, for a customer may write to several."""
        return f"{self.owner_external_id}{SEPARATOR}{chat_external_id}"


KnownConnections = Mapping[str, KnownConnection]
_Key = tuple[object, str]


async def map_known_connections(
    connection: Connection, account_id: UUID, external_ids: Iterable[str]
) -> dict[str, KnownConnection]:
    """Those that we have heard of, by name, without asking the provider."""
    rows = await connection.fetch(tables.FIND_BUSINESS_CONNECTIONS, account_id, list(external_ids))
    return {
        row["external_id"]: KnownConnection(
            row["id"], row["owner_external_id"], row["reply_window_seconds"]
        )
        for row in rows
    }


class BusinessConnectionBook:
    """Connections by account and the provider's name. One per process."""

    def __init__(self, log: EventLog, clients: ClientPool) -> None:
        """Asks providers through `clients`."""
        self._log = log
        self._clients = clients
        self._known: OrderedDict[_Key, KnownConnection] = OrderedDict()
        self._looking: dict[_Key, asyncio.Task[KnownConnection | None]] = {}

    async def find_all(
        self, account: ChannelAccount, external_ids: Iterable[str]
    ) -> dict[str, KnownConnection]:
        """Those that there are, by name; who is left out is unknown to the provider too.

        Raises Unavailable when that cannot be found out now.
        """
        found = {}
        for external_id in external_ids:
            known = await self._find(account, external_id)
            if known is not None:
                found[external_id] = known
        return found

    async def _find(self, account: ChannelAccount, external_id: str) -> KnownConnection | None:
        key = (account.id, external_id)
        if key in self._known:
            return self._known[key]
        # One look-up for all who ask meanwhile: they go on in the order in which they asked.
        looking = self._looking.get(key)
        if looking is None:
            looking = asyncio.create_task(self._look_up(account, external_id))
            looking.add_done_callback(_note_end)
            self._looking[key] = looking
        return await asyncio.shield(looking)

    async def _look_up(self, account: ChannelAccount, external_id: str) -> KnownConnection | None:
        key = (account.id, external_id)
        try:
            known = await self._read(account, external_id)
            if known is None:
                told = await self._ask(account, external_id)
                if told is not None:
                    await self._keep(account, told)
                    known = await self._read(account, external_id)
            if known is not None:
                self._remember(key, known)
            return known
        finally:
            del self._looking[key]

    async def _read(self, account: ChannelAccount, external_id: str) -> KnownConnection | None:
        async with self._log.database.connection() as connection:
            found = await map_known_connections(connection, account.id, [external_id])
        return found.get(external_id)

    async def _ask(
        self, account: ChannelAccount, external_id: str
    ) -> InboundBusinessConnection | None:
        try:
            async with asyncio.timeout(CALL_TIMEOUT_SECONDS), self._clients.use(account) as client:
                told = await client.find_business_connection(external_id)
        except (ProviderError, TimeoutError) as error:
            logger.warning(
                "business_connection_not_found_out",
                channel_account_id=str(account.id),
                fault=repr(error),
            )
            raise Unavailable from None
        # Never another's under this name, whatever the provider says.
        return told if told is not None and told.external_id == external_id else None

    async def _keep(self, account: ChannelAccount, told: InboundBusinessConnection) -> None:
        async with self._log.write() as unit:
            await put_business_connections(unit, [ToldConnection(told, account.id, NOT_TOLD)])

    def _remember(self, key: _Key, known: KnownConnection) -> None:
        self._known[key] = known
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def _note_end(looking: asyncio.Task[KnownConnection | None]) -> None:
    """Whoever asked has heard the error; if all have gone away, nobody needs to."""
    if not looking.cancelled():
        looking.exception()
