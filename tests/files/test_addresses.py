"""Who was given a signed address may read these very bytes until it expires; nobody else, ever."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute.files import addresses as module
from halfminute.files.addresses import MediaAddresses
from halfminute.files.errors import AddressExpired, FileNotFound
from halfminute.kit.ids import new_id
from halfminute.kit.time import utc_now
from halfminute.sdk.model import MediaPart
from tests.files import samples
from tests.files.browser import Browser
from tests.plain_channel import message

ADDRESSES = MediaAddresses(bytes(32))
FILE_ID = UUID("01a21e42-39a0-7673-a2f6-a5e3e8cac549")


def test_an_address_says_what_it_grants() -> None:
    address = ADDRESSES.make(FILE_ID, "thumbnail", seconds=600)
    grant = ADDRESSES.read(address.path)

    assert (grant.file_id, grant.variant) == (FILE_ID, "thumbnail")
    left = (grant.expires_at - utc_now()).total_seconds()
    assert 290 < left <= 600


def test_an_address_is_the_same_one_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = utc_now().replace(minute=0, second=10)
    paths = []
    for minutes in (0, 4, 6):
        monkeypatch.setattr(module, "utc_now", lambda now=begun + timedelta(minutes=minutes): now)
        paths.append(ADDRESSES.make(FILE_ID, seconds=600).path)
    assert paths[0] == paths[1] != paths[2]


def test_an_address_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    address = ADDRESSES.make(FILE_ID)
    monkeypatch.setattr(module, "utc_now", lambda: address.expires_at)
    with pytest.raises(AddressExpired):
        ADDRESSES.read(address.path)


def test_another_installation_signs_otherwise() -> None:
    with pytest.raises(FileNotFound):
        ADDRESSES.read(MediaAddresses(b"\1" * 32).make(FILE_ID).path)


@given(st.data())
def test_no_other_character_at_any_place_is_let_through(data: st.DataObject) -> None:
    path = ADDRESSES.make(FILE_ID).path
    place = data.draw(st.integers(0, len(path) - 1))
    other = data.draw(st.characters().filter(lambda each: each != path[place]))
    with pytest.raises(FileNotFound):
        ADDRESSES.read(path[:place] + other + path[place + 1 :])


@pytest.mark.parametrize(
    "forge",
    [
        lambda path: path.replace("/file", "/thumbnail"),
        lambda path: path.replace(str(FILE_ID), str(new_id())),
        lambda path: re.sub(r"/(\d+)/", lambda found: f"/{int(found[1]) + 9}/", path),
        lambda path: re.sub(r"/(\d+)/", lambda found: f"/0{found[1]}/", path),
        lambda path: re.sub(r"/(\d+)/", "/999999999999/", path),
        lambda path: path + "/",
        lambda path: path + "\n",
        lambda path: path.upper(),
        lambda path: path.replace("/media/", "/media//"),
        lambda path: path.rsplit("/", 2)[0] + "//file",
        lambda _path: "/media/",
        lambda _path: "/media/../api/desk",
    ],
)
def test_what_was_changed_grants_nothing(forge: object) -> None:
    path = forge(ADDRESSES.make(FILE_ID).path)  # type: ignore[operator]
    with pytest.raises(FileNotFound):
        ADDRESSES.read(path)


async def test_a_provider_reads_without_signing_in_whatever_cookies_it_brings(
    browser: Browser,
) -> None:
    file_id = await browser.receive(samples.picture())
    told = (await browser.client.get(f"/api/files/{file_id}/address")).json()
    browser.principal = browser.stranger

    answer = await browser.client.get(told["url"], headers={"cookie": "session=forged"})

    assert answer.status_code == 200
    assert answer.content == samples.picture()
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert told["thumbnail_url"] is None


async def test_forged_and_missing_look_alike_and_expired_says_so(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = await browser.receive(samples.picture())
    path = browser.addresses.make(file_id).path

    forged = await browser.client.get(path.replace("/file", "/thumbnail"))
    missing = await browser.client.get(browser.addresses.make(new_id()).path)
    assert (forged.status_code, forged.json()) == (missing.status_code, missing.json())
    assert forged.status_code == 404

    later = utc_now() + timedelta(days=1)
    monkeypatch.setattr(module, "utc_now", lambda: later)
    expired = await browser.client.get(path)
    assert (expired.status_code, expired.json()["code"]) == (410, "address_expired")


async def test_the_head_alone_is_told_and_nothing_is_written(browser: Browser) -> None:
    path = browser.addresses.make(await browser.receive(samples.picture())).path

    head = await browser.client.head(path)
    assert head.status_code == 200
    assert head.headers["content-length"] == str(len(samples.picture()))
    assert head.content == b""
    assert (await browser.client.post(path)).status_code == 405


async def test_bytes_that_are_gone_from_the_store_are_not_found(browser: Browser) -> None:
    file_id = await browser.receive(samples.picture())
    await browser.store.delete((await browser.scene.row("select * from files"))["storage_key"])

    answer = await browser.ask(file_id)

    assert (answer.status_code, answer.json()["code"]) == (404, "file_not_found")


async def test_a_file_that_became_unfit_is_no_longer_read_under_its_address(
    browser: Browser,
) -> None:
    path = browser.addresses.make(await browser.receive(samples.picture())).path
    await browser.scene.execute("update files set state = 'infected'")

    answer = await browser.client.get(path)

    assert (answer.status_code, answer.json()["fields"]) == (409, {"state": "infected"})


async def test_no_address_is_made_of_a_file_that_is_not_here(browser: Browser) -> None:
    part = MediaPart(kind="image", file_state="pending", source={"file": "cat"})
    await browser.scene.tell(message(parts=(part,)))
    file = await browser.scene.row("select id from files")

    answer = await browser.client.get(f"/api/files/{file['id']}/address")

    assert (answer.status_code, answer.json()["fields"]) == (409, {"state": "pending"})
