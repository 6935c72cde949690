"""Who does not answer takes nothing of the agent's capacity, and finds the agent again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from halfminute.conversations.silence import SilenceSweep
from halfminute.conversations.transitions import start_wrap_up
from halfminute.queues.return_rules import ReturnRules
from tests.routing.answering_play import AnsweringPlay, open_play
from tests.routing.centre import Centre

RETURNS = ReturnRules(silence_seconds=600, return_wait_seconds=60)


@pytest.fixture
async def play(centre: Centre) -> AsyncIterator[AnsweringPlay]:
    async with open_play(centre, RETURNS, wrap_up="open") as play:
        yield play


async def row_of(play: AnsweringPlay, conversation_id: UUID) -> tuple[str, UUID | None, bool, bool]:
    """Its state, who has it, whether it is silent, and whether its customer is back."""
    [row] = await play.centre.fetch("select * from conversations where id = $1", conversation_id)
    silent, back = row["silent_since"] is not None, row["returned_at"] is not None
    return row["state"], row["agent_id"], silent, back


async def test_silence_frees_the_agent_for_another_and_the_return_takes_the_room_again(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    oleg = await play.write("Oleg")
    assert not await play.rings_at(ada)

    assert await play.hush(vera) == 1

    assert await row_of(play, vera) == ("active", ada, True, False)
    assert play.place_of(vera) == ("assigned", str(ada))
    assert (await play.centre.find_offer(ada)).conversation_id == oleg  # type: ignore[union-attr]
    # The other leaves, and there is room when the first one answers.
    await play.centre.close(oleg)
    await play.turn()
    assert await play.write("Vera", "Here I am") == vera
    assert await row_of(play, vera) == ("active", ada, False, True)
    await play.check_same_load(ada)
    assert await play.load_of(ada) == 100
    await play.check_journal()


async def test_only_the_customers_silence_counts_and_only_where_the_queue_says_so(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent(units_by_kind={"plain": 30})
    answered = await play.serve(ada, "Vera")
    unanswered = await play.write("Oleg")
    await play.take(ada)
    await play.centre.execute(
        "update conversations set channel_kind = 'voice' where id = $1",
        calling := await play.serve(ada, "Igor"),
    )
    assert await SilenceSweep(play.centre.log).run_once() == 0

    assert await play.hush(answered, unanswered, calling) == 1
    assert (await row_of(play, answered))[2]

    await play.answer(ada, unanswered)
    await play.configure(play.queue_id, "Support", returns=ReturnRules())
    assert await play.hush(answered, unanswered, calling) == 0


async def test_who_comes_back_to_a_full_agent_waits_for_it_and_then_in_the_queue_by_age(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    await play.hush(vera)
    oleg = await play.serve(ada, "Oleg")
    igor = await play.write("Igor")

    await play.write("Vera", "Here I am")
    await play.write("Vera", "Are you there?")

    assert play.place_of(vera) == ("assigned", str(ada))
    assert await row_of(play, vera) == ("active", ada, False, True)
    # Whose customer is back is offered nothing else, and then the customer waits with the others.
    await play.wait(61)
    assert await row_of(play, vera) == ("queued", None, False, False)
    assert play.place_of(vera) == ("waiting", None)
    await play.check_same_load(ada)
    waits = await play.centre.fetchval("select longest_waiting_since from queue_waits")
    queued_at = "select queued_at from conversations where id = $1"
    assert waits == await play.centre.fetchval(queued_at, igor)
    bea = await play.add_agent("Bea")
    await play.turn()
    # Vera wrote before Igor did: she has her place before him, though she waits since later.
    assert await play.take(bea) == vera
    assert await row_of(play, igor) == ("queued", None, False, False)
    assert await row_of(play, oleg) == ("active", ada, False, False)
    assert await play.centre.count_told("SilenceEnded") == 1
    await play.check_journal()


async def test_the_agent_who_gets_room_in_time_has_the_customer_before_anybody(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    await play.hush(vera)
    oleg = await play.serve(ada, "Oleg")
    await play.write("Igor")
    await play.write("Vera")

    await play.centre.close(oleg)
    await play.wait(61)

    assert await row_of(play, vera) == ("active", ada, False, True)
    assert not await play.rings_at(ada)
    await play.check_same_load(ada)


async def test_an_agent_who_answers_keeps_the_customer_however_full(play: AnsweringPlay) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    await play.hush(vera)
    await play.serve(ada, "Oleg")
    await play.write("Vera")

    await play.answer(ada, vera)
    await play.wait(61)

    assert await row_of(play, vera) == ("active", ada, False, False)
    await play.check_same_load(ada)
    assert await play.load_of(ada) == 200


async def test_an_agent_who_speaks_into_the_silence_has_the_load_again(play: AnsweringPlay) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    await play.hush(vera)

    await play.answer(ada, vera)

    assert await row_of(play, vera) == ("active", ada, False, False)
    await play.check_same_load(ada)
    assert await play.hush(vera) == 1


async def test_an_answer_that_the_router_has_not_heard_of_keeps_the_customer(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    await play.hush(vera)
    await play.serve(ada, "Oleg")
    await play.write("Vera")
    bea = await play.add_agent("Bea")
    await play.turn()

    async with play.log_is_silent():
        await play.answer(ada, vera)
        await play.wait(61)
        assert await row_of(play, vera) == ("active", ada, False, False)
        assert not await play.rings_at(bea)
    await play.turn()

    assert play.place_of(vera) == ("assigned", str(ada))
    await play.check_same_load(ada, bea)


async def test_who_comes_back_when_the_agent_is_gone_waits_in_the_queue_at_once(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    await play.hush(vera)
    await play.centre.set_presence(ada, "offline")
    bea = await play.add_agent("Bea")
    await play.turn()
    assert await row_of(play, vera) == ("active", ada, True, False)

    await play.write("Vera")

    assert await play.take(bea) == vera


async def test_who_comes_back_to_an_agent_who_is_away_waits_for_a_while(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    await play.hush(vera)
    await play.centre.set_presence(ada, "away")
    bea = await play.add_agent("Bea")
    await play.write("Vera")
    assert await row_of(play, vera) == ("active", ada, False, True)

    # The agent leaves for good meanwhile: the customer waits no longer.
    await play.centre.set_presence(ada, "offline")
    await play.turn()
    assert await play.take(bea) == vera


async def test_who_comes_back_to_a_queue_that_is_off_stays_with_the_agent(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    await play.hush(vera)
    await play.serve(ada, "Oleg")
    await play.configure(play.queue_id, "Support", is_enabled=False, returns=RETURNS)

    await play.write("Vera")
    await play.wait(61)

    assert await row_of(play, vera) == ("active", ada, False, True)
    await play.check_same_load(ada)


@pytest.mark.parametrize("is_anew", [False, True])
async def test_a_return_while_no_router_is_there_is_taken_up_by_the_next(
    play: AnsweringPlay, *, is_anew: bool
) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    lena = await play.serve(ada, "Lena") if await play.hush(vera) else vera
    await play.hush(lena)
    await play.serve(ada, "Oleg")
    async with play.log_is_silent():
        await play.write("Vera")
    await (play.term.start_anew() if is_anew else play.term.start())
    await play.turn()
    assert play.place_of(vera) == ("assigned", str(ada))
    # Who is silent still takes nothing, and there was no room for who is back.
    assert play.units_of(ada) == 100

    await play.wait(61)

    assert await row_of(play, vera) == ("queued", None, False, False)
    assert await row_of(play, lena) == ("active", ada, True, False)
    await play.check_same_load(ada)
    # The new one knows as well where to give back who comes only now.
    await play.write("Lena")
    await play.wait(61)
    assert await row_of(play, lena) == ("queued", None, False, False)


async def test_silence_ends_with_the_conversation_and_its_wrap_up_is_work(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    await play.hush(vera)
    await play.serve(ada, "Oleg")
    async with play.centre.log.write() as unit:
        await start_wrap_up(unit, vera, is_solved=True, disposition_code="no_reply")
    await play.turn()
    await play.check_same_load(ada)
    assert await play.load_of(ada) == 200

    # Who writes during the wrap-up is no silent one.
    await play.write("Vera")
    assert await row_of(play, vera) == ("active", ada, False, False)
    await play.check_same_load(ada)


async def test_who_is_closed_while_silent_and_writes_again_waits_like_any_other(
    play: AnsweringPlay,
) -> None:
    ada = await play.add_agent()
    vera = await play.serve(ada, "Vera")
    await play.hush(vera)
    await play.centre.close(vera)
    await play.turn()

    assert await play.write("Vera") == vera

    assert await play.take(ada) == vera
    assert await row_of(play, vera) == ("active", ada, False, False)
    await play.check_same_load(ada)
