"""Laws that hold exactly on every path, whatever was drawn; each run is held to them.

They compare what was counted on two different ways: one by customers and one by agents, or one
here and one in the router. A run that breaks one has a fault, and none of its figures is told.
"""

from __future__ import annotations

from halfminute_engine.routing.plain import from_plain
from halfminute_engine.routing.state import Place, RouterState
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.simulation.agents import Activity, planned_us
from halfminute_engine.simulation.errors import BrokenLaw
from halfminute_engine.simulation.kernel import Kernel


def check_path(kernel: Kernel) -> None:
    """Raise `BrokenLaw` unless the run up to now keeps all laws. Every agent is settled."""
    for agent in kernel.agents.values():
        agent.settle(kernel.now_us)
    kernel.waiting.change(0, kernel.now_us)
    counters = [
        counters for kind in kernel.kinds for counters in kind.counters_by_interval.values()
    ]
    _check_conservation(kernel, counters)
    _check_littles_law(kernel, counters)
    _check_agents_time(kernel, counters)


def _check_conservation(kernel: Kernel, counters: list[ContactCounters]) -> None:
    """Offered = answered + abandoned + waiting, and the router has the very same in its places."""
    waiting = sum(customer.is_waiting for customer in kernel.customers.values())
    _require("offered - waits", sum(item.waiting for item in counters), waiting)
    _require("waiting", kernel.waiting.count, waiting)
    places = _places_in_router(kernel)
    _require(
        "in the router's lines", places.count(Place.WAITING) + places.count(Place.RINGING), waiting
    )
    talking = sum(agent.talking for agent in kernel.agents.values())
    _require("with agents in the router", places.count(Place.ASSIGNED), talking)
    wrapping_up = sum(agent.wrapping_up for agent in kernel.agents.values())
    _require("in wrap-up in the router", places.count(Place.WRAP_UP), wrapping_up)
    _require("customers", len(kernel.customers), waiting + talking + wrapping_up)


def _check_littles_law(kernel: Kernel, counters: list[ContactCounters]) -> None:
    """The integral of the number waiting = the sum of all times in line."""
    in_line_us = sum(item.waits.total_us for item in counters) + kernel.silent_us
    for customer in kernel.customers.values():
        if customer.is_waiting:
            in_line_us += kernel.now_us - customer.queued_at_us
    _require("Little's law: time in line", kernel.waiting.area_us, in_line_us)


def _check_agents_time(kernel: Kernel, counters: list[ContactCounters]) -> None:
    """Talk + hold + wrap-up = what agents held; planned + overrun = busy + idle + away."""
    handle_us = sum(item.handle_us for item in counters)
    for customer in kernel.customers.values():
        if not customer.is_waiting:
            handle_us += kernel.now_us - customer.answered_at_us
    agents = kernel.agents.values()
    _require("handle time", sum(agent.held_us for agent in agents), handle_us)
    if all(agent.kind.is_single for agent in agents):
        busy_us = sum(
            agent.spent_us[Activity.TALK] + agent.spent_us[Activity.WRAP_UP] for agent in agents
        )
        _require("busy time", busy_us, handle_us)
    planned = sum(
        planned_us(roster, 0, kernel.now_us, has_breaks=True) for roster in kernel.scenario.rosters
    )
    overrun_us = sum(agent.overrun_us for agent in agents)
    at_work_us = sum(sum(agent.spent_us[Activity.AWAY :]) for agent in agents)
    _require("agents' time", at_work_us, planned + overrun_us)


def _places_in_router(kernel: Kernel) -> list[Place]:
    state = from_plain(RouterState, kernel.router.snapshot()["state"])
    return [conversation.place for conversation in state.conversations.values()]


def _require(what: str, found: int, expected: int) -> None:
    if found != expected:
        raise BrokenLaw(f"{what}: {found}, and {expected} the other way")
