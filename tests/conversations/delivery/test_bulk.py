"""A notice to a thousand customers does not keep one agent's reply waiting."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from halfminute.conversations.delivery.account_worker import BULK_AT_ONCE
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import Outgoing, Sent
from tests.conversations.delivery.at_work import becomes, delivering
from tests.conversations.strict_channel import text_of
from tests.conversations.world import World, signed_in
from tests.routing.centre import eventually

THOUSAND = 1000


@pytest.fixture
async def ada(world: World) -> UUID:
    return await world.add_agent()


async def _queue_bulk(world: World, address_ids: list[UUID]) -> None:
    """What a notice leaves: a message and a row of the outbox for each, of the second priority."""
    await world.execute(
        """with given as (
               select id, address_id from unnest($1::uuid[], $2::uuid[]) as g(id, address_id)
           ), posted as (
               insert into outbox (message_id, channel_account_id, address_id, priority, state)
               select g.id, a.channel_account_id, g.address_id, 1, 'queued'
                 from given g join addresses a on a.id = g.address_id
           )
           insert into messages (id, conversation_id, address_id, direction, author_kind, sent_at,
                                 parts, delivery)
           select g.id, c.id, g.address_id, 'out', 'system', now(),
                  '[{"type": "text", "text": "notice", "entities": []}]', 'queued'
             from given g
             join lateral (select id from conversations limit 1) c on true""",
        sorted(new_id() for _ in address_ids),
        address_ids,
    )


async def _many_addresses(world: World, count: int) -> list[UUID]:
    account_id = world.account_id
    contact_id = new_id()
    await world.execute("insert into contacts (id, name) values ($1, 'Many')", contact_id)
    ids = sorted(new_id() for _ in range(count))
    await world.execute(
        """insert into addresses (id, contact_id, channel_account_id, channel_kind, external_id,
                                  name)
           select id, $2, $3, 'strict', 'chat-' || id, 'Many' from unnest($1::uuid[]) as g(id)""",
        ids,
        contact_id,
        account_id,
    )
    return ids


def _hold_bulk(world: World) -> asyncio.Event:
    """Bulk gets no answer before the event; replies do at once."""
    may_go = asyncio.Event()

    async def answer(outgoing: Outgoing) -> Sent:
        if outgoing.priority > 0:
            await may_go.wait()
        return await world.channel.take(outgoing)

    world.channel.answer = answer
    return may_go


async def _is_crowded(world: World) -> bool:
    """Bulk fills what the account may have under way, and waits for more."""
    return len(world.channel.calls) >= 2


async def test_a_reply_waits_for_none_of_a_thousand_bulk_messages(world: World, ada: UUID) -> None:
    conversation_id = await world.give(ada)
    await _queue_bulk(world, await _many_addresses(world, THOUSAND))
    may_go = _hold_bulk(world)
    async with delivering(world):
        await eventually(lambda: _is_crowded(world))
        under_way = len(world.channel.calls)
        written = await world.reply(signed_in(ada), conversation_id, "Good day!")
        await becomes(world, written.message.id, "sent")
        # Not one of the thousand had its answer, or was begun, before the reply was through.
        assert world.channel.texts == ["Good day!"]
        assert under_way <= len(world.channel.calls) <= BULK_AT_ONCE + 1
        may_go.set()


async def test_a_reply_goes_before_the_bulk_that_waits_at_its_own_address(
    world: World, ada: UUID
) -> None:
    conversation_id = await world.give(ada)
    own = (await world.row("conversations", conversation_id))["address_id"]
    others = await _many_addresses(world, 4)
    # The first two are under way and get no answer; the third, ours, waits for its turn.
    await _queue_bulk(world, [*others[:2], own, *others[2:]])
    may_go = _hold_bulk(world)
    async with delivering(world):
        await eventually(lambda: _is_crowded(world))
        written = await world.reply(signed_in(ada), conversation_id, "Good day!")
        await becomes(world, written.message.id, "sent")
        assert world.channel.texts == ["Good day!"]
        may_go.set()

        async def all_through() -> bool:
            return bool(await world.fetchval("select count(*) = 0 from outbox"))

        await eventually(all_through)
    to_own = [o for o in world.channel.taken if o.address_external_id == f"chat-{own}"]
    assert [text_of(outgoing) for outgoing in to_own] == ["Good day!", "notice"]
    assert len(world.channel.taken) == 6
