"""A token is replaced: nothing that a provider brings is lost, and no other bot slips in."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, cast

import httpx
import pytest

from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.connect_account import connect_account
from halfminute.channels.actions.replace_secrets import replace_secrets
from halfminute.channels.errors import AccountChanged, AnotherAccount, NoSecret
from halfminute.channels.hooks import HooksEndpoint
from halfminute.channels.lines import ChannelLines
from halfminute.channels.pollers import PollerFleet
from halfminute.channels.queries import list_account_views
from halfminute.channels.types import ChannelAccountId
from halfminute.channels.watch import AccountWatch
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.kit.errors import RequestError
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import Outgoing
from halfminute.sdk.errors import InvalidAccount, ProviderError
from halfminute.sdk.model import TextPart
from tests.plain_channel import message, raw_of
from tests.scene import Scene

OLD, NEW = "7:old", "7:new"
SUPERVISOR = Principal(kind="user", name="Ira", grants=(Grant("supervisor", "all"),))


@pytest.fixture
async def account_id(scene: Scene) -> ChannelAccountId:
    """An account of bot 7, connected by webhook."""
    account = await add_account(
        scene.accounts, SYSTEM, NewAccount(kind="plain", form={"token": OLD})
    )
    await connect_account(scene.accounts, SYSTEM, account.id)
    return account.id


def hook_of(scene: Scene, account_id: ChannelAccountId) -> Any:
    """Brings an update with a token, as the provider does; gives the status."""
    endpoint = HooksEndpoint(scene.book, scene.registry, scene.inbox)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(cast("Any", endpoint)), base_url="http://desk"
    )

    async def bring(token: str) -> int:
        answer = await client.post(
            f"/hooks/plain/{account_id}", content=raw_of(message()), headers={"X-Token": token}
        )
        return answer.status_code

    return bring


def watch_of(scene: Scene) -> AccountWatch:
    return AccountWatch(scene.log, scene.book, scene.clients, "https://desk.example")


async def health_of(scene: Scene, account_id: ChannelAccountId) -> tuple[str, str]:
    row = await scene.row("select * from channel_accounts where id = $1", account_id)
    return row["health"], row["health_detail"]


async def test_the_new_token_is_sealed_used_and_told_to_the_provider(
    scene: Scene, account_id: ChannelAccountId
) -> None:
    view = await replace_secrets(scene.accounts, SYSTEM, account_id, {"token": NEW})

    assert (view.id, view.health, view.username) == (account_id, "ok", "plain")
    assert (await scene.book.get(account_id)).secrets == {"token": NEW}
    row = await scene.row("select * from channel_accounts where id = $1", account_id)
    assert NEW.encode() not in row["encrypted_secrets"] + row["previous_secrets"]
    assert scene.channel.webhook == f"https://desk.example/hooks/plain/{account_id}"
    assert scene.channel.webhook_secret == NEW
    audit = await scene.rows(
        "select action, object_id, details::text as details from audit_entries"
    )
    assert ("replace_secrets", str(account_id)) in [(r["action"], r["object_id"]) for r in audit]
    assert not any(NEW in row["details"] or OLD in row["details"] for row in audit)


async def test_another_bots_token_is_refused_and_both_are_named(
    scene: Scene, account_id: ChannelAccountId
) -> None:
    with pytest.raises(AnotherAccount) as refused:
        await replace_secrets(scene.accounts, SYSTEM, account_id, {"token": "8:other"})

    assert refused.value.fields == {
        "present": {"external_id": "7", "username": "plain"},
        "given": {"external_id": "8", "username": "plain"},
    }
    assert (await scene.book.get(account_id)).secrets == {"token": OLD}
    assert scene.channel.webhook_secret == OLD


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, NoSecret),
        ({"mode": "loud"}, NoSecret),
        ({"token": NEW, "webhook_secret": "x"}, NoSecret),
        ({"token": ""}, InvalidAccount),
    ],
)
async def test_what_is_no_secret_is_refused(
    scene: Scene, account_id: ChannelAccountId, given: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await replace_secrets(scene.accounts, SYSTEM, account_id, given)


async def test_a_token_that_the_provider_does_not_take_changes_nothing(
    scene: Scene, account_id: ChannelAccountId
) -> None:
    scene.channel.revoked.add(NEW)

    with pytest.raises(ProviderError):
        await replace_secrets(scene.accounts, SYSTEM, account_id, {"token": NEW})

    account = await scene.book.get(account_id)
    assert (account.secrets, account.secrets_revision, account.health) == ({"token": OLD}, 0, "ok")


async def test_only_who_configures_channels_may(scene: Scene, account_id: ChannelAccountId) -> None:
    with pytest.raises(RequestError):
        await replace_secrets(scene.accounts, SUPERVISOR, account_id, {"token": NEW})
    with pytest.raises(RequestError):
        await replace_secrets(scene.accounts, SYSTEM, new_id(), {"token": NEW})


async def test_both_proofs_count_until_the_grace_is_over(
    scene: Scene, account_id: ChannelAccountId
) -> None:
    bring = hook_of(scene, account_id)
    await replace_secrets(scene.accounts, SYSTEM, account_id, {"token": NEW})
    assert [await bring(OLD), await bring(NEW), await bring("7:forged")] == [200, 200, 403]

    await scene.execute("update channel_accounts set previous_secrets_until = now()")
    scene.book.forget(account_id)
    assert [await bring(OLD), await bring(NEW)] == [403, 200]

    await watch_of(scene).run_once()
    row = await scene.row("select previous_secrets from channel_accounts where id = $1", account_id)
    assert row["previous_secrets"] is None


async def test_another_process_takes_the_new_proof_at_once(
    scene: Scene, account_id: ChannelAccountId
) -> None:
    now = 0.0
    there = type(scene.book)(scene.database, scene.box, clock=lambda: now)
    elsewhere = hook_of(scene, account_id)
    endpoint = HooksEndpoint(there, scene.registry, scene.inbox)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(cast("Any", endpoint)), base_url="http://desk"
    )
    assert (await there.get(account_id)).secrets == {"token": OLD}
    await replace_secrets(scene.accounts, SYSTEM, account_id, {"token": NEW})

    now = 1.0
    answer = await client.post(
        f"/hooks/plain/{account_id}", content=raw_of(message()), headers={"X-Token": NEW}
    )

    assert answer.status_code == 200
    assert await elsewhere(NEW) == 200


async def test_a_provider_that_could_not_be_told_is_told_by_the_watch(
    scene: Scene, account_id: ChannelAccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring = hook_of(scene, account_id)

    async def fail(*_: object) -> None:
        raise ProviderError("no https", is_retryable=True)

    with monkeypatch.context() as patched:
        patched.setattr("tests.plain_channel.PlainClient.set_webhook", fail)
        view = await replace_secrets(scene.accounts, SYSTEM, account_id, {"token": NEW})
        again = await replace_secrets(scene.accounts, SYSTEM, account_id, {"token": "7:third"})
    assert (view.health, view.health_detail) == ("failing", "no https")
    assert again.health == "failing"
    assert scene.channel.webhook_secret == OLD
    assert await bring(OLD) == 200, "what the provider was told last counts without an end"

    await watch_of(scene).run_once()

    assert scene.channel.webhook_secret == "7:third"
    assert await health_of(scene, account_id) == ("ok", "")
    row = await scene.row(
        "select previous_secrets_until > now() as is_over_soon from channel_accounts where id = $1",
        account_id,
    )
    assert row["is_over_soon"]


async def test_of_two_at_once_none_is_half_done(scene: Scene, account_id: ChannelAccountId) -> None:
    tokens = [f"7:new-{number}" for number in range(5)]

    async def replace(token: str) -> str | None:
        with suppress(AccountChanged):
            await replace_secrets(scene.accounts, SYSTEM, account_id, {"token": token})
            return token
        return None

    done = [token for token in await asyncio.gather(*map(replace, tokens)) if token]

    scene.book.forget(account_id)
    account = await scene.book.get(account_id)
    assert account.secrets["token"] in done
    assert account.secrets_revision == len(done)


async def test_a_refused_account_is_held_and_goes_on_with_the_new_token(
    scene: Scene, account_id: ChannelAccountId
) -> None:
    lines = ChannelLines(scene.log, scene.book, scene.registry, scene.clients)
    line = await lines.open(account_id)
    outgoing = Outgoing(
        message_id=new_id(), address_external_id="chat-1", parts=(TextPart(text="Hi"),)
    )
    scene.channel.revoked.add(OLD)

    held = await line.send(outgoing)
    assert (held.result, held.refusal, held.reason) == ("held", "account_refused", "Unauthorized")
    assert await health_of(scene, account_id) == ("refused", "Unauthorized")
    assert account_id not in await lines.list_accounts()
    await watch_of(scene).run_once()
    assert await health_of(scene, account_id) == ("refused", "Unauthorized")

    await replace_secrets(scene.accounts, SYSTEM, account_id, {"token": NEW})
    assert account_id in await lines.list_accounts()
    assert (await line.send(outgoing)).result == "sent"
    assert scene.channel.sent_by == [NEW]


async def test_a_late_refusal_of_the_old_token_says_nothing_of_the_new(
    scene: Scene, account_id: ChannelAccountId
) -> None:
    """A process that has not heard of the new token yet sends by the old one."""
    stale = type(scene.book)(scene.database, scene.box, clock=lambda: 0.0)
    line = await ChannelLines(scene.log, stale, scene.registry, scene.clients).open(account_id)
    await replace_secrets(scene.accounts, SYSTEM, account_id, {"token": NEW})
    scene.channel.revoked.add(OLD)
    outgoing = Outgoing(
        message_id=new_id(), address_external_id="chat-1", parts=(TextPart(text="Hi"),)
    )

    assert (await line.send(outgoing)).result == "held"
    assert await health_of(scene, account_id) == ("ok", "")
    assert (await line.send(outgoing)).result == "sent"


async def test_a_poller_goes_on_where_it_was(scene: Scene) -> None:
    account = await add_account(
        scene.accounts,
        SYSTEM,
        NewAccount(kind="plain", form={"token": OLD}, inbound_mode="polling"),
    )
    scene.channel.updates = [raw_of(message(f"old {n}")) for n in range(3)]
    fleet = PollerFleet(scene.log, scene.book, scene.clients, scene.inbox)
    polling = asyncio.create_task(fleet.run())
    try:
        await _until_messages(scene, 3)
        await replace_secrets(scene.accounts, SYSTEM, account.id, {"token": NEW})
        scene.channel.updates += [raw_of(message(f"new {n}")) for n in range(3)]
        await _until_messages(scene, 6)
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)


async def _until_messages(scene: Scene, count: int) -> None:
    async with asyncio.timeout(60):
        while len(await scene.rows("select from messages")) < count:  # noqa: ASYNC110 - in a database
            await asyncio.sleep(0.05)


async def test_the_watch_orders_anew_what_an_older_version_ordered(
    scene: Scene, account_id: ChannelAccountId
) -> None:
    scene.channel.is_webhook_current = False

    await watch_of(scene).run_once()

    assert scene.channel.is_webhook_current
    assert scene.channel.webhook == f"https://desk.example/hooks/plain/{account_id}"


async def test_the_watch_orders_anew_what_the_provider_has_dropped(
    scene: Scene, account_id: ChannelAccountId
) -> None:
    await scene.execute("delete from channel_accounts where id <> $1", account_id)
    scene.channel.webhook = None

    await watch_of(scene).run_once()

    assert scene.channel.webhook == f"https://desk.example/hooks/plain/{account_id}"


async def test_the_watch_leaves_another_public_address_of_ours_as_it_is(
    scene: Scene, account_id: ChannelAccountId
) -> None:
    await scene.execute("delete from channel_accounts where id <> $1", account_id)
    scene.channel.webhook = f"https://proxy.example/hooks/plain/{account_id}"
    scene.channel.is_webhook_current = False

    await watch_of(scene).run_once()

    assert scene.channel.webhook == f"https://proxy.example/hooks/plain/{account_id}"
    assert scene.channel.is_webhook_current


async def test_the_watch_takes_nothing_from_another_program(
    scene: Scene, account_id: ChannelAccountId
) -> None:
    scene.channel.webhook = "https://rival.example/hook?key=secret"

    await watch_of(scene).run_once()

    assert scene.channel.webhook == "https://rival.example/hook?key=secret"
    assert await health_of(scene, account_id) == (
        "failing",
        "its updates are brought to another program at rival.example",
    )


async def test_the_watch_learns_what_the_provider_calls_us(scene: Scene) -> None:
    await scene.execute("update channel_accounts set username = null")

    await watch_of(scene).run_once()

    async with scene.database.connection() as connection:
        names = {view.username for view in await list_account_views(connection)}
    assert names == {"plain"}
