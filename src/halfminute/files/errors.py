"""What can be wrong with a request for a file, or with a file that is handed in."""

from __future__ import annotations

from halfminute.kit.errors import Conflict, InvalidRequest, NotFound, RequestError, Unavailable


class FileNotFound(NotFound):
    """There is no such file, or it is not yours to see."""

    code = "file_not_found"


class FileNotReady(Conflict):
    """The file is not here; `state` in the fields tells whether it is still to come."""

    code = "file_not_ready"


class FileNotRetryable(Conflict):
    """The file cannot be fetched once more; `state` in the fields tells why."""

    code = "file_not_retryable"


class FileInUse(Conflict):
    """A message shows the file, so it cannot be taken back."""

    code = "file_in_use"


class AddressExpired(RequestError):
    """The address is no longer good: ask for a new one."""

    code = "address_expired"
    status = 410


class RangeNotSatisfiable(RequestError):
    """The file has no such range (RFC 9110, 15.5.17)."""

    code = "range_not_satisfiable"
    status = 416


class EmptyFile(InvalidRequest):
    """The file has no bytes."""

    code = "empty_file"


class UnsafeFile(InvalidRequest):
    """The file cannot be read, or unpacks to more than is sound; `reason` in the fields."""

    code = "unsafe_file"
    status = 422


class MetadataNotRemovable(InvalidRequest):
    """It may tell where and by whom it was taken: save it as JPEG, a film as MP4, and send that."""

    code = "metadata_not_removable"
    status = 422


class InfectedFile(RequestError):
    """The scanner found something in the file."""

    code = "infected_file"
    status = 422


class UnscannableFile(RequestError):
    """The scanner refuses to look at the file, so nobody is shown it; `reason` in the fields."""

    code = "unscannable_file"
    status = 422


class StoreUnreachable(Unavailable):
    """The store of media does not answer."""

    code = "store_unreachable"


class ScannerUnreachable(Unavailable):
    """The scanner does not answer."""

    code = "scanner_unreachable"
