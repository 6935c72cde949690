"""Single things that happen in a simulated centre, each with its effect on the figures."""

from __future__ import annotations

from dataclasses import replace

from halfminute_engine.routing.values import Capacity
from halfminute_engine.simulation.agents import Activity
from halfminute_engine.simulation.scenario import (
    HOUR_US,
    NEVER,
    AgentTemplate,
    Period,
    Scenario,
    SimulatedRoster,
)
from halfminute_engine.simulation.simulate import simulate
from halfminute_engine.simulation.variates import Constant, Exponential
from tests.halfminute_engine.simulation.centres import (
    CALLS,
    call_centre,
    kernel_of,
    seconds,
    seeded,
)


def with_class(scenario: Scenario, **changes: object) -> Scenario:
    (calls,) = scenario.classes
    return replace(scenario, classes=(replace(calls, **changes),))  # type: ignore[arg-type]


def with_template(scenario: Scenario, **changes: object) -> Scenario:
    (roster,) = scenario.rosters
    template = replace(roster.template, **changes)  # type: ignore[arg-type]
    return replace(scenario, rosters=(replace(roster, template=template),))


def test_who_leaves_silently_costs_an_agent_time_and_counts_by_when_they_left() -> None:
    """Nobody works in the first half hour, so all who came by then have left without a word."""
    scenario = with_class(
        call_centre(patience=Constant(seconds(10)), hours=1),
        silent_ratio=1.0,
        silence_check=Constant(seconds(5)),
    )
    (roster,) = scenario.rosters
    late = replace(roster, periods=((Period(HOUR_US // 2, HOUR_US),),))
    scenario = replace(scenario, rosters=(late,))
    total = simulate(scenario, seeded(1)).total
    early = simulate(scenario, seeded(1)).by_interval[0]
    assert early.abandoned.count == early.offered > 5
    assert early.abandoned.longest_us == seconds(10)
    assert early.answered.count == 0
    assert early.talk_us == early.offered * seconds(5)
    assert total.solved.count == total.handled - total.abandoned.count


def test_who_leaves_aloud_costs_no_agent_any_time() -> None:
    scenario = call_centre(patience=Constant(seconds(10)), arrivals_per_hour=90.0, hours=2)
    total = simulate(scenario, seeded(1)).total
    assert total.abandoned.count > 20
    assert total.abandoned.longest_us == seconds(10)
    assert total.handled <= total.answered.count


def test_an_agent_who_does_not_answer_is_away_and_comes_back() -> None:
    scenario = with_template(
        call_centre(servers=2, arrivals_per_hour=60.0, hours=6),
        no_answer_ratio=0.4,
        return_after=Constant(seconds(50)),
    )
    result = simulate(scenario, seeded(2))
    assert result.agents.away_us > 20 * seconds(50)
    # The first ring out of 30 seconds is a wait like any other.
    assert result.total.answered.longest_us >= seconds(30)


def test_everybody_answers_where_nobody_fails_to() -> None:
    result = simulate(call_centre(servers=2, arrivals_per_hour=20.0), seeded(2))
    assert result.agents.away_us == 0


def test_ringing_is_waiting() -> None:
    scenario = call_centre(servers=20, accept_delay=Constant(seconds(4)))
    total = simulate(scenario, seeded(3)).total
    assert total.answered.longest_us == seconds(4)
    assert total.answered.total_us == seconds(4) * total.answered.count


def test_who_leaves_while_it_rings_frees_the_agent() -> None:
    scenario = call_centre(
        servers=20, accept_delay=Constant(seconds(9)), patience=Constant(seconds(5))
    )
    result = simulate(scenario, seeded(3))
    assert result.total.abandoned.count == result.total.offered - result.total.waiting
    assert result.agents.busy_us == 0


def test_a_shift_that_ends_in_a_conversation_is_overrun() -> None:
    scenario = call_centre(arrivals_per_hour=600.0, talk=Constant(seconds(1_000)), hours=2)
    (roster,) = scenario.rosters
    hour = replace(roster, periods=((Period(0, HOUR_US),),))
    kernel = kernel_of(replace(scenario, rosters=(hour,)))
    kernel.advance(2 * HOUR_US)
    (agent,) = kernel.agents.values()
    first_us = agent.spent_us[Activity.IDLE]
    # Four conversations of 1,000 s begin in the hour; the last one ends when they are over.
    assert agent.overrun_us == first_us + seconds(4_000) - HOUR_US


def test_several_chats_at_once_share_an_agents_time() -> None:
    scenario = with_class(call_centre(arrivals_per_hour=400.0), channel_kind="chat")
    scenario = with_template(scenario, capacity=Capacity(100, (("chat", 34),)))
    result = simulate(scenario, seeded(4))
    assert 1.5 < result.agents.handle_us / result.agents.busy_us <= 2
    (chats,) = result.classes
    assert chats.floor_us_each == seconds(100) / 2


def test_a_warm_up_is_left_out() -> None:
    whole = simulate(call_centre(hours=10), seeded(5))
    late = simulate(call_centre(hours=10, warm_up_hours=4), seeded(5))
    assert late.command_hash == whole.command_hash
    assert set(late.by_interval) == {number for number in whole.by_interval if number >= 8}
    assert late.planned_agent_us == 6 * HOUR_US
    agents = late.agents
    assert agents.busy_us + agents.idle_us + agents.away_us == 6 * HOUR_US


def test_intervals_of_confidence_are_for_steady_scenarios_alone() -> None:
    steady = call_centre(hours=20)
    changing = replace(steady, streams=(replace(steady.streams[0], rates_per_hour=(20.0, 40.0)),))
    waits = [
        simulate(scenario, seeded(6)).estimate(
            lambda counters: counters.waits.total_us, lambda counters: counters.offered
        )
        for scenario in (steady, changing)
    ]
    assert waits[0] is not None
    assert waits[1] is None


def test_a_centre_where_nobody_works_answers_nobody() -> None:
    template = AgentTemplate("nobody", (CALLS,))
    scenario = replace(call_centre(patience=NEVER), rosters=(SimulatedRoster(template, ()),))
    total = simulate(scenario, seeded(7)).total
    assert total.waiting == total.offered > 0


def test_a_queues_wrap_up_is_the_agents_time() -> None:
    for wrap_up in (Constant(seconds(30)), Exponential(seconds(30))):
        total = simulate(call_centre(wrap_up=wrap_up, hours=20), seeded(8)).total
        assert 20 < total.wrap_up_us / total.handled / seconds(1) < 40
