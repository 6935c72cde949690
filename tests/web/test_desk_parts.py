"""What customers send besides words: places, contacts, polls, dice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.conftest import Desk
from tests.web.stand_in.people import Json, instant, rfc
from tests.web.stand_in.samples import CONTACT, DICE, PLACE, POLL

OLIVER = "Oliver Brandt"


def _receive(desk: Desk, *parts: Json, language: str = "English") -> Page:
    page = desk.sign_in(language)
    desk.open(OLIVER)
    desk.stage("parts", {"parts": list(parts)}, name=OLIVER)
    return page


def _last(page: Page) -> Locator:
    return page.get_by_role("article").last


def test_the_map_of_a_place_is_asked_for_by_a_click_and_learns_nothing_of_the_desk(
    desk: Desk,
) -> None:
    asked: list[str] = []
    desk.page.context.on("request", lambda request: asked.append(request.url))
    page = _receive(desk, PLACE)
    expect(_last(page)).to_contain_text("Салон «Светло»")
    expect(_last(page)).to_contain_text("ул. Крещатик, 22")
    expect(_last(page)).to_contain_text("50.45012, 30.52341")
    assert [url for url in asked if not url.startswith(desk.stage.url)] == []

    told: list[dict[str, str]] = []

    def answer(route: Route) -> None:
        told.append(route.request.all_headers())
        route.fulfill(body="a map", content_type="text/html")

    page.context.route("https://www.openstreetmap.org/**", answer)
    with page.context.expect_page() as opened:
        _last(page).get_by_role("link", name="Show on the map").click()
    opened.value.wait_for_load_state()
    assert "mlat=50.45012&mlon=30.52341" in opened.value.url
    assert opened.value.evaluate("window.opener") is None
    assert "referer" not in told[0]


@pytest.mark.parametrize(
    ("seconds_ago", "words"), [(-600, "Live until"), (600, "Was live until")], ids=["now", "past"]
)
def test_a_place_that_moves_says_until_when(desk: Desk, seconds_ago: int, words: str) -> None:
    page = _receive(desk, {**PLACE, "live_until": rfc(instant(seconds_ago))})
    expect(_last(page).locator(".until")).to_have_text(
        # The clock's form is the browser's own.
        f"{words} {page.evaluate(_CLOCK, seconds_ago)}"
    )


_CLOCK = """ago => new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit'})
    .format(Date.now() - ago * 1000)"""


def test_a_contact_can_be_dialled_and_tells_whether_the_number_is_proven(desk: Desk) -> None:
    page = _receive(desk, CONTACT, {**CONTACT, "name": "Дмитрий", "is_proven": False})
    number = _last(page).get_by_role("link", name="+380 50 123-45-67").first
    expect(number).to_have_attribute("href", "tel:+380501234567")
    proofs = _last(page).locator(".proof")
    expect(proofs.nth(0)).to_contain_text("the sender’s own")
    expect(proofs.nth(1)).to_contain_text("does not say whose")


def test_a_phone_that_cannot_be_dialled_is_words(desk: Desk) -> None:
    page = _receive(desk, {**CONTACT, "phone": "javascript:alert()"})
    expect(_last(page)).to_contain_text("javascript:alert()")
    expect(_last(page).locator(".person a")).to_have_count(0)


def test_a_poll_shows_each_answers_share(desk: Desk) -> None:
    page = _receive(desk, POLL, language="Русский")
    options = _last(page).get_by_role("listitem")
    expect(options).to_have_count(3)
    expect(options.nth(1)).to_contain_text("8 голосов")
    expect(options.nth(1)).to_contain_text("73 %")
    widths = options.locator(".bar span").evaluate_all(
        "bars => bars.map(bar => Math.round(100 * bar.offsetWidth / bar.parentElement.offsetWidth))"
    )
    assert widths[:2] == [27, 73]
    expect(_last(page)).to_contain_text("Проголосовали 11 человек")


def test_a_huge_poll_and_a_name_without_end_stay_within_their_bubble(desk: Desk) -> None:
    endless = "Ж" * 400
    options = [{"text": f"{endless}{n}", "voter_count": 10**9} for n in range(12)]
    poll = {**POLL, "question": endless, "options": options, "voter_count": 10**9}
    page = _receive(desk, poll, {**CONTACT, "name": endless}, {**PLACE, "title": endless})
    expect(_last(page)).to_contain_text("1,000,000,000 people voted")
    page.set_viewport_size({"width": 390, "height": 844})
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert _last(page).locator(".bubble").evaluate("bubble => bubble.scrollWidth") <= 390


def test_dice_show_what_they_came_up_with(desk: Desk) -> None:
    page = _receive(desk, DICE)
    expect(_last(page).get_by_role("img", name="🎲 came up 5")).to_be_visible()


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (PLACE, "Location: Салон «Светло», ул. Крещатик, 22"),
        (CONTACT, "Contact: Надежда Ким +380 50 123-45-67"),
        (POLL, "Poll: Когда мастеру удобнее прийти?"),
        (DICE, "Dice: 🎲 5"),
        ({**PLACE, "title": "", "address": ""}, "Location: 50.45012, 30.52341"),
    ],
    ids=["place", "contact", "poll", "dice", "bare-place"],
)
def test_who_listens_hears_the_kind_and_its_words_and_a_quote_says_the_same(
    desk: Desk, part: Json, said: str
) -> None:
    page = _receive(desk, part)
    expect(page.locator("[role=status].unseen")).to_contain_text(f"{OLIVER}: {said}")
    _last(page).hover()
    _last(page).get_by_role("button", name="Reply to this message").click()
    expect(page.locator(".composer .about")).to_contain_text(said)


@pytest.mark.parametrize(
    ("language", "kind"), [("English", "Location"), ("Русский", "Место")], ids=["en", "ru"]
)
def test_a_list_row_names_what_has_no_words(desk: Desk, language: str, kind: str) -> None:
    page = _receive(desk, {**PLACE, "title": "", "address": ""}, language=language)
    row = page.locator("[data-conversation]", has_text=OLIVER)
    expect(row.locator(".preview")).to_have_text(kind)
    desk.stage("parts", {"parts": [POLL]}, name=OLIVER)
    expect(row.locator(".preview")).to_have_text("Когда мастеру удобнее прийти?")
    expect(row.locator(".preview").get_by_role("img")).to_have_count(1)


@pytest.mark.parametrize(
    ("language", "told"),
    [("English", "Forwarded from Игорь, 4 этаж"), ("Русский", "Переслано от Игорь, 4 этаж")],
)
def test_words_of_another_say_whose_they_are(desk: Desk, language: str, told: str) -> None:
    page = desk.sign_in(language)
    desk.open("Мария Соколова")
    forwarded = page.get_by_role("article").filter(has_text="У нас тоже с утра тишина")
    expect(forwarded).to_contain_text(told)
    expect(page.get_by_role("article").filter(has_text="Да! Перезагрузила")).not_to_contain_text(
        told
    )
