"""What bytes really are, and small pictures of them. Pillow is imported at first use."""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import GenerorError
from .messages import say

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 40_000_000
SNIFF_BYTES = 8192
PAGE = re.compile(rb"\s*<(!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)
# Of a sound, for its picture: frames that are read, and every which is looked at.
_MOST_FRAMES, _EVERY = 48_000 * 600, 7
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/svg+xml": "svg",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
}
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
)


def head_of(path: Path) -> bytes:
    """The first bytes of a downloaded file, to tell its kind by.

    Raises:
        GenerorError: it is empty or a web page, whatever its address and headers say.
    """
    with path.open("rb") as file:
        head = file.read(SNIFF_BYTES)
    if PAGE.match(head) or not head:
        raise GenerorError(say("media.kind"), say("media.elsewhere.hint"))
    return head


def sniff(data: bytes) -> str | None:
    """The media type the bytes themselves show, or None when it is none of ours.

    >>> sniff(b"<html>") is None
    True
    """
    for magic, mime in _MAGIC:
        if data.startswith(magic):
            return mime
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12])
    if data[4:8] == b"ftyp":
        return "video/mp4"
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"<svg", b"<?xml")) and b"<svg" in data[:4096]:
        return "image/svg+xml"
    return None


def open_picture(data: bytes) -> Image:
    """Decode a raster picture, refusing one of more than 40 megapixels.

    Raises:
        ValueError: the bytes are no PNG, JPEG, WebP or GIF, or far too large.
    """
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            picture: Image.Image = Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP", "GIF"])
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
            raise ValueError(f"not a picture: {error.__class__.__name__}") from None
    if picture.width * picture.height > MAX_PIXELS:
        raise ValueError(f"a picture of {picture.width}x{picture.height} pixels is too large to show")
    return picture


def picture_mime(path: Path) -> str | None:
    """The raster format that a file's name promises; None when it promises none.

    >>> picture_mime(Path("slide.JPEG"))
    'image/jpeg'
    """
    ending = path.suffix.removeprefix(".").casefold()
    ending = "jpg" if ending == "jpeg" else ending
    raster = ("png", "jpg", "webp", "gif")
    return next((mime for mime, known in EXTENSIONS.items() if known == ending and known in raster), None)


def save_picture(picture: Image, path: Path) -> None:
    """Write the picture in the format its name promises; JPEG, which knows no transparency, on white."""
    from PIL import Image

    if picture_mime(path) == "image/jpeg":
        clear = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")
    picture.save(path)


def thumbnail(data: bytes, side: int = 512, limit: int = 24_000) -> tuple[bytes, int, int]:
    """A JPEG of the picture, at most ``side`` pixels wide or high and ``limit`` bytes long.

    Returns:
        The JPEG bytes, its width and its height in pixels.
    """
    from PIL import Image

    picture = open_picture(data)
    picture.draft("RGB", (side, side))
    small = _on_white(picture)
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    while True:
        for quality in (82, 72, 60, 48):
            buffer = io.BytesIO()
            small.save(buffer, "JPEG", quality=quality, optimize=True)
            if buffer.tell() <= limit:
                return buffer.getvalue(), small.width, small.height
        small = small.resize((max(1, small.width * 3 // 4), max(1, small.height * 3 // 4)))


def _on_white(picture: Any) -> Any:
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, "white")
        paper.alpha_composite(rgba)
        return paper.convert("RGB")
    return picture.convert("RGB")


def contact_sheet(pictures: list[bytes], side: int = 320, limit: int = 16_000) -> bytes:
    """One JPEG of several thumbnails side by side, at most ``limit`` bytes for each of them."""
    from PIL import Image

    if len(pictures) == 1:
        return thumbnail(pictures[0], side, limit)[0]
    columns = min(len(pictures), 3)
    cell = max(96, side * 2 // columns)
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * cell, rows * cell), "white")
    for place, data in enumerate(pictures):
        small = _on_white(open_picture(data))
        small.thumbnail((cell - 4, cell - 4), Image.Resampling.LANCZOS, reducing_gap=2.0)
        left = place % columns * cell + (cell - small.width) // 2
        sheet.paste(small, (left, place // columns * cell + (cell - small.height) // 2))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return thumbnail(buffer.getvalue(), max(sheet.size), limit * len(pictures))[0]


CARD = (384, 216)
_PAPER, _INK, _SOFT = (30, 41, 59), (226, 232, 240), (100, 116, 139)


def card(mime: str, label: str = "", levels: Sequence[float] = ()) -> bytes:
    """A drawn stand-in for what has no picture of its own: a PNG.

    Args:
        mime: what it stands for.
        label: a few words of plain ASCII, below.
        levels: how loud it is, from start to end, 0 to 1.
    """
    from PIL import Image, ImageDraw, ImageFont

    width, height = CARD
    sheet = Image.new("RGB", CARD, _PAPER)
    draw = ImageDraw.Draw(sheet)
    middle = height // 2 - 10
    if levels:
        for place, level in enumerate(levels):
            left, half = 24 + place * (width - 48) / len(levels), max(1.0, level * 62)
            draw.rectangle((left, middle - half, left + 2, middle + half), _INK)
    elif mime.startswith(("video/", "audio/")):
        draw.polygon([(172, middle - 30), (172, middle + 30), (224, middle)], _INK)
    else:
        draw.rectangle((148, middle - 34, 236, middle + 34), outline=_INK, width=3)
    words = label or EXTENSIONS.get(mime, mime).upper()
    draw.text((width // 2, height - 26), words[:40], _SOFT, ImageFont.load_default(16), "mm")
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def loudness(data: bytes, bars: int = 84) -> tuple[float, ...]:
    """How loud a 16-bit WAV is from start to end, 0 to 1 of its loudest; nothing for other sounds."""
    import array
    import sys
    import wave

    try:
        with wave.open(io.BytesIO(data)) as sound:
            if sound.getsampwidth() != 2 or not sound.getnframes():
                return ()
            samples = array.array("h", sound.readframes(min(sound.getnframes(), _MOST_FRAMES)))
    except (wave.Error, EOFError, ValueError):
        return ()
    if sys.byteorder == "big":
        samples.byteswap()
    step = max(1, len(samples) // bars)
    peaks = [max(map(abs, samples[start : start + step : _EVERY])) for start in range(0, len(samples), step)]
    loudest = max(peaks) or 1
    return tuple(peak / loudest for peak in peaks[:bars])


def data_uri(data: bytes, mime: str) -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"
