"""The routes of agents: who may see them, who may say what they can do, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from halfminute.identity.principals import Grant
from halfminute.kit.ids import new_id
from tests.callers import AGENT, Caller, Callers, open_application
from tests.routing.centre import Centre

ADA = UUID("01a209ff-383b-7260-9fb1-1e8c56e432c6")


@pytest.fixture
async def callers(centre: Centre, tmp_path: Path) -> AsyncIterator[Callers]:
    async with open_application(centre.log, tmp_path) as callers:
        yield callers


@pytest.fixture
async def ada(callers: Callers) -> Caller:
    return await callers.sign_in("Ada", AGENT)


@pytest.fixture
async def chief(callers: Callers) -> Caller:
    return await callers.sign_in("Chief", Grant("supervisor", "all"))


async def team_of(centre: Centre, agent_id: UUID) -> UUID:
    team_id = await centre.fetchval("select team_id from agents where id = $1", agent_id)
    assert isinstance(team_id, UUID)
    return team_id


async def test_an_agent_says_whether_it_is_there(ada: Caller) -> None:
    here = await ada.ask("PUT", "/api/presence", {"presence": "available"})
    gone = await ada.ask("PUT", "/api/presence", {"presence": "away", "reason": "lunch"})

    assert (here.status_code, here.json()["presence"]) == (200, "available")
    assert (gone.json()["presence"], gone.json()["presence_reason"]) == ("away", "lunch")
    assert gone.json()["id"] == str(ada.id)


async def test_who_is_no_agent_has_no_presence(chief: Caller) -> None:
    body = {"presence": "available"}
    assert await chief.is_refused(404, "agent_not_found", "PUT", "/api/presence", body)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"presence": "asleep"},
        {"presence": None},
        {"presence": "away", "reason": "x" * 101},
        {"presence": "away", "reason": 5},
        {"presence": "away", "since": "noon"},
        [],
    ],
)
async def test_what_is_no_presence_is_said_and_changes_nothing(
    centre: Centre, ada: Caller, body: Any
) -> None:
    await ada.ask("PUT", "/api/presence", {"presence": "available"})

    assert await ada.is_refused(400, "invalid_request", "PUT", "/api/presence", body)

    assert await centre.presence_of(ada.id) == ("available", "")


async def test_each_sees_the_agents_of_its_scope(
    centre: Centre, callers: Callers, ada: Caller, chief: Caller
) -> None:
    night = await centre.add_agent(name="Nora", team="Night")
    day = await centre.add_agent(name="Dan", team="Day")
    lead = await callers.sign_in("Lead", Grant("supervisor", "team", await team_of(centre, night)))

    async def seen_by(caller: Caller) -> set[str]:
        answer = await caller.ask("GET", "/api/agents")
        assert answer.status_code == 200
        return {view["id"] for view in answer.json()}

    assert await seen_by(ada) == {str(ada.id)}
    assert await seen_by(lead) == {str(night)}
    assert await seen_by(chief) == {str(ada.id), str(night), str(day)}


async def test_a_supervisor_configures_an_agent_as_a_whole(chief: Caller, ada: Caller) -> None:
    settings = {"team": "Night", "capacity_units": 200, "skills": {"roaming": 5}}
    answer = await chief.ask("PUT", f"/api/agents/{ada.id}", settings)
    anew = await chief.ask("PUT", f"/api/agents/{ada.id}", {})

    assert (answer.status_code, answer.json()["capacity_units"]) == (200, 200)
    assert answer.json()["team_id"] is not None
    assert (anew.json()["capacity_units"], anew.json()["team_id"]) == (100, None)


async def test_what_is_configured_is_told_as_it_was_given(
    centre: Centre, chief: Caller, ada: Caller
) -> None:
    queue_id = await centre.add_queue()
    settings = {
        "team": "Night",
        "capacity_units": 200,
        "skills": {"roaming": 5},
        "units_by_kind": {"telegram": 50},
        "queue_ids": [str(queue_id)],
    }
    changed = await chief.ask("PUT", f"/api/agents/{ada.id}", settings)

    listed = (await chief.ask("GET", "/api/agents/details")).json()
    told = next(each for each in listed if each["id"] == str(ada.id))

    assert told == changed.json()
    assert {key: told[key] for key in settings} == {
        **settings,
        "units_by_kind": told["units_by_kind"],
    }
    assert (told["units_by_kind"]["telegram"], told["units_by_kind"]["voice"]) == (50, 100)
    assert told["is_agent"] is True


async def test_users_who_are_no_agents_are_listed_to_be_made_agents(
    callers: Callers, chief: Caller
) -> None:
    user = await callers.sign_in("Newcomer")

    listed = (await chief.ask("GET", "/api/agents/details")).json()

    told = next(each for each in listed if each["id"] == str(user.id))
    assert (told["is_agent"], told["capacity_units"], told["queue_ids"]) == (False, 100, [])


async def test_of_two_who_change_an_agent_at_once_the_second_is_told(
    chief: Caller, ada: Caller
) -> None:
    path = f"/api/agents/{ada.id}"
    seen = (await chief.ask("PUT", path, {"skills": {"roaming": 1}})).json()["revision"]
    first = {"skills": {"roaming": 2}, "revision": seen}
    second = {"skills": {"roaming": 3}, "revision": seen}

    changed = await chief.ask("PUT", path, first)

    assert changed.json()["skills"] == {"roaming": 2}
    assert await chief.is_refused(409, "agent_changed", "PUT", path, second)
    again = {**second, "revision": changed.json()["revision"]}
    assert (await chief.ask("PUT", path, again)).json()["skills"] == {"roaming": 3}


async def test_an_agent_leaves_and_joins_queues_and_only_those_of_the_callers_scope(
    centre: Centre, callers: Callers, chief: Caller
) -> None:
    own, foreign = await centre.add_queue(), await centre.add_queue()
    nora = await centre.add_agent(own, name="Nora", team="Night")
    grants = (
        Grant("supervisor", "team", await team_of(centre, nora)),
        Grant("supervisor", "queue", own),
    )
    lead = await callers.sign_in("Lead", *grants)
    path = f"/api/agents/{nora}"

    left = await lead.ask("PUT", path, {"team": "Night", "queue_ids": []})
    assert left.json()["queue_ids"] == []
    wide = {"team": "Night", "queue_ids": [str(own), str(foreign)]}
    assert await lead.is_refused(404, "not_found", "PUT", path, wide)
    nowhere = {"queue_ids": [str(new_id())]}
    assert await chief.is_refused(400, "invalid_agent_queues", "PUT", path, nowhere)
    listed = (await lead.ask("GET", "/api/agents/details")).json()
    assert [(each["name"], each["queue_ids"]) for each in listed] == [("Nora", [])]


async def test_a_supervisor_makes_a_user_an_agent(callers: Callers, chief: Caller) -> None:
    user = await callers.sign_in("Newcomer")

    answer = await chief.ask("PUT", f"/api/agents/{user.id}", {})

    assert (answer.status_code, answer.json()["presence"]) == (200, "offline")


async def test_nobody_configures_beyond_its_scope(
    centre: Centre, callers: Callers, ada: Caller
) -> None:
    night = await centre.add_agent(name="Nora", team="Night")
    day = await centre.add_agent(name="Dan", team="Day")
    lead = await callers.sign_in("Lead", Grant("supervisor", "team", await team_of(centre, night)))
    stranger = await callers.sign_in("Stranger")

    allowed = await lead.ask("PUT", f"/api/agents/{night}", {"team": "Night"})
    assert allowed.status_code == 200
    for caller, agent_id, status, code in [
        (ada, ada.id, 403, "forbidden"),
        (ada, day, 403, "forbidden"),
        (lead, day, 404, "not_found"),
        (stranger, day, 403, "forbidden"),
    ]:
        assert await caller.is_refused(status, code, "PUT", f"/api/agents/{agent_id}", {})
    told = await centre.fetch(
        "select from audit_entries where action = 'configure_agent' and actor_id = any($1)",
        [ada.id, stranger.id],
    )
    assert told == []


@pytest.mark.parametrize(
    "settings",
    [
        {"capacity_units": 0},
        {"capacity_units": 1001},
        {"capacity_units": "many"},
        {"skills": {"roaming": 6}},
        {"skills": {"roaming": 0}},
        {"skills": {"": 3}},
        {"skills": ["roaming"]},
        {"units_by_kind": {"telegram": 0}},
        {"team": ""},
        {"team": "x" * 101},
        {"team": "nul\0"},
        {"colour": "red"},
    ],
)
async def test_settings_that_make_no_sense_are_refused(
    chief: Caller, ada: Caller, settings: Any
) -> None:
    path = f"/api/agents/{ada.id}"
    assert await chief.is_refused(400, "invalid_request", "PUT", path, settings)


async def test_who_is_no_user_cannot_be_made_an_agent(chief: Caller) -> None:
    assert await chief.is_refused(404, "agent_not_found", "PUT", f"/api/agents/{new_id()}", {})


async def test_a_path_that_names_nobody_is_not_found(chief: Caller) -> None:
    assert (await chief.client.put("/api/agents/ada", json={})).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/api/presence"),
        ("GET", "/api/agents"),
        ("GET", "/api/agents/details"),
        ("PUT", f"/api/agents/{ADA}"),
        ("GET", "/api/skills"),
    ],
)
async def test_who_has_not_signed_in_is_told_so(callers: Callers, method: str, path: str) -> None:
    nobody = Caller(new_id(), await callers.open_browser())

    assert await nobody.is_refused(401, "not_signed_in", method, path, {})
