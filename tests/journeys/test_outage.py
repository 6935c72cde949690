"""The database goes away in the middle of a conversation, and comes back."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.migrations import migrate
from tests.journeys.desks import Desk, open_desk
from tests.journeys.floor import SECRET, Floor, furnish
from tests.journeys.house import House
from tests.journeys.telegram import Customer
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey


@dataclass(frozen=True)
class Scene:
    """A house with a database of its own, an agent at the desk and a customer in conversation."""

    server: EmbeddedPostgres
    floor: Floor
    desk: Desk
    customer: Customer

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """The database is shut down."""
        self.server.stop()
        try:
            yield
        finally:
            self.server.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The database hangs: connections stay open and nothing is answered."""
        postmaster = self.server.postmaster_pid
        assert postmaster is not None
        pids = [postmaster, *_children(postmaster)]
        _signal(pids, signal.SIGSTOP)
        try:
            yield
        finally:
            _signal(pids, signal.SIGCONT)

    def bring(self) -> httpx.Response:
        """An update, as Telegram brings it."""
        headers = {"x-telegram-bot-api-secret-token": SECRET}
        return httpx.post(self.floor.hook, json={"update_id": 1}, headers=headers, timeout=30)


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        yield from map(int, task.read_text().split())


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        os.kill(pid, number)


@pytest.fixture
def scene(browser: Browser, server_directory: Path) -> Iterator[Scene]:
    settings = EmbeddedSettings(directory=server_directory / "server", is_durable=False)
    with EmbeddedPostgres(settings) as server:
        run_coroutine(migrate(server.dsn))
        with House(server_directory, server.dsn).open() as house:
            floor = furnish(house, "Анна Ковалёва")
            customer = floor.enter("Olena")
            customer.write("word 0")
            desk = open_desk(browser, house).sign_in(floor.agent).go_available().accept("Olena")
            expect(desk.bubble("word 0")).to_be_visible()
            yield Scene(server, floor, desk, customer)
            desk.context.close()
            assert desk.faults == []


def _expect_all_is_well(scene: Scene, replies: list[str]) -> None:
    """Every word of both sides stands there once; the next conversation rings."""
    desk, customer = scene.desk, scene.customer
    expect(desk.banner).to_have_count(0)
    for words in ("word 0", "word 1"):
        expect(desk.bubble(words)).to_have_count(1)
    for words in replies:
        customer.wait_for(words)
        desk.expect_sent(words)
    assert customer.texts() == replies
    scene.floor.enter("Petro").write("Next, please")
    desk.accept("Petro")


def test_a_database_that_is_gone_is_told_and_waited_for(scene: Scene) -> None:
    desk, customer = scene.desk, scene.customer
    with scene.stopped():
        answer = scene.bring()
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert httpx.get(f"{scene.floor.house.url}/health").status_code == 503
        customer.write("word 1")
        desk.reply("Said in between")
        expect(desk.banner).to_be_visible()
        expect(desk.bubble("Said in between")).to_have_count(1)
    _expect_all_is_well(scene, ["Said in between"])


def test_a_desk_opened_without_a_database_says_so_and_opens_by_itself(scene: Scene) -> None:
    desk = scene.desk
    with scene.stopped():
        desk.page.reload()
        expect(desk.page.get_by_role("heading", name="The database is not there")).to_be_visible()
    expect(desk.heading("Olena")).to_be_visible()
    scene.customer.write("word 1")
    _expect_all_is_well(scene, [])


def test_a_database_that_hangs_is_told_and_waited_for(scene: Scene) -> None:
    desk, customer = scene.desk, scene.customer
    with scene.frozen():
        assert scene.bring().status_code == 503
        customer.write("word 1")
        desk.reply("Said in between")
        expect(desk.banner).to_be_visible()
    _expect_all_is_well(scene, ["Said in between"])


def test_a_database_that_was_killed_is_back_before_anybody_cares(scene: Scene) -> None:
    desk, customer = scene.desk, scene.customer
    postmaster = scene.server.postmaster_pid
    assert postmaster is not None
    desk.reply("Said before")
    customer.write("word 1")
    _signal([postmaster, *_children(postmaster)], signal.SIGKILL)
    desk.reply("Said after")
    _expect_all_is_well(scene, ["Said before", "Said after"])
