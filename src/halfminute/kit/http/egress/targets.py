"""Reads an address that a stranger has written, in the one form that all parties read alike.

Readers of URLs disagree on almost everything unusual, and what one of them checks another connects
to. So the unusual is refused: names of users, backslashes, numbers as hosts in any form but four
decimals, ports of our own choice.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final, NamedTuple
from urllib.parse import quote, urljoin

import idna

from halfminute.kit.http.egress.addresses import IPAddress
from halfminute.kit.http.egress.errors import EgressRefused

LONGEST_URL: Final = 4096
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_PORTS: Final = frozenset(_DEFAULT_PORTS.values())

_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[^/?#@:\[\]%]{1,1000})"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>[/?][^#]*)?"
    r"(?:#.*)?",
    re.IGNORECASE,
)
# Spaces of any kind, controls, and the backslash that browsers take for a slash.
_UNFIT = re.compile(r"[\s\\\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\.?$)(?:{_LABEL}\.)*{_LABEL}\.?")
# What a reader of URLs takes for a number, and so for an IPv4 address in one of its many forms
# (https://url.spec.whatwg.org/#ends-in-a-number-checker).
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
# Octets of a path and a query that stand for themselves (RFC 3986, 3.3 and 3.4), and the percent.
_KEPT: Final = "/?:@!$&'()*+,;=-._~%"


class Target(NamedTuple):
    """Where to go: a name in ASCII or an address, and what to ask there for."""

    scheme: str
    host: str
    port: int
    path: str
    # The host, where it is an address and no name.
    address: IPAddress | None

    @property
    def authority(self) -> str:
        """As the Host header has it."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole of it."""
        return f"{self.scheme}://{self.authority}{self.path}"


def read_target(url: str) -> Target:
    """The target that `url` names. Raises EgressRefused; nothing is resolved here."""
    if len(url) > LONGEST_URL:
        raise EgressRefused("the address is too long")
    found = None if _UNFIT.search(url) else _URL.fullmatch(url)
    if found is None:
        raise EgressRefused("not a plain http or https address")
    scheme = found["scheme"].lower()
    port = int(found["port"]) if found["port"] else _DEFAULT_PORTS[scheme]
    if port not in _PORTS:
        raise EgressRefused("only the ports 80 and 443 are asked")
    host, address = _read_host(found["host"])
    return Target(scheme, host, port, _path_of(found["target"] or "/"), address)


def follow(target: Target, location: str) -> Target:
    """Where a redirect leads. Raises EgressRefused."""
    if _UNFIT.search(location):
        raise EgressRefused("the redirect leads to no plain address")
    try:
        return read_target(urljoin(target.url, location))
    except ValueError:
        raise EgressRefused("the redirect leads to no plain address") from None


def _path_of(target: str) -> str:
    whole = target if target.startswith("/") else f"/{target}"
    return quote(whole, safe=_KEPT)


def _read_host(host: str) -> tuple[str, IPAddress | None]:
    if host.startswith("["):
        return _read_ipv6(host[1:-1])
    try:
        name = idna.encode(host, uts46=True, std3_rules=False, transitional=False).decode().lower()
    except (idna.IDNAError, UnicodeError):
        # Names with an underscore, and all that IDNA has no rule for, in plain ASCII.
        name = host.lower()
    if not name.isascii() or _NAME.fullmatch(name) is None:
        raise EgressRefused("the host is no name")
    if _NUMBER.fullmatch(name.removesuffix(".").rpartition(".")[2]):
        return _read_ipv4(name)
    return name, None


def _read_ipv4(text: str) -> tuple[str, IPAddress]:
    try:
        address = IPv4Address(text)
    except AddressValueError:
        raise EgressRefused("an address is written as four decimal numbers") from None
    return str(address), address


def _read_ipv6(text: str) -> tuple[str, IPAddress]:
    try:
        address = IPv6Address(text)
    except AddressValueError:
        raise EgressRefused("not an address of IPv6") from None
    return str(address), address
