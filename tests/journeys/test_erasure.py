"""An administrator erases a contact: every screen forgets, and who writes again is somebody new."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from halfminute.identity.principals import Grant
from halfminute.main.parts import open_parts
from tests.journeys.conftest import OpenDesk
from tests.journeys.floor import Agent, Floor, hire
from tests.journeys.house import House
from tests.postgres import run_coroutine

pytestmark = pytest.mark.journey


async def _hire_admin(house: House) -> Agent:
    number = next(house.numbers)
    async with open_parts(house.settings) as parts:
        email = f"admin{number}@halfminute.example"
        return await hire(parts, "Admin", email, Grant("admin", "all"))


@pytest.mark.usefixtures("maintained")
def test_a_contact_is_exported_and_erased(
    open_window: OpenDesk, floor: Floor, house: House, tmp_path: Path
) -> None:
    admin = run_coroutine(_hire_admin(house))
    customer = floor.enter("Olena")
    customer.write("My passport is AB123456")
    agent_desk = open_window().sign_in(floor.agent).go_available().accept("Olena")
    agent_desk.reply("Thank you, Olena")
    expect(agent_desk.bubble("Thank you, Olena")).to_be_visible()
    expect(agent_desk.page.get_by_role("button", name="Erase")).to_have_count(0)
    agent_desk.field.click()
    agent_desk.page.keyboard.insert_text("AB123456 is not")
    conversation_id = agent_desk.page.url.rpartition("/")[2]

    desk = open_window().sign_in(admin)
    desk.page.goto(f"{house.url}/#/mine/{conversation_id}")
    expect(desk.bubble("My passport")).to_be_visible()
    with desk.page.expect_download() as downloading:
        desk.page.get_by_role("link", name="Export").click()
    saved = tmp_path / "contact.zip"
    downloading.value.save_as(saved)
    archive = zipfile.ZipFile(io.BytesIO(saved.read_bytes()))
    told = archive.read(f"conversations/{conversation_id}.json").decode()
    assert "My passport is AB123456" in told
    assert "Thank you, Olena" in told

    desk.page.get_by_role("button", name="Erase").click()
    dialog = desk.page.get_by_role("dialog", name="Erase this contact for good?")
    button = dialog.get_by_role("button", name="Erase")
    expect(button).to_be_disabled()
    assert Axe().run(desk.page).response["violations"] == []
    dialog.get_by_role("textbox").fill("Olen")
    expect(button).to_be_disabled()
    dialog.get_by_role("textbox").fill("olena")
    dialog.get_by_role("textbox").press("Enter")
    expect(dialog).to_have_count(0)

    for each in (desk, agent_desk):
        expect(each.bubble("Erased for good")).to_have_count(2)
        expect(each.bubble("passport")).to_have_count(0)
    expect(agent_desk.row("Olena")).to_have_count(0)
    expect(agent_desk.page.get_by_text("AB123456")).to_have_count(0)
    kept = agent_desk.page.evaluate("JSON.stringify(localStorage)")
    assert "AB123456" not in kept
    expect(desk.page.get_by_text("Nothing of this person is held")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Erase")).to_have_count(0)

    customer.write("Hello again")
    agent_desk.accept("Olena")
    expect(agent_desk.bubble("Hello again")).to_be_visible()
    expect(agent_desk.page.get_by_text("This is the first one.")).to_be_visible()
