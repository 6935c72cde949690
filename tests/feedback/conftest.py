"""A world of one's own for each play."""

from tests.conversations.conftest import database, world

__all__ = ["database", "world"]
