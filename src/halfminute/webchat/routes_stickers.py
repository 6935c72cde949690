"""The stickers that a widget offers its visitors. They are every visitor's, so nobody need begin a
visit to look at them."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency

from halfminute.channels.types import ChannelAccount
from halfminute.files.addresses import MediaAddresses
from halfminute.files.queries import map_shown_files
from halfminute.kit.database import Database
from halfminute.kit.http.context import current_request
from halfminute.stickers.queries import list_named_sets
from halfminute.webchat.limits import VisitorLimits
from halfminute.webchat.routes import VisitorController
from halfminute.webchat.routes_files import address_of
from halfminute.webchat.schemas import OfferedStickers
from halfminute.webchat.settings import read_settings


class WebchatStickerController(VisitorController):
    """Below it `/stickers`. Needs also `addresses` and `visitor_limits`."""

    path = f"{VisitorController.path}/stickers"

    @get("/")
    async def list_stickers(
        self,
        widget: NamedDependency[ChannelAccount],
        database: NamedDependency[Database],
        addresses: NamedDependency[MediaAddresses],
        visitor_limits: NamedDependency[VisitorLimits],
    ) -> OfferedStickers:
        """What can be chosen, set by set; a file without an address is not here yet."""
        visitor_limits.stickers.take(current_request().ip or "")
        async with database.connection() as connection:
            sets = await list_named_sets(connection, read_settings(widget.settings).sticker_sets)
            file_ids = [
                file_id
                for each in sets
                for sticker in each.stickers
                for file_id in (sticker.file_id, sticker.thumbnail_file_id)
                if file_id is not None
            ]
            files = await map_shown_files(connection, file_ids)
        ready = [file for file in files.values() if file.state == "ready"]
        return OfferedStickers(
            sets=sets, addresses={file.id: address_of(addresses, file) for file in ready}
        )
