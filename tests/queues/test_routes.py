"""The routes of queues: what they are and who serves them, for those who may say so."""

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

SETTINGS = {
    "name": "Roaming",
    "priority_credit_seconds": 60,
    "offer_timeout_seconds": 15,
    "wrap_up": "open",
    "wrap_up_seconds": 0,
    "target_seconds": 45,
    "is_pull_allowed": False,
    "is_enabled": True,
    "requirements": {},
    "least_language_proficiency": None,
    "calendar_id": None,
    "closed_action": "leave",
    "closed_words": {"en": "Closed."},
    "rules": {
        "rings": [],
        "overflow": None,
        "slope_per_mille": 1000,
        "greatest_wait_seconds": None,
        "agent_choice": "longest_idle",
        "keep_after_seconds": None,
    },
    "returns": {
        "silence_seconds": 300,
        "return_wait_seconds": 0,
        "last_agent_seconds": 86400,
        "last_agent_wait_seconds": 45,
    },
    "wrap_up_extension_seconds": 60,
}
SHOWN = ("name", "target_seconds", "offer_timeout_seconds", "wrap_up", "is_pull_allowed")


@pytest.fixture
async def callers(centre: Centre, tmp_path: Path) -> AsyncIterator[Callers]:
    async with open_application(centre.log, tmp_path) as callers:
        yield callers


@pytest.fixture
async def chief(callers: Callers) -> Caller:
    return await callers.sign_in("Chief", Grant("supervisor", "all"))


async def serving(centre: Centre, queue_id: UUID) -> set[UUID]:
    rows = await centre.fetch("select agent_id from queue_members where queue_id = $1", queue_id)
    return {row["agent_id"] for row in rows}


async def test_a_queue_is_made_and_changed_and_listed(chief: Caller) -> None:
    made = await chief.ask("POST", "/api/queues", SETTINGS)
    assert made.status_code == 201
    assert {key: made.json()[key] for key in SHOWN} == {key: SETTINGS[key] for key in SHOWN}
    assert (made.json()["waiting_count"], made.json()["longest_waiting_since"]) == (0, None)

    path = f"/api/queues/{made.json()['id']}"
    changed = await chief.ask("PUT", path, {"name": "Abroad"})
    listed = await chief.ask("GET", "/api/queues")

    # What is left out takes its default: settings are told as a whole.
    assert (changed.status_code, changed.json()["target_seconds"]) == (200, 30)
    assert [view["name"] for view in listed.json()] == ["Abroad"]


async def test_a_queue_that_is_switched_off_is_listed_as_such(chief: Caller) -> None:
    made = await chief.ask("POST", "/api/queues", SETTINGS)

    off = {**SETTINGS, "is_enabled": False}
    changed = await chief.ask("PUT", f"/api/queues/{made.json()['id']}", off)

    assert changed.status_code == 200
    listed = (await chief.ask("GET", "/api/queues")).json()
    assert [(view["name"], view["is_enabled"]) for view in listed] == [("Roaming", False)]


async def test_all_that_is_configured_is_listed_as_it_was_given(
    centre: Centre, chief: Caller
) -> None:
    ada = await centre.add_agent()
    made = await chief.ask("POST", "/api/queues", {**SETTINGS, "agent_ids": [str(ada)]})
    await centre.queue_conversation(UUID(made.json()["id"]))
    await centre.execute(
        "update channel_accounts set name = 'Bot', queue_id = (select id from queues)"
    )

    [listed] = (await chief.ask("GET", "/api/queues")).json()

    assert {key: listed[key] for key in SETTINGS} == SETTINGS
    assert (listed["agent_ids"], listed["account_names"]) == ([str(ada)], ["Bot"])
    assert listed["waiting_count"] == 1
    assert listed["revision"] == made.json()["revision"]


async def test_of_two_who_change_a_queue_at_once_the_second_is_told(
    centre: Centre, chief: Caller
) -> None:
    made = (await chief.ask("POST", "/api/queues", SETTINGS)).json()
    path, seen = f"/api/queues/{made['id']}", made["revision"]
    first = {**SETTINGS, "target_seconds": 60, "revision": seen}
    second = {**SETTINGS, "target_seconds": 90, "revision": seen}

    changed = await chief.ask("PUT", path, first)

    assert changed.status_code == 200
    assert await chief.is_refused(409, "queue_changed", "PUT", path, second)
    again = {**second, "revision": changed.json()["revision"]}
    assert (await chief.ask("PUT", path, again)).json()["target_seconds"] == 90


async def test_a_change_of_who_serves_is_a_change_of_the_queue(
    centre: Centre, chief: Caller
) -> None:
    ada, bea = await centre.add_agent(), await centre.add_agent(name="Bea")
    made = (await chief.ask("POST", "/api/queues", SETTINGS)).json()
    path = f"/api/queues/{made['id']}"
    await chief.ask("PUT", f"{path}/agents", {"agent_ids": [str(ada)]})

    stale = {**SETTINGS, "agent_ids": [str(bea)], "revision": made["revision"]}

    assert await chief.is_refused(409, "queue_changed", "PUT", path, stale)
    assert await serving(centre, UUID(made["id"])) == {ada}


async def test_a_change_with_one_stranger_changes_nothing(centre: Centre, chief: Caller) -> None:
    made = (await chief.ask("POST", "/api/queues", SETTINGS)).json()
    path = f"/api/queues/{made['id']}"
    body = {**SETTINGS, "target_seconds": 99, "agent_ids": [str(new_id())]}

    assert await chief.is_refused(400, "invalid_queue_agents", "PUT", path, body)

    [listed] = (await chief.ask("GET", "/api/queues")).json()
    assert listed["revision"] == made["revision"]


async def test_what_is_changed_is_audited_with_who_serves(centre: Centre, chief: Caller) -> None:
    ada = await centre.add_agent()
    made = await chief.ask("POST", "/api/queues", {**SETTINGS, "agent_ids": [str(ada)]})

    [entry] = await centre.fetch(
        "select actor_id, object_id, details from audit_entries where action = 'configure_queue'"
    )

    assert (entry["actor_id"], entry["object_id"]) == (chief.id, made.json()["id"])
    assert entry["details"] == {**SETTINGS, "agent_ids": [str(ada)]}


async def test_two_queues_cannot_have_one_name(chief: Caller) -> None:
    await chief.ask("POST", "/api/queues", SETTINGS)
    other = await chief.ask("POST", "/api/queues", {"name": "Other"})

    assert await chief.is_refused(409, "queue_name_taken", "POST", "/api/queues", SETTINGS)
    path = f"/api/queues/{other.json()['id']}"
    assert await chief.is_refused(409, "queue_name_taken", "PUT", path, SETTINGS)


async def test_who_serves_a_queue_is_told_as_a_whole(centre: Centre, chief: Caller) -> None:
    queue_id = await centre.add_queue()
    first, second = await centre.add_agent(), await centre.add_agent(name="Bea")
    path = f"/api/queues/{queue_id}/agents"

    for agents in ([first], [first, second, second], [second]):
        body = {"agent_ids": [str(agent) for agent in agents]}
        assert (await chief.ask("PUT", path, body)).status_code == 204
        assert await serving(centre, queue_id) == set(agents)
    assert (await chief.ask("PUT", path, {"agent_ids": []})).status_code == 204
    assert await serving(centre, queue_id) == set()


async def test_only_agents_can_serve_and_one_stranger_spoils_all(
    centre: Centre, chief: Caller
) -> None:
    queue_id = await centre.add_queue()
    ada = await centre.add_agent(queue_id)
    path = f"/api/queues/{queue_id}/agents"

    for stranger in (await centre.add_user("Bob"), new_id()):
        body = {"agent_ids": [str(ada), str(stranger)]}
        assert await chief.is_refused(400, "invalid_queue_agents", "PUT", path, body)
    assert await serving(centre, queue_id) == {ada}


async def test_a_queue_that_is_not_there_is_not_found(chief: Caller) -> None:
    path = f"/api/queues/{new_id()}"
    assert await chief.is_refused(404, "queue_not_found", "PUT", path, SETTINGS)
    agents = f"{path}/agents"
    assert await chief.is_refused(404, "queue_not_found", "PUT", agents, {"agent_ids": []})


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": " \t "},
        {"name": "x" * 101},
        {"name": "nul\0"},
        {"name": None},
        {"priority_credit_seconds": 86_401},
        {"offer_timeout_seconds": 0},
        {"offer_timeout_seconds": 20.5},
        {"wrap_up": "never"},
        {"wrap_up_seconds": -1},
        {"target_seconds": 0},
        {"is_pull_allowed": "yes"},
        {"requirements": {"fibre": 3}},
        {"requirements": {"01a209ff-383b-7260-9fb1-1e8c56e432c6": 6}},
        {"least_language_proficiency": 0},
        {"closed_action": "shout"},
        {"closed_words": {"English": "Closed."}},
        {"closed_words": {"en": ""}},
        {"colour": "red"},
    ],
)
async def test_settings_that_make_no_sense_are_refused(
    centre: Centre, chief: Caller, change: Any
) -> None:
    queue_id = await centre.add_queue()
    body = {**SETTINGS, **change}

    assert await chief.is_refused(400, "invalid_request", "POST", "/api/queues", body)
    assert await chief.is_refused(400, "invalid_request", "PUT", f"/api/queues/{queue_id}", body)
    assert await centre.fetchval("select count(*) from queues") == 1


@pytest.mark.parametrize("body", [{}, {"agent_ids": "all"}, {"agent_ids": ["ada"]}, {"agents": []}])
async def test_what_names_no_agents_is_refused(centre: Centre, chief: Caller, body: Any) -> None:
    path = f"/api/queues/{await centre.add_queue()}/agents"
    assert await chief.is_refused(400, "invalid_request", "PUT", path, body)


async def test_only_who_leads_them_may_say_what_queues_are(
    centre: Centre, callers: Callers
) -> None:
    own, foreign = await centre.add_queue(), await centre.add_queue()
    ada = await callers.sign_in("Ada", AGENT, queue_ids=(own,))
    lead = await callers.sign_in("Lead", Grant("supervisor", "queue", own))
    nobody = Caller(new_id(), await callers.open_browser())
    requests: list[tuple[str, str, Any]] = [
        ("POST", "/api/queues", SETTINGS),
        ("PUT", f"/api/queues/{foreign}", SETTINGS),
        ("PUT", f"/api/queues/{foreign}/agents", {"agent_ids": []}),
    ]

    for method, path, body in requests:
        assert await ada.is_refused(403, "forbidden", method, path, body)
        assert await nobody.is_refused(401, "not_signed_in", method, path, body)
        # Within its queue a supervisor may all; what lies outside it is not there.
        assert await lead.is_refused(404, "not_found", method, path, body)
    assert await ada.is_refused(403, "forbidden", "GET", "/api/queues", None)
    assert await nobody.is_refused(401, "not_signed_in", "GET", "/api/queues", None)
    listed = await lead.ask("GET", "/api/queues")
    assert [view["id"] for view in listed.json()] == [str(own)]
    changed = await lead.ask("PUT", f"/api/queues/{own}", SETTINGS)
    assert changed.status_code == 200
    body = {"agent_ids": [str(ada.id)]}
    assert (await lead.ask("PUT", f"/api/queues/{own}/agents", body)).status_code == 204
    assert await serving(centre, foreign) == set()


async def test_what_an_account_requires_is_told_as_a_whole(
    centre: Centre, callers: Callers, chief: Caller
) -> None:
    await centre.open_conversation()
    account_id = await centre.fetchval("select id from channel_accounts")
    fibre = (await chief.ask("POST", "/api/skills", {"name": "Fibre"})).json()["id"]
    admin = await callers.sign_in("Admin", Grant("admin", "all"))
    path = f"/api/channel-accounts/{account_id}/requirements"

    body = {"requirements": {fibre: 3}}
    changed = (await admin.ask("PUT", path, body)).json()
    assert changed["requirements"] == body["requirements"]
    assert (await chief.ask("GET", path)).json() == changed
    stranger = {"requirements": {str(new_id()): 3}}
    assert await admin.is_refused(400, "invalid_requirements", "PUT", path, stranger)
    assert (await chief.ask("GET", path)).json() == changed
    elsewhere = path.replace(str(account_id), str(new_id()))
    assert await admin.is_refused(404, "channel_account_not_found", "PUT", elsewhere, body)
    assert await chief.is_refused(403, "forbidden", "PUT", path, body)


async def test_of_two_who_change_what_an_account_requires_the_second_is_told(
    centre: Centre, callers: Callers, chief: Caller
) -> None:
    await centre.open_conversation()
    account_id = await centre.fetchval("select id from channel_accounts")
    fibre = (await chief.ask("POST", "/api/skills", {"name": "Fibre"})).json()["id"]
    admin = await callers.sign_in("Admin", Grant("admin", "all"))
    path = f"/api/channel-accounts/{account_id}/requirements"
    seen = (await admin.ask("GET", path)).json()["revision"]

    first, second = [{"requirements": {fibre: least}, "revision": seen} for least in (3, 5)]
    changed = (await admin.ask("PUT", path, first)).json()
    refusal = 409, "account_requirements_changed", "PUT", path

    assert changed["revision"] != seen
    assert await admin.is_refused(*refusal, second)
    assert (await admin.ask("GET", path)).json() == changed
    again = {**second, "revision": changed["revision"]}
    assert (await admin.ask("PUT", path, again)).json()["requirements"] == {fibre: 5}
