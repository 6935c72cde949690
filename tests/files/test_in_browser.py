"""A real browser is given everything that means harm, in every way a page can ask for it."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import escape
from typing import Any, cast

import pytest
import uvicorn
from playwright.async_api import BrowserContext, Error, async_playwright

from tests.files.browser import Browser
from tests.files.payloads import CANARY, HTML, JS, SVG, list_active, list_polyglots

pytestmark = pytest.mark.journey

# As a page asks for something: to be run, to be drawn, to be styled by, or to be framed.
_WAYS = (
    '<script src="{url}"></script>',
    '<script type="module" src="{url}"></script>',
    '<link rel="stylesheet" href="{url}">',
    '<img src="{url}">',
    '<iframe src="{url}"></iframe>',
    '<object data="{url}"></object>',
    '<embed src="{url}">',
    '<video src="{url}" controls></video>',
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def _serving(app: Any) -> AsyncIterator[str]:
    """The address of a real server."""
    port = _free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, lifespan="off", log_config=None)
    )
    task = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(30):
            while not server.started:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def _open_chromium(chromium: str) -> AsyncIterator[tuple[BrowserContext, list[str]]]:
    """A browser, and what ran in it."""
    ran: list[str] = []
    async with async_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = await playwright.chromium.launch(executable_path=chromium, args=options)
        context = await opened.new_context(accept_downloads=False)
        await context.expose_binding(CANARY, lambda source: ran.append(source["page"].url))
        context.on("dialog", lambda dialog: ran.append(dialog.message))
        yield context, ran
        await opened.close()


class _Pages:
    """Our media, and beside it pages of our own origin that a careless colleague has written."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.pages: dict[str, str] = {}
        self.raw: dict[str, tuple[bytes, str]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if path not in self.pages and path not in self.raw:
            await cast("Any", self.browser.app)(scope, receive, send)
            return
        body, media_type = self.raw.get(path) or (self.pages[path].encode(), "text/html")
        headers = [(b"content-type", media_type.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _page_of(paths: list[str]) -> str:
    asked = "".join(way.format(url=escape(path)) for path in paths for way in _WAYS)
    return f"<!doctype html><meta charset=utf-8><title>page</title>{asked}"


async def test_the_browser_would_run_them_if_they_were_served_otherwise(
    browser: Browser, chromium: str
) -> None:
    pages = _Pages(browser)
    pages.raw = {
        "/a.html": (HTML, "text/html"),
        "/a.svg": (SVG, "image/svg+xml"),
        "/a.js": (JS, "text/javascript"),
    }
    pages.pages["/page"] = _page_of(["/a.js"])
    async with _serving(pages) as origin, _open_chromium(chromium) as (context, ran):
        page = await context.new_page()
        for path in ("/a.html", "/a.svg", "/page"):
            ran.clear()
            await page.goto(f"{origin}{path}", wait_until="load")
            assert ran, path


async def test_nothing_of_it_runs(browser: Browser, chromium: str) -> None:
    payloads = [*list_active(), *list_polyglots()]
    paths = []
    for payload in payloads:
        file_id = await browser.receive(payload.content, payload.name)
        paths.append(browser.addresses.make(file_id).path)
    pages = _Pages(browser)
    for start in range(0, len(paths), 10):
        pages.pages[f"/page/{start}"] = _page_of(paths[start : start + 10])

    async with _serving(pages) as origin, _open_chromium(chromium) as (context, ran):
        page = await context.new_page()
        for path in pages.pages:
            await page.goto(f"{origin}{path}", wait_until="load")
        for path in paths:
            await _visit(page, origin + path)
        assert ran == []


async def _visit(page: Any, url: str) -> None:
    """What is a download ends the visit before it begins."""
    try:
        await page.goto(url, wait_until="load")
    except Error as error:
        if "ERR_ABORTED" not in str(error) and "Download is starting" not in str(error):
            raise
