"""What of a site's token is believed, and by what name each refusal goes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any, Final

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from halfminute.identity.principals import SYSTEM, Principal
from halfminute.kit.errors import NotFound
from halfminute.webchat.errors import WidgetNotFound, WrongPublicKey
from halfminute.webchat.retention import forget_used_tokens
from halfminute.webchat.schemas import NewSignInKey
from halfminute.webchat.sign_in_keys import end_sign_in, find_sign_in_key, set_sign_in_key
from tests.web_role import serve_role
from tests.webchat.conftest import House
from tests.webchat.site import Site, open_site, pem_of, set_public_key, show_token, sign_in

NOW: Final = time.time


def encode(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forge(header: dict[str, Any], claims: dict[str, Any], key: bytes | None) -> str:
    """A token as no library makes it."""
    signed = f"{encode(header)}.{encode(claims)}"
    mac = b"" if key is None else hmac.digest(key, signed.encode(), hashlib.sha256)
    return f"{signed}.{encode(mac)}"


def changed(site: Site) -> str:
    """Signed for one customer, and changed to another's afterwards."""
    header, _, signature = site.token().split(".")
    return f"{header}.{encode(site.claims('c-8'))}.{signature}"


REFUSED: Final[dict[str, tuple[str, Callable[[Site], str]]]] = {
    "no token": ("site_token_malformed", lambda _: "not.a.token"),
    "empty": ("site_token_malformed", lambda _: ""),
    "signed by another": (
        "wrong_signature",
        lambda site: jwt.encode(site.claims(), "x" * 43, algorithm="HS256"),
    ),
    "changed afterwards": ("wrong_signature", changed),
    "unsigned": (
        "wrong_algorithm",
        lambda site: forge({"alg": "none", "typ": "JWT"}, site.claims(), None),
    ),
    "unsigned, in capitals": (
        "wrong_algorithm",
        lambda site: forge({"alg": "NONE"}, site.claims(), None),
    ),
    "of no algorithm": ("wrong_algorithm", lambda site: forge({}, site.claims(), b"x")),
    "of a list of algorithms": (
        "wrong_algorithm",
        lambda site: forge({"alg": ["HS256"]}, site.claims(), site.secret.encode()),
    ),
    "a longer hash": (
        "wrong_algorithm",
        lambda site: forge({"alg": "HS384"}, site.claims(), site.secret.encode()),
    ),
    "expired": (
        "site_token_expired",
        lambda site: site.token(iat=int(NOW()) - 700, exp=int(NOW()) - 100),
    ),
    "of the future": (
        "site_token_not_yet_valid",
        lambda site: site.token(iat=int(NOW()) + 600, exp=int(NOW()) + 900),
    ),
    "not before later": ("site_token_not_yet_valid", lambda site: site.token(nbf=NOW() + 600)),
    "of a long life": ("site_token_too_long_lived", lambda site: site.token(exp=NOW() + 1000)),
    "over before it begins": (
        "site_token_too_long_lived",
        lambda site: site.token(iat=int(NOW()), exp=int(NOW()) - 30),
    ),
    "without an end": ("site_token_malformed", lambda site: site.token(exp=float("inf"))),
    "with an end that is no number": (
        "site_token_malformed",
        lambda site: site.token(exp=float("nan")),
    ),
    "for another widget": ("wrong_audience", lambda site: site.token(aud=str(site.house.queue_id))),
    "for several widgets": (
        "wrong_audience",
        lambda site: site.token(aud=[str(site.house.widget_id), "other"]),
    ),
    "for nobody": ("missing_claim", lambda site: site.token(aud=None)),
    "without an expiry": ("missing_claim", lambda site: site.token(exp=None)),
    "without a beginning": ("missing_claim", lambda site: site.token(iat=None)),
    "without a name of its own": ("missing_claim", lambda site: site.token(jti=None)),
    "without a customer": (
        "missing_claim",
        lambda site: jwt.encode(
            {k: v for k, v in site.claims().items() if k != "sub"}, site.secret, algorithm="HS256"
        ),
    ),
    "of an empty customer": ("site_token_malformed", lambda site: site.token("")),
    "of a customer that is a number": ("site_token_malformed", lambda site: site.token(sub=7)),
    "of a customer that cannot be stored": (
        "site_token_malformed",
        lambda site: site.token("c\x00"),
    ),
    "in a language that is none": (
        "site_token_malformed",
        lambda site: site.token(language="<b>"),
    ),
    "larger than any": ("site_token_too_large", lambda site: site.token(name="x" * 5000)),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_token_is_refused_by_the_name_of_what_is_wrong(house: House, what: str) -> None:
    site = await open_site(house)
    code, make = REFUSED[what]

    answer = await show_token(await house.open_browser(), make(site))

    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert await house.rows("select from contacts") == []
    assert await house.rows("select from used_site_tokens") == []


async def test_a_shared_secret_of_ours_is_shown_once_and_kept_sealed(house: House) -> None:
    site = await open_site(house)

    [row] = await house.rows("select k::text as told from sign_in_keys k")
    shown = await find_sign_in_key(house.parts.accounts, SYSTEM, house.widget_id)

    assert len(site.secret) == 43
    assert site.secret not in row["told"]
    assert site.secret.encode().hex() not in row["told"]
    assert (shown and shown.algorithm, shown and shown.secret) == ("HS256", None)


async def test_a_public_key_believes_its_private_one_and_nothing_else(house: House) -> None:
    site = await open_site(house)
    private = await set_public_key(house)
    await house.execute("delete from sign_in_keys where ends_at is not null")
    pem = pem_of(private)
    browser = await house.open_browser()

    good = jwt.encode(site.claims(), private, algorithm="EdDSA")
    other = jwt.encode(site.claims(), Ed25519PrivateKey.generate(), algorithm="EdDSA")
    header = {"alg": "HS256", "typ": "JWT"}
    confused = [forge(header, site.claims(), key.encode()) for key in (pem, pem.strip())]

    for token in confused:
        answer = await show_token(browser, token)
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_algorithm")
        assert answer.json()["fields"] == {"expected": ["EdDSA"]}
    assert (await show_token(browser, other)).json()["code"] == "wrong_signature"
    assert (await show_token(browser, site.token())).json()["code"] == "wrong_algorithm"
    assert (await show_token(browser, good)).status_code == 200


@pytest.mark.parametrize("what", ["words", "RSA", "a private key"])
async def test_what_is_no_public_key_of_the_curve_is_not_kept(house: House, what: str) -> None:
    rsa = generate_private_key(65537, 2048).public_key()
    private = Ed25519PrivateKey.generate()
    given = {
        "words": "my key",
        "RSA": rsa.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        "a private key": private.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode(),
    }

    with pytest.raises(WrongPublicKey):
        await set_sign_in_key(
            house.parts.accounts, SYSTEM, house.widget_id, NewSignInKey(public_key=given[what])
        )

    assert await house.rows("select from sign_in_keys") == []


async def test_the_key_before_counts_for_a_day_and_no_longer(house: House) -> None:
    former = await open_site(house)
    present = await open_site(house)
    browser = await house.open_browser()

    assert (await show_token(browser, former.token())).status_code == 200
    assert (await show_token(browser, present.token())).status_code == 200
    await house.execute("update sign_in_keys set ends_at = now() where ends_at is not null")
    assert (await show_token(browser, former.token())).json()["code"] == "wrong_signature"
    assert (await show_token(browser, present.token())).status_code == 200


async def test_keys_made_at_the_same_moment_follow_each_other(house: House) -> None:
    sites = await asyncio.gather(*(open_site(house) for _ in range(8)))

    rows = await house.rows("select ends_at from sign_in_keys")
    assert [row["ends_at"] for row in rows].count(None) == 1
    browser = await house.open_browser()
    answers = [(await show_token(browser, site.token())).status_code for site in sites]
    assert answers == [200] * len(sites)


async def test_without_a_key_nobody_is_signed_in(house: House) -> None:
    site = await open_site(house)
    await end_sign_in(house.parts.accounts, SYSTEM, house.widget_id)

    answer = await show_token(await house.open_browser(), site.token())

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_off")


async def test_only_who_configures_channels_sets_a_key_and_only_of_a_widget(house: House) -> None:
    accounts = house.parts.accounts
    with pytest.raises(NotFound):
        await set_sign_in_key(accounts, house.agent, house.widget_id, NewSignInKey())
    with pytest.raises(NotFound):
        await end_sign_in(accounts, house.agent, house.widget_id)
    with pytest.raises(NotFound):
        await find_sign_in_key(accounts, Principal(kind="user", name="x"), house.widget_id)
    with pytest.raises(WidgetNotFound):
        await set_sign_in_key(accounts, SYSTEM, house.queue_id, NewSignInKey())


async def test_a_token_signs_in_once_in_whichever_process(
    house: House, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site = await open_site(house)
    token = site.token()
    directory = tmp_path_factory.mktemp("other")
    key_file = house.parts.settings.key_file
    async with serve_role(database_url, directory, secret_key_file=key_file) as other:
        browsers = [await house.open_browser() for _ in range(6)]
        for each in browsers[::2]:
            each.client.base_url = f"http://127.0.0.1:{other.settings.port}"
            each.client.headers["origin"] = str(each.client.base_url).rstrip("/")

        answers = await asyncio.gather(*(show_token(each, token) for each in browsers))

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 5
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 401}
    assert refused == {"site_token_used"}
    assert len(await house.rows("select from visitors")) == 1


async def test_a_sign_in_that_fails_leaves_its_token_unused(house: House) -> None:
    site = await open_site(house)
    token = site.token()
    await house.execute("alter table visitors rename to visitors_away")
    assert (await show_token(await house.open_browser(), token)).status_code >= 500
    await house.execute("alter table visitors_away rename to visitors")

    assert (await show_token(await house.open_browser(), token)).status_code == 200


async def test_what_tokens_were_called_is_forgotten_when_nobody_takes_them(house: House) -> None:
    site = await open_site(house)
    for _ in range(2):
        await sign_in(await house.open_browser(), site.token())
    assert await forget_used_tokens(house.parts.database) == 0
    await house.execute("update used_site_tokens set expires_at = now() - interval '2 days'")

    assert await forget_used_tokens(house.parts.database) == 2


async def test_too_many_sign_ins_from_one_place_must_wait(house: House) -> None:
    browser = await house.open_browser()

    answers = [await show_token(browser, "x") for _ in range(130)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused[0].json()["code"] == "too_many_sign_ins"
    assert int(refused[0].headers["retry-after"]) >= 1
