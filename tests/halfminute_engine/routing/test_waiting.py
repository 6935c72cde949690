"""The lines and groups keep no more than they need, however much comes and goes."""

from __future__ import annotations

from halfminute_engine.routing.agents import SPARE_ENTRIES as SPARE_RANKS
from halfminute_engine.routing.events import ConversationWithdrawn
from halfminute_engine.routing.values import Capacity, ConversationId
from halfminute_engine.routing.waiting import SPARE_ENTRIES, SPARE_LINES
from tests.halfminute_engine.routing.cast_of_play import (
    agent,
    available,
    away,
    declined,
    offers,
    queue,
    queued,
)
from tests.halfminute_engine.routing.play import Play


def left(conversation_id: str) -> ConversationWithdrawn:
    return ConversationWithdrawn(ConversationId(conversation_id), "left")


def test_those_who_left_the_middle_of_a_line_are_forgotten() -> None:
    play = Play().given(queue(), *[queued(f"c{number}", at=number) for number in range(1_000)])
    play.given(*[left(f"c{number}") for number in range(1, 999)])
    (line,) = play.router._floor.matching._lines.by_index.values()
    (part,) = line.parts.values()
    assert len(part.entries) <= SPARE_ENTRIES + 2 * 2 + 1
    with play.given(agent("ann")):
        play >> available("ann") << offers(1, "c0", "ann", at=0)


def test_a_part_for_declined_conversations_ends_with_them() -> None:
    play = Play().given(queue(), agent("ann", capacity=Capacity(100, (("chat", 0),))))
    play.given(available("ann"))
    for number in range(1, 10):
        play.given(queued(f"c{number}"), declined(number))
    (line,) = play.router._floor.matching._lines.by_index.values()
    assert list(line.parts) == [("ann",)]
    play.given(*[left(f"c{number}") for number in range(1, 10)])
    assert not line.parts


def test_lines_for_requirements_that_nobody_has_any_more_are_closed() -> None:
    play = Play().given(queue(), agent("ann"))
    for number in range(SPARE_LINES + 500):
        play.given(queued(f"c{number}", needs=((f"skill-{number}", 1),)), left(f"c{number}"))
    assert len(play.router._floor.matching._lines.by_index) <= SPARE_LINES


def test_an_agent_who_comes_and_goes_leaves_no_trail() -> None:
    play = Play().given(queue(), agent("ann"), agent("bob"), available("bob"))
    for second in range(1_000):
        play.at(second).given(available("ann"), away("ann"))
    (group,) = play.router._floor.matching._groups.by_index.values()
    assert len(group.entries) <= SPARE_RANKS + 2 * 2 + 1


def test_a_group_without_members_is_closed_and_its_index_used_again() -> None:
    play = Play().given(queue(), queued("c0"), agent("ann", "sales"))
    for number in range(50):
        play.given(agent("ann", skills=((f"skill-{number}", 1),)))
    groups = play.router._floor.matching._groups
    assert len(groups.by_index) == 1
    assert len(groups.firsts) <= 2
    with play:
        play >> available("ann") << offers(1, "c0", "ann", at=0)
