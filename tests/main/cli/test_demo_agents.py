"""Simulated agents are real users, made once, with a new password at each start."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.queries import list_agents
from halfminute.agents.schemas import AgentSettings
from halfminute.identity.actions.ensure_first_admin import ensure_first_admin
from halfminute.identity.actions.sign_in import sign_in
from halfminute.identity.errors import WrongCredentials
from halfminute.identity.principals import SYSTEM
from halfminute.main.cli.demo_agents import Hired, hire_agents
from halfminute.main.furniture import furnish
from halfminute.main.installation import open_log


async def hire(database_url: str, directory: Path, number: int) -> list[Hired]:
    place = await hire_agents(database_url, directory, number)
    assert place.stat().st_mode & 0o777 == 0o600
    return msgspec.json.decode(place.read_bytes(), type=list[Hired])


async def test_they_serve_the_queue_and_their_passwords_sign_them_in(
    database_url: str, tmp_path: Path
) -> None:
    async with open_log(database_url) as log:
        admin = await ensure_first_admin(log)
        assert admin is not None
        await furnish(log, admin.email)

        roster = await hire(database_url, tmp_path, 3)

        for hired in roster:
            await sign_in(log, email=hired.email, password=hired.password, ip=None)
        async with log.database.connection() as connection:
            agents = {agent.name: agent for agent in await list_agents(connection)}
    assert len({hired.name for hired in roster}) == 3
    assert all(len(agents[hired.name].queue_ids) == 1 for hired in roster)


async def test_a_second_start_keeps_the_people_and_what_was_configured_of_them(
    database_url: str, tmp_path: Path
) -> None:
    async with open_log(database_url) as log:
        (first,) = await hire(database_url, tmp_path, 1)
        async with log.database.connection() as connection:
            (agent,) = await list_agents(connection)
        await configure_agent(log, SYSTEM, agent.id, AgentSettings(capacity_units=68))
        (tmp_path / "demo-agents.json").unlink()

        second, other = await hire(database_url, tmp_path, 2)

        async with log.database.connection() as connection:
            agents = {agent.name: agent for agent in await list_agents(connection)}
        assert (second.email, second.name) == (first.email, first.name)
        assert agents[first.name].capacity_units == 68
        assert set(agents) == {first.name, other.name}
        await sign_in(log, email=second.email, password=second.password, ip=None)
        with pytest.raises(WrongCredentials):
            await sign_in(log, email=first.email, password=first.password, ip=None)
