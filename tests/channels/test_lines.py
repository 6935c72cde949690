"""What a provider answers to a message, and what the account remembers of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from halfminute.channels.actions.change_account import AccountChange, change_account
from halfminute.channels.lines import AccountLine, ChannelLines
from halfminute.channels.types import Outcome
from halfminute.identity.principals import SYSTEM
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import (
    Outgoing,
    OutgoingChange,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingTyping,
)
from halfminute.sdk.errors import ProviderError
from halfminute.sdk.model import TextPart
from tests.scene import Scene


def _outgoing() -> Outgoing:
    return Outgoing(message_id=new_id(), address_external_id="chat-1", parts=(TextPart(text="Hi"),))


@pytest.fixture
async def lines(scene: Scene) -> ChannelLines:
    return ChannelLines(scene.log, scene.book, scene.registry, scene.clients)


@pytest.fixture
async def line(scene: Scene, lines: ChannelLines) -> AccountLine:
    return await lines.open(scene.account_id)


async def test_what_the_provider_takes_is_sent(line: AccountLine) -> None:
    assert await line.send(_outgoing()) == Outcome(result="sent", external_id="sent-1")


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (ProviderError("busy", is_retryable=True), Outcome(result="retry", reason="busy")),
        (ProviderError("no", is_retryable=False), Outcome(result="failed", reason="no")),
        (
            ProviderError("cut", is_retryable=False, is_ambiguous=True),
            Outcome(result="unknown", reason="cut"),
        ),
        (
            ProviderError("blocked", is_retryable=False, is_address_unreachable=True),
            Outcome(result="failed", reason="blocked", is_address_unreachable=True),
        ),
        (
            ZeroDivisionError("a bug"),
            Outcome(result="unknown", reason="The channel's plug-in broke while sending"),
        ),
    ],
)
async def test_what_the_provider_says_is_the_outcome(
    scene: Scene, line: AccountLine, failure: Exception, outcome: Outcome
) -> None:
    scene.channel.failures = [failure]

    assert await line.send(_outgoing()) == outcome


@pytest.mark.parametrize(
    "change",
    [
        OutgoingEdit(address_external_id="chat-1", external_id="7", parts=(TextPart(text="Ho"),)),
        OutgoingDeletion(address_external_id="chat-1", external_id="7"),
    ],
)
async def test_a_change_goes_the_same_way(
    scene: Scene, line: AccountLine, change: OutgoingChange
) -> None:
    scene.channel.failures = [
        ProviderError("no", is_retryable=False, refusal="not_editable"),
        ProviderError("slow", is_retryable=True, retry_after_seconds=60),
    ]

    outcomes = [await line.change(change) for _ in range(3)]

    assert outcomes == [
        Outcome(result="failed", reason="no", refusal="not_editable"),
        Outcome(result="retry", reason="slow", retry_after_seconds=60),
        Outcome(result="sent"),
    ]
    assert scene.channel.changed == [change]
    row = await scene.row("select sending_blocked_until - now() as left_over from channel_accounts")
    assert row["left_over"] > timedelta(seconds=50)


async def test_a_providers_wait_is_remembered_for_all_processes(
    scene: Scene, line: AccountLine
) -> None:
    scene.channel.failures = [ProviderError("slow", is_retryable=True, retry_after_seconds=60)]

    outcome = await line.send(_outgoing())

    assert outcome.retry_after_seconds == 60
    row = await scene.row("select sending_blocked_until - now() as left_over from channel_accounts")
    assert timedelta(seconds=50) < row["left_over"] <= timedelta(seconds=60)


async def test_a_shorter_wait_told_later_does_not_cut_the_longer(
    scene: Scene, line: AccountLine
) -> None:
    for seconds in (60, 1):
        error = ProviderError("slow", is_retryable=True, retry_after_seconds=seconds)
        scene.channel.failures = [error]
        await line.send(_outgoing())

    row = await scene.row("select sending_blocked_until - now() as left_over from channel_accounts")
    assert row["left_over"] > timedelta(seconds=50)


async def test_health_follows_what_the_provider_does_and_is_told_when_it_changes(
    scene: Scene, line: AccountLine
) -> None:
    told: list[tuple[str, str]] = []
    for failure in (None, ProviderError("down", is_retryable=True), None, None):
        scene.channel.failures = [failure] if failure else []
        await line.send(_outgoing())
        row = await scene.row("select health, health_detail from channel_accounts")
        told.append((row["health"], row["health_detail"]))

    assert told == [("ok", ""), ("failing", "down"), ("ok", ""), ("ok", "")]
    events = await scene.events("channel_account")
    assert events.count("ChannelAccountHealthChanged") == 2


async def test_a_disabled_account_sends_nothing(scene: Scene, lines: ChannelLines) -> None:
    assert await lines.list_accounts() == [scene.account_id]

    change = AccountChange(is_enabled=False)
    await change_account(scene.accounts, SYSTEM, scene.account_id, change)

    assert await lines.list_accounts() == []


async def test_a_new_token_is_used_at_once_and_the_old_client_closed(
    scene: Scene, line: AccountLine
) -> None:
    await line.send(_outgoing())
    old = scene.channel.clients[-1]

    change = AccountChange(form={"token": "fresh"})
    await change_account(scene.accounts, SYSTEM, scene.account_id, change)
    await line.send(_outgoing())

    assert scene.channel.clients[-1].secrets == {"token": "fresh"}
    assert old.is_closed


TYPING = OutgoingTyping(address_external_id="chat-1")


async def test_typing_is_shown_and_what_fails_of_it_is_nobodys_trouble(
    scene: Scene, line: AccountLine
) -> None:
    scene.channel.failures = [
        ProviderError("blocked", is_retryable=False, is_address_unreachable=True),
        TimeoutError(),
    ]

    shown = [await line.show_typing(TYPING) for _ in range(3)]

    assert shown == [False, False, True]
    assert scene.channel.typings == ["chat-1"]
    row = await scene.row("select health, sending_blocked_until from channel_accounts")
    assert (row["health"], row["sending_blocked_until"]) == ("ok", None)


async def test_a_provider_that_asks_to_wait_is_not_told_of_typing(
    scene: Scene, line: AccountLine
) -> None:
    scene.channel.failures = [ProviderError("slow", is_retryable=True, retry_after_seconds=60)]

    shown = [await line.show_typing(TYPING) for _ in range(2)]

    assert shown == [False, False]
    assert scene.channel.typings == []
    row = await scene.row("select sending_blocked_until > now() as is_shut from channel_accounts")
    assert row["is_shut"]


async def test_typing_is_not_shown_while_the_account_is_shut(
    scene: Scene, line: AccountLine
) -> None:
    await scene.execute(
        "update channel_accounts set sending_blocked_until = now() + interval '1 minute'"
    )
    scene.book.forget(scene.account_id)

    assert not await line.show_typing(TYPING)
    assert scene.channel.typings == []
