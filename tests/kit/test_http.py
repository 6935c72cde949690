"""What every HTTP request meets."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import structlog
from litestar import Litestar, get, post
from litestar.params import FromPath, RawBody

from halfminute.kit.database import DatabaseUnavailable
from halfminute.kit.errors import Conflict, HalfminuteError, NotFound, TooLarge, TooManyRequests
from halfminute.kit.http.body import ClientGone, read_body
from halfminute.kit.http.context import current_request
from halfminute.kit.http.dispatch import Dispatch
from halfminute.kit.http.errors import EXCEPTION_HANDLERS, encode_error
from halfminute.kit.http.request_id import RequestIdMiddleware
from halfminute.kit.http.security_headers import SecurityHeadersMiddleware

RAISED: dict[str, Exception] = {
    "conflict": Conflict("too late", offer_id="7"),
    "many": TooManyRequests(retry_after_seconds=12),
    "gone": DatabaseUnavailable(fault="OSError"),
    "bug": KeyError("a secret detail"),
    "base": HalfminuteError("a secret detail"),
}


@get("/raise/{name:str}")
async def raise_named(name: FromPath[str]) -> None:
    raise RAISED[name]


@get("/api/context")
async def tell_context() -> dict[str, Any]:
    bound = structlog.contextvars.get_contextvars()
    return {"bound": bound, "id": current_request().request_id, "ip": current_request().ip}


@get("/page", response_headers={"Content-Security-Policy": "sandbox"})
async def page() -> str:
    return "page"


@post("/small", request_max_body_size=10)
async def small(body: RawBody) -> int:
    return len(body)


def client() -> httpx.AsyncClient:
    litestar = Litestar(
        [raise_named, tell_context, page, small],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=None,
    )
    app = RequestIdMiddleware(SecurityHeadersMiddleware(litestar, is_secure=True))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test.local")


async def test_an_error_of_ours_is_told_by_code_message_and_fields() -> None:
    async with client() as http:
        answer = await http.get("/raise/conflict")
    assert answer.status_code == 409
    assert answer.json() == {
        "code": "conflict",
        "message": "too late",
        "fields": {"offer_id": "7"},
    }


async def test_who_must_wait_is_told_how_long() -> None:
    async with client() as http:
        many, gone = await http.get("/raise/many"), await http.get("/raise/gone")
    assert (many.status_code, many.headers["retry-after"]) == (429, "12")
    assert (gone.status_code, gone.headers["retry-after"]) == (503, "1")


@pytest.mark.parametrize("name", ["bug", "base"])
async def test_a_bug_is_told_without_detail_but_with_the_id_to_find_it(name: str) -> None:
    async with client() as http:
        answer = await http.get(f"/raise/{name}", headers={"X-Request-Id": "abcd-1234"})
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert answer.json()["fields"] == {"request_id": "abcd-1234"}
    assert "secret detail" not in answer.text


async def test_each_request_has_one_id_from_its_log_to_its_answer() -> None:
    async with client() as http:
        first, second = await http.get("/api/context"), await http.get("/api/context")
    for answer in (first, second):
        told = answer.json()
        assert told["bound"] == {"request_id": told["id"]}
        assert told["ip"] == "127.0.0.1"
        assert answer.headers["x-request-id"] == told["id"]
    assert first.json()["id"] != second.json()["id"]


@pytest.mark.parametrize("given", ["short", "x" * 65, "line\tbreak-12345", "<script>alert"])
async def test_an_id_that_is_unfit_for_a_log_is_replaced(given: str) -> None:
    async with client() as http:
        answer = await http.get("/api/context", headers={"X-Request-Id": given})
    assert answer.headers["x-request-id"] != given


async def test_every_answer_forbids_what_it_is_not_meant_for() -> None:
    async with client() as http:
        for path in ("/api/context", "/nothing", "/raise/bug"):
            headers = (await http.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert "script-src 'self'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["strict-transport-security"].startswith("max-age=")
        assert (await http.get("/api/context")).headers["cache-control"] == "no-store"
        assert "cache-control" not in (await http.get("/page")).headers


async def test_a_route_may_have_a_stricter_policy_of_its_own() -> None:
    async with client() as http:
        answer = await http.get("/page")
    assert answer.headers.get_list("content-security-policy") == ["sandbox"]


async def test_a_body_above_a_routes_limit_is_refused_in_the_same_shape() -> None:
    async with client() as http:
        assert (await http.post("/small", content=b"x" * 10)).json() == 10
        answer = await http.post("/small", content=b"x" * 11)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def receiving(*messages: dict[str, Any]) -> Any:
    left = list(messages)

    async def receive() -> dict[str, Any]:
        return left.pop(0)

    return receive


def chunk(body: bytes, *, is_last: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": not is_last}


async def test_a_bare_body_is_read_whole() -> None:
    receive = receiving(chunk(b"ab"), chunk(b""), chunk(b"cd", is_last=True))
    assert await read_body({"headers": []}, receive, limit=4) == b"abcd"


async def test_a_bare_body_is_refused_as_soon_as_it_is_known_to_be_too_large() -> None:
    announced = {"headers": [(b"content-length", b"5")]}
    with pytest.raises(TooLarge):
        await read_body(announced, receiving(), limit=4)
    lying = {"headers": [(b"content-length", b"1")]}
    with pytest.raises(TooLarge):
        await read_body(lying, receiving(chunk(b"abc"), chunk(b"de")), limit=4)


async def test_a_client_that_hangs_up_in_the_middle_sent_nothing() -> None:
    receive = receiving(chunk(b"ab"), {"type": "http.disconnect"})
    with pytest.raises(ClientGone):
        await read_body({"headers": []}, receive, limit=4)


async def test_sockets_and_hooks_go_their_own_way() -> None:
    served: list[str] = []

    def app(name: str) -> Any:
        async def serve(_scope: Any, _receive: Any, _send: Any) -> None:
            served.append(name)

        return serve

    dispatch = Dispatch(
        app("framework"), sockets={"/api/realtime": app("hub")}, prefixes={"/hooks/": app("hooks")}
    )
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    for kind, path in [
        ("websocket", "/api/realtime"),
        ("http", "/hooks/telegram/1"),
        ("http", "/api/realtime"),
        ("http", "/hooksandmore"),
        ("lifespan", ""),
        ("websocket", "/hooks/telegram/1"),
    ]:
        await dispatch({"type": kind, "path": path}, receiving({}), send)
    assert served == ["hub", "hooks", "framework", "framework", "framework"]
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_errors_can_be_told_without_the_framework() -> None:
    assert encode_error(NotFound()) == (
        b'{"code":"not_found","message":"There is no such thing, or it is not yours to see.",'
        b'"fields":{}}'
    )
