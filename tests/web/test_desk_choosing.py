"""An agent chooses a sticker: by the pointer, by keys, by emoji; and says which sets there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.conftest import Desk, Stage
from tests.web.stand_in.samples import MOVING

OLIVER = "Oliver Brandt"
FACES = "Лица «Светло»"


def _open(desk: Desk) -> Page:
    page = desk.sign_in()
    desk.open(OLIVER)
    return page


def _picker(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Choose a sticker")


def _choose(page: Page) -> Locator:
    """The picker, opened by its button."""
    page.get_by_role("button", name="Stickers").click()
    picker = _picker(page)
    picker.get_by_role("tablist").wait_for()
    return picker


def _tile(place: Locator, emoji: str, of: str = FACES) -> Locator:
    return place.get_by_role("button", name=f"{emoji}, {of}")


def _send(picker: Locator, emoji: str) -> None:
    """One press, and the picker is gone: until it is, its button would only put it away."""
    _tile(picker, emoji).click()
    expect(picker).to_be_hidden()


def _sent(page: Page, emoji: str) -> Locator:
    """Our sticker in the thread, which may stand still there or move."""
    return page.get_by_role("article").last.locator(f".sticker[aria-label*='{emoji}']")


def test_one_press_sends_and_the_draft_stays(desk: Desk) -> None:
    page = _open(desk)
    field = page.get_by_role("textbox", name="Reply")
    field.fill("Half a thought")
    picker = _choose(page)

    _tile(picker, "🚀").click()

    expect(picker).to_be_hidden()
    expect(_sent(page, "🚀")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("Half a thought")
    expect(page.get_by_role("article").last.get_by_label("Delivered")).to_be_visible()
    said = desk.stage.messages(OLIVER)[-1]["parts"]
    assert [(part["type"], part["emoji"]) for part in said] == [("sticker", "🚀")]


def test_the_thread_shows_it_before_the_server_has_it(desk: Desk) -> None:
    page = _open(desk)
    picker = _choose(page)
    page.context.set_offline(True)

    _tile(picker, "🚀").click()

    expect(_sent(page, "🚀")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("article").last.get_by_label("Delivered")).to_be_visible()


def test_what_was_sent_last_comes_first(desk: Desk) -> None:
    page = _open(desk)
    _send(_choose(page), "🎉")

    picker = _choose(page)
    _tile(picker, "🎉").wait_for()
    expect(picker.get_by_role("tab", name="Recently used")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(picker.locator(".tile")).to_have_count(1)
    picker.get_by_role("tab", name=FACES).click()
    _send(picker, "🚀")

    picker = _choose(page)
    expect(picker.locator(".tile").first).to_have_attribute("aria-label", f"🚀, {FACES}")
    expect(picker.locator(".tile")).to_have_count(2)


def test_the_keys_alone_are_enough(desk: Desk) -> None:
    page = _open(desk)
    page.get_by_role("textbox", name="Reply").focus()
    page.keyboard.press("Alt+KeyS")
    picker = _picker(page)
    search = picker.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(_tile(picker, "😀")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(_tile(picker, "🚀")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(search).to_be_focused()
    page.keyboard.press("Escape")
    expect(picker).to_be_hidden()
    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()

    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(search).to_be_focused()
    # To the sets, to the next of them, and into its stickers.
    picker.get_by_role("tab", name=FACES).focus()
    page.keyboard.press("ArrowRight")
    expect(picker.get_by_text("The channel has this set no longer")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(_tile(picker, "❤️", "Cats on duty")).to_be_focused()
    page.keyboard.press("End")
    expect(_tile(picker, "🔥", "Cats on duty")).to_be_focused()
    page.keyboard.press("Enter")
    expect(_sent(page, "🔥")).to_be_visible()


def test_an_emoji_finds_its_stickers_in_all_sets(desk: Desk) -> None:
    page = _open(desk)
    picker = _choose(page)

    picker.get_by_role("searchbox").fill("👋🏽")

    expect(picker.locator(".tile")).to_have_count(2)
    expect(picker.get_by_role("status")).to_have_text("2 stickers found")
    picker.get_by_role("searchbox").fill("🦊")
    expect(picker.get_by_text("0 stickers found")).to_be_visible()
    picker.get_by_role("searchbox").fill("cats")
    expect(picker.locator(".tile")).to_have_count(7)


def test_stickers_move_while_they_are_looked_at_and_only_then(desk: Desk) -> None:
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    page = _open(desk)
    picker = _choose(page)
    _tile(picker, "🚀").locator("img").wait_for()
    assert not [url for url in asked if "lottie" in url]

    _tile(picker, "🚀").hover()
    expect(_tile(picker, "🚀").locator("svg")).to_be_visible()
    _tile(picker, "🎉").hover()
    expect(_tile(picker, "🎉").locator("video")).to_be_visible()
    expect(_tile(picker, "🚀").locator("svg")).to_have_count(0)


@pytest.fixture
def calm(browser: Browser, stage: Stage) -> Iterator[Desk]:
    """Somebody whose system asks for reduced motion."""
    stage("reset")
    context = browser.new_context(locale="en-US", reduced_motion="reduce")
    yield Desk(context.new_page(), stage)
    context.close()


def test_who_wants_no_motion_sees_none(calm: Desk) -> None:
    page = _open(calm)
    picker = _choose(page)

    _tile(picker, "🚀").focus()
    _tile(picker, "🚀").hover()

    expect(_tile(picker, "🚀").locator("img")).to_be_visible()
    expect(picker.locator("svg:not([viewBox='0 0 24 24']), video")).to_have_count(0)


def test_a_picture_that_is_on_its_way_comes_by_itself(desk: Desk) -> None:
    page = _open(desk)
    picker = _choose(page)
    expect(_tile(picker, "👋")).to_have_text("👋")

    sets = desk.stage.sticker_sets()
    sets[0]["stickers"][3]["file_state"] = "ready"
    desk.stage("set", {"sticker_sets": sets})

    expect(_tile(picker, "👋").locator("img")).to_be_visible()


def test_the_sets_are_asked_for_once_when_all_is_there(desk: Desk) -> None:
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.stage("set", {"sticker_sets": desk.stage.sticker_sets()[1:]})
    page = _open(desk)

    _tile(_choose(page), "🔥", "Cats on duty").click()

    expect(page.get_by_role("article").last.get_by_label("Delivered")).to_be_visible()
    assert len([url for url in asked if "sticker-sets" in url]) == 1


def test_what_cannot_be_loaded_is_said_and_asked_for_again(desk: Desk) -> None:
    desk.stage("set", {"failing": {"sticker-sets": 503}})
    page = _open(desk)
    page.get_by_role("button", name="Stickers").click()
    expect(_picker(page).get_by_text("could not be loaded")).to_be_visible()

    desk.stage("set", {"failing": {}})
    _picker(page).get_by_role("button", name="Try again").click()

    _tile(_picker(page), "🚀").wait_for()


def test_who_has_no_stickers_is_told_who_can_add_them(desk: Desk) -> None:
    desk.stage("set", {"sticker_sets": []})
    page = _open(desk)

    page.get_by_role("button", name="Stickers").click()

    expect(_picker(page).get_by_text("An administrator can add sets")).to_be_visible()


def test_a_sticker_that_is_gone_is_refused_in_words(desk: Desk) -> None:
    # With no picture on its way the sets are not asked for again behind the picker's back.
    desk.stage("set", {"sticker_sets": desk.stage.sticker_sets()[1:]})
    page = _open(desk)
    picker = _choose(page)
    desk.stage("set", {"sticker_sets": []})

    _tile(picker, "🔥", "Cats on duty").click()

    expect(page.get_by_text("the sticker is not there any more")).to_be_visible()


def test_notes_and_channels_without_stickers_have_none_to_choose(desk: Desk) -> None:
    page = _open(desk)
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="Note")).to_be_focused()
    expect(page.get_by_role("button", name="Stickers")).to_have_count(0)
    desk.open("Тарас Гнатюк")
    expect(page.get_by_role("textbox", name="Reply")).to_be_visible()
    expect(page.get_by_role("button", name="Stickers")).to_have_count(0)


@pytest.fixture
def chief(desk: Desk) -> Desk:
    """Somebody who may say which sets there are."""
    desk.stage("set", {"permissions": ["conversation.reply", "channel.configure"]})
    return desk


def _manage(desk: Desk) -> Locator:
    page = _open(desk)
    _choose(page).get_by_role("button", name="Sticker sets of this account").click()
    dialog = page.get_by_role("dialog", name="Sticker sets of @svetlo_world_bot")
    dialog.get_by_role("listitem").first.wait_for()
    return dialog


def test_an_administrator_adds_a_set_and_removes_it(chief: Desk) -> None:
    dialog = _manage(chief)
    field = dialog.get_by_role("textbox", name="Name of a set, or a link to it")

    field.fill("https://t.me/addstickers/Foxes")
    field.press("Enter")
    expect(dialog.get_by_role("listitem")).to_have_count(3)
    expect(dialog.get_by_role("listitem").last).to_contain_text("All Foxes")
    expect(field).to_have_value("")
    expect(field).to_be_focused()

    dialog.get_by_role("button", name="Remove “All Foxes”").click()
    dialog.get_by_role("button", name="Remove", exact=True).click()
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    dialog.get_by_role("button", name="List “Cats on duty” anew").click()
    expect(dialog.get_by_text("The channel has this set no longer")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no set", "neither a name"),
        ("Nobodys", "no such set"),
        ("Down", "could not be asked"),
    ],
)
def test_why_a_set_cannot_be_added_is_said(chief: Desk, name: str, words: str) -> None:
    dialog = _manage(chief)
    field = dialog.get_by_role("textbox")

    field.fill(name)
    field.press("Enter")

    expect(dialog.get_by_role("alert")).to_contain_text(words)
    expect(field).to_have_value(name)
    expect(field).to_be_focused()


def test_a_customers_set_is_offered_to_who_may_add_it(chief: Desk) -> None:
    page = _open(chief)
    chief.stage("parts", {"parts": [{**MOVING, "set_name": "Foxes"}]}, name=OLIVER)
    offer = page.get_by_role("button", name="Add the set “Foxes”")

    offer.click()

    expect(page.get_by_text("“All Foxes” can be sent now")).to_be_visible()
    expect(offer).to_have_count(0)
    _choose(page).get_by_role("tab", name="All Foxes").wait_for()


def test_a_known_set_is_not_offered_nor_any_to_who_may_not_add_it(desk: Desk, chief: Desk) -> None:
    page = _open(chief)
    known = {**MOVING, "set_name": "halfminutefaces"}
    with page.expect_response("**/sticker-sets"):
        desk.stage("parts", {"parts": [known]}, name=OLIVER)
    expect(page.get_by_role("article").last.locator(".sticker")).to_be_visible()
    expect(page.get_by_role("button", name="Add the set")).to_have_count(0)

    desk.stage("set", {"permissions": ["conversation.reply"]})
    page.reload()
    desk.open(OLIVER)
    desk.stage("parts", {"parts": [{**MOVING, "set_name": "Foxes"}]}, name=OLIVER)
    expect(page.get_by_role("article").last.locator(".sticker")).to_be_visible()
    expect(page.get_by_role("button", name="Add the set")).to_have_count(0)


def test_the_server_is_told_that_the_agent_types_and_has_stopped(desk: Desk) -> None:
    page = _open(desk)
    field = page.get_by_role("textbox", name="Reply")
    with page.expect_response("**/typing"):
        field.press_sequentially("Good day")
    with page.expect_response("**/typing"):
        field.fill("")
    with page.expect_response("**/typing"):
        field.press_sequentially("Well, good day!")
    field.press("Control+Enter")
    expect(page.get_by_role("article").last.get_by_label("Delivered")).to_be_visible()

    assert desk.stage.typings() == [[OLIVER, True], [OLIVER, False], [OLIVER, True]]


def test_notes_are_typed_for_nobody(desk: Desk) -> None:
    page = _open(desk)
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Note").press_sequentially("He is in Tbilisi")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("article").last).to_contain_text("He is in Tbilisi")

    assert desk.stage.typings() == []


def test_a_shortcut_where_no_sticker_can_be_sent_opens_none_later(desk: Desk) -> None:
    page = _open(desk)
    page.get_by_role("radio", name="Note").or_(page.get_by_role("tab", name="Note")).or_(
        page.get_by_role("button", name="Note")
    ).first.click()
    expect(page.get_by_role("button", name="Stickers")).to_have_count(0)
    page.keyboard.press("Alt+s")

    page.keyboard.press("Escape")
    page.keyboard.press("r")

    expect(page.get_by_role("button", name="Stickers")).to_be_visible()
    page.wait_for_timeout(300)
    expect(_picker(page)).to_have_count(0)
    page.keyboard.press("Alt+s")
    expect(_picker(page)).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picker_has_an_edge_that_is_seen(desk: Desk, theme: Literal["light", "dark"]) -> None:
    desk.page.emulate_media(color_scheme=theme)
    page = _open(desk)

    edge, ground = _choose(page).evaluate(
        """picker => {
            const style = getComputedStyle(picker);
            return [parseFloat(style.borderTopWidth) > 0 ? style.borderTopColor : 'none',
                style.backgroundColor];
        }"""
    )

    assert _contrast(edge, ground) > 1.5


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, of two colours as `rgb(...)`."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
