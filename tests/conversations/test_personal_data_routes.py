"""Export and erasure as a browser meets them: who may, what it takes, and what others see then."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from halfminute.identity.principals import Grant
from halfminute.kit.ids import new_id
from tests.callers import AGENT, Caller, open_application
from tests.conversations.world import World


class House(NamedTuple):
    """Three who sign in, and a conversation that the agent has."""

    world: World
    admin: Caller
    supervisor: Caller
    agent: Caller
    conversation_id: str
    contact_id: str

    @property
    def path(self) -> str:
        return f"/api/contacts/{self.contact_id}"


@pytest.fixture
async def house(world: World, tmp_path: Path) -> AsyncIterator[House]:
    async with open_application(world.log, tmp_path / "data", world.registry) as callers:
        admin = await callers.sign_in("Admin", Grant("admin", "all"))
        supervisor = await callers.sign_in("Supervisor", Grant("supervisor", "all"))
        agent = await callers.sign_in("Agent", AGENT)
        conversation_id = await world.give(agent.id)
        await world.hear(conversation_id, "My secret")
        contact_id = (await world.row("conversations", conversation_id))["contact_id"]
        yield House(world, admin, supervisor, agent, str(conversation_id), str(contact_id))


async def test_an_export_is_a_zip_for_who_may(house: House) -> None:
    answer = await house.supervisor.ask("GET", f"{house.path}/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    assert house.contact_id in answer.headers["content-disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert b"My secret" in archive.read(f"conversations/{house.conversation_id}.json")
    await house.agent.is_refused(403, "forbidden", "GET", f"{house.path}/export", None)
    nobody = f"/api/contacts/{new_id()}/export"
    await house.admin.is_refused(404, "contact_not_found", "GET", nobody, None)


async def test_an_erasure_takes_the_name_and_the_right(house: House) -> None:
    path, right = f"{house.path}/erasure", {"name": "vera"}
    await house.agent.is_refused(403, "forbidden", "POST", path, right)
    await house.supervisor.is_refused(403, "forbidden", "POST", path, right)
    wrong = {"name": "Vera Not"}
    await house.admin.is_refused(400, "erasure_not_confirmed", "POST", path, wrong)
    nobody = f"/api/contacts/{new_id()}/erasure"
    await house.admin.is_refused(404, "contact_not_found", "POST", nobody, right)

    first = await house.admin.ask("POST", path, right)
    again = await house.admin.ask("POST", path, right)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["finished_at"] is None
    panel = (await house.admin.ask("GET", house.path)).json()
    assert (panel["contact"]["name"], panel["contact"]["erased_at"] is None) == ("", False)
    view = panel["conversations"][0]
    assert (view["state"], view["address"]["unreachable_reason"]) == ("closed", "erased")
    body = {"client_id": str(new_id()), "text": "Hello?"}
    words = f"/api/conversations/{house.conversation_id}/messages"
    await house.agent.is_refused(409, "contact_erased", "POST", words, body)
