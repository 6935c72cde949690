"""The unprivileged account that the database runs as when we are root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from halfminute.kit.embedded_postgres.errors import AccountMissing, DirectoryUnreachable
from halfminute.kit.processes.tied import Credentials

_OWN_ACCOUNT = "halfminute"
_NO_LOGIN = (
    *("--system", "--user-group", "--no-create-home"),
    *("--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"),
)
_LAST_RESORTS = ("postgres", "nobody")


def choose_account(cluster: Path) -> Credentials | None:
    """The account for `cluster`: None (our own) unless we are root.

    A cluster that exists keeps its owner, so that a later start never changes who may read it.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists():
        owner = cluster.stat()
        if owner.st_uid != 0:
            return Credentials(owner.st_uid, owner.st_gid)
    return _find_account(_OWN_ACCOUNT) or _create_account() or _last_resort()


def _find_account(name: str) -> Credentials | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Credentials(entry.pw_uid, entry.pw_gid)


def _create_account() -> Credentials | None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        return None
    subprocess.run(  # noqa: S603  # a fixed command line
        [useradd, *_NO_LOGIN, _OWN_ACCOUNT],
        check=False,
        capture_output=True,
    )
    # Looked up whatever useradd said: two first starts at once may both create it.
    return _find_account(_OWN_ACCOUNT)


def _last_resort() -> Credentials:
    for name in _LAST_RESORTS:
        if account := _find_account(name):
            return account
    raise AccountMissing(
        "PostgreSQL cannot run as root and this machine has no unprivileged account for it: "
        f"create one (useradd --system {_OWN_ACCOUNT}), or run Halfminute as an ordinary user."
    )


def require_reachable(directory: Path, account: Credentials | None) -> None:
    """Raise DirectoryUnreachable naming the directory that `account` cannot enter.

    The kernel is asked, by a process of that account, because modes alone do not tell (ACLs).
    """
    if account is None or _can_enter(directory, account):
        return
    chain = [*reversed(directory.parents), directory]
    culprit = next((place for place in chain if not _can_enter(place, account)), directory)
    raise DirectoryUnreachable(
        f"The database runs as the account {_name(account)}, which may not enter {culprit}. "
        "Choose another directory with --data (for root the default is /var/lib/halfminute)."
    )


def _can_enter(directory: Path, account: Credentials) -> bool:
    check = subprocess.run(  # noqa: S603  # a fixed command line
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(directory)],
        check=False,
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
    )
    return check.returncode == 0


def _name(account: Credentials) -> str:
    try:
        return pwd.getpwuid(account.uid).pw_name
    except KeyError:
        return str(account.uid)
