"""The routes of reports."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency

from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.reports.board import Board
from halfminute.reports.queries import get_wallboard
from halfminute.reports.schemas import Wallboard


class WallboardController(Controller):
    """`/api/wallboard`. Needs `board` and `principal`."""

    path = "/api/wallboard"
    tags = ("reports",)

    @get("/", guards=[requires("report.read")])
    async def show(
        self, principal: NamedDependency[Principal], board: NamedDependency[Board]
    ) -> Wallboard:
        """The present picture; to be asked for once a second."""
        return await get_wallboard(board, principal)
