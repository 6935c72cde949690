"""An administrator connects, changes and disconnects accounts."""

from __future__ import annotations

import pytest

from halfminute.channels.accounts import AccountBook
from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.change_account import AccountChange, change_account
from halfminute.channels.actions.connect_account import connect_account
from halfminute.channels.errors import UnknownChannelKind, UnknownInboundMode, UnknownQueue
from halfminute.channels.keys import forget_old_inbound_keys
from halfminute.channels.queries import list_account_views
from halfminute.channels.types import ChannelAccountId
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.kit.errors import RequestError
from halfminute.kit.ids import new_id
from halfminute.kit.secrets import SecretBox, UnreadableSecret
from halfminute.sdk.errors import InvalidAccount, ProviderError
from tests.plain_channel import message
from tests.scene import Scene

AGENT = Principal(kind="user", name="Ira", grants=(Grant("agent", "all"),))


async def test_an_account_is_named_by_its_provider_and_its_secrets_are_sealed(
    scene: Scene,
) -> None:
    row = await scene.row("select * from channel_accounts")

    assert row["name"] == "Plain support"
    assert b"secret" not in row["encrypted_secrets"]
    assert (await scene.book.get(scene.account_id)).secrets == {"token": "secret"}
    async with scene.database.connection() as connection:
        [view] = await list_account_views(connection)
    assert "secret" not in repr(view)
    account = await scene.book.get(scene.account_id)
    assert "secret" not in repr(account)
    assert "secret" not in repr(account.__rich_repr__())
    audit = await scene.row("select action, object_id from audit_entries")
    assert (audit["action"], audit["object_id"]) == ("add_account", str(scene.account_id))


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewAccount(kind="pigeon", form={}), UnknownChannelKind),
        (NewAccount(kind="plain", form={}), InvalidAccount),
        (NewAccount(kind="plain", form={"token": "t"}, inbound_mode="smoke"), UnknownInboundMode),  # type: ignore[arg-type]
        (NewAccount(kind="plain", form={"token": "t"}, queue_id=new_id()), UnknownQueue),
    ],
)
async def test_what_cannot_work_is_not_stored(
    scene: Scene, new: NewAccount, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await add_account(scene.accounts, SYSTEM, new)

    assert len(await scene.rows("select from channel_accounts")) == 1


async def test_an_account_that_its_provider_refuses_is_not_stored(scene: Scene) -> None:
    scene.channel.failures = [ProviderError("wrong token", is_retryable=False)]

    with pytest.raises(ProviderError):
        await add_account(scene.accounts, SYSTEM, NewAccount(kind="plain", form={"token": "t"}))

    assert len(await scene.rows("select from channel_accounts")) == 1
    assert scene.channel.clients[-1].is_closed


async def test_an_agent_may_not_touch_accounts(scene: Scene) -> None:
    with pytest.raises(RequestError):
        await add_account(scene.accounts, AGENT, NewAccount(kind="plain", form={"token": "t"}))
    with pytest.raises(RequestError):
        await change_account(scene.accounts, AGENT, scene.account_id, AccountChange(name="Mine"))
    with pytest.raises(RequestError):
        await connect_account(scene.accounts, AGENT, scene.account_id)


async def test_connecting_brings_the_updates_to_our_hook(scene: Scene) -> None:
    url = await connect_account(scene.accounts, SYSTEM, scene.account_id)

    assert url == f"https://desk.example/hooks/plain/{scene.account_id}"
    assert scene.channel.webhook == url


async def test_connecting_a_polled_account_takes_the_hook_away(scene: Scene) -> None:
    await connect_account(scene.accounts, SYSTEM, scene.account_id)
    change = AccountChange(inbound_mode="polling")
    await change_account(scene.accounts, SYSTEM, scene.account_id, change)

    assert await connect_account(scene.accounts, SYSTEM, scene.account_id) == ""
    assert scene.channel.webhook is None


async def test_a_provider_that_refuses_the_hook_shows_in_the_accounts_health(scene: Scene) -> None:
    scene.channel.failures = [ProviderError("no https", is_retryable=False)]

    with pytest.raises(ProviderError):
        await connect_account(scene.accounts, SYSTEM, scene.account_id)

    async with scene.database.connection() as connection:
        [view] = await list_account_views(connection)
    assert (view.health, view.health_detail) == ("failing", "no https")


async def test_a_change_leaves_what_it_does_not_name(scene: Scene) -> None:
    view = await change_account(
        scene.accounts, SYSTEM, scene.account_id, AccountChange(name="Main", queue_id=None)
    )

    assert (view.name, view.queue_id, view.settings) == ("Main", None, {"mode": "plain"})
    assert (await scene.book.get(scene.account_id)).secrets == {"token": "secret"}
    assert (await scene.events("channel_account")).count("ChannelAccountConfigured") == 2


async def test_secrets_do_not_open_with_another_key(scene: Scene) -> None:
    book = AccountBook(scene.database, SecretBox(bytes([1]) * 32))

    with pytest.raises(UnreadableSecret):
        await book.get(scene.account_id)


async def test_another_process_sees_a_change_within_two_seconds(scene: Scene) -> None:
    now = 0.0
    book = AccountBook(scene.database, scene.box, clock=lambda: now)
    assert (await book.get(scene.account_id)).is_enabled

    change = AccountChange(is_enabled=False)
    await change_account(scene.accounts, SYSTEM, scene.account_id, change)
    now = 1.9
    assert (await book.get(scene.account_id)).is_enabled
    now = 2.0
    assert not (await book.get(scene.account_id)).is_enabled


async def test_forged_ids_do_not_fill_the_memory(scene: Scene) -> None:
    for _ in range(2100):
        scene.book._remember(ChannelAccountId(new_id()), None)

    assert len(scene.book._known) == 2000


async def test_old_keys_are_forgotten_and_young_ones_kept(scene: Scene) -> None:
    await scene.tell(message("old"), message("young"))
    await scene.execute(
        "update inbound_keys set received_at = now() - interval '9 days'"
        " where ctid = (select ctid from inbound_keys limit 1)"
    )

    assert await forget_old_inbound_keys(scene.database) == 1
    assert len(await scene.rows("select from inbound_keys")) == 1
    assert len(await scene.rows("select from raw_payloads")) == 2
