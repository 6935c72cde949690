"""Connects to an address that was checked, and to no name."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import ip_address
from typing import Final

import httpcore

from halfminute.kit.http.egress.addresses import is_public
from halfminute.kit.http.egress.errors import EgressFailed, EgressRefused
from halfminute.kit.http.egress.targets import Target

# Name to addresses, in whatever textual form the resolver has.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
_MOST_ADDRESSES: Final = 4


async def resolve_by_system(name: str, port: int) -> Sequence[str]:
    """By the system's resolver. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


async def choose_addresses(target: Target, resolve: Resolve) -> list[str]:
    """The addresses to connect to, all of them public. Raises EgressRefused, EgressFailed.

    A name with one private address among its own is refused whole: nobody has a reason for it.
    """
    found = [str(target.address)] if target.address else await _resolve(target, resolve)
    try:
        addresses = list(dict.fromkeys(ip_address(each) for each in found))
    except ValueError:
        raise EgressFailed("the name leads to no address", is_retryable=False) from None
    if not addresses:
        raise EgressFailed("the name leads to no address", is_retryable=True)
    if not all(map(is_public, addresses)):
        raise EgressRefused("the address is not of the public internet")
    return [str(each) for each in addresses[:_MOST_ADDRESSES]]


async def _resolve(target: Target, resolve: Resolve) -> Sequence[str]:
    try:
        return await resolve(target.host, target.port)
    except (OSError, UnicodeError):
        raise EgressFailed("the name cannot be resolved", is_retryable=True) from None


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Gives httpcore a connection to checked addresses, whatever host it asks for.

    TLS still proves the host's name: httpcore hands that to `start_tls`, not the address.
    """

    def __init__(self, addresses: Sequence[str], below: httpcore.AsyncNetworkBackend) -> None:
        """`below` makes the connections."""
        self._addresses = addresses
        self._below = below

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """The first address that takes us. Raises what httpcore raises."""
        del host, local_address, socket_options
        failure: Exception = httpcore.ConnectError("no address")
        for address in self._addresses:
            try:
                return await self._below.connect_tcp(address, port, timeout=timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise EgressRefused("a socket of this machine is not asked")

    async def sleep(self, seconds: float) -> None:
        """Between tries of httpcore's own, of which there are none."""
        await asyncio.sleep(seconds)
