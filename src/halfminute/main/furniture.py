"""What an empty installation is given, so that its first person can answer at once."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.schemas import AgentSettings
from halfminute.identity.principals import SYSTEM
from halfminute.identity.queries import find_user_by_email
from halfminute.kit.errors import InvalidRequest, NotFound
from halfminute.kit.event_log import EventLog
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.actions.set_queue_agents import set_queue_agents
from halfminute.queues.queries import list_queue_agent_ids, list_queues
from halfminute.queues.schemas import QueueSettings
from halfminute.queues.types import Queue

FIRST_QUEUE = "Support"


async def furnish(log: EventLog, email: str) -> None:
    """A first queue, served by the person with this address."""
    async with log.database.connection() as connection:
        user = await find_user_by_email(connection, email)
        queues = await list_queues(connection)
    if user is None:
        raise NotFound(f"nobody signs in as {email}")
    if not queues:
        await configure_queue(log, SYSTEM, QueueSettings(name=FIRST_QUEUE))
    await seat_agent(log, user.id)


async def furnish_if_empty(log: EventLog, email: str) -> None:
    """The same where there is no queue yet: for who starts with `serve` instead of `up`."""
    async with log.database.connection() as connection:
        is_empty = not await list_queues(connection)
    if is_empty:
        await furnish(log, email)


async def require_queues(log: EventLog, names: Collection[str]) -> None:
    """Raise InvalidRequest for a queue that is not there, before anything is made."""
    await _list_named(log, names)


async def seat_agent(log: EventLog, user_id: UUID, queue_names: Collection[str] = ()) -> None:
    """Make a user an agent who serves these queues; every queue when none is named.

    Raises InvalidRequest for a queue that is not there.
    """
    await configure_agent(log, SYSTEM, user_id, AgentSettings())
    for queue in await _list_named(log, queue_names):
        async with log.database.connection() as connection:
            present = await list_queue_agent_ids(connection, queue.id)
        await set_queue_agents(log, SYSTEM, queue.id, {*present, user_id})


async def _list_named(log: EventLog, names: Collection[str]) -> list[Queue]:
    async with log.database.connection() as connection:
        queues = await list_queues(connection)
    missing = set(names) - {queue.name for queue in queues}
    if missing:
        present = ", ".join(queue.name for queue in queues) or "none yet"
        raise InvalidRequest(f"There is no queue {min(missing)}. Queues: {present}.")
    return [queue for queue in queues if not names or queue.name in names]
