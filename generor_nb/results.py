"""What a cell or a call returns: creations, what they cost, and how they look in a notebook.

A result is shown as one static bundle: our own escaped HTML without script, a thumbnail, and text.
"""

from __future__ import annotations

import base64
import html
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .base import media
from .base.messages import in_credits, say
from .base.text import clean, credits, line

if TYPE_CHECKING:
    from PIL.Image import Image

HTML_THUMB_BYTES, IMAGE_THUMB_BYTES, TEXT_SHOWN = 24_000, 15_000, 4_000
# JupyterLab would set $…$ in text from outside as mathematics.
PLAIN = 'class="tex2jax_ignore mathjax_ignore"'
FONT = "font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:13px;line-height:1.5"
_QUIET = "color:var(--jp-ui-font-color2,#666)"
_CARD = "margin:0;max-width:100%;overflow-wrap:anywhere"
_PICTURE = "display:block;width:100%;height:auto;border-radius:6px"
_PROSE = (
    "white-space:pre-wrap;max-width:64ch;padding:10px 14px;border-radius:6px;"
    "border:1px solid var(--jp-border-color2,#ddd);overflow-wrap:anywhere"
)


def _shortened(text: str) -> str:
    """What is shown of a long text; the file has all of it."""
    return text if len(text) <= TEXT_SHOWN else text[:TEXT_SHOWN] + " …"


def _escape(text: object) -> str:
    return html.escape(clean(str(text)))


@dataclass(frozen=True)
class Creation:
    """One thing that came back. ``path`` is its readable copy, ``file`` the untouched original.

    ``text`` is set for text, ``width`` and ``height`` (pixels) for pictures; ``data`` holds the
    provider's further fields.
    """

    id: str
    path: Path | None
    file: Path | None
    mime: str
    prompt: str
    text: str | None = None
    width: int | None = None
    height: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def image(self) -> Image:
        """The picture, opened with Pillow at first use.

        Raises:
            ValueError: this is no picture.
        """
        if not self.mime.startswith("image/"):
            raise ValueError(say("no.picture", mime=self.mime))
        return media.open_picture(self.bytes)

    @property
    def bytes(self) -> bytes:
        """The file as the provider sent it."""
        if self.file is None:
            return (self.text or "").encode()
        return self.file.read_bytes()

    def save(self, path: str | Path) -> Path:
        """Copy the file to ``path``; into it, under its readable name, when ``path`` is a folder."""
        target = Path(path)
        if target.is_dir():
            target /= (self.path or self.file or Path("creation.txt")).name
        target.parent.mkdir(parents=True, exist_ok=True)
        if self.file is None:
            target.write_bytes(self.bytes)
        else:
            shutil.copyfile(self.file, target)
        return target

    @property
    def is_picture(self) -> bool:
        return self.mime.startswith("image/") and self.mime != "image/svg+xml" and self.file is not None

    @cached_property
    def thumbnail(self) -> tuple[str, int, int] | None:
        """A data URI with its width and height in pixels; None when there is nothing to draw."""
        if not self.is_picture:
            return None
        try:
            small, width, height = media.thumbnail(self.bytes, 512, HTML_THUMB_BYTES)
        except (ValueError, OSError):
            return None
        return media.data_uri(small, "image/jpeg"), width, height

    def __repr__(self) -> str:
        if self.text is not None:
            return f"Creation({line(self.text, 60)!r})"
        return f"Creation({self.path or line(self.id, 60)}, {self.mime})"

    def _html(self, widest: int = 512) -> str:
        if self.text is not None:
            prose = f'<div style="{_PROSE}">{_escape(_shortened(self.text))}</div>'
            return f'<figure style="{_CARD}">{prose}{self._caption()}</figure>'
        if self.thumbnail is None:
            kept = _escape(say("not.shown", mime=self.mime))
            return f'<figure style="{_CARD}">{kept}{self._caption()}</figure>'
        source, width, _ = self.thumbnail
        card = f"{_CARD};width:{min(width, widest)}px"
        return (
            f'<figure style="{card}"><img src="{source}" alt="{_escape(line(self.prompt, 300))}" '
            f'style="{_PICTURE}">{self._caption()}</figure>'
        )

    def _caption(self) -> str:
        parts = []
        if self.path is not None:
            parts.append(_link(self.path))
        if self.width and self.height:
            parts.append(f"{self.width}×{self.height}")
        return f'<figcaption style="{_QUIET};padding:4px 0">{" · ".join(parts)}</figcaption>'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        plain = repr(self) if self.text is None else clean(_shortened(self.text))
        bundle: dict[str, Any] = {"text/plain": plain}
        bundle["text/html"] = f'<div {PLAIN} style="{FONT}">{self._html()}</div>'
        if self.is_picture and self.thumbnail is not None:
            bundle["image/jpeg"] = encoded(media.contact_sheet([self.bytes], limit=IMAGE_THUMB_BYTES))
        return bundle


@dataclass(frozen=True)
class Quote:
    """A price, before anything is sent. ``credits`` and ``seconds`` are totals; None is unknown."""

    credits: float | None
    seconds: float | None
    model: str
    provider: str
    public: bool
    take: int = 1
    replay: bool = False
    running: bool = False
    discount: float = 0
    adjustments: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""

    @property
    def line(self) -> str:
        """The estimate line: credits, seconds, model, private or public, provider."""
        seconds = "" if self.seconds is None else _about(self.seconds)
        cost = say("about.credits", credits=_money(self.credits, self.provider))
        if self.discount:
            cost += say("discount", saved=credits(self.discount))
        if self.replay or self.running:
            cost = say("replay.line" if self.replay else "running.line")
        who = say("public") if self.public else say("private")
        parts = [cost, "" if self.replay else seconds, line(self.model, 60), who, self.provider]
        return " · ".join(p for p in parts if p)

    def __repr__(self) -> str:
        return "\n".join(part for part in (self.line, self.code) if part)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        body = f'<div {PLAIN} style="{FONT}">{_escape(self.line)}{_code(self.code)}</div>'
        return {"text/plain": repr(self), "text/html": body}


@dataclass(frozen=True)
class Result:
    """Creations, what was estimated, charged and is left (credits), and how long it took (seconds).

    ``replayed`` says that nothing was paid this time (``charge`` is 0, ``paid_before`` what it was);
    ``operation`` is the journal's id; ``take`` is which paid sample of the request this is. ``overlapped``
    says that others were made at the same time, so that ``charge`` is only about right.

    >>> result = gn.generate("image", "a lighthouse")  # doctest: +SKIP
    >>> result.creations[0].path                       # doctest: +SKIP
    PosixPath('outputs/a-lighthouse-3f2a81.webp')
    """

    creations: tuple[Creation, ...]
    generator: str
    prompt: str
    provider: str
    model: str
    model_id: int
    public: bool
    estimate: float | None
    charge: float | None
    balance: float | None
    seconds: float | None
    operation: str
    take: int = 1
    replayed: bool = False
    paid_before: float | None = 0
    partial: bool = False
    overlapped: bool = False
    adjustments: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    code: str = ""

    @property
    def image(self) -> Image:
        """The first picture."""
        return self.creations[0].image

    @property
    def text(self) -> str | None:
        """The first text, or None."""
        return next((c.text for c in self.creations if c.text is not None), None)

    @property
    def path(self) -> Path | None:
        """The first file's readable copy."""
        return self.creations[0].path

    @property
    def files(self) -> list[Path]:
        return [c.path for c in self.creations if c.path is not None]

    def save(self, folder: str | Path) -> list[Path]:
        """Copy every creation into ``folder`` and return the new paths.

        A single creation can also be saved under a file name of your own.
        """
        target = Path(folder)
        if len(self.creations) == 1 and target.suffix and not target.is_dir():
            return [self.creations[0].save(target)]
        target.mkdir(parents=True, exist_ok=True)
        return [creation.save(target) for creation in self.creations]

    def __iter__(self) -> Iterator[Creation]:
        return iter(self.creations)

    def __len__(self) -> int:
        return len(self.creations)

    def __getitem__(self, index: int) -> Creation:
        return self.creations[index]

    @property
    def summary(self) -> str:
        """Charge against estimate, balance, seconds, model, private or public, provider."""
        if self.replayed:
            cost = say("replayed", charge=credits(self.paid_before))
        else:
            charge = _money(self.charge, self.provider)
            about = say("about.credits", credits=charge) if self.overlapped else charge
            cost = say("charged", charge=about, estimate=credits(self.estimate))
        left = "" if self.balance is None else say("left", balance=credits(self.balance))
        time = "" if self.seconds is None or self.replayed else say("took", seconds=_seconds(self.seconds))
        who = say("public") if self.public else say("private")
        take = say("take", take=self.take) if self.take > 1 else ""
        parts = [cost, "" if self.replayed else left, time, line(self.model, 60), take, who, self.provider]
        return " · ".join(p for p in parts if p)

    @property
    def remarks(self) -> list[str]:
        """Further lines: what was adjusted, what is missing, who made it."""
        found = []
        for name, change in self.adjustments.items():
            if isinstance(change, Mapping):
                asked, used = line(change.get("requested"), 40), line(change.get("used"), 40)
                found.append(say("adjusted", name=line(name, 40), asked=asked, used=used))
        if self.partial:
            found.append(say("partial", count=len(self.creations)))
        if self.replayed:
            found.append(say("replayed.hint"))
        engines = {line(c.data.get("engine", ""), 120) for c in self.creations} - {""}
        found += [say("engine", engine=engine) for engine in sorted(engines)]
        return [*found, *self.notes]

    def __repr__(self) -> str:
        files = [str(c.path) for c in self.creations if c.path is not None]
        texts = [clean(_shortened(c.text)) for c in self.creations if c.text is not None]
        return "\n".join([*texts, self.summary, *files, *self.remarks, *([self.code] if self.code else [])])

    def _html(self) -> str:
        widest = 512 if len(self.creations) == 1 else 360
        shown = "".join(c._html(widest) for c in self.creations)
        remarks = "".join(f'<div style="{_QUIET}">{_escape(remark)}</div>' for remark in self.remarks)
        return (
            f'<div {PLAIN} style="{FONT}"><div style="display:flex;flex-wrap:wrap;gap:12px">{shown}</div>'
            f'<div style="padding-top:4px">{_escape(self.summary)}</div>{remarks}{_code(self.code)}</div>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self), "text/html": self._html()}
        pictures = [c.bytes for c in self.creations if c.thumbnail is not None]
        if pictures:
            bundle["image/jpeg"] = encoded(media.contact_sheet(pictures, limit=IMAGE_THUMB_BYTES))
        return bundle


def _money(amount: float | None, provider: str) -> str:
    """``6 credits``; the studio's are play money and say so."""
    return in_credits(amount, play=provider == "studio")


def _about(seconds: float) -> str:
    return say("under.a.second") if seconds < 0.95 else say("about.seconds", seconds=f"{seconds:.0f}")


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds >= 0.1 else "< 0.1"


def _link(path: Path) -> str:
    """The file's name; a link where it lies beside the notebook."""
    if path.is_absolute():
        return _escape(path)
    return f'<a href="{_escape(quote(path.as_posix()))}" style="color:inherit">{_escape(path)}</a>'


def _code(code: str) -> str:
    return f'<pre style="margin:6px 0 0;white-space:pre-wrap">{_escape(code)}</pre>' if code else ""


def encoded(data: bytes) -> str:
    """Bytes as base64, as a message carries them."""
    return base64.b64encode(data).decode()
