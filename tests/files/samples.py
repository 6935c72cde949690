"""Pictures, sounds and films, made in code."""

from __future__ import annotations

import io
import math
import struct
import wave
import zlib
from array import array
from typing import Any

import av
from PIL import Image, PngImagePlugin

GPS = "50.4501N 30.5234E"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><secret>Kyiv</secret></x:xmpmeta>"


def painted(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Red at the left, blue at the right."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (width // 2, 0, width, height))
    return picture.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """As a telephone writes it."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = "Telephone of Ira"
    data[0x9286] = GPS
    data.get_ifd(0x8825)[1] = "N"
    return data


def picture(kind: str = "PNG", image: Image.Image | None = None, **options: Any) -> bytes:
    """Encoded by Pillow."""
    made = io.BytesIO()
    (image or painted()).save(made, kind, **options)
    return made.getvalue()


def photo(orientation: int = 1, width: int = 60, height: int = 40) -> bytes:
    """A JPEG with everything that a telephone puts into it."""
    return picture(
        "JPEG",
        painted(width, height),
        exif=exif(orientation),
        xmp=XMP,
        comment=b"by Ira",
        quality=90,
    )


def telling_png() -> bytes:
    """A PNG with texts, Exif and XMP."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Ira")
    info.add_text("Place", GPS, zip=True)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return picture("PNG", pnginfo=info, exif=exif())


def animation(kind: str = "GIF", frames: int = 3, **options: Any) -> bytes:
    """Frames of different colours, over and over."""
    colours = ("red", "green", "blue", "yellow", "black")
    images = [Image.new("RGB", (40, 30), colours[n % len(colours)]) for n in range(frames)]
    return picture(
        kind,
        images[0],
        save_all=True,
        append_images=images[1:],
        duration=100,
        loop=0,
        **options,
    )


def tone(seconds: float = 1.0, rate: int = 48_000) -> array[int]:
    """Silent at first, loud at the end."""
    count = int(seconds * rate)
    return array("h", (int(30_000 * n / count * math.sin(n / 20)) for n in range(count)))


def wav(seconds: float = 1.0) -> bytes:
    """A sound without packing."""
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes(tone(seconds).tobytes())
    return made.getvalue()


def voice(seconds: float = 2.0, container: str = "ogg", codec: str = "libopus") -> bytes:
    """A voice message: one channel of Opus in Ogg."""
    made = io.BytesIO()
    with av.open(made, "w", format=container) as out:
        stream: Any = out.add_stream(codec, rate=48_000, layout="mono")
        samples = tone(seconds)
        for start in range(0, len(samples), 960):
            piece = samples[start : start + 960]
            piece.extend([0] * (960 - len(piece)))
            frame = av.AudioFrame(format="s16", layout="mono", samples=960)
            frame.sample_rate = 48_000
            frame.pts = start
            frame.planes[0].update(piece.tobytes())
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return made.getvalue()


def film(container: str = "mp4", codec: str = "mpeg4", frames: int = 20) -> bytes:
    """Two seconds, red at the left and blue at the right."""
    made = io.BytesIO()
    with av.open(made, "w", format=container) as out:
        stream: Any = out.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        # Not typed, as all that has to do with Pillow.
        from_image: Any = av.VideoFrame.from_image
        for _ in range(frames):
            out.mux(stream.encode(from_image(painted(160, 96))))
        out.mux(stream.encode(None))
    return made.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and has nothing in it."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    data = b"IDAT" + zlib.compress(b"")
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    end = b"IEND"
    return b"\x89PNG\r\n\x1a\n" + head + chunk + bytes(4) + end + struct.pack(">I", zlib.crc32(end))


def colour_at(picture: Image.Image, x: int, y: int) -> tuple[int, int, int]:
    """Red, green and blue of one pixel."""
    red, green, blue = picture.convert("RGB").crop((x, y, x + 1, y + 1)).tobytes()
    return red, green, blue
