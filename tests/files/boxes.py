"""Pictures and films of telephones, built box by box, so that luggage can be put anywhere."""

from __future__ import annotations

import base64
import io
import struct
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import av

from tests.files import samples

# What must not leave: as Exif, XMP and QuickTime write it.
SECRET = b"Kyiv 50.4501N"
# What must stay.
CODED = b"coded picture of red and blue"

# A real one, of libheif and x265, with Exif and XMP: 128 by 64, red at the left, blue at the right.
_HEIC = """
AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAeFtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABw
aWN0AAAAAAAAAAAAAAAAAAAAAEZpbG9jAAAAAERAAAMAAQAAAAACBQABAAAAAAAAADEAAgAAAAAC
NgABAAAAAAAAAHIAAwAAAAACqAABAAAAAAAAAEUAAABiaWluZgAAAAAAAwAAABVpbmZlAgAAAAAB
AABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAACppbmZlAgAAAQADAABtaW1lAGFwcGxpY2F0
aW9uL3JkZit4bWwAAAAAAA5waXRtAAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAA
kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AA
AAMAkAAAAwAAAwAeoBAgQWW6kkprm4CGgwIAAAMAMgAAAwACEGIAAQAHRAHBcrAiQAAAABNjb2xy
bmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAACAAAAAQAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAA
AAAAAAABAAEEgQIDBAAAAChpcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAADmNkc2MAAwABAAEAAADw
bWRhdAAAAC0oAa8TgOaocNP//iaUf/0654fp5dLSeb2UAf/9aakj/Cod/+tBOUrH//SkwL8AAAAG
RXhpZgAATU0AKgAAAAgAAwEPAAIAAAARAAAAMoglAAQAAAABAAAARJKGAAIAAAASAAAAVgAAAABU
ZWxlcGhvbmUgb2YgSXJhAAAAAQABAAIAAAACTgAAAAAAAAA1MC40NTAxTiAzMC41MjM0RQA8eDp4
bXBtZXRhIHhtbG5zOng9J2Fkb2JlOm5zOm1ldGEvJz48c2VjcmV0Pkt5aXY8L3NlY3JldD48L3g6
eG1wbWV0YT4=
"""


def heic() -> bytes:
    """As a telephone makes it."""
    return base64.b64decode(_HEIC)


def avif(frames: int = 1) -> bytes:
    """With Exif and XMP; a sequence when it has several frames."""
    more = [samples.painted(128, 64).rotate(180)] * (frames - 1)
    told: dict[str, Any] = {"save_all": True, "append_images": more} if more else {}
    return samples.picture(
        "AVIF", samples.painted(128, 64), exif=samples.exif(), xmp=samples.XMP, **told
    )


def box(name: bytes, *bodies: bytes) -> bytes:
    """ISO/IEC 14496-12, 4.2."""
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), name) + body


def full_box(name: bytes, version: int, *bodies: bytes) -> bytes:
    """One with a version, and no flags."""
    return box(name, bytes([version, 0, 0, 0]), *bodies)


class Item(NamedTuple):
    """An item of a picture: its bytes in as many extents as there are `pieces`."""

    kind: bytes
    pieces: list[bytes]
    is_in_idat: bool = False
    name: bytes = b""


PICTURE = Item(b"av01", [CODED])


def picture(
    *items: Item,
    version: int = 1,
    between: bytes = b"",
    properties: bytes = b"",
    extra: bytes = b"",
    method: int | None = None,
    behind: bytes = b"",
) -> bytes:
    """An AVIF; the first item is the picture. `between` lies in `mdat` and no item uses it."""
    head = box(b"ftyp", b"avif", bytes(4), b"avifmif1")
    idat = b"".join(piece for item in items if item.is_in_idat for piece in item.pieces)
    length = 0
    for _ in range(2):  # once to learn how long `meta` is
        meta = _meta(items, version, len(head) + length + 8, (idat, properties, extra), method)
        length = len(meta)
    media = between.join(piece for item in items if not item.is_in_idat for piece in item.pieces)
    return head + meta + box(b"mdat", media, between) + behind


def _meta(
    items: tuple[Item, ...],
    version: int,
    media_at: int,
    parts: tuple[bytes, bytes, bytes],
    method: int | None,
) -> bytes:
    idat, properties, extra = parts
    return full_box(
        b"meta",
        0,
        full_box(b"hdlr", 0, bytes(4), b"pict", bytes(13)),
        full_box(b"pitm", 0, struct.pack(">H", 1)),
        _iinf(items),
        _iloc(items, version, media_at, method),
        box(b"iprp", box(b"ipco", box(b"ispe", bytes(12)), properties)),
        box(b"idat", idat),
        extra,
    )


def _iinf(items: tuple[Item, ...]) -> bytes:
    entries = [
        full_box(b"infe", 2, struct.pack(">HH4s", number, 0, item.kind), item.name, b"\0")
        for number, item in enumerate(items, start=1)
    ]
    return full_box(b"iinf", 0, struct.pack(">H", len(entries)), *entries)


def _iloc(items: tuple[Item, ...], version: int, media_at: int, method: int | None) -> bytes:
    """Version 0 knows the file alone; 1 and 2 have methods; 2 has wide ids."""
    width = "H" if version < 2 else "I"
    told = struct.pack(f">BB{width}", 0x44, 0x00, len(items))
    places = {False: media_at, True: 0}
    for number, item in enumerate(items, start=1):
        told += struct.pack(f">{width}", number)
        if version:
            told += struct.pack(">H", item.is_in_idat if method is None else method)
        told += struct.pack(">HH", 0, len(item.pieces))
        for piece in item.pieces:
            told += struct.pack(">II", places[item.is_in_idat], len(piece))
            places[item.is_in_idat] += len(piece)
    return full_box(b"iloc", version, told)


def film(container: str = "mp4", **options: str) -> bytes:
    """Two seconds with sound, and where it was taken, as telephones write it."""
    # By its name: one that is to begin at once is read again by FFmpeg.
    with tempfile.TemporaryDirectory() as directory:
        made = Path(directory) / "film"
        _write_film(made, container, options)
        return made.read_bytes()


def _write_film(made: Path, container: str, options: dict[str, str]) -> None:
    with av.open(str(made), "w", format=container, options=options) as out:
        for name in ("location", "com.apple.quicktime.location.ISO6709", "title"):
            out.metadata[name] = SECRET.decode() if name == "title" else "+50.4501+030.5234/"
        pictures: Any = out.add_stream("mpeg4", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 160, 96, "yuv420p"
        sounds: Any = out.add_stream("aac", rate=48_000, layout="mono")
        from_image: Any = av.VideoFrame.from_image
        for number in range(20):
            out.mux(pictures.encode(from_image(samples.painted(160, 96))))
            out.mux(sounds.encode(_silence(number)))
        out.mux(pictures.encode(None))
        out.mux(sounds.encode(None))


def _silence(number: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
    frame.sample_rate = 48_000
    frame.pts = number * 1024
    frame.planes[0].update(bytes(4096))
    return frame


def read_film(content: bytes) -> tuple[list[bytes], dict[str, str]]:
    """All that is shown and heard of it, still coded; and what it tells besides."""
    with av.open(io.BytesIO(content), "r") as container:
        told = {key: value for key, value in container.metadata.items() if "brand" not in key}
        told.pop("minor_version", None)
        return [bytes(packet) for packet in container.demux()], told


def with_track(content: bytes, samples_of_it: list[bytes], handler: bytes = b"meta") -> bytes:
    """The film with one more track, whose samples lie behind it, each a chunk of its own."""
    end = len(content)
    movie_at = content.index(b"moov") - 4
    size = int.from_bytes(content[movie_at : movie_at + 4], "big")
    assert movie_at + size == end, "the movie box is the last"
    track = _track(samples_of_it, handler, 0)
    track = _track(samples_of_it, handler, end + len(track) + 8)
    movie = struct.pack(">I", size + len(track)) + content[movie_at + 4 :] + track
    return content[:movie_at] + movie + box(b"mdat", *samples_of_it)


def _track(pieces: list[bytes], handler: bytes, media_at: int) -> bytes:
    places = []
    for piece in pieces:
        places.append(media_at)
        media_at += len(piece)
    count = struct.pack(">I", len(pieces))
    tables = box(
        b"stbl",
        full_box(b"stsd", 0, struct.pack(">I", 1), box(b"mebx", bytes(6), b"\0\1")),
        full_box(b"stts", 0, struct.pack(">III", 1, len(pieces), 1)),
        full_box(b"stsc", 0, struct.pack(">IIII", 1, 1, 1, 1)),
        full_box(b"stsz", 0, bytes(4), count, struct.pack(f">{len(pieces)}I", *map(len, pieces))),
        full_box(b"stco", 0, count, struct.pack(f">{len(places)}I", *places)),
    )
    media = box(
        b"mdia",
        full_box(b"mdhd", 0, struct.pack(">IIIII", 0, 0, 1000, 1000, 0)),
        full_box(b"hdlr", 0, bytes(4), handler, bytes(12), b"Core Media Metadata\0"),
        box(b"minf", full_box(b"nmhd", 0), box(b"dinf", full_box(b"dref", 0, bytes(4))), tables),
    )
    return box(b"trak", full_box(b"tkhd", 0, bytes(80)), media)
