"""Headers that keep a browser from doing with our answers what they are not meant for."""

from __future__ import annotations

from typing import Any, Final

from litestar.types import ASGIApp

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # element styles of measured lists
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",  # the preview of a widget
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
CONTENT_SECURITY_POLICY: Final = "; ".join(_POLICY)

_HEADERS: Final = {
    b"content-security-policy": CONTENT_SECURITY_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"x-frame-options": b"DENY",
    # An agent may take a picture for a customer, and say where a shop is by standing in it.
    b"permissions-policy": b"camera=(self), geolocation=(self), payment=()",
}
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000")


class SecurityHeadersMiddleware:
    """Adds the headers to every HTTP answer, where the route has not set its own."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        """`is_secure`: browsers reach us by https, and shall insist on it."""
        self._app = app
        self._headers = [*_HEADERS.items(), *([_HSTS] if is_secure else [])]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_api = scope["path"].startswith("/api/")

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._complete(list(message.get("headers", ())), is_api)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _complete(self, headers: list[tuple[bytes, bytes]], is_api: bool) -> Any:
        present = {name.lower() for name, _ in headers}
        if b"content-security-policy" in present:
            # A route with a policy of its own says there who may show it in a frame.
            present.add(b"x-frame-options")
        added = [pair for pair in self._headers if pair[0] not in present]
        if is_api and b"cache-control" not in present:
            added.append((b"cache-control", b"no-store"))
        return headers + added
