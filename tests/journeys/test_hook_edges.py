"""The address that providers know: what is not right is refused, what is right is taken once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.journeys.floor import SECRET, Api, Floor
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey

HEADER = "x-telegram-bot-api-secret-token"
MEBIBYTE = 1024 * 1024
TELLING_TEXTS = [
    "'; drop table conversations; --",
    "<script>alert(1)</script>",
    "%s %(name)s $1 {0} {name} ${x}",
    "nul\x00inside",
    "lone \ud83d surrogate",
    "\u202eright to left\u200b",
    "e\u0301" * 4000,
    "👩‍👩‍👧‍👦" * 500,
]
_UPDATE_IDS = count(900_000_000)


class Hook:
    """The hook of a floor's bot."""

    def __init__(self, floor: Floor) -> None:
        """Right secret, right address."""
        self.floor = floor
        self.http = httpx.Client(timeout=20)

    def bring(
        self, body: bytes, *, url: str | None = None, secret: str | None = SECRET
    ) -> httpx.Response:
        """Post these bytes."""
        headers = {"content-type": "application/json"}
        if secret is not None:
            headers[HEADER] = secret
        return self.http.post(url or self.floor.hook, content=body, headers=headers)

    def waiting(self) -> list[dict[str, Any]]:
        """What stands in the queue then."""
        with self.floor.sign_in() as api:
            return api.waiting(self.floor.queue_id)

    def texts(self) -> list[str]:
        """The words of all that came in."""
        with self.floor.sign_in() as api:
            return [
                message["parts"][0].get("text", "")
                for conversation in api.waiting(self.floor.queue_id)
                for message in api.messages(conversation["id"])
            ]


@pytest.fixture
def hook(floor: Floor) -> Iterator[Hook]:
    made = Hook(floor)
    yield made
    made.http.close()


def _update(text: str, **more: Any) -> dict[str, Any]:
    update_id = next(_UPDATE_IDS)
    person = {"id": update_id, "is_bot": False, "first_name": "Petro", **more}
    return {
        "update_id": update_id,
        "message": {
            "message_id": 1,
            "date": 1_790_000_000,
            "chat": {"id": update_id, "type": "private", "first_name": "Petro"},
            "from": person,
            "text": text,
        },
    }


def _raw(text: str) -> bytes:
    return json.dumps(_update(text)).encode()


@pytest.mark.parametrize(("secret", "status"), [(None, 401), ("wrong", 403), ("", 401)])
def test_without_the_right_secret_nothing_is_taken(
    hook: Hook, secret: str | None, status: int
) -> None:
    assert hook.bring(_raw("let me in"), secret=secret).status_code == status
    assert hook.waiting() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"words"',
        b"{}",
        b'{"update_id": "1"}',
        b'{"update_id": true}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=repr,
)
def test_what_is_no_update_is_refused(hook: Hook, body: bytes) -> None:
    assert hook.bring(body).status_code == 400
    assert hook.waiting() == []


def test_an_update_of_a_kind_that_we_do_not_know_is_kept_and_acknowledged(hook: Hook) -> None:
    update_id = next(_UPDATE_IDS)
    body = json.dumps({"update_id": update_id, "business_moon": {"phase": 3}}).encode()
    assert hook.bring(body).status_code == 200
    assert hook.waiting() == []
    assert run_coroutine(_count_payloads(hook.floor)) == 1


async def _count_payloads(floor: Floor) -> int:
    connection = await asyncpg.connect(floor.house.settings.database_url)
    try:
        statement = "select count(*) from raw_payloads where channel_account_id = $1"
        return int(await connection.fetchval(statement, floor.account_id))
    finally:
        await connection.close()


def test_an_update_with_a_broken_message_is_kept_and_acknowledged(hook: Hook) -> None:
    update = _update("words")
    update["message"]["date"] = "yesterday"
    assert hook.bring(json.dumps(update).encode()).status_code == 200
    assert run_coroutine(_count_payloads(hook.floor)) == 1


def test_more_than_a_mebibyte_is_refused_however_it_comes(hook: Hook) -> None:
    huge = _raw("x" * MEBIBYTE)
    assert hook.bring(huge).status_code == 413
    chunked = hook.http.post(
        hook.floor.hook,
        content=(huge[at : at + 65_536] for at in range(0, len(huge), 65_536)),
        headers={HEADER: SECRET},
    )
    assert chunked.status_code == 413
    assert hook.waiting() == []


def test_one_update_brought_five_times_at_once_is_one_message(hook: Hook) -> None:
    raw = _raw("five times")
    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda _: hook.bring(raw), range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert hook.texts() == ["five times"]


def test_unknown_addresses_are_not_there(hook: Hook) -> None:
    house, raw = hook.floor.house, _raw("hello")
    for path in (
        f"/hooks/telegram/{uuid4()}",
        f"/hooks/viber/{hook.floor.account_id}",
        "/hooks/telegram/not-an-id",
        "/hooks/telegram",
        "/hooks/",
        f"/hooks/telegram/{hook.floor.account_id}/more",
    ):
        assert hook.bring(raw, url=house.url + path).status_code == 404, path
    assert hook.waiting() == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_updates_are_only_brought_by_post(hook: Hook, method: str) -> None:
    assert hook.http.request(method, hook.floor.hook).status_code == 405


@pytest.mark.parametrize("text", TELLING_TEXTS, ids=range(len(TELLING_TEXTS)))
def test_whatever_people_write_is_taken_in(hook: Hook, text: str) -> None:
    answer = hook.bring(_raw(text))
    assert answer.status_code in (200, 400)
    stored = hook.texts()
    # What no PostgreSQL text can hold is replaced, never refused for ever: it would block the chat.
    assert len(stored) == (1 if answer.status_code == 200 else 0)
    if text.isprintable():
        assert stored == [text]


def test_a_burst_of_a_thousand_is_taken_in_whole(hook: Hook) -> None:
    raws = [_raw(f"burst {number}") for number in range(300)]
    with ThreadPoolExecutor(16) as threads:
        statuses = list(threads.map(lambda raw: hook.bring(raw).status_code, raws))
    assert statuses == [200] * len(raws)
    with hook.floor.sign_in() as api:
        assert _count_waiting(api, hook.floor) == len(raws)


def _count_waiting(api: Api, floor: Floor) -> int:
    [queue] = [queue for queue in api.desk()["queues"] if queue["id"] == str(floor.queue_id)]
    return int(queue["waiting_count"])
