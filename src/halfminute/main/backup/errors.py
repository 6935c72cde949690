"""What can keep a backup from being made, checked or restored; each says what to do next."""

from __future__ import annotations

from halfminute.kit.errors import HalfminuteError


class TargetTaken(HalfminuteError):
    """The file is there already, or another backup is being written to it."""

    code = "backup_target_taken"


class NotABackup(HalfminuteError):
    """The file was not made by `halfminute backup`."""

    code = "not_a_backup"


class NewerBackup(HalfminuteError):
    """The file was made by a newer Halfminute than this one."""

    code = "newer_backup"


class DamagedBackup(HalfminuteError):
    """The file is cut short, or a part of it is not what was written."""

    code = "damaged_backup"


class PlaceNotEmpty(HalfminuteError):
    """There is something where the backup was to be restored."""

    code = "place_not_empty"


class OlderServer(HalfminuteError):
    """The database server is older than the one that was backed up."""

    code = "older_server"


class KeyNeeded(HalfminuteError):
    """The secrets in the backup open only with a key that is not here."""

    code = "key_needed"


class WrongKey(HalfminuteError):
    """The secret key that is here does not open the secrets in the backup."""

    code = "wrong_key"
