"""The sites that may show a widget, as browsers name them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

MOST_SITES: Final = 50
# Sites stand in a header of ours, where `;` and `,` mean something.
_HOST: Final = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")


class NoSite(ValueError):
    """This names no site."""


def read_site(text: str) -> str:
    """RFC 6454, 6.2: scheme, host and port, and nothing else. Raises NoSite.

    Browsers name an international host by its ASCII form (RFC 3490).
    """
    try:
        parts = urlsplit(text.rstrip("/").lower())
        port = parts.port
        name = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        raise NoSite(text) from None
    is_bare = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in ("http", "https") or not is_bare:
        raise NoSite(text)
    host = f"[{name}]" if ":" in name else name
    if _HOST.fullmatch(host) is None:
        raise NoSite(text)
    standard = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, standard) else "")
