"""Serves the built chat widget to the sites that show it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from halfminute.channels.types import ChannelAccount
from halfminute.identity.guards import PUBLIC
from halfminute.main.built_web import FOR_EVER, FRESH, answer_file, built_directory, find_within
from halfminute.webchat.routes import provide_widget
from halfminute.webchat.settings import read_settings

# What sites load into their own pages.
_FOR_SITES: Final = {"cross-origin-resource-policy": "cross-origin"}
_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    # The colour of the site, as a property of the page.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
)


class WidgetFilesController(Controller):
    """`/widget/v1`. Needs `book`."""

    path = "/widget/v1"
    opt = PUBLIC
    include_in_schema = False
    dependencies = {  # noqa: RUF012 - Litestar declares it an instance's
        "widget": Provide(provide_widget)
    }

    @get("/loader.js")
    async def show_loader(self) -> Response[bytes]:
        """What a site puts into its pages."""
        return await answer_file(built_directory("widget") / "loader.js", FRESH, _FOR_SITES)

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
    sites = " ".join(("'self'", *read_settings(settings).origins))
    return {"content-security-policy": "; ".join((*_POLICY, f"frame-ancestors {sites}"))}
