"""What the router says of itself when it is asked why."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.errors import UnknownConversation
from halfminute_engine.routing.events import OfferRefused
from halfminute_engine.routing.explain import Verdict
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.state import Place
from halfminute_engine.routing.values import Capacity, ConversationId, OfferNumber, RefusalCause
from tests.halfminute_engine.routing.cast_of_play import (
    accepted,
    agent,
    assigned,
    available,
    away,
    declined,
    elapsed,
    overflow,
    queue,
    queued,
    ring,
)
from tests.halfminute_engine.routing.play import SECOND, Play

C1 = ConversationId("c1")


def verdicts(router: Router, conversation_id: ConversationId = C1) -> list[tuple[str, Verdict]]:
    candidates = router.explain(conversation_id).candidates
    return [(candidate.agent_id, candidate.verdict) for candidate in candidates]


def test_each_member_has_the_first_reason_why_it_is_not_asked() -> None:
    skilled = (("ru", 2),)
    play = Play().given(queue(), agent("stranger", "sales"))
    for name in ("full", "away", "excluded", "declined", "busy"):
        play.given(agent(name, skills=skilled))
    play.given(agent("novice", skills=(("ru", 1),)), agent("mail", capacity=Capacity(100, ())))
    play.given(available("declined"))
    play.given(queued("c1", needs=skilled, excluded=("excluded",)), declined(1))
    play.given(assigned("c9", "full", "voice"), available("full"), away("away"))
    play.given(available("excluded"), available("novice"), available("mail"), away("declined"))
    play.given(queued("c2", preferred="busy", excluded=("excluded", "novice")))
    told = dict(verdicts(play.router))
    assert told == {
        "full": Verdict.FULL,
        "away": Verdict.NOT_AVAILABLE,
        "excluded": Verdict.EXCLUDED,
        "declined": Verdict.DECLINED,
        "busy": Verdict.NOT_AVAILABLE,
        "novice": Verdict.SKILL_LACKING,
        "mail": Verdict.KIND_NOT_TAKEN,
    }


def test_what_rings_tells_at_whom_and_who_would_be_next() -> None:
    play = Play().given(queue(is_pull_allowed=True), agent("ann"), agent("bob"), agent("eve"))
    play.given(available("ann"), queued("c1"), available("eve"), available("bob"))
    explanation = play.router.explain(C1)
    assert (explanation.place, explanation.agent_id) == (Place.RINGING, "ann")
    assert explanation.offer_number == 1
    assert explanation.is_pull_allowed
    assert verdicts(play.router) == [
        ("bob", Verdict.ELIGIBLE),
        ("eve", Verdict.ELIGIBLE),
        ("ann", Verdict.RINGING_WITH_THIS),
    ]
    play.given(accepted(1))
    explanation = play.router.explain(C1)
    assert (explanation.place, explanation.agent_id) == (Place.ASSIGNED, "ann")


def test_what_waits_tells_how_many_are_before_it() -> None:
    play = Play().given(queue(), agent("ann"), available("ann"), queued("c0"))
    play.given(queued("c1", at=3), queued("c2", at=2), queued("c3", at=4))
    assert play.router.explain(C1).ahead_count == 1
    assert verdicts(play.router) == [("ann", Verdict.RINGING_WITH_OTHER)]
    assert play.router.explain(ConversationId("c0")).ahead_count is None


def test_a_pause_is_told() -> None:
    play = Play().given(queue(), agent("ann"), available("ann"), queued("c1"))
    play.given(OfferRefused(OfferNumber(1), RefusalCause.CONVERSATION))
    assert play.router.explain(C1).is_paused
    play = Play().given(queue(), agent("ann"), available("ann"), queued("c1"))
    play.given(OfferRefused(OfferNumber(1)))
    assert verdicts(play.router) == [("ann", Verdict.PAUSED)]


def test_what_is_not_here_cannot_be_explained() -> None:
    with pytest.raises(UnknownConversation):
        Router().explain(C1)


def test_what_was_assigned_without_being_queued_has_no_queue() -> None:
    play = Play().given(agent("ann"), assigned("c1", "ann"))
    explanation = play.router.explain(C1)
    assert (explanation.queue_id, explanation.candidates) == (None, ())


def test_the_ring_and_the_next_step_are_told() -> None:
    rings = (ring(10, ("ru", 1)), ring(20))
    play = Play().given(queue(rings=rings, overflow=overflow(30, "sales")), queue("sales"))
    play.given(agent("ann"), queued("c1", needs=(("ru", 3),)))
    told = []
    for second in (0, 10, 20):
        play.at(second).given(elapsed("steps:support"))
        explanation = play.router.explain(C1)
        told.append((explanation.ring, explanation.requirements, explanation.next_step_at_us))
    assert told == [
        (0, (("ru", 3),), 10 * SECOND),
        (1, (("ru", 1),), 20 * SECOND),
        (2, (), 30 * SECOND),
    ]
    assert verdicts(play.router) == [("ann", Verdict.NOT_AVAILABLE)]


def test_the_scores_that_are_compared_are_told() -> None:
    play = Play().given(queue(), queue("gold", slope_per_mille=3_000), queue("other"))
    play.given(agent("ann", "support", "gold"), agent("bob", "other"))
    play.given(queued("c0", at=1), queued("c1", at=2), queued("vip", "gold", at=8))
    play.given(queued("stranger", "other", at=0)).at(10).given(
        queued("mail", "gold", at=10, kind="fax")
    )
    explanation = play.router.explain(C1)
    assert explanation.score == 1_000 * 8 * SECOND
    assert [(rival.conversation_id, rival.score) for rival in explanation.rivals] == [
        ("c0", 1_000 * 9 * SECOND),
        ("vip", 3_000 * 2 * SECOND),
    ]
    own = play.router.explain(ConversationId("c0")).rivals
    assert [rival.conversation_id for rival in own] == ["vip"]
    later = play.router.explain(C1, 100 * SECOND)
    assert [rival.conversation_id for rival in later.rivals] == ["vip", "c0"]


def test_who_waits_for_one_agent_alone_has_no_rivals() -> None:
    play = Play().given(queue(), agent("ann"), queued("c0"))
    play.given(queued("c1", preferred="ann", until=9))
    assert play.router.explain(C1).rivals != ()
    play = Play().given(queue(), agent("ann"), available("ann"), away("ann"), queued("c0"))
    play.given(queued("c1", preferred="ann", until=9))
    assert play.router.explain(C1).rivals == ()
