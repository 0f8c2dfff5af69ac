"""The studio as gptimage2: generations that are queued, polled or told of, and presigned uploads.

Source: the API document of gptimage2.plus. Credits go by quality and picture; the document gives only that
``low`` is 1. The first list of ``moderation`` is refused with 422, the second ends ``blocked``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from ...base.files import sha256
from ...base.media import data_uri, sniff
from ...contract.generor import STATUS_BY_CODE
from ...contract.gptimage2 import (
    COOKIE,
    DEFAULT_QUALITY,
    DEFAULT_SIZE,
    EVENTS,
    IN_FLIGHT,
    KEY_PREFIX,
    MAX_COUNT,
    MAX_FILENAME,
    MAX_INPUTS,
    MAX_PROMPT,
    MAX_UPLOAD,
    NAME,
    PER_HOUR,
    QUALITIES,
    SIZES,
    TYPES,
    UPLOAD_TYPES,
)
from ..answers import Refused, invalid, missing
from ..checks import Check, Field, one_of, text, whole, words
from ..dispatch import Parts
from ..engines import EngineError
from ..offload import offload
from ..references import size_of
from ..work import engine_note
from . import generations, jobs, moderation, webhooks
from .bench import Piece, Work
from .frame import Visit, Way, answered, bearer, count
from .holders import SESSION, Fill, Firm, Holder, Holders
from .pictures import png, seed_of, side_by_side, task
from .quota import Quota, Standing
from .uploads import Uploads

FIRM = Firm(NAME, KEY_PREFIX, ("pro", "max", "free"), {"credits": Fill(10_000, "day")})
PAYING = ("pro", "max")
SOON = 2  # seconds after which it makes sense to ask again, when too much is under way
MAX_KEY = 255
CREDITS = {"low": 1, "medium": 4, "high": 10}
FINE = 2048  # pixels of the longer side of a picture in high quality
POLICY = "CONTENT_POLICY"
KEYS = Check(
    {"type": "array", "minItems": 1, "maxItems": MAX_INPUTS, "items": {"type": "string"}},
    f"an array of 1 to {MAX_INPUTS} keys",
)
GENERATE = (
    Field("prompt", words(MAX_PROMPT), required=True),
    Field("type", one_of(*TYPES)),
    Field("size", one_of(*SIZES.values())),
    Field("quality", one_of(*QUALITIES)),
    Field("n", whole(1, MAX_COUNT)),
    Field("inputImageKeys", KEYS),
)
UPLOAD = (
    Field("filename", words(MAX_FILENAME), required=True),
    Field("contentType", one_of(*UPLOAD_TYPES), required=True),
    Field("size", whole(1, MAX_UPLOAD), required=True),
)
WEBHOOK = (
    Field("url", words(2000), required=True),
    Field(
        "events",
        Check(
            {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(EVENTS)}},
            f"an array of {', '.join(EVENTS)}, at least one",
        ),
        required=True,
    ),
    Field("label", text(100)),
)
STATUSES = {**STATUS_BY_CODE, POLICY: 422}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class GptImage2:
    """The operations. One is made for each opening of a studio folder."""

    firm = FIRM

    def __init__(self, parts: Parts, *, rate_limits: bool) -> None:
        self._parts = parts
        self.holders = Holders(parts.store, parts.clock, FIRM)
        self._quota = Quota(parts.clock, 3600, enforced=rate_limits)
        self._most = IN_FLIGHT if rate_limits else None
        self._uploads = Uploads(parts.store, parts.media, parts.clock)

    def ways(self) -> Sequence[Way]:
        return (
            Way("POST", "/api/v1/generate", self.generate),
            Way("GET", "/api/v1/generations/{id}", self.status),
            Way("POST", "/api/v1/upload", self.upload),
            Way("PUT", "/r2/{key:path}", self.put, needs_key=False),
            Way("POST", "/api/account/webhooks", self.register, needs_key=False),
            Way("GET", "/api/account/webhooks", self.webhooks, needs_key=False),
        )

    def admit(self, request: HttpRequest) -> Holder:
        holder = self.holders.identify(bearer(request))
        if holder is None:
            raise Refused("UNAUTHORIZED", "The Bearer key is missing or invalid")
        standing = (
            self._quota.untouched(PER_HOUR)
            if holder.is_local
            else self._quota.take(holder.rate_key, PER_HOUR)
        )
        count(request, standing)
        if holder.plan not in PAYING:
            raise Refused("FORBIDDEN", "A Pro or Max plan is required")
        return holder

    def headers(self, standing: Standing | None) -> dict[str, str]:
        stands = standing or self._quota.untouched(PER_HOUR)
        return {
            "X-RateLimit-Limit": str(stands.limit),
            "X-RateLimit-Remaining": str(stands.remaining),
            "X-RateLimit-Reset": str(stands.reset),
        }

    def refusal(self, refused: Refused) -> Response:
        status = STATUSES[refused.code]
        headers = dict(refused.headers)
        if status == 429:
            headers.setdefault("Retry-After", str(SOON))
        return answered({"error": refused.message, "code": refused.code}, status, headers)

    async def generate(self, visit: Visit) -> Response:
        """Submit a generation; an idempotency key that is known answers with what it began."""
        user_id, key = visit.holder.user_id, _idempotency_key(visit.request)
        known = await visit.read(jobs.find_by_key, NAME, user_id, key)
        if known is not None:
            return _accepted(known)
        given = await visit.fields(GENERATE)
        pictures = await offload(self._inputs, user_id, given)
        if moderation.is_forbidden(given["prompt"]):
            raise Refused(POLICY, "The prompt was blocked by the content policy")
        request = self._request(user_id, given, pictures, visit.origin, key)
        begun, _ = await offload(self._parts.bench.take, request, partial(_work, request, pictures))
        return _accepted(begun.job)

    async def status(self, visit: Visit) -> Response:
        """Tell how a generation stands."""
        job = await visit.job(NAME, visit.request.path_params["id"])
        if job is None:
            raise missing("Generation")
        made = await visit.read(jobs.files, job["job_id"])
        return answered(generations.payload(job, made, visit.origin))

    async def upload(self, visit: Visit) -> Response:
        """Give an address at which a picture can be put."""
        given = await visit.fields(UPLOAD)
        user_id, mime, size = visit.holder.user_id, given["contentType"], given["size"]
        key, token = await offload(self._uploads.presign, user_id, mime, size)
        return answered({"url": f"{visit.origin}/r2/{quote(key)}?signature={token}", "key": key})

    async def put(self, visit: Visit) -> Response:
        """Take a picture at its presigned address."""
        request = visit.request
        if "authorization" in request.headers:
            raise invalid("Authorization: a presigned address takes none; leave the key away")
        token = request.query_params.get("signature", "")
        expected = await offload(self._uploads.expected, request.path_params["key"], token)
        data = await visit.raw(most=MAX_UPLOAD)
        await offload(self._uploads.put, expected, request.headers.get("content-type", ""), data)
        return Response(status_code=200)

    async def register(self, visit: Visit) -> Response:
        """Register a webhook; its secret is shown here once."""
        holder = await self._session(visit)
        given = await visit.fields(WEBHOOK)
        _check_address(given["url"])
        made = await visit.write(
            webhooks.register,
            holder.user_id,
            given["url"],
            given["events"],
            given.get("label"),
            self._parts.clock(),
        )
        return answered(made, 201)

    async def webhooks(self, visit: Visit) -> Response:
        """List the webhooks, and whether they are still told."""
        holder = await self._session(visit)
        return answered({"webhooks": await visit.read(webhooks.listing, holder.user_id)})

    async def _session(self, visit: Visit) -> Holder:
        cookie = visit.request.cookies.get(COOKIE, "")
        holder = await offload(self.holders.identify, cookie, SESSION)
        if holder is None:
            raise Refused("UNAUTHORIZED", f"The cookie {COOKIE!r} is missing or invalid")
        return holder

    def _inputs(self, user_id: int, given: Mapping[str, Any]) -> list[bytes]:
        if given.get("type") != "edit":
            return []
        if not given.get("inputImageKeys"):
            raise invalid("inputImageKeys: is required when type is 'edit'")
        pictures = self._uploads.open(user_id, given["inputImageKeys"])
        for data in pictures:
            size_of("inputImageKeys", data)
        return pictures

    def _request(
        self,
        user_id: int,
        given: Mapping[str, Any],
        pictures: Sequence[bytes],
        origin: str,
        key: str | None,
    ) -> jobs.Request:
        quality, n = given.get("quality", DEFAULT_QUALITY), given.get("n", 1)
        body = {
            "prompt": given["prompt"],
            "size": given.get("size", DEFAULT_SIZE),
            "quality": quality,
            "n": n,
            **({"pictures": [sha256(data) for data in pictures]} if pictures else {}),
        }
        return jobs.Request(
            provider=NAME,
            user_id=user_id,
            public_id=str(uuid.uuid4()),
            kind=given.get("type", "text2img"),
            body=body,
            cost=CREDITS[quality] * n,
            origin=origin,
            idempotency_key=key,
            most=self._most,
        )


def _work(request: jobs.Request, pictures: Sequence[bytes], take: int) -> Work:
    body, n = request.body, int(request.body["n"])
    size = _pixels(str(body["size"]), str(body["quality"]))
    fields = {"image_url": _source(pictures)} if pictures else {}
    asked = request.canonical
    tasks = [
        task("scene", str(body["prompt"]), size, seed_of(asked, take, i), i, n, **fields) for i in range(n)
    ]
    withheld = moderation.is_withheld(str(body["prompt"]))
    verdict = (jobs.BLOCKED, "The pictures were withheld by the content policy") if withheld else None
    return Work(tasks, _pieces, _explained, verdict)


def _source(pictures: Sequence[bytes]) -> str:
    if len(pictures) == 1:
        return data_uri(pictures[0], sniff(pictures[0]) or "")
    return side_by_side(pictures)


def _pixels(size: str, quality: str) -> tuple[int, int]:
    """
    >>> _pixels("1024x1536", "high")
    (1366, 2048)
    """
    width, height = map(int, size.split("x"))
    if quality != "high":
        return width, height
    scale = FINE / max(width, height)
    return 2 * round(width * scale / 2), 2 * round(height * scale / 2)


def _pieces(made: Sequence[Mapping[str, Any]]) -> list[Piece]:
    found = []
    for place, one in enumerate(made):
        size, note = (one["width"], one["height"]), engine_note(one["facts"])
        found += [
            Piece(place, "png", png(one["data"]), *size, note),
            Piece(place, "webp", one["data"], *size, note),
        ]
    return found


def _explained(error: Exception) -> str:
    return str(error) if isinstance(error, EngineError) else "The generation failed"


def _accepted(job: Mapping[str, Any]) -> Response:
    return answered({"generationId": job["public_id"], "status": job["state"]}, 202)


def _idempotency_key(request: HttpRequest) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= MAX_KEY:
        raise invalid(f"Idempotency-Key: must be of 1 to {MAX_KEY} characters")
    return key


def _check_address(url: str) -> None:
    """
    Raises:
        Refused: no address that a webhook may have.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise invalid("url: is no address") from None
    plain = parts.scheme == "http" and host in LOOPBACK
    if not host or not (parts.scheme == "https" or plain) or parts.username is not None:
        raise invalid("url: must be an https address, or http on this machine, without a user name")
