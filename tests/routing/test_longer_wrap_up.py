"""An agent lengthens the wrap-up once, as the queue allows, in the rows and in the router."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from halfminute.conversations.actions.extend_wrap_up import extend_wrap_up
from halfminute.conversations.errors import (
    ConversationClosed,
    ConversationNotFound,
    WrapUpNotExtendable,
)
from halfminute.conversations.schemas import ConversationView
from halfminute.conversations.types import ConversationId
from halfminute.queues.return_rules import ReturnRules
from tests.callers import AGENT, open_application
from tests.routing.answering_play import AnsweringPlay, open_play
from tests.routing.centre import Centre, agent_principal


@pytest.fixture
async def play(centre: Centre) -> AsyncIterator[AnsweringPlay]:
    queue = {"wrap_up": "fixed", "wrap_up_seconds": 30, "wrap_up_extension_seconds": 60}
    async with open_play(centre, ReturnRules(), **queue) as play:
        yield play


async def wrap_up(play: AnsweringPlay, agent_id: UUID) -> ConversationId:
    """The agent has talked with Vera, and writes it up."""
    conversation_id = await play.serve(agent_id, "Vera")
    await play.centre.start_wrap_up(conversation_id)
    await play.turn()
    return conversation_id


async def let_time_pass(play: AnsweringPlay) -> None:
    """By the rows all wrap-ups are over: what goes on does so by the router's clock alone."""
    await play.centre.execute(
        "update conversations set wrap_up_at = wrap_up_at - interval '91 seconds'"
    )


async def extend(play: AnsweringPlay, agent_id: UUID, conversation_id: UUID) -> ConversationView:
    return await extend_wrap_up(play.centre.log, agent_principal(agent_id), conversation_id)


async def test_it_goes_on_for_as_long_as_the_queue_allows_and_then_the_next_rings(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await wrap_up(play, ada)
    await play.write("Oleg")

    view = await extend(play, ada, vera)
    await play.turn()

    assert (view.wrap_up_seconds, view.wrap_up_extension_seconds) == (90, 0)
    await let_time_pass(play)
    await play.wait(60)
    assert await play.centre.state_of(vera) == "wrap_up"
    assert not await play.rings_at(ada)
    await play.wait(31)
    assert await play.centre.state_of(vera) == "closed"
    assert await play.rings_at(ada)
    await play.check_journal()


async def test_it_is_lengthened_once(play: AnsweringPlay) -> None:
    ada = await play.add_agent()
    vera = await wrap_up(play, ada)
    await extend(play, ada, vera)
    with pytest.raises(WrapUpNotExtendable):
        await extend(play, ada, vera)
    assert await play.centre.count_told("WrapUpExtended") == 1

    # Another wrap-up of the same conversation is another one.
    await play.write("Vera", "Wait")
    await play.centre.start_wrap_up(vera)
    assert (await extend(play, ada, vera)).wrap_up_seconds == 90


async def test_only_its_agent_may_and_only_while_it_lasts(play: AnsweringPlay) -> None:
    ada = await play.add_agent()
    bea = await play.add_agent("Bea", presence="away")
    vera = await wrap_up(play, ada)
    with pytest.raises(ConversationNotFound):
        await extend_wrap_up(
            play.centre.log,
            agent_principal(bea),
            vera,
        )
    await play.wait(31)
    with pytest.raises(ConversationClosed):
        await extend(play, ada, vera)


@pytest.mark.parametrize("settings", [{"wrap_up_extension_seconds": 0}, {"wrap_up": "open"}])
async def test_it_is_not_where_the_queue_does_not_say_so(
    play: AnsweringPlay, settings: dict[str, object]
) -> None:
    allowed: dict[str, object] = {"wrap_up_extension_seconds": 60}
    await play.configure(play.queue_id, "Support", **(allowed | settings))
    ada = await play.add_agent()
    vera = await wrap_up(play, ada)
    with pytest.raises(WrapUpNotExtendable):
        await extend(play, ada, vera)


async def test_what_was_allowed_when_it_began_is_allowed(play: AnsweringPlay) -> None:
    ada = await play.add_agent()
    vera = await wrap_up(play, ada)
    await play.configure(play.queue_id, "Support", wrap_up_seconds=30)

    await extend(play, ada, vera)
    await play.turn()
    await let_time_pass(play)

    await play.wait(60)
    assert await play.centre.state_of(vera) == "wrap_up"


async def test_an_extension_that_the_router_has_not_heard_of_is_kept(play: AnsweringPlay) -> None:
    ada = await play.add_agent()
    vera = await wrap_up(play, ada)
    async with play.log_is_silent():
        await extend(play, ada, vera)
        await play.wait(31)
        assert await play.centre.state_of(vera) == "wrap_up"
    await play.turn()
    await play.check_same_load(ada)

    # It ends for good, though later than it would have.
    await let_time_pass(play)
    await play.wait(91)
    assert await play.centre.state_of(vera) == "closed"


async def test_a_router_that_begins_anew_knows_of_it(play: AnsweringPlay) -> None:
    ada = await play.add_agent()
    vera = await wrap_up(play, ada)
    await extend(play, ada, vera)
    await let_time_pass(play)
    await play.begin_anew()

    await play.wait(60)

    assert await play.centre.state_of(vera) == "wrap_up"


async def test_the_route_says_what_is_left_and_refuses_the_second_time(
    play: AnsweringPlay, tmp_path: Path
) -> None:
    async with open_application(play.centre.log, tmp_path) as callers:
        ada = await callers.sign_in("Ada", AGENT)
        vera = await play.write("Vera")
        await play.centre.execute(
            "insert into agents (id) values ($1) on conflict do nothing", ada.id
        )
        await play.centre.execute(
            "update conversations set state = 'active', agent_id = $1", ada.id
        )
        await play.centre.start_wrap_up(vera)

        first = await ada.ask("POST", f"/api/conversations/{vera}/extend-wrap-up")
        again = await ada.ask("POST", f"/api/conversations/{vera}/extend-wrap-up")

    assert (first.status_code, first.json()["wrap_up_seconds"]) == (200, 90)
    assert (again.status_code, again.json()["code"]) == (409, "wrap_up_not_extendable")
