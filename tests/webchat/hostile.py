"""What somebody who means harm sends to the routes of web chat: whole requests, byte by byte."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from tests.journeys.hostile import VECTORS

_SEED: Final = 20_261_127
_ID: Final = "0190c0de-0000-7000-8000-000000000001"
ROUTES: Final = (
    ("GET", ""),
    ("POST", "/visits"),
    ("DELETE", "/visit"),
    ("GET", "/thread"),
    ("POST", "/messages"),
    ("POST", "/ticket"),
    ("POST", "/receipts"),
)
# Those that ask who it is.
KNOWN: Final = tuple(route for route in ROUTES if route[1] not in ("", "/visits"))

# Right to left, isolates, marks of order; joined, tags, and what is drawn over its neighbours.
BIDI: Final = ("\u202eevil\u202c", "\u2066x\u2069", "\u200f\u200e", "\u200d\u200d", "\U000e0041")
ZALGO: Final = "Z" + "\u0335\u0321\u0489" * 200
WORDS: Final = (
    *VECTORS,
    *BIDI,
    ZALGO,
    "\ufeff",
    "\ufffe",
    "'; drop table visitors; --",
    "%s%n",
    "$1",
)

_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1.5, 1e308, 10**30, "", " ", "x", "null", "\0", "a\0b"),
    *([], [None], {}, {"$ne": None}, {"text": "x"}, [[[[]]]], "x" * 5000, ["x"] * 1000),
    *("0", "-0", "1e5", _ID.upper(), "{" + _ID + "}", "urn:uuid:" + _ID, _ID[:-1], _ID + "0"),
    *("\ud800", "\udfff\ud800", "\u202e", "../..", "'; --", "${7*7}", "\r\nx: y"),
)


class Place(NamedTuple):
    """Where all of it is sent, and what of others the sender has got hold of."""

    host: str
    widget: UUID
    other_widget: UUID
    token: str
    other_widgets_token: str
    ended_token: str
    victims_token: str
    victims_message: str


@dataclass(frozen=True)
class Attack:
    """Bytes for one connection, and the answers that are right."""

    label: str
    request: bytes
    allowed: frozenset[int]


_REFUSED: Final = frozenset({400, 401, 403, 404, 405, 411, 413, 414, 415, 422, 429, 431, 501, 505})
_TAKEN: Final = _REFUSED | {200, 201, 204}
UNKNOWN: Final = frozenset({400, 401, 404, 431})


def list_attacks(place: Place) -> Iterator[Attack]:
    """All of them, in the same order on every run."""
    yield from _forged_tokens(place)
    yield from _foreign_widgets(place)
    yield from _wrong_types(place)
    yield from _wrong_bodies(place)
    yield from _wrong_queries(place)
    yield from _wrong_methods(place)
    yield from _foreign_origins(place)
    yield from _wrong_paths(place)
    yield from _smuggled(place)
    yield from _hostile_words(place)
    yield from _mangled(place)


def request(
    place: Place,
    method: str,
    path: str,
    body: bytes | None = None,
    *lines: bytes,
    token: str | None = None,
) -> bytes:
    """A request as a browser would make it, but for what is given; `path` below the widget's."""
    token = place.token if token is None else token
    target = path if path.startswith("//") else f"/api/webchat/{place.widget}{path}"
    given = {line.partition(b":")[0].lower() for line in lines}
    head = [f"{method} {target} HTTP/1.1".encode(), f"host: {place.host}".encode()]
    usual = {b"authorization": f"Bearer {token}".encode(), b"content-type": b"application/json"}
    usual[b"connection"] = b"close"
    if body is not None:
        usual[b"content-length"] = str(len(body)).encode()
    head += [name + b": " + value for name, value in usual.items() if name not in given]
    return b"\r\n".join([*head, *lines, b"", body or b""])


def _message(**changes: Any) -> bytes:
    told = {"client_id": str(uuid4()), "text": "x", **changes}
    return json.dumps(told).encode()


def _sound_body(place: Place, path: str) -> bytes | None:
    if path == "/messages":
        return _message()
    if path == "/receipts":
        return json.dumps({"message_id": place.victims_message, "is_read": True}).encode()
    return None


def _forged_tokens(place: Place) -> Iterator[Attack]:
    stolen = place.victims_token
    tokens = {
        "none": "",
        "null": "null",
        "another widget's": place.other_widgets_token,
        "one that has ended": place.ended_token,
        "a victim's but for its end": stolen[:-1] + ("A" if stolen[-1] != "A" else "B"),
        "a victim's, shorter": stolen[:-1],
        "a victim's, longer": stolen + "A",
        "a victim's in capitals": stolen.swapcase(),
        "a victim's after a blank": f" {stolen[:20]} {stolen[20:]}",
        "a victim's with padding": f"{stolen}=",
        "a victim's after another": f"{'A' * 43},{stolen}",
        "a victim's twice named": f"Bearer {stolen}",
        "a pattern": "%",
        "a wildcard": "*",
        "sql": "' or '1'='1",
        "jwt without a signature": "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
        "long": "A" * 5000,
        "very long": "A" * 200_000,
        "not ascii": "é\u202e",
        "escaped": "%00%0a",
        "nul": "\0" + stolen,
    }
    for method, path in KNOWN:
        for label, token in tokens.items():
            body = _sound_body(place, path)
            made = request(place, method, path, body, token=token)
            yield Attack(f"{method} {path} with a token: {label}", made, UNKNOWN)
        for scheme in (b"Basic ", b"bearer ", b"", b"Bearer\t", b"Token "):
            line = b"authorization: " + scheme + stolen.encode()
            made = request(place, method, path, _sound_body(place, path), line)
            # Who shows no token might be a page that has the browser's cookies.
            yield Attack(f"{method} {path} by {scheme!r}", made, UNKNOWN | {403})


def _foreign_widgets(place: Place) -> Iterator[Attack]:
    names = {
        "another": str(place.other_widget),
        "nobody's": str(UUID(int=0)),
        "the last": str(UUID(int=2**128 - 1)),
        "no id": "x",
        "a part": str(place.widget)[:-1],
        "two": f"{place.widget},{place.other_widget}",
        "nul": f"{place.widget}%00",
        "line": f"{place.widget}%0d%0ax:y",
        "up": f"{place.widget}/..%2f..%2fchannels",
        "up and encoded twice": "%252e%252e%252f",
        "long": "a" * 8000,
        "sql": "'%20or%201=1--",
        "digits of another script": "\u0660" * 32,
    }
    for method, path in ROUTES:
        for label, name in names.items():
            body = _sound_body(place, path)
            made = request(place, method, f"//{name}"[1:], body)
            line = f"{method} /api/webchat/{name}{path} HTTP/1.1".encode()
            made = line + made[made.index(b"\r\n") :]
            is_open = label == "another" and path in ("", "/visits")
            allowed = _TAKEN if is_open else _REFUSED
            yield Attack(f"{method} {path} of a widget: {label}", made, allowed)


def _wrong_types(place: Place) -> Iterator[Attack]:
    for field in ("client_id", "text", "reply_to_message_id", "name", "language", "surplus"):
        for number, value in enumerate(_VALUES):
            made = request(place, "POST", "/messages", _message(**{field: value}))
            yield Attack(f"message with {field} {number}: {str(value)[:20]!r}", made, _TAKEN)
    for field in ("message_id", "is_read", "surplus"):
        for number, value in enumerate(_VALUES):
            told = {"message_id": _ID, "is_read": True, field: value}
            made = request(place, "POST", "/receipts", json.dumps(told).encode())
            yield Attack(f"receipt with {field} {number}: {str(value)[:20]!r}", made, _TAKEN)
    answering = _message(reply_to_message_id=place.victims_message)
    yield Attack(
        "an answer to a victim's message", request(place, "POST", "/messages", answering), _REFUSED
    )


def _wrong_bodies(place: Place) -> Iterator[Attack]:
    sound = _message()
    bodies = {
        "nothing": b"",
        "no json": b"hello",
        "half": sound[:-1],
        "two": sound + sound,
        "a list": b"[" + sound + b"]",
        "a number": b"1e999",
        "not a number": b'{"client_id":NaN}',
        "twice the same": sound[:-1] + b',"text":"y"}',
        "deep lists": b"[" * 100_000 + b"]" * 100_000,
        "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        "deep within a field": b'{"client_id":"x","text":' + b"[" * 90_000 + b"}",
        "a mark": b"\xef\xbb\xbf" + sound,
        "utf-16": sound.decode().encode("utf-16"),
        "no utf-8": b'{"client_id":"\xff\xfe","text":"\xc0\xaf"}',
        "nul": bytes(1000),
        "a lone half": b'{"client_id":"%s","text":"\\ud83d"}' % _ID.encode(),
        "long": _message(text="x" * 4_000_000),
        "many fields": b"{" + b",".join(b'"%d":1' % n for n in range(50_000)) + b"}",
        "a long number": b'{"client_id":' + b"9" * 100_000 + b"}",
        "a prototype": b'{"__proto__":{"is_admin":true},"constructor":1}',
        "xml": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        "a form": b"client_id=1&text=x",
    }
    for path in ("/messages", "/receipts"):
        for label, body in bodies.items():
            yield Attack(f"{path} of {label}", request(place, "POST", path, body), _REFUSED)
        for kind in (
            b"text/plain",
            b"multipart/form-data",
            b"application/xml",
            b"",
            b"*/*",
            b"\xff",
        ):
            for more in (b"", b"; charset=utf-7", b"; boundary=" + b"x" * 300):
                line = b"content-type: " + kind + more
                made = request(place, "POST", path, _message(), line)
                yield Attack(f"{path} as {kind!r}{more[:12]!r}", made, _TAKEN)
        half = request(place, "POST", path, sound)[:-5]
        yield Attack(f"{path} cut short", half, _REFUSED)
        for packing in (b"gzip", b"br", b"chunked", b"identity, gzip"):
            made = request(place, "POST", path, sound, b"content-encoding: " + packing)
            yield Attack(f"{path} packed by {packing!r}", made, _TAKEN)


def _wrong_queries(place: Place) -> Iterator[Attack]:
    values = (
        *("", "x", "-1", "0", "1e9", "9" * 400, "%00", "%ff", "null", _ID, "{}", "[]", "%2e%2e"),
        *("true", "1;drop", "%F0%9F%92%A9", "1%0d%0ax:y", place.victims_message, " ", "&", "#"),
    )
    for field in (
        "before",
        "limit",
        "before[]",
        "limit%5B%5D",
        "account_id",
        "contact_id",
        "token",
    ):
        for value in values:
            made = request(place, "GET", f"/thread?{field}={value}".replace(" ", "%20"))
            yield Attack(f"thread by {field}={value[:20]}", made, _TAKEN)
    for query in ("limit=1&limit=2", "a=b" * 2000, "&" * 3000, "?" * 50, "limit=1&before=" + _ID):
        yield Attack(f"thread by {query[:20]}", request(place, "GET", f"/thread?{query}"), _TAKEN)


def _wrong_methods(place: Place) -> Iterator[Attack]:
    methods = ("HEAD", "PUT", "PATCH", "DELETE", "GET", "POST", "TRACE", "CONNECT", "PROPFIND")
    for method in (*methods, "get", "X" * 300, "MKCOL", "PURGE"):
        for right, path in ROUTES:
            # The end of the sender's own visit is its own affair, and is tried apart.
            if method != right and (method, path) != ("HEAD", ""):
                made = request(place, method, path, b"{}" if method != "HEAD" else None)
                yield Attack(f"{method[:10]} {path}", made, _REFUSED)
    for name in (b"x-http-method-override", b"x-method-override", b"x-http-method"):
        made = request(place, "GET", "/visit", None, name + b": DELETE")
        yield Attack(f"a deletion by {name!r}", made, _REFUSED)


def _foreign_origins(place: Place) -> Iterator[Attack]:
    origins = (
        *("https://evil.example", "null", f"http://{place.host}.evil.example", "file://"),
        *(f"http://evil.example@{place.host}", "http://127.0.0.1", "\0", "a" * 3000),
    )
    for method, path in ROUTES:
        for origin in origins:
            line = f"origin: {origin}".encode()
            made = request(place, method, path, _sound_body(place, path), line, token="A" * 43)
            allowed = _TAKEN if (method, path) == ("GET", "") else _REFUSED
            yield Attack(f"{method} {path} of a page of {origin[:30]}", made, allowed)


def _wrong_paths(place: Place) -> Iterator[Attack]:
    for path in (
        *("/thread/", "/thread/..", "/thread/../thread", "/thread;x", "/thread%00", "/thread%2f"),
        *(
            "/./thread",
            "/%74hread",
            "/THREAD",
            "/thread.json",
            "/thread\\",
            "/..%5cthread",
            "/ thread",
        ),
        *("/thread/%2e%2e/%2e%2e/%2e%2e/session", "/..;/session", "/thread%0d%0ahost:evil"),
        *(
            "//thread",
            "/thread//",
            "/thread?/../..",
            "/%c0%ae%c0%ae/",
            "/messages/" + _ID,
            "/visits/1",
        ),
        *(
            "/ticket/1",
            "/receipts/x",
            "/thread#x",
            "/" + "a/" * 3000,
            "/\u202e",
            "/*",
            "/.git/config",
        ),
    ):
        for method in ("GET", "POST"):
            made = request(place, method, path, b"{}" if method == "POST" else None)
            yield Attack(f"{method} {path[:30]}", made, _TAKEN)
    for target in ("http://evil.example/", "*", "//evil.example/x", "/widget/v1/assets/..%2f..%2f"):
        made = request(place, "GET", "")
        made = b"GET " + target.encode() + b" HTTP/1.1" + made[made.index(b"\r\n") :]
        yield Attack(f"GET {target}", made, _TAKEN)


def _smuggled(place: Place) -> Iterator[Attack]:
    inner = request(place, "GET", "/thread", token=place.victims_token[:-1])
    heads: dict[str, tuple[bytes, ...]] = {
        "both lengths": (b"content-length: 4", b"transfer-encoding: chunked"),
        "two lengths": (b"content-length: 4", b"content-length: 40"),
        "a negative length": (b"content-length: -1",),
        "a signed length": (b"content-length: +4",),
        "a hexadecimal length": (b"content-length: 0x4",),
        "a huge length": (b"content-length: 99999999999999999999",),
        "a length of words": (b"content-length: four",),
        "a list of lengths": (b"content-length: 4, 4",),
        "a coding in capitals": (b"Transfer-Encoding: CHUNKED", b"content-length: 4"),
        "a coding after a tab": (b"transfer-encoding:\tchunked", b"content-length: 4"),
        "a coding with a blank": (b"transfer-encoding : chunked", b"content-length: 4"),
        "a coding of another kind": (b"transfer-encoding: xchunked", b"content-length: 4"),
        "two codings": (b"transfer-encoding: chunked", b"transfer-encoding: identity"),
        "a folded line": (b"content-length: 4", b" x: y"),
        "a line without a name": (b": x", b"content-length: 4"),
        "a line without a colon": (b"hello", b"content-length: 4"),
        "a nul in a name": (b"x\0y: z", b"content-length: 4"),
        "a nul in a value": (b"x: a\0b", b"content-length: 4"),
        "a bare return": (b"x: a\rcontent-length: 40", b"content-length: 4"),
        "a bare line feed": (b"x: a\ncontent-length: 40", b"content-length: 4"),
        "a second host": (b"host: evil.example", b"content-length: 4"),
        "a forwarded host": (b"x-forwarded-host: evil.example", b"content-length: 4"),
        "a forwarded address": (b"x-forwarded-for: 127.0.0.1, ::1", b"content-length: 4"),
        "a rewritten target": (b"x-original-url: /api/session", b"content-length: 4"),
        "an upgrade": (b"upgrade: websocket", b"connection: upgrade", b"content-length: 4"),
        "an upgrade to two": (b"upgrade: h2c", b"http2-settings: x", b"content-length: 4"),
        "an expectation": (b"expect: 100-continue", b"content-length: 4"),
        "a wrong expectation": (b"expect: 200-ok", b"content-length: 4"),
        "two tokens": (f"authorization: Bearer {place.token}".encode(), b"authorization: Bearer x"),
        "many lines": tuple(b"x-%d: y" % n for n in range(2000)),
        "a long line": (b"x: " + b"y" * 300_000,),
        "a long name": (b"x" * 100_000 + b": y",),
        "a cookie of a thousand": (b"cookie: " + b"; ".join(b"a%d=b" % n for n in range(1000)),),
    }
    for label, lines in heads.items():
        for path in ("/thread", "/messages", "/ticket"):
            method = "GET" if path == "/thread" else "POST"
            made = request(place, method, path, None, *lines) + b"0\r\n\r\n" + inner
            yield Attack(f"{path} with {label}", made, _TAKEN)
    for label, made in {
        "http/0.9": f"GET /api/webchat/{place.widget}\r\n\r\n".encode(),
        "http/3": request(place, "GET", "/thread").replace(b"HTTP/1.1", b"HTTP/3.0"),
        "tls": b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + bytes(500),
        "http/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "blanks": b"\r\n" * 2000 + b"GET",
        "no host": b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n",
        "chunks without end": request(
            place, "POST", "/messages", None, b"transfer-encoding: chunked"
        )
        + b"FFFFFFFFFFFFFFFFF\r\nx",
        "a chunk of words": request(place, "POST", "/messages", None, b"transfer-encoding: chunked")
        + b"zz\r\nx\r\n0\r\n\r\n",
    }.items():
        yield Attack(f"a line of {label}", made, _TAKEN)


def _hostile_words(place: Place) -> Iterator[Attack]:
    for words in WORDS:
        for field in ("text", "name"):
            body = _message(**{field: words})
            made = request(place, "POST", "/messages", body)
            yield Attack(f"{field} of {words[:20]!r}", made, _TAKEN)


def _mangled(place: Place) -> Iterator[Attack]:
    """Sound requests with a few bytes changed, cut out, or said twice."""
    dice = random.Random(_SEED)  # noqa: S311 - the same on every run
    for number in range(150):
        method, path = dice.choice(ROUTES)
        if path == "/visit":
            continue
        made = bytearray(request(place, method, path, _sound_body(place, path)))
        for _ in range(dice.randint(1, 5)):
            at = dice.randrange(len(made))
            kind = dice.randrange(3)
            if kind == 0:
                made[at] = dice.randrange(256)
            elif kind == 1:
                del made[at : at + dice.randint(1, 30)]
            else:
                made[at:at] = made[at : at + dice.randint(1, 30)]
            if len(made) < 2:
                break
        yield Attack(f"mangled {number} {method} {path}", bytes(made), _TAKEN)
