"""Kills parts at random under load, and counts what was lost or done twice.

Customers repeat a message until it is acknowledged, as a provider does. Agents repeat a reply until
it is acknowledged, as the desk does. Web, router, delivery and the whole PostgreSQL are killed with
SIGKILL. Afterwards every acknowledged message must be there once, and every acknowledged reply must
have reached the provider once, or be marked unknown with its attempt on record.

Two controls must fail, or the bench has no teeth: customers without an idempotency key, and a
database that answers before the commit is on disk.

    make bench NAME=crash                   KILLS=50 ACKNOWLEDGED=500 SEED=1 to choose the size
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncpg

from bench.agents import SimulatedAgent, Tally
from bench.arrivals import Target, telegram_update
from bench.http_client import Answer, LeanClient
from bench.report import Figure, print_result, print_table
from bench.stack import Stack, StackSettings

CUSTOMERS = 20
# A provider takes one message a second to a chat: the replies must not pile up.
WRITE_SECONDS = 1.2
AGENTS = 3
VICTIMS = ("web", "router", "delivery", "postgresql")
PAUSE_SECONDS = (0.1, 1.5)
LIFE_SECONDS = 60
LOOK_SECONDS = 0.05
RETRY_SECONDS = 0.1
QUIET_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run it."""

    name: str
    kills: int
    acknowledged: int
    has_key: bool = True
    is_commit_synchronous: bool = True
    victims: tuple[str, ...] = VICTIMS
    write_seconds: float = WRITE_SECONDS
    # Meant to fail: nobody waits until its replies are out.
    is_control: bool = False


@dataclass(slots=True)
class Witness:
    """What the outside was told: acknowledged messages and replies, by tag."""

    messages: set[str] = field(default_factory=set)
    replies: set[str] = field(default_factory=set)
    kills: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found afterwards."""

    kills: int
    acknowledged: int
    lost: int
    doubled: int
    undelivered: int
    unknown: int
    provider_doubles: int
    replies: int

    @property
    def is_clean(self) -> bool:
        """Nothing lost, nothing twice, nothing left behind."""
        return (self.lost, self.doubled, self.undelivered, self.provider_doubles) == (0, 0, 0, 0)


class StubbornAgent(SimulatedAgent):
    """Answers each message, and repeats a call until the server has answered it."""

    witness: Witness

    def attend(self, conversation_id: str, text: str) -> None:
        """Reply once to each message, under a client id that stays the same when repeated."""
        self.spawn(self._reply(conversation_id, text.split(" ", 1)[0]))

    async def hear_presence(self, data: dict[str, Any]) -> None:
        """Come back when the server thought this agent was gone."""
        if data["presence"] != "available":
            await self.become_available()

    async def _reply(self, conversation_id: str, tag: str) -> None:
        reply = {"client_id": str(uuid.uuid5(uuid.NAMESPACE_OID, tag)), "text": f"re:{tag}"}
        answer = await self.request("POST", f"/api/conversations/{conversation_id}/messages", reply)
        if answer.status < 300:
            self.witness.replies.add(f"re:{tag}")

    async def request(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        """Repeat until there is an answer that is not the server's own trouble."""
        while True:
            try:
                answer = await super().request(method, path, body)
            except (OSError, TimeoutError):
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if answer.status < 500:
                return answer
            await asyncio.sleep(RETRY_SECONDS)


async def run_variant(variant: Variant, seed: int) -> Verdict:
    """Start everything, kill at random until it is enough, wait for quiet, and count."""
    with tempfile.TemporaryDirectory(prefix="halfminute-crash-") as place:
        settings = StackSettings(
            directory=Path(place),
            agents=AGENTS,
            bots=1,
            roles=("web", "router", "delivery"),
            is_commit_synchronous=variant.is_commit_synchronous,
            agent_units=CUSTOMERS,
        )
        async with Stack(settings) as stack:
            witness = Witness()
            await _strain(stack, variant, witness, random.Random(seed))
            if not variant.is_control:
                await wait_for_quiet(stack)
            await stack.wait_for_database()
            return await _judge(stack, witness)


async def _strain(stack: Stack, variant: Variant, witness: Witness, chance: random.Random) -> None:
    client = LeanClient("127.0.0.1", stack.port, connections=CUSTOMERS + 4 * AGENTS)
    agents = [await _seat(stack, client, *who, witness) for who in stack.agents]
    desks = [asyncio.create_task(agent.run()) for agent in agents]
    updates = itertools.count(1)
    customers = [
        asyncio.create_task(
            Customer(client, stack.targets[0], 5_000 + chat, updates).write(variant, witness)
        )
        for chat in range(CUSTOMERS)
    ]
    await _kill_until_enough(stack, variant, witness, chance)
    for customer in customers:
        customer.cancel()
    await asyncio.gather(*customers, return_exceptions=True)
    await asyncio.sleep(3)
    for desk in desks:
        desk.cancel()
    await asyncio.gather(*desks, return_exceptions=True)
    client.close()


async def _seat(
    stack: Stack, client: LeanClient, email: str, password: str, witness: Witness
) -> StubbornAgent:
    agent = StubbornAgent(client, stack.port, lambda _text, _at: None, Tally())
    agent.witness = witness
    await agent.sign_in(email, password)
    await agent.become_available()
    return agent


class Customer:
    """Writes one message after another, and repeats each until it is acknowledged."""

    def __init__(
        self, client: LeanClient, target: Target, chat: int, updates: Iterator[int]
    ) -> None:
        """`updates` numbers the provider's updates, over all customers."""
        self._client = client
        self._target = target
        self._chat = chat
        self._updates = updates

    async def write(self, variant: Variant, witness: Witness) -> None:
        """Go on until cancelled."""
        for number in itertools.count(1):
            tag = f"c{self._chat}n{number}"
            update_id = next(self._updates)
            while not await self._try(tag, update_id, number if variant.has_key else update_id):
                # Without a key, a repeated message looks like another one.
                update_id = update_id if variant.has_key else next(self._updates)
                await asyncio.sleep(RETRY_SECONDS)
            witness.messages.add(tag)
            await asyncio.sleep(variant.write_seconds)

    async def _try(self, tag: str, update_id: int, message_number: int) -> bool:
        body = telegram_update(self._chat, message_number, tag, update_id=update_id)
        return await _is_acknowledged(self._client, self._target, body)


async def _is_acknowledged(client: LeanClient, target: Target, body: bytes) -> bool:
    headers = {"X-Telegram-Bot-Api-Secret-Token": target.secret}
    try:
        answer = await client.request("POST", target.path, body, headers)
    except (OSError, TimeoutError):
        return False
    return answer.status == 200


async def _kill_until_enough(
    stack: Stack, variant: Variant, witness: Witness, chance: random.Random
) -> None:
    while witness.kills.total() < variant.kills or len(witness.messages) < variant.acknowledged:
        await asyncio.sleep(chance.uniform(*PAUSE_SECONDS))
        heard = len(witness.messages)
        victim = chance.choice(variant.victims)
        if await stack.kill(victim):
            witness.kills[victim] += 1
        await _wait_for_life(witness, heard)


async def _wait_for_life(witness: Witness, heard: int) -> None:
    """Until something was acknowledged again: what never comes up cannot lose anything."""
    for _ in range(int(LIFE_SECONDS / LOOK_SECONDS)):
        if len(witness.messages) > heard:
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise TimeoutError(f"nothing was acknowledged for {LIFE_SECONDS} s")


async def wait_for_quiet(stack: Stack) -> None:
    """Until the outbox is empty, with everything alive again."""
    async with asyncio.timeout(QUIET_SECONDS):
        while True:
            try:
                if await _count_outbox(stack.dsn) == 0:
                    return
            except (OSError, asyncpg.PostgresError):
                pass
            await asyncio.sleep(0.5)


async def _count_outbox(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        return int(await connection.fetchval("select count(*) from outbox"))
    finally:
        await connection.close()


_INBOUND = """
select split_part(parts -> 0 ->> 'text', ' ', 1) as tag, count(*) as copies
  from messages where direction = 'in' group by 1
"""
_OUTBOUND = """
select m.parts -> 0 ->> 'text' as tag, m.delivery,
       exists (select from delivery_attempts a where a.message_id = m.id) as has_attempt
  from messages m where m.direction = 'out'
"""


async def _judge(stack: Stack, witness: Witness) -> Verdict:
    connection = await asyncpg.connect(stack.dsn)
    inbound = {row["tag"]: row["copies"] for row in await connection.fetch(_INBOUND)}
    outbound = {row["tag"]: row for row in await connection.fetch(_OUTBOUND)}
    await connection.close()
    received = Counter(await stack.list_received_texts())
    unknown = {
        tag for tag, row in outbound.items() if row["delivery"] == "unknown" and row["has_attempt"]
    }
    return Verdict(
        kills=witness.kills.total(),
        acknowledged=len(witness.messages),
        lost=len(witness.messages - inbound.keys()),
        doubled=sum(copies - 1 for copies in inbound.values()),
        undelivered=len(
            [tag for tag in witness.replies if not received[tag] and tag not in unknown]
        ),
        unknown=len(unknown),
        provider_doubles=sum(count - 1 for tag, count in received.items() if tag.startswith("re:")),
        replies=len(witness.replies),
    )


async def measure() -> dict[str, Figure]:
    """The run, and the two controls."""
    seed = int(os.environ.get("SEED", "1"))
    main = Variant(
        "as shipped",
        kills=int(os.environ.get("KILLS", "50")),
        acknowledged=int(os.environ.get("ACKNOWLEDGED", "500")),
    )
    control = replace(
        main, kills=max(12, main.kills // 3), acknowledged=0, write_seconds=0.02, is_control=True
    )
    variants = [
        main,
        replace(control, name="no idempotency key", has_key=False, victims=("web", "postgresql")),
        replace(
            control,
            name="synchronous_commit=off",
            is_commit_synchronous=False,
            victims=("postgresql",),
        ),
    ]
    verdicts = [await run_variant(variant, seed) for variant in variants]
    print_table(
        "Variants",
        [
            {
                "variant": variant.name,
                "kills": verdict.kills,
                "acknowledged": verdict.acknowledged,
                "lost": verdict.lost,
                "doubled": verdict.doubled,
                "replies": verdict.replies,
                "undelivered": verdict.undelivered,
                "unknown": verdict.unknown,
                "provider doubles": verdict.provider_doubles,
            }
            for variant, verdict in zip(variants, verdicts, strict=True)
        ],
    )
    shipped, no_key, not_durable = verdicts
    return {
        "kills": shipped.kills,
        "acknowledged": shipped.acknowledged,
        "lost": shipped.lost,
        "doubled": shipped.doubled,
        "undelivered": shipped.undelivered,
        "unknown": shipped.unknown,
        "provider_doubles": shipped.provider_doubles,
        "controls_failed": no_key.doubled > 0 and not_durable.lost > 0,
    }


if __name__ == "__main__":
    print_result(asyncio.run(measure()))
