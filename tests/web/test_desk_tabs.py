"""Several tabs of one agent: what one said is everybody's, and is sent once."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.web.conftest import Desk

_LIST_KEPT = """async () => {
  const known = (await indexedDB.databases()).filter(one => one.name.includes('outbox'))
  const texts = []
  for (const { name } of known) {
    const database = await new Promise((resolve, reject) => {
      const asked = indexedDB.open(name)
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(asked.error)
    })
    const items = await new Promise(resolve => {
      const asked = database.transaction('items').objectStore('items').getAll()
      asked.onsuccess = () => resolve(asked.result)
    })
    texts.push(...items.map(item => item.text))
    database.close()
  }
  return texts
}"""


def list_kept(page: Page) -> list[str]:
    """The words that this browser keeps until the server has them."""
    kept = page.evaluate(_LIST_KEPT)
    assert isinstance(kept, list)
    return kept


def _open_tab(desk: Desk) -> Page:
    page = desk.page.context.new_page()
    page.goto(desk.stage.url)
    page.locator("[data-conversation]", has_text="Oliver Brandt").click()
    expect(page.get_by_role("heading", level=1, name="Oliver Brandt")).to_be_visible()
    return page


def _write(page: Page, words: str) -> None:
    page.get_by_role("textbox", name="Reply").fill(words)
    page.get_by_role("textbox", name="Reply").press("Enter")


def _count_sent(desk: Desk, words: str) -> int:
    said = desk.stage.messages("Oliver Brandt")
    return sum(message["parts"][0].get("text") == words for message in said)


def test_what_a_closed_tab_could_not_send_is_sent_once_by_those_that_stay(desk: Desk) -> None:
    first = desk.sign_in()
    desk.open("Oliver Brandt")
    second, third = _open_tab(desk), _open_tab(desk)
    desk.stage("set", {"failing": {"POST /api/conversations": 503}})
    _write(first, "Said offline")
    for page in (first, second, third):
        expect(page.get_by_role("article").filter(has_text="Said offline")).to_have_count(1)
    assert list_kept(second) == ["Said offline"]
    first.close()

    desk.stage("set", {"failing": {}})
    desk.stage("drop", code=1012)

    for page in (second, third):
        bubble = page.get_by_role("article").filter(has_text="Said offline")
        expect(bubble.get_by_role("img", name="Delivered")).to_be_visible()
        expect(bubble).to_have_count(1)
    assert _count_sent(desk, "Said offline") == 1
    assert list_kept(second) == []


def test_all_tabs_closed_the_words_wait_for_the_next_one(desk: Desk) -> None:
    page = desk.sign_in()
    desk.open("Oliver Brandt")
    desk.stage("set", {"failing": {"POST /api/conversations": 503}})
    _write(page, "Left behind")
    expect(page.get_by_role("article").filter(has_text="Left behind")).to_be_visible()
    page.close()

    desk.stage("set", {"failing": {}})
    again = _open_tab(desk)

    bubble = again.get_by_role("article").filter(has_text="Left behind")
    expect(bubble.get_by_role("img", name="Delivered")).to_be_visible()
    assert _count_sent(desk, "Left behind") == 1
