"""The studio as grok-imagine: tasks of 40 credits that become two short clips each.

Source: the API document of grokimagineapi.com. A task that fails gives its credits back and says so in
``consumed_credits``. Each of the document's four messages has a cause here: bytes that are no picture; a
word of either list of ``moderation``; an engine that fails; an address elsewhere: the studio fetches nothing.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from ...base.files import sha256
from ...base.media import data_uri
from ...contract.generor import STATUS_BY_CODE
from ...contract.grok_imagine import (
    COMPLETED,
    CREDITS,
    GENERATE,
    MAX_IMAGES,
    MODE,
    OK,
    PER_MINUTE,
    RATIO,
    RATIOS,
    STATUS,
)
from ..answers import Refused, invalid
from ..checks import Check, Field, one_of, text
from ..dispatch import Parts
from ..engines import EngineError
from ..offload import offload
from ..references import Library
from ..work import engine_note
from . import generations, jobs, moderation
from .bench import Piece, Work
from .frame import Visit, Way, answered, bearer, count
from .holders import Fill, Firm, Holder, Holders
from .pictures import seed_of, task
from .quota import Quota, Standing

NAME = "grok-imagine"
FIRM = Firm(NAME, "grok_", tuple(PER_MINUTE), {"credits": Fill(10_000, "day")})
CLIPS, SECONDS = 2, 3
SHAPES = {
    "1:1": (480, 480),
    "2:3": (384, 576),
    "3:2": (576, 384),
    "9:16": (360, 640),
    "16:9": (640, 360),
}
NO_PICTURE = "File type not supported"
INAPPROPRIATE = "Inappropriate content, please try another prompt."
BROKEN = "grok imagine build failed"
UNREACHABLE = "Network error, please try again later."
STATES = {jobs.QUEUED: "pending", jobs.RUNNING: "processing", jobs.SUCCEEDED: COMPLETED}
ERRORS = {
    "VALIDATION_ERROR": (400, "INVALID_REQUEST"),
    "INSUFFICIENT_CREDITS": (400, "INSUFFICIENT_CREDITS"),
    "RATE_LIMIT_EXCEEDED": (429, "RATE_LIMITED"),
}
MADE_HERE = re.compile(r"/([a-z0-9-]+)/media/([a-z0-9.]+)")
BODY = (
    Field("mode", text(40)),
    Field("prompt", text(4000)),
    Field(
        "images",
        Check(
            {"type": ["array", "string"], "maxItems": MAX_IMAGES, "items": {"type": "string"}},
            f"an array of at most {MAX_IMAGES} addresses",
        ),
    ),
    Field("ratio", one_of(*RATIOS)),
)


class GrokImagine:
    """The operations. One is made for each opening of a studio folder."""

    firm = FIRM

    def __init__(self, parts: Parts, *, rate_limits: bool) -> None:
        self._parts = parts
        self.holders = Holders(parts.store, parts.clock, FIRM)
        self._quota = Quota(parts.clock, 60, enforced=rate_limits)

    def ways(self) -> Sequence[Way]:
        return (Way("POST", GENERATE, self.generate), Way("GET", STATUS, self.status))

    def admit(self, request: HttpRequest) -> Holder:
        holder = self.holders.identify(bearer(request))
        if holder is None:
            raise Refused("UNAUTHORIZED", "The API token is missing or invalid")
        limit = PER_MINUTE[holder.plan]
        local = holder.is_local
        count(request, self._quota.untouched(limit) if local else self._quota.take(holder.rate_key, limit))
        return holder

    def headers(self, standing: Standing | None) -> dict[str, str]:
        stands = standing or self._quota.untouched(PER_MINUTE["free"])
        return {"X-RateLimit-Remaining": str(stands.remaining), "X-RateLimit-Reset": str(stands.reset)}

    def refusal(self, refused: Refused) -> Response:
        status, error = ERRORS.get(refused.code, (STATUS_BY_CODE[refused.code], refused.code))
        message = f"Invalid request: {refused.message}" if error == "INVALID_REQUEST" else refused.message
        body = {"code": status, "message": message, "error": error}
        return answered(body, status, refused.headers)

    async def generate(self, visit: Visit) -> Response:
        """Begin a task."""
        given = await visit.fields(BODY)
        if not given.get("prompt", "").strip():
            raise invalid("The prompt parameter is required")
        user_id = visit.holder.user_id
        addresses = given.get("images", [])
        images = await offload(
            self._pictures, visit, [addresses] if isinstance(addresses, str) else addresses
        )
        request = _request(user_id, given, addresses, visit.origin)
        begun, _ = await offload(self._parts.bench.take, request, partial(_work, request, images))
        return _fine({"task_id": begun.job["public_id"]})

    async def status(self, visit: Visit) -> Response:
        """Tell how a task stands."""
        task_id = visit.request.query_params.get("task_id", "")
        if not task_id:
            raise invalid("The task_id parameter is required")
        job = await visit.job(NAME, task_id)
        if job is None:
            raise invalid("There is no task of this id")
        files = await visit.read(jobs.files, job["job_id"])
        return _fine(_told(job, files, visit.origin))

    def _pictures(self, visit: Visit, addresses: Sequence[str]) -> list[str] | str:
        """The pictures as data URIs, or the message of why there are none."""
        here = urlsplit(visit.origin)
        root = f"{here.scheme}://{here.netloc}"
        found = []
        for address in addresses:
            if not address.startswith(("data:", f"{root}/")):
                return UNREACHABLE
            try:
                found.append(self._made_here(address, root) or self._given(address, root))
            except Refused:
                return NO_PICTURE if address.startswith("data:") else UNREACHABLE
        return found

    def _given(self, address: str, root: str) -> str:
        library = Library(self._parts.store, self._parts.media, root)
        return library.open({"image_url": address})["image_url"][0].uri

    def _made_here(self, address: str, root: str) -> str | None:
        """A picture that one of these APIs made in this studio."""
        match = MADE_HERE.fullmatch(address.removeprefix(root))
        if match is None:
            return None
        with self._parts.store.read() as connection:
            file = jobs.file_named(connection, match[1], match[2])
        if file is None or not file["mime"].startswith("image/"):
            return None
        return data_uri(self._parts.media.path(file["digest"]).read_bytes(), file["mime"])


def _request(
    user_id: int, given: Mapping[str, Any], addresses: str | Sequence[str], origin: str
) -> jobs.Request:
    body: dict[str, Any] = {
        "mode": given.get("mode", MODE),
        "prompt": given["prompt"],
        "ratio": given.get("ratio", RATIO),
    }
    if addresses:
        listed = [addresses] if isinstance(addresses, str) else addresses
        body["images"] = [_short(address) for address in listed]
    return jobs.Request(
        provider=NAME,
        user_id=user_id,
        public_id=f"task_{secrets.token_hex(8)}",
        kind="video",
        body=body,
        cost=CREDITS,
        origin=origin,
    )


def _short(address: str) -> str:
    """An address as it is told again; of a data URI, its kind and its hash."""
    if not address.startswith("data:"):
        return address
    return f"{address[: address.find(',')][:60]},sha256-{sha256(address.encode())}"


def _work(request: jobs.Request, images: list[str] | str, take: int) -> Work:
    body = request.body
    prompt = str(body["prompt"])
    if moderation.is_forbidden(prompt) or moderation.is_withheld(prompt):
        images = INAPPROPRIATE
    if isinstance(images, str):
        return Work([], lambda _made: [], _explained, (jobs.FAILED, images))
    fields: dict[str, Any] = {"seconds": SECONDS}
    if images:
        fields |= {"image_url": images[0]} if len(images) == 1 else {"reference_images": images}
    asked, size = request.canonical, SHAPES[body["ratio"]]
    tasks = [task("video", prompt, size, seed_of(asked, take, i), i, CLIPS, **fields) for i in range(CLIPS)]
    if body["mode"] == "normal":
        tasks = [{**one, "preset": {"camera": "push-in"}} for one in tasks]
    return Work(tasks, _pieces, _explained)


def _pieces(made: Sequence[Mapping[str, Any]]) -> list[Piece]:
    return [
        Piece(place, "clip", one["data"], one["width"], one["height"], _note(one))
        for place, one in enumerate(made)
    ]


def _note(made: Mapping[str, Any]) -> str:
    """Which engine, and where a clip is less than it should be."""
    return engine_note({**made["facts"], "note": made.get("fields", {}).get("note")})


def _explained(error: Exception) -> str:
    """The document's message, and why, where that is for whoever asked: what has to be installed, say."""
    return f"{BROKEN}: {error}" if isinstance(error, EngineError) else BROKEN


def _told(job: Mapping[str, Any], files: Sequence[Mapping[str, Any]], origin: str) -> dict[str, Any]:
    """A task as the API tells of it, and which engine was at it."""
    return {
        "consumed_credits": 0 if job["error"] else job["cost"],
        "created_at": (generations.moment(job["created_at"]) or "")[:19] + "Z",
        "status": STATES.get(job["state"], "failed"),
        "task_id": job["public_id"],
        "error_message": job["error"],
        "request": job["body"],
        "response": [f"{origin}{generations.MEDIA}/{file['name']}" for file in files],
        **({"engine": files[0]["note"]} if files else {}),
    }


def _fine(data: Mapping[str, Any]) -> Response:
    return answered({"code": OK, "message": "success", "data": data})
