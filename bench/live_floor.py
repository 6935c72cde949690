"""A floor of agents at work over HTTP, and customers who write: it rings, is answered, rings out.

The agents look at what rings in the database, as one, instead of holding a socket each; everything
they do goes through the web process. Each answer is remembered as it was given, to be held against
what the log says of it.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from bench.arrivals import telegram_update
from bench.http_client import LeanClient
from bench.stack import Stack
from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.actions.record_heartbeats import record_heartbeats
from halfminute.agents.schemas import AgentSettings
from halfminute.contacts.types import AddressKey
from halfminute.conversations.actions.end_by_contact import end_by_contact
from halfminute.identity.actions.create_user import insert_user
from halfminute.identity.actions.grant_role import insert_grant
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.identity.sessions import COOKIE, hash_token, make_token
from halfminute.kit.errors import Unavailable
from halfminute.kit.ids import new_id

CONNECTIONS: Final = 48
LOOK_SECONDS: Final = 0.05
HEARTBEAT_SECONDS: Final = 2.0
WORK_SECONDS: Final = (0.1, 0.8)
CHANNEL_KIND: Final = "telegram"
CAPACITY_UNITS: Final = 100

_RINGING = """
select o.id, o.agent_id, o.conversation_id, o.epoch from offers o where o.state = 'pending'
"""
_ASLEEP = "select id from agents where presence <> 'available'"
_WAITING = "select count(*) from conversations where state in ('queued', 'offered')"
_HELD = "select id, agent_id from conversations where state = 'active'"
_ADDRESS = """
select a.channel_account_id, a.external_id
  from conversations c join addresses a on a.id = c.address_id where c.id = $1
"""
_OPEN_SESSION = """
insert into sessions (id, user_id, token_hash, user_agent, expires_at)
values ($1, $2, $3, 'bench', now() + interval '1 hour')
"""


class Ringing(NamedTuple):
    """An offer as its agent sees it."""

    id: UUID
    agent_id: UUID
    conversation_id: UUID
    epoch: int


@dataclass(slots=True)
class Witness:
    """What the outside was told. `statuses` of the accepts that named the offer's own epoch."""

    customers: set[int] = field(default_factory=set)
    statuses: dict[UUID, int] = field(default_factory=dict)
    late_tried: int = 0
    late_granted: int = 0
    answers: Counter[str] = field(default_factory=Counter)


class LiveFloor:
    """Agents and customers of a stack whose roles run.

    `is_answering`: else agents only look. `is_absent_minded`: of twenty offers one rings out.
    """

    def __init__(self, stack: Stack, *, agents: int, chance: random.Random) -> None:
        """`agents` come with `seat`."""
        self._stack = stack
        self._client = LeanClient("127.0.0.1", stack.port, connections=CONNECTIONS)
        # Whoever looks at the wallboard does not stand in line with the agents.
        self._quiet_client = LeanClient("127.0.0.1", stack.port, connections=1)
        self._chance = chance
        self._agent_count = agents
        self._cookies: dict[UUID, str] = {}
        self._busy: set[UUID] = set()
        self._gone: list[Ringing] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._next_chat = 1
        self.agent_ids: list[UUID] = []
        self.witness = Witness()
        self.ringing: dict[UUID, Ringing] = {}
        self.is_answering = False
        self.is_absent_minded = True

    async def sign_in_supervisor(self) -> tuple[LeanClient, dict[str, str]]:
        """Somebody who may read the wallboard: a client, and the headers to ask with."""
        user_id = await self._open_user("supervisor", Grant("supervisor", "all"))
        return self._quiet_client, {"Cookie": self._cookies[user_id]}

    async def seat(self) -> None:
        """Hire the agents, each for all queues, and have them available."""
        for number in range(self._agent_count):
            self.agent_ids.append(await self._hire(number))
        await record_heartbeats(self._stack.parts.database, self.agent_ids)
        await self._wake(self.agent_ids)

    async def work(self) -> None:
        """Look at what rings, and do something about it, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_forever())
            group.create_task(self._keep_awake())

    async def write(self, waiting: int) -> None:
        """Customers write until so many wait or ring."""
        missing = waiting - await self.fetchval(_WAITING)
        await _gather([self._write_one() for _ in range(missing)])

    async def let_leave(self, count: int) -> None:
        """Customers end what rings at this moment."""
        for offer in list(self.ringing.values())[:count]:
            row = (await self._fetch(_ADDRESS, offer.conversation_id))[0]
            key = AddressKey(row["channel_account_id"], row["external_id"])
            with suppress(Unavailable):
                await end_by_contact(self._stack.parts.log, key, offer.conversation_id)

    async def resume_held(self) -> None:
        """Answer what agents have by now, and nobody works on."""
        for row in await self._fetch(_HELD):
            if row["id"] not in self._busy:
                self._spawn(self._serve(row["id"], row["agent_id"]))

    async def fetchval(self, statement: str, *values: object) -> Any:
        """One value out of the database."""
        async with self._stack.parts.database.connection() as connection:
            return await connection.fetchval(statement, *values)

    async def leave(self) -> None:
        """Let what is under way end."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._client.close()
        self._quiet_client.close()

    async def _fetch(self, statement: str, *values: object) -> list[asyncpg.Record]:
        async with self._stack.parts.database.connection() as connection:
            return await connection.fetch(statement, *values)

    async def _hire(self, number: int) -> UUID:
        agent_id = await self._open_user(f"agent{number}", Grant("agent", "own"))
        settings = AgentSettings(
            capacity_units=CAPACITY_UNITS, units_by_kind={CHANNEL_KIND: CAPACITY_UNITS}
        )
        log, queue_ids = self._stack.parts.log, self._stack.queue_ids
        await configure_agent(log, SYSTEM, agent_id, settings, queue_ids=queue_ids)
        return agent_id

    async def _open_user(self, name: str, grant: Grant) -> UUID:
        """Signed in without a password: to hash hundreds of them would take longer than the run."""
        token = make_token()
        async with self._stack.parts.log.write() as unit:
            user_id = await insert_user(unit, f"{name}@bench.invalid", name, "-", "en")
            await insert_grant(unit, user_id, grant)
            await unit.connection.execute(_OPEN_SESSION, new_id(), user_id, hash_token(token))
        self._cookies[user_id] = f"{COOKIE}={token}"
        return user_id

    async def _look_forever(self) -> None:
        while True:
            rows = [Ringing(*row) for row in await self._fetch(_RINGING)]
            present = {offer.id: offer for offer in rows}
            self._gone += [each for key, each in self.ringing.items() if key not in present]
            self.ringing = present
            if self.is_answering:
                for offer in rows:
                    if offer.id not in self._busy:
                        self._busy.add(offer.id)
                        self._spawn(self._answer(offer))
                self._come_late()
            await asyncio.sleep(LOOK_SECONDS)

    def _come_late(self) -> None:
        """What is over is accepted once more, by some: it must be refused."""
        for offer in self._gone:
            if self._chance.random() < 0.3 and self.witness.statuses.get(offer.id) != 200:
                self._spawn(self._accept_wrongly(offer, offer.epoch))
        self._gone.clear()

    async def _keep_awake(self) -> None:
        while True:
            # A router that was stopped in its turn has agents locked: the next beat will do.
            with suppress(Unavailable):
                await record_heartbeats(self._stack.parts.database, self.agent_ids)
            asleep = {row["id"] for row in await self._fetch(_ASLEEP)}
            await self._wake([each for each in self.agent_ids if each in asleep])
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _wake(self, agent_ids: Collection[UUID]) -> None:
        presence = {"presence": "available", "reason": ""}
        await _gather([self._request("PUT", "/api/presence", presence, each) for each in agent_ids])

    async def _answer(self, offer: Ringing) -> None:
        await asyncio.sleep(self._chance.uniform(0, 0.3))
        chance = self._chance.random()
        if chance < 0.05 and self.is_absent_minded:
            return  # it rings out
        if chance < 0.13:
            path, body = f"/api/offers/{offer.id}/decline", {"epoch": offer.epoch, "reason": ""}
            await self._request("POST", path, body, offer.agent_id)
            return
        if chance < 0.25:
            # Of a router that is none any more, or not yet.
            await self._accept_wrongly(offer, offer.epoch + self._chance.choice((-1, 1)))
        status = await self._accept(offer, offer.epoch)
        # After an answer that never came, a refusal may be of what was granted then.
        if status == 200 or self.witness.statuses.get(offer.id, 0) < 500:
            self.witness.statuses[offer.id] = status
        if status == 200:
            await self._serve(offer.conversation_id, offer.agent_id)
        elif status >= 500:
            self._busy.discard(offer.id)  # nobody knows what became of it: looked at once more

    async def _accept(self, offer: Ringing, epoch: int) -> int:
        path = f"/api/offers/{offer.id}/accept"
        return await self._request("POST", path, {"epoch": epoch}, offer.agent_id)

    async def _accept_wrongly(self, offer: Ringing, epoch: int) -> None:
        self.witness.late_tried += 1
        if await self._accept(offer, epoch) < 300:
            self.witness.late_granted += 1

    async def _serve(self, conversation_id: UUID, agent_id: UUID) -> None:
        self._busy.add(conversation_id)
        path = f"/api/conversations/{conversation_id}"
        reply = {"client_id": str(uuid.uuid4()), "text": "Done."}
        await self._request("POST", f"{path}/messages", reply, agent_id)
        await asyncio.sleep(self._chance.uniform(*WORK_SECONDS))
        closing = {"is_solved": True, "disposition_code": "question_answered"}
        if await self._request("POST", f"{path}/close", closing, agent_id) >= 300:
            self._busy.discard(conversation_id)

    async def _request(self, method: str, path: str, body: dict[str, Any], agent_id: UUID) -> int:
        headers = {
            "Origin": f"http://localhost:{self._stack.port}",
            "Cookie": self._cookies[agent_id],
        }
        try:
            answer = await self._client.request(method, path, msgspec.json.encode(body), headers)
        except (OSError, TimeoutError) as error:
            self.witness.answers[type(error).__name__] += 1
            return 599
        self.witness.answers[f"{path.rsplit('/', 1)[1]} {answer.status}"] += 1
        return answer.status

    async def _write_one(self) -> None:
        chat, self._next_chat = self._next_chat, self._next_chat + 1
        target = self._stack.targets[chat % len(self._stack.targets)]
        headers = {"X-Telegram-Bot-Api-Secret-Token": target.secret}
        body = telegram_update(chat, 1, f"c{chat}", update_id=chat)
        with suppress(OSError, TimeoutError):
            answer = await self._client.request("POST", target.path, body, headers)
            if answer.status == 200:
                self.witness.customers.add(chat)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _gather(work: Collection[Awaitable[object]]) -> None:
    await asyncio.gather(*work)
