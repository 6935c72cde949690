"""What the chat costs a page that carries it: time of the page's main thread on a slow phone.

The same page is loaded with and without the chat's script, in turn, in Chromium with its processor
slowed down four times, a phone's screen and a slow connection; then the chat is opened. Times are
the main thread's own (processor time of its tasks), so that other work on this machine counts
little.

    make bench NAME=widget_weight           TURNS=9 to choose how often
"""

from __future__ import annotations

import os
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

import uvloop
from playwright.async_api import Browser, CDPSession, Page, async_playwright

from bench.report import Figure, print_result, print_table
from bench.stack import Stack, StackSettings
from tests.conftest import find_chromium
from tests.journeys.shop import open_shop

TURNS = int(os.environ.get("TURNS", "9"))
SLOWDOWN = 4
LIMIT_MS = 50.0
# All that a page does of itself when it has loaded is over by then.
SETTLE_MS = 2500
# Chromium's own "Slow 4G": bytes a second, and a round trip in milliseconds.
_NETWORK = {
    "offline": False,
    "downloadThroughput": 180_000,
    "uploadThroughput": 84_000,
    "latency": 150,
}
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Tariffs</title></head>
<body><main><h1>Tariffs</h1>{text}</main>{script}</body></html>"""
_TEXT = "<p>Calls, messages and data for every day, and a friendly word.</p>" * 60

_NOTE_LONGEST = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
}).observe({ type: 'longtask', buffered: true });
"""


@dataclass(frozen=True, slots=True)
class Load:
    """Milliseconds of the main thread: in all its tasks, and in its longest one."""

    total_ms: float
    longest_ms: float


async def measure() -> dict[str, Figure]:
    """Load the page without the chat and with it, in turn, and open the chat each time."""
    with tempfile.TemporaryDirectory(prefix="halfminute-weight-") as place, open_shop() as site:
        settings = StackSettings(directory=Path(place), agents=0, bots=0, roles=("web",))
        async with Stack(settings) as stack, async_playwright() as playwright:
            widget_id = await stack.add_widget(site.url)
            address = f"http://localhost:{stack.port}/widget/v1/{widget_id}/loader.js"
            script = f'<script async src="{address}"></script>'
            site.policy = "default-src * 'unsafe-inline'"
            browser = await playwright.chromium.launch(
                executable_path=find_chromium(), args=["--no-sandbox"]
            )
            bare, carrying, opening = [], [], []
            for _ in range(TURNS):
                site.page = _PAGE.format(text=_TEXT, script="")
                bare.append(await _load(browser, site.url))
                site.page = _PAGE.format(text=_TEXT, script=script)
                carrying.append(await _load(browser, site.url))
                opening.append(await _open_chat(browser, site.url))
            await browser.close()
    return _result(bare, carrying, opening)


def _result(bare: list[Load], carrying: list[Load], opening: list[Load]) -> dict[str, Figure]:
    rows = {"page alone": bare, "page with the chat": carrying, "opening the chat": opening}
    print_table(
        f"Main thread, {SLOWDOWN} times slowed down, median of {TURNS}",
        [
            {"what": name, "total ms": _total(each), "longest ms": _longest(each)}
            for name, each in rows.items()
        ],
    )
    added = _total(carrying) - _total(bare)
    return {
        "added_ms": added,
        "added_limit_ms": LIMIT_MS,
        "is_held": added <= LIMIT_MS,
        "open_ms": _total(opening),
        "open_longest_ms": _longest(opening),
    }


def _total(loads: list[Load]) -> float:
    return statistics.median(load.total_ms for load in loads)


def _longest(loads: list[Load]) -> float:
    return statistics.median(load.longest_ms for load in loads)


async def _load(browser: Browser, url: str) -> Load:
    page, session = await _slow_phone(browser)
    await page.goto(url, wait_until="load")
    await page.wait_for_timeout(SETTLE_MS)
    load = await _weigh(page, session, since=0.0)
    await page.context.close()
    return load


async def _open_chat(browser: Browser, url: str) -> Load:
    page, session = await _slow_phone(browser)
    await page.goto(url, wait_until="load")
    await page.wait_for_timeout(SETTLE_MS)
    before = await _task_seconds(session)
    await page.evaluate("longest = 0")
    await page.get_by_role("button", name="Open the chat").click()
    await page.frame_locator("iframe").get_by_role("textbox").wait_for()
    await page.wait_for_timeout(SETTLE_MS)
    load = await _weigh(page, session, since=before)
    await page.context.close()
    return load


async def _slow_phone(browser: Browser) -> tuple[Page, CDPSession]:
    context = await browser.new_context(
        viewport={"width": 390, "height": 780}, device_scale_factor=3, has_touch=True
    )
    page = await context.new_page()
    await page.add_init_script(_NOTE_LONGEST)
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", _NETWORK)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    return page, session


async def _weigh(page: Page, session: CDPSession, *, since: float) -> Load:
    total = await _task_seconds(session) - since
    return Load(total_ms=total * 1000, longest_ms=float(await page.evaluate("longest")))


async def _task_seconds(session: CDPSession) -> float:
    """All tasks of the page's main thread so far (DevTools protocol, Performance.getMetrics)."""
    told = await session.send("Performance.getMetrics")
    return float(next(each["value"] for each in told["metrics"] if each["name"] == "TaskDuration"))


if __name__ == "__main__":
    print_result(uvloop.run(measure()))
