"""The routes of sticker sets as a browser meets them, and of the reply that sends one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from halfminute.channels.registry import ChannelRegistry
from halfminute.identity.principals import Grant
from halfminute.kit.ids import new_id
from halfminute.kit.secrets import write_secret_key
from halfminute.kit.settings import Settings
from halfminute.sdk.errors import ProviderError
from tests.callers import AGENT, Caller, open_application
from tests.plain_channel import message
from tests.scene import SECRET_KEY, Scene
from tests.stickers.conftest import rows_of


class Office(NamedTuple):
    """An administrator and an agent, before one account."""

    scene: Scene
    chief: Caller
    ada: Caller

    @property
    def path(self) -> str:
        return f"/api/channel-accounts/{self.scene.account_id}/sticker-sets"

    async def add(self) -> dict[str, Any]:
        added = await self.chief.ask("POST", self.path, {"name": "Faces"})
        assert added.status_code == 201, added.text
        view: dict[str, Any] = added.json()
        return view


@pytest.fixture
async def office(scene: Scene, tmp_path: Path) -> AsyncIterator[Office]:
    settings = Settings(database_url=scene.database.url, data_directory=tmp_path)
    write_secret_key(settings.key_file, SECRET_KEY)
    async with open_application(scene.log, tmp_path, ChannelRegistry([scene.channel])) as callers:
        chief = await callers.sign_in("Chief", Grant("admin", "all"))
        yield Office(scene, chief, await callers.sign_in("Ada", AGENT, queue_ids=(scene.queue_id,)))


async def test_a_set_is_added_listed_refreshed_and_removed(office: Office) -> None:
    view = await office.add()
    again = await office.chief.ask("POST", office.path, {"name": "plain:Faces"})
    seen = await office.ada.ask("GET", office.path)
    refreshed = await office.chief.ask("POST", f"{office.path}/{view['id']}/refresh")
    removed = await office.chief.ask("DELETE", f"{office.path}/{view['id']}")

    assert (again.status_code, again.json()["id"]) == (200, view["id"])
    assert [each["name"] for each in seen.json()] == ["Faces"]
    assert [each["emojis"] for each in seen.json()[0]["stickers"]] == [["🙂"], ["👋"], ["🎉"]]
    assert (refreshed.status_code, refreshed.json()["state"]) == (200, "listed")
    assert removed.status_code == 204
    assert (await office.ada.ask("GET", office.path)).json() == []


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("", 400, "invalid_request"),
        ("no set", 400, "invalid_sticker_set_name"),
        ("a\0b", 400, "invalid_request"),
        ("x" * 301, 400, "invalid_request"),
        ("Nobodys", 404, "sticker_set_not_found"),
    ],
)
async def test_a_wrong_name_is_refused(office: Office, name: str, status: int, code: str) -> None:
    assert await office.chief.is_refused(status, code, "POST", office.path, {"name": name})


async def test_a_provider_that_is_down_is_told_as_such(office: Office) -> None:
    office.scene.channel.failures = [ProviderError("down", is_retryable=True)]

    assert await office.chief.is_refused(
        502, "provider_error", "POST", office.path, {"name": "Faces"}
    )


async def test_an_account_or_a_set_that_is_not_there_is_not_found(office: Office) -> None:
    nowhere = f"/api/channel-accounts/{new_id()}/sticker-sets"

    assert await office.chief.is_refused(
        404, "channel_account_not_found", "POST", nowhere, {"name": "Faces"}
    )
    missing = f"{office.path}/{new_id()}"
    assert await office.chief.is_refused(404, "unknown_sticker_set", "DELETE", missing, None)
    refresh = f"{missing}/refresh"
    assert await office.chief.is_refused(404, "unknown_sticker_set", "POST", refresh, None)


async def test_agents_choose_and_do_not_configure(office: Office) -> None:
    view = await office.add()

    for method, path, body in (
        ("POST", office.path, {"name": "Faces"}),
        ("POST", f"{office.path}/{view['id']}/refresh", None),
        ("DELETE", f"{office.path}/{view['id']}", None),
    ):
        assert await office.ada.is_refused(403, "forbidden", method, path, body)


async def test_agents_see_the_files_of_stickers_and_nobody_else_does(office: Office) -> None:
    view = await office.add()
    path = f"/api/files/{view['stickers'][0]['file_id']}"

    seen = await office.ada.ask("GET", path)
    office.ada.client.cookies.clear()
    unseen = await office.ada.ask("GET", path)

    # It is not fetched yet, and that much is told.
    assert (seen.status_code, seen.json()["code"]) == (409, "file_not_ready")
    assert unseen.status_code == 401


async def _held(office: Office) -> str:
    await office.scene.tell(message("Hi"))
    row = await office.scene.row("select id from conversations")
    pulled = await office.ada.ask("POST", f"/api/conversations/{row['id']}/pull")
    assert pulled.status_code == 200, pulled.text
    return f"/api/conversations/{row['id']}/messages"


async def test_a_sticker_is_replied_with_and_its_reference_goes_with_it(office: Office) -> None:
    sticker = (await office.add())["stickers"][1]
    path = await _held(office)
    body = {"client_id": str(new_id()), "sticker_id": sticker["id"]}

    first = await office.ada.ask("POST", path, body)
    again = await office.ada.ask("POST", path, body)

    assert (first.status_code, again.status_code) == (201, 200)
    [part] = first.json()["parts"]
    assert (part["type"], part["format"], part["emoji"], part["set_name"], part["file_id"]) == (
        "sticker",
        "tgs",
        "👋",
        "Faces",
        sticker["file_id"],
    )
    assert len(await office.scene.rows("select from outbox")) == 1


async def test_a_sticker_that_is_gone_or_anothers_is_refused(office: Office) -> None:
    view = await office.add()
    path = await _held(office)
    await office.chief.ask("DELETE", f"{office.path}/{view['id']}")

    for sticker_id in (view["stickers"][0]["id"], str(new_id())):
        body = {"client_id": str(new_id()), "sticker_id": sticker_id}
        assert await office.ada.is_refused(404, "sticker_not_found", "POST", path, body)
    assert await rows_of(office.scene) == []
