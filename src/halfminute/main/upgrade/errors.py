"""What can keep data from being upgraded; the data are then as they were."""

from __future__ import annotations

from halfminute.kit.errors import HalfminuteError


class NotEmbedded(HalfminuteError):
    """The database is not ours to upgrade."""

    code = "not_embedded"


class OldProgramsMissing(HalfminuteError):
    """The programs of the PostgreSQL that made the data are not here."""

    code = "old_programs_missing"


class SpaceMissing(HalfminuteError):
    """The disk has no room for both."""

    code = "space_missing"


class UpgradeRefused(HalfminuteError):
    """Something in the data cannot be brought along as it is."""

    code = "upgrade_refused"


class UpgradeFailed(HalfminuteError):
    """A step broke."""

    code = "upgrade_failed"


class UpgradeCancelled(HalfminuteError):
    """Somebody stopped it."""

    code = "upgrade_cancelled"
