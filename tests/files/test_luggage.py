"""Whatever an agent sends, it does not tell where, when and by whom it was taken."""

from __future__ import annotations

import asyncio
import io
import struct
import tempfile
from collections.abc import Callable
from typing import Any

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from halfminute.files.boxed.cleaning import blank_luggage
from halfminute.files.decoding.child import OUTPUT_BYTES
from halfminute.files.decoding.decoder import Decoder
from halfminute.files.pictures import Broken, Unremovable, strip
from tests.files import boxes, samples
from tests.files.boxes import CODED, PICTURE, SECRET, Item, box, full_box
from tests.files.browser import Browser

EXIF = Item(b"Exif", [bytes(4), SECRET])
TELLING = (b"Ira", b"Kyiv", b"50.4501", b"Telephone", SECRET)


def blank(content: bytes, media_type: str = "image/avif") -> bytes:
    kept = bytearray(content)
    blank_luggage(kept, media_type)
    assert len(kept) == len(content)
    return bytes(kept)


def list_told(content: bytes) -> list[bytes]:
    return [secret for secret in TELLING if secret in content]


def colours_of(content: bytes) -> tuple[int, int]:
    """How red it is at the left, and how blue at the right, as FFmpeg decodes it."""
    with av.open(io.BytesIO(content), "r") as container:
        frame: Any = next(container.decode(video=0))
        image = frame.to_image()
    left, right = (samples.colour_at(image, x, 20) for x in (10, image.width - 10))
    return left[0], right[2]


async def test_a_photo_of_an_iphone_is_sent_without_its_place(browser: Browser) -> None:
    content = boxes.heic()
    assert list_told(content)

    answer = await browser.upload(content, "IMG_0001.HEIC")

    told = answer.json()
    assert (answer.status_code, told["media_type"], told["kind"]) == (201, "image/heic", "file")
    kept = (await browser.ask(told["id"])).content
    assert list_told(kept) == []
    red, blue = colours_of(kept)
    assert red > 200
    assert blue > 200


@pytest.mark.parametrize("frames", [1, 4], ids=["still", "sequence"])
async def test_an_avif_is_sent_without_its_place(browser: Browser, frames: int) -> None:
    content = boxes.avif(frames)
    assert list_told(content)

    told = (await browser.upload(content, "a.avif")).json()

    assert told["media_type"] == "image/avif"
    kept = (await browser.ask(told["id"])).content
    assert list_told(kept) == []
    with Image.open(io.BytesIO(kept)) as picture, Image.open(io.BytesIO(content)) as before:
        assert not picture.getexif()
        assert "xmp" not in picture.info
        for number in range(frames):
            picture.seek(number)
            before.seek(number)
            assert picture.tobytes() == before.tobytes()


@pytest.mark.parametrize("version", [0, 1, 2])
def test_what_an_item_of_exif_says_is_blank_wherever_its_place_is_told(version: int) -> None:
    kept = blank(boxes.picture(PICTURE, EXIF, version=version))

    assert list_told(kept) == []
    assert CODED in kept
    assert b"Exif" not in kept


@pytest.mark.parametrize(
    "items",
    [
        [EXIF],
        [EXIF, EXIF],
        [Item(b"Exif", [b"50.4501 ", b"Kyiv ", b"of Ira"])],
        [Item(b"Exif", [SECRET], is_in_idat=True)],
        [Item(b"Exif", [b"Kyiv", b"Ira"], is_in_idat=True), EXIF],
        [Item(b"mime", [SECRET], name=b"Kyiv\0application/rdf+xml")],
        [Item(b"uri ", [SECRET], name=b"\0https://example.org/Ira")],
        [Item(b"Kyiv", [SECRET], name=b"Kyiv")],
        [Item(b"jpeg", [samples.photo()])],
        [Item(b"av01", [b"thumbnail"], name=b"Kyiv by Ira")],
    ],
    ids=[
        *("one", "two", "in many extents", "in idat", "in idat and mdat", "xmp", "uri"),
        *("unknown", "a preview that is a jpeg", "the name of a picture"),
    ],
)
def test_luggage_is_blank_in_whatever_item_it_is(items: list[Item]) -> None:
    kept = blank(boxes.picture(PICTURE, *items))

    assert list_told(kept) == []
    assert CODED in kept


def test_the_thumbnail_of_a_picture_stays() -> None:
    kept = blank(boxes.picture(PICTURE, EXIF, Item(b"av01", [b"thumbnail"])))
    assert b"thumbnail" in kept


def test_what_no_item_uses_is_blank() -> None:
    """An editor that writes new Exif leaves the old one behind."""
    kept = blank(boxes.picture(PICTURE, EXIF, between=SECRET))

    assert list_told(kept) == []
    assert CODED in kept


@pytest.mark.parametrize("name", [b"uuid", b"udta", b"free", b"skip", b"xml ", b"bxml", b"Kyiv"])
def test_luggage_in_a_box_is_blank_at_the_end_and_in_the_midst(name: bytes) -> None:
    luggage = box(name, SECRET)
    kept = blank(boxes.picture(PICTURE, properties=luggage, extra=luggage, behind=luggage))

    assert list_told(kept) == []
    assert CODED in kept


def test_what_a_picture_is_called_and_when_it_was_made_is_blank() -> None:
    told = full_box(b"udes", 0, b"en\0", SECRET, b"\0") + full_box(b"crtt", 0, SECRET)
    kept = blank(boxes.picture(PICTURE, properties=told))

    assert list_told(kept) == []
    assert b"ispe" in kept


def test_what_is_no_box_behind_a_picture_is_blank() -> None:
    assert list_told(blank(boxes.picture(PICTURE) + SECRET)) == []


REFUSED: dict[str, tuple[type[Exception], Callable[[], bytes]]] = {
    "an item within another item": (
        Unremovable,
        lambda: boxes.picture(PICTURE, EXIF, method=2),
    ),
    "an item without a length": (
        Unremovable,
        lambda: boxes.picture(PICTURE, Item(b"Exif", [b""])),
    ),
    "luggage that is the picture": (Unremovable, lambda: _shifted(1, CODED)),
    "luggage that is the index": (Unremovable, lambda: _shifted(1, None)),
    "a picture that is luggage": (Unremovable, lambda: boxes.picture(EXIF)),
    "an item beyond the end": (Broken, lambda: boxes.picture(PICTURE, EXIF)[:-1]),
    "two indexes": (
        Broken,
        lambda: boxes.picture(PICTURE, EXIF, extra=full_box(b"iloc", 0, bytes(4))),
    ),
    "two metas": (Broken, lambda: boxes.picture(PICTURE, behind=full_box(b"meta", 0))),
    "no meta": (Broken, lambda: box(b"ftyp", b"avif", bytes(4))),
}


def _shifted(item: int, onto: bytes | None) -> bytes:
    """The place of an item is changed to that of other bytes; None: of the file's beginning."""
    content = bytearray(boxes.picture(PICTURE, EXIF, version=0))
    place = content.index(b"iloc") + 12 + 14 + 6
    assert item == 1
    struct.pack_into(">I", content, place, 0 if onto is None else content.index(onto))
    return bytes(content)


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_cleaned_with_certainty_is_refused(case: str) -> None:
    fault, make = REFUSED[case]
    with pytest.raises(fault):
        blank(make())


FILMS: dict[str, Callable[[], bytes]] = {
    "mp4": boxes.film,
    "mp4 that begins at once": lambda: boxes.film(movflags="faststart"),
    "mov": lambda: boxes.film("mov", movflags="use_metadata_tags"),
    "3gp": lambda: boxes.film("3gp"),
    "fragments": lambda: boxes.film(movflags="frag_keyframe+empty_moov"),
}


@pytest.mark.parametrize("kind", FILMS)
async def test_a_film_is_sent_without_its_place(browser: Browser, kind: str) -> None:
    content = FILMS[kind]()
    shown, told = boxes.read_film(content)
    assert "location" in told

    answer = await browser.upload(content, "film.mov")

    assert (answer.status_code, answer.json()["kind"]) == (201, "video")
    kept = (await browser.ask(answer.json()["id"])).content
    assert boxes.read_film(kept) == (shown, {})
    assert list_told(kept) == []


async def test_more_films_at_once_than_are_read_at_once_all_come_in(browser: Browser) -> None:
    async with asyncio.timeout(60):
        answers = await asyncio.gather(*(browser.upload(samples.film(frames=2)) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [201, 201, 201]


async def test_a_film_that_is_larger_than_what_is_made_of_a_picture_is_cleaned() -> None:
    with tempfile.TemporaryFile() as film:
        film.write(boxes.film())
        film.write(box(b"free", SECRET, bytes(OUTPUT_BYTES)))
        film.flush()
        length = film.tell()
        async with Decoder().decode("unload", film, "video/mp4") as (_, made):
            content = made.read()
    assert len(content) == length
    assert list_told(content) == []


@pytest.mark.parametrize("handler", [b"meta", b"mdta", b"sbtl", b"text", b"Kyiv"])
def test_a_track_that_tells_goes_with_all_its_samples(handler: bytes) -> None:
    film = boxes.film()
    content = boxes.with_track(film, [b"50.4501", b"Kyiv", b"of Ira"], handler)
    shown, _ = boxes.read_film(film)

    kept = blank(content, "video/mp4")

    assert list_told(kept) == []
    assert boxes.read_film(kept) == (shown, {})


def test_a_track_that_tells_in_fragments_is_refused() -> None:
    content = boxes.with_track(boxes.film(), [b"Kyiv"]) + box(b"moof", full_box(b"mfhd", 0))
    with pytest.raises(Unremovable):
        blank(content, "video/mp4")


def test_a_track_that_tells_by_the_samples_of_the_film_is_refused() -> None:
    content = boxes.with_track(boxes.film(), [b"Kyiv"])
    place = content.rindex(b"stco") + 12
    first = content.index(b"mdat") + 4
    with pytest.raises(Unremovable):
        blank(content[:place] + struct.pack(">I", first) + content[place + 4 :], "video/mp4")


@pytest.mark.parametrize("name", [b"udta", b"meta", b"uuid", b"free", b"gps ", b"XMP_"])
def test_luggage_in_a_box_of_a_film_is_blank(name: bytes) -> None:
    film = boxes.film()
    place = film.index(b"moov") - 4
    size = int.from_bytes(film[place : place + 4], "big")
    luggage = box(name, SECRET)
    inner = struct.pack(">I", size + len(luggage)) + film[place + 4 :] + luggage

    kept = blank(film[:place] + inner + luggage + SECRET, "video/mp4")

    assert list_told(kept) == []
    assert boxes.read_film(kept)[0] == boxes.read_film(film)[0]


def test_a_film_does_not_say_when_it_was_taken() -> None:
    film = boxes.film()
    place = film.index(b"mvhd") + 8
    kept = blank(film[:place] + b"\xda\x01\x02\x03" * 2 + film[place + 8 :], "video/mp4")
    assert kept[place : place + 8] == bytes(8)


def test_a_film_of_sound_that_is_not_packed_stays_whole() -> None:
    """Its samples are counted in frames, so nothing between them is touched."""
    made = io.BytesIO()
    with av.open(made, "w", format="mov") as out:
        out.metadata["location"] = "+50.4501+030.5234/"
        stream: Any = out.add_stream("pcm_s16le", rate=48_000, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=1024)
        frame.sample_rate = 48_000
        frame.planes[0].update(samples.tone(1.0)[:1024].tobytes())
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    content = made.getvalue()

    kept = blank(content, "video/quicktime")

    assert boxes.read_film(kept)[0] == boxes.read_film(content)[0]
    assert list_told(kept) == []


def tiff(**options: Any) -> bytes:
    return samples.picture("TIFF", exif=samples.exif(), xmp=samples.XMP, **options)


@pytest.mark.parametrize(
    "content",
    [
        tiff(),
        tiff(compression="tiff_lzw", artist="Ira"),
        tiff(compression="tiff_deflate", description="Kyiv"),
        tiff(compression="jpeg"),
        tiff(save_all=True, append_images=[samples.painted(20, 20)] * 2),
        samples.picture("TIFF", samples.painted(mode="1"), compression="group4", artist="Ira"),
        samples.picture("TIFF", samples.painted(mode="P"), artist="Ira"),
    ],
    ids=["plain", "lzw", "deflate", "jpeg", "pages", "fax", "palette"],
)
async def test_a_scan_is_sent_without_who_made_it_where(browser: Browser, content: bytes) -> None:
    assert list_told(content)

    told = (await browser.upload(content, "scan.tiff")).json()

    assert told["media_type"] == "image/tiff"
    kept = (await browser.ask(told["id"])).content
    assert list_told(kept) == []
    with Image.open(io.BytesIO(kept)) as picture, Image.open(io.BytesIO(content)) as before:
        pages: int = getattr(before, "n_frames", 1)
        assert getattr(picture, "n_frames", 1) == pages
        for number in range(pages):
            picture.seek(number)
            before.seek(number)
            assert picture.tobytes() == before.tobytes()


def test_a_scan_that_goes_round_is_refused() -> None:
    content = bytearray(tiff())
    [place] = struct.unpack("<I", content[4:8])
    [count] = struct.unpack("<H", content[place : place + 2])
    struct.pack_into("<I", content, place + 2 + 12 * count, place)
    with pytest.raises(Broken):
        strip(bytes(content), "image/tiff")


UNCLEANABLE = {
    "bigtiff": b"II+\0\x08\0\0\0" + bytes(8),
    "jpeg xl": b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(20),
    "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(20),
    "photoshop": b"8BPS\0\1" + bytes(30),
    "raw of canon": box(b"ftyp", b"crx ", bytes(4), b"crx isom") + SECRET,
    "raw of adobe": samples.picture("TIFF", tiffinfo={50706: b"\1\4\0\0"}),
    "heif within itself": boxes.picture(PICTURE, EXIF, method=2),
}


@pytest.mark.parametrize("kind", UNCLEANABLE)
async def test_an_agent_is_told_that_it_may_tell_too_much(browser: Browser, kind: str) -> None:
    answer = await browser.upload(UNCLEANABLE[kind], "photo")

    assert (answer.status_code, answer.json()["code"]) == (422, "metadata_not_removable")
    assert "JPEG" in answer.json()["message"]
    assert await browser.scene.rows("select id from files") == []


def test_the_little_picture_in_the_head_of_a_jpeg_goes() -> None:
    """It may show what was cut off the large one."""
    plain = samples.picture("JPEG")
    place = plain.index(b"JFIF")
    size = int.from_bytes(plain[place - 2 : place], "big")
    head = plain[place : place + 12] + bytes([2, 2]) + b"Kyiv of Ira."
    content = (
        plain[: place - 2] + struct.pack(">H", 2 + len(head)) + head + plain[place + size - 2 :]
    )
    assert list_told(content)

    kept = strip(content, "image/jpeg")

    assert kept == strip(plain, "image/jpeg") == plain


_WHOLE = {
    "image/avif": boxes.picture(PICTURE, EXIF, Item(b"Exif", [SECRET], is_in_idat=True)),
    "image/heic": boxes.heic(),
    "video/mp4": boxes.with_track(samples.film(frames=2), [b"Kyiv", SECRET]),
    "image/tiff": tiff(),
}


@settings(max_examples=400, derandomize=True, deadline=1000)
@given(
    st.sampled_from(sorted(_WHOLE)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    st.floats(0, 1),
)
def test_whatever_is_wrong_with_it_it_is_cleaned_or_refused(
    media_type: str, changes: list[tuple[float, int]], length: float
) -> None:
    content = bytearray(_WHOLE[media_type])
    for place, value in changes:
        content[int(place * len(content))] = value
    del content[max(16, int(length * 1.2 * len(content))) :]
    before = len(content)
    try:
        if media_type == "image/tiff":
            strip(bytes(content), media_type)
            return
        blank_luggage(content, media_type)
    except (Broken, Unremovable):
        return
    assert len(content) == before
