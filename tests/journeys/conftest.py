"""A house for each run, a browser for each module, and what every journey checks at its end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from tests.journeys.desks import Desk, open_desk
from tests.journeys.floor import Api, Floor, furnish
from tests.journeys.house import DESK, House
from tests.journeys.shop import Shop, Visitor, add_widget, open_shop
from tests.postgres import PostgresServer

expect.set_options(timeout=20_000)

OpenDesk = Callable[..., Desk]


@pytest.fixture(scope="session")
def whole_house(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Everything that runs, for all journeys of this worker."""
    _require_desk()
    directory = tmp_path_factory.mktemp("house")
    with postgres_server.database(is_migrated=True) as url, House(directory, url).open() as house:
        yield house


@pytest.fixture
def house(whole_house: House) -> Iterator[House]:
    """The house; a role that logs an error fails the test."""
    whole_house.mend()
    whole_house.take_complaints()
    yield whole_house
    assert whole_house.take_complaints() == []


@pytest.fixture
def maintained(house: House) -> Iterator[House]:
    """The house with the role that makes previews, finishes erasures and counts the log."""
    house.start("maintenance")
    yield house
    house.kill("maintenance")


@pytest.fixture
def floor(house: House) -> Floor:
    """A queue with two agents."""
    return furnish(house, "Анна Ковалёва", "Boris O'Neill")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Its loop runs in this thread, so it must be gone before another module's async tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def shop(floor: Floor) -> Iterator[Shop]:
    """The operator's site with the chat on it, which leads to the floor's queue."""
    with open_shop() as shop:
        shop.carry(floor, add_widget(floor, shop.url))
        yield shop


@pytest.fixture
def visitor(browser: Browser, shop: Shop) -> Iterator[Visitor]:
    """Somebody on the site; whose browser tells of a fault fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 800}, locale="en-US")
    context.set_default_timeout(30_000)
    visitor = Visitor(context, shop)
    yield visitor
    context.close()
    assert visitor.faults == []


@pytest.fixture
def api(floor: Floor) -> Iterator[Api]:
    """The floor's agent at work, without a screen."""
    with floor.sign_in() as api:
        api.set_presence("available")
        yield api


@pytest.fixture
def open_window(
    browser: Browser, house: House, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[OpenDesk]:
    """Opens desks; a fault of any of their scripts fails the test."""
    desks: list[Desk] = []

    def open_one(**options: Any) -> Desk:
        desks.append(open_desk(browser, house, **options))
        return desks[-1]

    yield open_one
    for number, desk in enumerate(desks):
        _photograph(desk, tmp_path / f"{request.node.name}-{number}.png")
        desk.context.close()
    assert [fault for desk in desks for fault in desk.faults] == []


@pytest.fixture
def desk(open_window: OpenDesk) -> Desk:
    """One signed-out desk."""
    return open_window()


def _photograph(desk: Desk, place: Path) -> None:
    try:
        desk.page.screenshot(path=place)
    except Error:
        return


def _require_desk() -> None:
    if DESK.exists():
        return
    reason = "The desk is not built: run make web"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
