"""The fake brings updates as the real server does: in order, and again until they are taken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.plugins.telegram.conftest import TOKEN, Control

Answer = Callable[[dict[str, Any]], tuple[int, str]]


class Hook:
    """A webhook that answers as a test wants and remembers what came."""

    def __init__(self) -> None:
        self.url = ""
        self.updates: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self.answer: Answer = lambda _update: (200, "")

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        (length,) = (
            int(line.split(":")[1])
            for line in head.splitlines()
            if line.lower().startswith("content-length")
        )
        update = json.loads(await reader.readexactly(length))
        self.updates.append(update)
        self.headers.append(head)
        status, more = self.answer(update)
        if status:
            head = f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n{more}\r\n"
            writer.write(head.encode())
        writer.close()

    def texts(self) -> list[str]:
        return [each["message"]["text"] for each in self.updates if "message" in each]


@asynccontextmanager
async def listening() -> AsyncIterator[Hook]:
    hook = Hook()
    server = await asyncio.start_server(hook.handle, "127.0.0.1", 0)
    hook.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    yield hook
    server.close()


@pytest.fixture
async def hook(http: httpx.AsyncClient, control: Control) -> AsyncIterator[Hook]:
    """The bot's webhook."""
    async with listening() as made:
        await set_webhook(http, made.url, secret_token="s3cret")
        yield made
        await http.post(f"/bot{TOKEN}/deleteWebhook")


async def set_webhook(http: httpx.AsyncClient, url: str, **fields: Any) -> None:
    response = await http.post(f"/bot{TOKEN}/setWebhook", json={"url": url, **fields})
    assert response.json() == {"ok": True, "result": True}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a server
            await asyncio.sleep(0.01)


async def pending(control: Control) -> int:
    return int((await control.get(""))["pending_update_count"])


async def test_an_update_is_brought_with_the_secret(control: Control, hook: Hook) -> None:
    await control.anna("text", {"text": "раз"})

    await until(lambda: hook.texts() == ["раз"])
    assert "X-Telegram-Bot-Api-Secret-Token: s3cret" in hook.headers[0]


@pytest.mark.parametrize("status", [500, 404, 302, 0])
async def test_what_is_not_taken_comes_again(control: Control, hook: Hook, status: int) -> None:
    hook.answer = lambda _update: (status if len(hook.updates) < 3 else 200, "")

    await control.anna("text", {"text": "раз"})

    await until(lambda: len(hook.updates) == 3)
    assert len({each["update_id"] for each in hook.updates}) == 1


async def test_retry_after_is_obeyed(control: Control, hook: Hook) -> None:
    hook.answer = lambda _update: (
        (503, "Retry-After: 1\r\n") if len(hook.updates) < 2 else (200, "")
    )
    loop = asyncio.get_running_loop()

    await control.anna("text", {"text": "раз"})
    await until(lambda: len(hook.updates) == 1)
    first_at = loop.time()
    await until(lambda: len(hook.updates) == 2)

    assert loop.time() - first_at > 0.9


async def test_a_failing_update_holds_its_chat_and_no_other(
    http: httpx.AsyncClient, control: Control, hook: Hook
) -> None:
    await http.post("/control/subscribers", json={"id": 8, "first_name": "Олег"})
    failing = True
    hook.answer = lambda update: (
        500 if failing and update["message"]["text"] == "раз" else 200,
        "",
    )

    await control.anna("text", {"text": "раз"})
    await control.anna("text", {"text": "два"})
    await control.post("chats/8/text", {"text": "от Олега"})
    await until(lambda: "от Олега" in hook.texts() and hook.texts().count("раз") >= 2)
    assert "два" not in hook.texts()
    failing = False

    await until(lambda: hook.texts()[-2:] == ["раз", "два"])


async def test_an_edit_waits_for_its_message(control: Control, hook: Hook) -> None:
    hook.answer = lambda _update: (500 if len(hook.updates) < 3 else 200, "")

    written = await control.anna("text", {"text": "раз"})
    await control.anna("edit", {"message_id": written["message_id"], "text": "два"})

    await until(lambda: len(hook.updates) == 4)
    assert [next(iter(each.keys() - {"update_id"})) for each in hook.updates] == [
        "message",
        "message",
        "message",
        "edited_message",
    ]


async def test_an_ordered_duplicate_comes_twice_though_taken(control: Control, hook: Hook) -> None:
    await control.post("faults", {"kind": "duplicate_updates", "count": 1})

    await control.anna("text", {"text": "раз"})
    await control.anna("text", {"text": "два"})

    await until(lambda: hook.texts() == ["раз", "раз", "два"])


async def test_what_waited_is_brought_when_a_webhook_is_set(
    http: httpx.AsyncClient, control: Control
) -> None:
    await control.anna("text", {"text": "раз"})

    async with listening() as hook:
        await set_webhook(http, hook.url)
        await until(lambda: hook.texts() == ["раз"])
        assert await pending(control) == 0


async def test_webhook_info_tells_what_waits_and_the_last_error(
    http: httpx.AsyncClient, control: Control, hook: Hook
) -> None:
    hook.answer = lambda _update: (500, "")
    await control.anna("text", {"text": "раз"})
    await until(lambda: len(hook.updates) >= 1)
    await asyncio.sleep(0.05)

    info = (await http.get(f"/bot{TOKEN}/getWebhookInfo")).json()["result"]

    assert (info["url"], info["pending_update_count"]) == (hook.url, 1)
    assert info["last_error_message"] == "Wrong response from the webhook: 500"


async def test_polling_and_webhook_exclude_each_other(
    http: httpx.AsyncClient, control: Control, hook: Hook
) -> None:
    assert (await http.get(f"/bot{TOKEN}/getUpdates")).status_code == 409

    await http.post(f"/bot{TOKEN}/deleteWebhook")

    assert (await http.get(f"/bot{TOKEN}/getUpdates")).status_code == 200


async def test_numbers_count_up_and_the_offset_acknowledges(
    http: httpx.AsyncClient, control: Control
) -> None:
    for text in ("раз", "два", "три"):
        await control.anna("text", {"text": text})

    async def poll(**fields: int) -> list[int]:
        response = await http.get(f"/bot{TOKEN}/getUpdates", params=fields)
        return [each["update_id"] for each in response.json()["result"]]

    first = await poll(limit=2)
    assert first == [first[0], first[0] + 1]
    assert await poll() == [*first, first[0] + 2]
    assert await poll(offset=first[0] + 1) == [first[0] + 1, first[0] + 2]
    assert await poll(offset=-1) == [first[0] + 2]
    assert await pending(control) == 1


async def test_reactions_come_only_when_asked_for(
    http: httpx.AsyncClient, control: Control
) -> None:
    written = await control.anna("text", {"text": "раз"})
    reaction = {"message_id": written["message_id"], "emojis": ["🔥"]}

    assert (await control.anna("reaction", reaction))["update_id"] is None
    allowed = {"allowed_updates": json.dumps(["message", "message_reaction"])}
    await http.get(f"/bot{TOKEN}/getUpdates", params=allowed)
    assert (await control.anna("reaction", reaction))["update_id"] is not None


async def test_any_update_may_be_brought(http: httpx.AsyncClient, control: Control) -> None:
    await control.post("updates", {"kind": "poll", "chat_id": 7, "content": {"id": "1"}})
    await control.anna("message", {"content": {"dice": {"emoji": "🎲", "value": 6}}})

    poll, dice = (await http.get(f"/bot{TOKEN}/getUpdates")).json()["result"]

    assert poll["poll"] == {"id": "1"}
    assert dice["message"]["dice"]["value"] == 6
