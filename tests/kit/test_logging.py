"""Log lines: one an event, and no secret in any."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import structlog

from halfminute.kit.logging import HIDDEN, configure_logging, hide_in_text

BOT = "123456789:AAF-abcdefghijklmnopqrstuvwxyz012345"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLWhlcmU"


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("json", "debug", stream=stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(output: io.StringIO) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in output.getvalue().splitlines()]


def test_a_line_says_what_when_and_in_which_request(output: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger("here").info("offer_accepted", offer_id=7, name="Олена")
    (line,) = lines(output)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "offer_accepted",
        "level": "info",
        "logger": "here",
        "name": "Олена",
        "offer_id": 7,
        "request_id": "r-1",
    }


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.telegram.org/bot{BOT}/sendMessage 200",
        f"token {BOT}",
        "Authorization: Bearer abcdef0123456789secret",
        '{"authorization": "Basic c2VjcmV0OnNlY3JldA=="}',
        "Cookie: halfminute_session=secretsecretsecret; theme=dark",
        "set-cookie: halfminute_session=secretsecretsecret",
        f"GET /ws?token={JWT}&x=1",
        "GET /files/1?access_token=secretsecret&page=2",
        "GET /hook?api_key=secretsecret",
        f"claims of {JWT}",
        "postgresql://halfminute:secret@db.example.org/halfminute",
    ],
)
def test_what_looks_like_a_secret_is_struck_out_of_any_text(text: str) -> None:
    hidden = hide_in_text(text)
    assert HIDDEN in hidden
    for secret in ("secret", "c2VjcmV0", "AAF-", "c2lnbmF0dXJl"):
        assert secret not in hidden


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/conversations/0190c0de-0000-7000-8000-000000000000 200",
        "2026-11-23T10:00:00Z at 10:00:00",
        "postgresql://localhost/halfminute",
        "GET /api/queues?after=abc&limit=50",
        "the bearer of news",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert hide_in_text(text) == text


def test_values_under_telling_names_are_struck_out_however_deep(output: io.StringIO) -> None:
    structlog.get_logger().info(
        "configured",
        password="open sesame",
        headers={"Authorization": "open sesame", "Accept": "text/html"},
        accounts=[{"webhook_secret": "open sesame", "name": "shop"}, ("token", BOT)],
        bot_token=b"open sesame",
        token_count=3,
    )
    (line,) = lines(output)
    assert "open sesame" not in output.getvalue()
    assert BOT not in output.getvalue()
    assert line["headers"]["Accept"] == "text/html"
    assert line["accounts"][0]["name"] == "shop"
    assert line["token_count"] == 3


def test_libraries_and_tracebacks_are_struck_out_too(output: io.StringIO) -> None:
    url = f"https://api.telegram.org/bot{BOT}/getMe"
    logging.getLogger("some.library").warning("retrying %s", url)
    try:
        raise RuntimeError(f"cannot reach {url}")
    except RuntimeError:
        structlog.get_logger().exception("request_failed")
    first, second = lines(output)
    assert first["event"] == f"retrying https://api.telegram.org/bot123456789:{HIDDEN}/getMe"
    # Where it broke, and not on what: a message may quote a customer, and a log cannot forget one.
    assert second["exception"].splitlines()[-1] == "RuntimeError"
    assert "cannot reach" not in second["exception"].replace("cannot reach {url}", "")
    assert BOT not in output.getvalue()


def test_the_level_is_kept_and_chatty_libraries_are_quiet(output: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request")
    logging.getLogger("uvicorn.access").info("GET /")
    configure_logging("console", "warning", stream=output)
    structlog.get_logger().info("unheard")
    structlog.get_logger().warning("heard", password="open sesame")
    assert "HTTP Request" not in output.getvalue()
    assert "unheard" not in output.getvalue()
    assert "heard" in output.getvalue()
    assert "open sesame" not in output.getvalue()


def test_a_pool_that_cannot_be_filled_says_so_in_one_line(output: io.StringIO) -> None:
    pool = logging.getLogger("asyncpg.pool")
    try:
        raise ConnectionRefusedError
    except ConnectionRefusedError:
        pool.warning("Failed to restore the pool connection floor; retrying", exc_info=True)
    (line,) = lines(output)
    assert line["event"].startswith("Failed to restore")
    assert "exception" not in line
