"""A provider knocks: right, wrong, forged, huge, and while the database is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast
from uuid import UUID

import httpx
import pytest

from halfminute.channels.actions.change_account import AccountChange, change_account
from halfminute.channels.hooks import BODY_LIMIT, HooksEndpoint
from halfminute.identity.principals import SYSTEM
from tests.plain_channel import message, raw_of
from tests.scene import Scene

TOKEN = "secret"


class Provider:
    """Brings updates as the account's provider would."""

    def __init__(self, scene: Scene) -> None:
        self.endpoint = HooksEndpoint(scene.book, scene.registry, scene.inbox)
        self.path = f"/hooks/plain/{scene.account_id}"
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(cast("Any", self.endpoint)), base_url="http://desk"
        )

    async def bring(
        self,
        raw: bytes | AsyncIterator[bytes],
        *,
        token: str | None = TOKEN,
        path: str | None = None,
        method: str = "POST",
    ) -> httpx.Response:
        headers = {} if token is None else {"X-Token": token}
        return await self._client.request(method, path or self.path, content=raw, headers=headers)


@pytest.fixture
async def provider(scene: Scene) -> Provider:
    return Provider(scene)


async def test_what_is_answered_with_200_is_committed(scene: Scene, provider: Provider) -> None:
    answer = await provider.bring(raw_of(message("Hello")))

    assert answer.status_code == 200
    assert len(await scene.rows("select from messages")) == 1


async def test_one_update_posted_five_times_at_once_is_one_message_and_five_200s(
    scene: Scene, provider: Provider
) -> None:
    raw = raw_of(message("Hello"))

    answers = await asyncio.gather(*(provider.bring(raw) for _ in range(5)))

    assert [answer.status_code for answer in answers] == [200] * 5
    assert len(await scene.rows("select from messages")) == 1


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [(None, 401, "missing_signature"), ("forged", 403, "wrong_signature")],
)
async def test_what_does_not_prove_itself_is_refused(
    scene: Scene, provider: Provider, token: str | None, status: int, code: str
) -> None:
    answer = await provider.bring(raw_of(message()), token=token)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await scene.rows("select from raw_payloads") == []


async def test_what_is_malformed_is_400_and_never_5xx(provider: Provider) -> None:
    for raw in (b"", b"{", b"\xff\xfe", b"[]", b'{"key": 1}'):
        answer = await provider.bring(raw)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_payload")


async def test_an_announced_flood_is_refused_before_it_is_read(
    scene: Scene, provider: Provider
) -> None:
    answer = await provider.bring(b"x" * (BODY_LIMIT + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert await scene.rows("select from raw_payloads") == []


async def test_an_unannounced_flood_is_cut_while_it_is_read(provider: Provider) -> None:
    pieces = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal pieces
        while True:
            pieces += 1
            yield b"x" * 65536

    answer = await provider.bring(flood())

    assert answer.status_code == 413
    assert pieces <= BODY_LIMIT // 65536 + 2


@pytest.mark.parametrize(
    "path",
    ["/hooks/plain/not-an-id", "/hooks/plain/00000000-0000-0000-0000-000000000001", "/hooks/x"],
)
async def test_an_unknown_account_is_404(provider: Provider, path: str) -> None:
    assert (await provider.bring(raw_of(message()), path=path)).status_code == 404


async def test_the_account_of_another_kind_is_404(scene: Scene, provider: Provider) -> None:
    answer = await provider.bring(raw_of(message()), path=f"/hooks/telegram/{scene.account_id}")

    assert answer.status_code == 404


async def test_a_disabled_account_takes_nothing_in(scene: Scene, provider: Provider) -> None:
    change = AccountChange(is_enabled=False)
    await change_account(scene.accounts, SYSTEM, scene.account_id, change)

    assert (await provider.bring(raw_of(message()))).status_code == 404


async def test_only_post_is_served(provider: Provider) -> None:
    assert (await provider.bring(b"", method="GET")).status_code == 405


async def test_a_failed_translation_is_200_for_the_provider_need_not_repeat_it(
    scene: Scene, provider: Provider
) -> None:
    scene.channel.has_bug = True

    assert (await provider.bring(raw_of(is_bug=True))).status_code == 200
    assert (await scene.row("select translation from raw_payloads"))["translation"] == "failed"


async def test_while_the_database_is_away_the_provider_is_asked_to_come_back(
    scene: Scene, provider: Provider
) -> None:
    await scene.database.close()

    answer = await provider.bring(raw_of(message()))

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


async def test_a_bug_of_ours_is_loud_and_to_the_provider_a_503(
    scene: Scene, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_account_id: UUID, _raw: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(scene.inbox, "take_in", broken)

    assert (await provider.bring(raw_of(message()))).status_code == 503


async def test_a_provider_that_hangs_up_in_the_middle_leaves_no_trace(
    scene: Scene, provider: Provider
) -> None:
    sent: list[Any] = []
    pieces = iter(
        [
            {"type": "http.request", "body": b'{"key":', "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> Any:
        return next(pieces)

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {"type": "http", "method": "POST", "path": provider.path, "headers": []}
    await provider.endpoint(scope, receive, send)

    assert sent == []
    assert await scene.rows("select from raw_payloads") == []
