"""Every route of the published schema, asked by those whom it is none of their business."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok

from halfminute.identity.principals import Grant
from halfminute.main.parts import open_parts
from tests.journeys.floor import Agent, Api, Floor, furnish, hire
from tests.journeys.house import House
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey

NAME: Final = "Zvenyslava"
# No hexadecimal digits alone: an id may hold any of those by chance.
WORDS: Final = "My card ends in 47-11-xy"
# What anybody may read, because nothing in it is of people; visitors show tokens of their own.
PUBLIC: Final = ("/health", "/api/schema", "/api/webchat")
EXAMPLES: Final = 8
# What every agent may choose from; nothing in it is of people.
_FOR_ALL_AGENTS: Final = ("GET", "/api/channel-accounts/{account_id}/sticker-sets")


@dataclass(frozen=True)
class Affair:
    """A conversation of one floor, with all that has an address of its own."""

    floor: Floor
    ids: dict[str, str]

    @property
    def telling(self) -> list[str]:
        """What no outsider may find in any answer."""
        return [NAME, "47-11-xy", *self.ids.values()]

    def fill(self, path: str) -> str:
        """The path with our ids in it; what else it names is nowhere."""
        known = {**self.ids, "account_id": str(self.floor.account_id)}
        return re.sub(r"\{(\w+)\}", lambda match: known.get(match[1], str(uuid4())), path)


@pytest.fixture(scope="module")
def affair(whole_house: House) -> Affair:
    floor = furnish(whole_house, "Анна Ковалёва", "Boris O'Neill", offer_timeout_seconds=600)
    customer = floor.enter(NAME)
    with floor.sign_in() as api:
        api.set_presence("available")
        run_coroutine(_keep_alive(floor))
        customer.write(WORDS)
        offer = _first(lambda: api.desk()["offers"])
        path = f"/api/offers/{offer['id']}/accept"
        conversation = api.call("POST", path, {"epoch": offer["epoch"]})
        customer.act("photo", caption=WORDS)
        photo = _first(lambda: _pictures(api, conversation["id"]))
        floor.enter(NAME).write(WORDS)
        ringing = _first(lambda: api.desk()["offers"])
    ids = {
        "conversation_id": conversation["id"],
        "message_id": photo["id"],
        "file_id": photo["parts"][0]["file_id"],
        "contact_id": conversation["contact"]["id"],
        "queue_id": str(floor.queue_id),
        "offer_id": ringing["id"],
        "agent_id": str(floor.agents[1].id),
    }
    return Affair(floor, ids)


async def _keep_alive(floor: Floor) -> None:
    """No screen sends heartbeats for the agent here, and the offer is to go on ringing."""
    connection = await asyncpg.connect(floor.house.settings.database_url)
    try:
        statement = "update agents set last_heartbeat_at = now() + '1 hour' where id = $1"
        await connection.execute(statement, floor.agent.id)
    finally:
        await connection.close()


def _first(read: Callable[[], list[Any]]) -> Any:
    found: list[Any] = []
    while not found:
        found = read()
    return found[0]


def _pictures(api: Api, conversation_id: str) -> list[Any]:
    parts = [(message, message["parts"][0]) for message in api.messages(conversation_id)]
    return [message for message, part in parts if part.get("file_state") == "ready"]


async def _hire(house: House, *grants: Grant, team: str) -> Agent:
    async with open_parts(house.settings) as parts:
        return await hire(parts, "Outsider", f"{uuid4()}@halfminute.example", *grants, team=team)


async def _find_team(house: House, name: str) -> UUID:
    connection = await asyncpg.connect(house.settings.database_url)
    try:
        found: UUID = await connection.fetchval("select id from teams where name = $1", name)
        return found
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def outsiders(affair: Affair) -> dict[str, Agent]:
    """People of the same house who have nothing to do with the affair."""
    house = affair.floor.house
    elsewhere = furnish(house, "Agent elsewhere")
    team = f"Team {uuid4()}"
    member = run_coroutine(_hire(house, team=team))
    team_id = run_coroutine(_find_team(house, team))
    of_team = Grant("supervisor", "team", team_id)
    of_queue = Grant("supervisor", "queue", elsewhere.queue_id)
    return {
        "agent of another queue": elsewhere.agent,
        "agent of no queue": member,
        "supervisor of another team": run_coroutine(_hire(house, of_team, team=team)),
        "supervisor of another queue": run_coroutine(_hire(house, of_queue, team=team)),
    }


def _operations(house: House) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of every route that the schema publishes."""
    schema = httpx.get(f"{house.url}/api/schema/openapi.json").json()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            is_about_itself = path.startswith(PUBLIC)
            if method in ("get", "post", "put", "delete") and not is_about_itself:
                yield method.upper(), path, operation


def _bodies(path: str, ids: dict[str, str]) -> dict[str, Any]:
    """A body that its route would take."""
    bodies: dict[str, dict[str, Any]] = {
        "messages": {"client_id": str(uuid4()), "text": "forged"},
        "{message_id}": {"text": "forged", "revision": 0},
        "notes": {"client_id": str(uuid4()), "text": "forged"},
        "draft": {"text": "forged", "version": 0},
        "read": {"message_id": ids["message_id"]},
        "close": {"is_solved": True, "disposition_code": "question_answered"},
        "transfer": {"client_id": str(uuid4()), "queue_id": ids["queue_id"]},
        "reassign": {"client_id": str(uuid4()), "agent_id": ids["agent_id"]},
        "consults": {"client_id": str(uuid4()), "agent_id": ids["agent_id"]},
        "accept": {"epoch": 1},
        "decline": {"epoch": 1, "reason": ""},
        "typing": {"is_typing": True},
        "sticker-sets": {"name": "Forged"},
        "erasure": {"name": NAME},
        "secrets": {"secrets": {"token": "forged"}},
        "contact-links": {"subject": "forged"},
        "presence": {"presence": "away", "reason": ""},
        "language": {"language": "en"},
        "session": {"email": "nobody@halfminute.example", "password": "guess"},
        "agents": {"agent_ids": []},
        "{queue_id}": {"name": "Forged"},
        "queues": {"name": "Forged"},
        "{agent_id}": {"capacity_units": 1},
        "{skill_id}": {"name": "Forged"},
        "{calendar_id}": {"name": "Forged", "time_zone": "UTC", "weekly": [[]] * 7},
        "requirements": {"requirements": {}},
    }
    return bodies.get(path.rstrip("/").rpartition("/")[2], {})


def _ask(api: Api, method: str, path: str, affair: Affair, **headers: str) -> httpx.Response:
    body = None if method in ("GET", "DELETE") else _bodies(path, affair.ids)
    return api.http.request(method, affair.fill(path), json=body, headers=headers)


async def _picture(affair: Affair) -> list[Any]:
    """What an outsider could have changed."""
    connection = await asyncpg.connect(affair.floor.house.settings.database_url)
    try:
        return [
            await connection.fetch(statement, UUID(affair.ids[name]))
            for name, statement in (
                ("conversation_id", "select * from conversations where id = $1"),
                ("conversation_id", "select * from drafts where conversation_id = $1"),
                ("conversation_id", "select id from messages where conversation_id = $1"),
                ("conversation_id", "select * from conversation_reads where conversation_id = $1"),
                ("offer_id", "select * from offers where id = $1"),
                ("queue_id", "select * from queues where id = $1"),
                ("queue_id", "select * from queue_agents where queue_id = $1"),
                ("agent_id", "select capacity_units, team_id from agents where id = $1"),
            )
        ]
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "who",
    [
        "agent of another queue",
        "agent of no queue",
        "supervisor of another team",
        "supervisor of another queue",
    ],
)
def test_outsiders_see_nothing_and_change_nothing(
    affair: Affair, outsiders: dict[str, Agent], who: str
) -> None:
    house, faults = affair.floor.house, []
    before = run_coroutine(_picture(affair))
    with Api(house.url).sign_in(outsiders[who]) as api:
        for method, path, _ in _operations(house):
            if (method, path) == ("DELETE", "/api/session"):
                continue
            answer = _ask(api, method, path, affair)
            is_refused = answer.status_code in (403, 404)
            if "{" in path and not is_refused and (method, path) != _FOR_ALL_AGENTS:
                faults.append(f"{method} {path}: {answer.status_code} {answer.text}")
            told = [word for word in affair.telling if word in answer.text]
            if answer.status_code >= 500 or told:
                faults.append(f"{method} {path}: {answer.status_code}, tells {told}")
    assert faults == []
    assert run_coroutine(_picture(affair)) == before


def test_without_a_session_nothing_is_told(affair: Affair) -> None:
    house, faults = affair.floor.house, []
    with Api(house.url) as api:
        for method, path, _ in _operations(house):
            answer = _ask(api, method, path, affair)
            if answer.status_code != 401:
                faults.append(f"{method} {path}: {answer.status_code}")
    assert faults == []


def test_another_sites_page_changes_nothing_in_our_name(affair: Affair) -> None:
    before, faults = run_coroutine(_picture(affair)), []
    with affair.floor.sign_in() as api:
        for method, path, _ in _operations(affair.floor.house):
            for origin in ("https://evil.example", "null", f"{api.http.base_url}.evil.example"):
                answer = _ask(api, method, path, affair, origin=origin)
                if method != "GET" and answer.status_code != 403:
                    faults.append(f"{method} {path} from {origin}: {answer.status_code}")
                if "access-control-allow-origin" in answer.headers:
                    faults.append(f"{method} {path} lets {origin} read")
        assert api.desk()["user"]["name"] == affair.floor.agent.name
    assert faults == []
    assert run_coroutine(_picture(affair)) == before


def test_a_made_up_session_is_none(affair: Affair) -> None:
    with Api(affair.floor.house.url) as api:
        for value in ("", "x", "a" * 5000, str(uuid4()), "' or 1=1 --"):
            answer = api.http.get("/api/desk", headers={"cookie": f"halfminute_session={value}"})
            assert answer.status_code == 401


@pytest.fixture(scope="module")
def admin(affair: Affair) -> Agent:
    return run_coroutine(_hire(affair.floor.house, Grant("admin", "all"), team="Admins"))


def test_no_question_of_any_shape_breaks_the_server(affair: Affair, admin: Agent) -> None:
    house = affair.floor.house
    schema = schemathesis.openapi.from_url(f"{house.url}/api/schema/openapi.json")
    with Api(house.url).sign_in(admin) as api:
        for result in schema.get_all_operations():
            assert isinstance(result, Ok)
            operation = result.ok()
            if (operation.method.upper(), operation.path) != ("DELETE", "/api/session"):
                _shake(operation, api)


def _shake(operation: Any, api: Api) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def shake(case: Any) -> None:
        headers = {"origin": str(api.http.base_url).rstrip("/")}
        cookies = {"halfminute_session": api.http.cookies["halfminute_session"]}
        answer = case.call(base_url=headers["origin"], headers=headers, cookies=cookies)
        assert answer.status_code < 500, f"{case.method} {case.path}: {answer.text}"
        operation.validate_response(answer)

    shake()
