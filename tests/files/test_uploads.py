"""An agent hands files in: what they are, how often, and what is left of them."""

from __future__ import annotations

import io

from PIL import Image

from tests.files.browser import Browser


def _png() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (30, 20), "orange").save(made, "PNG")
    return made.getvalue()


async def test_a_picture_is_handed_in_and_seen_by_its_owner(browser: Browser) -> None:
    answer = await browser.upload(_png(), "кот.png")

    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["state"], told["kind"], told["media_type"]) == ("ready", "image", "image/png")
    assert (told["width"], told["height"], told["name"]) == (30, 20, "кот.png")
    shown = await browser.ask(told["id"])
    assert shown.content == _png()
    assert shown.headers["content-type"] == "image/png"
