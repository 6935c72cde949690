"""The desk in a real Chromium against the stand-in."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
DIST = ROOT / "web" / "apps" / "desk" / "dist"
PASSWORD = "half-minute"
STARTS_WITHIN_SECONDS = 20.0

expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class Stage:
    """Lets things happen in the world outside of the desk."""

    url: str

    def __call__(self, act: str, /, body: dict[str, Any] | None = None, **query: object) -> Any:
        path = f"/stage/{act}?{urllib.parse.urlencode(query)}"
        return self._request(path, "POST", json.dumps(body or {}).encode())

    def messages(self, name: str) -> list[dict[str, Any]]:
        found = self._request(f"/stage/messages?{urllib.parse.urlencode({'name': name})}", "GET")
        assert isinstance(found, list)
        return found

    def typings(self) -> list[list[object]]:
        """Whom the agent typed for, and whether it began or ended."""
        found = self._request("/stage/typings", "GET")
        assert isinstance(found, list)
        return found

    def sticker_sets(self) -> list[dict[str, Any]]:
        found = self._request("/stage/sticker-sets", "GET")
        assert isinstance(found, list)
        return found

    def _request(self, path: str, method: str, body: bytes | None = None) -> Any:
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(  # noqa: S310 - our own address on the loopback
            self.url + path, data=body, method=method, headers=headers
        )
        with urllib.request.urlopen(request) as response:  # noqa: S310
            return json.loads(response.read() or b"null")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_open(port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    if not (DIST / "index.html").exists():
        reason = "The desk is not built: run make setup"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    port = _free_port()
    command = [sys.executable, "-m", "tests.web.stand_in", str(port)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        _wait_until_open(port)
        yield Stage(f"http://127.0.0.1:{port}")
        process.terminate()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Its loop runs in this thread, so it must be gone before another module's async tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(frozen=True)
class Desk:
    """One signed-out desk and its page."""

    page: Page
    stage: Stage

    def sign_in(self, language: str = "English") -> Page:
        self.page.goto(self.stage.url)
        self.page.get_by_role("button", name=language).click()
        self.page.locator("#email").fill("anna@svetlo.example")
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("#password").press("Enter")
        expect(self.page.get_by_text("Мария Соколова")).to_be_visible()
        return self.page

    def open(self, name: str) -> Page:
        self.page.locator("[data-conversation]", has_text=name).click()
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()
        return self.page

    def go_to_end(self) -> Page:
        """To the thread's newest words, wherever its opening has come to by now."""
        self.page.locator(".thread-scroll article").first.wait_for()
        self.page.wait_for_function("""() => {
            const scroller = document.querySelector('.thread-scroll');
            const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
            scroller.scrollTop = scroller.scrollHeight;
            return below < 2;
        }""")
        return self.page


@pytest.fixture
def desk(browser: Browser, stage: Stage) -> Iterator[Desk]:
    """A desk in a fresh world; an error of its scripts or of its security policy fails the test."""
    stage("reset")
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    context.set_default_timeout(10_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda line: faults.append(line.text) if "Content Security" in line.text else None,
    )
    yield Desk(page, stage)
    context.close()
    assert faults == []
