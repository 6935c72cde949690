"""What becomes of payloads that are spoilt in every way: each is stored or refused, none is stuck.

COUNT payloads (100,000 unless the environment says otherwise) go through Telegram's translation and
the real inbox, in its batches, against a PostgreSQL of its own; at the end every message that came
of them is read as screens read it. `unhandled` counts what broke on the way, instead of being told
as a malformed payload; `stuck` the payloads that were neither stored nor refused.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.mutations import Mutator
from bench.report import print_result, print_table
from bench.telegram_updates import list_updates
from halfminute.channels.accounts import AccountBook
from halfminute.channels.business import BusinessConnectionBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.hooks import HooksEndpoint
from halfminute.channels.registry import ChannelRegistry
from halfminute.contacts.link_tokens import LinkTokens
from halfminute.conversations.entry import queue_of_account
from halfminute.conversations.inbox import GroupInbox
from halfminute.conversations.queries import list_message_views, list_revisions
from halfminute.identity.principals import SYSTEM
from halfminute.kit.database import Database
from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.event_log import EventLog
from halfminute.kit.ids import new_id
from halfminute.kit.logging import configure_logging
from halfminute.kit.migrations import migrate
from halfminute.kit.secrets import SecretBox
from halfminute.kit.wakeups import PostgresWakeups
from halfminute.plugins.telegram.channel import TelegramChannel
from halfminute.sdk.errors import MalformedPayload

AT_ONCE: Final = 200
ANSWER_SECONDS: Final = 60.0
_PAGE: Final = 200
_MALFORMED: Final = "not an update of Telegram: "


@dataclass
class Tally:
    """What became of the payloads."""

    stored: dict[str, int] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    unhandled: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0


class Fuzz:
    """One account of Telegram's, and a stranger who knows its secret."""

    def __init__(self, database: Database, tally: Tally) -> None:
        """The database is migrated, and empty."""
        self._database = database
        self._tally = tally
        self._channel = TelegramChannel()
        self._box = SecretBox(bytes(32))
        self._account_id = new_id()
        log = EventLog(database, PostgresWakeups(database))
        book = AccountBook(database, self._box)
        registry = ChannelRegistry([self._channel])
        self._inbox = GroupInbox(
            log,
            book,
            registry,
            BusinessConnectionBook(log, ClientPool(registry)),
            links=LinkTokens(bytes(32)),
            steps=(queue_of_account,),
        )
        self._hooks = HooksEndpoint(book, registry, self._inbox)

    async def furnish(self) -> None:
        """The account, and the queue in which its conversations wait."""
        queue_id = new_id()
        sealed = self._box.seal({"token": "1:x", "webhook_secret": "s"}, row_id=self._account_id)
        async with self._database.connection() as connection:
            await connection.execute("insert into queues (id, name) values ($1, 'All')", queue_id)
            await connection.execute(
                "insert into channel_accounts (id, kind, name, encrypted_secrets, inbound_mode,"
                " queue_id) values ($1, 'telegram', 'Bot', $2, 'webhook', $3)",
                self._account_id,
                sealed,
                queue_id,
            )

    async def bring(self, payloads: Mutator, count: int) -> None:
        """Bring so many payloads, some hundreds at once as Telegram would."""
        numbers = iter(range(1, count + 1))

        async def bring_on() -> None:
            for number in numbers:
                await self._bring_one(payloads.make(number))

        await asyncio.gather(*(bring_on() for _ in range(AT_ONCE)))
        await self._inbox.close()

    async def _bring_one(self, raw: bytes) -> None:
        try:
            self._channel.translate(raw)
        except MalformedPayload:
            pass
        except Exception as error:  # noqa: BLE001 - what the bench is there to find
            self._broke("translate", error)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                status, body = await self._post(raw)
        except TimeoutError:
            self._tally.unanswered += 1
        except Exception as error:  # noqa: BLE001 - likewise
            self._broke("hook", error)
        else:
            self._note(raw, status, body)

    async def _post(self, raw: bytes) -> tuple[int, bytes]:
        answer: list[dict[str, Any]] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Any) -> None:
            answer.append(message)

        scope: Any = {
            "type": "http",
            "method": "POST",
            "path": f"/hooks/telegram/{self._account_id}",
            "headers": [(b"x-telegram-bot-api-secret-token", b"s")],
        }
        await self._hooks(scope, receive, send)
        return answer[0]["status"], answer[1]["body"]

    def _note(self, raw: bytes, status: int, body: bytes) -> None:
        if status == 200:
            key = self._channel.read_key(raw)
            self._tally.stored[key] = self._tally.stored.get(key, 0) + 1
        elif status < 500:
            code = msgspec.json.decode(body)["code"]
            self._tally.refused[f"{status} {code}"] += 1
        else:
            self._tally.unhandled[f"hook: {status}"] += 1

    def _broke(self, where: str, error: Exception) -> None:
        self._tally.unhandled[f"{where}: {type(error).__name__}: {error}"[:160]] += 1

    async def count_lost(self) -> int:
        """The payloads that were answered as stored and are not."""
        keys = list(self._tally.stored)
        kept: set[str] = set()
        async with self._database.connection() as connection:
            for start in range(0, len(keys), _PAGE):
                rows = await connection.fetch(
                    "select k.external_id from inbound_keys k"
                    " join raw_payloads p on p.id = k.raw_payload_id"
                    " where k.channel_account_id = $1 and k.external_id = any($2::text[])",
                    self._account_id,
                    keys[start : start + _PAGE],
                )
                kept |= {row["external_id"] for row in rows}
        return sum(times for key, times in self._tally.stored.items() if key not in kept)

    async def look_at_failures(self) -> None:
        """A payload that was kept and not applied must say that it is malformed."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "select error from raw_payloads where translation = 'failed'"
            )
        for row in rows:
            if not row["error"].startswith(_MALFORMED):
                self._tally.unhandled[f"intake: {row['error']}"[:160]] += 1

    async def read_all(self) -> int:
        """Read every message and revision as screens do; how many messages there are."""
        async with self._database.connection() as connection:
            rows = await connection.fetch("select id, conversation_id, revision from messages")
            for start in range(0, len(rows), _PAGE):
                ids = [row["id"] for row in rows[start : start + _PAGE]]
                await self._read(list_message_views(connection, ids))
            for row in rows:
                if row["revision"] > 0:
                    where = (row["conversation_id"], row["id"])
                    await self._read(list_revisions(connection, SYSTEM, *where))
        return len(rows)

    async def _read(self, reading: Awaitable[object]) -> None:
        try:
            msgspec.json.encode(await reading)
        except Exception as error:  # noqa: BLE001 - likewise
            self._broke("read", error)


async def run(directory: Path, count: int, seed: int) -> None:
    """Start a database of its own, bring everything, look at what is there."""
    tally = Tally()
    settings = EmbeddedSettings(directory=directory / "data", is_durable=False)
    async with EmbeddedPostgres(settings) as server:
        await migrate(server.dsn)
        database = Database(server.dsn)
        await database.open()
        try:
            fuzz = Fuzz(database, tally)
            await fuzz.furnish()
            await fuzz.bring(Mutator(list_updates(), seed), count)
            lost = await fuzz.count_lost()
            await fuzz.look_at_failures()
            messages = await fuzz.read_all()
        finally:
            await database.close()
    stored = sum(tally.stored.values())
    print_table("Refused", [{"how": how, "times": n} for how, n in tally.refused.most_common()])
    print_table("Broken", [{"how": how, "times": n} for how, n in tally.unhandled.most_common(20)])
    print_table("Kept", [{"stored": stored, "messages": messages}])
    print_result(
        {
            "payloads": count,
            "unhandled": tally.unhandled.total(),
            "stuck": lost + tally.unanswered,
        }
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=int(os.environ.get("COUNT", "100000")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "1")))
    arguments = parser.parse_args()
    configure_logging(level="critical")
    with tempfile.TemporaryDirectory(prefix="halfminute-fuzz-") as directory:
        Path(directory).chmod(0o755)  # the database's own account must pass through
        asyncio.run(run(Path(directory), arguments.count, arguments.seed))


if __name__ == "__main__":
    main()
