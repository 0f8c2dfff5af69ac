"""Clips and sounds that are given: read with limits, a frame at a time."""

from __future__ import annotations

import base64
import binascii
import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from ..errors import EngineError
from ..sound.synth import RATE, Sound
from .asking import FPS
from .codec import library
from .planes import Planes
from .shots import framed

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 3840 * 2176
MAX_FRAMES = 3600
ITU709, UNKNOWN = 1, 2


@dataclass(frozen=True)
class Clip:
    """A given clip; ``seconds`` as its container says, else 0."""

    data: bytes
    width: int
    height: int
    seconds: float


def opened(address: str, field: str = "video_url") -> Clip:
    """The clip of a data URI.

    Raises:
        EngineError: it is no clip, damaged, or beyond what is decoded.
    """
    data = bytes_of(address, field)
    with _reading(data, field) as container:
        if not container.streams.video:
            raise EngineError(f"{field}: there are no pictures in this file.")
        stream = container.streams.video[0]
        width, height = int(stream.width or 0), int(stream.height or 0)
        if not width or not height:
            raise EngineError(f"{field}: the size of this clip cannot be read.")
        if width * height > MAX_PIXELS:
            raise EngineError(f"{field}: a clip of {width}x{height} pixels is too large; 3840x2160 at most.")
        return Clip(data, width, height, float((container.duration or 0) / 1_000_000))


def bytes_of(address: str, field: str) -> bytes:
    """What a data URI holds."""
    head, _, body = address.partition(",")
    if not head.startswith("data:") or not head.endswith(";base64"):
        raise EngineError(f"{field}: the studio's engines take media as a base64 data URI.")
    if len(body) > MAX_BYTES * 4 // 3 + 4:
        raise EngineError(f"{field}: must be at most {MAX_BYTES // 1024 // 1024} MB.")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise EngineError(f"{field}: this is not complete base64.") from None


@contextmanager
def _reading(data: bytes, field: str) -> Iterator[Any]:
    av = library()
    try:
        with av.open(io.BytesIO(data), "r") as container:
            yield container
    except (av.FFmpegError, ValueError) as error:
        if isinstance(error, EngineError):
            raise
        raise EngineError(f"{field}: this file cannot be read ({type(error).__name__}).") from None


def frames(clip: Clip, width: int, height: int, count: int, field: str = "video_url") -> Iterator[Planes]:
    """``count`` frames at FPS in a size; a clip that ends sooner begins again."""
    sent = 0
    while sent < count:
        before = sent
        for frame, last in _timed(clip, field):
            until = min(before + last, count)
            if sent >= until:
                continue
            picture = in_size(frame, width, height)
            while sent < until:
                yield picture.copy()
                sent += 1
            if sent >= count:
                return
        if sent == before:
            raise EngineError(f"{field}: no picture of this clip can be read.")


def last_frame(clip: Clip, width: int, height: int, field: str = "video_url") -> Image.Image:
    """Where a clip ends."""
    latest = deque(_timed(clip, field), maxlen=1)
    if not latest:
        raise EngineError(f"{field}: no picture of this clip can be read.")
    return in_size(latest[0][0], width, height).rgb()


def first_frame(clip: Clip, width: int, height: int, field: str = "video_url") -> Image.Image:
    return next(frames(clip, width, height, 1, field)).rgb()


def _timed(clip: Clip, field: str) -> Iterator[tuple[Any, int]]:
    """Decoded frames, each with the number of the first frame at FPS that it is too old for."""
    with _reading(clip.data, field) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        step = 1 / float(stream.average_rate or FPS)
        start, held = None, None
        for number, frame in enumerate(container.decode(stream)):
            if number >= MAX_FRAMES:
                raise EngineError(f"{field}: a clip of more than {MAX_FRAMES} frames is too long.")
            now = number * step if frame.time is None else float(frame.time)
            start = now if start is None else start
            if held is not None:
                yield held, round((now - start) * FPS)
            held, end = frame, now + step
        if held is not None:
            yield held, max(1, round((end - (start or 0.0)) * FPS))


def in_size(frame: Any, width: int, height: int) -> Planes:
    """A decoded frame, filling a size."""
    fit = max(width / frame.width, height / frame.height)
    turned = int(getattr(frame, "rotation", 0) or 0)
    kept = width * height / (frame.width * frame.height * fit * fit)
    space = (
        "ITU709"
        if frame.colorspace == ITU709 or (frame.colorspace == UNKNOWN and frame.height >= 720)
        else "ITU601"
    )
    if turned or kept < 0.62:
        picture: Image.Image = frame.reformat(format="rgb24", src_colorspace=space).to_image()
        upright = picture.rotate(turned, expand=True) if turned else picture
        return Planes.of(framed(upright, width, height))
    size = (max(width, round(frame.width * fit)), max(height, round(frame.height * fit)))
    ours = {"format": "yuv420p", "dst_colorspace": "ITU709", "dst_color_range": "MPEG"}
    whole = Planes(*map(_plane, frame.reformat(*size, src_colorspace=space, **ours).planes))
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return whole.cropped((left, top, left + width, top + height))


def _plane(plane: Any) -> Image.Image:
    rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    return Image.fromarray(rows[:, : plane.width])


def sound_of(data: bytes, seconds: float, field: str) -> Sound | None:
    """The sound of a file, stereo at RATE, for so long; None where it has none."""
    av = library()
    wanted, parts, got = round(seconds * RATE), [], 0
    with _reading(data, field) as container:
        if not container.streams.audio:
            return None
        change = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        for frame in container.decode(container.streams.audio[0]):
            for piece in change.resample(frame):
                parts.append(np.asarray(piece.to_ndarray(), np.float32).T)
                got += len(parts[-1])
            if got >= wanted:
                break
    if not parts:
        return None
    sound = np.concatenate(parts)[:wanted]
    return np.pad(sound, ((0, wanted - len(sound)), (0, 0)))
