"""What somebody who means harm hands in, made in code; `CANARY` stands where a script would run."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image

from tests.files import samples

CANARY = "hm_canary_7f3a"
SCRIPT = f"<script>{CANARY}()</script>".encode()
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="%s()">%s</svg>' % (CANARY.encode(), SCRIPT)
JS = f"{CANARY}();".encode()


class Payload(NamedTuple):
    """Bytes, and what they are called."""

    label: str
    content: bytes
    name: str = "cat.png"


def list_active() -> Iterator[Payload]:
    """What a browser, or another program, would run if it were told to."""
    texts = {
        "html": HTML,
        "html in lower case": HTML.lower(),
        "html after white space": b" \r\n\t" * 50 + HTML,
        "html after a mark": b"\xef\xbb\xbf" + HTML,
        "html in utf-16": HTML.decode().encode("utf-16"),
        "html in utf-7": b"+ADw-script+AD4-" + JS + b"+ADw-/script+AD4-",
        "html after zeros": bytes(300) + HTML,
        "html in a comment": b"<!-- GIF89a -->" + HTML,
        "html fragment": b"<img src=x onerror=" + JS + b">",
        "html late": b"x" * 6000 + HTML,
        "iframe": b'<iframe srcdoc="' + SCRIPT + b'"></iframe>',
        "meta refresh": b"<meta http-equiv=refresh content='0;url=javascript:" + JS + b"'>",
        "xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT,
        "svg": SVG,
        "svg after xml": b'<?xml version="1.0"?>\n' + SVG,
        "svg after a comment": b"<!-- x -->" * 100 + SVG,
        "svg in utf-16": SVG.decode().encode("utf-16"),
        "svgz": gzip.compress(SVG),
        "svg with a foreign object": SVG.replace(b">", b"><foreignObject>" + HTML, 1),
        "svg that reads a file": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG,
        "svg that laughs": _laughing(b"<svg>&i;</svg>"),
        "xml that laughs": _laughing(b"<r>&i;</r>"),
        "xslt": b'<?xml version="1.0"?><?xml-stylesheet href="data:text/xsl,x"?><a/>' + SCRIPT,
        "javascript": JS,
        "module": b"export default " + JS,
        "json": b'{"__proto__": {"x": "' + SCRIPT + b'"}}',
        "css": b"body{background:url(javascript:" + JS + b")}",
        "mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + HTML,
        "mail": b"From: a@b\r\nContent-Type: text/html\r\n\r\n" + HTML,
        "pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(" + JS + b")>>>>endobj\n%%EOF",
        "flash": b"FWS\x06" + struct.pack("<I", 100) + SCRIPT,
        "php": b"<?php echo '" + SCRIPT + b"'; ?>",
        "shell": b"#!/bin/sh\ncurl x | sh\n" + SCRIPT,
        "batch": b"@echo off\r\n" + SCRIPT,
        "program": b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + SCRIPT,
        "elf": b"\x7fELF\x02\x01\x01" + bytes(9) + SCRIPT,
        "class": b"\xca\xfe\xba\xbe\0\0\0\x34" + SCRIPT,
        "wasm": b"\0asm\x01\0\0\0" + SCRIPT,
        "shortcut": b"[InternetShortcut]\r\nURL=javascript:" + JS,
        "playlist": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
        "subtitles": b"WEBVTT\n\n00:00.000 --> 00:01.000\n" + SCRIPT,
        "cache manifest": b"CACHE MANIFEST\n/\n",
        "calendar": b"BEGIN:VCALENDAR\r\nDESCRIPTION:" + SCRIPT,
    }
    for label, content in texts.items():
        yield Payload(label, content)


def _laughing(end: bytes) -> bytes:
    entities = b'<!ENTITY a "ha">'
    for former, name in zip("abcdefgh", "bcdefghi", strict=True):
        entities += f'<!ENTITY {name} "{f"&{former};" * 10}">'.encode()
    return b"<!DOCTYPE r [" + entities + b"]>" + end


def list_polyglots() -> Iterator[Payload]:
    """What is two things at once."""
    gif, png, jpeg, webp = (
        samples.picture("GIF"),
        samples.picture("PNG"),
        samples.photo(),
        samples.picture("WEBP"),
    )
    archive = _archive({"a.html": HTML})
    for label, picture in {"gif": gif, "png": png, "jpeg": jpeg, "webp": webp}.items():
        yield Payload(f"{label} before html", picture + HTML, "a.html")
        yield Payload(f"{label} before svg", picture + SVG, "a.svg")
        yield Payload(f"{label} before zip", picture + archive, "a.jar")
        yield Payload(f"{label} before pdf", picture + b"%PDF-1.4\n" + SCRIPT, "a.pdf")
        yield Payload(f"html before {label}", HTML + picture, "a.gif")
    yield Payload("gif that is javascript", b"GIF89a/*" + gif[8:] + b"*/=1;" + JS, "a.js")
    yield Payload("gif with a telling comment", _gif_with(b"\xfe", HTML))
    yield Payload("gif with a telling text", _gif_with(b"\x01", bytes(12) + HTML))
    yield Payload("gif of another program", _gif_with(b"\xff", b"XMP DataXMP" + HTML))
    yield Payload("gif with luggage in its loop", _gif_with(b"\xff", b"NETSCAPE2.0", HTML))
    yield Payload("png with a telling text", _png_with(b"tEXt", b"Comment\0" + HTML))
    yield Payload("png with an unknown chunk", _png_with(b"hmXx", HTML))
    yield Payload("png with exif", _png_with(b"eXIf", b"MM\0*" + HTML))
    yield Payload("jpeg with a telling comment", _jpeg_with(0xFE, HTML))
    yield Payload("jpeg of another program", _jpeg_with(0xED, b"Photoshop 3.0\0" + HTML))
    yield Payload("jpeg with a false jfif", _jpeg_with(0xE0, b"JFXX\0" + HTML))
    yield Payload("jpeg with a preview", _jpeg_with(0xE1, b"Exif\0\0" + HTML))
    yield Payload("webp with xmp", samples.picture("WEBP", xmp=HTML))
    yield Payload("webp with an unknown chunk", _webp_with(b"HTML", HTML))
    yield Payload("pdf that is a zip", b"%PDF-1.4\n" + archive, "a.pdf")
    yield Payload("zip that is a pdf", archive + b"%PDF-1.4\n" + SCRIPT, "a.zip")
    yield Payload("zip behind html", HTML + archive, "a.zip")
    yield Payload("film with html", samples.film() + HTML, "a.html")
    yield Payload("film that begins like html", b"\0\0\0\x20ftyphtml" + HTML, "a.mp4")
    yield Payload("sound with html", samples.wav(0.2) + HTML, "a.html")
    yield Payload("song with html for a title", b"ID3\x03\0\0\0\0\x0f\x7f" + HTML, "a.mp3")
    yield Payload("ogg with html", b"OggS\0\x02" + bytes(20) + HTML, "a.ogg")
    yield Payload("matroska with html", b"\x1a\x45\xdf\xa3\x84webm" + HTML, "a.webm")
    yield Payload("bitmap that is javascript", b"BM/*" + bytes(50) + b"*/=1;" + JS, "a.bmp")
    yield Payload("icon with html", b"\0\0\x01\0\x01\0" + HTML, "a.ico")
    yield Payload("document with html", _archive({"word/document.xml": SVG}), "a.docx")


def _archive(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _gif_with(label: bytes, first: bytes, *blocks: bytes) -> bytes:
    gif = samples.picture("GIF")
    place = gif.index(b",", 13 + 3 * 2 ** ((gif[10] & 7) + 1))
    told = b"".join(bytes([len(block)]) + block for block in (first[:255], *blocks))
    return gif[:place] + b"!" + label + told + b"\0" + gif[place:]


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png_with(name: bytes, body: bytes) -> bytes:
    png = samples.picture("PNG")
    return png[:33] + _chunk(name, body) + png[33:]


def _jpeg_with(marker: int, body: bytes) -> bytes:
    jpeg = samples.picture("JPEG")
    return jpeg[:2] + b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def _webp_with(name: bytes, body: bytes) -> bytes:
    inner = samples.picture("WEBP")[8:] + name + struct.pack("<I", len(body)) + body
    inner += b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def list_bombs() -> Iterator[Payload]:
    """Small, and without end."""
    zeros = zlib.compress(bytes(40_000_000), 9)
    for width, height in ((60_000, 60_000), (2**31 - 1, 2**31 - 1), (2**31 - 1, 1), (0, 0)):
        yield Payload(f"png of {width} by {height}", samples.png_header(width, height))
    yield Payload("png that unpacks to much", _png(30_000, 30_000, zeros))
    yield Payload("png that unpacks to more than it says", _png(10, 10, zeros))
    yield Payload("png with a packed text", _png_with(b"zTXt", b"a\0\0" + zeros))
    yield Payload("png with a packed profile", _png_with(b"iCCP", b"a\0\0" + zeros))
    yield Payload("png with a false length", samples.picture()[:33] + b"\xff\xff\xff\xffIDAT")
    yield Payload("png without an end", samples.picture()[:-12])
    many = samples.animation("GIF", 3)
    frame = many[many.index(b"!\xf9") : -1]
    yield Payload("gif with frames without end", many[:-1] + frame * 2000 + b";")
    yield Payload("gif of a huge canvas", b"GIF89a\xff\xff\xff\xff\0\0\0" + frame + b";")
    yield Payload("gif of huge frames", _gif_of(8000, 7000, 60))
    yield Payload("gif whose frame is beyond its canvas", _gif_of(10, 10, 1, 65_000, 65_000))
    yield Payload("webp of a huge canvas", _webp_canvas(2**24 - 1, 2**24 - 1))
    yield Payload(
        "webp that is large in one piece", b"RIFF\x1a\0\0\0WEBPVP8L\r\0\0\0/\xff\xff\xff\x0f"
    )
    yield Payload("webp with a false length", b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff")
    yield Payload("jpeg of 65535 by 65535", _jpeg_size(65_535, 65_535))
    yield Payload("jpeg of 0 by 0", _jpeg_size(0, 0))
    yield Payload("jpeg with markers without end", b"\xff\xd8" + b"\xff" * 100_000)
    yield Payload("jpeg with scans without end", _jpeg_scans(400))
    yield Payload("jpeg with a segment of no length", b"\xff\xd8\xff\xe0\0\0" + bytes(100))
    yield Payload("animated png that says it has many", _png_with(b"acTL", b"\xff\xff\xff\xff" * 2))
    yield Payload("zip of zeros", _archive({"a": bytes(30_000_000)}), "a.zip")
    yield Payload("zip of zips", _archive({"a.zip": _archive({"b": bytes(9_000_000)})}), "a.zip")
    yield Payload("zip with a climbing name", _archive({"../../etc/passwd": HTML}), "a.zip")
    yield Payload("gzip of zeros", gzip.compress(bytes(30_000_000)), "a.gz")
    sticker = b'{"tgs":1,"v":"5.5","w":512,"h":512,"layers":['
    yield Payload("sticker of spaces", gzip.compress(sticker + b" " * 30_000_000), "a.tgs")
    yield Payload("sticker cut short", gzip.compress(sticker + b"]}")[:-12], "a.tgs")
    yield Payload("sticker of stickers", gzip.compress(gzip.compress(sticker * 1000)), "a.tgs")
    yield Payload("sound that says it is long", b"RIFF\xff\xff\xff\xffWAVE" + samples.wav(0.1)[12:])
    yield Payload("sound of no rate", samples.wav(0.1).replace(struct.pack("<I", 48_000), bytes(4)))
    yield Payload("film of boxes in boxes", _boxes(2000), "a.mp4")
    yield Payload("film of a huge box", b"\0\0\0\x18ftypisom" + bytes(12) + b"\xff\xff\xff\xffmoov")
    yield Payload("matroska without end", b"\x1a\x45\xdf\xa3" + b"\x42\x86\x81\x01" * 5000, "a.mkv")
    yield Payload("tiff of a huge canvas", _tiff(2**31 - 1), "a.tif")
    yield Payload(
        "bitmap of a huge canvas", b"BM" + bytes(12) + struct.pack("<Iii", 40, 2**30, 2**30)
    )


def _png(width: int, height: int, packed: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _gif_of(width: int, height: int, frames: int, *frame_size: int) -> bytes:
    """Frames whose pixels are a few codes: LZW that repeats itself."""
    wide, high = frame_size or (width, height)
    made = io.BytesIO()
    Image.new("P", (min(wide, 2000), min(high, 2000))).save(made, "GIF")
    data = made.getvalue()
    place = data.index(b",", 13 + 3 * 2 ** ((data[10] & 7) + 1)) + 10
    image = b"," + struct.pack("<HHHH", 0, 0, wide, high) + b"\0" + data[place:-1]
    colours = b"\x80\0\0" + bytes(6)
    return b"GIF89a" + struct.pack("<HH", width, height) + colours + image * frames + b";"


def _webp_canvas(width: int, height: int) -> bytes:
    size = width.to_bytes(3, "little") + height.to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + size
    body += b"ANIM" + struct.pack("<I", 6) + bytes(6)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _jpeg_size(width: int, height: int) -> bytes:
    jpeg = samples.picture("JPEG")
    place = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:place] + struct.pack(">HH", height, width) + jpeg[place + 4 :]


def _jpeg_scans(count: int) -> bytes:
    jpeg = samples.picture("JPEG", samples.painted(1500, 1500), progressive=True)
    start = jpeg.rindex(b"\xff\xda")
    return jpeg[:start] + jpeg[start:-2] * count + b"\xff\xd9"


def _boxes(depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = struct.pack(">I", len(inner) + 8) + b"moov" + inner
    return b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + inner


def _tiff(side: int) -> bytes:
    fields = ((256, side), (257, side), (258, 8), (259, 1), (262, 1), (273, 8), (279, 2**31))
    told = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(fields)) + told + bytes(4)


def list_names() -> Iterator[Payload]:
    """Names that lead elsewhere, hide, or pretend."""
    names = [
        "../../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/passwd",
        "C:\\boot.ini",
        "\\\\server\\share\\a.png",
        "a/../../b.png",
        "....//....//b.png",
        "%2e%2e%2fetc%2fpasswd",
        ".htaccess",
        "..",
        ".",
        "...",
        "",
        " ",
        "a.png\0.html",
        "\0",
        "a\r\nSet-Cookie: x=y",
        "a\nContent-Type: text/html\n\n<script>",
        'a"; filename="b.html',
        "a'; x",
        "a;b=c",
        "invoice\u202egnp.exe",
        "\u2066a\u2069\u200e\u200f.png",
        "a\u2028b\u2029c.png",
        "a\u200b\u200d\ufeff.png",
        "\ud800.png".encode("utf-8", "replace").decode(),
        "CON",
        "nul.png",
        "LPT1.txt",
        "a" * 5_000 + ".png",
        "ы" * 400 + ".png",
        "🦊" * 100,
        "a." + "b" * 300,
        "a.png ",
        "a.png.",
        "<script>alert(1)</script>.png",
        "javascript:alert(1)",
        "a|b?c*d.png",
        "-rf *",
        "$(id).png",
        "`id`.png",
        "=cmd|' /C calc'!A0.csv",
    ]
    for number, name in enumerate(names):
        yield Payload(f"name {number}: {name[:30]!r}", samples.picture(), name[:1000])


def list_wrong_extensions() -> Iterator[Payload]:
    """Content of one kind under the name of another."""
    for extension in ("png", "jpg", "gif", "webp", "mp4", "ogg", "pdf", "txt"):
        yield Payload(f"html called {extension}", HTML, f"a.{extension}")
        yield Payload(f"svg called {extension}", SVG, f"a.{extension}")
    for extension in ("html", "svg", "js", "xhtml", "php", "exe", "hta"):
        yield Payload(f"png called {extension}", samples.picture(), f"a.{extension}")


def list_damaged() -> Iterator[Payload]:
    """Cut short, and with bytes changed at places that are always the same."""
    whole = {
        "png": samples.picture("PNG"),
        "jpeg": samples.photo(orientation=6),
        "gif": samples.animation("GIF"),
        "webp": samples.animation("WEBP"),
        "ogg": samples.voice(0.3),
        "mp4": samples.film(frames=5),
        "webm": samples.film("webm", "libvpx", frames=5),
        "wav": samples.wav(0.1),
    }
    for kind, content in whole.items():
        for share in (0.02, 0.3, 0.9):
            end = max(1, int(len(content) * share))
            yield Payload(f"{kind} cut to {end} bytes", content[:end], f"a.{kind}")
        chance = random.Random(kind)  # noqa: S311  # the same damage on every run
        for number in range(4):
            broken = bytearray(content)
            for _ in range(2 + number * 6):
                broken[chance.randrange(4, len(broken))] = chance.randrange(256)
            yield Payload(f"{kind} with damage {number}", bytes(broken), f"a.{kind}")
    yield Payload("nothing at all", b"", "a.png")
    yield Payload("one byte", b"G", "a.gif")
    yield Payload("zeros", bytes(10_000), "a.bin")
    yield Payload("noise", random.Random(1).randbytes(10_000), "a.bin")  # noqa: S311


GROUPS = {
    "active": list_active,
    "polyglots": list_polyglots,
    "bombs": list_bombs,
    "names": list_names,
    "wrong extensions": list_wrong_extensions,
    "damaged": list_damaged,
}
