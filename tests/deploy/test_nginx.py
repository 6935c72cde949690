"""The example for nginx, as it is but for ports and places, before a real web process."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import json
import os
import re
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import httpx
import pytest
import websockets
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from halfminute.identity.actions import create_user
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.kit.ids import new_id
from halfminute.main.parts import Parts
from tests.web_role import find_guesser, free_port, guess_password, serve_role

EXAMPLE: Final = Path(__file__).parents[2] / "deploy" / "proxy" / "nginx.conf"
NAME: Final = "desk.example.org"
ORIGIN: Final = f"https://{NAME}"
PASSWORD: Final = "correct horse battery"
CUSTOMER: Final = "127.0.0.7"
NO_UPGRADE: Final = "    proxy_set_header Upgrade           $http_upgrade;\n"


class Front(NamedTuple):
    """nginx, and the web process behind it."""

    parts: Parts
    port: int
    plain_port: int
    trust: ssl.SSLContext

    def client(self) -> httpx.AsyncClient:
        """A browser at an address of its own."""
        return httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(verify=self.trust, local_address=CUSTOMER),
            base_url=f"https://127.0.0.1:{self.port}",
            headers={"host": NAME, "origin": ORIGIN},
        )


@pytest.fixture
async def front(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Front]:
    """`NO_UPGRADE` as its parameter makes it let no sockets through."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        reason = "nginx is missing: install it (Debian: apt-get install nginx-light)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    trust = make_certificate(tmp_path)
    async with serve_role(database_url, tmp_path / "data", public_url=ORIGIN) as parts:
        front = Front(parts, free_port(), free_port(), trust)
        taken_out = getattr(request, "param", "")
        with run_nginx(program, tmp_path, front, taken_out):
            await wait_for_port(front.port)
            yield front


async def test_a_browser_signs_in_and_its_socket_is_welcomed(front: Front) -> None:
    grants = (Grant("agent", "own"),)
    await create_user(
        front.parts.log, SYSTEM, email="o@example.org", name="O", password=PASSWORD, grants=grants
    )
    async with front.client() as browser:
        answer = await browser.post(
            "/api/session", json={"email": "o@example.org", "password": PASSWORD}
        )
        assert answer.status_code == 201
        assert "; secure" in answer.headers["set-cookie"].lower()
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
        cookie = f"halfminute_session={answer.cookies['halfminute_session']}"

    async with websockets.connect(
        f"wss://127.0.0.1:{front.port}/api/realtime",
        ssl=front.trust,
        origin=websockets.Origin(ORIGIN),
        additional_headers={"Cookie": cookie},
        proxy=None,
    ) as screen:
        welcome = json.loads(await asyncio.wait_for(screen.recv(), 10))
    assert welcome["type"] == "welcome"

    async with front.parts.database.connection() as connection:
        noted = await connection.fetchval(
            "select host(ip) from audit_entries where action = 'sign_in'"
        )
    assert noted == CUSTOMER


@pytest.mark.parametrize("front", ["", NO_UPGRADE], ids=["as it is", "no upgrade"], indirect=True)
async def test_a_contact_hears_over_a_stream_at_once_whatever_becomes_of_sockets(
    front: Front, request: pytest.FixtureRequest
) -> None:
    conversation_id = new_id()
    token = front.parts.tokens.issue_conversation_token(conversation_id, "Contact")
    headers = {"authorization": f"Bearer {token}"}
    if "no upgrade" in request.node.name:
        with pytest.raises(websockets.InvalidStatus):
            async with websockets.connect(
                f"wss://127.0.0.1:{front.port}/api/realtime",
                ssl=front.trust,
                origin=websockets.Origin(ORIGIN),
                proxy=None,
            ):
                pass
    async with (
        front.client() as browser,
        browser.stream("GET", "/api/realtime/stream?after=0", headers=headers) as answer,
        asyncio.timeout(10),
    ):
        lines = answer.aiter_lines()
        assert "welcome" in await _next_data(lines)
        assert "subscribed" in await _next_data(lines)
        async with front.parts.log.write() as unit:
            unit.record("ReplyQueued", {}, f"conversation:{conversation_id}")
        assert "ReplyQueued" in await _next_data(lines)


async def _next_data(lines: AsyncIterator[str]) -> str:
    async for line in lines:
        if line.startswith("data: "):
            return line
    raise EOFError


async def test_a_client_cannot_claim_another_address(front: Front) -> None:
    async with front.client() as browser:
        claims = {"x-forwarded-for": "203.0.113.9", "x-real-ip": "203.0.113.9"}
        assert await guess_password(browser, ORIGIN, **claims) == 401
    assert await find_guesser(front.parts) == CUSTOMER


async def test_hooks_come_through_whole_and_what_is_too_large_does_not(front: Front) -> None:
    async with front.client() as provider:
        address = f"/hooks/telegram/{new_id()}"
        # As large as is allowed: Halfminute itself answers, for it knows no such account.
        answer = await provider.post(address, content=b"x" * 1024 * 1024)
        assert answer.status_code == 404
        assert answer.json()["code"] == "channel_account_not_found"
        answer = await provider.post(address, content=b"x" * (1024 * 1024 + 1))
        assert answer.status_code == 413


async def test_files_may_be_larger_than_other_requests(front: Front) -> None:
    async with front.client() as browser:
        content = bytes(3 * 1024 * 1024)
        answer = await browser.post(f"/api/files?client_id={new_id()}", content=content)
        # Halfminute itself answers: nobody has signed in.
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        assert (await browser.get("/media/x")).json()["code"] == "file_not_found"


async def test_figures_stay_inside_and_plain_http_leads_to_https(front: Front) -> None:
    async with front.client() as browser:
        assert (await browser.get("/metrics")).status_code == 404
        assert (await browser.get("/health")).status_code == 200
        assert (await browser.get(f"/api/files/{new_id()}")).status_code == 401
    async with httpx.AsyncClient() as plain:
        answer = await plain.get(
            f"http://127.0.0.1:{front.plain_port}/desk?a=1", headers={"host": NAME}
        )
    assert (answer.status_code, answer.headers["location"]) == (308, f"{ORIGIN}/desk?a=1")


async def test_a_web_process_that_is_gone_is_told_as_such(front: Front) -> None:
    async with front.client() as browser:
        assert (await browser.get("/health")).status_code == 200
        await front.parts.database.close()
        answer = await browser.get("/health")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")


@contextmanager
def run_nginx(program: str, directory: Path, front: Front, taken_out: str = "") -> Iterator[None]:
    """One nginx with the example but for some words, for as long as the block lasts."""
    adapted = EXAMPLE.read_text(encoding="utf-8")
    for before, after in {
        taken_out: "",
        "127.0.0.1:8080": f"127.0.0.1:{front.parts.settings.port}",
        "listen 80;": f"listen 127.0.0.1:{front.plain_port};",
        "listen 443 ": f"listen 127.0.0.1:{front.port} ",
        "/etc/ssl/halfminute": str(directory),
    }.items():
        assert before in adapted
        adapted = adapted.replace(before, after)
    # This machine may have no IPv6.
    adapted = re.sub(r"(?m)^ *listen \[::\].*\n", "", adapted)
    (directory / "halfminute.conf").write_text(adapted)
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{name}_temp_path {directory}/{name};" for name in places)
    account = "user root root;" if os.geteuid() == 0 else ""
    (directory / "nginx.conf").write_text(
        f"daemon off; {account} pid {directory}/nginx.pid; error_log stderr warn; events {{}}\n"
        f"http {{ {temporary} access_log off; include {directory}/halfminute.conf; }}\n"
    )
    command = [program, "-p", str(directory), "-c", str(directory / "nginx.conf")]
    subprocess.run([*command, "-t", "-q"], check=True)
    with subprocess.Popen(command) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


def make_certificate(directory: Path) -> ssl.SSLContext:
    """fullchain.pem and privkey.pem for the example's name; who trusts them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME), loopback]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (directory / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (directory / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return ssl.create_default_context(cafile=str(directory / "fullchain.pem"))


async def wait_for_port(port: int) -> None:
    """Return when somebody listens."""
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
