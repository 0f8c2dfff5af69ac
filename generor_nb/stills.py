"""A picture of what came without one: a film's first frame, how loud a sound is; else a drawn card.

PyAV decodes, where it is installed, in a process of its own: what came from outside may crash or hang it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from .base import media
from .base.files import write_whole

DECODER = "av"
SIDE, BARS, SECONDS = 960, 84, 10.0
# Its arguments: the file, where the parent finds its modules, the longer side, how many bars.
_SCRIPT = """
import io, json, sys
path, places, side, bars = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
sys.path[:] = places
import av
with av.open(path) as container:
    if container.streams.video:
        frame = next(container.decode(video=0))
        if frame.width * frame.height > 40_000_000:
            sys.exit(1)
        picture = frame.to_image()
        picture.thumbnail((side, side))
        made = io.BytesIO()
        picture.save(made, "JPEG", quality=85)
        sys.stdout.buffer.write(made.getvalue())
    else:
        peaks = []
        for frame in container.decode(audio=0):
            sound = abs(frame.to_ndarray().astype("float32")).max(0)
            peaks += [float(sound[at : at + 512].max()) for at in range(0, len(sound), 512)]
            if len(peaks) > 100_000:
                break
        step = max(1, -(-len(peaks) // bars))
        print(json.dumps([max(peaks[at : at + step]) for at in range(0, len(peaks), step)]))
"""


def still_of(file: Path, mime: str, label: str) -> bytes:
    """A picture that stands for a film, a sound or a drawing that has none.

    Args:
        file: where it is kept; what is decoded is kept beside it.
        label: a few words for a card.
    """
    if mime.startswith("video/"):
        frame = _decoded(file)
        if frame and media.sniff(frame) == "image/jpeg":
            return frame
    levels: tuple[float, ...] = ()
    if mime.startswith("audio/"):
        levels = media.loudness(file.read_bytes()) if mime == "audio/wav" else _levels(_decoded(file))
    return media.card(mime, label, levels)


def beside(file: Path) -> Path:
    """Where what was decoded of a file is kept."""
    return file.with_suffix(".still")


def _levels(decoded: bytes) -> tuple[float, ...]:
    try:
        peaks = [float(peak) for peak in json.loads(decoded)]
    except (ValueError, TypeError):
        return ()
    loudest = max(peaks, default=0.0)
    return tuple(peak / loudest for peak in peaks) if loudest > 0 else ()


def _decoded(file: Path) -> bytes:
    """What PyAV sees of a file, kept for the next time; nothing where it is missing or gives up."""
    kept = beside(file)
    with contextlib.suppress(OSError):
        return kept.read_bytes()
    if sys.platform == "emscripten" or not sys.executable or find_spec(DECODER) is None:
        return b""
    found = _run(file)
    if found is None:
        return b""
    with contextlib.suppress(OSError):
        write_whole(kept, found)
    return found


def _run(file: Path) -> bytes | None:
    """What the decoder says, nothing where it fails; None where it did not come to an end."""
    places = json.dumps([place or str(Path.cwd()) for place in sys.path])
    command = [sys.executable, "-I", "-c", _SCRIPT, str(file), places, str(SIDE), str(BARS)]
    environ = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    nothing, out = subprocess.DEVNULL, subprocess.PIPE
    try:
        done = subprocess.run(  # noqa: S603 - this Python, and a script of ours
            command, stdin=nothing, stdout=out, stderr=nothing, env=environ, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else b""
