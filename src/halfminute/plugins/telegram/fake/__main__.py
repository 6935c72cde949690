"""`python -m halfminute.plugins.telegram.fake`: a Bot API server for tests and the demo."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import click

from halfminute.plugins.telegram.fake.limits import LimitOptions
from halfminute.plugins.telegram.fake.parts import Options
from halfminute.plugins.telegram.fake.server import serve_until_signalled


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8091, show_default=True)
@click.option(
    "--token",
    "tokens",
    multiple=True,
    default=("123456:FAKE",),
    show_default=True,
    help="A bot to begin with; may be repeated.",
)
@click.option("--no-limits", is_flag=True, help="Let bots send as fast as they like.")
@click.option("--bot-rate", default=30.0, show_default=True, help="Messages a second of a bot.")
@click.option("--bot-burst", default=30, show_default=True, help="Messages of a bot at once.")
@click.option("--chat-rate", default=1.0, show_default=True, help="Messages a second in a chat.")
@click.option("--chat-burst", default=5, show_default=True, help="Messages in a chat at once.")
@click.option(
    "--webhook-retry-seconds", default=1.0, show_default=True, help="First delay; it doubles."
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Remember all of it in this file, over kills.",
)
@click.option("--open-chats", is_flag=True, help="Let bots write to any chat, known or not.")
def main(  # noqa: PLR0913 - an argument for each option of the command
    *,
    host: str,
    port: int,
    tokens: tuple[str, ...],
    no_limits: bool,
    bot_rate: float,
    bot_burst: int,
    chat_rate: float,
    chat_burst: int,
    webhook_retry_seconds: float,
    state: Path | None,
    open_chats: bool,
) -> None:
    """Serves the Bot API at http://HOST:PORT and its control interface under /control."""
    limits = LimitOptions(
        bot_rate=bot_rate,
        bot_burst=bot_burst,
        chat_rate=chat_rate,
        chat_burst=chat_burst,
        is_enforced=not no_limits,
    )
    options = Options(
        tokens=tokens,
        limits=limits,
        webhook_retry_seconds=webhook_retry_seconds,
        state_file=state,
        are_chats_open=open_chats,
    )
    click.echo(f"fake Telegram at http://{host}:{port}")
    asyncio.run(serve_until_signalled(options, host, port))
    # An ending interpreter looks for garbage once more: a second, on a busy machine.
    gc.freeze()


if __name__ == "__main__":
    main()
