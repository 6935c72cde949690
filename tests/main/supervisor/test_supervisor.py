"""Children are kept running, told of when they die, stopped in order, and never left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from halfminute.kit.processes.identity import find_process
from halfminute.main.supervisor import (
    ChildKeepsFailing,
    ChildSpec,
    ProcessRegister,
    Supervisor,
)
from halfminute.main.supervisor.child import Death
from halfminute.main.supervisor.log_file import LogFile


class House:
    """A supervisor whose announcements are kept."""

    def __init__(self, directory: Path) -> None:
        self.deaths: list[Death] = []
        self.directory = directory
        self.register = ProcessRegister(directory / "processes.json")
        self.supervisor = Supervisor(directory / "logs", self.register, self.deaths.append)

    def shell(self, name: str, script: str, *, tier: int = 0, patience: float = 4) -> ChildSpec:
        return ChildSpec(name, ("/bin/sh", "-c", script), tier=tier, patience_seconds=patience)

    def log(self, name: str) -> str:
        place = self.directory / "logs" / f"{name}.log"
        return place.read_text() if place.exists() else ""


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # other processes set no Event
            await asyncio.sleep(0.02)


async def test_a_killed_child_is_announced_and_started_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.supervisor.is_up = True
    house.supervisor.start([house.shell("web", "echo hello; sleep 600")])
    await until(lambda: "hello" in house.log("web"))
    first = house.supervisor.find_pid("web")
    assert first is not None

    os.kill(first, signal.SIGKILL)
    await until(lambda: house.log("web").count("hello") == 2)

    assert house.supervisor.find_pid("web") not in {first, None}
    [death] = house.deaths
    assert (death.name, death.status, death.last_words) == ("web", -signal.SIGKILL, "hello")
    await house.supervisor.stop()


async def test_pauses_grow_while_a_child_keeps_dying(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.supervisor.is_up = True
    house.supervisor.start([house.shell("web", "exit 3")])

    await until(lambda: len(house.deaths) >= 3)
    await house.supervisor.stop()

    pauses = [death.pause_seconds for death in house.deaths]
    assert pauses[:3] == [0.2, 0.4, 0.8]


async def test_a_child_that_cannot_start_ends_the_start_with_its_words(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.supervisor.start([house.shell("web", "echo no such table; exit 1")])
    never = asyncio.create_task(asyncio.sleep(600))

    with pytest.raises(ChildKeepsFailing, match="no such table"):
        await house.supervisor.wait_for(never)

    await house.supervisor.stop()


async def test_the_highest_tier_stops_first(tmp_path: Path) -> None:
    house = House(tmp_path)
    order = tmp_path / "order"
    script = "trap 'echo {} >>{}; exit 0' TERM; echo ready; while :; do sleep 0.05; done"
    specs = [
        house.shell(name, script.format(name, order), tier=tier)
        for name, tier in (("web", 1), ("demo", 3), ("telegram", 2))
    ]
    house.supervisor.start(specs)
    await until(lambda: all("ready" in house.log(spec.name) for spec in specs))

    await house.supervisor.stop()

    assert order.read_text().split() == ["demo", "telegram", "web"]


async def test_a_stubborn_child_is_killed(tmp_path: Path) -> None:
    house = House(tmp_path)
    script = "trap '' TERM; echo ready; while :; do sleep 0.05; done"
    house.supervisor.start([house.shell("web", script, patience=0.2)])
    await until(lambda: "ready" in house.log("web"))
    pid = house.supervisor.find_pid("web")
    assert pid is not None

    await house.supervisor.stop()

    assert find_process(pid) is None


async def test_a_child_stopped_in_its_pause_stays_stopped(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.supervisor.is_up = True
    house.supervisor.start([house.shell("web", "echo x; exit 1")])
    await until(lambda: len(house.deaths) >= 2)

    await house.supervisor.stop()
    said = house.log("web")
    await asyncio.sleep(0.6)

    assert house.log("web") == said


async def test_what_a_dead_child_started_is_ended_too(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.supervisor.is_up = True
    house.supervisor.start([house.shell("web", "sleep 600 & echo $!; wait")])
    await until(lambda: house.log("web").count("\n") == 1)
    grandchild = int(house.log("web"))
    child = house.supervisor.find_pid("web")
    assert child is not None

    os.kill(child, signal.SIGKILL)

    await until(lambda: find_process(grandchild) is None)
    await house.supervisor.stop()


async def test_a_process_that_cannot_be_made_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path)
    house.supervisor.is_up = True
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    house.supervisor.start([house.shell("web", "echo hello; sleep 600")])
    await until(lambda: len(house.deaths) == 1)
    monkeypatch.undo()

    await until(lambda: "hello" in house.log("web"))

    assert "missing" in house.deaths[0].last_words
    await house.supervisor.stop()


def test_what_an_earlier_start_left_is_ended(tmp_path: Path) -> None:
    left = subprocess.Popen(["sleep", "600"])
    register = ProcessRegister(tmp_path / "processes.json")
    register.note("web", left.pid)

    ended = ProcessRegister(tmp_path / "processes.json").end_leftovers(2)

    assert ended == ["web"]
    assert left.wait() == -signal.SIGTERM
    assert ProcessRegister(tmp_path / "processes.json").end_leftovers(2) == []


def test_a_pid_of_another_boot_or_another_start_is_spared(tmp_path: Path) -> None:
    place = tmp_path / "processes.json"
    bystander = subprocess.Popen(["sleep", "600"])
    register = ProcessRegister(place)
    register.note("web", bystander.pid)
    page = place.read_text()
    process = find_process(bystander.pid)
    assert process is not None

    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    for changed in (
        page.replace(boot_id, "another"),
        page.replace(str(process.start_ticks), str(process.start_ticks - 1)),
        page[: len(page) // 2],
    ):
        place.write_text(changed)
        assert ProcessRegister(place).end_leftovers(2) == []

    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


async def test_long_lines_and_bytes_that_are_no_text_are_kept(tmp_path: Path) -> None:
    house = House(tmp_path)
    code = "import sys; sys.stdout.buffer.write(b'\\xff' * 300_000); print('end', flush=True)"
    script = f'"{sys.executable}" -c "{code}"; sleep 600'
    house.supervisor.start([house.shell("web", script)])
    place = tmp_path / "logs" / "web.log"

    await until(lambda: place.exists() and place.read_bytes().endswith(b"end\n"))

    assert len(place.read_bytes()) == 300_004
    await house.supervisor.stop()


def test_a_log_does_not_grow_for_ever(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "web.log", largest_bytes=100)

    for number in range(50):
        log.write(b"%09d\n" % number)
    log.close()

    pages = sorted(place.stat().st_size for place in tmp_path.iterdir())
    assert len(pages) == 2
    assert pages[-1] <= 100
    assert (tmp_path / "web.log").read_text().endswith("000000049\n")
