"""One test's share of a house: a queue, a bot that leads to it, and agents who serve it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID, uuid4

import httpx

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.schemas import AgentSettings
from halfminute.channels.actions.add_account import REOPEN_SECONDS, NewAccount, add_account
from halfminute.channels.actions.connect_account import connect_account
from halfminute.identity.actions.create_user import create_user
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.main.parts import Parts, open_parts
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.actions.set_queue_agents import set_queue_agents
from halfminute.queues.schemas import QueueSettings
from tests.journeys.house import House
from tests.journeys.telegram import Customer
from tests.postgres import run_coroutine

PASSWORD: Final = "half a minute at most"
SECRET: Final = "the-secret-of-the-hook"


@dataclass(frozen=True)
class Agent:
    """Somebody who signs in."""

    id: UUID
    name: str
    email: str


@dataclass(frozen=True)
class Floor:
    """What one test works with. `hook` is the path that the bot's updates are brought to."""

    house: House
    queue_id: UUID
    queue_name: str
    bot_id: int
    account_id: UUID
    agents: tuple[Agent, ...]

    @property
    def agent(self) -> Agent:
        """The first of the agents."""
        return self.agents[0]

    @property
    def hook(self) -> str:
        """Where the bot's updates go."""
        return f"{self.house.url}/hooks/telegram/{self.account_id}"

    def enter(self, name: str, **person: str) -> Customer:
        """A new customer of this bot."""
        return self.house.telegram.enter(self.bot_id, name, **person)

    def sign_in(self, agent: Agent | None = None) -> Api:
        """The API, as an agent has it."""
        return Api(self.house.url).sign_in(agent or self.agent)


class Api:
    """The HTTP API in one session."""

    def __init__(self, url: str) -> None:
        """Signed out."""
        self.http = httpx.Client(base_url=url, headers={"origin": url}, timeout=20)

    def sign_in(self, agent: Agent) -> Self:
        """A session for the agent."""
        self.call("POST", "/api/session", {"email": agent.email, "password": PASSWORD})
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer's body; anything but success fails the test."""
        answer = self.http.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def desk(self) -> Any:
        """The desk's first picture."""
        return self.call("GET", "/api/desk")

    def set_presence(self, presence: str) -> None:
        """Available, busy, away or offline."""
        self.call("PUT", "/api/presence", {"presence": presence, "reason": ""})

    def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        """A conversation's newest messages, oldest first."""
        items = self.call("GET", f"/api/conversations/{conversation_id}/messages?limit=100")
        found: list[dict[str, Any]] = items["items"]
        return found

    def accept(self) -> str:
        """Take what rings, as soon as it does; the conversation."""
        deadline = time.monotonic() + 20
        while not (offers := self.desk()["offers"]):
            assert time.monotonic() < deadline, "nothing rang"
            time.sleep(0.1)
        path = f"/api/offers/{offers[0]['id']}/accept"
        self.call("POST", path, {"epoch": offers[0]["epoch"]})
        return str(offers[0]["conversation_id"])

    def answer(self, conversation_id: str, words: str, **more: Any) -> None:
        """Reply with these words."""
        new = {"client_id": str(uuid4()), "text": words, **more}
        self.call("POST", f"/api/conversations/{conversation_id}/messages", new)

    def waiting(self, queue_id: UUID) -> list[dict[str, Any]]:
        """What waits in a queue."""
        found: list[dict[str, Any]] = self.call("GET", f"/api/queues/{queue_id}/conversations")[
            "items"
        ]
        return found


def furnish(house: House, *names: str, reopen_seconds: int = REOPEN_SECONDS, **queue: Any) -> Floor:
    """A floor in the house with agents of these names; `queue` changes its queue's settings."""
    return run_coroutine(_furnish(house, names, reopen_seconds, queue))


async def _furnish(
    house: House, names: tuple[str, ...], reopen_seconds: int, queue: dict[str, Any]
) -> Floor:
    number = next(house.numbers)
    settings = QueueSettings(**{"name": f"Queue {number}", "offer_timeout_seconds": 60, **queue})
    async with open_parts(house.settings) as parts:
        made = await configure_queue(parts.log, SYSTEM, settings)
        agents = [
            await hire(parts, name, f"agent{number}.{place}@halfminute.example")
            for place, name in enumerate(names)
        ]
        await set_queue_agents(parts.log, SYSTEM, made.id, [agent.id for agent in agents])
        bot_id, account_id = await _connect_bot(house, parts, number, made.id, reopen_seconds)
    return Floor(house, made.id, settings.name, bot_id, account_id, tuple(agents))


async def hire(
    parts: Parts, name: str, email: str, *grants: Grant, team: str | None = None
) -> Agent:
    """A user with these grants, an agent's own without any, who can answer."""
    user_id = await create_user(
        parts.log,
        SYSTEM,
        email=email,
        name=name,
        password=PASSWORD,
        grants=grants or (Grant("agent", "own"),),
    )
    await configure_agent(parts.log, SYSTEM, user_id, AgentSettings(team=team))
    return Agent(user_id, name, email)


async def _connect_bot(
    house: House, parts: Parts, number: int, queue_id: UUID, reopen_seconds: int
) -> tuple[int, UUID]:
    token = f"{8_000_000 + number}:JourneyJourneyJourneyJourney"
    bot_id = house.telegram.make_bot(token)
    form = {"token": token, "webhook_secret": SECRET, "api_base_url": house.telegram.url}
    new = NewAccount(
        kind="telegram",
        form=form,
        queue_id=queue_id,
        name=f"Bot {number}",
        reopen_seconds=reopen_seconds,
    )
    account = await add_account(parts.accounts, SYSTEM, new)
    await connect_account(parts.accounts, SYSTEM, account.id)
    return bot_id, account.id
