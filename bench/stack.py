"""Everything, started for a bench: PostgreSQL, the roles, a stand-in for Telegram, people."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import asyncpg
import httpx

from bench.arrivals import Target
from bench.baseline_run import free_port
from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.schemas import AgentSettings
from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.identity.actions.create_user import create_user
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.embedded_postgres.binaries import choose_binaries
from halfminute.kit.migrations import migrate
from halfminute.kit.processes.listeners import open_listeners
from halfminute.kit.settings import Settings
from halfminute.main.parts import Parts, open_parts
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.actions.set_queue_agents import set_queue_agents
from halfminute.queues.schemas import QueueSettings

PASSWORD = "a long enough password"
START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class StackSettings:
    """How much of everything. `roles` are processes of their own, each killed by its name.

    A role that runs twice has a number behind its name, as `router-2`.
    """

    directory: Path
    agents: int
    bots: int
    roles: tuple[str, ...] = ("web", "router", "delivery")
    is_commit_synchronous: bool = True
    # How many conversations an agent holds at once.
    agent_units: int = 12
    # Each bot's customers come into one of them, in turn.
    queues: int = 1
    # What a role's process runs; a bench's control runs something else.
    program: tuple[str, ...] = ("-m", "halfminute.main.cli")


class Stack:
    """A whole installation on free ports of this machine; leaving it ends all it started."""

    def __init__(self, settings: StackSettings) -> None:
        """Nothing runs before the block is entered."""
        self._settings = settings
        self._telegram_port = free_port()
        self._server = EmbeddedPostgres(EmbeddedSettings(directory=settings.directory / "data"))
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._exit = AsyncExitStack()
        # Held over a kill of the web's process, as the supervisor holds it.
        self._listeners: list[socket] = []
        self._parts: Parts | None = None
        self.port = free_port()
        self.agents: list[tuple[str, str]] = []
        self.queue_ids: list[UUID] = []
        self.targets: list[Target] = []
        self._bot_ids: list[int] = []

    @property
    def dsn(self) -> str:
        """The database."""
        return self._server.dsn

    @property
    def parts(self) -> Parts:
        """What a process of the installation is made of, for verbs of the bench's own."""
        if self._parts is None:
            raise RuntimeError("the stack is not started")
        return self._parts

    @property
    def pgbench(self) -> Path:
        """The pgbench that belongs to the server."""
        return choose_binaries(None).directory / "pgbench"

    async def __aenter__(self) -> Self:
        try:
            # The database's own account must pass through; its data are its own all the same.
            self._settings.directory.chmod(0o755)
            await self._exit.enter_async_context(self._server)
            await migrate(self.dsn)
            await self._start_telegram()
            await self._furnish()
            opened = open_listeners("127.0.0.1", self.port)
            self._listeners = [self._exit.enter_context(each) for each in opened]
            for role in self._settings.roles:
                await self._start_role(role)
            await self.wait_for_web()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    async def kill(self, victim: str) -> bool:
        """SIGKILL a role's process, or the whole of PostgreSQL; it is started again at once."""
        pids = self.pids(victim)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(pids)

    def pids(self, part: str) -> list[int]:
        """The processes of a role, or of PostgreSQL."""
        if part == "postgresql":
            postmaster = self._server.postmaster_pid
            return [] if postmaster is None else [postmaster, *_children(postmaster)]
        process = self._processes.get(part)
        return [] if process is None or process.returncode is not None else [process.pid]

    async def add_widget(self, origin: str) -> UUID:
        """A web chat for a site, which leads to the queue; nobody has to be told of it."""
        form = {"origins": origin}
        new = NewAccount(kind="webchat", form=form, queue_id=self.queue_ids[0])
        return (await add_account(self.parts.accounts, SYSTEM, new)).id

    async def wait_for_database(self) -> None:
        """Until it takes connections again."""
        async with asyncio.timeout(START_SECONDS):
            while True:
                with contextlib.suppress(OSError, asyncpg.PostgresError):
                    await (await asyncpg.connect(self.dsn)).close()
                    return
                await asyncio.sleep(0.2)

    async def wait_for_web(self) -> None:
        """Until it answers again."""
        await _wait_for(f"http://127.0.0.1:{self.port}/health")

    async def list_received_texts(self) -> list[str]:
        """Every text that reached the provider, as often as it did."""
        texts: list[str] = []
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self._telegram_port}") as client:
            for bot_id in self._bot_ids:
                page: dict[str, Any] = {"items": [True], "next": 0}
                while page["items"]:
                    path = f"/control/bots/{bot_id}/sent"
                    page = (await client.get(path, params={"after": page["next"]})).json()
                    texts += [item["text"] for item in page["items"]]
        return texts

    async def _start_telegram(self) -> None:
        command = ["-m", "halfminute.plugins.telegram.fake", "--port", str(self._telegram_port)]
        command.append("--open-chats")
        for number in range(self._settings.bots):
            command += ["--token", _token(number)]
            self._bot_ids.append(int(_token(number).split(":")[0]))
        await self._spawn("telegram", command)
        await _wait_for(f"http://127.0.0.1:{self._telegram_port}/control/health")

    async def _start_role(self, role: str) -> None:
        command = [*self._settings.program, "serve", "--roles", role.partition("-")[0]]
        if role == "web":
            command += [f"--fd={listener.fileno()}" for listener in self._listeners]
        await self._spawn(role, command)
        self._keepers.append(asyncio.create_task(self._keep(role, command)))

    async def _keep(self, role: str, command: list[str]) -> None:
        while True:
            await self._processes[role].wait()
            await self._spawn(role, command)

    async def _spawn(self, name: str, command: list[str]) -> None:
        with (self._settings.directory / f"{name}.log").open("ab") as log:
            self._processes[name] = await asyncio.create_subprocess_exec(
                sys.executable,
                *command,
                env=self._environment(),
                stdout=log,
                stderr=log,
                pass_fds=[listener.fileno() for listener in self._listeners],
            )

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "HALFMINUTE_DATABASE_URL": self.dsn,
            "HALFMINUTE_PORT": str(self.port),
            "HALFMINUTE_DATA_DIRECTORY": str(self._settings.directory / "data"),
            "HALFMINUTE_LOG_LEVEL": "warning",
            # All contacts come from this machine.
            "HALFMINUTE_CONTACT_CONNECTIONS_PER_ADDRESS": "1000000",
            "HALFMINUTE_IS_COMMIT_SYNCHRONOUS": str(self._settings.is_commit_synchronous).lower(),
        }

    async def _furnish(self) -> None:
        settings = Settings(
            database_url=self.dsn, port=self.port, data_directory=self._settings.directory / "data"
        )
        self._parts = await self._exit.enter_async_context(open_parts(settings))
        for number in range(self._settings.queues):
            self.queue_ids.append(await self._open_queue(self._parts, number))
        for number in range(self._settings.bots):
            queue_id = self.queue_ids[number % len(self.queue_ids)]
            await self._connect_bot(self._parts, number, queue_id)
        agent_ids = [
            await self._hire(self._parts, number) for number in range(self._settings.agents)
        ]
        for queue_id in self.queue_ids:
            await set_queue_agents(self._parts.log, SYSTEM, queue_id, agent_ids)

    async def _open_queue(self, parts: Parts, number: int) -> UUID:
        name = "Support" if number == 0 else f"Support {number + 1}"
        settings = QueueSettings(name=name, wrap_up="none", offer_timeout_seconds=30)
        return (await configure_queue(parts.log, SYSTEM, settings)).id

    async def _connect_bot(self, parts: Parts, number: int, queue_id: UUID) -> None:
        secret = secrets.token_urlsafe(24)
        form = {
            "token": _token(number),
            "webhook_secret": secret,
            "api_base_url": f"http://127.0.0.1:{self._telegram_port}",
        }
        new = NewAccount(kind="telegram", form=form, queue_id=queue_id)
        account = await add_account(parts.accounts, SYSTEM, new)
        self.targets.append(Target(f"/hooks/telegram/{account.id}", secret))

    async def _hire(self, parts: Parts, number: int) -> UUID:
        email = f"agent{number}@bench.invalid"
        user_id = await create_user(
            parts.log,
            SYSTEM,
            email=email,
            name=f"Agent {number}",
            password=PASSWORD,
            grants=(Grant("agent", "own"),),
        )
        units = {"telegram": 100 // self._settings.agent_units}
        await configure_agent(parts.log, SYSTEM, user_id, AgentSettings(units_by_kind=units))
        self.agents.append((email, PASSWORD))
        return user_id

    async def _end(self) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        running = [each for each in self._processes.values() if each.returncode is None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                async with asyncio.timeout(10):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        await self._exit.aclose()


def _token(number: int) -> str:
    return f"{7000001 + number}:BenchBenchBenchBenchBenchBenchBench"


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        yield from map(int, task.read_text().split())


async def _wait_for(url: str) -> None:
    async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url)).status_code == 200:
                    return
            await asyncio.sleep(0.1)
