"""A page of the operator's site with the chat on it, served as another origin would be."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from uuid import UUID

from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.identity.principals import SYSTEM
from halfminute.main.parts import open_parts
from tests.journeys.floor import Floor
from tests.postgres import run_coroutine

# As strict as a bank's: what the chat needs stands in it, and nothing else.
_POLICY: Final = "default-src 'none'; script-src {chat}; frame-src {chat}; style-src 'none'"
_PAGE: Final = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Shop</title></head>
<body><main><h1>Shop</h1><button type="button">Buy</button></main>
{snippet}</body></html>"""
_SNIPPET: Final = '<script async src="{chat}/widget/v1/{widget}/loader.js"></script>'


# An agent may have read it meanwhile.
_RECEIVED: Final = re.compile("Received|Read")


class Shop:
    """The site: one page, whatever is asked for."""

    def __init__(self, port: int) -> None:
        self.url = f"http://localhost:{port}"
        self.page = ""
        self.policy = ""
        self.script = ""

    def carry(
        self, floor: Floor, widget_id: UUID, language: str = "en", snippet: str = _SNIPPET
    ) -> None:
        """Put the chat on the page."""
        chat = floor.house.url
        self.script = f"{chat}/widget/v1/{widget_id}/loader.js"
        self.policy = _POLICY.format(chat=chat)
        snippet = snippet.format(chat=chat, widget=widget_id)
        self.page = _PAGE.format(snippet=snippet, language=language)


@contextmanager
def open_shop() -> Iterator[Shop]:
    """A shop on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = shop.page.encode()
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-security-policy", shop.policy)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop = Shop(server.server_address[1])
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


def add_widget(floor: Floor, *sites: str) -> UUID:
    """A widget that leads to the floor's queue, for these sites."""

    async def add() -> UUID:
        form = {"origins": " ".join(sites), "title": "Operator"}
        new = NewAccount(kind="webchat", form=form, queue_id=floor.queue_id)
        async with open_parts(floor.house.settings) as parts:
            return (await add_account(parts.accounts, SYSTEM, new)).id

    return run_coroutine(add())


class Visitor:
    """A person on the shop's page."""

    def __init__(self, context: BrowserContext, shop: Shop) -> None:
        self.faults: list[str] = []
        self.shop = shop
        self.page = self.open_tab(context)

    def open_tab(self, context: BrowserContext) -> Page:
        """Another tab of the same browser."""
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        page.on(
            "console",
            lambda line: self.faults.append(line.text) if "Content Security" in line.text else None,
        )
        page.goto(self.shop.url)
        return page

    @property
    def chat(self) -> FrameLocator:
        """What is inside the chat's frame."""
        return self.page.frame_locator("iframe")

    @property
    def field(self) -> Locator:
        """Where one writes."""
        return self.chat.get_by_role("textbox", name="Your message")

    def open(self) -> Visitor:
        """Press the button."""
        self.page.get_by_role("button", name="Open the chat").click()
        expect(self.field).to_be_visible()
        return self

    def say(self, words: str) -> None:
        """Type it and press Enter."""
        self.field.fill(words)
        self.field.press("Enter")

    def line(self, words: str) -> Locator:
        """The message with these words."""
        return self.chat.get_by_role("listitem").filter(has_text=words)

    def expect_received(self, words: str) -> None:
        """It stands there once, and the server has it."""
        expect(self.line(words)).to_have_count(1)
        expect(self.line(words)).to_contain_text(_RECEIVED)
