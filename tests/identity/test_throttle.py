"""Guessing passwords: slow, and no faster by doing it at once."""

from __future__ import annotations

import asyncio

import pytest

from halfminute.identity.actions import create_user, sign_in
from halfminute.identity.errors import WrongCredentials
from halfminute.identity.principals import SYSTEM
from halfminute.identity.throttle import (
    FAILURES_PER_EMAIL,
    FAILURES_PER_IP,
    WINDOW_SECONDS,
    TooManyLogins,
    begin_attempt,
    forgive_attempt,
)
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from tests.identity.conftest import PASSWORD, Office

EMAIL = "olena@example.org"


async def attempt(database: Database, email: str = EMAIL, ip: str | None = "192.0.2.1") -> bool:
    """Whether an attempt is let through."""
    try:
        await begin_attempt(database, email, ip)
    except TooManyLogins:
        return False
    return True


async def test_an_address_is_tried_so_often_and_not_more(database: Database) -> None:
    tries = [await attempt(database) for _ in range(FAILURES_PER_EMAIL + 3)]
    assert tries == [True] * FAILURES_PER_EMAIL + [False] * 3
    assert not await attempt(database, " OLENA@example.org", ip="192.0.2.2")
    assert await attempt(database, "petro@example.org")


async def test_a_place_tries_so_often_whatever_the_address(database: Database) -> None:
    tries = [await attempt(database, f"{n}@example.org") for n in range(FAILURES_PER_IP + 1)]
    assert tries == [True] * FAILURES_PER_IP + [False]
    assert await attempt(database, "new@example.org", ip="192.0.2.2")
    assert await attempt(database, "new@example.org", ip=None)


async def test_many_guesses_at_once_get_no_further_than_in_a_row(database: Database) -> None:
    tries = await asyncio.gather(*(attempt(database, ip=f"192.0.2.{n}") for n in range(40)))
    assert sum(tries) == FAILURES_PER_EMAIL


async def test_the_window_slides(database: Database) -> None:
    for _ in range(FAILURES_PER_EMAIL):
        await attempt(database)
    async with database.connection() as connection:
        await connection.execute(
            "update login_failures set at = at - make_interval(secs => $1)", WINDOW_SECONDS - 30
        )
        with pytest.raises(TooManyLogins) as refusal:
            await begin_attempt(database, EMAIL, None)
        assert 25 <= refusal.value.retry_after_seconds <= 31
        await connection.execute("update login_failures set at = at - interval '31 seconds'")
    assert await attempt(database)


async def test_who_knew_the_password_is_not_counted(database: Database) -> None:
    for _ in range(3 * FAILURES_PER_IP):
        made = await begin_attempt(database, EMAIL, "192.0.2.1")
        async with database.connection() as connection:
            await forgive_attempt(connection, made)


async def test_a_right_password_forgives_the_address_but_not_the_place(database: Database) -> None:
    for _ in range(FAILURES_PER_EMAIL - 1):
        await attempt(database)
    made = await begin_attempt(database, EMAIL, "192.0.2.1")
    async with database.connection() as connection:
        await forgive_attempt(connection, made)
        left = await connection.fetch("select subject, count(*) from login_failures group by 1")
    assert [tuple(row) for row in left] == [("ip:192.0.2.1", FAILURES_PER_EMAIL - 1)]


async def test_the_right_password_does_not_help_who_has_guessed_too_often(log: EventLog) -> None:
    await create_user(log, SYSTEM, email=EMAIL, name="Olena", password=PASSWORD)
    for _ in range(FAILURES_PER_EMAIL):
        with pytest.raises(WrongCredentials):
            await sign_in(log, email=EMAIL, password="wrong password", ip=None)
    with pytest.raises(TooManyLogins):
        await sign_in(log, email=EMAIL, password=PASSWORD, ip=None)


async def test_the_answer_says_when_to_try_again(office: Office) -> None:
    for _ in range(FAILURES_PER_EMAIL):
        await attempt(office.log.database)
    body = {"email": EMAIL, "password": PASSWORD}
    answer = await office.client.post("/api/session", json=body)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_logins")
    assert 0 < int(answer.headers["retry-after"]) <= WINDOW_SECONDS
