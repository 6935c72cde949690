"""Backup and restore: one file with the database, its media and, if asked for, the secret key."""

from halfminute.main.backup.check import check_backup
from halfminute.main.backup.make import make_backup
from halfminute.main.backup.place import Installation
from halfminute.main.backup.restore import Restored, restore_backup

__all__ = ["Installation", "Restored", "check_backup", "make_backup", "restore_backup"]
