"""Pictures given as a reference: data URIs, or the studio's own media. Nothing is fetched from anywhere."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from ..base.media import data_uri, open_picture, sniff
from .answers import invalid
from .creations import file_of
from .media import MediaStore
from .store import Store

MAX_BYTES = 10 * 1024 * 1024
_OWN = re.compile(r"/users/(\d{1,18})/([a-z]+)/([A-Za-z0-9._-]+)")


def picture(store: Store, media: MediaStore, field: str, address: str, origin: str) -> tuple[str, int, int]:
    """The picture behind an address as a data URI, with its width and height.

    Raises:
        Refused: it is no picture, too large, or somewhere else.
    """
    data = (
        _inline(field, address) if address.startswith("data:") else _own(store, media, field, address, origin)
    )
    if len(data) > MAX_BYTES:
        raise invalid(f"{field}: must be at most 10 MB, not {len(data):,} bytes")
    try:
        size = open_picture(data).size
    except ValueError as error:
        raise invalid(f"{field}: {error}") from None
    return data_uri(data, sniff(data) or "image/png"), *size


def _inline(field: str, address: str) -> bytes:
    head, comma, body = address.partition(",")
    if not comma:
        raise invalid(f"{field}: is not a complete data URI")
    try:
        return base64.b64decode(body, validate=True) if head.endswith(";base64") else unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        raise invalid(f"{field}: is not valid base64") from None


def _own(store: Store, media: MediaStore, field: str, address: str, origin: str) -> bytes:
    here = address.removeprefix(origin)
    match = _OWN.fullmatch(urlsplit(here).path) if here.startswith("/") else None
    if match is None:
        raise invalid(f"{field}: the studio takes a data URI or the address of a creation of its own")
    with store.read() as connection:
        file = file_of(connection, int(match[1]), match[2], match[3])
    if file is None:
        raise invalid(f"{field}: there is no such file")
    return Path(media.path(file["digest"])).read_bytes()
