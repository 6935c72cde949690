"""The demo's simulated agents as real users: nothing that is served makes users, so we do."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

import msgspec

from halfminute.agents.queries import find_agent
from halfminute.identity.actions import create_user
from halfminute.identity.actions.set_password import set_password
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.identity.queries import find_user_by_email
from halfminute.identity.types import UserId
from halfminute.kit.event_log import EventLog
from halfminute.main.furniture import seat_agent
from halfminute.main.installation import open_log

MOST_AGENTS: Final = 100
_NAMES: Final = ("Vera", "Timur", "Olena", "Aigerim", "Jasur", "Zarina", "Emma", "Artyom")


class Hired(msgspec.Struct, frozen=True):
    """One line of the roster, as `python -m halfminute_demo.staff` reads it."""

    email: str
    password: str
    name: str


async def hire_agents(database_url: str, directory: Path, number: int) -> Path:
    """So many simulated agents who serve every queue; the roster, in `directory`.

    Those of an earlier start come again, with what was configured of them, and a new password. The
    roster is for its owner's eyes.
    """
    async with open_log(database_url) as log:
        roster = [await _hire(log, place) for place in range(number)]
    file = directory / "demo-agents.json"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(msgspec.json.encode(roster))
    return file


async def _hire(log: EventLog, place: int) -> Hired:
    email = f"agent{place + 1}@demo.halfminute.local"
    round_, index = divmod(place, len(_NAMES))
    name = f"{_NAMES[index]}{f' {round_ + 1}' if round_ else ''} (simulated)"
    hired = Hired(email, secrets.token_urlsafe(12), name)
    user_id = await _let_in(log, hired)
    async with log.database.connection() as connection:
        agent = await find_agent(connection, user_id)
    if agent is None:
        await seat_agent(log, user_id)
    return hired


async def _let_in(log: EventLog, hired: Hired) -> UserId:
    async with log.database.connection() as connection:
        present = await find_user_by_email(connection, hired.email)
    if present is not None:
        await set_password(log, SYSTEM, present.id, hired.password)
        return present.id
    return await create_user(
        log,
        SYSTEM,
        email=hired.email,
        name=hired.name,
        password=hired.password,
        grants=(Grant("agent", "own"),),
    )
