"""A contact centre of one's own for each play."""

from tests.routing.conftest import centre

__all__ = ["centre"]
