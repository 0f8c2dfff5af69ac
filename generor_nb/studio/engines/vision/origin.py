"""What a file says about where it comes from. It is said by whoever wrote the file, and may be false."""

from __future__ import annotations

from PIL import ExifTags, Image

from ....base.text import line

LONGEST = 200
MOST = 6
# What a picture may say of itself that is told on: never where somebody was, nor what a tool kept for itself.
NAMES = frozenset({"title", "author", "software", "description", "copyright", "comment", "parameters"})
TAGS = ("Software", "Artist", "Copyright", "ImageDescription", "Make", "Model", "DateTime")


def written(picture: Image.Image) -> dict[str, str]:
    """Short texts that a file carries about itself, by name; six at most."""
    found = {
        name: value
        for name, value in picture.info.items()
        if isinstance(value, str) and str(name).lower() in NAMES
    }
    try:
        exif = picture.getexif()
    except (OSError, SyntaxError, ValueError):
        exif = Image.Exif()
    names = {ExifTags.TAGS.get(number, ""): value for number, value in exif.items()}
    found |= {name: names[name] for name in TAGS if isinstance(names.get(name), str)}
    shown = {line(str(name), 40): line(value, LONGEST) for name, value in found.items() if value.strip()}
    return dict(sorted(shown.items())[:MOST])


def signed(data: bytes) -> bool:
    """Whether content credentials (C2PA) are in the file. They are not checked."""
    return b"c2pa" in data[:1_000_000]
