"""Plays of waiting for one agent, of transfers, and of whom of several a queue asks first."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.commands import (
    MarkAgentNotResponding,
    ReportStranded,
    WithdrawOffer,
)
from halfminute_engine.routing.errors import InvalidValue
from halfminute_engine.routing.events import (
    AgentRemoved,
    ConversationTransferred,
    ConversationWithdrawn,
    Event,
    OfferRefused,
)
from halfminute_engine.routing.explain import Verdict
from halfminute_engine.routing.queue_rules import AgentChoice
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    OfferNumber,
    Presence,
    QueueId,
    RefusalCause,
    Requirement,
    StrandedReason,
    WithdrawalReason,
    WrapUp,
    WrapUpKind,
)
from tests.halfminute_engine.routing.cast_of_play import (
    CAPACITY,
    accepted,
    agent,
    assigned,
    available,
    away,
    cancels,
    declined,
    elapsed,
    offers,
    presence,
    queue,
    queued,
    released,
    starts,
    transferred,
)
from tests.halfminute_engine.routing.play import SECOND, Play

C1 = ConversationId("c1")
PREFERENCE = "preference:c1"


@pytest.fixture
def play() -> Play:
    """Ann is on the phone; Bob is free."""
    play = Play().given(queue(), agent("ann"), agent("bob"))
    return play.given(assigned("call", "ann", "voice"), available("ann"), available("bob"))


def test_it_waits_for_its_agent_while_others_are_free(play: Play) -> None:
    with play:
        play >> queued("c1", preferred="ann", until=30) << starts(PREFERENCE, 30)
    with play.at(12):
        play >> released("call", "ann") << offers(1, "c1", "ann", at=12)
        play >> accepted(1) << cancels(PREFERENCE)


def test_an_agent_who_is_free_is_asked_at_once(play: Play) -> None:
    with play:
        play >> queued("c1", preferred="bob", until=30)
        play << offers(1, "c1", "bob", at=0)


def test_after_its_time_it_stands_in_line_with_its_old_key(play: Play) -> None:
    play.given(queued("c1", at=1, preferred="ann", until=30), away("bob"), queued("c2", at=2))
    with play.at(30):
        play >> elapsed(PREFERENCE)
        play >> available("bob") << offers(1, "c1", "bob", at=30)


def test_whose_agent_is_asked_first_goes_before_older_ones(play: Play) -> None:
    play.given(away("bob"), queued("old", at=0), queued("c1", at=5, preferred="ann", until=30))
    with play.at(12):
        play >> released("call", "ann") << offers(1, "c1", "ann", at=12)


def test_of_several_the_first_whose_kind_has_room_goes_first(play: Play) -> None:
    play.given(queued("c2", at=2, kind="voice", preferred="ann", until=30))
    play.given(queued("c3", at=4, preferred="ann", until=30))
    play.given(queued("c1", at=3, preferred="ann", until=30), assigned("c9", "ann"))
    with play.at(12):
        play >> released("call", "ann") << offers(1, "c1", "ann", at=12)
    assert play.router.explain(ConversationId("c3")).ahead_count == 0


@pytest.mark.parametrize(
    "gone",
    [
        presence("ann", Presence.OFFLINE),
        agent("ann", "sales"),
        agent("ann", capacity=Capacity(100, (("voice", 100),))),
    ],
)
def test_when_its_agent_is_gone_it_asks_others_at_once(play: Play, gone: Event) -> None:
    play.given(queued("c1", preferred="ann", until=30))
    with play.at(5):
        play >> gone << cancels(PREFERENCE) << offers(1, "c1", "bob", at=5)


def test_when_its_agent_is_removed_it_asks_others_at_once(play: Play) -> None:
    play.given(queued("c1", preferred="ann", until=30))
    with play.at(5):
        play >> AgentRemoved(AgentId("ann"))
        play << ReportStranded(ConversationId("call"), None, StrandedReason.AGENT_REMOVED)
        play << cancels(PREFERENCE) << offers(1, "c1", "bob", at=5)


@pytest.mark.parametrize("to", [Presence.BUSY, Presence.AWAY])
def test_it_waits_for_an_agent_who_is_not_available_for_now(play: Play, to: Presence) -> None:
    with play.given(queued("c1", preferred="ann", until=30)):
        play >> presence("ann", to)


@pytest.mark.parametrize(
    "wishes",
    [
        queued("c1", preferred="nobody", until=30),
        queued("c1", preferred="ann", until=0),
        queued("c1", preferred="ann", until=30, excluded=("ann",)),
        queued("c1", until=30),
    ],
)
def test_without_reason_to_wait_for_one_it_asks_all_at_once(play: Play, wishes: Event) -> None:
    with play:
        play >> wishes << offers(1, "c1", "bob", at=0)


def test_an_agent_who_lacks_the_skill_is_not_waited_for(play: Play) -> None:
    play.given(agent("bob", skills=(("ru", 1),)))
    with play:
        play >> queued("c1", preferred="ann", until=30, needs=(("ru", 1),))
        play << offers(1, "c1", "bob", at=0)


def test_who_declines_is_waited_for_no_more(play: Play) -> None:
    play.given(released("call", "ann"), queued("c1", preferred="ann", until=30))
    with play:
        play >> declined(1) << starts("exclusions:c1", 30)
        play << offers(2, "c1", "bob", at=0)


def test_time_that_ends_while_it_rings_lets_it_ring(play: Play) -> None:
    play.given(queued("c1", preferred="ann", until=15)).at(12).given(released("call", "ann"))
    with play.at(15):
        play >> elapsed(PREFERENCE)
        play >> away("ann")
        play << WithdrawOffer(
            OfferNumber(1), C1, AgentId("ann"), WithdrawalReason.AGENT_UNAVAILABLE
        )
        play << offers(2, "c1", "bob", at=15)


def test_an_agent_who_goes_during_a_pause_is_not_waited_for_after_it(play: Play) -> None:
    play.given(released("call", "ann"), queued("c1", preferred="ann", until=60))
    play.given(OfferRefused(OfferNumber(1), RefusalCause.CONVERSATION))
    play.given(presence("ann", Presence.OFFLINE))
    with play.at(5):
        play >> elapsed("conversation_pause:c1") << cancels(PREFERENCE)
        play << offers(2, "c1", "bob", at=5)


def test_who_leaves_is_waited_for_no_more(play: Play) -> None:
    play.given(queued("c1", preferred="ann", until=30))
    with play:
        play >> ConversationWithdrawn(C1, "left") << cancels(PREFERENCE)
        play >> released("call", "ann")


def test_others_are_told_whom_it_waits_for(play: Play) -> None:
    play.given(queued("c1", preferred="ann", until=30))
    explanation = play.router.explain(C1)
    verdicts = {item.agent_id: item.verdict for item in explanation.candidates}
    assert verdicts == {"ann": Verdict.FULL, "bob": Verdict.OTHER_AWAITED}
    assert explanation.awaited_until_us == 30 * SECOND


def test_a_transfer_to_a_queue_keeps_the_age_and_begins_its_clock() -> None:
    play = Play().given(queue(), queue("sales"), agent("ann"), agent("bob", "sales"))
    play.given(available("ann"), queued("c1", at=0, kind="voice"), accepted(1)).at(100)
    play.given(queued("c2", "sales", at=50), queued("c3", at=60))
    with play:
        play >> transferred("c1", "sales", at=100) << starts("exclusions:c1", 130)
        play << offers(2, "c3", "ann", at=100)
        play >> available("bob")
        play << offers(3, "c1", "bob", at=100, queue_id="sales", kind="voice")
    explanation = play.router.explain(C1)
    assert (explanation.queued_at_us, explanation.entered_at_us) == (0, 100 * SECOND)


def test_who_transferred_it_is_not_asked_while_there_are_others() -> None:
    play = Play().given(queue(), agent("ann"), available("ann"), queued("c1"), accepted(1))
    with play:
        play >> transferred("c1", at=0) << starts("exclusions:c1", 30)
    with play.at(30):
        play >> elapsed("exclusions:c1") << offers(2, "c1", "ann", at=30)


def test_a_transfer_may_ask_for_other_skills(play: Play) -> None:
    play.given(agent("bob", skills=(("ru", 1),)), released("call", "ann"))
    play.given(queued("c1"), accepted(1))
    with play:
        play >> transferred("c1", at=0, requirements=(Requirement("ru", 1),))
        play << starts("exclusions:c1", 30)
        play << offers(2, "c1", "bob", at=0)


def test_the_wrap_up_of_a_transfer_is_of_the_queue_it_leaves() -> None:
    play = Play().given(queue(wrap_up=WrapUp(WrapUpKind.FIXED, 9 * SECOND)), queue("sales"))
    play.given(agent("ann"), available("ann"), queued("c1"), accepted(1), agent("bob", "sales"))
    play.given(available("bob"))
    with play:
        play >> transferred("c1", "sales", at=0, needs_wrap_up=True)
        play << starts("wrap_up:c1:ann", 9) << starts("exclusions:c1", 30)
        play << offers(2, "c1", "bob", at=0, queue_id="sales")


def test_what_rings_is_taken_back_when_it_is_transferred(play: Play) -> None:
    play.given(queue("sales"), queued("c1", at=1), queued("c2", at=2))
    with play:
        play >> transferred("c1", "sales", at=0)
        play << WithdrawOffer(OfferNumber(1), C1, AgentId("bob"), WithdrawalReason.SUPERSEDED)
        play << starts("exclusions:c1", 30)
        play << offers(2, "c2", "bob", at=0)


def test_what_waits_is_transferred_out_of_its_line(play: Play) -> None:
    play.given(queue("sales"), away("bob"), queued("c1", at=1), queued("c2", at=2))
    with play:
        play >> transferred("c1", "sales", at=0)
        play >> available("bob") << offers(1, "c2", "bob", at=0)


def test_who_declined_may_be_asked_after_a_transfer(play: Play) -> None:
    play.given(queued("c1"), declined(1))
    with play.at(1):
        play >> transferred("c1", at=1) << cancels("exclusions:c1")
        play << offers(2, "c1", "bob", at=1)


def test_a_transfer_told_twice_is_heard_once(play: Play) -> None:
    play.given(queue("sales"), agent("eve", "sales"), available("eve"), queued("c1"), accepted(1))
    with play.at(1):
        play >> transferred("c1", "sales", at=1) << starts("exclusions:c1", 31)
        play << offers(2, "c1", "eve", at=1, queue_id="sales")
        play >> transferred("c1", "sales", at=1)
        play >> declined(2)
        play >> transferred("c1", "sales", at=1)


def test_a_direct_transfer_told_after_the_queueing_is_direct(play: Play) -> None:
    play.given(queued("c1", at=0), declined(1))
    with play.at(1):
        play >> transferred("c1", at=0, to="ann", until=60) << cancels("exclusions:c1")
        play << starts(PREFERENCE, 60)


def test_a_transfer_to_a_queue_that_is_gone_is_stranded(play: Play) -> None:
    play.given(away("bob"), queued("c1"))
    with play:
        play >> transferred("c1", "nowhere", at=0)
        play << ReportStranded(C1, QueueId("nowhere"), StrandedReason.QUEUE_REMOVED)


def test_a_transfer_of_what_is_not_here_changes_nothing(play: Play) -> None:
    with play:
        play >> transferred("c1", at=0)


@pytest.fixture
def direct(play: Play) -> Play:
    """Eve serves another queue, and has no skills; she is full."""
    play.given(queue("sales"), agent("eve", "sales"), assigned("c9", "eve", "voice"))
    return play.given(available("eve"), queued("c1", needs=()), accepted(1))


def test_a_transfer_to_an_agent_waits_for_its_room_whatever_its_queues(direct: Play) -> None:
    with direct:
        direct >> transferred("c1", at=0, to="eve", until=60)
        direct << starts("exclusions:c1", 30) << starts(PREFERENCE, 60)
        direct >> queued("c2") << offers(2, "c2", "bob", at=0)
    verdicts = {item.agent_id: item.verdict for item in direct.router.explain(C1).candidates}
    assert verdicts[AgentId("eve")] is Verdict.FULL
    with direct.at(9):
        direct >> released("c9", "eve") << offers(3, "c1", "eve", at=9)
        direct >> agent("eve", "sales", skills=(("ru", 1),))
        direct >> accepted(3) << cancels(PREFERENCE)
        direct << cancels("exclusions:c1")


def test_an_agent_who_does_not_answer_a_transfer_leaves_it_to_the_queue(direct: Play) -> None:
    direct.given(released("c9", "eve"), transferred("c1", at=0, to="eve", until=60))
    with direct.at(20):
        direct >> elapsed("offer:2")
        direct << WithdrawOffer(OfferNumber(2), C1, AgentId("eve"), WithdrawalReason.TIMED_OUT)
        direct << MarkAgentNotResponding(AgentId("eve"))
        direct >> released("call", "ann") << offers(3, "c1", "ann", at=20)


def test_after_its_time_a_transfer_to_an_agent_is_the_queues(direct: Play) -> None:
    direct.given(transferred("c1", at=0, to="eve", until=60), released("call", "ann"))
    with direct.at(60):
        direct >> elapsed(PREFERENCE) << offers(2, "c1", "ann", at=60)
        direct >> released("c9", "eve")


def test_an_exclusion_that_ends_meanwhile_does_not_end_the_waiting(direct: Play) -> None:
    direct.given(transferred("c1", at=0, to="eve", until=60))
    with direct.at(30):
        direct >> elapsed("exclusions:c1") << starts("exclusions:c1", 60)


def test_a_transfer_back_to_who_has_it_rings_there() -> None:
    play = Play().given(queue(), agent("ann"), available("ann"), queued("c1"), accepted(1))
    with play:
        play >> transferred("c1", at=0, to="ann", until=60)
        play << offers(2, "c1", "ann", at=0)


@pytest.mark.parametrize(("to", "until"), [("ann", None), (None, 5)])
def test_a_target_without_its_deadline_is_refused(to: str | None, until: float | None) -> None:
    with pytest.raises(InvalidValue, match="target_until_us"):
        transferred("c1", at=0, to=to, until=until)
    with pytest.raises(InvalidValue, match="transferred_at_us"):
        ConversationTransferred(C1, QueueId("support"), -1)


def skilled_house(choice: AgentChoice) -> Play:
    play = Play().given(queue(agent_choice=choice, rings=()))
    for number, level in enumerate((2, 5, 5, 3)):
        name = f"a{number}"
        skills = (("ru", level), ("tariffs", 6 - level))
        play.given(agent(name, skills=skills, capacity=CAPACITY)).at(number).given(available(name))
    return play


def test_the_best_skilled_is_asked_first_where_the_queue_says_so() -> None:
    with skilled_house(AgentChoice.BEST_SKILLED) as play:
        play >> queued("c1", needs=(("ru", 1),)) << offers(1, "c1", "a1", at=3)
        play >> queued("c2", needs=(("ru", 1),)) << offers(2, "c2", "a2", at=3)
        play >> queued("c3", needs=(("ru", 1),)) << offers(3, "c3", "a3", at=3)


def test_the_longest_idle_is_asked_first_where_it_does_not() -> None:
    with skilled_house(AgentChoice.LONGEST_IDLE) as play:
        play >> queued("c1", needs=(("ru", 1),)) << offers(1, "c1", "a0", at=3)


def test_levels_are_compared_all_together_and_told() -> None:
    play = skilled_house(AgentChoice.BEST_SKILLED).given(agent("a3", skills=(("ru", 3),)))
    play.given(queued("c1", needs=(("ru", 1), ("tariffs", 1))))
    explanation = play.router.explain(C1)
    assert explanation.agent_id == "a0"
    told = [(item.agent_id, item.level) for item in explanation.candidates]
    assert told == [("a1", 6), ("a2", 6), ("a0", 6), ("a3", 3)]


def test_who_knows_less_than_before_is_asked_later() -> None:
    play = Play().given(queue(agent_choice=AgentChoice.BEST_SKILLED))
    play.given(agent("a", skills=(("ru", 5),)), agent("b", skills=(("ru", 3),)))
    play.given(
        queued("c0", needs=(("ru", 1),)), ConversationWithdrawn(ConversationId("c0"), "left")
    )
    play.given(agent("a", skills=(("ru", 1),)), available("a"), available("b"))
    with play:
        play >> queued("c1", needs=(("ru", 1),)) << offers(1, "c1", "b", at=0)


def test_the_choice_changes_for_those_who_wait() -> None:
    play = Play().given(queue(), queued("c1", needs=(("ru", 1),)), agent("a"), agent("b"))
    play.given(queue(agent_choice=AgentChoice.BEST_SKILLED))
    play.given(agent("a", skills=(("ru", 1),)), agent("b", skills=(("ru", 2),)))
    with play.given(available("a"), declined(1), available("b")):
        play >> away("b")
        play << WithdrawOffer(OfferNumber(2), C1, AgentId("b"), WithdrawalReason.AGENT_UNAVAILABLE)
