"""The demo operator's site: every page in both languages, with the chat that belongs to it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from halfminute_demo.site.pages import LANGUAGES, find_page, words_in
from tests.main.cli.running import free_port, wait_for

CHATS = {"en": "http://localhost:1/widget/v1/a/loader.js"}
PATHS = [f"/{language}/{name}" for language in LANGUAGES for name in ("", "roaming", "checkout/2")]


@pytest.mark.parametrize("path", PATHS)
def test_every_link_of_a_page_leads_to_a_page(path: str) -> None:
    page = find_page(path, {})
    assert page is not None
    links = [urlsplit(each).path for each in re.findall(r'href="([^"#]+)"', page)]

    for link in links:
        assert link in {"/site.css", "data:,", ","} or find_page(link, {}) is not None, link


def test_a_page_has_the_chat_of_its_language_and_no_other() -> None:
    assert CHATS["en"] in (find_page("/en/", CHATS) or "")
    assert "<script" not in (find_page("/ru/", CHATS) or "")


@pytest.mark.parametrize(
    "path", ["/de/", "/en/secret", "/en/../ru", "/", "/en/checkout", "/en/checkout/9"]
)
def test_there_is_no_other_page(path: str) -> None:
    assert find_page(path, {}) is None


def test_both_languages_say_the_same_things() -> None:
    en, ru = words_in("en"), words_in("ru")

    assert en.keys() == ru.keys()
    assert len(en["plans"]) == len(ru["plans"])
    assert len(en["roaming"]["answers"]) == len(ru["roaming"]["answers"])


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    url = f"http://localhost:{(port := free_port())}"
    command = [sys.executable, "-m", "halfminute_demo.site", "--port", str(port)]
    with subprocess.Popen(command) as process:
        wait_for(lambda: _is_up(url))
        yield url
        process.terminate()


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(("asked", "path"), [("ru-RU,ru", "/ru/"), ("de", "/en/"), ("", "/en/")])
def test_who_comes_is_sent_to_their_language(site: str, asked: str, path: str) -> None:
    answer = httpx.get(f"{site}/", headers={"accept-language": asked})

    assert (answer.status_code, answer.headers["location"]) == (302, path)


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_hides_sideways(site: str, page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site + path)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    overhang = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert page.evaluate(overhang) == 0
