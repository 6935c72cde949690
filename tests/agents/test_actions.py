"""What agents can do, whether they are there, and who may say so."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.actions.record_heartbeats import record_heartbeats
from halfminute.agents.actions.set_presence import set_presence
from halfminute.agents.errors import AgentNotFound
from halfminute.agents.queries import get_agent_view, list_abilities, list_agents
from halfminute.agents.schemas import AgentSettings
from halfminute.agents.skills import list_skills
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.errors import NotFound
from halfminute.kit.ids import new_id
from tests.routing.centre import Centre, agent_principal


async def test_an_agent_is_configured_as_a_whole_each_time(centre: Centre) -> None:
    user_id = await centre.add_user("Ada")
    first = AgentSettings(
        team="Night", skills={"ru": 5, "fibre": 2}, units_by_kind={"telegram": 25, "fax": 50}
    )
    await configure_agent(centre.log, SYSTEM, user_id, first)
    second = AgentSettings(capacity_units=200, skills={"ru": 4, "en": 3})
    details = await configure_agent(centre.log, SYSTEM, user_id, second)
    assert (details.presence, details.capacity_units, details.team) == ("offline", 200, None)

    async with centre.database.connection() as connection:
        (abilities,) = await list_abilities(connection)
        ids = {skill.name: str(skill.id) for skill in await list_skills(connection)}
    assert details.skills == {"en": 3, "ru": 4}
    assert set(abilities.skills) == {(ids["en"], 3), (ids["ru"], 4)}
    units = dict(abilities.units_by_kind)
    assert (units["telegram"], units["voice"], "fax" in units) == (34, 100, False)
    assert await centre.count_told("AgentConfigured") == 2
    audited = await centre.fetch("select action, details from audit_entries order by id")
    assert [row["action"] for row in audited] == ["configure_agent"] * 2


async def test_nobody_becomes_an_agent_without_being_a_user(centre: Centre) -> None:
    with pytest.raises(AgentNotFound):
        await configure_agent(centre.log, SYSTEM, new_id(), AgentSettings())
    assert await centre.count_told("AgentConfigured") == 0


async def test_two_may_name_the_same_new_skill_at_once(centre: Centre) -> None:
    users = [await centre.add_user(f"Agent {n}") for n in range(4)]
    settings = AgentSettings(team="Day", skills={"roaming": 3, "fibre": 1})
    await asyncio.gather(
        *(configure_agent(centre.log, SYSTEM, user_id, settings) for user_id in users)
    )
    assert await centre.fetchval("select count(*) from skills") == 2
    assert await centre.fetchval("select count(*) from agent_skills") == 8


async def test_a_presence_that_is_so_already_is_not_told_again(centre: Centre) -> None:
    agent_id = await centre.add_agent(presence="offline")
    principal = agent_principal(agent_id)
    for _ in range(2):
        view = await set_presence(centre.log, principal, agent_id, "away", "lunch")
    assert (view.presence, view.presence_reason) == ("away", "lunch")
    assert await centre.count_told("AgentPresenceChanged") == 1


async def test_ones_own_presence_is_not_audited_and_a_forced_one_is(centre: Centre) -> None:
    agent_id = await centre.add_agent(presence="offline")
    await centre.execute("create table kept as select id from audit_entries")
    await set_presence(centre.log, agent_principal(agent_id), agent_id, "available")
    supervisor = Principal(
        kind="user",
        name="Grace",
        user_id=UserId(await centre.add_user("Grace")),
        grants=(Grant("supervisor", "all"),),
    )
    await set_presence(centre.log, supervisor, agent_id, "offline", "forgot")
    audited = await centre.fetch(
        "select action, details from audit_entries where id not in (select id from kept)"
    )
    assert [(row["action"], row["details"]) for row in audited] == [
        ("set_presence", {"from": "available", "to": "offline", "reason": "forgot"})
    ]


async def test_an_agent_may_not_change_anothers_presence(centre: Centre) -> None:
    agent_id = await centre.add_agent()
    other = await centre.add_agent()
    with pytest.raises(NotFound):
        await set_presence(centre.log, agent_principal(other), agent_id, "offline")
    assert await centre.presence_of(agent_id) == ("available", "")


async def test_heartbeats_of_many_processes_never_wait_in_a_circle(centre: Centre) -> None:
    agents = [await centre.add_agent() for _ in range(6)]
    orders = [agents, agents[::-1], agents[3:] + agents[:3]] * 10
    await asyncio.gather(*(record_heartbeats(centre.database, order) for order in orders))
    count = "select count(*) from agents where last_heartbeat_at is not null"
    assert await centre.fetchval(count) == 6


async def test_the_load_is_what_the_agent_has_by_its_present_weights(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    async with centre.routing():
        await centre.queue_conversation(queue_id)
        offer = await centre.offer_for(agent_id)
        await centre.accept(offer)
    assert await load_of(centre, agent_id) == 34
    settings = AgentSettings(units_by_kind={"telegram": 50})
    await configure_agent(centre.log, SYSTEM, agent_id, settings)
    assert await load_of(centre, agent_id) == 50
    await centre.start_wrap_up(offer.conversation_id)
    assert await load_of(centre, agent_id) == 50
    await centre.finish_wrap_up(offer.conversation_id)
    assert await load_of(centre, agent_id) == 0


async def test_agents_are_listed_by_name(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    await centre.add_agent(queue_id, name="Olga")
    await centre.add_agent(name="Boris")
    async with centre.database.connection() as connection:
        views = await list_agents(connection)
    assert [(view.name, view.queue_ids) for view in views] == [("Boris", []), ("Olga", [queue_id])]


async def load_of(centre: Centre, agent_id: UUID) -> int:
    async with centre.database.connection() as connection:
        return (await get_agent_view(connection, agent_id)).load_units
