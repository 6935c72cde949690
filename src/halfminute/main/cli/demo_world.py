"""What the demo adds to an installation: a bot, the site's widgets, and a sign-in to keep."""

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
# The languages of the site, and what its chats say by themselves.
_SAID: Final = {
    "en": {
        "greeting": "Good day! Ask about plans, bills or roaming: a person answers you.",
        "invitation": "Questions about a plan? A person answers within half a minute.",
    },
    "ru": {
        "greeting": "Здравствуйте! Спрашивайте о тарифах, счетах и роуминге: отвечает человек.",
        "invitation": "Есть вопрос о тарифе? Человек ответит за полминуты.",
    },
}


async def connect_bot(running: Running, telegram: str) -> None:
    """Connect the simulated bot, unless it is connected. Raises Told."""
    async with open_log(running.database_url) as log, log.database.connection() as connection:
        if any(account.kind == "telegram" for account in await list_account_views(connection)):
            return
    # Polled, because that goes on when the simulated Telegram is started anew.
    given = {"token": _TOKEN, "api_base_url": telegram}
    await _add_account(running, "telegram", "--polling", **given)


async def make_widgets(running: Running, site: str) -> dict[str, str]:
    """The number of the site's widget in each of its languages, made at the first start.

    Raises Told.
    """
    found = await _find_widgets(running, site)
    for language, said in _SAID.items():
        if language not in found:
            await _add_account(
                running,
                "webchat",
                f"--name={_name_of(language)}",
                origins=f"{site} {site.replace('localhost', '127.0.0.1')}",
                title="Svetlo",
                accent="#8a3ffc",
                head="#2a1500",
                hidden_pages="/*/checkout*",
                **said,
            )
    return await _find_widgets(running, site)


async def _find_widgets(running: Running, site: str) -> dict[str, str]:
    async with open_log(running.database_url) as log, log.database.connection() as connection:
        accounts = await list_account_views(connection)
    return {
        language: str(account.id)
        for account in accounts
        for language in _SAID
        if account.name == _name_of(language) and site in account.settings.get("origins", ())
    }


def _name_of(language: str) -> str:
    return f"Svetlo, {language}"


async def _add_account(running: Running, kind: str, *options: str, **form: str) -> None:
    """In a process of its own, so that the supervisor never imports the whole application."""
    command = ["-m", "halfminute.main.cli", "channel", "add", kind, *options]
    command += ["--queue", FIRST_QUEUE, "--data", str(running.place.directory)]
    for name, value in form.items():
        command += ["--set", f"{name}={value}"]
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
        raise Told(f"The demo's {kind} could not be connected: {printed.decode().strip()}")


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
