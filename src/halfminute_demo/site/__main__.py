"""`python -m halfminute_demo.site`: the operator's site on a port of its own, until Ctrl-C."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

import click

from halfminute_demo.site.pages import LANGUAGES, STYLE, find_page

# As strict as a site should be: what the chat needs stands in it, and nothing else.
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "script-src {halfminute}; frame-src {halfminute}"
)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    def __init__(self, *given: object, halfminute: str, chats: dict[str, str]) -> None:
        """`halfminute` serves the chat, whose loaders `chats` names by language."""
        self._halfminute = halfminute
        self._chats = chats
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """A page, its style, or the way to one of them."""
        path = urlsplit(self.path).path
        if path == "/site.css":
            self._answer(HTTPStatus.OK, STYLE, "text/css; charset=utf-8")
        elif path == "/health":
            self._answer(HTTPStatus.OK, b"ok", "text/plain")
        elif (page := find_page(path, self._chats)) is not None:
            self._answer(HTTPStatus.OK, page.encode(), "text/html; charset=utf-8")
        else:
            self._send_on(f"/{self._language()}/")

    def _language(self) -> str:
        asked = self.headers.get("accept-language", "")[:2].lower()
        return asked if asked in LANGUAGES else LANGUAGES[0]

    def _send_on(self, address: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("location", address)
        self.send_header("content-length", "0")
        self.end_headers()

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("content-security-policy", _POLICY.format(halfminute=self._halfminute))
        self.send_header("x-content-type-options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Visits are nobody's business."""


@click.command()
@click.option("--port", default=8092, show_default=True, type=click.IntRange(1, 65535))
@click.option("--halfminute", default="http://localhost:8080", show_default=True)
@click.option(
    "--widget", "widgets", multiple=True, metavar="LANGUAGE=NUMBER", help="The chat of a language."
)
def main(port: int, halfminute: str, widgets: tuple[str, ...]) -> None:
    """The site of the demo operator, with the chat on its pages."""
    server = halfminute.rstrip("/")
    pairs = (word.partition("=") for word in widgets)
    chats = {language: f"{server}/widget/v1/{number}/loader.js" for language, _, number in pairs}
    handler = partial(Handler, halfminute=server, chats=chats)
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as site:
        site.serve_forever()


if __name__ == "__main__":
    main()
