"""A studio with as many creations as a test wants: rows by the thousand over a few small files."""

from __future__ import annotations

import io
import random
import sqlite3
import wave
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from generor_nb.studio import Studio
from generor_nb.studio.media import MediaStore

FOLDERS = {"image": "img", "video": "video", "audio": "audio"}
CREATION = (
    "creation_id generation_id user_id generator model_id prompt created_at privacy_mode license type status"
)
ASSET = "creation_id folder name digest mime size"
PROMPTS = ("a lighthouse in a storm", "a fox in the snow", "the harbour at dawn", "a kite over the dunes")


def picture(seed: int, size: tuple[int, int] = (320, 240)) -> bytes:
    """A soft landscape that differs from others."""
    rng = random.Random(seed)
    sheet = Image.new("RGB", size, tuple(rng.randrange(90, 220) for _ in range(3)))
    draw = ImageDraw.Draw(sheet)
    for _ in range(7):
        left, top, wide = rng.randrange(size[0]), rng.randrange(size[1]), rng.randrange(40, 170)
        colour = tuple(rng.randrange(40, 240) for _ in range(3))
        draw.ellipse((left - wide, top - wide // 2, left + wide, top + wide // 2), colour)
    buffer = io.BytesIO()
    sheet.filter(ImageFilter.GaussianBlur(6)).save(buffer, "PNG")
    return buffer.getvalue()


def sound(seconds: float = 1.0) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(random.Random(1).randbytes(int(16000 * seconds)))
    return buffer.getvalue()


def film() -> bytes:
    """A second of H.264; needs av."""
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(10):
            frame = av.VideoFrame.from_image(Image.new("RGB", (64, 48), (number * 20, 90, 160)))
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return buffer.getvalue()


def fill(
    folder: Path,
    count: int,
    *,
    files: Sequence[bytes] = (),
    prompts: Sequence[str] = PROMPTS,
    user: int = 1,
    public: bool = True,
) -> None:
    """Give a user of the studio in ``folder`` so many finished creations, the newest last, an hour apart.

    They go through ``files`` and ``prompts`` in turn.
    """
    Studio.open(folder, rate_limits=False).close()
    store = MediaStore(folder / "media")
    stored = [store.put(data) for data in files or [picture(seed) for seed in range(12)]]
    start = datetime.now(UTC) - timedelta(hours=count)
    db = sqlite3.connect(next(folder.glob("*.sqlite*")))
    first = db.execute("SELECT coalesce(max(creation_id), 0) + 1 FROM creations").fetchone()[0]
    creations, assets = [], []
    for place in range(count):
        file, ident = stored[place % len(stored)], first + place
        kind = file.mime.partition("/")[0]
        kind = "svg" if file.mime == "image/svg+xml" else FOLDERS[kind]
        when = (start + timedelta(hours=place)).strftime("%Y-%m-%d %H:%M:%S")
        prompt = f"{prompts[place % len(prompts)]}, number {ident}"
        row = (ident, 0, user, "image", 10003, prompt, when, int(not public), 1, kind, "completed")
        creations.append(row)
        assets.append((ident, kind, f"made-{ident}.{file.extension}", file.digest, file.mime, file.size))
    with db:
        for table, names, rows in (("creations", CREATION, creations), ("assets", ASSET, assets)):
            marks = ", ".join("?" * len(names.split()))
            db.executemany(f"INSERT INTO {table} ({', '.join(names.split())}) VALUES ({marks})", rows)
    db.close()
