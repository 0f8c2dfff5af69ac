"""Files inside a JSON answer, as base64: found in its bytes and decoded piece by piece. Pure.

A picture in an answer weighs megabytes, and parsing makes another copy of each. So its text is taken out
before the rest is parsed, and what is kept of it is where it stands.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Iterator

# A multiple of four, so that each piece of base64 is whole.
PIECE = 4 * 65_536
_LONGEST_HEAD = 200


def take_out(body: bytes, key: str) -> tuple[bytes, list[tuple[int, int]]]:
    """``body`` with each text under ``key`` replaced by its number, and where those texts stood.

    Args:
        body: JSON.
        key: the name of the members that hold files.

    Returns:
        The shorter JSON, and of each text its first byte and the byte after its last.

    >>> take_out(b'[{"data": "QUJD"}]', "data")
    (b'[{"data": "0"}]', [(11, 15)])
    """
    pattern = re.compile(rb'"' + re.escape(key.encode()) + rb'"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
    pieces: list[bytes] = []
    places: list[tuple[int, int]] = []
    last = 0
    for found in pattern.finditer(body):
        start, end = found.span(1)
        pieces += [body[last:start], str(len(places)).encode()]
        places.append((start, end))
        last = end
    pieces.append(body[last:])
    return b"".join(pieces), places


def decoded(body: bytes, start: int, end: int) -> Iterator[bytes]:
    """The file whose base64, bare or as a data URI, stands in ``body`` from ``start`` to ``end``.

    Raises:
        ValueError: it is no base64, or only a part of it.
    """
    if body.find(b"\\", start, end) >= 0:  # rare: a line break or a slash written as an escape
        body = "".join(json.loads(b'"' + body[start:end] + b'"').split()).encode()
        start, end = 0, len(body)
    comma = body.find(b",", start, min(end, start + _LONGEST_HEAD))
    if comma >= 0 and body[start:comma].endswith(b";base64"):
        start = comma + 1
    view = memoryview(body)
    for place in range(start, end, PIECE):
        yield binascii.a2b_base64(view[place : min(place + PIECE, end)], strict_mode=True)
