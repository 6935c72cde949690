"""What a conversation requires is worked out as it comes to wait, and the router goes by it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.actions.configure_skill import configure_skill
from halfminute.agents.actions.remove_skill import remove_skill
from halfminute.agents.schemas import AgentSettings, SkillSettings
from halfminute.conversations import transitions
from halfminute.conversations.queries import get_conversation_view
from halfminute.conversations.types import ConversationId
from halfminute.identity.principals import SYSTEM
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.actions.set_account_requirements import set_account_requirements
from halfminute.queues.schemas import QueueSettings
from halfminute.queues.waiting_rules import QueueOverflow, QueueRing, WaitingRules
from tests.routing.centre import Centre


async def skill(centre: Centre, name: str, language: str | None = None) -> UUID:
    settings = SkillSettings(name=name, language=language)
    return (await configure_skill(centre.log, SYSTEM, settings)).id


async def queue_in(
    centre: Centre,
    queue_id: UUID,
    language: str | None = None,
    account: dict[UUID, int] | None = None,
) -> ConversationId:
    """A conversation of a contact with this language, from an account that requires this."""
    conversation_id = await centre.open_conversation()
    await centre.execute(
        """update contacts set language = $2
            where id = (select contact_id from conversations where id = $1)""",
        conversation_id,
        language,
    )
    account_id = await centre.fetchval("select id from channel_accounts")
    await set_account_requirements(centre.log, SYSTEM, account_id, account or {})
    async with centre.log.write() as unit:
        await transitions.queue_conversation(unit, conversation_id, queue_id)
    return conversation_id


async def required(centre: Centre, conversation_id: UUID) -> dict[str, int]:
    async with centre.database.connection() as connection:
        view = await get_conversation_view(connection, conversation_id)
    return {each.skill: each.least_proficiency for each in view.requirements}


async def test_nothing_is_required_where_nothing_is_configured(centre: Centre) -> None:
    await skill(centre, "Russian", "ru")
    queue_id = await centre.add_queue()
    await centre.add_agent(queue_id, skills={"Russian": 5})

    assert await required(centre, await queue_in(centre, queue_id, "ru")) == {}


async def test_the_queue_and_the_account_require_and_the_higher_of_two_holds(
    centre: Centre,
) -> None:
    roaming, fibre, brand = [await skill(centre, name) for name in ("Roaming", "Fibre", "Svetlo")]
    queue_id = await centre.add_queue(requirements={roaming: 3, fibre: 2})

    conversation_id = await queue_in(centre, queue_id, account={fibre: 4, brand: 1})

    assert await required(centre, conversation_id) == {"Fibre": 4, "Roaming": 3, "Svetlo": 1}


@pytest.mark.parametrize(
    ("language", "spoken", "expected"),
    [
        ("ru", {"Russian": 3}, {"Russian": 3}),
        ("RU-by", {"Russian": 5}, {"Russian": 3}),
        # Nobody speaks it, or not so well: it would wait for ever.
        ("ru", {}, {}),
        ("ru", {"Russian": 2}, {}),
        # No such language among the skills, or none known of the contact.
        ("kk", {"Russian": 5}, {}),
        (None, {"Russian": 5}, {}),
    ],
)
async def test_the_contacts_language_is_required_where_somebody_speaks_it(
    centre: Centre, language: str | None, spoken: dict[str, Any], expected: dict[str, int]
) -> None:
    await skill(centre, "Russian", "ru")
    queue_id = await centre.add_queue(least_language_proficiency=3)
    await centre.add_agent(queue_id, skills=spoken)
    # Who serves another queue is of no use here.
    await centre.add_agent(await centre.add_queue(), name="Bea", skills={"Russian": 5})

    assert await required(centre, await queue_in(centre, queue_id, language)) == expected


@pytest.mark.parametrize(
    ("ring", "is_required"),
    [
        (QueueRing(after_seconds=60, is_any_agent=True), True),
        (QueueRing(after_seconds=60, least_language_proficiency=0), True),
        # Lowered is not dropped.
        (QueueRing(after_seconds=60, least_language_proficiency=1), False),
    ],
)
async def test_a_language_that_nobody_speaks_is_required_where_a_ring_drops_it(
    centre: Centre, ring: QueueRing, is_required: bool
) -> None:
    await skill(centre, "Russian", "ru")
    end = QueueOverflow(after_seconds=90, kind="queue", queue_id=await centre.add_queue())
    queue_id = await centre.add_queue(
        least_language_proficiency=3, rules=WaitingRules(rings=(ring,), overflow=end)
    )

    found = await required(centre, await queue_in(centre, queue_id, "ru"))

    assert found == ({"Russian": 3} if is_required else {})


@pytest.mark.parametrize(
    ("kind", "is_kept", "is_required"),
    [("message", False, True), ("message", True, False), ("callback", False, False)],
)
async def test_a_language_that_nobody_speaks_is_required_where_the_wait_is_closed(
    centre: Centre, kind: Any, is_kept: bool, is_required: bool
) -> None:
    await skill(centre, "Russian", "ru")
    end = QueueOverflow(after_seconds=90, kind=kind, is_kept=is_kept, words={"en": "Later."})
    queue_id = await centre.add_queue(
        least_language_proficiency=3, rules=WaitingRules(overflow=end)
    )

    found = await required(centre, await queue_in(centre, queue_id, "ru"))

    assert found == ({"Russian": 3} if is_required else {})


async def test_it_rings_at_who_can_do_it_well_enough_and_at_nobody_else(centre: Centre) -> None:
    fibre = await skill(centre, "Fibre")
    queue_id = await centre.add_queue(requirements={fibre: 3})
    ada = await centre.add_agent(queue_id)
    bea = await centre.add_agent(queue_id, name="Bea", skills={"Fibre": 2})
    cleo = await centre.add_agent(queue_id, name="Cleo", skills={"Fibre": 3})
    await centre.set_presence(cleo, "away")
    async with centre.routing():
        waiting = await queue_in(centre, queue_id)
        plain = await centre.queue_conversation(await _plain(centre, ada))
        await centre.offer_for(ada, plain)
        assert await centre.state_of(waiting) == "queued"

        await centre.set_presence(cleo, "available")

        await centre.offer_for(cleo, waiting)
        assert await centre.find_offer(bea) is None


async def test_who_learns_it_is_offered_what_waits_for_it(centre: Centre) -> None:
    fibre = await skill(centre, "Fibre")
    queue_id = await centre.add_queue(requirements={fibre: 3})
    ada = await centre.add_agent(queue_id, skills={"Fibre": 2})
    async with centre.routing():
        waiting = await queue_in(centre, queue_id)

        await configure_agent(centre.log, SYSTEM, ada, AgentSettings(skills={"Fibre": 3}))

        await centre.offer_for(ada, waiting)


async def test_a_skill_that_is_renamed_while_it_is_waited_for_is_the_same(
    centre: Centre,
) -> None:
    fibre = await skill(centre, "Fibre")
    queue_id = await centre.add_queue(requirements={fibre: 1})
    async with centre.routing():
        waiting = await queue_in(centre, queue_id)
        await configure_skill(centre.log, SYSTEM, SkillSettings(name="Glass"), skill_id=fibre)

        ada = await centre.add_agent(queue_id, skills={"Glass": 1})

        await centre.offer_for(ada, waiting)
    assert await required(centre, waiting) == {"Glass": 1}


async def test_what_waits_for_a_skill_that_is_removed_waits_for_anybody(centre: Centre) -> None:
    fibre = await skill(centre, "Fibre")
    queue_id = await centre.add_queue(requirements={fibre: 1})
    ada = await centre.add_agent(queue_id)
    async with centre.routing():
        first = await queue_in(centre, queue_id)
        second = await queue_in(centre, queue_id)
        plain = await centre.queue_conversation(await _plain(centre, ada))
        await centre.accept(await centre.offer_for(ada, plain))
        assert await centre.state_of(first) == "queued"

        await remove_skill(centre.log, SYSTEM, fibre)

        # By the keys they had: the older one first.
        await centre.offer_for(ada, first)
        assert await centre.state_of(second) == "queued"
    assert await required(centre, first) == {}


async def test_a_router_that_begins_anew_knows_what_is_required(centre: Centre) -> None:
    fibre = await skill(centre, "Fibre")
    queue_id = await centre.add_queue(requirements={fibre: 1})
    await centre.add_agent(queue_id)
    cleo = await centre.add_agent(queue_id, name="Cleo", skills={"Fibre": 1})
    waiting = await queue_in(centre, queue_id)

    async with centre.routing():
        await centre.offer_for(cleo, waiting)


async def test_a_change_of_the_queue_is_for_those_that_come_later(centre: Centre) -> None:
    fibre = await skill(centre, "Fibre")
    queue_id = await centre.add_queue(name="Support")
    before = await queue_in(centre, queue_id)

    settings = QueueSettings(name="Support", requirements={fibre: 2})
    await configure_queue(centre.log, SYSTEM, settings, queue_id=queue_id)

    assert await required(centre, before) == {}
    assert await required(centre, await queue_in(centre, queue_id)) == {"Fibre": 2}


async def _plain(centre: Centre, agent_id: UUID) -> UUID:
    """A queue that requires nothing, which this agent serves as well, with room for two."""
    queue_id = await centre.add_queue()
    async with centre.database.connection() as connection:
        rows = await connection.fetch(
            "select queue_id from queue_members where agent_id = $1", agent_id
        )
    settings = AgentSettings(units_by_kind={"telegram": 50})
    present = [row["queue_id"] for row in rows]
    await configure_agent(centre.log, SYSTEM, agent_id, settings, queue_ids=[*present, queue_id])
    return queue_id
