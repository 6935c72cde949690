"""What a waiting customer is told: the place, and how long it may take."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.errors import UnknownConversation
from halfminute_engine.routing.events import ConversationWithdrawn
from halfminute_engine.routing.expected_wait import ExpectedWait, WaitRange
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.values import ConversationId
from tests.halfminute_engine.routing.cast_of_play import (
    accepted,
    agent,
    assigned,
    available,
    away,
    queue,
    queued,
    released,
)
from tests.halfminute_engine.routing.play import SECOND, Play

HANDLING_SECONDS = 100
LEARNT = 40


def expected(play: Play, conversation_id: str) -> ExpectedWait:
    found = play.router.forecast(play.now_us).expect(ConversationId(conversation_id))
    assert found is not None
    return found


def range_of(play: Play, conversation_id: str) -> WaitRange:
    found = expected(play, conversation_id).range
    assert found is not None
    return found


def practised(*agent_ids: str, rings: float = 0) -> Play:
    """Agents at work, all of them with a call since just now; each has ended 40 calls before."""
    play = Play().given(queue())
    number, now = 0, 0.0
    for name in agent_ids:
        play.given(agent(name))
        for _ in range(LEARNT):
            number += 1
            play.at(now).given(available(name), queued(f"old{number}", kind="voice", at=now))
            play.at(now + rings).given(accepted(number))
            now += rings + HANDLING_SECONDS
            play.at(now).given(released(f"old{number}", name), away(name))
    for name in agent_ids:
        number += 1
        play.given(available(name), queued(f"now{number}", kind="voice", at=now), accepted(number))
    return play


def wait(play: Play, *conversation_ids: str, credit_seconds: int = 0) -> Play:
    now = play.now_us / SECOND
    for name in conversation_ids:
        play.given(queued(name, kind="voice", at=now, credit_seconds=credit_seconds))
    return play


def test_the_place_counts_whom_the_same_agents_could_take() -> None:
    play = Play().given(queue(), queue("sales"), queue("far"))
    play.given(agent("ann", "support", "sales"), agent("eve", "far"))
    play.given(queued("f", "far", at=0), queued("s", "sales", at=1), queued("c1", at=2))
    play.given(queued("c2", at=3), queued("urgent", at=4, credit_seconds=60))
    assert expected(play, "urgent").position == 1
    assert expected(play, "s").position == 2
    assert expected(play, "c1").position == 3
    assert expected(play, "c2").position == 4
    assert expected(play, "f").position == 1


def test_where_nobody_is_able_it_has_a_place_among_its_like() -> None:
    play = Play().given(queue(), queue("sales"), queued("s", "sales", at=0))
    play.given(queued("c1", at=1), queued("c2", at=2))
    assert [expected(play, name).position for name in ("s", "c1", "c2")] == [1, 1, 2]


def test_of_what_does_not_wait_there_is_nothing_to_tell() -> None:
    play = Play().given(queue(), agent("ann"), available("ann"), queued("c1"), accepted(1))
    forecast = play.router.forecast()
    assert forecast.expect(ConversationId("c1")) is None
    with pytest.raises(UnknownConversation):
        forecast.expect(ConversationId("c2"))


def test_what_rings_is_at_its_turn() -> None:
    play = practised("ann").given(agent("bob"), available("bob"))
    assert expected(wait(play, "c1"), "c1") == ExpectedWait(1, None)


def test_nothing_is_told_of_a_time_of_which_nothing_is_known() -> None:
    play = wait(Play().given(queue(), agent("ann"), available("ann")), "c1", "c2")
    play.given(accepted(1))
    assert expected(play, "c2") == ExpectedWait(1, None)
    assert expected(wait(practised("ann").given(away("ann")), "c1"), "c1").range is None
    restored = Router.restore(wait(practised("ann"), "c1").router.snapshot())
    assert restored.forecast(0).expect(ConversationId("c1")) == ExpectedWait(1, None)


def test_the_wait_is_as_long_as_rooms_take_to_come_free() -> None:
    play = wait(practised("ann", "bob"), "c1", "c2", "c3", "c4")
    first, last = range_of(play, "c1"), range_of(play, "c4")
    assert first.low_seconds < first.median_seconds < first.high_seconds
    assert first.low_seconds < HANDLING_SECONDS / 2 < first.high_seconds
    assert last.low_seconds < 4 * HANDLING_SECONDS / 2 < last.high_seconds
    assert last.median_seconds == pytest.approx(4 * HANDLING_SECONDS / 2, rel=0.15)


def test_twice_the_agents_halve_it() -> None:
    two = range_of(wait(practised("ann", "bob"), "c1", "c2"), "c2")
    four = range_of(wait(practised("ann", "bob", "eve", "joe"), "c1", "c2"), "c2")
    assert four.high_seconds < 0.65 * two.high_seconds


def test_ringing_takes_its_time_too() -> None:
    at_once = range_of(wait(practised("ann", "bob"), "c1", "c2"), "c2")
    slow = range_of(wait(practised("ann", "bob", rings=15), "c1", "c2"), "c2")
    assert slow.median_seconds > at_once.median_seconds + 25


def test_those_who_leave_shorten_it() -> None:
    names = [f"c{number}" for number in range(20)]
    patient = wait(practised("ann", "bob"), *names)
    before = range_of(patient, "c19")
    impatient = practised("ann", "bob")
    for number in range(20):
        name = f"left{number}"
        wait(impatient, name).at(impatient.now_us / SECOND + 50)
        impatient.given(ConversationWithdrawn(ConversationId(name), "left"))
    after = range_of(wait(impatient, *names), "c19")
    assert after.median_seconds < 0.7 * before.median_seconds


def test_those_who_come_and_overtake_lengthen_it() -> None:
    play = practised("ann", "bob")
    before = range_of(wait(play, "c1"), "c1")
    for number in range(6):
        play.at(play.now_us / SECOND + 60)
        urgent = f"urgent{number}"
        wait(play, urgent, credit_seconds=10_000)
        play.given(ConversationWithdrawn(ConversationId(urgent), "answered elsewhere"))
    after = range_of(play, "c1")
    assert after.median_seconds > 1.5 * before.median_seconds


@pytest.mark.parametrize(("own", "shared"), [("ann", "bob"), ("bob", "ann")])
def test_an_agent_of_its_own_alone_decides_where_others_have_a_long_line(
    own: str, shared: str
) -> None:
    play = practised("ann", "bob").given(queue("sales"), agent(shared, "support", "sales"))
    names = [f"c{number}" for number in range(12)]
    alone = wait(practised("ann", "bob"), *names)
    play.given(agent(own, "sales"))
    now = play.now_us / SECOND
    wait(play, *names)
    play.given(queued("s1", "sales", kind="voice", at=now))
    assert expected(play, "s1").position == 1 + len(names)
    assert range_of(play, "s1").median_seconds < 0.3 * range_of(alone, "c11").median_seconds


def test_who_waits_for_one_agent_waits_for_its_room() -> None:
    play = practised("ann", "bob", "eve")
    now = play.now_us / SECOND
    play.given(queued("c1", kind="voice", at=now, preferred="ann", until=now + 900))
    found = range_of(play, "c1")
    assert found.low_seconds < HANDLING_SECONDS < found.high_seconds


def test_small_rooms_are_parts_of_a_large_one() -> None:
    play = practised("ann")
    now = play.now_us / SECOND
    chat = range_of(play.given(queued("chat", at=now)), "chat")
    call = range_of(wait(practised("ann"), "c1"), "c1")
    assert chat.median_seconds < call.median_seconds / 2


def test_asking_changes_nothing() -> None:
    play = wait(practised("ann", "bob"), "c1", "c2")
    before = play.router.snapshot()
    first = expected(play, "c2")
    assert expected(play, "c2") == first
    assert play.router.snapshot() == before


def test_what_is_taken_without_an_offer_takes_room_as_well() -> None:
    play = practised("ann", "bob").given(agent("eve"), available("eve"))
    before = range_of(wait(practised("ann", "bob"), "c1", "c2"), "c2")
    play.given(assigned("pulled", "eve", "voice"))
    assert range_of(wait(play, "c1", "c2"), "c2").median_seconds < before.median_seconds
