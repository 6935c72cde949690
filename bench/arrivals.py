"""Customers' messages, open loop: each is due at its moment whether the last was served or not."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.http_client import LeanClient

MESSAGES_A_CONVERSATION = 10
# A customer's messages follow each other quicker than people type: it keeps 50 agents' hands full.
GAP_SECONDS = 0.35
_FILLER = "Здравствуйте! Не проходит оплата, баланс не меняется. " * 6


class Target(NamedTuple):
    """One bot's hook."""

    path: str
    secret: str


class Due(NamedTuple):
    """One message to send: when, from which chat, its how-manieth message, and its tag."""

    at: float
    chat: int
    number: int
    tag: str


@dataclass(slots=True)
class Sent:
    """What became of the messages: by tag, when due and when acknowledged."""

    due: dict[str, float] = field(default_factory=dict)
    acked: dict[str, float] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def plan(
    rate: float, seconds: float, *, seed: int, first_chat: int, next_tag: Callable[[], str]
) -> list[Due]:
    """Poisson openings at a tenth of `rate`, and nine more messages behind each, in due order.

    Times are seconds from the start. The rate is level from `MESSAGES_A_CONVERSATION * GAP_SECONDS`
    on, so warm up for longer, until `seconds`; after that what was opened is written to its end, or
    the agents would never be free of it.
    """
    chance = random.Random(seed)
    due: list[Due] = []
    at, chat = 0.0, first_chat
    while (at := at + chance.expovariate(rate / MESSAGES_A_CONVERSATION)) < seconds:
        chat += 1
        moment = at
        for number in range(MESSAGES_A_CONVERSATION):
            due.append(Due(moment, chat, number, next_tag()))
            moment += GAP_SECONDS * chance.uniform(0.7, 1.3)
    return sorted(due)


async def send_all(
    client: LeanClient, targets: Sequence[Target], due: Sequence[Due], sent: Sent
) -> None:
    """Post each at its due time; a chat always writes to the same bot."""
    start = time.monotonic() + 0.05
    tasks = set()
    for item in due:
        moment = start + item.at
        delay = moment - time.monotonic()
        if delay > 0:
            await asyncio.sleep(delay)
        sent.due[item.tag] = moment
        task = asyncio.create_task(_post(client, targets[item.chat % len(targets)], item, sent))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)


async def _post(client: LeanClient, target: Target, item: Due, sent: Sent) -> None:
    body = telegram_update(item.chat, item.number, item.tag)
    headers = {"X-Telegram-Bot-Api-Secret-Token": target.secret}
    try:
        answer = await client.request("POST", target.path, body, headers)
    except (OSError, TimeoutError) as error:
        sent.refused.append(type(error).__name__)
        return
    if answer.status == 200:
        sent.acked[item.tag] = time.monotonic()
    else:
        sent.refused.append(str(answer.status))


def telegram_update(chat: int, number: int, tag: str, *, update_id: int | None = None) -> bytes:
    """A text message of about 1 kB as Telegram would bring it."""
    person = {
        "id": chat,
        "is_bot": False,
        "first_name": f"Subscriber {chat}",
        "language_code": "ru",
    }
    message = {
        "message_id": number + 1,
        "from": person,
        "chat": {"id": chat, "type": "private", "first_name": person["first_name"]},
        "date": int(time.time()),
        "text": f"{tag} {_FILLER}",
    }
    identifier = chat * 100 + number if update_id is None else update_id
    return json.dumps({"update_id": identifier, "message": message}, ensure_ascii=False).encode()
