"""Frames into a file: H.264 in MP4 where PyAV is installed, else an animated WebP that says so."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..sound.synth import RATE, Sound
from .asking import FPS
from .codec import MISSING, library
from .planes import Planes

KEYFRAME_SECONDS = 2
# The bytes of x264 depend on it.
THREADS = 2
SETTINGS = {
    "preset": "superfast",
    "crf": "26",
    "g": str(FPS * KEYFRAME_SECONDS),
    "profile": "high",
    # With mbtree the same frames give one of two files, by chance.
    "x264-params": "mbtree=0",
}
BT709, LIMITED = 1, 1
WITHOUT = f"an animated WebP of half the size and rate, without sound; for H.264 {MISSING}"


def mp4(frames: Iterator[Planes], width: int, height: int, sound: Sound | None) -> bytes:
    """H.264 (and AAC), with its index first, so that it plays while it loads.

    Args:
        frames: at FPS; taken one at a time, never held.
        sound: stereo at RATE, as long as the frames.
    """
    av = library()
    with tempfile.TemporaryDirectory() as folder:
        # The muxer opens its output once more, by name, to put the index first.
        path = Path(folder) / "clip.mp4"
        with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
            picture = _picture_stream(container, width, height)
            track = _sound_stream(container) if sound is not None else None
            for frame in frames:
                container.mux(picture.encode(av.VideoFrame.from_ndarray(frame.bytes(), format="yuv420p")))
            container.mux(picture.encode())
            if track is not None and sound is not None:
                _add_sound(container, track, sound)
        return path.read_bytes()


def _picture_stream(container: Any, width: int, height: int) -> Any:
    stream = container.add_stream("libx264", rate=FPS, options=SETTINGS)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.thread_count = THREADS
    context.colorspace, context.color_primaries, context.color_trc = BT709, BT709, BT709
    context.color_range = LIMITED
    return stream


def _sound_stream(container: Any) -> Any:
    stream = container.add_stream("aac", rate=RATE)
    stream.layout = "stereo"
    stream.bit_rate = 128_000
    return stream


def _add_sound(container: Any, stream: Any, sound: Sound) -> None:
    av = library()
    whole = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(sound.T, np.float32), format="fltp", layout="stereo"
    )
    whole.sample_rate, whole.pts, whole.time_base = RATE, 0, Fraction(1, RATE)
    cutter = av.AudioResampler(format="fltp", layout="stereo", rate=RATE, frame_size=1024)
    for chunk in [*cutter.resample(whole), *cutter.resample(None)]:
        container.mux(stream.encode(chunk))
    container.mux(stream.encode())


def webp(frames: Iterator[Planes], width: int, height: int) -> bytes:
    """Every second frame at half the size, as a picture that moves."""
    small = (
        frame.rgb().resize((width // 2, height // 2), Image.Resampling.BOX)
        for frame in islice(frames, 0, None, 2)
    )
    first = next(small)
    buffer = io.BytesIO()
    first.save(
        buffer,
        "WEBP",
        save_all=True,
        append_images=small,
        duration=round(2000 / FPS),
        loop=0,
        quality=72,
        method=0,
    )
    return buffer.getvalue()


def still(frame: Planes) -> bytes:
    """A poster."""
    buffer = io.BytesIO()
    frame.rgb().save(buffer, "WEBP", quality=84, method=2)
    return buffer.getvalue()
