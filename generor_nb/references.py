"""Media that is given: what a word means, and how it reaches who makes something of it.

The studio gets the bytes, or the address of what it made itself. Generor gets addresses only: it has no
upload. Others get what was uploaded first, or the names of files they keep.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode, urlsplit, urlunsplit

from .base import media
from .base.errors import GenerorError, InvalidRequest
from .base.files import sha256
from .base.messages import say
from .base.text import line, nearest
from .contract.schema import SLOTS, Medium, Slot, Takes
from .results import Creation, Result

MAX_BYTES = 10 * 1024 * 1024
_ADDRESS = re.compile(r"(https?|data):", re.IGNORECASE)
# What an address is signed with: it differs each time, and what lies there does not.
_SIGNING = re.compile(
    r"(x-(amz|goog)-.*|signature|expires|awsaccesskeyid|googleaccessid|key-pair-id|policy|sig|se|sp|sv|sr|token)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Place:
    """Where media goes.

    Args:
        provider: its name, as people know it.
        takes: how media gets there.
        address_of: where it keeps a creation; None when it did not make it.
        fetch: the bytes at an address, at most so many.
    """

    provider: str
    takes: Takes
    address_of: Callable[[Creation], str | None]
    fetch: Callable[[str, int], Awaitable[bytes]]

    @property
    def takes_bytes(self) -> bool:
        """Whether the media itself can go there."""
        return self.takes in ("bytes", "uploads")


def is_address(word: str) -> bool:
    """Whether it is where something lies, rather than its name."""
    return _ADDRESS.match(word) is not None


def named(option: str, word: str, namespace: Mapping[str, Any]) -> Any:
    """What a word of a line means: an address, else a variable, else a file, else a word as it stands.

    Raises:
        InvalidRequest: it is a variable and a file both.
    """
    if is_address(word):
        return word
    path = Path(word).expanduser()
    there, known = path.is_file(), word in namespace
    if there and known:
        raise InvalidRequest(say("refs.both", name=word), say("refs.both.hint", name=word), field=option)
    if known:
        return namespace[word]
    if there:
        return path
    return Word(word, _unknown(option, word, namespace))


@dataclass(frozen=True)
class Word:
    """A word that means nothing here: only who takes names of files of its own may know it."""

    text: str
    error: InvalidRequest


def _unknown(option: str, word: str, namespace: Mapping[str, Any]) -> InvalidRequest:
    made = [name for name, value in namespace.items() if isinstance(value, Result | Creation)]
    own = [name for name in made if not name.startswith("_")]
    names = ", ".join(nearest(word, own) or own[-3:]) or "…"
    flag = SLOTS[option].flag
    return InvalidRequest(
        say("refs.unknown", option=flag, name=line(word, 60)),
        say("refs.unknown.hint", names=names),
        field=option,
        nearest=nearest(word, own),
    )


async def gather(refs: Mapping[str, tuple[Any, ...]], place: Place) -> dict[str, tuple[Medium, ...]]:
    """Everything that was given, as a body carries it, by the body's field.

    Raises:
        InvalidRequest: something given is no such media, or cannot get there.
    """
    found: dict[str, tuple[Medium, ...]] = {}
    for option, given in refs.items():
        slot = SLOTS[option]
        found[slot.field] = tuple([await _one(slot, value, place) for value in given])
    return found


def parents(refs: Mapping[str, tuple[Any, ...]]) -> tuple[tuple[str, str], ...]:
    """The operations, and their creations, among what was given."""
    given = [(SLOTS[option], one) for option, ones in refs.items() for one in ones]
    firsts = [first(slot, one) if isinstance(one, Result) else one for slot, one in given]
    made = [one.origin for one in firsts if isinstance(one, Creation) and one.operation]
    return tuple(dict.fromkeys(made))


async def _one(slot: Slot, given: Any, place: Place) -> Medium:
    value = first(slot, given) if isinstance(given, Result) else given
    if place.takes == "paths":
        return _path(slot, value, place)
    if isinstance(value, Word):
        raise value.error
    if isinstance(value, str) and is_address(value):
        return await _at(slot, value, place)
    if isinstance(value, Creation):
        _check_kind(slot, value.mime)
        address = None if place.takes == "uploads" else place.address_of(value)
        if address is not None:
            return Medium(address, f"sha256:{sha256(value.bytes)}")
    return _local(slot, bytes_of(slot, value), place)


def first(slot: Slot, result: Result) -> Creation:
    """The first creation of the kind that is wanted, else the first."""
    if not result.creations:
        raise InvalidRequest(say("refs.empty", option=slot.flag), say("refs.type.hint"), field=slot.option)
    fitting = (made for made in result.creations if made.mime.startswith(slot.kind))
    return next(fitting, result.creations[0])


async def _at(slot: Slot, address: str, place: Place) -> Medium:
    """Media at an address: passed on, or fetched for whoever takes bytes."""
    try:
        urlsplit(address)
    except ValueError as error:
        raise _unread(slot, address, line(error, 80)) from None
    if place.takes == "addresses":
        if not address.lower().startswith("https:"):
            raise _no_upload(slot, place)
        return Medium(address, f"url:{unsigned(address)}")
    if address.lower().startswith("data:"):
        return _local(slot, _inline(slot, address), place)
    try:
        data = await place.fetch(address, MAX_BYTES)
    except GenerorError as error:
        raise _unread(slot, address, error.what) from None
    return _local(slot, data, place)


def unsigned(address: str) -> str:
    """An address without what it was signed with.

    >>> unsigned("https://a.example/p.png?v=2&X-Amz-Signature=12&Expires=9")
    'https://a.example/p.png?v=2'
    """
    parts = urlsplit(address)
    kept = [(k, v) for k, v in parse_qsl(parts.query, True) if not _SIGNING.fullmatch(k)]
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, urlencode(kept), ""))


def _local(slot: Slot, data: bytes, place: Place) -> Medium:
    mime = media.sniff(data) or "application/octet-stream"
    _check_kind(slot, mime)
    if place.takes == "addresses":
        raise _no_upload(slot, place)
    if len(data) > MAX_BYTES:
        raise _too_large(slot, len(data))
    if place.takes == "uploads":
        return Medium("", f"sha256:{sha256(data)}", data, mime)
    return Medium(media.data_uri(data, mime), f"sha256:{sha256(data)}")


def _path(slot: Slot, value: Any, place: Place) -> Medium:
    """The name of a file that the provider keeps."""
    text = value.text if isinstance(value, Word) else value
    if not isinstance(text, str) or not text.strip() or is_address(text):
        what = say("refs.path", option=slot.flag, provider=place.provider)
        raise InvalidRequest(what, say("refs.path.hint", option=slot.flag), field=slot.option)
    return Medium(text.strip(), f"path:{text.strip()}")


def bytes_of(slot: Slot, value: Any) -> bytes:
    """What was given, whole: from a file, a creation, a Pillow picture."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, Creation):
        return value.bytes
    if isinstance(value, str | os.PathLike):
        return _read(slot, Path(value).expanduser())
    pillow = sys.modules.get("PIL.Image")
    if pillow is not None and isinstance(value, pillow.Image):
        buffer = io.BytesIO()
        value.save(buffer, "PNG")
        return buffer.getvalue()
    raise InvalidRequest(
        say("refs.type", option=slot.flag, kind=type(value).__name__),
        say("refs.type.hint"),
        field=slot.option,
    )


def _read(slot: Slot, path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _too_large(slot, size)
        return path.read_bytes()
    except OSError as error:
        raise _unread(slot, path, error.strerror or type(error).__name__) from None


def _unread(slot: Slot, name: object, why: str) -> InvalidRequest:
    what = say("refs.unread", option=slot.flag, name=line(name, 80))
    return InvalidRequest(what, say("refs.unread.hint", error=why), field=slot.option)


def _inline(slot: Slot, address: str) -> bytes:
    import base64

    head, comma, body = address.partition(",")
    if len(body) > MAX_BYTES * 3:
        raise _too_large(slot, len(body))
    try:
        if not comma:
            raise ValueError
        return base64.b64decode(body, validate=True) if head.endswith(";base64") else unquote_to_bytes(body)
    except ValueError:
        raise InvalidRequest(
            say("refs.unread", option=slot.flag, name=line(head, 40)),
            say("refs.type.hint"),
            field=slot.option,
        ) from None


def _check_kind(slot: Slot, mime: str) -> None:
    raster = mime.startswith(slot.kind) and mime != "image/svg+xml"
    if not raster:
        wanted = say(f"kind.{slot.kind}")
        raise InvalidRequest(
            say("refs.kind", option=slot.flag, wanted=wanted, mime=mime),
            say("refs.kind.hint", wanted=wanted),
            field=slot.option,
        )


def _no_upload(slot: Slot, place: Place) -> InvalidRequest:
    what = say("refs.local", option=slot.flag, provider=place.provider)
    return InvalidRequest(what, say("refs.local.hint"), field=slot.option)


def _too_large(slot: Slot, size: int) -> InvalidRequest:
    megabytes = f"{size / 1024**2:.1f}"
    what = say("refs.large", option=slot.flag, size=megabytes, most=MAX_BYTES >> 20)
    return InvalidRequest(what, say("refs.large.hint"), field=slot.option)
