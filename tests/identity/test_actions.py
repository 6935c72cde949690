"""Users, passwords, roles, the first administrator, and what is written down of it."""

from __future__ import annotations

import asyncio

import argon2
import asyncpg
import pytest

from halfminute.identity import passwords
from halfminute.identity.actions import (
    create_user,
    ensure_first_admin,
    grant_role,
    remove_old_rows,
    revoke_role,
    set_language,
    set_password,
    sign_in,
)
from halfminute.identity.errors import EmailTaken, UnfitPassword, WrongCredentials
from halfminute.identity.passwords import hash_password, verify_password
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.identity.queries import find_user_by_email, get_user
from halfminute.identity.sessions import Sessions
from halfminute.identity.types import UserId
from halfminute.kit.errors import Forbidden, InvalidRequest, NotFound, NotSignedIn
from halfminute.kit.event_log import EventLog
from halfminute.kit.ids import new_id
from tests.identity.conftest import PASSWORD


async def hire(log: EventLog, email: str = "olena@example.org", *grants: Grant) -> UserId:
    return await create_user(
        log, SYSTEM, email=email, name="Olena", password=PASSWORD, grants=grants
    )


async def enter(log: EventLog, email: str = "olena@example.org", password: str = PASSWORD) -> str:
    return (await sign_in(log, email=email, password=password, ip="192.0.2.1")).token


async def test_an_email_address_belongs_to_one_user_however_it_is_written(log: EventLog) -> None:
    user_id = await hire(log)
    with pytest.raises(EmailTaken):
        await hire(log, " OLENA@Example.ORG ")
    async with log.database.connection() as connection:
        user = await find_user_by_email(connection, "Olena@EXAMPLE.org")
        assert user is not None
        assert user == await get_user(connection, user_id)
        assert await find_user_by_email(connection, "petro@example.org") is None
        with pytest.raises(NotFound):
            await get_user(connection, UserId(new_id()))


@pytest.mark.parametrize("password", ["", "short", "x" * 9, "x" * 257])
async def test_an_unfit_password_is_refused(log: EventLog, password: str) -> None:
    with pytest.raises(UnfitPassword):
        await create_user(log, SYSTEM, email="a@b", name="A", password=password)
    user_id = await hire(log)
    with pytest.raises(UnfitPassword):
        await set_password(log, SYSTEM, user_id, password)


async def test_a_scope_has_the_id_it_needs_and_no_other(log: EventLog) -> None:
    for grant in (Grant("agent", "team"), Grant("agent", "own", new_id())):
        with pytest.raises(InvalidRequest):
            await hire(log, "x@example.org", grant)
    async with log.database.connection() as connection:
        assert await find_user_by_email(connection, "x@example.org") is None


async def test_a_role_is_given_once_and_taken_once(log: EventLog) -> None:
    user_id, grant = await hire(log), Grant("agent", "queue", new_id())
    await grant_role(log, SYSTEM, user_id, grant)
    await grant_role(log, SYSTEM, user_id, grant)
    principal = await Sessions(log.database).get_principal(await enter(log))
    assert principal.grants == (grant,)
    await revoke_role(log, SYSTEM, user_id, grant)
    with pytest.raises(NotFound):
        await revoke_role(log, SYSTEM, user_id, grant)
    with pytest.raises(NotFound):
        await grant_role(log, SYSTEM, UserId(new_id()), grant)


async def test_only_who_configures_users_makes_and_changes_them(log: EventLog) -> None:
    user_id = await hire(log, "olena@example.org", Grant("supervisor", "all"))
    principal = await Sessions(log.database).get_principal(await enter(log))
    other = await hire(log, "petro@example.org")
    admin = Grant("admin", "all")
    refused = [
        create_user(log, principal, email="x@y.org", name="X", password=PASSWORD, grants=(admin,)),
        grant_role(log, principal, user_id, admin),
        revoke_role(log, principal, user_id, Grant("supervisor", "all")),
        set_password(log, principal, other, "another good one"),
    ]
    for attempt in refused:
        with pytest.raises((Forbidden, NotFound)):
            await attempt
    await set_password(log, principal, user_id, "another good one")
    assert await enter(log, password="another good one")


async def test_a_language_needs_a_user(log: EventLog) -> None:
    nobody = Principal(kind="user", name="Nobody", user_id=UserId(new_id()))
    with pytest.raises(NotSignedIn):
        await set_language(log, nobody, "ru")


async def test_the_first_start_makes_one_administrator_and_tells_the_password_once(
    log: EventLog,
) -> None:
    made = await asyncio.gather(*(ensure_first_admin(log) for _ in range(4)))
    (told,) = [one for one in made if one is not None]
    principal = await Sessions(log.database).get_principal(
        await enter(log, told.email, told.password)
    )
    assert principal.grants == (Grant("admin", "all"),)
    assert await ensure_first_admin(log) is None


async def test_where_there_are_users_no_administrator_is_made(log: EventLog) -> None:
    await hire(log)
    assert await ensure_first_admin(log) is None


async def test_every_deed_is_written_down_and_stays(log: EventLog) -> None:
    user_id = await hire(log)
    await grant_role(log, SYSTEM, user_id, Grant("agent", "own"))
    await set_password(log, SYSTEM, user_id, "another good one")
    async with log.database.connection() as connection:
        rows = await connection.fetch("select * from audit_entries order by id")
        assert [row["action"] for row in rows] == ["create_user", "grant_role", "set_password"]
        assert {row["object_id"] for row in rows} == {str(user_id)}
        assert rows[1]["details"] == {"role": "agent", "scope": "own"}
        assert "another good one" not in str([dict(row) for row in rows])
        for change in ("update audit_entries set action = 'x'", "delete from audit_entries"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(change)


async def test_a_deed_that_fails_is_not_written_down(log: EventLog) -> None:
    await hire(log)
    with pytest.raises(EmailTaken):
        await hire(log)
    async with log.database.connection() as connection:
        assert await connection.fetchval("select count(*) from audit_entries") == 1


async def test_passwords_are_hashed_by_argon2id_and_salted() -> None:
    first, second = await hash_password(PASSWORD), await hash_password(PASSWORD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert await verify_password(first, PASSWORD) == (True, False)
    assert await verify_password(first, PASSWORD + "x") == (False, False)
    assert await verify_password(None, PASSWORD) == (False, False)
    assert await verify_password("not a hash", PASSWORD) == (False, False)


async def test_a_hash_of_weaker_parameters_is_renewed_at_the_next_sign_in(log: EventLog) -> None:
    user_id = await hire(log)
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    read = "select password_hash from users where id = $1"
    async with log.database.connection() as connection:
        await connection.execute("update users set password_hash = $2 where id = $1", user_id, weak)
        await enter(log)
        assert await connection.fetchval(read, user_id) != weak
    assert await enter(log)


async def test_an_unknown_user_costs_as_much_work_as_a_wrong_password(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: one verification of a hash with the same parameters each."""
    hashes: list[str] = []

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            hashes.append(password_hash)
            return bool(hasher.verify(password_hash, password))

    hasher = passwords._hasher
    await hire(log)
    monkeypatch.setattr(passwords, "_hasher", Counting())
    for email in ("olena@example.org", "nobody@example.org"):
        with pytest.raises(WrongCredentials):
            await enter(log, email, "wrong password")
    assert len(hashes) == 2
    parameters = {password_hash.split("$")[3] for password_hash in hashes}
    assert len(parameters) == 1


async def test_housekeeping_keeps_what_still_counts(log: EventLog) -> None:
    await hire(log)
    kept = await enter(log)
    async with log.database.connection() as connection:
        await connection.execute(
            "insert into login_failures values ('ip:192.0.2.7', now()),"
            " ('ip:192.0.2.7', now() - interval '1 day')"
        )
        await connection.execute(
            "insert into revoked_tokens values ($1, now() - interval '1 second'),"
            " ($2, now() + interval '1 hour')",
            new_id(),
            new_id(),
        )
        await remove_old_rows(log.database)
        assert await connection.fetchval("select count(*) from login_failures") == 1
        assert await connection.fetchval("select count(*) from revoked_tokens") == 1
    assert (await Sessions(log.database).get_principal(kept)).name == "Olena"
