"""What a conversation requires is configured and shown at the desk, and decides who is rung at."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.administration import (
    choose,
    expect_no_barrier,
    hire_admin,
    open_dialog,
    save,
)
from tests.journeys.conftest import OpenDesk
from tests.journeys.floor import Api, Floor

pytestmark = pytest.mark.journey


def test_a_language_and_a_topic_decide_who_is_rung_at(open_window: OpenDesk, floor: Floor) -> None:
    admin = hire_admin(floor.house)
    anna, boris = floor.agents
    topic = f"Roaming of {floor.queue_name}"
    with Api(floor.house.url).sign_in(admin) as api:
        accounts = api.call("GET", "/api/channel-accounts")["items"]
        bot = next(each for each in accounts if each["id"] == str(floor.account_id))
        api.call("POST", "/api/skills", {"name": topic})
        api.call("PUT", f"/api/agents/{boris.id}", {"skills": {"Ukrainian": 4, topic: 2}})
    desk = open_window().sign_in(admin)
    skills = open_dialog(desk, "Skills")
    choose(skills, "Ukrainian")
    skills.get_by_role("textbox", name="Language code").fill("UK")
    save(skills)
    desk.page.keyboard.press("Escape")

    queues = open_dialog(desk, "Queues")
    choose(queues, floor.queue_name)
    queues.get_by_role("combobox", name="The contact’s language").select_option("3")
    queues.get_by_role("combobox", name=topic).select_option("5")
    expect(queues.get_by_text("None of its agents can do it")).to_be_visible()
    queues.get_by_role("combobox", name=topic).select_option("0")
    save(queues)
    desk.page.keyboard.press("Escape")

    channels = open_dialog(desk, "Channel accounts")
    channels.get_by_role("button", name=f"Requirements: {bot['name']}").click()
    form = channels.get_by_role("form", name=f"Requirements: {bot['name']}")
    form.get_by_role("combobox", name=topic).select_option("2")
    expect_no_barrier(desk.page)
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)

    other = open_window().sign_in(anna).go_available()
    floor.enter("Olena", language_code="uk").write("Добрий день")
    speaker = open_window().sign_in(boris).go_available()
    speaker.accept("Olena")
    expect(
        speaker.page.get_by_text(f"{topic} (at least 2), Ukrainian (at least 3)")
    ).to_be_visible()
    expect(other.offer).to_have_count(0)
