"""Whoever has a conversation passes it on to a queue: who gets it then, and in which place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from halfminute.conversations.errors import (
    ConversationChanged,
    ConversationClosed,
    ConversationNotFound,
    ConversationNotYours,
)
from halfminute.conversations.schemas_transfers import TransferView
from halfminute.conversations.types import ConversationId
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.ids import new_id
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.errors import QueueNotFound
from halfminute.queues.schemas import QueueSettings
from halfminute.routing.actions.transfer_conversation import transfer_conversation
from halfminute.routing.errors import QueueSwitchedOff
from halfminute.routing.lease import try_acquire_lease
from halfminute.routing.schemas_transfers import NewTransfer
from halfminute.routing.targets import get_transfer_targets
from halfminute.routing.term import Term
from tests.routing.centre import Centre, agent_principal
from tests.routing.test_races import Play, Time


class TransferPlay(Play):
    """Ann has a conversation of the first queue; Bob serves the second."""

    first: UUID
    second: UUID
    ann: UUID
    bob: UUID
    conversation_id: ConversationId

    async def open(self, bob_is: Any = "available", **queue: Any) -> None:
        centre = self.centre
        self.first = await centre.add_queue(name="Support")
        self.second = await centre.add_queue(name="Sales", **queue)
        self.ann = await centre.add_agent(self.first, name="Ann")
        offer = await self.ring(self.first, self.ann)
        self.conversation_id = offer.conversation_id
        await centre.accept(offer)
        self.bob = await centre.add_agent(self.second, name="Bob", presence=bob_is)
        await self.turn()

    async def pass_on(
        self, queue_id: UUID | None = None, *, by: Principal | None = None, **words: Any
    ) -> TransferView:
        new = NewTransfer(**{"client_id": new_id(), "queue_id": queue_id or self.second, **words})
        principal = by or agent_principal(self.ann)
        return await transfer_conversation(self.centre.log, principal, self.conversation_id, new)

    async def row(self) -> Any:
        """As it is now."""
        (row,) = await self.centre.fetch(
            "select * from conversations where id = $1", self.conversation_id
        )
        return row

    async def outcome(self) -> tuple[str, UUID | None]:
        (row,) = await self.centre.fetch(
            "select outcome, taken_by from transfers order by transferred_at desc, id desc limit 1"
        )
        return row["outcome"], row["taken_by"]

    async def load_of(self, agent_id: UUID) -> int:
        found = await self.centre.fetchval(
            "select load_units from agent_loads where agent_id = $1", agent_id
        )
        return int(found or 0)


def supervisor(queue_id: UUID | None = None) -> Principal:
    grant = Grant("supervisor", "queue", queue_id) if queue_id else Grant("supervisor", "all")
    return Principal(kind="user", name="Chief", user_id=UserId(CHIEF), grants=(grant,))


CHIEF = new_id()


@pytest.fixture
async def play(centre: Centre) -> TransferPlay:
    lease = await try_acquire_lease(centre.database, "main", "a test", seconds=600)
    assert lease is not None
    await centre.execute(
        "insert into users (id, email, name, password_hash) values ($1, 'chief', 'Chief', '')",
        CHIEF,
    )
    time = Time()
    term = Term(centre.log, lease, monotonic_ns=time)
    await term.start()
    return TransferPlay(centre, term, time)


async def test_it_rings_in_the_other_queue_by_its_age_and_leaves_its_agent(
    play: TransferPlay,
) -> None:
    await play.open(bob_is="away")
    before = await play.row()
    younger = await play.centre.queue_conversation(play.second)
    await play.turn()

    view = await play.pass_on()

    assert (view.queue_name, view.from_agent_name, view.outcome) == ("Sales", "Ann", "waiting")
    after = await play.row()
    assert (after["state"], after["agent_id"]) == ("queued", None)
    assert after["queued_at"] == before["queued_at"]
    assert after["entered_queue_at"] > before["entered_queue_at"]
    assert await play.load_of(play.ann) == 0
    await play.turn()
    assert play.place_of(play.conversation_id) == ("waiting", None)
    # The older goes first, though it came to this queue later.
    await play.centre.set_presence(play.bob, "available")
    await play.turn()
    offer = await play.centre.find_offer(play.bob)
    assert offer is not None
    assert offer.conversation_id == play.conversation_id != younger
    assert offer.queue_id == play.second

    await play.centre.accept(offer)
    await play.turn()

    assert await play.outcome() == ("taken", play.bob)
    assert play.place_of(play.conversation_id) == ("assigned", str(play.bob))
    await play.check_journal()


async def test_it_is_not_offered_back_to_who_passed_it_on_until_nobody_else_is_there(
    play: TransferPlay,
) -> None:
    await play.open(bob_is="away")

    await play.pass_on(play.first)
    await play.turn()

    assert await play.centre.find_offer(play.ann) is None
    assert (await play.row())["state"] == "queued"
    play.time.seconds += 31
    await play.turn()
    offer = await play.centre.find_offer(play.ann)
    assert offer is not None
    await play.check_journal()


async def test_who_passed_it_on_is_told_by_a_note_and_by_what_becomes_of_it(
    play: TransferPlay,
) -> None:
    await play.open()

    view = await play.pass_on(note="Wants the big plan")
    await play.turn()
    offer = await play.centre.find_offer(play.bob)
    assert offer is not None
    await play.centre.accept(offer)

    (note,) = await play.centre.fetch("select * from messages")
    assert (note["direction"], note["author_id"]) == ("internal", play.ann)
    assert note["parts"][0]["text"] == "Wants the big plan"
    settled = await play.centre.fetch(
        "select stream, data from events where type = 'TransferSettled' order by stream"
    )
    assert [row["stream"] for row in settled] == [
        f"agent:{play.ann}",
        f"conversation:{play.conversation_id}",
    ]
    assert settled[0]["data"] == {"transfer_id": str(view.id)}
    told = await play.centre.fetch(
        "select stream from events where type = 'ConversationTransferred' order by stream"
    )
    assert [row["stream"] for row in told] == [
        f"agent:{play.ann}",
        f"conversation:{play.conversation_id}",
    ]


async def test_the_same_word_twice_is_heard_once(play: TransferPlay) -> None:
    await play.open()
    client_id = new_id()

    first = await play.pass_on(client_id=client_id)
    await play.turn()
    offer = await play.centre.find_offer(play.bob)
    assert offer is not None
    await play.centre.accept(offer)
    again = await play.pass_on(client_id=client_id)

    assert again.id == first.id
    assert (again.outcome, again.taken_by_name) == ("taken", "Bob")
    assert await play.centre.count_told("ConversationTransferred") == 1
    assert (await play.row())["agent_id"] == play.bob


async def test_what_is_somebody_elses_cannot_be_passed_on(play: TransferPlay) -> None:
    await play.open()
    dora = await play.centre.add_agent(play.first, presence="away")

    with pytest.raises(ConversationNotFound):
        await play.pass_on(by=agent_principal(dora))
    with pytest.raises(ConversationNotFound):
        await play.pass_on(by=supervisor(play.second))
    await play.pass_on()
    # Who has passed it on sees it no more.
    with pytest.raises(ConversationNotFound):
        await play.pass_on()
    # Who might take it may look at it, and not move it.
    with pytest.raises(ConversationNotYours):
        await play.pass_on(play.first, by=agent_principal(play.bob))
    assert await play.centre.count_told("ConversationTransferred") == 1


async def test_what_is_over_or_is_being_wrapped_up_stays(play: TransferPlay) -> None:
    await play.open()
    await play.centre.start_wrap_up(play.conversation_id)
    with pytest.raises(ConversationChanged):
        await play.pass_on()

    await play.centre.finish_wrap_up(play.conversation_id)
    with pytest.raises(ConversationClosed):
        await play.pass_on()
    assert await play.centre.fetchval("select count(*) from messages") == 0


async def test_a_queue_that_is_off_or_nowhere_gets_nothing(play: TransferPlay) -> None:
    await play.open()
    settings = QueueSettings(name="Sales", is_enabled=False)
    await configure_queue(play.centre.log, SYSTEM, settings, queue_id=play.second)

    with pytest.raises(QueueSwitchedOff):
        await play.pass_on()
    with pytest.raises(QueueNotFound):
        await play.pass_on(new_id())

    assert (await play.row())["agent_id"] == play.ann


async def test_a_supervisor_moves_what_rings_and_it_rings_no_more(play: TransferPlay) -> None:
    await play.open()
    await play.centre.set_presence(play.ann, "available")
    other = await play.ring(play.first, play.ann)
    play.conversation_id = other.conversation_id

    await play.pass_on(by=supervisor(play.first))

    assert await play.centre.find_offer(play.ann) is None
    await play.turn()
    moved = await play.centre.find_offer(play.bob)
    assert moved is not None
    assert moved.conversation_id == other.conversation_id
    assert await play.centre.find_offer(play.ann) is None
    ends = await play.centre.told("OfferWithdrawn")
    assert [row["data"]["offer_id"] for row in ends] == [str(other.id)]
    await play.check_journal()


async def test_moved_on_before_anybody_took_it_the_first_transfer_says_so(
    play: TransferPlay,
) -> None:
    await play.open(bob_is="away")
    first = await play.pass_on()
    second = await play.pass_on(play.first, by=supervisor())
    await play.centre.close(play.conversation_id)

    rows = await play.centre.fetch("select id, outcome from transfers")
    assert {row["id"]: row["outcome"] for row in rows} == {first.id: "moved", second.id: "ended"}


@pytest.mark.parametrize("is_anew", [False, True])
async def test_a_router_that_was_away_finds_it_where_it_is(
    play: TransferPlay, is_anew: bool
) -> None:
    await play.open(bob_is="away")
    await play.pass_on()
    await play.pass_on(play.first, by=supervisor())
    await play.pass_on(by=supervisor())

    if is_anew:
        await play.term.start_anew()
    else:
        await play.term.start()
    await play.turn()

    assert play.place_of(play.conversation_id) == ("waiting", None)
    await play.centre.set_presence(play.bob, "available")
    await play.turn()
    offer = await play.centre.find_offer(play.bob)
    assert offer is not None
    assert offer.queue_id == play.second
    # Ann has room for all that she may have.
    for _ in range(2):
        await play.centre.accept(await play.ring(play.first, play.ann))
    if not is_anew:
        await play.check_journal()


async def test_read_together_with_what_came_before_it_still_spares_who_passed_it_on(
    play: TransferPlay,
) -> None:
    await play.open(bob_is="away")
    await play.turn()
    younger = await play.ring(play.first, play.ann)
    await play.centre.accept(younger)
    play.conversation_id = younger.conversation_id

    await play.pass_on(play.first)
    await play.turn()

    assert await play.centre.find_offer(play.ann) is None
    assert play.place_of(play.conversation_id) == ("waiting", None)
    await play.check_journal()


async def test_passed_on_and_ended_before_the_router_looks(play: TransferPlay) -> None:
    await play.open(bob_is="away")
    await play.pass_on()
    await play.centre.close(play.conversation_id)
    await play.turn()

    state = play.term.router.snapshot()["state"]
    assert str(play.conversation_id) not in dict(state["conversations"])
    assert await play.outcome() == ("ended", None)
    await play.check_journal()


async def test_where_it_can_go_is_told_to_who_may_pass_it_on(play: TransferPlay) -> None:
    await play.open()
    await play.centre.add_queue(name="Closed down", is_enabled=False)
    await play.centre.queue_conversation(play.first)

    targets = await get_transfer_targets(
        play.centre.log, agent_principal(play.ann), play.conversation_id
    )

    told = [(each.name, each.is_present, each.available_count) for each in targets.queues]
    assert told == [("Sales", False, 1), ("Support", True, 1)]
    assert [each.waiting_count for each in targets.queues] == [0, 1]
    with pytest.raises(ConversationNotFound):
        await get_transfer_targets(play.centre.log, agent_principal(play.bob), play.conversation_id)
