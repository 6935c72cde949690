"""Strikes passwords out of addresses, for screens that others may look at."""

from __future__ import annotations

import re
from typing import Final

STRUCK_OUT: Final = "***"

# Only before another address is a comma no part of a password or of a list of hosts.
_BETWEEN_ADDRESSES = re.compile(r",\s*(?=[a-z][a-z0-9+.-]*://)")
_IS_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://")
# Up to the last @, for a password may hold one that was forgotten to be escaped, and a slash too.
_WHO = re.compile(r"(?s)(?<=://).*@")
_SECRET_PARAMETER = re.compile(r"(?i)([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&#]*")


def strike_out_secrets(addresses: str) -> str:
    """One address, or several parted by commas, without who signs in and by what.

    What is no address is struck out whole: it may be a password that slipped.
    """
    return ",".join(map(_strike_out, _BETWEEN_ADDRESSES.split(addresses)))


def _strike_out(address: str) -> str:
    if not address:
        return ""
    if not _IS_ADDRESS.match(address):
        return STRUCK_OUT
    nameless = _WHO.sub(f"{STRUCK_OUT}@", address)
    return _SECRET_PARAMETER.sub(rf"\g<1>{STRUCK_OUT}", nameless)
