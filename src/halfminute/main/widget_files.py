"""Serves the built chat widget to the sites that show it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.datastructures import CacheControlHeader
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.status_codes import HTTP_304_NOT_MODIFIED

from halfminute.channels.accounts import AccountBook
from halfminute.channels.types import ChannelAccount
from halfminute.identity.guards import PUBLIC
from halfminute.kit.database import Database
from halfminute.main.built_web import FOR_EVER, FRESH, answer_file, built_directory, find_within
from halfminute.webchat.channel import KIND
from halfminute.webchat.errors import WidgetNotFound
from halfminute.webchat.loaders import OFF, Loaders, version_of
from halfminute.webchat.routes import provide_widget
from halfminute.webchat.settings import read_settings

# What sites load into their own pages. A browser compares the hash of a script with its `integrity`
# only where it may read the script (Fetch, CORS protocol); there is nothing in it of anybody.
_FOR_SITES: Final = {
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
}
_SCRIPT: Final = "text/javascript"
_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    # The colour of the site, as a property of the page.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob:",
    "media-src 'self'",
    "connect-src 'self'",
    # The preview shows the panel.
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
)


class WidgetFilesController(Controller):
    """`/widget/v1`. Needs `book`, `database` and `loaders`."""

    path = "/widget/v1"
    opt = PUBLIC
    include_in_schema = False
    dependencies = {  # noqa: RUF012 - Litestar declares it an instance's
        "widget": Provide(provide_widget)
    }

    @get("/{account_id:uuid}/loader.js")
    async def show_loader(
        self,
        account_id: FromPath[UUID],
        request: Request[Any, Any, Any],
        book: NamedDependency[AccountBook],
        loaders: NamedDependency[Loaders],
    ) -> Response[bytes]:
        """What a site puts into its pages: with the widget's settings as they are now."""
        account = await book.find(account_id)
        if account is None or account.kind != KIND:
            raise WidgetNotFound
        # A page whose chat is switched off is no page with an error.
        body = (
            await loaders.make_for(account.id, read_settings(account.settings))
            if account.is_enabled
            else OFF
        )
        return _answer_script(body, FRESH, request)

    @get("/{account_id:uuid}/{version:str}/loader.js")
    async def show_fixed_loader(
        self,
        account_id: FromPath[UUID],
        version: FromPath[str],
        database: NamedDependency[Database],
        loaders: NamedDependency[Loaders],
    ) -> Response[bytes]:
        """The bytes of a version, whatever was changed since: sites name their hash."""
        return _answer_script(await loaders.find_version(database, account_id, version), FOR_EVER)

    @get("/preview")
    async def show_preview(self) -> Response[bytes]:
        """A page with a widget on it whose settings the desk around it gives."""
        return await answer_file(built_directory("widget") / "preview.html", FRESH, _OURS)

    @get("/preview/panel")
    async def show_previewed_panel(self) -> Response[bytes]:
        """The chat's page, which asks the server for nothing and shows what it is told."""
        return await answer_file(built_directory("widget") / "panel.html", FRESH, _OURS)

    @get("/preview/loader.js")
    async def show_previewed_loader(self, loaders: NamedDependency[Loaders]) -> Response[bytes]:
        """The script, with the settings that the preview has at the moment."""
        return _answer_script(await loaders.make(b"globalThis.halfminutePreview"), FRESH)

    @get("/assets/{path:path}")
    async def show_asset(self, path: FromPath[str]) -> Response[bytes]:
        """What the panel's page loads."""
        return await answer_file(find_within(built_directory("widget") / "assets", path), FOR_EVER)

    @get("/{account_id:uuid}")
    async def show_panel(
        self, account_id: FromPath[UUID], widget: NamedDependency[ChannelAccount]
    ) -> Response[bytes]:
        """The chat's page, which only the sites of its settings may show in a frame."""
        del account_id
        return await answer_file(
            built_directory("widget") / "panel.html", FRESH, _policy_of(widget.settings)
        )


def _policy_of(settings: dict[str, Any]) -> dict[str, str]:
    return _framed_by(*read_settings(settings).origins)


def _framed_by(*sites: str) -> dict[str, str]:
    ancestors = " ".join(("frame-ancestors 'self'", *sites))
    return {"content-security-policy": "; ".join((*_POLICY, ancestors))}


_OURS: Final = _framed_by()


def _answer_script(
    body: bytes, cache: CacheControlHeader, request: Request[Any, Any, Any] | None = None
) -> Response[bytes]:
    """The script, or 304 to whoever says that they have this very one (RFC 9110, 13.1.2)."""
    seen = "" if request is None else request.headers.get("if-none-match", "")
    tag = f'"{version_of(body)}"'
    headers = {**_FOR_SITES, "cache-control": cache.to_header(), "etag": tag}
    if tag in seen:
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(body, media_type=_SCRIPT, headers=headers)
