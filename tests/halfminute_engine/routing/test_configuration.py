"""Plays of queues and agents that come, change and go, and of what arrives meanwhile."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.commands import ReportStranded, WithdrawOffer
from halfminute_engine.routing.errors import InvalidValue
from halfminute_engine.routing.events import (
    AgentConfigured,
    AgentRemoved,
    ConversationQueued,
    ConversationWithdrawn,
    QueueConfigured,
    QueueRemoved,
)
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    OfferNumber,
    QueueId,
    StrandedReason,
    Timer,
    TimerId,
    WithdrawalReason,
    WrapUp,
    WrapUpKind,
)
from tests.halfminute_engine.routing.cast_of_play import (
    SUPPORT,
    accepted,
    agent,
    assigned,
    available,
    away,
    declined,
    elapsed,
    offers,
    queue,
    queued,
    released,
    starts,
)
from tests.halfminute_engine.routing.play import Play


@pytest.fixture
def play() -> Play:
    return Play().given(queue(), agent("ann"))


def stranded(conversation_id: str, queue_id: str | None, reason: StrandedReason) -> ReportStranded:
    return ReportStranded(
        ConversationId(conversation_id), None if queue_id is None else QueueId(queue_id), reason
    )


def test_a_conversation_for_an_unknown_queue_is_stranded(play: Play) -> None:
    with play:
        play >> queued("c1", "sales") << stranded("c1", "sales", StrandedReason.QUEUE_UNKNOWN)
        play >> queued("c1") >> available("ann") << offers(1, "c1", "ann", at=0)


def test_what_waits_in_a_removed_queue_is_stranded_in_its_order(play: Play) -> None:
    play.given(queued("c3", at=3), queued("c1", at=1), queued("c2", at=2, needs=(("ru", 1),)))
    with play:
        play >> QueueRemoved(SUPPORT)
        for name in ("c1", "c2", "c3"):
            play << stranded(name, "support", StrandedReason.QUEUE_REMOVED)
        play >> QueueRemoved(SUPPORT)
        play >> available("ann")


def test_a_removed_agent_leaves_nothing_behind(play: Play) -> None:
    play.given(assigned("c1", "ann", "email"), available("ann"), queued("c2"), agent("bob"))
    with play.given(accepted(1), queued("c3")):
        play >> AgentRemoved(AgentId("ann"))
        play << WithdrawOffer(
            OfferNumber(2), ConversationId("c3"), AgentId("ann"), WithdrawalReason.AGENT_UNAVAILABLE
        )
        play << stranded("c1", None, StrandedReason.AGENT_REMOVED)
        play << stranded("c2", "support", StrandedReason.AGENT_REMOVED)
        play >> AgentRemoved(AgentId("ann"))
        play >> available("bob") << offers(3, "c3", "bob", at=0)


@pytest.mark.parametrize("gone", [AgentRemoved(AgentId("ann")), agent("ann", "sales")])
def test_an_agent_who_has_gone_elsewhere_is_not_asked(
    play: Play, gone: AgentRemoved | AgentConfigured
) -> None:
    play.given(agent("bob"), available("ann"), available("bob"))
    with play:
        play >> gone
        play >> queued("c1") << offers(1, "c1", "bob", at=0)


def test_an_agent_is_offline_until_its_presence_is_told(play: Play) -> None:
    with play:
        play >> queued("c1")
        play >> available("nobody")


def test_a_new_queue_or_skill_brings_the_work_that_waited_for_it(play: Play) -> None:
    play.given(queue("sales"), available("ann"))
    play.given(queued("c1", "sales", needs=(("ru", 3),)))
    with play:
        play >> agent("ann", "support", "sales", skills=(("ru", 2),))
        play >> agent("ann", "support", "sales", skills=(("ru", 3),))
        play << offers(1, "c1", "ann", at=0, queue_id="sales")


def test_a_greater_capacity_brings_more_work(play: Play) -> None:
    play.given(agent("ann", capacity=Capacity(100, (("chat", 60),))), available("ann"))
    play.given(queued("c1"), accepted(1), queued("c2"))
    with play:
        play >> agent("ann", capacity=Capacity(100, (("chat", 50),)))
        play << offers(2, "c2", "ann", at=0)


def test_small_work_goes_where_great_work_has_no_room(play: Play) -> None:
    play.given(available("ann"), queued("c1"), accepted(1))
    with play:
        play >> queued("call", kind="voice", at=-0.0)
        play >> queued("mail", kind="email", at=9)
        play << offers(2, "mail", "ann", at=0, kind="email")


def test_a_kind_without_a_weight_is_never_offered(play: Play) -> None:
    with play.given(available("ann")):
        play >> queued("fax", kind="fax")


def test_a_credit_counts_as_time_waited(play: Play) -> None:
    play.given(queue("gold", credit_seconds=60), agent("ann", "support", "gold"))
    play.given(queued("plain", at=10), queued("vip", at=80, credit_seconds=71))
    with play.given(queued("gold", "gold", at=68)):
        play >> available("ann")
        play << offers(1, "gold", "ann", at=0, queue_id="gold")
        play >> accepted(1)
        play << offers(2, "vip", "ann", at=0)


def test_new_settings_hold_from_the_next_offer_on(play: Play) -> None:
    play.given(available("ann"), queued("c1"), queued("c2"))
    play.given(QueueConfigured(SUPPORT, 5_000_000))
    assert play.router.pending_timers() == [Timer(TimerId("offer:1"), 20_000_000)]
    play.given(accepted(1))
    assert play.router.pending_timers() == [Timer(TimerId("offer:2"), 5_000_000)]


def test_the_preferred_agent_is_asked_first_if_free() -> None:
    play = Play().given(queue(), agent("ann"), agent("bob"), available("ann"), available("bob"))
    with play:
        play >> queued("c1", preferred="bob") << offers(1, "c1", "bob", at=0)
        play >> queued("c2", preferred="bob") << offers(2, "c2", "ann", at=0)


def test_the_least_loaded_is_asked_before_the_longest_idle() -> None:
    play = Play().given(queue(), agent("ann"), agent("bob"), assigned("c0", "ann"))
    play.at(1).given(available("ann")).at(2).given(available("bob"))
    with play:
        play >> queued("c1") << offers(1, "c1", "bob", at=2)


def test_idle_time_begins_when_load_falls() -> None:
    play = Play().given(queue(), agent("ann"), agent("bob"), assigned("c0", "ann"))
    play.given(available("ann"), available("bob")).at(1).given(released("c0", "ann"))
    with play:
        play >> queued("c1") << offers(1, "c1", "bob", at=1)


def test_the_longest_idle_is_asked_first() -> None:
    play = Play().given(queue(), agent("ann"), agent("bob"), assigned("c0", "bob"))
    play.given(available("ann"), available("bob")).at(1).given(released("c0", "bob"))
    with play:
        play >> queued("c1") << offers(1, "c1", "ann", at=1)
        play >> away("ann")
        play << WithdrawOffer(
            OfferNumber(1), ConversationId("c1"), AgentId("ann"), WithdrawalReason.AGENT_UNAVAILABLE
        )
        play << offers(2, "c1", "bob", at=1)
        play >> available("ann")
        play >> declined(2) << starts("exclusions:c1", 31)
        play << offers(3, "c1", "ann", at=1)


@pytest.mark.parametrize(
    "event",
    [
        AgentRemoved(AgentId("x")),
        QueueRemoved(QueueId("x")),
        ConversationWithdrawn(ConversationId("x"), "left"),
        elapsed("offer:1"),
        elapsed("nonsense"),
        available("x"),
        assigned("x", "x"),
    ],
)
def test_what_is_unknown_changes_nothing(play: Play, event: ConversationWithdrawn) -> None:
    play.given(queued("c1"))
    before = play.router.snapshot()
    with play:
        play >> event
    assert play.router.snapshot() == before


@pytest.mark.parametrize(
    "build",
    [
        lambda: QueueConfigured(SUPPORT, 0),
        lambda: QueueConfigured(QueueId(""), 1),
        lambda: WrapUp(WrapUpKind.FIXED, -1),
        lambda: Capacity(0),
        lambda: Capacity(100, (("chat", -1),)),
        lambda: Capacity(100, (("chat", 1), ("chat", 2))),
        lambda: agent("ann", "q", "q"),
        lambda: agent("ann", skills=(("ru", 1), ("ru", 2))),
        lambda: queued("c1", needs=(("ru", 1), ("ru", 2))),
        lambda: ConversationQueued(ConversationId("c"), SUPPORT, "chat", -1),
    ],
)
def test_values_out_of_range_are_refused(build: object) -> None:
    assert callable(build)
    with pytest.raises(InvalidValue):
        build()
