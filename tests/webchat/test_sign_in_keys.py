"""An administrator's view of the keys of a widget's site: named, last used, revoked one by one."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from halfminute.identity.principals import SYSTEM
from halfminute.kit.errors import NotFound
from halfminute.webchat.actions.revoke_sign_in_key import revoke_sign_in_key
from halfminute.webchat.errors import UnknownSignInKey
from halfminute.webchat.schemas import KeptSignInKey, NewSignInKey
from halfminute.webchat.sign_in_keys import list_sign_in_keys, set_sign_in_key
from tests.webchat.conftest import House
from tests.webchat.site import Site, set_public_key, show_token


async def _make(house: House, name: str) -> Site:
    new = NewSignInKey(name=name)
    made = await set_sign_in_key(house.parts.accounts, SYSTEM, house.widget_id, new)
    assert made.secret is not None
    return Site(house, made.secret)


async def _list(house: House) -> list[KeptSignInKey]:
    return await list_sign_in_keys(house.parts.accounts, SYSTEM, house.widget_id)


async def _answer(house: House, site: Site) -> tuple[int, Any]:
    answer = await show_token(await house.open_browser(), site.token())
    return answer.status_code, answer.json().get("code")


async def test_keys_are_listed_the_newest_first_and_without_what_is_secret(house: House) -> None:
    first = await _make(house, " Shop,  spring ")
    await set_public_key(house)

    newest, former = await _list(house)

    assert (newest.algorithm, newest.ends_at, newest.used_at) == ("EdDSA", None, None)
    assert newest.public_key is not None
    assert (former.name, former.algorithm, former.public_key) == ("Shop, spring", "HS256", None)
    assert former.ends_at is not None
    assert first.secret not in str(await _list(house))


async def test_a_key_tells_when_a_token_of_it_was_last_believed(house: House) -> None:
    former, present = await _make(house, "Old"), await _make(house, "New")
    forged = Site(house, "x" * 40)

    assert await _answer(house, forged) == (401, "wrong_signature")
    assert [key.used_at for key in await _list(house)] == [None, None]
    assert await _answer(house, former) == (200, None)
    by_name = {key.name: key.used_at for key in await _list(house)}
    assert (by_name["Old"] is None, by_name["New"] is None) == (False, True)
    await house.execute("update sign_in_keys set used_at = now() - interval '1 hour'")
    before = {key.name: key.used_at for key in await _list(house)}
    assert await _answer(house, present) == (200, None)
    after = {key.name: key.used_at for key in await _list(house)}
    assert after["Old"] == before["Old"]
    assert after["New"] != before["New"]


async def test_one_key_is_revoked_at_once_and_the_other_goes_on(house: House) -> None:
    former, present = await _make(house, "Old"), await _make(house, "New")
    [new, _old] = await _list(house)

    await revoke_sign_in_key(house.parts.accounts, SYSTEM, house.widget_id, new.id)

    assert await _answer(house, present) == (401, "wrong_signature")
    assert await _answer(house, former) == (200, None)
    assert [key.name for key in await _list(house)] == ["Old"]
    [audit] = await house.rows(
        "select details from audit_entries where action = 'revoke_sign_in_key'"
    )
    assert str(new.id) in str(audit["details"])
    with pytest.raises(UnknownSignInKey):
        await revoke_sign_in_key(house.parts.accounts, SYSTEM, house.widget_id, new.id)


async def test_a_key_is_of_its_widget_and_of_who_configures_channels(house: House) -> None:
    await _make(house, "Mine")
    [key] = await _list(house)
    accounts, other = house.parts.accounts, await house.add_widget()

    for widget_id, key_id in ((other, key.id), (house.widget_id, uuid4())):
        with pytest.raises(UnknownSignInKey):
            await revoke_sign_in_key(accounts, SYSTEM, widget_id, key_id)
    with pytest.raises(NotFound):
        await revoke_sign_in_key(accounts, house.agent, house.widget_id, key.id)
    with pytest.raises(NotFound):
        await list_sign_in_keys(accounts, house.agent, house.widget_id)

    assert await _list(house) == [key]
