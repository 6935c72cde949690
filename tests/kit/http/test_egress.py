"""Whatever address a stranger names, nothing of ours is asked; and what is asked is limited."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import httpcore
import pytest

from halfminute.kit.http.egress import (
    AnswerTooLarge,
    Egress,
    EgressFailed,
    EgressRefused,
    Limits,
    targets,
)
from halfminute.kit.http.egress.addresses import is_public
from halfminute.kit.http.egress.targets import read_target

PUBLIC = "93.184.216.34"
PUBLIC_V6 = "2606:2800:220:1:248:1893:25c8:1946"

# Hosts that are, or may be read as, something of our own. {port} is the listener's.
PRIVATE_FORMS = (
    # loopback, in the forms that some reader of URLs takes
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://127.255.255.254:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0x7f.0x0.0x0.0x1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0177.0000.0000.0001:{port}/",
    "http://017700000001:{port}/",
    "http://00127.0.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://0x0:{port}/",
    "http://4294967295:{port}/",
    "http://127.0.0.1%00.example.org:{port}/",
    "http://%31%32%37.0.0.1:{port}/",
    "http://１２７.0.0.1:{port}/",
    "http://127。0。0。1:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://127．0．0．1:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST:{port}/",
    "http://localhost.:{port}/",
    "http://ⓛocalhost:{port}/",
    # IPv6, and IPv4 within it
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[::7f00:1]:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2001:0:7f00:1::1]:{port}/",
    "http://[2001:470:1:2:0:5efe:127.0.0.1]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://[fe80::1%lo]:{port}/",
    "http://[fc00::1]:{port}/",
    "http://[fd12:3456:789a::1]:{port}/",
    "http://[ff02::1]:{port}/",
    "http://[2001:db8::1]:{port}/",
    "http://[::1%lo]:{port}/",
    # private, shared, link-local, reserved
    "http://10.0.0.1:{port}/",
    "http://10.255.255.255:{port}/",
    "http://172.16.0.1:{port}/",
    "http://172.31.255.255:{port}/",
    "http://192.168.0.1:{port}/",
    "http://100.64.0.1:{port}/",
    "http://169.254.169.254:{port}/latest/meta-data/",
    "http://192.0.0.192:{port}/",
    "http://198.18.0.1:{port}/",
    "http://224.0.0.1:{port}/",
    "http://240.0.0.1:{port}/",
    "http://255.255.255.255:{port}/",
    # a user's name before the host, and what else hides it
    "http://example.org@127.0.0.1:{port}/",
    "http://example.org:80@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@example.org/",
    "http://example.org#@127.0.0.1:{port}/",
    "http://example.org\\@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@example.org/",
    "http://127.0.0.1\t:{port}/",
    "http://127.0.0.1\r\n:{port}/",
    " http://127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "http://127.0.0.1:{port}",
    "http://127.0.0.1:0{port}/",
    "http://[127.0.0.1]:{port}/",
    "http://[::1:{port}/",
    # other schemes
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_",
    "file:///etc/passwd",
    "ws://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/",
    "unix:///run/postgresql",
    "jar:http://127.0.0.1:{port}/",
    "",
)


@dataclass
class Listener:
    """Something of our own, on every address of this machine. Counts who comes."""

    port: int = 0
    connections: int = 0
    come: asyncio.Condition = field(default_factory=asyncio.Condition)


@pytest.fixture
async def listener(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Listener]:
    """Its port is one that may be asked, so that the address alone decides."""
    found = Listener()

    async def take(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with found.come:
            found.connections += 1
            found.come.notify_all()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
        writer.close()

    servers = [await asyncio.start_server(take, "0.0.0.0", 0)]  # noqa: S104 - every address
    found.port = servers[0].sockets[0].getsockname()[1]
    servers.append(await asyncio.start_server(take, "::", found.port))
    monkeypatch.setattr(targets, "_PORTS", frozenset({80, 443, found.port}))
    yield found
    for server in servers:
        server.close()
        await server.wait_closed()


async def test_the_listener_hears_who_comes(listener: Listener) -> None:
    for host in ("127.0.0.1", "::1"):
        _, writer = await asyncio.open_connection(host, listener.port)
        writer.close()
    async with listener.come:
        await listener.come.wait_for(lambda: listener.connections == 2)


def test_there_are_enough_forms() -> None:
    assert len(set(PRIVATE_FORMS)) >= 60


@pytest.mark.parametrize("form", PRIVATE_FORMS)
async def test_no_form_of_a_private_address_is_asked(listener: Listener, form: str) -> None:
    fallen = (EgressRefused, EgressFailed)
    # A name of the public internet is nobody's business here: it leads nowhere.
    egress = Egress(resolve=_names({"localhost": ["127.0.0.1", "::1"], "localhost.": ["::1"]}))

    with pytest.raises(fallen):
        await egress.fetch(form.replace("{port}", str(listener.port)))

    assert listener.connections == 0


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["fe80::1%lo"],
        ["10.1.2.3"],
        [PUBLIC, "127.0.0.1"],
        ["127.0.0.1", PUBLIC],
        [PUBLIC_V6, "::1"],
    ],
)
async def test_a_name_that_leads_inside_is_refused_whole(
    listener: Listener, addresses: list[str]
) -> None:
    egress = Egress(resolve=_names({"example.org": addresses}))

    with pytest.raises(EgressRefused):
        await egress.fetch(f"http://example.org:{listener.port}/")

    assert listener.connections == 0


async def test_the_systems_own_names_are_refused(listener: Listener) -> None:
    with pytest.raises(EgressRefused):
        await Egress().fetch(f"http://localhost:{listener.port}/")

    assert listener.connections == 0


@pytest.mark.parametrize("port", ["22", "25", "5432", "8080", "0", "65536", "99999", "-80", "8 0"])
def test_other_ports_are_refused(port: str) -> None:
    with pytest.raises(EgressRefused):
        read_target(f"http://example.org:{port}/")


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("http://example.org", "http://example.org/"),
        ("HTTPS://Example.ORG/a?b=c#d", "https://example.org/a?b=c"),
        ("http://example.org?q=1", "http://example.org/?q=1"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("https://example.org:443/", "https://example.org/"),
        ("https://пример.рф/путь", "https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C"),
        ("https://straße.de/", "https://xn--strae-oqa.de/"),
        ("https://under_score.example.org/", "https://under_score.example.org/"),
        (f"http://{PUBLIC}/", f"http://{PUBLIC}/"),
        (f"http://[{PUBLIC_V6}]/x", f"http://[{PUBLIC_V6}]/x"),
        ("http://example.org/a%20b", "http://example.org/a%20b"),
    ],
)
def test_plain_addresses_are_read_as_they_are_meant(written: str, asked: str) -> None:
    assert read_target(written).url == asked


@pytest.mark.parametrize("address", [PUBLIC, PUBLIC_V6, "8.8.8.8", "1.1.1.1", "2a00:1450::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


# What follows asks a server of the public internet that stands in for it: connections to PUBLIC,
# and to no other address, end at a server of the test's own.

Serve = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Internet(httpcore.AsyncNetworkBackend):
    """Where connections really go, and a record of where they were to go."""

    port: int
    dialled: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        if host != PUBLIC:
            raise httpcore.ConnectError(host)
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.port, timeout=timeout)


@asynccontextmanager
async def internet(serve: Serve) -> AsyncIterator[Internet]:
    """A server that answers by `serve`, which is told the path."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            net.asked.append(head.split()[1])
            net.headers.append(head)
            await serve(head.split()[1], writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    net = Internet(server.sockets[0].getsockname()[1])
    try:
        yield net
    finally:
        server.close()
        await server.wait_closed()


def _names(known: dict[str, Sequence[str]]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    async def resolve(name: str, _port: int) -> Sequence[str]:
        if name not in known:
            raise OSError(name)
        return known[name]

    return resolve


def _egress(net: Internet, **more: Any) -> Egress:
    more.setdefault("resolve", _names({"example.org": [PUBLIC], "inside.example": ["10.0.0.1"]}))
    return Egress(backend=net, **more)


def _answer(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _to(location: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


async def test_a_public_page_is_fetched_from_the_address_that_was_checked() -> None:
    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(_answer(b"hello", "Content-Type: text/plain", "Set-Cookie: a=b"))

    async with internet(serve) as net:
        answer = await _egress(net).fetch("http://example.org/page?x=1")

    assert (answer.status, answer.body, answer.url) == (
        200,
        b"hello",
        "http://example.org/page?x=1",
    )
    assert answer.headers["content-type"] == "text/plain"
    assert (net.dialled, net.asked) == ([PUBLIC], ["/page?x=1"])
    assert "host: example.org\r\n" in net.headers[0].lower()


async def test_redirects_carry_no_cookies_and_no_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    async def serve(path: str, writer: asyncio.StreamWriter) -> None:
        if path == "/":
            moved = _to("/next").replace(b"Content-Length", b"Set-Cookie: a=b\r\nContent-Length")
            writer.write(moved)
        else:
            writer.write(_answer(b"there"))

    async with internet(serve) as net:
        answer = await _egress(net).fetch("http://example.org/")

    assert (answer.body, answer.url) == (b"there", "http://example.org/next")
    told = net.headers[1].lower()
    assert not any(word in told for word in ("cookie:", "authorization:", "referer:"))


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "//127.0.0.1/",
        "http://[::1]/",
        "http://2130706433/",
        "http://inside.example/",
        "http://example.org@127.0.0.1/",
        "http://example.org:22/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http:\\\\127.0.0.1/",
        "http://[::1/",
    ],
)
async def test_a_redirect_inside_is_refused(location: str) -> None:
    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(_to(location))

    async with internet(serve) as net:
        with pytest.raises(EgressRefused):
            await _egress(net).fetch("http://example.org/")

    assert net.dialled == [PUBLIC]


async def test_it_redirects_five_times_at_most() -> None:
    async def serve(path: str, writer: asyncio.StreamWriter) -> None:
        left = int(path.strip("/"))
        writer.write(_to(f"/{left - 1}") if left else _answer(b"arrived"))

    async with internet(serve) as net:
        assert (await _egress(net).fetch("http://example.org/5")).body == b"arrived"
        net.asked.clear()
        with pytest.raises(EgressFailed):
            await _egress(net).fetch("http://example.org/6")

    assert net.asked == ["/6", "/5", "/4", "/3", "/2", "/1"]


async def test_a_name_that_answers_differently_the_second_time_changes_nothing() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])

    async def rebind(_name: str, _port: int) -> Sequence[str]:
        return next(answers)

    async def serve(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(_to("/again") if path == "/moves" else _answer(b"hello"))

    async with internet(serve) as net:
        egress = _egress(net, resolve=rebind)
        assert (await egress.fetch("http://example.org/")).body == b"hello"
        answers = iter([[PUBLIC], ["127.0.0.1"]])
        with pytest.raises(EgressRefused):
            await egress.fetch("http://example.org/moves")

    assert net.dialled == [PUBLIC, PUBLIC]


async def test_the_next_address_is_tried_where_the_first_takes_nobody() -> None:
    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(_answer(b"hello"))

    async with internet(serve) as net:
        egress = _egress(net, resolve=_names({"example.org": [PUBLIC_V6, PUBLIC]}))
        assert (await egress.fetch("http://example.org/")).body == b"hello"

    assert net.dialled == [PUBLIC_V6, PUBLIC]


async def test_who_trickles_is_cut_off() -> None:
    is_over = asyncio.Event()

    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not is_over.is_set():
            writer.write(b"X-More: x\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with internet(serve) as net:
        with pytest.raises(EgressFailed) as failed:
            await _egress(net).fetch("http://example.org/", Limits(total_seconds=0.3))
        is_over.set()

    assert failed.value.is_retryable


async def test_who_says_nothing_is_cut_off() -> None:
    is_over = asyncio.Event()

    async def serve(_path: str, _writer: asyncio.StreamWriter) -> None:
        await is_over.wait()

    async with internet(serve) as net:
        with pytest.raises(EgressFailed):
            await _egress(net).fetch("http://example.org/", Limits(idle_seconds=0.2))
        is_over.set()


async def test_a_body_without_an_end_is_cut_off() -> None:
    written = 0

    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
            await writer.drain()
            written += 65536

    async with internet(serve) as net:
        with pytest.raises(AnswerTooLarge):
            await _egress(net).fetch("http://example.org/", Limits(body_bytes=500_000))

    # The rest is what fits into the buffers between two sockets.
    assert written < 64 * 1024 * 1024


async def test_a_body_announced_too_large_is_not_begun() -> None:
    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n")

    async with internet(serve) as net:
        with pytest.raises(AnswerTooLarge):
            await _egress(net).fetch("http://example.org/")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "GZIP", "x-gzip"])
async def test_a_packed_body_is_unpacked(coding: str) -> None:
    body = b"hello " * 20_000
    packed = zlib.compress(body) if coding == "deflate" else gzip.compress(body)

    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(_answer(packed, f"Content-Encoding: {coding}"))

    async with internet(serve) as net:
        assert (await _egress(net).fetch("http://example.org/")).body == body


async def test_a_bomb_does_not_go_off() -> None:
    bomb = gzip.compress(bytes(200 * 1024 * 1024), compresslevel=6)
    assert len(bomb) < 1024 * 1024
    pieces: list[int] = []

    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(_answer(bomb, "Content-Encoding: gzip"))

    async def take_one_by_one(egress: Egress) -> None:
        async with egress.open("http://example.org/") as answer:
            async for piece in answer.pieces:
                pieces.append(len(piece))  # noqa: PERF401 - the list of a comprehension is lost

    async with internet(serve) as net:
        with pytest.raises(AnswerTooLarge):
            await take_one_by_one(_egress(net))

    assert max(pieces) <= 64 * 1024
    assert sum(pieces) <= 1024 * 1024


@pytest.mark.parametrize(
    ("body", "coding"),
    [(b"no gzip", "gzip"), (gzip.compress(b"x" * 999)[:20], "gzip"), (b"", "br")],
)
async def test_what_cannot_be_unpacked_is_said(body: bytes, coding: str) -> None:
    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(_answer(body, f"Content-Encoding: {coding}"))

    async with internet(serve) as net:
        with pytest.raises(EgressFailed):
            await _egress(net).fetch("http://example.org/")


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"x" * 200_000]
)
async def test_what_is_no_http_is_said(answer: bytes) -> None:
    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    async with internet(serve) as net:
        with pytest.raises(EgressFailed):
            await _egress(net).fetch("http://example.org/")
