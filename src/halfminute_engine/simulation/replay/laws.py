"""What holds at any moment of a replay; one that broke it would tell no figure."""

from __future__ import annotations

from collections import Counter

from halfminute_engine.routing.plain import from_plain
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.state import Place, RouterState
from halfminute_engine.simulation.errors import BrokenLaw
from halfminute_engine.simulation.replay.progress import Stage


def check_places(router: Router, stages: Counter[Stage]) -> None:
    """The router has as many waiting, with agents and in wrap-up as there are. Raises BrokenLaw."""
    state = from_plain(RouterState, router.snapshot()["state"])
    places = Counter(conversation.place for conversation in state.conversations.values())
    _require("waiting", places[Place.WAITING] + places[Place.RINGING], stages[Stage.WAITING])
    _require("with agents", places[Place.ASSIGNED], stages[Stage.TALK])
    _require("in wrap-up", places[Place.WRAP_UP], stages[Stage.WRAP_UP])


def _require(what: str, in_router: int, found: int) -> None:
    if in_router != found:
        raise BrokenLaw(f"{what}: {in_router} in the router, and {found} by the replay")
