"""The routes of sticker sets: what agents choose from, and what administrators make of it."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT

from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.stickers.actions.add_sticker_set import add_sticker_set
from halfminute.stickers.actions.refresh_sticker_set import refresh_sticker_set
from halfminute.stickers.actions.remove_sticker_set import remove_sticker_set
from halfminute.stickers.queries import list_sticker_sets
from halfminute.stickers.schemas import NewStickerSet, StickerSetView
from halfminute.stickers.types import StickerParts

_KNOWN = {
    HTTP_200_OK: ResponseSpec(
        StickerSetView, generate_examples=False, description="It was there: listed anew."
    )
}


class StickerSetController(Controller):
    """`/api/channel-accounts/{id}/sticker-sets`. Needs `database`, `stickers` and `principal`."""

    path = "/api/channel-accounts/{account_id:uuid}/sticker-sets"
    tags = ("stickers",)

    @get("/", guards=[requires("conversation.reply")])
    async def list_sets(
        self,
        account_id: FromPath[UUID],
        database: NamedDependency[Database],
        stickers: NamedDependency[StickerParts],
    ) -> list[StickerSetView]:
        """What agents may send by this account, set by set."""
        account = await stickers.book.find(account_id)
        if account is None:
            return []
        can_borrow = stickers.registry.get(account.kind).capabilities.can_borrow_stickers
        async with database.connection() as connection:
            return await list_sticker_sets(connection, account_id, can_borrow=can_borrow)

    @post("/", guards=[requires("channel.configure")], responses=_KNOWN)
    async def add(
        self,
        account_id: FromPath[UUID],
        data: JSONBody[NewStickerSet],
        principal: NamedDependency[Principal],
        stickers: NamedDependency[StickerParts],
    ) -> Response[StickerSetView]:
        """Add a set by its name or a link to it. One that is there is listed anew, with 200."""
        added = await add_sticker_set(stickers, principal, account_id, data.name)
        status = HTTP_201_CREATED if added.is_new else HTTP_200_OK
        return Response(added.view, status_code=status)

    @post(
        "/{set_id:uuid}/refresh",
        guards=[requires("channel.configure")],
        status_code=HTTP_200_OK,
    )
    async def refresh(
        self,
        account_id: FromPath[UUID],
        set_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        stickers: NamedDependency[StickerParts],
    ) -> StickerSetView:
        """List a set anew."""
        return await refresh_sticker_set(stickers, principal, account_id, set_id)

    @delete(
        "/{set_id:uuid}",
        guards=[requires("channel.configure")],
        status_code=HTTP_204_NO_CONTENT,
    )
    async def remove(
        self,
        account_id: FromPath[UUID],
        set_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        stickers: NamedDependency[StickerParts],
    ) -> None:
        """Take a set away; messages keep what they show of it."""
        await remove_sticker_set(stickers, principal, account_id, set_id)
