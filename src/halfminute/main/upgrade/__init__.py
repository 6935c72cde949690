"""Brings the data of the embedded server to a newer major version of PostgreSQL."""

from halfminute.main.upgrade.plan import Plan, Wishes
from halfminute.main.upgrade.run import Upgrade, Upgraded

__all__ = ["Plan", "Upgrade", "Upgraded", "Wishes"]
