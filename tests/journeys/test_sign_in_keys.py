"""An administrator gives a site its key at the desk, sees it used, and revokes it."""

from __future__ import annotations

import re
import time
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import OpenDesk
from tests.journeys.desks import Desk
from tests.journeys.floor import Floor
from tests.journeys.shop import Shop
from tests.journeys.test_stickers import hire_chief

pytestmark = pytest.mark.journey


def _open_keys(desk: Desk) -> Locator:
    page = desk.page
    page.get_by_role("button", name=re.compile(": account$")).click()
    page.get_by_role("menuitem", name="Channel accounts").click()
    page.get_by_role("button", name=re.compile("^Settings: ")).last.click()
    return page.get_by_role("group", name="Signed-in customers")


def _sign_in(floor: Floor, shop: Shop, secret: str) -> tuple[int, Any]:
    """As the site's server and its page do it."""
    widget_id = shop.script.split("/")[-2]
    now = int(time.time())
    claims = {"aud": widget_id, "sub": "c-7", "iat": now, "exp": now + 300, "jti": str(uuid4())}
    token = jwt.encode(claims, secret, algorithm="HS256")
    with httpx.Client(base_url=floor.house.url, headers={"origin": floor.house.url}) as client:
        answer = client.post(f"/api/webchat/{widget_id}/identity", json={"token": token})
    return answer.status_code, answer.json().get("code")


def test_a_secret_is_shown_once_used_and_revoked(
    open_window: OpenDesk, floor: Floor, shop: Shop
) -> None:
    desk = open_window().sign_in(hire_chief(floor))
    keys = _open_keys(desk)
    expect(keys.get_by_text("No key yet")).to_be_visible()
    keys.get_by_role("textbox", name="Name of the key").fill("Spring")
    keys.get_by_role("textbox", name="Name of the key").press("Enter")
    shown = keys.locator(".secret pre")
    expect(shown).to_be_focused()
    secret = shown.inner_text().strip()
    expect(keys.get_by_role("listitem")).to_contain_text("Not used yet")
    found = Axe().run(desk.page)
    assert found.violations_count == 0, found.generate_report()
    assert _sign_in(floor, shop, secret) == (200, None)

    desk.page.reload()
    keys = _open_keys(desk)
    key = keys.get_by_role("listitem")
    expect(key).to_contain_text("Spring")
    expect(key).to_contain_text("Last used")
    assert secret not in desk.page.content()
    key.get_by_role("button", name="Revoke Spring").click()
    key.get_by_role("button", name="Revoke at once").click()
    expect(keys.get_by_text("No key yet")).to_be_visible()
    expect(keys).to_be_focused()

    assert _sign_in(floor, shop, secret) == (401, "sign_in_off")


@pytest.mark.usefixtures("shop")
def test_a_private_key_that_is_pasted_by_mistake_is_refused_beside_its_field(
    open_window: OpenDesk, floor: Floor
) -> None:
    private = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    keys = _open_keys(open_window().sign_in(hire_chief(floor)))
    keys.get_by_role("radio", name="A pair of yours").locator("xpath=..").click()
    field = keys.get_by_role("textbox", name="Your public key")
    field.fill(private.decode())
    keys.get_by_role("button", name="Make a key").click()

    expect(field).to_have_accessible_description(re.compile("no public Ed25519 key"))
    expect(field).to_be_focused()
    expect(keys.get_by_text("No key yet")).to_be_visible()
