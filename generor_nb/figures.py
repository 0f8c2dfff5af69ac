"""How one creation looks in a notebook: our own HTML, escaped, without script.

What plays has a picture and a link too: some viewers show no ``<video>``.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .base.messages import say
from .base.text import clean

QUIET = "color:var(--jp-ui-font-color2,#666)"
_CARD = "margin:0;max-width:100%;overflow-wrap:anywhere"
_PICTURE = "display:block;width:100%;height:auto;border-radius:6px"
_PROSE = (
    "white-space:pre-wrap;max-width:64ch;padding:10px 14px;border-radius:6px;"
    "border:1px solid var(--jp-border-color2,#ddd);overflow-wrap:anywhere"
)
_SOUND = "display:block;width:100%;margin-top:4px"


@dataclass(frozen=True)
class Face:
    """What is known of a creation's looks.

    Args:
        mime: what the file is.
        words: alternative text.
        still: a picture of it as data URI, its width and height in pixels; None where there is none.
        address: where a page finds the file itself; None where it cannot.
        text: its text, as far as it is shown.
        path: the readable copy.
        facts: what else to say below it.
    """

    mime: str
    words: str
    still: tuple[str, int, int] | None = None
    address: str | None = None
    text: str | None = None
    path: Path | None = None
    facts: tuple[str, ...] = ()


def escape(text: object) -> str:
    return html.escape(clean(str(text)))


def figure(face: Face, widest: int = 512) -> str:
    """The creation with its caption, at most ``widest`` pixels wide."""
    shown = "".join([_prose(face), _media(face)]) or escape(say("not.shown", mime=face.mime))
    width = "" if face.still is None or face.text is not None else f";width:{min(face.still[1], widest)}px"
    return f'<figure style="{_CARD}{width}">{shown}{_caption(face)}</figure>'


def _prose(face: Face) -> str:
    return "" if face.text is None else f'<div style="{_PROSE}">{escape(face.text)}</div>'


def _media(face: Face) -> str:
    if face.still is None:
        return ""
    picture = f'<img src="{face.still[0]}" alt="{escape(face.words)}" style="{_PICTURE}">'
    kind = face.mime.partition("/")[0]
    if face.address is None or kind not in ("video", "audio"):
        return picture
    address = escape(face.address)
    if kind == "audio":
        label = escape(face.words)
        return (
            f'{picture}<audio controls preload="none" src="{address}" aria-label="{label}" '
            f'style="{_SOUND}"></audio>'
        )
    return (
        f'<video controls preload="none" playsinline poster="{face.still[0]}" src="{address}" '
        f'aria-label="{escape(face.words)}" style="{_PICTURE}">{picture}</video>'
    )


def _caption(face: Face) -> str:
    facts = [escape(fact).replace(" ", "&nbsp;") for fact in face.facts]
    parts = [*([link(face.path)] if face.path is not None else []), *facts]
    if face.path is not None and face.address is None and face.mime.startswith(("video/", "audio/")):
        parts.append(escape(say("not.beside")))
    return f'<figcaption style="{QUIET};padding:4px 0">{" · ".join(parts)}</figcaption>'


def served(path: Path) -> str | None:
    """The address of a file for a page beside the notebook; None where it lies elsewhere."""
    if not path.is_absolute():
        return quote(path.as_posix())
    try:
        return quote(path.relative_to(Path.cwd()).as_posix())
    except (ValueError, OSError):
        return None


def link(path: Path) -> str:
    """The file's name; a link where it lies beside the notebook."""
    address = served(path)
    if address is None:
        return escape(path)
    return f'<a href="{escape(address)}" style="color:inherit">{escape(path)}</a>'
