"""A model of a server that charges: as helpful, or as unhelpful, as the API's document allows.

Nothing here is ours: what it charged, made and answered is the oracle of every test of this package.
"""

from __future__ import annotations

import bisect
import functools
import json
import random
import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

PER_PAGE = 20
IMAGE_COST, TEXT_COST = 6, 2
START = 1_000_000.0


@dataclass(frozen=True)
class Traits:
    """What a server lets its clients know.

    Args:
        lag: seconds at most until a finished creation is listed.
        ids: whether transactions have ids.
        prompt: how lists show prompts: ``verbatim``, ``trimmed`` or ``rewritten``.
        edge: seconds after which a proxy before it gives up, while the job goes on.
        late_debit: whether it debits when a job ends, instead of when it begins.
        unfinished: whether lists hold creations that are not finished.
        dearer: how many times its estimate it charges at most.
    """

    name: str
    lag: float
    ids: bool
    prompt: str
    edge: float
    late_debit: bool
    unfinished: bool
    dearer: float


HELPFUL = Traits("helpful", 0.0, True, "verbatim", 100.0, False, True, 1.0)
LEAST = Traits("least", 900.0, False, "rewritten", 60.0, True, False, 4.0)
TRIMMING = Traits("trimming", 120.0, False, "trimmed", 100.0, False, False, 4.0)
ALL_TRAITS = {t.name: t for t in (HELPFUL, LEAST, TRIMMING)}
# Accepts requests as jobs, knows each again by its key for a day, and shows no lists at all.
JOBS = Traits("jobs", 0.0, False, "rewritten", 60.0, False, False, 4.0)
SIMULATED = ALL_TRAITS | {JOBS.name: JOBS}
REMEMBERS = 86_400.0


@dataclass
class Made:
    """A creation: listed from ``listed`` on, if it is at all."""

    id: int
    generator: str
    prompt: str
    model_id: int
    at: float
    finished: float
    listed: float
    charge: int


@dataclass
class Charge:
    """One debit. ``who`` sent the request, ``intent`` is its prompt as sent; ``creations`` came of it."""

    number: int
    who: str
    intent: str
    amount: float
    at: float
    refunded: bool = False
    creations: list[int] = field(default_factory=list)
    operation: str = ""
    reserve: float = 0

    @property
    def net(self) -> float:
        return 0 if self.refunded else self.amount


@dataclass(frozen=True)
class Job:
    """What a paid request led to: the answer, and when it is there."""

    status: int
    body: dict[str, Any]
    ready: float
    charge: Charge | None


@dataclass
class Accepted:
    """A request taken on as a job; ``looks``: how often somebody was told that it has ended."""

    id: str
    slug: str
    fields: dict[str, Any]
    course: Course
    end: Job
    at: float
    looks: int = 0


@dataclass(frozen=True)
class Course:
    """What the server does with one paid request: ``outcome`` is ok, free500, lost500, refunded500,
    refuse (with ``status``), empty, fewer or nonsense."""

    outcome: str = "ok"
    seconds: float = 10.0
    status: int = 400
    dearer: float = 1.0


@dataclass(order=True)
class Row:
    """One line of the account's transactions, visible from ``at`` on."""

    at: float
    order: int
    type: str
    amount: float


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


PICTURE = _png()
CODES = {
    400: "VALIDATION_ERROR",
    401: "UNAUTHORIZED",
    402: "INSUFFICIENT_CREDITS",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    429: "RATE_LIMIT_EXCEEDED",
    500: "SERVER_ERROR",
}


class ModelServer:
    """One account at one server.

    Args:
        traits: how helpful it is.
        rng: decides what the document leaves open.
        now: epoch seconds.
        skew: seconds its clock is ahead.
    """

    def __init__(
        self, traits: Traits, rng: random.Random, now: Callable[[], float], *, skew: float = 0.0
    ) -> None:
        self.traits, self.rng, self.now, self.skew = traits, rng, now, skew
        self.charges: list[Charge] = []
        self.rows: list[Row] = []
        self.made: dict[int, Made] = {}
        self.posts: list[tuple[str, str]] = []
        self.jobs: dict[str, Accepted] = {}
        self._keys: dict[str, Accepted] = {}
        self._next = 6000

    # --- what costs credits ---

    def generate(self, slug: str, fields: dict[str, Any], who: str, course: Course) -> Job:
        """A paid request has arrived, whole."""
        prompt, count = str(fields.get("prompt", "")), int(fields.get("count") or 1)
        self.posts.append((who, prompt))
        at = self.now()
        if course.outcome == "refuse":
            return Job(course.status, refusal(course.status), at, None)
        if course.outcome == "free500":
            return Job(500, refusal(500), at + course.seconds, None)
        amount = max(1, round(self.price(slug, count) * min(course.dearer, self.traits.dearer)))
        charge = Charge(len(self.charges), who, prompt, amount, at)
        self.charges.append(charge)
        ready = at + course.seconds
        self._book("spend", -amount, ready if self.traits.late_debit else at)
        if course.outcome in ("lost500", "refunded500"):
            if course.outcome == "refunded500":
                charge.refunded = True
                self._book("refund", amount, ready)
            return Job(500, refusal(500), ready, charge)
        made = {"empty": 0, "fewer": max(1, count - 1)}.get(course.outcome, count)
        creations = [self._make(slug, fields, ready, amount, charge) for _ in range(made)]
        body = self._answer(slug, fields, creations, amount, course.seconds)
        if course.outcome == "nonsense":
            body = {"success": True, "data": {"creations": "?"}}
        return Job(201, body, ready, charge)

    # --- the same, as jobs ---

    def submit(self, slug: str, fields: dict[str, Any], who: str, course: Course, key: str) -> Job:
        """A paid request with an idempotency key: 202 and a job, the same one for the same key."""
        now, known = self.now(), self._keys.get(key)
        if course.outcome == "refuse":
            return Job(course.status, refusal(course.status), now, None)
        if course.outcome == "free500":
            return Job(500, refusal(500), now, None)
        if known is None or now - known.at > REMEMBERS:
            # What answers nonsense once means well the next time.
            meant = Course("ok", course.seconds) if course.outcome == "nonsense" else course
            end = self.generate(slug, fields, who, meant)
            job = Accepted(f"{len(self.jobs):032x}", slug, fields, course, end, now)
            self.jobs[job.id] = self._keys[key] = job
            return Job(202, self._told(job), now, end.charge)
        self.posts.append((who, str(fields.get("prompt", ""))))
        return Job(202, self._told(known), now, None)

    def _told(self, job: Accepted) -> dict[str, Any]:
        """How a job stands: its answer once it has ended."""
        if self.now() < job.end.ready:
            return {"generationId": job.id, "status": "generating"}
        job.looks += 1
        status, made = "done", job.end.body
        if job.course.outcome in ("lost500", "refunded500"):
            status, made = ("failed" if job.course.outcome == "refunded500" else "broken"), {}
        if job.course.outcome == "nonsense" and job.looks == 1:
            made = {"success": True, "data": {"creations": "?"}}
        return {"generationId": job.id, "status": status, "made": made}

    def _make(self, slug: str, fields: dict[str, Any], ready: float, amount: float, charge: Charge) -> Made:
        self._next += self.rng.randint(1, 3)
        lag = self.rng.random() * self.traits.lag
        made = Made(
            self._next,
            slug,
            str(fields.get("prompt", "")),
            int(fields["model_id"]),
            self.now(),
            ready,
            ready + lag,
            int(amount),
        )
        self.made[made.id] = made
        charge.creations.append(made.id)
        return made

    def _answer(
        self, slug: str, fields: dict[str, Any], made: list[Made], amount: float, seconds: float
    ) -> dict[str, Any]:
        key = "text" if slug == "poem" else "image_url"
        return _ok(
            {
                "generator": slug,
                "model_id": fields["model_id"],
                "creations": [{"creation_id": m.id, key: _content(m)} for m in made],
                "credit_cost": amount,
                "credits_remaining": self.balance - (amount if self.traits.late_debit else 0),
                "time_taken_seconds": seconds,
            }
        )

    def bonus(self, amount: float) -> None:
        """Credits that come from elsewhere."""
        self._book("daily_bonus", amount, self.now())

    def _book(self, kind: str, amount: float, at: float) -> None:
        bisect.insort(self.rows, Row(at, len(self.rows), kind, amount))

    def movements(self) -> list[dict[str, Any]]:
        """What the account's owner sees of the ledger, oldest first."""
        balance, shown, now = START, [], self.now()
        for number, row in enumerate(self.rows, start=1):
            if row.at > now:
                break
            balance += row.amount
            known = {"transaction_id": number} if self.traits.ids else {}
            shown.append(
                known
                | {
                    "type": row.type,
                    "amount": row.amount,
                    "balance_after": balance,
                    "created_at": self._date(row.at),
                }
            )
        return shown

    @property
    def balance(self) -> float:
        now = self.now()
        return START + sum(row.amount for row in self.rows if row.at <= now)

    @staticmethod
    def price(slug: str, count: int) -> int:
        gross = (TEXT_COST if slug == "poem" else IMAGE_COST) * count
        return gross - gross * min(count, 10) // 100

    # --- what is free ---

    def get(self, path: str, params: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """A free call: status and body."""
        params = params or {}
        parts = [unquote(p) for p in path.strip("/").split("/")]
        match parts:
            case ["generations", id] if id in self.jobs:
                return 200, self._told(self.jobs[id])
            case ["users", "me"]:
                return 200, _ok({"user_id": 7, "username": "ada", "credits": {"total": self.balance}})
            case ["models"]:
                return 200, _ok(_MODELS)
            case ["generators"]:
                return 200, _ok(list(_GENERATORS.values()))
            case ["generators", slug] if slug in _GENERATORS:
                return 200, _ok(_GENERATORS[slug])
            case ["credits", "balance"]:
                return 200, _ok({"total": self.balance, "paid": self.balance})
            case ["credits", "transactions"]:
                rows = [r for r in reversed(self.movements()) if params.get("type") in (None, r["type"])]
                return 200, _page(rows, params, dict)
            case ["creations"]:
                shown = self._shown(params)
                return 200, _page(shown, params, self._creation)
            case ["creations", id, *rest] if (made := self._visible(id)) is not None:
                if rest == ["status"]:
                    return 200, _ok({"creation_id": made.id, "status": self._status(made)})
                return 200, _ok(self._creation(made))
        return 404, refusal(404)

    def estimate(self, slug: str, fields: dict[str, Any]) -> dict[str, Any]:
        count = int(fields.get("count") or 1)
        total = self.price(slug, count)
        return _ok(
            {
                "generator": slug,
                "credit_cost": {"total": total, "per_item": total / count, "count": count},
                "time_estimate": {"seconds": 20.0, "max_seconds": 60.0},
            }
        )

    def _shown(self, params: dict[str, Any]) -> list[Made]:
        now = self.now()
        visible = [
            m for m in self.made.values() if m.listed <= now or (self.traits.unfinished and m.at <= now)
        ]
        visible = [m for m in visible if params.get("generator") in (None, m.generator)]
        return sorted(visible, key=lambda m: m.id, reverse=params.get("sort") != "oldest")

    def _visible(self, id: str) -> Made | None:
        made = self.made.get(int(id)) if id.isdigit() else None
        return made if made and made in self._shown({}) else None

    def _status(self, made: Made) -> str:
        return "completed" if made.finished <= self.now() else "generating"

    def _creation(self, made: Made) -> dict[str, Any]:
        row: dict[str, Any] = {
            "creation_id": made.id,
            "generator": made.generator,
            "user_id": 7,
            "prompt": self._shown_prompt(made.prompt),
            "created_at": self._date(made.at),
            "privacy_mode": 1,
            "type": "text" if made.generator == "poem" else "img",
        }
        if self.traits.unfinished:
            row |= {"status": self._status(made)}
        if self.traits.prompt != "rewritten":
            row |= {"model_id": made.model_id}
        if made.finished <= self.now():
            content = _content(made)
            row |= {"text": content} if made.generator == "poem" else {"images": [{"url": content}]}
        return row

    def _shown_prompt(self, prompt: str) -> str:
        match self.traits.prompt:
            case "trimmed":
                return prompt.strip()[:24]
            case "rewritten":
                return f"A picture of {prompt.strip().lower()}, highly detailed"
        return prompt

    def _date(self, at: float) -> str:
        return _date(int(at + self.skew))


@functools.lru_cache(4096)
def _date(at: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at))


def refusal(status: int) -> dict[str, Any]:
    code = CODES.get(status, "SERVER_ERROR")
    return {"success": False, "error": {"code": code, "message": "no", "status": status}}


def encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def _content(made: Made) -> str:
    return f"a poem {made.id}" if made.generator == "poem" else f"/img/{made.id}.png"


def _ok(data: Any, meta: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"success": True, "data": data} | ({"meta": meta} if meta else {})


def _page(rows: list[Any], params: dict[str, Any], show: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    page, size = int(params.get("page") or 1), int(params.get("per_page") or PER_PAGE)
    part = rows[(page - 1) * size : page * size]
    pages = -(-len(rows) // size)
    meta = {
        "page": page,
        "per_page": size,
        "total": len(rows),
        "total_pages": pages,
        "has_next": page < pages,
        "has_prev": page > 1,
    }
    return _ok([show(row) for row in part], meta)


_MODELS = {
    "image": [{"id": 10001, "name": "Flux Schnell", "type": "image", "credit_cost": IMAGE_COST}],
    "text": [{"id": 37, "name": "Haiku", "type": "text", "credit_cost": TEXT_COST}],
}
_GENERATORS = {
    "image": {
        "slug": "image",
        "title": "Image",
        "type": "image",
        "parameters": [{"id": "model-image", "type": "model", "default": 10001}],
    },
    "poem": {
        "slug": "poem",
        "title": "Poem",
        "type": "text",
        "parameters": [{"id": "model-text", "type": "model", "default": 37}],
    },
}
