"""The studio as images-create: one call that answers with its pictures, and with what is left.

Source: the API document ("POST /api/images/create"), which has no prices: a picture is 5 credits here. They
go first from the daily purse, then from the monthly one, then from the one of bought credits. Only pictures
that can be seen are charged: a word of the second list of ``moderation`` withholds every second picture, or
the only one. Whatever the document lets start a picture is taken; a path leads to pictures made here only.
"""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from ...base.media import data_uri
from ...contract.generor import STATUS_BY_CODE
from ...contract.images_create import (
    COMPLETED,
    COUNTS,
    KEY_HEADER,
    MAX_PROMPT,
    PATH,
    PLATFORM_HEADER,
    PLATFORMS,
    PROMPTS,
    PURSES,
    RATIOS,
    SERVER_COUNT,
    STARTS,
)
from .. import ledger
from ..answers import Refused, invalid
from ..checks import FLAG, TEXT_OR_WHOLE, Check, Field, one_of, text, words
from ..dispatch import Parts
from ..engines import EngineError
from ..offload import offload
from ..work import engine_note
from . import generations, jobs, moderation
from .bench import Piece, Work
from .frame import Visit, Way, answered
from .holders import Fill, Firm, Holder, Holders
from .pictures import seed_of, task
from .quota import Standing

NAME = "images-create"
FIRM = Firm(
    NAME,
    "imgc_",
    ("usual",),
    {"daily": Fill(1_000, "day"), "monthly": Fill(5_000, "month"), "default": Fill(10_000, "once")},
    bought="default",
)
CREDITS = 5
SHAPES = {
    "square": (512, 512),
    "vertical": (480, 640),
    "horizontal": (640, 480),
    "1:1": (512, 512),
    "3:4": (480, 640),
    "4:3": (640, 480),
    "9:16": (432, 768),
    "16:9": (768, 432),
}
WITHHELD = "Withheld by the content policy"
STORED = re.compile(r"(\d{1,18})/([A-Za-z0-9._-]{1,200})")
BODY = (
    Field("prompt", words(MAX_PROMPT), required=True),
    Field("ratio", one_of(*RATIOS), required=True),
    Field("image", text(250)),
    Field("style", text(100)),
    Field("collectionId", TEXT_OR_WHOLE),
    *(Field(name, text(MAX_PROMPT)) for name in PROMPTS),
    Field("groupId", text(200)),
    Field(
        "sample",
        Check({"type": "integer", "enum": list(COUNTS)}, f"one of {', '.join(map(str, COUNTS))}"),
    ),
    Field("async", FLAG),
)


class ImagesCreate:
    """The operation. One is made for each opening of a studio folder."""

    firm = FIRM

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.holders = Holders(parts.store, parts.clock, FIRM)

    def ways(self) -> Sequence[Way]:
        return (Way("POST", PATH, self.create),)

    def admit(self, request: HttpRequest) -> Holder:
        holder = self.holders.identify(request.headers.get(KEY_HEADER, ""))
        if holder is None:
            raise Refused("UNAUTHORIZED", f"{KEY_HEADER}: the key is missing or invalid")
        return holder

    def headers(self, standing: Standing | None) -> dict[str, str]:
        return {}

    def refusal(self, refused: Refused) -> Response:
        status = STATUS_BY_CODE[refused.code]
        body = {"statusCode": status, "message": refused.message}
        return answered(body, status, refused.headers)

    async def create(self, visit: Visit) -> Response:
        """Make pictures, and answer with them."""
        platform = visit.request.headers.get(PLATFORM_HEADER, "web")
        if platform not in PLATFORMS:
            raise invalid(f"{PLATFORM_HEADER}: must be one of {', '.join(PLATFORMS)}")
        given = await visit.fields(BODY)
        _check(given)
        user_id = visit.holder.user_id
        source = await offload(self._source, user_id, given.get("image"))
        request = _request(user_id, given, visit.origin)
        plan = partial(_work, request, source)
        begun, ended = await offload(self._parts.bench.take, request, plan)
        # Whoever stops waiting does not stop the work: it is paid.
        await asyncio.shield(asyncio.wrap_future(ended))
        return await offload(self._answer, begun.job["public_id"], user_id, given)

    def _source(self, user_id: int, path: str | None) -> str | None:
        """The picture at a storage path, as a data URI; None where this studio has none of the account's."""
        if path is None:
            return None
        match = STORED.fullmatch(path)
        if match is None:
            raise invalid("image: must be a storage path like 1/reference-1423131.png, not an address")
        with self._parts.store.read() as connection:
            file = jobs.file_named(connection, NAME, match[2])
        if file is None or file["user_id"] != user_id or int(match[1]) != user_id:
            return None
        return data_uri(self._parts.media.path(file["digest"]).read_bytes(), file["mime"])

    def _answer(self, public_id: str, user_id: int, given: Mapping[str, Any]) -> Response:
        with self._parts.store.read() as connection:
            job = jobs.find(connection, NAME, user_id, public_id)
            files = jobs.files(connection, job["job_id"]) if job else []
            left = ledger.held(connection, user_id, NAME)
        if job is None or job["state"] != jobs.SUCCEEDED:
            raise Refused("SERVER_ERROR", job["error"] if job else "The pictures could not be made")
        images = [self._image(job, file, given) for file in files]
        return answered({"images": images, **{f"{purse}Credit": left[purse] for purse in PURSES}})

    def _image(self, job: Mapping[str, Any], file: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
        data = self._parts.media.path(file["digest"]).read_bytes() if file["digest"] else None
        withheld = WITHHELD if data is None else None
        return {
            "imageId": file["output_id"],
            "createdAt": generations.moment(job["created_at"]),
            "generationStatus": COMPLETED if data else "FAILED",
            "generationError": withheld,
            "resolution": f"{file['width']}x{file['height']}",
            "ownerId": job["user_id"],
            "etc": file["note"],
            "path": f"{job['user_id']}/{file['name']}" if data else None,
            "bookmarked": False,
            "base64": base64.b64encode(data).decode() if data else None,
            "mimeType": file["mime"] or "image/webp",
            "Bought": [],
            "Bookmarks": [],
            "Upscaled": [],
            "GenerationInfo": {
                "originalPrompt": given.get("initialPrompt", given["prompt"]),
                "super": given.get("style", ""),
                "main": "",
                "variationId": file["place"] + 1,
                "groupId": given.get("groupId", ""),
                "blurReason": withheld,
            },
        }


def _check(given: Mapping[str, Any]) -> None:
    """
    Raises:
        Refused: nothing to start from, or what the document gives no way to fetch, or a forbidden prompt.
    """
    if not any(given.get(name) for name in STARTS):
        raise invalid(f"image: is required, a storage path; or one of {', '.join(STARTS[1:])}")
    if given.get("async"):
        raise invalid("async: what is begun so could not be fetched; leave it out, or send false")
    if moderation.is_forbidden(given["prompt"]):
        raise invalid("prompt: was refused by the content policy")


def _request(user_id: int, given: Mapping[str, Any], origin: str) -> jobs.Request:
    sample = given.get("sample", SERVER_COUNT)
    body = {**{name: value for name, value in given.items() if name != "groupId"}, "sample": sample}
    seen = _seen(given["prompt"], sample)
    return jobs.Request(
        provider=NAME,
        user_id=user_id,
        public_id=f"{NAME}-{secrets.token_hex(8)}",
        kind="image",
        body=body,
        cost=CREDITS * len(seen),
        origin=origin,
    )


def _seen(prompt: str, sample: int) -> list[int]:
    """The places of the pictures that are not withheld.

    >>> _seen("a massacre", 4), _seen("a massacre", 1), _seen("a harbour", 2)
    ([0, 2], [], [0, 1])
    """
    places = range(sample)
    if not moderation.is_withheld(prompt):
        return list(places)
    return [place for place in places if place % 2 == 0 and sample > 1]


def _work(request: jobs.Request, source: str | None, take: int) -> Work:
    body, sample = request.body, int(request.body["sample"])
    size, seen = SHAPES[body["ratio"]], _seen(body["prompt"], sample)
    fields = {"image_url": source} if source else {}
    asked = request.canonical
    tasks = [
        {
            **task("scene", body["prompt"], size, seed_of(asked, take, place), place, sample, **fields),
            "preset": {"style": str(body.get("style", "")).strip().casefold()},
        }
        for place in seen
    ]
    return Work(tasks, partial(_pieces, body, source, seen, size), _explained)


def _pieces(
    body: Mapping[str, Any],
    source: str | None,
    seen: Sequence[int],
    size: tuple[int, int],
    made: Sequence[Mapping[str, Any]],
) -> list[Piece]:
    shown = dict(zip(seen, made, strict=True))
    return [
        Piece(place, "webp", shown[place]["data"], *size, _told(body, source, shown[place]))
        if place in shown
        else Piece(place, "webp", None, *size)
        for place in range(int(body["sample"]))
    ]


def _told(body: Mapping[str, Any], source: str | None, made: Mapping[str, Any]) -> str:
    """Which engine, that it is no neural model, and what became of what the picture was to start from."""
    said = [engine_note(made["facts"])]
    if body.get("image") and source is None:
        said.append(f"there is no picture at {body['image']} here: drawn from words alone")
    if body.get("collectionId"):
        said.append("there are no collections here")
    return "; ".join(said)


def _explained(error: Exception) -> str:
    return str(error) if isinstance(error, EngineError) else "The pictures could not be made"
