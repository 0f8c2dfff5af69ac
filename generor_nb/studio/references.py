"""Media given with an order: data URIs, or the studio's own media. Nothing is fetched from anywhere."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from sqlalchemy import or_, select

from ..base.files import sha256
from ..base.media import data_uri, open_picture, sniff
from .answers import invalid
from .creations import FINISHED, IS_PUBLIC, PRIVATE, by, file_of
from .media import MediaStore
from .store import Store, assets, creations

MAX_BYTES = 10 * 1024 * 1024
# A plain JPEG can be decoded smaller than it is; the others need up to 16 bytes for each of their pixels.
MAX_PIXELS = 16_000_000
# The fields that hold addresses, and what must be there.
FIELDS = {
    "image_url": "image",
    "ending_frame_url": "image",
    "reference_images": "image",
    "reference_videos": "video",
    "video_url": "video",
    "reference_audio": "audio",
}
_OWN = re.compile(r"/users/(\d{1,18})/([a-z]+)/([A-Za-z0-9._-]+)")


@dataclass(frozen=True, slots=True)
class Reference:
    """What an address led to; pixels are those of a picture, else 0."""

    data: bytes
    mime: str
    width: int = 0
    height: int = 0

    @property
    def uri(self) -> str:
        return data_uri(self.data, self.mime)


class Library:
    """Where the addresses of an order lead.

    Args:
        origin: the address of this studio, which its own media may be given with.
    """

    def __init__(self, store: Store, media: MediaStore, origin: str) -> None:
        self._store, self._media, self._origin = store, media, origin

    def open(self, fields: Mapping[str, Any]) -> dict[str, list[Reference]]:
        """Everything that an order's fields lead to.

        Raises:
            Refused: naming the field whose address leads elsewhere, to the wrong kind, or to too much.
        """
        found = {}
        for field in FIELDS:
            if field not in fields:
                continue
            given = fields[field]
            found[field] = [self._one(field, one) for one in ([given] if isinstance(given, str) else given)]
        return found

    def made(self, reference: Reference, user_id: int, *, for_all: bool) -> dict[str, Any] | None:
        """How the studio made these very bytes, where this account may know it.

        Args:
            for_all: whether everybody may read what is told; then nothing of a private prompt is.
        """
        wanted = (
            select(creations)
            .join(assets, assets.c.creation_id == creations.c.creation_id)
            .where(assets.c.digest == sha256(reference.data), FINISHED, or_(IS_PUBLIC, by(user_id)))
            .order_by(by(user_id).desc(), creations.c.creation_id)
        )
        with self._store.read() as connection:
            row = connection.execute(wanted).mappings().first()
        if row is None:
            return None
        facts, secret = row["generator_data"] or {}, for_all and row["privacy_mode"] == PRIVATE
        of_engine = ("engine", "engine_version", *(() if secret else ("understood",)))
        of_row = ("creation_id", "generator", "created_at", *(() if secret else ("prompt",)))
        told = {name: facts[name] for name in of_engine if name in facts}
        return told | {name: row[name] for name in of_row}

    def _one(self, field: str, address: str) -> Reference:
        data = _inline(field, address) if address.startswith("data:") else self._own(field, address)
        if len(data) > MAX_BYTES:
            raise invalid(f"{field}: must be at most 10 MB, not {len(data):,} bytes")
        mime = sniff(data) or ""
        if FIELDS[field] == "image":
            return Reference(data, mime, *size_of(field, data))
        if not mime.startswith(FIELDS[field]):
            raise invalid(f"{field}: holds no {FIELDS[field]} of a kind that the studio knows")
        return Reference(data, mime)

    def _own(self, field: str, address: str) -> bytes:
        here = address.removeprefix(self._origin)
        match = _OWN.fullmatch(urlsplit(here).path) if here.startswith("/") else None
        if match is None:
            raise invalid(f"{field}: the studio takes a data URI or the address of a creation of its own")
        with self._store.read() as connection:
            file = file_of(connection, int(match[1]), match[2], match[3])
        if file is None:
            raise invalid(f"{field}: there is no such file")
        return self._media.path(file["digest"]).read_bytes()


def size_of(field: str, data: bytes) -> tuple[int, int]:
    """The size of a given picture, in pixels.

    Raises:
        Refused: it is no picture, or larger than engines can be given.
    """
    try:
        picture = open_picture(data)
    except ValueError as error:
        raise invalid(f"{field}: {error}") from None
    width, height = picture.size
    # Of a progressive one, every pixel is held before the first can be drawn.
    shrinks = (
        sniff(data) == "image/jpeg" and picture.mode in ("RGB", "L") and "progressive" not in picture.info
    )
    if width * height > MAX_PIXELS and not shrinks:
        most = "16 megapixels, or a JPEG that is neither progressive nor CMYK"
        raise invalid(f"{field}: a picture of {width}x{height} pixels is too large; {most}")
    return width, height


def _inline(field: str, address: str) -> bytes:
    head, comma, body = address.partition(",")
    if not comma:
        raise invalid(f"{field}: is not a complete data URI")
    if len(body) > MAX_BYTES * 3:  # before it is decoded, however it is written
        raise invalid(f"{field}: must be at most 10 MB")
    try:
        return base64.b64decode(body, validate=True) if head.endswith(";base64") else unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        raise invalid(f"{field}: is not valid base64") from None
