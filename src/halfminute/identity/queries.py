"""Reads of users."""

from __future__ import annotations

from typing import Any

import msgspec

from halfminute.identity import tables
from halfminute.identity.types import UserId
from halfminute.kit.database import Connection
from halfminute.kit.errors import NotFound


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can sign in, unless no longer active."""

    id: UserId
    email: str
    name: str
    language: str
    is_active: bool


async def get_user(connection: Connection, user_id: UserId) -> User:
    """The user. Raises NotFound."""
    row = await connection.fetchrow(tables.GET_USER, user_id)
    if row is None:
        raise NotFound
    return _user(row)


async def find_user_by_email(connection: Connection, email: str) -> User | None:
    """The user with this e-mail address, in whatever case it is written."""
    row = await connection.fetchrow(tables.FIND_USER_BY_EMAIL, email.strip())
    return _user(row) if row is not None else None


def _user(row: Any) -> User:
    return User(**dict(row))
