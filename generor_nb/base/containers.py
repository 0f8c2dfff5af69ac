"""What a film's or a sound's own header says of it: size and length, read without any decoder."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

# A broken file must not keep anybody busy.
_MOST_BOXES, _MOST_HEADER = 2_000, 64


@dataclass(frozen=True, slots=True)
class Measures:
    """Pixels and seconds, each None where the header does not say."""

    width: int | None = None
    height: int | None = None
    seconds: float | None = None


def measured(path: Path, mime: str) -> Measures:
    """The measures of an MP4, FLAC or WAV; nothing is known of others, and of what cannot be read."""
    try:
        with path.open("rb") as file:
            if mime == "video/mp4":
                return _mp4(file, path.stat().st_size)
            if mime == "audio/flac":
                return Measures(seconds=_flac(file))
            if mime == "audio/wav":
                return Measures(seconds=_wav(file, path.stat().st_size))
    except (OSError, struct.error, IndexError, ZeroDivisionError):
        pass
    return Measures()


def _mp4(file: BinaryIO, size: int) -> Measures:
    width = height = seconds = None
    for kind, start, end in _inside(file, b"moov", 0, size):
        if kind == b"mvhd":
            head = _at(file, start, end)
            long = head[0] == 1
            scale, length = struct.unpack_from(">IQ" if long else ">II", head, 20 if long else 12)
            seconds = round(length / scale, 3)
        elif kind == b"trak":
            tracks = (box for box in _boxes(file, start, end) if box[0] == b"tkhd")
            for _, *bounds in tracks:
                # The last two numbers of a track's header, 16.16; those of a sound are zero.
                wide, high = (n >> 16 for n in struct.unpack(">II", _at(file, bounds[1] - 8, bounds[1])))
                width, height = (wide, high) if wide and high else (width, height)
    return Measures(width, height, seconds)


def _inside(file: BinaryIO, wanted: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    for kind, first, last in _boxes(file, start, end):
        if kind == wanted:
            yield from _boxes(file, first, last)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places: their kind, and where their content begins and ends."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        size, kind = struct.unpack(">I4s", _at(file, start, start + 8))
        head = 8
        if size == 1:
            (size,), head = struct.unpack(">Q", _at(file, start + 8, start + 16)), 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            return
        yield kind, start + head, start + size
        start += size


def _flac(file: BinaryIO) -> float | None:
    if _at(file, 0, 4) != b"fLaC":
        return None
    # After the mark and a block's head: 20 bits of rate, 3 of channels, 5 of depth, 36 of samples.
    (packed,) = struct.unpack_from(">Q", _at(file, 18, 26))
    return round((packed & (1 << 36) - 1) / (packed >> 44), 3) or None


def _wav(file: BinaryIO, size: int) -> float | None:
    per_second, start = 0, 12
    for _ in range(_MOST_BOXES):
        kind, length = struct.unpack("<4sI", _at(file, start, start + 8))
        if kind == b"fmt ":
            (per_second,) = struct.unpack_from("<I", _at(file, start + 8, start + 24), 8)
        if kind == b"data":
            return float(round(min(length, size - start - 8) / per_second, 3))
        start += 8 + length + length % 2
    return None


def _at(file: BinaryIO, start: int, end: int) -> bytes:
    file.seek(start)
    return file.read(min(end - start, _MOST_HEADER))
