"""Becomes another program that does not outlive the process that started it.

Run as a script by path, with the standard library alone (`python -I -S launch.py ...`): the account
of the program it becomes may be unable to read our code and our interpreter, so everything is
imported before privileges are dropped.

Arguments: PARENT_PID DEATH_SIGNAL UID GID PROGRAM ARGUMENT...; UID -1 keeps the account.
"""

from __future__ import annotations

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2), <linux/prctl.h>


def main(arguments: list[str]) -> None:
    parent_pid, death_signal, uid, gid = (int(argument) for argument in arguments[:4])
    command = arguments[4:]
    libc = ctypes.CDLL(None, use_errno=True)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # After setuid, because a change of credentials clears the setting (prctl(2)).
    if libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent_pid:
        raise SystemExit("The parent process ended before its child could start.")
    os.execv(command[0], command)  # noqa: S606  # the command comes from our own parent


if __name__ == "__main__":
    main(sys.argv[1:])
