"""`halfminute demo`: conversations are opened, answered and closed with nobody's help."""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from halfminute.kit.embedded_postgres import EmbeddedSettings, find_running_dsn
from halfminute_demo.staff.reading import replies
from tests.main.cli.running import Up, free_port, run_cli, wait_for
from tests.postgres import run_coroutine

pytestmark = pytest.mark.xdist_group("up")

_QUICK = ("--agents", "2", "--speed", "60", "--haste", "10", "--rate", "3", "--subscribers", "80")
_SOLVED = """
select count(*) from conversations
where state = 'closed' and first_reply_at is not null and is_solved
  and disposition_code is not null and agent_id in (select id from users where email like 'agent%')
"""
_FIRST_REPLIES = """
select distinct on (messages.conversation_id) language_hint, parts -> 0 ->> 'text'
from messages join addresses on addresses.id = address_id
where direction = 'out'
order by messages.conversation_id, messages.id
"""


class Demo(Up):
    """A running demo, and the administrator's session in it."""

    def __init__(self, directory: Path) -> None:
        """Wait until it serves, and sign in with what it tells."""
        self.site = f"http://localhost:{(site := free_port())}"
        ports = ("--telegram-port", str(free_port()), "--site-port", str(site))
        super().__init__(directory, *ports, *_QUICK, verb="demo")
        told = re.search(r"Sign in\s+(\S+@\S+)\s+(\S+)", self.told())
        assert told is not None, self.told()
        origin = f"http://localhost:{self.port}"
        self.http = httpx.Client(base_url=f"{origin}/api", headers={"origin": origin}, timeout=20)
        self.call("POST", "/session", {"email": told[1], "password": told[2]})

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One request; anything but success fails the test."""
        answer = self.http.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def simulated(self) -> list[dict[str, Any]]:
        """The simulated agents."""
        agents = self.call("GET", "/agents")
        return [agent for agent in agents if agent["name"].endswith("(simulated)")]

    def fetch(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows out of its database."""
        dsn = find_running_dsn(EmbeddedSettings(directory=self.directory))
        assert dsn is not None

        async def ask() -> list[tuple[Any, ...]]:
            connection = await asyncpg.connect(dsn)
            try:
                return [tuple(row) for row in await connection.fetch(statement)]
            finally:
                await connection.close()

        return run_coroutine(ask())

    def count(self, statement: str) -> int:
        """A number out of its database."""
        return int(self.fetch(statement)[0][0])


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """One demo for all the plays here; at its end everybody goes home."""
    directory = Path(tempfile.mkdtemp(prefix="hm-"))
    directory.chmod(0o755)
    running = Demo(directory / "data")
    yield running
    try:
        running.http.close()
        assert running.end(signal.SIGTERM) == 0, running.told()
        log = (directory / "data" / "logs" / "agents.log").read_text(encoding="utf-8")
        assert log.count("goes home") >= 2, log
        assert "Traceback" not in log + running.told()
    finally:
        running.process.kill()
        shutil.rmtree(directory, ignore_errors=True)


def test_it_says_what_is_simulated(demo: Demo) -> None:
    told = demo.told()

    assert "80 customers of a mobile operator, 3 conversations a minute" in told
    assert "their day, which begins at 10:00 and passes 60 times as fast" in told
    assert "2 agents, who answer beside you" in told


def test_the_operators_site_carries_the_chat_of_its_language(demo: Demo) -> None:
    assert f"the operator's site, with a chat on it ({demo.site})" in demo.told()

    loaders = []
    for language in ("en", "ru"):
        page = httpx.get(f"{demo.site}/{language}/")
        found = re.search(r'script async src="([^"]+)"', page.text)
        assert found is not None
        loader = httpx.get(found[1])
        assert loader.status_code == 200
        loaders.append(loader.text)
    assert "within half a minute" in loaders[0]
    assert "за полминуты" in loaders[1]
    assert all('"hidden":["/*/checkout*"]' in loader for loader in loaders)


def test_conversations_are_opened_answered_and_closed(demo: Demo) -> None:
    wait_for(lambda: demo.count(_SOLVED) >= 4, timeout_seconds=60)

    assert len(demo.simulated()) == 2
    assert demo.count("select count(*) from messages where direction = 'out'") >= 8


def test_customers_are_greeted_in_their_own_language(demo: Demo) -> None:
    def greeted() -> list[tuple[str, str]]:
        return demo.fetch(_FIRST_REPLIES)

    wait_for(lambda: len({language for language, _ in greeted()}) >= 2, timeout_seconds=60)
    for language, text in greeted():
        openings = {said.partition("{name}")[0] for said in replies(language).greetings}
        assert text.startswith(tuple(openings)), (language, text)


def test_a_persons_own_desk_rings_beside_theirs(demo: Demo) -> None:
    demo.call("PUT", "/presence", {"presence": "available", "reason": ""})

    wait_for(lambda: bool(demo.call("GET", "/desk")["offers"]))

    demo.call("PUT", "/presence", {"presence": "offline", "reason": ""})


def test_agents_whose_process_is_killed_go_on_with_what_they_have(demo: Demo) -> None:
    killed = demo.pid_of("agents")
    solved = demo.count(_SOLVED)

    os.kill(killed, signal.SIGKILL)

    wait_for(lambda: demo.pid_of("agents") not in {0, killed})
    wait_for(lambda: demo.count(_SOLVED) > solved, timeout_seconds=60)
    assert "The part `agents` ended (signal 9)" in demo.told()


def test_agents_whose_process_hangs_are_noticed_and_come_back(demo: Demo) -> None:
    wait_for(lambda: {agent["presence"] for agent in demo.simulated()} & {"available"} != set())
    hanging = demo.pid_of("agents")

    os.kill(hanging, signal.SIGSTOP)
    try:
        wait_for(
            lambda: all(
                (agent["presence"], agent["presence_reason"]) == ("offline", "connection_lost")
                for agent in demo.simulated()
            ),
            timeout_seconds=60,
        )
    finally:
        os.kill(hanging, signal.SIGCONT)

    wait_for(lambda: "offline" not in {agent["presence"] for agent in demo.simulated()})


def test_the_roster_is_for_its_owners_eyes(demo: Demo) -> None:
    assert (demo.directory / "demo-agents.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("clock", ["25:00", "noon", "9:5"])
def test_a_time_that_is_none_is_told_in_one_line(clock: str, tmp_path: Path) -> None:
    answer = run_cli("demo", "--start-time", clock, directory=tmp_path)

    assert answer.returncode == 1
    remedy = "write --start-time as 09:30"
    assert answer.stderr == f"Halfminute: {clock} is no time of a day: {remedy}.\n"
