"""The site's back end, as far as it signs its users in to the chat."""

from __future__ import annotations

import time
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from halfminute.identity.principals import SYSTEM
from halfminute.webchat.schemas import NewSignInKey
from halfminute.webchat.sign_in_keys import set_sign_in_key
from tests.webchat.conftest import Browser, House

LIFE_SECONDS: Final = 300


class Site:
    """It has the secret of one widget."""

    def __init__(self, house: House, secret: str) -> None:
        self.house = house
        self.secret = secret

    def claims(self, subject: str = "c-7", **more: Any) -> dict[str, Any]:
        """What a right token says; None leaves a claim out."""
        now = int(time.time())
        claims = {
            "aud": str(self.house.widget_id),
            "sub": subject,
            "iat": now,
            "exp": now + LIFE_SECONDS,
            "jti": str(uuid4()),
            **more,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, subject: str = "c-7", **more: Any) -> str:
        return jwt.encode(self.claims(subject, **more), self.secret, algorithm="HS256")


async def open_site(house: House) -> Site:
    """The site of the house's widget, with a secret of ours."""
    key = await set_sign_in_key(house.parts.accounts, SYSTEM, house.widget_id, NewSignInKey())
    assert key.secret is not None
    return Site(house, key.secret)


async def set_public_key(house: House, widget_id: UUID | None = None) -> Ed25519PrivateKey:
    """The widget believes a pair whose private half is the site's."""
    private = Ed25519PrivateKey.generate()
    new = NewSignInKey(public_key=pem_of(private))
    await set_sign_in_key(house.parts.accounts, SYSTEM, widget_id or house.widget_id, new)
    return private


def pem_of(private: Ed25519PrivateKey) -> str:
    public = private.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


async def show_token(browser: Browser, token: str, person: str | None = None) -> httpx.Response:
    """As the panel does, with the visit of the browser if it has one."""
    return await browser.ask("POST", "/identity", {"token": token, "person": person})


async def sign_in(browser: Browser, token: str, person: str | None = None) -> str:
    """The browser is the customer's from now on; by what they are told apart."""
    answer = await show_token(browser, token, person)
    assert answer.status_code == 200, answer.text
    browser.token = answer.json()["token"]
    told: str = answer.json()["person"]
    return told
