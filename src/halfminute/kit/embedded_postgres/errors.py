"""What can keep the embedded PostgreSQL from serving; each message says what to do next."""

from __future__ import annotations

from halfminute.kit.errors import HalfminuteError


class EmbeddedPostgresError(HalfminuteError):
    """The embedded PostgreSQL cannot serve."""

    code = "embedded_postgres"


class BinariesMissing(EmbeddedPostgresError):
    """No PostgreSQL that we can use was found in our wheel or on the machine."""

    code = "embedded_postgres_binaries_missing"


class AlreadySupervised(EmbeddedPostgresError):
    """Another process of ours owns this directory and is alive."""

    code = "embedded_postgres_already_supervised"


class AccountMissing(EmbeddedPostgresError):
    """We run as root and found no unprivileged account; PostgreSQL refuses to run as root."""

    code = "embedded_postgres_account_missing"


class DirectoryUnreachable(EmbeddedPostgresError):
    """The database's account cannot enter the directory, or we cannot write there."""

    code = "embedded_postgres_directory_unreachable"


class MajorVersionMismatch(EmbeddedPostgresError):
    """The data belong to another major version of PostgreSQL than any we can find."""

    code = "embedded_postgres_major_version_mismatch"


class PasswordMissing(EmbeddedPostgresError):
    """The database exists but the file with its password is gone."""

    code = "embedded_postgres_password_missing"


class InitialiseFailed(EmbeddedPostgresError):
    """The data directory could not be made; nothing half-made is left in its place."""

    code = "embedded_postgres_initialise_failed"


class StartFailed(EmbeddedPostgresError):
    """PostgreSQL did not become ready; the message carries the end of its log."""

    code = "embedded_postgres_start_failed"


class UpgradeMarkUnreadable(EmbeddedPostgresError):
    """What says how far an upgrade came cannot be read."""

    code = "embedded_postgres_upgrade_mark_unreadable"
