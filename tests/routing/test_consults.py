"""An agent asks a colleague to help in a conversation, and keeps it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from halfminute.conversations.access import may_see_conversation
from halfminute.conversations.actions.add_note import add_note
from halfminute.conversations.errors import (
    ConversationChanged,
    ConversationNotFound,
    ConversationNotYours,
)
from halfminute.conversations.schemas import NewNote
from halfminute.conversations.schemas_consults import ConsultView
from halfminute.identity.principals import Principal
from halfminute.kit.ids import new_id
from halfminute.routing.actions.answer_consult import (
    accept_consult,
    decline_consult,
    end_consult,
)
from halfminute.routing.actions.ask_consult import ask_consult
from halfminute.routing.actions.transfer_conversation import transfer_conversation
from halfminute.routing.errors import (
    AgentCannotTake,
    AlreadyConsulted,
    ConsultEnded,
    ConsultNotFound,
)
from halfminute.routing.schemas_consults import NewConsult
from halfminute.routing.schemas_transfers import NewTransfer
from tests.routing.centre import agent_principal
from tests.routing.test_transfers import TransferPlay, play, supervisor

__all__ = ["play"]


async def ask(play: TransferPlay, agent_id: UUID | None = None, **more: Any) -> ConsultView:
    """Ann asks Bob, or another one."""
    new = NewConsult(**{"client_id": new_id(), "agent_id": agent_id or play.bob, **more})
    ann = agent_principal(play.ann)
    return await ask_consult(play.centre.log, ann, play.conversation_id, new)


async def helps(play: TransferPlay) -> ConsultView:
    """Bob has said yes."""
    consult = await ask(play)
    view = await accept_consult(play.centre.log, agent_principal(play.bob), consult.id)
    await play.turn()
    return view


async def sees(play: TransferPlay, principal: Principal) -> bool:
    async with play.centre.database.connection() as connection:
        return await may_see_conversation(connection, principal, play.conversation_id)


def holds(play: TransferPlay, agent_id: UUID) -> list[tuple[str, bool]]:
    """What the engine has the agent hold: (conversation, is a consult)."""
    state = play.term.router.snapshot()["state"]
    record = dict(state["agents"])[str(agent_id)]
    return [(held, hold["is_consult"]) for held, hold in record["holds"]]


async def note(play: TransferPlay, agent_id: UUID) -> None:
    new = NewNote(client_id=new_id(), text="Offer the small plan")
    await add_note(play.centre.log, agent_principal(agent_id), play.conversation_id, new)


async def test_who_helps_sees_it_takes_capacity_and_writes_notes_alone(
    play: TransferPlay,
) -> None:
    await play.open()
    bob = agent_principal(play.bob)
    assert not await sees(play, bob)
    consult = await ask(play, note="Which plan?")
    assert consult.state == "asked"
    assert await sees(play, bob)
    with pytest.raises(ConversationNotYours):
        await note(play, play.bob)

    view = await accept_consult(play.centre.log, bob, consult.id)
    await play.turn()

    assert view.state == "active"
    assert (await play.row())["agent_id"] == play.ann
    assert holds(play, play.bob) == [(str(play.conversation_id), True)]
    assert await play.load_of(play.bob) == 34
    await note(play, play.bob)
    texts = await play.centre.fetch("select direction, parts from messages order by id")
    assert [(row["direction"], row["parts"][0]["text"]) for row in texts] == [
        ("internal", "Which plan?"),
        ("internal", "Offer the small plan"),
    ]
    await play.check_journal()


@pytest.mark.parametrize("who", ["ann", "bob"])
async def test_either_side_ends_it(play: TransferPlay, who: str) -> None:
    await play.open()
    consult = await helps(play)

    ended = await end_consult(play.centre.log, agent_principal(getattr(play, who)), consult.id)
    await play.turn()

    assert ended.state == "ended"
    assert holds(play, play.bob) == []
    assert await play.load_of(play.bob) == 0
    assert not await sees(play, agent_principal(play.bob))
    with pytest.raises(ConversationNotFound):
        await note(play, play.bob)
    await play.check_journal()


@pytest.mark.parametrize("end", ["transfer", "wrap_up", "close"])
async def test_it_ends_with_the_asking_ones_part(play: TransferPlay, end: str) -> None:
    await play.open()
    consult = await helps(play)

    if end == "transfer":
        await play.pass_on()
    elif end == "wrap_up":
        await play.centre.start_wrap_up(play.conversation_id)
    else:
        await play.centre.close(play.conversation_id)
    await play.turn()

    assert [held for held, is_consult in holds(play, play.bob) if is_consult] == []
    state = await play.centre.fetchval("select state from consults where id = $1", consult.id)
    assert state == "ended"
    with pytest.raises(ConsultEnded):
        await accept_consult(play.centre.log, agent_principal(play.bob), consult.id)
    await play.check_journal()


async def test_declined_it_is_over_and_the_same_answer_twice_is_heard_once(
    play: TransferPlay,
) -> None:
    await play.open()
    consult = await ask(play)
    bob = agent_principal(play.bob)

    assert (await decline_consult(play.centre.log, bob, consult.id)).state == "declined"
    # He sees the conversation no more.
    with pytest.raises(ConsultEnded) as ended:
        await decline_consult(play.centre.log, bob, consult.id)
    assert ended.value.fields == {"state": "declined"}
    assert await play.centre.count_told("ConsultDeclined") == 1
    # He may be asked again.
    assert (await ask(play)).state == "asked"


async def test_who_does_not_answer_in_time_was_not_asked(play: TransferPlay) -> None:
    await play.open()
    consult = await ask(play)
    await play.centre.execute("update consults set expires_at = now() - interval '1 second'")

    with pytest.raises(ConsultEnded) as ended:
        await accept_consult(play.centre.log, agent_principal(play.bob), consult.id)

    assert ended.value.fields == {"state": "timed_out"}
    assert holds(play, play.bob) == []
    assert (await ask(play)).id != consult.id


async def test_what_was_asked_is_taken_back(play: TransferPlay) -> None:
    await play.open()
    consult = await ask(play)

    back = await end_consult(play.centre.log, agent_principal(play.ann), consult.id)

    assert back.state == "withdrawn"
    with pytest.raises(ConsultEnded):
        await accept_consult(play.centre.log, agent_principal(play.bob), consult.id)


async def test_the_same_question_twice_is_asked_once(play: TransferPlay) -> None:
    await play.open()
    client_id = new_id()
    first = await ask(play, client_id=client_id)
    assert (await ask(play, client_id=client_id)).id == first.id
    with pytest.raises(AlreadyConsulted):
        await ask(play)
    assert await play.centre.fetchval("select count(*) from messages") == 1


async def test_only_who_has_a_part_in_it_may_ask_answer_or_end(play: TransferPlay) -> None:
    await play.open()
    dora = await play.centre.add_agent(play.first, presence="away")
    consult = await ask(play)
    log, other = play.centre.log, agent_principal(dora)

    for act in (accept_consult, decline_consult, end_consult):
        with pytest.raises(ConsultNotFound):
            await act(log, other, consult.id)
        with pytest.raises(ConsultNotFound):
            await act(log, other, new_id())
    with pytest.raises(ConsultNotFound):
        await accept_consult(log, agent_principal(play.ann), consult.id)
    new = NewConsult(client_id=new_id(), agent_id=play.ann)
    with pytest.raises(ConversationNotYours):
        await ask_consult(log, agent_principal(play.bob), play.conversation_id, new)
    # Who looks after the queue may end it as well.
    assert (await end_consult(log, supervisor(play.first), consult.id)).state == "withdrawn"


async def test_who_cannot_help_is_not_asked(play: TransferPlay) -> None:
    await play.open(bob_is="offline")

    for agent_id, reason in ((play.bob, "offline"), (play.ann, "has_it")):
        with pytest.raises(AgentCannotTake) as refused:
            await ask(play, agent_id)
        assert refused.value.fields == {"reason": reason}
    await play.centre.set_presence(play.bob, "available")
    await play.centre.start_wrap_up(play.conversation_id)
    with pytest.raises(ConversationChanged):
        await ask(play)


async def test_who_helped_may_come_to_have_it(play: TransferPlay) -> None:
    await play.open()
    await helps(play)

    new = NewTransfer(client_id=new_id(), agent_id=play.bob)
    ann = agent_principal(play.ann)
    await transfer_conversation(play.centre.log, ann, play.conversation_id, new)
    await play.turn()
    await play.centre.accept(await play.centre.offer_for(play.bob))
    await play.turn()

    assert holds(play, play.bob) == [(str(play.conversation_id), False)]
    assert await play.load_of(play.bob) == 34
    await play.check_journal()


@pytest.mark.parametrize("is_anew", [False, True])
async def test_a_router_that_was_away_knows_who_helps(play: TransferPlay, is_anew: bool) -> None:
    await play.open()
    consult = await ask(play)
    await accept_consult(play.centre.log, agent_principal(play.bob), consult.id)

    if is_anew:
        await play.term.start_anew()
    else:
        await play.term.start()
    await play.turn()

    assert holds(play, play.bob) == [(str(play.conversation_id), True)]
    await end_consult(play.centre.log, agent_principal(play.bob), consult.id)
    await play.turn()
    assert holds(play, play.bob) == []
