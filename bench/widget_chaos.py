"""Kills the web process while people chat in real browsers; counts words lost, doubled or turned.

Visitors write on a site's page, in two tabs each, by keyboard. Meanwhile the web process is killed
with SIGKILL, tabs are reloaded, closed and opened, browsers go offline, all tabs of a browser die
with words that no server could be told, and one answer in four is lost after the server has given
it. Agents answer by the API. At the end every message that a visitor saw in the chat must be there
once and in the order of writing: at the server, and in every open tab; and so must every answer in
every tab. What agents have not answered in time is told, and is no loss.

Two controls must fail, or the bench has no teeth: a browser that makes a new id for each attempt,
and one that forgets its unsent words on a reload.

    make bench NAME=widget_chaos            KILLS=10 SEED=1 to choose the size
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import asyncpg
from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

from bench.agents import Tally
from bench.baseline_run import free_port
from bench.crash import StubbornAgent, Witness
from bench.http_client import LeanClient
from bench.report import Figure, print_result, print_table
from bench.stack import Stack, StackSettings

AGENTS = 2
TABS = 2
LIFE_SECONDS = (4.0, 7.0)
WRITE_SECONDS = (0.2, 1.0)
OFFLINE_SECONDS = 1.5
# Each time a visitor has done so many things, the browser goes down with words that were not sent.
ACTS_A_LOSS = 10
ACT_SECONDS = 30
QUIET_SECONDS = 60
MOST_SECONDS = 150
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

_PAGE = """<!doctype html><html lang="en"><title>Shop</title><body><h1>Shop</h1>
<script async src="{chat}/widget/v1/{widget}/loader.js"></script></body></html>"""
# The server has taken the message, and its answer is lost on the way.
_LOSSY = """
  const real = fetch;
  fetch = async (...asked) => {
    const answer = await real(...asked);
    if (String(asked[0]).endsWith('/messages') && Math.random() < 0.25) throw new TypeError('lost');
    return answer;
  };
"""
_NO_CLIENT_ID = """
  const honest = fetch;
  fetch = (url, init) => {
    const isMessage = String(url).endsWith('/messages');
    if (!isMessage) return honest(url, init);
    const body = { ...JSON.parse(init.body), client_id: crypto.randomUUID() };
    return honest(url, { ...init, body: JSON.stringify(body) });
  };
"""
_NO_OUTBOX = """
  for (const key of Object.keys(localStorage)) {
    if (key.includes('.unsent.')) localStorage.removeItem(key);
  }
"""


class Variant(NamedTuple):
    """A kind of visitor."""

    name: str
    script: str = _LOSSY
    is_control: bool = False


VARIANTS = (
    Variant("as shipped"),
    Variant("as shipped, too"),
    Variant("a new id for each attempt", _NO_CLIENT_ID + _LOSSY, is_control=True),
    Variant("an outbox in memory", _NO_OUTBOX + _LOSSY, is_control=True),
)


@dataclass(slots=True)
class Count:
    """How what was seen differs from what was expected."""

    messages: int = 0
    unanswered: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0

    def compare(self, expected: Sequence[str], seen: Sequence[str]) -> None:
        """Add the difference of one place."""
        places = {tag: number for number, tag in enumerate(expected)}
        known = [places[tag] for tag in seen if tag in places]
        self.lost += len(places.keys() - set(seen))
        self.doubled += len(known) - len(set(known))
        first = list(dict.fromkeys(known))
        self.out_of_order += sum(later < earlier for earlier, later in itertools.pairwise(first))

    @property
    def is_clean(self) -> bool:
        """Nothing differs."""
        return (self.lost, self.doubled, self.out_of_order) == (0, 0, 0)


@dataclass
class Visitor:
    """A browser on the site, with a few tabs."""

    variant: Variant
    number: int
    site: str
    context: BrowserContext
    chance: random.Random
    tabs: list[Page] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    async def act_until(self, stop: asyncio.Event) -> None:
        """Write, and do what people do to tabs and networks."""
        acts = 0
        while not stop.is_set():
            await asyncio.sleep(self.chance.uniform(*WRITE_SECONDS))
            acts += 1
            act = self._choose_act() if acts % ACTS_A_LOSS else self._lose_everything
            try:
                async with asyncio.timeout(ACT_SECONDS):
                    await self._open_missing_tabs()
                    await act()
            except (Error, TimeoutError):
                # The page came from a server that was being killed: a person would try again.
                continue
        await self._open_missing_tabs()

    def _choose_act(self) -> Callable[[], Awaitable[None]]:
        acts = self._write, self._reload, self._lose_network, self._change_tab
        return self.chance.choices(acts, (70, 14, 6, 10))[0]

    async def _open_missing_tabs(self) -> None:
        while len(self.tabs) < TABS:
            self.tabs.append(await self._open_tab())

    async def _open_tab(self) -> Page:
        page = await self.context.new_page()
        await self._open_chat(page)
        return page

    async def _open_chat(self, page: Page) -> None:
        while True:
            await page.goto(self.site, wait_until="commit")
            # Without a server the page has no button: a person loads it again.
            with contextlib.suppress(PlaywrightTimeout):
                return await page.get_by_role("button", name="Open the chat").click(timeout=5000)

    async def _write(self) -> None:
        page = self.chance.choice(self.tabs)
        tag = f"v{self.number}n{len(self.written) + 1}"
        place = page.frame_locator("iframe").get_by_role("textbox", name="Your message")
        if not await place.is_visible():
            return
        await place.fill(tag)
        await place.press("Enter")
        # It counts from when the visitor sees it in the chat, sent or not.
        await page.frame_locator("iframe").get_by_text(tag, exact=True).first.wait_for()
        self.written.append(tag)

    async def _reload(self) -> None:
        await self._open_chat(self.chance.choice(self.tabs))

    async def _lose_network(self) -> None:
        await self.context.set_offline(True)
        await self._write()
        await asyncio.sleep(OFFLINE_SECONDS)
        await self.context.set_offline(False)

    async def _lose_everything(self) -> None:
        """Written where no server can be reached, and then every tab dies."""
        await self.context.set_offline(True)
        try:
            await self._write()
            while self.tabs:
                await self.tabs.pop().close()
        finally:
            await self.context.set_offline(False)

    async def _change_tab(self) -> None:
        tab = self.tabs.pop(self.chance.randrange(len(self.tabs)))
        await tab.close()
        self.tabs.append(await self._open_tab())

    async def shown(self) -> list[list[str]]:
        """What stands in each tab, from its beginning."""
        return [await self._read_tab(page) for page in self.tabs]

    async def _read_tab(self, page: Page) -> list[str]:
        chat = page.frame_locator("iframe")
        earlier = chat.get_by_role("button", name="Earlier messages")
        while await earlier.count():
            await earlier.click()
            await asyncio.sleep(0.3)
        return await chat.locator("li .bubble p").all_inner_texts()


_SAID = """
select m.direction, m.parts -> 0 ->> 'text' as tag from messages m
 where m.direction in ('in', 'out') order by m.id
"""


async def judge(stack: Stack, visitor: Visitor) -> Count:
    """What is wrong with one visitor's words, at the server and in each tab."""
    connection = await asyncpg.connect(stack.dsn)
    rows = await connection.fetch(_SAID)
    await connection.close()
    mine = f"v{visitor.number}n"
    said = [row["tag"] for row in rows if row["direction"] == "in" and row["tag"].startswith(mine)]
    replies = [row["tag"] for row in rows if row["tag"].startswith(f"re:{mine}")]
    unanswered = {f"re:{tag}" for tag in visitor.written} - set(replies)
    count = Count(len(visitor.written) + len(set(replies)), len(unanswered))
    count.compare(visitor.written, said)
    for shown in await visitor.shown():
        count.compare(visitor.written, [tag for tag in shown if tag.startswith(mine)])
        count.compare(replies, [tag for tag in shown if tag.startswith("re:")])
    return count


async def wait_for_quiet(stack: Stack, visitors: Sequence[Visitor]) -> None:
    """Until those who are no controls have all they should, or for as long as one would wait."""
    deadline = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < deadline:
        try:
            counts = [await judge(stack, each) for each in visitors if not each.variant.is_control]
        except Error:
            counts = [Count(lost=1)]
        if all(count.is_clean and not count.unanswered for count in counts):
            return
        await asyncio.sleep(1)


class Shop:
    """The site: one page, whatever is asked for."""

    def __init__(self) -> None:
        self.url = f"http://localhost:{free_port()}"
        self.page = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Shop]:
        """Serve until the block ends."""
        server = await asyncio.start_server(self._answer, "127.0.0.1", urlsplit(self.url).port)
        async with server:
            yield self

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
        writer.write((head + self.page).encode())
        writer.close()


async def _open_visitors(browser: Browser, stack: Stack, shop: Shop, seed: int) -> list[Visitor]:
    widget_id = await stack.add_widget(shop.url)
    shop.page = _PAGE.format(chat=f"http://127.0.0.1:{stack.port}", widget=widget_id)
    visitors = []
    for number, variant in enumerate(VARIANTS):
        context = await browser.new_context(locale="en-US")
        context.set_default_timeout(ACT_SECONDS * 1000)
        await context.add_init_script(variant.script)
        chance = random.Random(seed * 100 + number)  # the same on every run
        visitors.append(Visitor(variant, number, shop.url, context, chance))
    return visitors


async def _kill_often(stack: Stack, kills: int, chance: random.Random) -> int:
    """As often as is asked for, each time when it has lived for a moment."""
    done = 0
    started = time.monotonic()
    while done < kills and time.monotonic() - started < MOST_SECONDS:
        await asyncio.sleep(chance.uniform(*LIFE_SECONDS))
        done += await stack.kill("web")
        await stack.wait_for_web()
    return done


async def _seat_agents(stack: Stack, client: LeanClient) -> list[StubbornAgent]:
    agents = []
    for email, password in stack.agents:
        agent = StubbornAgent(client, stack.port, lambda _text, _at: None, Tally())
        agent.witness = Witness()
        await agent.sign_in(email, password)
        await agent.become_available()
        agents.append(agent)
    return agents


async def _chat(
    stack: Stack, browser: Browser, shop: Shop, kills: int, seed: int
) -> dict[str, Figure]:
    client = LeanClient("127.0.0.1", stack.port, connections=4 * AGENTS)
    desks = [asyncio.create_task(each.run()) for each in await _seat_agents(stack, client)]
    visitors = await _open_visitors(browser, stack, shop, seed)
    stop = asyncio.Event()
    acting = [asyncio.create_task(visitor.act_until(stop)) for visitor in visitors]
    done = await _kill_often(stack, kills, random.Random(seed))
    stop.set()
    await asyncio.gather(*acting)
    for visitor in visitors:
        await visitor.context.set_offline(False)
    await wait_for_quiet(stack, visitors)
    counts = [await judge(stack, visitor) for visitor in visitors]
    for desk in desks:
        desk.cancel()
    await asyncio.gather(*desks, return_exceptions=True)
    client.close()
    return _tell(visitors, counts, done)


def _tell(visitors: Sequence[Visitor], counts: Sequence[Count], kills: int) -> dict[str, Figure]:
    print_table(
        "Visitors",
        [
            {
                "visitor": visitor.variant.name,
                "messages": count.messages,
                "lost": count.lost,
                "doubled": count.doubled,
                "out of order": count.out_of_order,
                "unanswered": count.unanswered,
            }
            for visitor, count in zip(visitors, counts, strict=True)
        ],
    )
    *shipped, no_id, no_outbox = counts
    return {
        "messages": sum(count.messages for count in shipped),
        "kills": kills,
        "lost": sum(count.lost for count in shipped),
        "doubled": sum(count.doubled for count in shipped),
        "out_of_order": sum(count.out_of_order for count in shipped),
        "controls_failed": no_id.doubled > 0 and no_outbox.lost > 0,
    }


async def measure() -> dict[str, Figure]:
    """One run: all visitors at once, under the same kills."""
    kills, seed = int(os.environ.get("KILLS", "10")), int(os.environ.get("SEED", "1"))
    async with AsyncExitStack() as held:
        place = held.enter_context(tempfile.TemporaryDirectory(prefix="halfminute-widget-"))
        settings = StackSettings(directory=Path(place), agents=AGENTS, bots=0)
        stack = await held.enter_async_context(Stack(settings))
        playwright = await held.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        held.push_async_callback(browser.close)
        shop = await held.enter_async_context(Shop().open())
        return await _chat(stack, browser, shop, kills, seed)


if __name__ == "__main__":
    print_result(asyncio.run(measure()))
