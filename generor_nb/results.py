"""What a cell or a call returns: creations, what they cost, and how they look in a notebook.

A result is shown as one static bundle: our own escaped HTML without script, a thumbnail, and text.
"""

from __future__ import annotations

import base64
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .base import media
from .base.containers import measured
from .base.messages import in_credits, say
from .base.services import is_play
from .base.text import clean, credits, line
from .chains import Chain, Lineage, Ways
from .contract.schema import Basis, Estimate
from .figures import QUIET, Face, escape, figure, served
from .stills import still_of

if TYPE_CHECKING:
    from PIL.Image import Image

HTML_THUMB_BYTES, IMAGE_THUMB_BYTES, TEXT_SHOWN = 24_000, 15_000, 4_000
Raw = bytes  # a name of its own: a creation has bytes too
# A video's is in the page twice: where it plays, and where it does not.
HTML_POSTER_BYTES, WHOLE_BYTES = 11_000, 2_000_000
# JupyterLab would set $…$ in text from outside as mathematics.
PLAIN = 'class="tex2jax_ignore mathjax_ignore"'
_GRID = "display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start"
FONT = "font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:13px;line-height:1.5"


def _shortened(text: str) -> str:
    """What is shown of a long text; the file has all of it."""
    return text if len(text) <= TEXT_SHOWN else text[:TEXT_SHOWN] + " …"


@dataclass(frozen=True)
class Creation(Chain):
    """One thing that came back. ``path`` is its readable copy, ``file`` the untouched original.

    ``text`` is set for text, ``width`` and ``height`` (pixels) for pictures; ``data`` holds the
    provider's further fields; ``poster`` is a picture that came with it, ``operation`` the journal's id.
    ``listed`` is the API that listed it, and its address there: for what was not made from here.
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
    poster: Path | None = None
    operation: str = ""
    listed: tuple[str, str] = ("", "")
    ways: Ways | None = field(default=None, repr=False, compare=False)

    @property
    def origin(self) -> tuple[str, str]:
        """Its operation, and itself."""
        return self.operation, self.id

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
        """Copy the file to ``path``; into it, under its readable name, when ``path`` is a folder.

        A picture is saved as the format that the name's ending says: PNG, JPEG, WebP or GIF.
        """
        target = Path(path)
        if target.is_dir():
            target /= (self.path or self.file or Path("creation.txt")).name
        target.parent.mkdir(parents=True, exist_ok=True)
        if self.file is None:
            target.write_bytes(self.bytes)
        elif self.is_picture and media.picture_mime(target) not in (None, self.mime):
            media.save_picture(self.image, target)
        else:
            shutil.copyfile(self.file, target)
        return target

    @property
    def is_picture(self) -> bool:
        return self.mime.startswith("image/") and self.mime != "image/svg+xml" and self.file is not None

    @cached_property
    def still(self) -> Raw | None:
        """A picture that stands for it: itself, its poster, or a drawn card; None for words alone."""
        if self.is_picture:
            return self.bytes
        if self.poster is not None:
            return self.poster.read_bytes()
        if self.file is None or not self.mime.startswith(("video/", "audio/", "image/")):
            return None
        kind = media.EXTENSIONS.get(self.mime, self.mime).upper()
        return still_of(self.file, self.mime, " · ".join([kind, *self.facts]))

    @cached_property
    def thumbnail(self) -> tuple[str, int, int] | None:
        """A data URI with its width and height in pixels; None when there is nothing to draw."""
        limit = HTML_POSTER_BYTES if self.mime.startswith("video/") else HTML_THUMB_BYTES
        try:
            if self.still is None:
                return None
            small, width, height = media.thumbnail(self.still, 512, limit)
        except (ValueError, OSError):
            return None
        return media.data_uri(small, "image/jpeg"), width, height

    @cached_property
    def seconds(self) -> float | None:
        """How long it plays, as its provider says, or else its own header."""
        told = self.data.get("seconds")
        if isinstance(told, int | float) and not isinstance(told, bool):
            return float(told)
        return None if self.file is None else measured(self.file, self.mime).seconds

    @property
    def facts(self) -> tuple[str, ...]:
        """Size in pixels, length and weight, as far as they are known."""
        if self.text is not None:
            return ()
        pixels = f"{self.width}×{self.height}" if self.width and self.height else ""
        lasts = "" if self.seconds is None else f"{round(self.seconds, 1):g} s"
        try:
            size = _weight(self.file.stat().st_size) if self.file is not None else ""
        except OSError:
            size = ""
        return tuple(part for part in (pixels, lasts, size) if part)

    def __repr__(self) -> str:
        if self.text is not None:
            return f"Creation({line(self.text, 60)!r})"
        return f"Creation({self.path or line(self.id, 60)}, {self.mime})"

    @property
    def _line(self) -> str:
        """Where its file is, and what it is."""
        return " · ".join([str(self.path), *self.facts])

    def _html(self, widest: int = 512, *, whole: bool = False) -> str:
        return figure(self._face(whole), widest)

    def _face(self, whole: bool = False) -> Face:
        return Face(
            mime=self.mime,
            words=line(self.prompt, 300),
            still=self._drawn() or self.thumbnail,
            address=self._address(whole),
            text=None if self.text is None else _shortened(self.text),
            path=self.path,
            facts=self.facts,
        )

    def _drawn(self) -> tuple[str, int, int] | None:
        """A small drawing as it is: inside ``<img>``, where nothing of it runs."""
        if self.mime != "image/svg+xml" or self.file is None or self.file.stat().st_size > HTML_THUMB_BYTES:
            return None
        return media.data_uri(self.bytes, self.mime), 512, 512

    def _address(self, whole: bool) -> str | None:
        """Where a page finds the file; ``whole`` carries it in the page, up to 2 MB."""
        if whole and self.file is not None and self.file.stat().st_size <= WHOLE_BYTES:
            return media.data_uri(self.bytes, self.mime)
        return None if self.path is None else served(self.path)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        plain = repr(self) if self.text is None else clean(_shortened(self.text))
        bundle: dict[str, Any] = {"text/plain": plain}
        bundle["text/html"] = f'<div {PLAIN} style="{FONT}">{self._html()}</div>'
        return bundle | _sheet([self])


@dataclass(frozen=True)
class Quote:
    """A price, before anything is sent. ``credits`` and ``seconds`` are totals; None is unknown.

    ``basis`` says where the price comes from: ``told`` by the provider, ``fixed``, from the ``history`` of
    earlier charges, or ``unknown``; ``at_least`` and ``at_most`` bound one that is not a single number.
    """

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
    notes: tuple[str, ...] = ()
    basis: Basis = "told"
    at_least: float | None = None
    at_most: float | None = None

    @property
    def line(self) -> str:
        """The estimate line: credits, seconds, model, private or public, provider."""
        seconds = "" if self.seconds is None else _about(self.seconds)
        price = Estimate(self.credits, basis=self.basis, at_least=self.at_least, at_most=self.at_most)
        cost = price.words(play=is_play(self.provider))
        if self.discount:
            cost += say("discount", saved=credits(self.discount))
        if self.replay or self.running:
            cost = say("replay.line" if self.replay else "running.line")
        who = say("public") if self.public else say("private")
        parts = [cost, "" if self.replay else seconds, line(self.model, 60), who, self.provider]
        return " · ".join(p for p in parts if p)

    @property
    def remarks(self) -> list[str]:
        """Further lines: what will be done in another way than asked, what will be ignored."""
        return [*_adjusted(self.adjustments), *self.notes]

    def __repr__(self) -> str:
        return "\n".join(part for part in (self.line, *self.remarks, self.code) if part)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        said = escape(self.line) + "".join(_remark(remark) for remark in self.remarks)
        body = f'<div {PLAIN} style="{FONT}">{said}{_code(self.code)}</div>'
        return {"text/plain": repr(self), "text/html": body}


@dataclass(frozen=True)
class Result(Chain):
    """Creations, what was estimated, charged and is left (credits), and how long it took (seconds).

    ``replayed`` says that nothing was paid this time (``charge`` is 0, ``paid_before`` what it was);
    ``operation`` is the journal's id; ``take`` is which paid sample of the request this is. ``overlapped``
    says that others were made at the same time, so that ``charge`` is only about right; ``lineage`` is what
    it was made from.

    >>> result = gn.generate("image", "a lighthouse")  # doctest: +SKIP
    >>> result.creations[0].path                       # doctest: +SKIP
    PosixPath('outputs/a-lighthouse-3f2a81.webp')
    """

    creations: tuple[Creation, ...]
    generator: str
    prompt: str
    provider: str
    model: str
    model_id: int | str
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
    lineage: Lineage = field(default_factory=Lineage)
    ways: Ways | None = field(default=None, repr=False, compare=False)

    @property
    def origin(self) -> tuple[str, str]:
        """Its operation, and its first creation."""
        return self.operation, self.creations[0].id if self.creations else ""

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

        A single creation can also be saved under a file name of your own, whose ending says the format.
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
        cost = say("replayed", charge=credits(self.paid_before)) if self.replayed else self._cost()
        left = "" if self.balance is None else say("left", balance=credits(self.balance))
        time = "" if self.seconds is None or self.replayed else say("took", seconds=_seconds(self.seconds))
        who = say("public") if self.public else say("private")
        take = say("take", take=self.take) if self.take > 1 else ""
        parts = [cost, "" if self.replayed else left, time, line(self.model, 60), take, who, self.provider]
        return " · ".join(p for p in parts if p)

    def _cost(self) -> str:
        """What was charged, against what was expected; either may be unknown."""
        if self.charge is None:
            return say("charged.untold.short")
        charge = _money(self.charge, self.provider)
        about = say("about.credits", credits=charge) if self.overlapped else charge
        if self.estimate is None:
            return say("charged.unasked", charge=about)
        return say("charged", charge=about, estimate=credits(self.estimate))

    @property
    def remarks(self) -> list[str]:
        """Further lines: what was adjusted, what is missing, who made it."""
        found = _adjusted(self.adjustments)
        if self.partial:
            found.append(say("partial", count=len(self.creations)))
        if self.replayed:
            found.append(say("replayed.hint"))
        engines = {line(c.data.get("engine", ""), 400) for c in self.creations} - {""}
        found += [say("engine", engine=engine) for engine in sorted(engines)]
        return [*found, *self.notes]

    def __repr__(self) -> str:
        files = [c._line for c in self.creations if c.path is not None]
        texts = [clean(_shortened(c.text)) for c in self.creations if c.text is not None]
        return "\n".join([*texts, self.summary, *files, *self.remarks, *([self.code] if self.code else [])])

    def zip(self, path: str | Path) -> Path:
        """Write one archive of all files, under their readable names."""
        target = Path(path)
        target = target if target.suffix else target.with_suffix(".zip")
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(target, "w") as archive:
            for number, creation in enumerate(self.creations, start=1):
                name = (creation.path or creation.file or Path("creation.txt")).name
                if name in archive.namelist():
                    name = f"{Path(name).stem}-{number}{Path(name).suffix}"
                archive.writestr(name, creation.bytes)
        return target

    def to_html(self) -> str:
        """The result as HTML that stands alone: files up to 2 MB are in it, others are linked."""
        return self._html(whole=True)

    def _html(self, *, whole: bool = False) -> str:
        widest = 512 if len(self.creations) == 1 else 270
        shown = "".join(c._html(widest, whole=whole) for c in self.creations)
        grid = _GRID if len(self.creations) > 1 else "display:flex"
        remarks = "".join(_remark(remark) for remark in self.remarks)
        return (
            f'<div {PLAIN} style="{FONT}"><div style="{grid}">{shown}</div>'
            f'<div style="padding-top:4px">{escape(self.summary)}</div>{remarks}{_code(self.code)}</div>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": repr(self), "text/html": self._html(), **_sheet(self.creations)}


def _sheet(creations: Sequence[Creation]) -> dict[str, str]:
    """One JPEG of whatever can be seen, for viewers that show nothing else."""
    pictures = [c.still for c in creations if c.thumbnail is not None and c.still is not None]
    if not pictures:
        return {}
    return {"image/jpeg": encoded(media.contact_sheet(pictures, limit=IMAGE_THUMB_BYTES))}


def _adjusted(adjustments: Mapping[str, Any]) -> list[str]:
    """A line for each thing that is done in another way than asked."""
    changes = [(line(name, 40), c) for name, c in adjustments.items() if isinstance(c, Mapping)]
    return [
        say("adjusted", name=name, asked=line(c.get("requested"), 40), used=line(c.get("used"), 40))
        for name, c in changes
    ]


def _remark(text: str) -> str:
    return f'<div style="{QUIET}">{escape(text)}</div>'


def _weight(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"


def _money(amount: float | None, provider: str) -> str:
    """``6 credits``; the studio's are play money and say so."""
    return in_credits(amount, play=is_play(provider))


def _about(seconds: float) -> str:
    return say("under.a.second") if seconds < 0.95 else say("about.seconds", seconds=f"{seconds:.0f}")


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds >= 0.1 else "< 0.1"


def _code(code: str) -> str:
    return f'<pre style="margin:6px 0 0;white-space:pre-wrap">{escape(code)}</pre>' if code else ""


def encoded(data: bytes) -> str:
    """Bytes as base64, as a message carries them."""
    return base64.b64encode(data).decode()
