"""Who is let in to the socket, and who is shown out."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import jwt
import pytest

from halfminute.identity.actions import grant_role, revoke_role, set_user_active, sign_out
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.identity.tokens import CONVERSATION_AUDIENCE, Tokens, revoke_token
from halfminute.kit.event_log import stream_name
from halfminute.kit.ids import new_id
from tests.realtime.conftest import Stage


async def test_an_agent_is_welcomed_and_sent_signs_of_life(stage: Stage) -> None:
    await stage.hire()
    async with stage.connect(await stage.sign_in()) as screen:
        welcome = await screen.next()
        assert welcome["type"] == "welcome"
        assert welcome["heartbeat_seconds"] == 2
        heartbeat = await screen.next_of("heartbeat")
        assert heartbeat["is_live"] is True


@pytest.mark.parametrize("cookie", ["forged", "", "A" * 43])
async def test_a_cookie_that_is_no_session_is_turned_away(stage: Stage, cookie: str) -> None:
    async with stage.connect(cookie) as screen:
        if cookie == "":
            await screen.authenticate("")
        assert await screen.close_code() == 4401


@pytest.mark.parametrize(
    "origin", ["https://evil.test", "http://desk.test.evil.test", "http://desk.test:81", "null"]
)
async def test_a_page_of_another_site_is_turned_away(stage: Stage, origin: str) -> None:
    await stage.hire()
    async with stage.connect(await stage.sign_in(), origin=origin) as screen:
        assert await screen.close_code() == 4403


async def test_a_cookie_without_an_origin_is_turned_away(stage: Stage) -> None:
    await stage.hire()
    async with stage.connect(await stage.sign_in(), origin=None) as screen:
        assert await screen.close_code() == 4403


async def test_a_session_that_was_signed_out_cannot_be_replayed(stage: Stage) -> None:
    await stage.hire()
    token = await stage.sign_in()
    await sign_out(stage.log, await stage.sessions.get_principal(token))
    await asyncio.sleep(0.25)
    async with stage.connect(token) as screen:
        assert await screen.close_code() == 4401


async def test_the_contact_sees_its_own_conversation_and_no_other(stage: Stage) -> None:
    own, other = (stream_name("conversation", new_id()) for _ in range(2))
    token = stage.tokens.issue_conversation_token(_id(own), "Contact")
    async with stage.connect() as screen:
        await screen.authenticate(token)
        assert (await screen.next())["heartbeat_seconds"] == 25
        for stream in (other, stream_name("agent", new_id()), own):
            await screen.subscribe(stream)
        answers = [await screen.next() for _ in range(3)]
    assert [(a["type"], a.get("code")) for a in answers] == [
        ("refused", "not_found"),
        ("refused", "not_found"),
        ("subscribed", None),
    ]


async def test_a_chat_is_a_contacts_whatever_cookie_comes_along(stage: Stage) -> None:
    await stage.hire()
    stream = stream_name("conversation", new_id())
    for cookie in ("forged", await stage.sign_in()):
        async with stage.connect(cookie, query="?as=contact") as screen:
            await screen.authenticate(stage.tokens.issue_conversation_token(_id(stream), "Contact"))
            assert (await screen.next())["heartbeat_seconds"] == 25
            await screen.subscribe(stream)
            assert (await screen.next())["type"] == "subscribed"


async def test_a_contact_who_asks_whether_we_are_there_is_answered(stage: Stage) -> None:
    async with stage.connect() as screen:
        await screen.authenticate(stage.tokens.issue_conversation_token(new_id(), "Contact"))
        await screen.next()
        await screen.send(type="heartbeat")
        assert (await screen.next())["type"] == "heartbeat"


def _id(stream: str) -> UUID:
    return UUID(stream.partition(":")[2])


def _forge(stage: Stage, key: Any = None, algorithm: str = "HS256", **changed: Any) -> str:
    claims = {
        "aud": CONVERSATION_AUDIENCE,
        "sub": str(new_id()),
        "jti": str(new_id()),
        "exp": 4_000_000_000,
    } | changed
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, stage.tokens._key if key is None else key, algorithm=algorithm)


async def test_a_token_made_with_our_key_and_all_claims_is_good(stage: Stage) -> None:
    # So the refusals below are for the reason they name.
    assert stage.tokens.read_conversation_token(_forge(stage))


async def test_tokens_that_are_not_ours_or_no_longer_are_turned_away(stage: Stage) -> None:
    wrong = {
        "another key": _forge(stage, key=b"x" * 32),
        "no signature": _forge(stage, key="", algorithm="none"),
        "another algorithm": _forge(stage, key=b"y" * 64, algorithm="HS512"),
        "our key, another algorithm": _forge(stage, algorithm="HS384", key=stage.tokens._key * 2),
        "another audience": _forge(stage, aud="halfminute:files"),
        "no audience": _forge(stage, aud=None),
        "expired": _forge(stage, exp=1_000_000_000),
        "never expires": _forge(stage, exp=None),
        "no id": _forge(stage, jti=None),
        "no conversation": _forge(stage, sub="everything"),
        "cut": _forge(stage)[:-3],
        "empty": "",
        "huge": "e" * 60_000,
        "another installation": Tokens(b"z" * 32).issue_conversation_token(new_id(), "x"),
    }
    for reason, token in wrong.items():
        async with stage.connect() as screen:
            await screen.authenticate(token)
            assert await screen.close_code() == 4401, reason


async def test_who_says_nothing_is_not_waited_for(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halfminute.realtime.endpoint._AUTHENTICATE_SECONDS", 0.2)
    async with stage.connect() as screen:
        assert await screen.close_code() == 4408


async def test_a_first_frame_that_does_not_authenticate_is_the_last(stage: Stage) -> None:
    async with stage.connect() as screen:
        await screen.subscribe(stream_name("conversation", new_id()))
        assert await screen.close_code() == 4401


async def test_a_token_that_ends_ends_the_socket(stage: Stage) -> None:
    token = stage.tokens.issue_conversation_token(new_id(), "Contact", seconds=1)
    async with stage.connect() as screen:
        await screen.authenticate(token)
        assert (await screen.next())["type"] == "welcome"
        assert await screen.close_code() == 4401


async def test_a_revoked_token_is_cut_off_and_cannot_be_replayed(stage: Stage) -> None:
    token = stage.tokens.issue_conversation_token(new_id(), "Contact")
    async with stage.connect() as screen:
        await screen.authenticate(token)
        await screen.next()
        async with stage.log.write() as unit:
            await revoke_token(unit, stage.tokens.read_conversation_token(token))
        assert await screen.close_code() == 4401
    async with stage.connect() as screen:
        await screen.authenticate(token)
        assert await screen.close_code() == 4401


async def test_who_signs_out_is_cut_off_on_every_screen(stage: Stage) -> None:
    await stage.hire()
    token = await stage.sign_in()
    async with stage.connect(token) as first, stage.connect(token) as second:
        await first.next()
        await second.next()
        await sign_out(stage.log, await stage.sessions.get_principal(token))
        assert await first.close_code() == 4401
        assert await second.close_code() == 4401


async def test_who_is_shut_out_by_another_process_is_cut_off_without_a_bell(stage: Stage) -> None:
    await stage.hire()
    async with stage.connect(await stage.sign_in()) as screen:
        await screen.next()
        async with stage.database.connection() as connection:
            await connection.execute("update users set is_active = false")
        assert await screen.close_code(seconds=5) == 4401


async def test_who_is_shut_out_loses_the_open_screen(stage: Stage) -> None:
    agent_id = await stage.hire()
    async with stage.connect(await stage.sign_in()) as screen:
        await screen.next()
        await set_user_active(stage.log, SYSTEM, agent_id, is_active=False)
        assert await screen.close_code() == 4401


async def test_a_role_that_is_taken_takes_its_streams_with_it(stage: Stage) -> None:
    supervisor = Grant("supervisor", "all")
    agent_id = await stage.hire()
    await grant_role(stage.log, SYSTEM, agent_id, supervisor)
    own, other = stream_name("agent", agent_id), stream_name("agent", new_id())
    async with stage.connect(await stage.sign_in()) as screen:
        for stream in (own, other):
            await screen.subscribe(stream)
            await screen.next_of("subscribed")
        await revoke_role(stage.log, SYSTEM, agent_id, supervisor)
        refused = await screen.next_of("refused")
        assert (refused["stream"], refused["code"]) == (other, "not_found")
        await stage.record(other)
        await stage.record(own)
        assert (await screen.next_of("event"))["stream"] == own


async def test_a_restart_tells_every_screen_to_come_back(stage: Stage) -> None:
    await stage.hire()
    async with stage.connect(await stage.sign_in()) as screen:
        await screen.next()
        stage.hub.stop()
        assert await screen.close_code() == 1012
