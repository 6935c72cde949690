"""Reads sounds and films with PyAV: how long, how large, how loud, and how a film begins.

Runs in `child` alone. Each type has its one demuxer: those that open further files or addresses
(playlists) are never chosen.
"""

from __future__ import annotations

import array
from typing import Any, BinaryIO, Final

import av
from av.error import FFmpegError

from halfminute.files.decoding import pictures
from halfminute.files.decoding.refusal import Refused

WAVEFORM_LENGTH: Final = 64
# Of more than this much sound no waveform is made.
HEARD_SECONDS: Final = 3600
_RATE: Final = 8000
# A peak is taken of so many samples: ten milliseconds.
_STRETCH: Final = _RATE // 100
_PACKETS_TO_A_PICTURE: Final = 500
_FORMATS: Final = {
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "video/ogg": "ogg",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/mp4": "mov",
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "audio/webm": "matroska",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "video/avi": "avi",
    "video/mpeg": "mpeg",
}
_FAULTS: Final = (FFmpegError, *pictures.DECODING_FAULTS)


def preview(file: BinaryIO, made: BinaryIO, media_type: str) -> dict[str, Any]:
    """Write the first picture of a film when it has one. Raises Refused."""
    if media_type not in _FORMATS:
        raise Refused("unreadable")
    found: dict[str, Any] = {"has_thumbnail": False}
    try:
        with _open(file, media_type) as container:
            found["duration_seconds"] = _said_seconds(container)
            found["has_sound"] = bool(container.streams.audio)
            found["has_film"] = any(_is_film(stream) for stream in container.streams.video)
            if found["has_film"]:
                found |= _draw(container, made)
        if found["has_sound"] and not found["has_film"]:
            file.seek(0)
            with _open(file, media_type) as container:
                found |= _listen(container, found["duration_seconds"])
    except _FAULTS:
        raise Refused("unreadable") from None
    return found


def _open(file: BinaryIO, media_type: str) -> Any:
    return av.open(
        file,
        format=_FORMATS[media_type],
        options={"protocol_whitelist": "", "enable_drefs": "0"},
        metadata_errors="ignore",
    )


def _said_seconds(container: Any) -> float | None:
    return None if not container.duration else container.duration / 1_000_000


def _is_film(stream: Any) -> bool:
    """The cover of a song is a picture, and no film."""
    return not stream.disposition & av.stream.Disposition.attached_pic


def _draw(container: Any, made: BinaryIO) -> dict[str, Any]:
    stream = next(stream for stream in container.streams.video if _is_film(stream))
    width, height = stream.codec_context.width, stream.codec_context.height
    if width * height > pictures.PIXELS:
        raise Refused("too_many_pixels")
    stream.codec_context.thread_count = 1
    for number, packet in enumerate(container.demux(stream)):
        if number > _PACKETS_TO_A_PICTURE:
            break
        for frame in packet.decode():
            turn = frame.rotation % 360
            picture = frame.to_image()
            pictures.write_thumbnail(picture.rotate(turn, expand=True) if turn else picture, made)
            if turn in (90, 270):
                width, height = height, width
            return {"width": width, "height": height, "has_thumbnail": True}
    return {"width": width or None, "height": height or None}


def _listen(container: Any, said_seconds: float | None) -> dict[str, Any]:
    if said_seconds is not None and said_seconds > HEARD_SECONDS:
        return {}
    stream = container.streams.audio[0]
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    peaks: list[int] = []
    rest = array.array("h")
    try:
        for frame in container.decode(stream):
            for piece in resampler.resample(frame):
                rest.frombytes(bytes(piece.planes[0])[: piece.samples * 2])
            rest = _take_peaks(rest, peaks)
            if len(peaks) * _STRETCH > HEARD_SECONDS * _RATE:
                return {}
    except FFmpegError:
        # What was cut short is heard as far as it goes.
        if not peaks:
            raise
    if not peaks:
        raise Refused("unreadable")
    heard_seconds = (len(peaks) * _STRETCH + len(rest)) / _RATE
    return {
        "waveform": _shape(peaks),
        "duration_seconds": said_seconds or heard_seconds,
        "channels": stream.codec_context.channels,
        "codec": stream.codec_context.name,
    }


def _take_peaks(samples: array.array[int], peaks: list[int]) -> array.array[int]:
    whole = len(samples) - len(samples) % _STRETCH
    for start in range(0, whole, _STRETCH):
        stretch = samples[start : start + _STRETCH]
        highest, lowest = max(stretch), min(stretch)
        peaks.append(max(highest, -lowest))
    return samples[whole:]


def _shape(peaks: list[int]) -> list[int]:
    """`WAVEFORM_LENGTH` means of the peaks, the loudest 100."""
    means = []
    for number in range(WAVEFORM_LENGTH):
        start = number * len(peaks) // WAVEFORM_LENGTH
        end = max(start + 1, (number + 1) * len(peaks) // WAVEFORM_LENGTH)
        means.append(sum(peaks[start:end]) / (end - start))
    loudest = max(means)
    return [round(100 * mean / loudest) if loudest else 0 for mean in means]
