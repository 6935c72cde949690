"""The very code that docs/sign-in-to-the-chat.md gives to sites signs their customers in."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.webchat.conftest import House
from tests.webchat.site import open_site, set_public_key, sign_in
from tools.node import find_node

_PAGE: Final = Path(__file__).parents[2] / "docs" / "sign-in-to-the-chat.md"
_SNIPPET: Final = re.compile(
    r"^```(python|js)\n(?:#|//) sign-in: (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
SNIPPETS: Final = {
    (language, key): code
    for language, key, code in _SNIPPET.findall(_PAGE.read_text(encoding="utf-8"))
}

NAME: Final = 'Олена "Оля" Коваль'


async def sign_in_python(code: str, *arguments: str) -> str:
    """What a site in Python makes."""
    site: dict[str, Any] = {}
    exec(code, site)  # noqa: S102 - the page's own code, which is what is tried here
    token: str = site["sign_chat_token"](*arguments)
    return token


async def sign_in_node(code: str, *arguments: str) -> str:
    """What a site in Node makes."""
    called = f"{code}\nprocess.stdout.write(signChatToken(...{json.dumps(arguments)}));\n"
    node = await asyncio.create_subprocess_exec(
        *find_node().node,
        *("--input-type=module", "-"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await node.communicate(called.encode())
    assert node.returncode == 0
    return told.decode()


async def make_key(house: House, kind: str) -> str:
    """What the site signs with."""
    if kind == "secret":
        return (await open_site(house)).secret
    private = await set_public_key(house)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_the_page_has_a_snippet_for_each_language_and_key() -> None:
    assert sorted(SNIPPETS) == [
        ("js", "pair"),
        ("js", "secret"),
        ("python", "pair"),
        ("python", "secret"),
    ]


@pytest.mark.parametrize(("language", "kind"), sorted(SNIPPETS))
async def test_a_snippet_of_the_page_signs_a_customer_in(
    house: House, language: str, kind: str
) -> None:
    key = await make_key(house, kind)
    make = sign_in_python if language == "python" else sign_in_node
    visitor = await house.open_browser()

    for _ in range(2):
        token = await make(SNIPPETS[language, kind], str(house.widget_id), key, "c-7", NAME)
        await sign_in(visitor, token)

    [contact] = await house.rows(
        "select c.name, s.subject from contacts c join contact_subjects s on s.contact_id = c.id"
    )
    assert (contact["name"], contact["subject"]) == (NAME, "c-7")
