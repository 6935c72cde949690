"""Signing in and out over HTTP."""

from __future__ import annotations

import asyncio

from halfminute.identity.actions import (
    grant_role,
    revoke_role,
    set_password,
    set_user_active,
)
from halfminute.identity.guards import list_undeclared_routes
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.identity.sessions import Sessions
from halfminute.kit.settings import Settings
from tests.identity.conftest import PASSWORD, Office, make_app, make_client

CREDENTIALS = {"email": "olena@EXAMPLE.org", "password": PASSWORD}


async def test_who_signs_in_is_told_who_it_is_and_what_it_may_do(office: Office) -> None:
    answer = await office.client.post("/api/session", json=CREDENTIALS)
    assert answer.status_code == 201
    body = answer.json()
    assert body["user"]["name"] == "Olena"
    assert body["roles"] == [{"role": "agent", "scope": "own", "scope_id": None}]
    assert "conversation.reply" in body["permissions"]
    assert "user.configure" not in body["permissions"]
    assert (await office.client.get("/api/session")).json() == body


async def test_the_cookie_is_for_the_browser_alone(office: Office) -> None:
    answer = await office.client.post("/api/session", json=CREDENTIALS)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie


async def test_the_cookie_is_secure_where_browsers_use_https(office: Office) -> None:
    settings = Settings(database_url="", public_url="https://desk.example.org")
    app = make_app(office.log, office.sessions, settings)
    async with make_client(app, "https://desk.example.org") as client:
        answer = await client.post(
            "/api/session", json=CREDENTIALS, headers={"Origin": "https://desk.example.org"}
        )
    assert "; secure" in answer.headers["set-cookie"].lower()


async def test_the_token_is_stored_nowhere(office: Office) -> None:
    answer = await office.client.post("/api/session", json=CREDENTIALS)
    token = answer.cookies["halfminute_session"]
    async with office.log.database.connection() as connection:
        stored = await connection.fetch("select to_jsonb(s) as row from sessions s")
        audit = await connection.fetch("select to_jsonb(a) as row from audit_entries a")
    assert len(stored) == 1
    assert token not in str([*stored, *audit])


async def test_a_wrong_password_and_an_unknown_user_are_answered_alike(office: Office) -> None:
    wrong = await office.client.post("/api/session", json=CREDENTIALS | {"password": "x" * 12})
    unknown = await office.client.post(
        "/api/session", json={"email": "nobody@example.org", "password": PASSWORD}
    )
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "wrong_credentials"
    assert "set-cookie" not in wrong.headers


async def test_without_a_session_nothing_is_told(office: Office) -> None:
    for path in ("/api/session", "/api/conversations"):
        answer = await office.client.get(path)
        assert answer.status_code == 401
        assert answer.json()["code"] == "not_signed_in"


async def test_a_forged_cookie_is_no_session(office: Office) -> None:
    for forged in ("x", "A" * 43, "", "%00", "a;b"):
        office.client.cookies.set("halfminute_session", forged)
        assert (await office.client.get("/api/session")).status_code == 401


async def test_a_session_that_was_signed_out_cannot_be_replayed(office: Office) -> None:
    answer = await office.client.post("/api/session", json=CREDENTIALS)
    token = answer.cookies["halfminute_session"]
    assert (await office.client.delete("/api/session")).status_code == 204
    office.client.cookies.set("halfminute_session", token)
    assert (await office.client.get("/api/session")).status_code == 401


async def test_an_expired_session_is_over(office: Office) -> None:
    await office.client.post("/api/session", json=CREDENTIALS)
    async with office.log.database.connection() as connection:
        await connection.execute("update sessions set expires_at = now() - interval '1 second'")
    await asyncio.sleep(0.25)
    assert (await office.client.get("/api/session")).status_code == 401


async def test_a_user_shut_out_is_out_within_the_time_a_session_is_believed(
    office: Office,
) -> None:
    await office.client.post("/api/session", json=CREDENTIALS)
    await set_user_active(office.log, SYSTEM, office.agent_id, is_active=False)
    await asyncio.sleep(0.25)
    assert (await office.client.get("/api/session")).status_code == 401
    assert (await office.client.post("/api/session", json=CREDENTIALS)).status_code == 401


async def test_a_new_password_ends_every_session(office: Office) -> None:
    await office.client.post("/api/session", json=CREDENTIALS)
    await set_password(office.log, SYSTEM, office.agent_id, "another good one")
    await asyncio.sleep(0.25)
    assert (await office.client.get("/api/session")).status_code == 401
    assert (await office.client.post("/api/session", json=CREDENTIALS)).status_code == 401
    renewed = CREDENTIALS | {"password": "another good one"}
    assert (await office.client.post("/api/session", json=renewed)).status_code == 201


async def test_a_role_given_and_taken_counts_at_the_next_look(office: Office) -> None:
    await office.client.post("/api/session", json=CREDENTIALS)
    refused = await office.client.get("/api/queues")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    grant = Grant("supervisor", "all")
    await grant_role(office.log, SYSTEM, office.agent_id, grant)
    await asyncio.sleep(0.25)
    assert (await office.client.get("/api/queues")).status_code == 200
    await revoke_role(office.log, SYSTEM, office.agent_id, grant)
    await asyncio.sleep(0.25)
    assert (await office.client.get("/api/queues")).status_code == 403


async def test_authenticating_costs_no_query_while_the_answer_is_believed(
    office: Office,
) -> None:
    answer = await office.client.post("/api/session", json=CREDENTIALS)
    sessions = Sessions(office.log.database, trust_seconds=60)
    first = await sessions.get_principal(answer.cookies["halfminute_session"])
    await office.log.database.close()
    assert await sessions.get_principal(answer.cookies["halfminute_session"]) == first


async def test_the_language_is_remembered(office: Office) -> None:
    await office.client.post("/api/session", json=CREDENTIALS)
    answer = await office.client.put("/api/session/language", json={"language": "ru"})
    assert answer.status_code == 200
    assert (await office.client.get("/api/session")).json()["user"]["language"] == "ru"
    for wrong in ("", "russian", "RU", "../"):
        answer = await office.client.put("/api/session/language", json={"language": wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


async def test_an_unsafe_request_of_another_site_is_refused(office: Office) -> None:
    foreign = [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8081"},
        {"Origin": "http://localhost:8080.evil.example"},
        {"Origin": "", "Sec-Fetch-Site": "cross-site"},
    ]
    for headers in foreign:
        for method in ("POST", "DELETE"):
            answer = await office.client.request(
                method, "/api/session", json=CREDENTIALS, headers=headers
            )
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin"), headers


async def test_a_program_without_an_origin_is_refused_unless_its_browser_vouches(
    office: Office,
) -> None:
    del office.client.headers["Origin"]
    answer = await office.client.post("/api/session", json=CREDENTIALS)
    assert answer.status_code == 403
    vouched = {"Sec-Fetch-Site": "same-origin"}
    answer = await office.client.post("/api/session", json=CREDENTIALS, headers=vouched)
    assert answer.status_code == 201


async def test_the_browser_may_use_any_name_of_this_machine(office: Office) -> None:
    for origin in ("http://localhost:8080", "http://127.0.0.1:8080", "HTTP://LOCALHOST:8080"):
        answer = await office.client.post(
            "/api/session", json=CREDENTIALS, headers={"Origin": origin}
        )
        assert answer.status_code == 201, origin


async def test_a_route_that_forgot_to_say_who_may_call_it_answers_nobody(office: Office) -> None:
    await office.client.post("/api/session", json=CREDENTIALS)
    answer = await office.client.post("/api/forgotten")
    assert answer.status_code == 500
    assert "who may call" not in answer.text
    app = make_app(office.log, office.sessions, Settings(database_url=""))
    assert list_undeclared_routes(app) == ["POST /api/forgotten"]


async def test_a_database_that_is_gone_is_told_as_such(office: Office) -> None:
    await office.client.post("/api/session", json=CREDENTIALS)
    office.sessions.forget()
    await office.log.database.close()
    answer = await office.client.get("/api/session")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.headers["retry-after"] == "1"


async def test_one_id_goes_from_the_request_to_the_answer_and_the_audit(office: Office) -> None:
    answer = await office.client.post(
        "/api/session", json=CREDENTIALS, headers={"X-Request-Id": "proxy-0000-0001"}
    )
    assert answer.headers["x-request-id"] == "proxy-0000-0001"
    async with office.log.database.connection() as connection:
        row = await connection.fetchrow("select * from audit_entries where action = 'sign_in'")
    assert row is not None
    assert row["request_id"] == "proxy-0000-0001"
    assert row["actor_id"] == office.agent_id


async def test_malformed_bodies_are_told_apart_from_bugs(office: Office) -> None:
    for body in (b"", b"{", b"[]", b'{"email": 1, "password": "x"}', b'{"email": "a@b"}'):
        answer = await office.client.post("/api/session", content=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), body
        assert set(answer.json()) == {"code", "message", "fields"}


async def test_an_unknown_path_and_a_wrong_method_answer_in_the_same_shape(
    office: Office,
) -> None:
    answer = await office.client.get("/api/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    answer = await office.client.put("/api/session", json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
