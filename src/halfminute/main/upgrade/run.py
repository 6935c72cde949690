"""The steps of an upgrade, in their order; until the last one the old data are as they were."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings, find_running_dsn
from halfminute.kit.embedded_postgres.errors import AlreadySupervised
from halfminute.kit.embedded_postgres.settlement import UpgradeMark, settle_upgrade, write_mark
from halfminute.kit.processes.lock import LockHeld, ProcessLock
from halfminute.main.upgrade.carry import gather_statistics, load_rows, take_files
from halfminute.main.upgrade.errors import UpgradeFailed, UpgradeRefused
from halfminute.main.upgrade.new_data import make_new_data, new_settings
from halfminute.main.upgrade.old_data import OldData, examine, list_relations, of_database
from halfminute.main.upgrade.plan import Plan, Wishes, make_plan
from halfminute.main.upgrade.work import Work

LOG_NAME: Final = "postgresql-upgrade.log"


class Upgraded(NamedTuple):
    """What was done. `kept` is where the old data are; None where they shared their files."""

    plan: Plan
    seconds: float
    kept: Path | None


class Upgrade:
    """One upgrade of the data in `settings.directory`; `tell` is called with each step."""

    def __init__(
        self, settings: EmbeddedSettings, wishes: Wishes, tell: Callable[[str], None]
    ) -> None:
        """Nothing is touched before one of its verbs is called, each in a thread of its own."""
        self._settings = settings
        self._wishes = wishes
        self._tell = tell
        self._work = Work(None, settings.directory / LOG_NAME)
        self._is_cancelled = False

    def cancel(self) -> None:
        """From another thread: what goes on now ends in UpgradeCancelled."""
        self._is_cancelled = True
        self._work.cancel()

    def run(self) -> Upgraded | None:
        """None when there is nothing to upgrade. Twice is harmless.

        Raises HalfminuteError; the old data then are as they were, unless it says otherwise.
        """
        started_at = time.monotonic()
        lock = _take_lock(self._settings)
        try:
            settle_upgrade(self._settings)
            plan = self._make_plan()
            if plan is None:
                return None
            try:
                self._carry(plan, lock)
            except BaseException:
                settle_upgrade(self._settings)
                raise
            kept = None if plan.is_linked else self._settings.kept_cluster(plan.old.major)
            return Upgraded(plan, time.monotonic() - started_at, kept)
        finally:
            lock.release()

    def try_out(self) -> Plan | None:
        """All checks, also beside a running installation; nothing is changed. As `run`."""
        running = find_running_dsn(self._settings)
        lock = None if running else _take_lock(self._settings)
        try:
            if lock is not None:
                settle_upgrade(self._settings)
            with _trial_directory(self._settings) as directory:
                plan = self._make_plan(directory)
                if plan is not None:
                    self._check(plan, lock, running)
                    self._ask_pg_upgrade(plan)
                return plan
        finally:
            if lock is not None:
                lock.release()

    def _ask_pg_upgrade(self, plan: Plan) -> None:
        if not plan.is_dumped:
            self._begin("Asking pg_upgrade")
            take_files(plan, new_settings(plan), self._work, is_check=True)

    def _make_plan(self, directory: Path | None = None) -> Plan | None:
        plan = make_plan(self._settings, self._wishes, directory)
        if plan is not None:
            self._work = Work(plan.account, self._settings.directory / LOG_NAME)
            if self._is_cancelled:
                self._work.cancel()
            (self._settings.directory / LOG_NAME).write_bytes(b"")
            plan.require_space()
        return plan

    def _carry(self, plan: Plan, lock: ProcessLock) -> None:
        before = self._check(plan, lock, None)
        mark = UpgradeMark(plan.old.major, plan.new.major, plan.is_linked, is_ready=False)
        write_mark(self._settings, mark)
        self._begin(f"Bringing the data along: {plan.way}")
        new = new_settings(plan)
        if plan.is_dumped:
            self._load_rows(plan, lock, new)
        else:
            take_files(plan, new, self._work, is_check=False)
        if plan.is_linked:
            # From here on only the new server may be started.
            write_mark(self._settings, _as_ready(mark))
            self._work.go_on_regardless()
        self._begin("Looking at them, and gathering statistics")
        with EmbeddedPostgres(new, binaries=plan.new) as server:
            self._work.wait_for(_verify(server.dsn, before))
            gather_statistics(plan, server.dsn, self._work)
        self._begin("Putting them in place")
        if not plan.is_linked:
            write_mark(self._settings, _as_ready(mark))
        settle_upgrade(self._settings)

    def _begin(self, step: str) -> None:
        self._tell(step)
        self._work.require_wanted()

    def _check(self, plan: Plan, lock: ProcessLock | None, running: str | None) -> OldData:
        self._begin(f"Looking at the data of PostgreSQL {plan.old.version}")
        if running is not None:
            found = self._work.wait_for(examine(plan, running))
        else:
            # Also leaves behind a server that was shut down in order, as pg_upgrade wants it.
            with EmbeddedPostgres(self._settings, binaries=plan.old, held_lock=lock) as server:
                found = self._work.wait_for(examine(plan, server.dsn))
        self._begin(f"Making room for PostgreSQL {plan.new.version}")
        make_new_data(plan, found.layout)
        return found

    def _load_rows(self, plan: Plan, lock: ProcessLock, new: EmbeddedSettings) -> None:
        with (
            EmbeddedPostgres(self._settings, binaries=plan.old, held_lock=lock) as old_server,
            EmbeddedPostgres(new, binaries=plan.new) as new_server,
        ):
            self._work.wait_for(load_rows(plan, old_server.dsn, new, new_server.dsn))


def _as_ready(mark: UpgradeMark) -> UpgradeMark:
    """The same mark of data that are whole."""
    return UpgradeMark(mark.from_major, mark.to_major, mark.is_linked, is_ready=True)


@contextmanager
def _trial_directory(settings: EmbeddedSettings) -> Iterator[Path]:
    """A place of its own, for an upgrade in earnest may be begun meanwhile."""
    directory = settings.directory / "postgresql-trial"
    try:
        lock = ProcessLock(settings.directory / "postgresql-trial.lock")
    except LockHeld as error:
        raise UpgradeRefused(f"Another dry run is under way (process {error.holder}).") from None
    try:
        shutil.rmtree(directory, ignore_errors=True)
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        lock.release()


def _take_lock(settings: EmbeddedSettings) -> ProcessLock:
    try:
        return ProcessLock(settings.lock_file)
    except LockHeld as error:
        raise AlreadySupervised(
            f"{settings.directory} is in use by another Halfminute (process {error.holder}): stop "
            "it first. Only --dry-run may be run beside it."
        ) from None


async def _verify(dsn: str, before: OldData) -> None:
    for database, expected in before.relations.items():
        of_this = of_database(dsn, database)
        found = await list_relations(of_this)
        if missing := sorted(expected.keys() - found.keys()):
            raise UpgradeFailed(f"{missing[0]} of {database} did not come along.")
        if invalid := sorted(
            name for name, was_valid in expected.items() if was_valid and not found[name]
        ):
            raise UpgradeFailed(f"The index {invalid[0]} of {database} is not valid.")
