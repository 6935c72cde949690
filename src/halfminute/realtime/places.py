"""How many connections one address, or one contact, may hold at once in this process."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from halfminute.kit.errors import TooManyRequests

# What a household is given (RFC 6177): who has it can call from any of its addresses.
_NETWORK_BITS: Final = 64
_RETRY_SECONDS: Final = 10


class TooManyConnections(TooManyRequests):
    """As many connections are open as one may have: close some, or wait."""

    code = "too_many_connections"


class Places:
    """Counts what is held under each key."""

    def __init__(self, most: int) -> None:
        """`most` at once of each."""
        self._most = most
        self._held: dict[str, int] = {}

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """One more while the block lasts. Raises TooManyConnections."""
        held = self._held.get(key, 0)
        if held >= self._most:
            raise TooManyConnections(retry_after_seconds=_RETRY_SECONDS)
        self._held[key] = held + 1
        try:
            yield
        finally:
            left = self._held[key] - 1
            if left:
                self._held[key] = left
            else:
                del self._held[key]


def place_of(ip: str | None) -> str:
    """What an address is counted under: itself, or the network of an IPv6 one."""
    if ip is None:
        return ""
    address = ipaddress.ip_address(ip)
    if address.version == 4:
        return ip
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((ip, _NETWORK_BITS), strict=False))
