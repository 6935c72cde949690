"""What can be wrong with a request for a file."""

from __future__ import annotations

from halfminute.kit.errors import Conflict, NotFound, RequestError, Unavailable


class FileNotFound(NotFound):
    """There is no such file, or it is not yours to see."""

    code = "file_not_found"


class FileNotReady(Conflict):
    """The file is not here; `state` in the fields tells whether it is still to come."""

    code = "file_not_ready"


class RangeNotSatisfiable(RequestError):
    """The file has no such range (RFC 9110, 15.5.17)."""

    code = "range_not_satisfiable"
    status = 416


class StoreUnreachable(Unavailable):
    """The store of media does not answer."""

    code = "store_unreachable"
