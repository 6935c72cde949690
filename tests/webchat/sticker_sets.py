"""Sets of stickers of another account's, without its provider."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from halfminute.files.keeping import claim_bytes, keep_bytes
from halfminute.kit.ids import new_id
from tests.files import samples
from tests.webchat.conftest import House


class AddedSet(NamedTuple):
    """A set with one sticker."""

    account_id: UUID
    set_id: UUID
    sticker_id: UUID
    file_id: UUID


async def add_set(house: House, name: str, title: str) -> AddedSet:
    """A set of another account's with one sticker that is here."""
    account_id = await house.add_widget()
    set_id, sticker_id, file_id = (new_id() for _ in range(3))
    stored = await keep_bytes(house.parts.database, house.parts.files, samples.picture("WEBP"))
    async with house.parts.database.transaction() as connection:
        await claim_bytes(connection, stored.storage_key)
    await house.execute(
        """
        insert into files (id, channel_account_id, state, media_type, size, storage_key, sha256)
        values ($1, $2, 'ready', 'image/webp', $3, $4, $5)
        """,
        file_id,
        account_id,
        stored.size,
        stored.storage_key,
        stored.sha256,
    )
    await house.execute(
        """
        insert into sticker_sets (id, channel_account_id, name, title, next_refresh_at)
        values ($1, $2, $3, $4, now() + interval '1 day')
        """,
        set_id,
        account_id,
        name,
        title,
    )
    await house.execute(
        """
        insert into stickers (id, sticker_set_id, external_key, position, format, emojis, file_id)
        values ($1, $2, 'key', 0, 'webp', '{😀}', $3)
        """,
        sticker_id,
        set_id,
        file_id,
    )
    return AddedSet(account_id, set_id, sticker_id, file_id)
