"""Makes the cluster that the data will be brought into, with the old one's rules of access."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from halfminute.kit.embedded_postgres import EmbeddedSettings
from halfminute.kit.embedded_postgres.cluster import Layout, initialise, make_empty_cluster
from halfminute.kit.embedded_postgres.directory import make_directory
from halfminute.main.upgrade.errors import UpgradeRefused
from halfminute.main.upgrade.plan import Plan

# What an administrator has set by ALTER SYSTEM, and who may connect.
_CARRIED: Final = ("postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf")


def new_settings(plan: Plan) -> EmbeddedSettings:
    """Of the server on the new data, while they lie beside the old ones."""
    return EmbeddedSettings(
        directory=plan.directory,
        database=plan.settings.database,
        is_durable=plan.settings.is_durable,
        shared_buffers_megabytes=plan.settings.shared_buffers_megabytes,
        max_connections=plan.settings.max_connections,
    )


def make_new_data(plan: Plan, layout: Layout) -> None:
    """An empty cluster of this layout. Raises InitialiseFailed, UpgradeRefused, OSError."""
    settings = new_settings(plan)
    make_directory(settings.directory)
    _copy(plan, plan.settings.password_file, settings.password_file)
    if plan.is_dumped:
        initialise(settings, plan.new, plan.account, layout)
    else:
        # pg_upgrade has everything on the disk at its end.
        unsynced = replace(settings, is_durable=False)
        make_empty_cluster(unsynced, plan.new, plan.account, settings.cluster, layout)
    for name in _CARRIED:
        _copy(plan, plan.settings.cluster / name, settings.cluster / name)
    _require_known_settings(plan, settings.cluster)


def give_to_account(plan: Plan, places: Iterable[Path]) -> None:
    """The server's programs run as another account where we are root."""
    if plan.account is not None:
        for place in places:
            os.chown(place, plan.account.uid, plan.account.gid)


def _copy(plan: Plan, source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    target.chmod(0o600)
    give_to_account(plan, [target])


def _require_known_settings(plan: Plan, cluster: Path) -> None:
    answer = subprocess.run(  # noqa: S603  # a program of the installation that we chose
        [str(plan.new.postgres), "-D", str(cluster), "-C", "max_connections"],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        user=plan.account.uid if plan.account else None,
        group=plan.account.gid if plan.account else None,
        extra_groups=[] if plan.account else None,
    )
    if answer.returncode != 0:
        lines = [line for line in answer.stderr.splitlines() if "unrecognized" in line]
        told = (lines or answer.stderr.splitlines() or ["it does not say why"])[0].split("LOG:")[-1]
        raise UpgradeRefused(
            f"PostgreSQL {plan.new.major} does not take a setting that was made by ALTER SYSTEM: "
            f"{told.strip()}. Start once more with the old version, `alter system reset` it, and "
            "upgrade again."
        )
