"""Skills are made, renamed and removed, and whoever has them is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from halfminute.identity.principals import Grant
from halfminute.kit.ids import new_id
from tests.callers import AGENT, Caller, Callers, open_application
from tests.routing.centre import Centre

NOWHERE = f"/api/skills/{new_id()}"


@pytest.fixture
async def callers(centre: Centre, tmp_path: Path) -> AsyncIterator[Callers]:
    async with open_application(centre.log, tmp_path) as callers:
        yield callers


@pytest.fixture
async def chief(callers: Callers) -> Caller:
    return await callers.sign_in("Chief", Grant("supervisor", "all"))


async def listed(chief: Caller) -> list[tuple[str, int]]:
    skills = (await chief.ask("GET", "/api/skills")).json()
    return [(skill["name"], skill["agent_count"]) for skill in skills]


async def test_a_skill_is_made_renamed_and_kept_by_who_has_it(
    centre: Centre, chief: Caller
) -> None:
    made = await chief.ask("POST", "/api/skills", {"name": "  Home  internet "})
    assert (made.status_code, made.json()["name"]) == (201, "Home internet")
    await centre.add_agent(skills={"Home internet": 4})

    renamed = await chief.ask("PUT", f"/api/skills/{made.json()['id']}", {"name": "Fibre"})

    assert (renamed.json()["name"], renamed.json()["agent_count"]) == ("Fibre", 1)
    assert await listed(chief) == [("Fibre", 1)]


async def test_a_skill_that_is_removed_is_taken_from_whoever_has_it(
    centre: Centre, chief: Caller
) -> None:
    ada = await centre.add_agent(skills={"Fibre": 4, "Roaming": 1})
    await centre.add_agent(name="Bea", skills={"Roaming": 2})
    before = await centre.count_told("AgentConfigured")
    skills = (await chief.ask("GET", "/api/skills")).json()
    fibre = next(skill["id"] for skill in skills if skill["name"] == "Fibre")

    assert (await chief.ask("DELETE", f"/api/skills/{fibre}")).status_code == 204

    told = (await centre.told("AgentConfigured"))[before:]
    assert [row["data"] for row in told] == [{"agent_id": str(ada)}]
    assert await listed(chief) == [("Roaming", 2)]
    [entry] = await centre.fetch("select details from audit_entries where action = 'remove_skill'")
    assert entry["details"] == {"name": "Fibre", "agent_ids": [str(ada)]}


async def test_a_name_is_given_once_and_what_is_not_there_is_not_found(
    centre: Centre, chief: Caller
) -> None:
    await centre.add_agent(skills={"Fibre": 4})
    roaming = (await chief.ask("POST", "/api/skills", {"name": "Roaming"})).json()["id"]
    body = {"name": "Fibre"}

    assert await chief.is_refused(409, "skill_name_taken", "POST", "/api/skills", body)
    path = f"/api/skills/{roaming}"
    assert await chief.is_refused(409, "skill_name_taken", "PUT", path, body)
    assert await chief.is_refused(400, "invalid_request", "PUT", path, {"name": " "})
    assert await chief.is_refused(404, "skill_not_found", "PUT", NOWHERE, {"name": "New"})
    assert await chief.is_refused(404, "skill_not_found", "DELETE", NOWHERE, None)


async def test_a_language_is_one_skill(chief: Caller) -> None:
    made = await chief.ask("POST", "/api/skills", {"name": "Russian", "language": "ru"})
    assert made.json()["language"] == "ru"

    body = {"name": "In Russian", "language": "ru"}
    assert await chief.is_refused(409, "skill_language_taken", "POST", "/api/skills", body)
    body = {"name": "Russian", "language": "Russian"}
    assert await chief.is_refused(400, "invalid_request", "POST", "/api/skills", body)


async def test_agents_do_not_say_what_skills_there_are(callers: Callers) -> None:
    ada = await callers.sign_in("Ada", AGENT)

    for method, path in [("GET", "/api/skills"), ("POST", "/api/skills"), ("DELETE", NOWHERE)]:
        assert await ada.is_refused(403, "forbidden", method, path, {"name": "New"})
