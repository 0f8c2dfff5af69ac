"""Media by a bare client that knows no key: streamed to disk, resumed where it broke off, capped, hashed.

What is uploaded leaves by the same client: whoever signed its address needs no key.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urljoin, urlsplit

import httpx

from ..base.errors import GenerorError
from ..base.messages import say
from .gate import Timing
from .retry import BREAKDOWNS, Retries

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 3
# Since the last byte that came; a slow file that goes on may take as long as it needs.
PATIENCE_SECONDS = 30.0
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class _Broken(Exception):
    """This attempt failed, another may not."""


@dataclass
class _File:
    """What is on disk so far, and by what the server would know it again."""

    file: IO[bytes]
    limit: int
    size: int = 0
    mark: str = ""
    total: int | None = None

    def __post_init__(self) -> None:
        self.digest = hashlib.sha256()

    def add(self, chunk: bytes) -> None:
        if self.size + len(chunk) > self.limit:
            raise too_large(self.limit)
        self.file.write(chunk)
        self.digest.update(chunk)
        self.size += len(chunk)

    def begin(self, headers: Mapping[str, str]) -> None:
        """From the first byte again, of whatever the server has now."""
        self.file.seek(0)
        self.file.truncate()
        self.size, self.digest, self.total = 0, hashlib.sha256(), None
        tag = headers.get("etag", "")
        # A weak tag does not promise the same bytes.
        self.mark = tag if tag.startswith('"') else "" if tag else headers.get("last-modified", "")
        if headers.get("content-encoding", "identity") != "identity":
            self.mark = ""
        elif headers.get("content-length", "").isdigit():
            self.total = int(headers["content-length"])


def too_large(limit: int) -> GenerorError:
    return GenerorError(say("media.large", limit=limit >> 20), say("media.elsewhere.hint"))


def failed(why: str) -> GenerorError:
    return GenerorError(say("media.failed", error=why), say("media.elsewhere.hint"))


class Fetcher:
    """Downloads.

    Args:
        client: has no key and follows no redirects.
        origin: the API's own, which may be plain http on loopback; any other must be https.
    """

    def __init__(self, client: httpx.AsyncClient, origin: str, timing: Timing) -> None:
        self._client, self._origin, self._timing = client, origin, timing

    async def fetch(self, url: str, part: Path, limit: int) -> str:
        """``url`` into ``part``, which must not exist; its sha256."""
        with part.open("xb") as file:
            held = _File(file, limit)
            try:
                await self._persist(self._check(urljoin(self._origin + "/", url)), held)
            except (httpx.InvalidURL, ValueError) as error:  # an address, or where one leads, that is none
                raise failed(type(error).__name__) from None
            file.flush()
            os.fsync(file.fileno())
        return held.digest.hexdigest()

    async def put(self, url: str, data: bytes, mime: str) -> int:
        """Exactly ``data``, of exactly this type and length, to ``url``; the status of the answer.

        Raises:
            GenerorError: the address is refused, or no answer came.
        """
        try:
            full = self._check(urljoin(self._origin + "/", url))
            async with self._client.stream("PUT", full, content=data, headers={"Content-Type": mime}) as told:
                return told.status_code
        except (GenerorError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            what = say("upload.failed", why=type(error).__name__)
            raise GenerorError(what, say("upload.failed.hint")) from None

    async def _persist(self, url: str, held: _File) -> None:
        retries, since, reached = Retries(self._timing.rng, patience=PATIENCE_SECONDS), self._steady(), 0
        while True:
            try:
                await self._attempt(url, held)
                return
            except (httpx.HTTPError, _Broken) as error:
                if held.size > reached:
                    retries.tried, since, reached = 0, self._steady(), held.size
                pause = retries.pause(self._steady() - since)
                if pause is None:
                    why = str(error) if isinstance(error, _Broken) else type(error).__name__
                    raise failed(why) from None
            await self._timing.sleep(pause)

    async def _attempt(self, url: str, held: _File) -> None:
        headers = {"Accept-Encoding": "identity"}
        if held.size and held.mark:
            headers |= {"Range": f"bytes={held.size}-", "If-Range": held.mark}
        for _ in range(MOST_REDIRECTS + 1):
            async with self._client.stream("GET", url, headers=headers) as response:
                if response.status_code not in REDIRECTS:
                    await self._receive(response, held)
                    return
                url = self._check(urljoin(url, response.headers.get("location", "")))
        raise failed(say("media.redirects"))

    async def _receive(self, response: httpx.Response, held: _File) -> None:
        status, headers = response.status_code, response.headers
        if status == 206:
            self._continue(headers, held)
        elif status == 200:
            held.begin(headers)
        elif status == 416:
            held.begin({})
            raise _Broken(f"HTTP {status}")
        elif status in BREAKDOWNS:
            raise _Broken(f"HTTP {status}")
        else:
            raise failed(f"HTTP {status}")
        length = headers.get("content-length", "")
        if length.isdigit() and held.size + int(length) > held.limit:
            raise too_large(held.limit)
        async for chunk in response.aiter_bytes():
            held.add(chunk)
        if held.total is not None and held.size < held.total:
            raise _Broken(f"HTTP {status}")  # a server may send less than it is asked for

    def _continue(self, headers: Mapping[str, str], held: _File) -> None:
        """Only what joins on exactly is taken; anything else begins from the first byte."""
        part = _RANGE.fullmatch(headers.get("content-range", "").strip())
        tag = headers.get("etag", "")
        other = tag != held.mark if tag and held.mark.startswith('"') else False
        if part is None or int(part[1]) != held.size or other:
            held.begin({})
            raise _Broken("HTTP 206")
        if part[3] != "*":
            held.total = int(part[3])

    def _check(self, url: str) -> str:
        """``url``, if it may be fetched.

        Raises:
            GenerorError: it is neither https nor on the API's own origin.
        """
        if not (url.lower().startswith("https://") or origin_of(url) == self._origin):
            raise GenerorError(say("media.address", url=url), say("media.elsewhere.hint"))
        return url

    def _steady(self) -> float:
        return self._timing.steady()


def origin_of(url: str) -> str:
    """Scheme and authority of ``url``."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
