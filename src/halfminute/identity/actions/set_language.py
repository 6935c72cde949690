"""Sets the language of a user's own screens."""

from __future__ import annotations

from halfminute.identity import tables
from halfminute.identity.principals import Principal
from halfminute.identity.sessions import IDENTITY_TOPIC
from halfminute.kit.errors import NotSignedIn
from halfminute.kit.event_log import EventLog


async def set_language(log: EventLog, principal: Principal, language: str) -> None:
    """Remember it for the signed-in user. Raises NotSignedIn."""
    async with log.write() as unit:
        found = await unit.connection.fetchval(tables.SET_LANGUAGE, principal.user_id, language)
        if found is None:
            raise NotSignedIn
        unit.wake(IDENTITY_TOPIC)
