"""An administrator configures a widget: checked by field, in effect at once, fixed by its hash."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import httpx
import pytest

from halfminute.identity.actions import create_user
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.identity.types import Role
from halfminute.main.built_web import built_directory
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.schemas import QueueSettings
from tests.webchat.conftest import House

PASSWORD = "half a minute at most"


class Administrator:
    """Somebody signed in who looks after the widget."""

    def __init__(self, house: House, client: httpx.AsyncClient) -> None:
        self.house = house
        self.client = client
        self.path = f"/api/widgets/{house.widget_id}"

    async def see(self) -> Any:
        answer = await self.client.get(self.path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def put(self, seen: Any, *, name: str = "", is_enabled: bool = True) -> httpx.Response:
        body = {
            "name": name or seen["name"],
            "is_enabled": is_enabled,
            "settings": seen["settings"],
            "revision": seen["revision"],
        }
        return await self.client.put(self.path, json=body)

    async def change(self, **settings: Any) -> httpx.Response:
        seen = await self.see()
        seen["settings"].update(settings)
        return await self.put(seen)

    async def load(self, path: str = "", **headers: str) -> httpx.Response:
        address = f"/widget/v1/{self.house.widget_id}{path}/loader.js"
        return await self.client.get(address, headers=headers)

    async def loaded(self) -> Any:
        """What the loader is handed of the widget."""
        _, _, handed = (await self.load()).text.rpartition("})(")
        return json.loads(handed.removesuffix(");\n"))


async def _enter(house: House, role: Role, email: str) -> Administrator:
    await create_user(
        house.parts.log,
        SYSTEM,
        email=email,
        name=role,
        password=PASSWORD,
        grants=(Grant(role, "all"),),
    )
    client = httpx.AsyncClient(base_url=house.url, headers={"origin": house.url}, timeout=30)
    await house.stack.enter_async_context(client)
    signed = await client.post("/api/session", json={"email": email, "password": PASSWORD})
    assert signed.status_code in {200, 201}, signed.text
    return Administrator(house, client)


@pytest.fixture
async def admin(house: House) -> Administrator:
    if not (built_directory("widget") / "loader.js").exists():
        pytest.skip("The widget is not built: run make setup")
    return await _enter(house, "admin", "admin@example.org")


async def test_what_is_saved_is_what_the_site_and_the_chat_have_from_now_on(
    admin: Administrator,
) -> None:
    form = {"name": "required", "email": "optional", "phone": "no", "topic": "no", "topics": []}
    invitation = {"text": "Questions?", "seconds": 20, "pages": ["/tariffs*"]}
    saved = await admin.change(
        accent="#FFD400",
        head="#102030",
        side="left",
        hidden_pages=["/checkout/*", "/checkout/*", ""],
        form=form,
        invitation=invitation,
    )

    assert saved.status_code == 200, saved.text
    assert await admin.loaded() == {
        "widget": str(admin.house.widget_id),
        "accent": "#ffd400",
        "ink": "#000000",
        "side": "left",
        "hidden": ["/checkout/*"],
        "invitation": invitation,
    }
    shown = (await (await admin.house.open_browser()).ask("GET", "")).json()
    assert (shown["accent"], shown["accent_ink"]) == ("#ffd400", "#000000")
    assert (shown["head"], shown["head_ink"]) == ("#102030", "#ffffff")
    assert shown["form"] == form


@pytest.mark.parametrize(
    ("settings", "problems"),
    [
        ({"origins": []}, {"origins": "missing"}),
        ({"origins": ["https://a.example", "b"]}, {"origins.1": "not_a_site"}),
        ({"origins": ["https://a.example;script-src"]}, {"origins.0": "not_a_site"}),
        ({"accent": "red", "head": "#12"}, {"accent": "not_a_colour", "head": "not_a_colour"}),
        ({"title": "x" * 201}, {"title": "too_long"}),
        ({"greeting": "nul\x00"}, {"greeting": "not_text"}),
        ({"hidden_pages": ["checkout"]}, {"hidden_pages.0": "not_a_path"}),
        ({"hidden_pages": ["/a?b"]}, {"hidden_pages.0": "not_a_path"}),
        ({"hidden_pages": ["/******"]}, {"hidden_pages.0": "not_a_path"}),
        ({"hidden_pages": [f"/{n}" for n in range(51)]}, {"hidden_pages": "too_many"}),
        ({"form": {"topic": "required", "topics": [" "]}}, {"form.topics": "missing"}),
        ({"invitation": {"text": "Hi", "seconds": 2}}, {"invitation.seconds": "out_of_range"}),
    ],
)
async def test_each_field_says_what_is_wrong_with_it_and_nothing_is_saved(
    admin: Administrator, settings: dict[str, Any], problems: dict[str, str]
) -> None:
    before = await admin.see()

    answer = await admin.change(**settings)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_widget")
    assert answer.json()["fields"]["problems"] == problems
    assert await admin.see() == before


async def test_a_widget_is_made_and_its_chat_leads_to_its_queue(admin: Administrator) -> None:
    new = {
        "name": " Shop  two ",
        "queue_id": str(admin.house.queue_id),
        "settings": {"origins": ["https://two.example"], "title": "Two"},
    }
    made = await admin.client.post("/api/widgets", json=new)

    assert made.status_code == 201, made.text
    details = made.json()
    assert (details["name"], details["is_enabled"]) == ("Shop two", True)
    assert details["settings"]["origins"] == ["https://two.example"]
    assert details["address"].endswith(f"/widget/v1/{details['id']}/loader.js")
    assert (await admin.client.get(f"/api/widgets/{details['id']}")).json() == details
    visitor = await (await admin.house.open_browser(details["id"])).begin()
    said = await visitor.say("Hello")
    [row] = await admin.house.rows(
        "select queue_id from conversations where id = $1", said["message"]["conversation_id"]
    )
    assert row["queue_id"] == admin.house.queue_id
    [audit] = await admin.house.rows(
        "select action from audit_entries where object_id = $1", details["id"]
    )
    assert audit["action"] == "add_account"


async def test_all_that_is_wrong_with_a_new_widget_is_told_and_none_is_made(
    admin: Administrator,
) -> None:
    before = await admin.house.rows("select id from channel_accounts")
    empty = await admin.client.post("/api/widgets", json={"name": " "})
    nowhere = {
        "name": "Shop",
        "queue_id": "0190163d-8694-739b-aea5-966c26f8ad90",
        "settings": {"origins": ["https://two.example"]},
    }
    lost = await admin.client.post("/api/widgets", json=nowhere)

    for answer in (empty, lost):
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_widget")
    assert empty.json()["fields"]["problems"] == {
        "name": "missing",
        "queue_id": "missing",
        "origins": "missing",
    }
    assert lost.json()["fields"]["problems"] == {"queue_id": "unknown_queue"}
    assert await admin.house.rows("select id from channel_accounts") == before


async def test_a_widget_is_led_to_another_queue_and_never_to_none_that_is_there(
    admin: Administrator,
) -> None:
    other = await configure_queue(admin.house.parts.log, SYSTEM, QueueSettings(name="Other"))
    seen = await admin.see()
    assert seen["queue_id"] == str(admin.house.queue_id)
    body = {name: seen[name] for name in ("name", "is_enabled", "settings", "revision")}

    lost = await admin.client.put(
        admin.path, json={**body, "queue_id": "0190163d-8694-739b-aea5-966c26f8ad90"}
    )
    led = await admin.client.put(admin.path, json={**body, "queue_id": str(other.id)})
    late = await admin.client.put(admin.path, json=body)

    assert lost.json()["fields"]["problems"] == {"queue_id": "unknown_queue"}
    assert (led.status_code, led.json()["queue_id"]) == (200, str(other.id))
    assert (late.status_code, late.json()["code"]) == (409, "account_changed")
    assert (await admin.change(title="As it was")).json()["queue_id"] == str(other.id)


async def test_an_international_site_is_kept_as_browsers_name_it(admin: Administrator) -> None:
    saved = await admin.change(origins=["https://Магазин.example"])

    assert saved.json()["settings"]["origins"] == ["https://xn--80aairftm.example"]


async def test_of_two_who_change_what_they_saw_the_second_is_told(admin: Administrator) -> None:
    seen = await admin.see()
    seen["settings"]["title"] = "First"
    assert (await admin.put(seen)).status_code == 200
    seen["settings"]["title"] = "Second"

    answer = await admin.put(seen)

    assert (answer.status_code, answer.json()["code"]) == (409, "account_changed")
    assert (await admin.see())["settings"]["title"] == "First"


async def test_who_may_only_read_changes_and_fixes_nothing(house: House) -> None:
    supervisor = await _enter(house, "supervisor", "boss@example.org")
    seen = await supervisor.client.get(supervisor.path)

    assert seen.status_code in {200, 403}
    given = {"name": "", "is_enabled": True, "settings": {}, "revision": ""}
    assert (await supervisor.client.put(supervisor.path, json=given)).status_code == 403
    assert (await supervisor.client.post(f"{supervisor.path}/versions")).status_code == 403
    new = {
        "name": "Mine",
        "queue_id": str(house.queue_id),
        "settings": {"origins": ["https://a.b"]},
    }
    assert (await supervisor.client.post("/api/widgets", json=new)).status_code == 403
    assert len(await house.rows("select from channel_accounts")) == 1


async def test_a_visitor_without_a_session_sees_no_settings(house: House) -> None:
    browser = await house.open_browser()

    assert (await browser.client.get(f"/api/widgets/{house.widget_id}")).status_code == 401


async def test_a_widget_that_is_switched_off_is_an_empty_script(admin: Administrator) -> None:
    answer = await admin.put(await admin.see(), is_enabled=False)

    assert answer.json()["is_enabled"] is False
    script = await admin.load()
    assert (script.status_code, script.text) == (200, "/* This chat is switched off. */\n")


async def test_a_browser_that_has_the_script_is_not_sent_it_again(admin: Administrator) -> None:
    tag = (await admin.load()).headers["etag"]

    assert (await admin.load(**{"if-none-match": tag})).status_code == 304
    await admin.change(accent="#aa0000")
    assert (await admin.load(**{"if-none-match": tag})).status_code == 200


async def test_a_fixed_script_keeps_its_bytes_whatever_is_changed_or_built_since(
    admin: Administrator,
) -> None:
    fixed = (await admin.client.post(f"{admin.path}/versions")).json()
    again = (await admin.client.post(f"{admin.path}/versions")).json()
    await admin.change(accent="#aa0000")
    await admin.put(await admin.see(), is_enabled=False)

    path = fixed["address"].removeprefix(admin.house.parts.settings.base_url)
    # Another process, after an upgrade: nothing but the database remembers.
    admin.house.parts.loaders._versions.clear()
    script = await admin.client.get(path)

    assert again == fixed
    digest = base64.b64encode(hashlib.sha384(script.content).digest()).decode()
    assert fixed["integrity"] == f"sha384-{digest}"
    assert b"#1a6b54" in script.content
    assert script.headers["access-control-allow-origin"] == "*"
    assert "immutable" in script.headers["cache-control"]


@pytest.mark.parametrize("version", ["0123456789abcdef0123456789abcdef", "x", "%00", "x" * 5000])
async def test_a_version_that_was_never_fixed_is_none(admin: Administrator, version: str) -> None:
    assert (await admin.load(f"/{version}")).status_code == 404


async def test_what_a_visitor_filled_in_stands_beside_their_first_words(house: House) -> None:
    visitor = await house.begin()
    form = {"name": " Olena  K ", "email": "o@a.example", "topic": "Roaming"}

    said = await visitor.say("Hello", form=form)

    assert said["message"]["parts"] == [
        {"type": "text", "text": "Hello", "entities": []},
        {
            "type": "form",
            "answers": [
                {"name": "name", "value": "Olena  K"},
                {"name": "email", "value": "o@a.example"},
                {"name": "topic", "value": "Roaming"},
            ],
        },
    ]
    assert (await visitor.thread())["conversation"]["contact"]["name"] == "Olena K"
    events = await house.rows("select data::text as data from events")
    assert not any("o@a.example" in row["data"] for row in events)


@pytest.mark.parametrize(
    "form",
    [
        {"email": "not an address"},
        {"phone": "call me"},
        {"phone": "1" * 31},
        {"topic": "x" * 61},
        {"name": "nul\x00"},
        {"password": "x"},
    ],
)
async def test_a_forged_form_is_refused(house: House, form: dict[str, str]) -> None:
    visitor = await house.begin()
    body = {"client_id": "0190163d-8694-739b-aea5-966c26f8ad90", "text": "Hi", "form": form}

    answer = await visitor.ask("POST", "/messages", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
