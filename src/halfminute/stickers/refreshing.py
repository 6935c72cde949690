"""Lists every set anew once a day, so that the desk offers what there is."""

from __future__ import annotations

from typing import Final

import asyncpg
import structlog

from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.kit.claimed_rows import Claim, ClaimedRows
from halfminute.kit.errors import HalfminuteError, Unavailable
from halfminute.sdk.errors import ProviderError
from halfminute.stickers import tables
from halfminute.stickers.actions.refresh_sticker_set import RETRY_SECONDS, list_anew, postpone
from halfminute.stickers.listing import ASK_SECONDS, DAY_SECONDS
from halfminute.stickers.types import StickerParts

# Nobody rings it: what is due is found by looking.
STICKERS_TOPIC: Final = "stickers"
AT_ONCE: Final = 2
# Longer than a listing may take, so that two never ask for the same.
_LEASE_SECONDS: Final = ASK_SECONDS + 40

logger = structlog.get_logger(__name__)


class StickerSetRefresher:
    """The worker of the `delivery` role that lists sets anew. Any number may run."""

    def __init__(self, parts: StickerParts) -> None:
        """Asks through the parts' clients."""
        self._parts = parts
        bell = parts.log.wakeups.subscribe(STICKERS_TOPIC)
        claim = Claim(tables.CLAIM_SETS, tables.SECONDS_TO_NEXT_SET, _LEASE_SECONDS, AT_ONCE)
        self._due = ClaimedRows(parts.log.database, bell, claim, self._work_on)

    async def run(self) -> None:
        """List what is due until cancelled; what is cut short is claimed again by its lease."""
        await self._due.run()

    async def _work_on(self, row: asyncpg.Record) -> None:
        try:
            await self._list(row)
        except Unavailable:
            logger.warning("sticker_set_left_to_its_lease", sticker_set_id=str(row["id"]))
        except Exception as error:  # asked for again later: no fault is for ever
            logger.exception("sticker_set_broke", sticker_set_id=str(row["id"]))
            await postpone(self._parts, row["id"], RETRY_SECONDS, type(error).__name__)

    async def _list(self, row: asyncpg.Record) -> None:
        try:
            account = await self._parts.book.get(row["channel_account_id"])
            if not account.is_enabled:
                await postpone(self._parts, row["id"], DAY_SECONDS, "")
                return
            await list_anew(self._parts, account, row["id"], row["name"])
        except ProviderError as error:
            # It is stored with the set already.
            logger.info("sticker_set_not_listed", id=str(row["id"]), reason=error.reason)
        except Unavailable:
            raise
        except (ChannelAccountNotFound, HalfminuteError) as error:
            await postpone(self._parts, row["id"], DAY_SECONDS, error.code)
