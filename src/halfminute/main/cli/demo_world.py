"""What the demo adds to an installation: a bot of the simulated Telegram, and a sign-in to keep."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Final

from halfminute.channels.queries import list_account_views
from halfminute.identity.actions import GeneratedPassword
from halfminute.main.cli.telling_group import Told
from halfminute.main.furniture import FIRST_QUEUE
from halfminute.main.installation import Running, open_log

_TOKEN: Final = "123456:FAKE"  # noqa: S105  # the first bot of the simulated Telegram
_CONNECT_SECONDS: Final = 60


async def connect_bot(running: Running, telegram: str) -> None:
    """Connect the simulated bot, unless it is connected. Raises Told."""
    async with open_log(running.database_url) as log, log.database.connection() as connection:
        if any(account.kind == "telegram" for account in await list_account_views(connection)):
            return
    # In a process of its own, so that the supervisor never imports the whole application. Polled,
    # because that goes on when the simulated Telegram is started anew.
    command = ["-m", "halfminute.main.cli", "channel", "add", "telegram", "--polling"]
    command += ["--queue", FIRST_QUEUE, "--data", str(running.place.directory)]
    command += ["--set", f"token={_TOKEN}", "--set", f"api_base_url={telegram}"]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise Told(f"The simulated bot could not be connected: {printed.decode().strip()}")


def keep_sign_in(directory: Path, first_admin: GeneratedPassword | None) -> tuple[str, str] | None:
    """The demo's e-mail address and password, told at every start: nothing in it is worth hiding.

    The file is for its owner's eyes all the same. None where it was removed.
    """
    file = directory / "demo-sign-in"
    if first_admin is not None:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(f"{first_admin.email} {first_admin.password}\n")
    if not file.exists():
        return None
    email, _, password = file.read_text().strip().partition(" ")
    return email, password
