"""A PostgreSQL of our own, so that a newcomer installs nothing: found, made, supervised, ended."""

from halfminute.kit.embedded_postgres.attach import find_running_dsn
from halfminute.kit.embedded_postgres.directory import make_directory
from halfminute.kit.embedded_postgres.server import EmbeddedPostgres
from halfminute.kit.embedded_postgres.settings import EmbeddedSettings, default_directory

__all__ = [
    "EmbeddedPostgres",
    "EmbeddedSettings",
    "default_directory",
    "find_running_dsn",
    "make_directory",
]
