"""Making creations: take the credits, run the engine, keep what it made, or give the credits back."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any

from ..contract.generor import MATCH_INPUT
from ..contract.schema import canonical
from . import ledger, pool, work
from .answers import invalid
from .catalogue import Model
from .catalogue.schema import SMALLEST
from .creations import POSTERS, PUBLIC, TYPE_OF, file_name
from .engines import LIGHT, EngineError, run
from .media import MediaStore
from .offload import offload
from .order import Order
from .owner import Owner
from .references import Library
from .store import Store, stamp
from .work import Work

ENOUGH = 3
# Engines mix their own version into what they draw; this one is for the way seeds are made.
SEED_VERSION = 1


class Desk:
    """Takes orders and sees them through.

    Args:
        owner: who is at the work that is begun here.
        executor: where engines run; by default processes of our own, started at first use, and the light
            engines in this one.
        clock: seconds since the epoch.
        timer: seconds that only go forward, for durations.
    """

    def __init__(
        self,
        owner: Owner,
        store: Store,
        media: MediaStore,
        executor: Executor | None,
        clock: Callable[[], float],
        timer: Callable[[], float],
    ) -> None:
        self._store, self._media, self._clock, self._timer = store, media, clock, timer
        self._executor, self._owner = executor, owner
        self._running: set[asyncio.Task[dict[str, Any]]] = set()

    def estimate(self, order: Order) -> dict[str, Any]:
        """The answer of /estimate."""
        with self._store.read() as connection:
            samples = work.recent_seconds(connection, order)
        cost = order.price()
        return {
            **_heading(order),
            "credit_cost": {
                "total": cost.total,
                "per_item": cost.per_item,
                "count": cost.count,
                "discount": cost.discount,
                "discount_percent": cost.discount_percent,
            },
            "time_estimate": time_estimate(samples, order.model, order.count),
            "applied_parameters": order.applied,
            **_adjustments(order),
        }

    async def generate(self, user_id: int, order: Order, origin: str) -> dict[str, Any]:
        """The answer of /generate. Whoever stops waiting does not stop the work: it is paid."""
        task = asyncio.ensure_future(self._see_through(user_id, order, origin))
        self._running.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    def _forget(self, task: asyncio.Task[dict[str, Any]]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()

    async def _see_through(self, user_id: int, order: Order, origin: str) -> dict[str, Any]:
        started = self._timer()
        job = await offload(self._job, user_id, order, origin)
        begun = await offload(self._begin, user_id, order)
        try:
            made = await self._make(job, order, begun)
            seconds = round(self._timer() - started, 3)
            items, left = await offload(self._keep, order, begun, made, seconds)
        except asyncio.CancelledError:
            # Only a loop that is going down cancels this task, and on such a loop nothing can be awaited.
            self._give_up(begun)
            raise
        except Exception as error:
            await offload(self._give_up, begun)
            if isinstance(error, EngineError):
                raise invalid(str(error)) from None
            raise
        return {
            **_heading(order),
            "creations": [_absolute(item, origin) for item in items],
            "credit_cost": begun.before - begun.after,
            "credit_cost_estimated": order.price().total,
            "credits_remaining": left,
            "time_taken_seconds": seconds,
            **_adjustments(order),
        }

    def _job(self, user_id: int, order: Order, origin: str) -> dict[str, Any]:
        fields, size = dict(order.fields), (0, 0)
        if fields.get("avoid_duplicates"):
            with self._store.read() as connection:
                fields["avoid"] = work.recent_texts(connection, user_id, order.generator.slug)
        library = Library(self._store, self._media, origin)
        for name, found in library.open(fields).items():
            given = [one.uri for one in found]
            fields[name] = given if isinstance(fields[name], list) else given[0]
            if name == "image_url":
                size = _fit(found[0].width, found[0].height, order.model.detail)
                fields["made"] = library.made(found[0], user_id, for_all=order.privacy_mode == PUBLIC)
        if order.ratio not in (None, MATCH_INPUT):
            size = order.model.size(order.ratio or "1:1")
        return {
            "engine": order.generator.engine,
            "generator": order.generator.slug,
            "preset": order.generator.preset,
            "prompt": order.prompt,
            "count": order.count,
            "width": size[0],
            "height": size[1],
            "parameters": order.settings,
            "applied": order.applied,
            "fields": fields,
        }

    def _begin(self, user_id: int, order: Order) -> Work:
        with self._store.write() as connection:
            return work.begin(connection, user_id, order, self._owner.name, stamp(self._clock()))

    async def _make(self, job: dict[str, Any], order: Order, begun: Work) -> list[dict[str, Any]]:
        jobs = [{**job, "index": i, "seed": seed_of(order, begun.take, i)} for i in range(order.count)]
        if self._executor is None and order.generator.engine in LIGHT:
            return await offload(one_by_one, jobs)
        executor = self._executor or pool.processes()
        return await asyncio.gather(*(asyncio.wrap_future(executor.submit(run, one)) for one in jobs))

    def _keep(
        self, order: Order, begun: Work, made: Sequence[dict[str, Any]], seconds: float
    ) -> tuple[list[dict[str, Any]], int]:
        pairs = zip(begun.creation_ids, made, strict=True)
        files = [self._files(order, creation_id, one) for creation_id, one in pairs]
        with self._store.write() as connection:
            items = work.keep(connection, begun, order, made, files, seconds)
            return items, ledger.funds(connection, begun.user_id).total

    def _files(self, order: Order, creation_id: int, made: dict[str, Any]) -> list[dict[str, Any]]:
        """The file itself, and the picture that stands for it where it is none."""
        parts = [(TYPE_OF[order.model.type], made), (POSTERS, made.get("poster", {}))]
        return [self._file(order, creation_id, folder, one) for folder, one in parts if "data" in one]

    def _file(self, order: Order, creation_id: int, folder: str, made: dict[str, Any]) -> dict[str, Any]:
        stored = self._media.put(made["data"])
        stem = f"{order.model.type}-{creation_id}"
        return {
            "folder": folder,
            "name": file_name(stem, stored.extension, order.privacy_mode),
            "digest": stored.digest,
            "mime": stored.mime,
            "size": stored.size,
            "width": made.get("width"),
            "height": made.get("height"),
        }

    def _give_up(self, begun: Work) -> None:
        with self._store.write() as connection:
            work.fail(connection, begun.generation_id, stamp(self._clock()))


def seed_of(order: Order, take: int, index: int) -> int:
    """The same request, take and place give the same seed, on every machine and in every fresh folder."""
    parts = [SEED_VERSION, order.generator.engine, order.body, take, index]
    return int.from_bytes(hashlib.sha256(canonical(parts).encode()).digest()[:8], "big") >> 1


def time_estimate(samples: Sequence[float], model: Model, count: int) -> dict[str, Any]:
    """How long ``count`` items take: from recent seconds per item, else from the model's own figure."""
    known = len(samples) >= ENOUGH
    per_item = round(sum(samples) / len(samples) if known else model.seconds, 3)
    return {
        "seconds": round(per_item * count, 3),
        "per_item": per_item,
        "min_seconds": round(min(samples) if known else model.seconds / 2, 3),
        "max_seconds": round(max(samples) if known else model.seconds * 2, 3),
        "sample_count": len(samples),
        "has_historical": known,
        "source": "historical" if known else "fallback",
    }


def _heading(order: Order) -> dict[str, Any]:
    model = order.model
    return {
        "generator": order.generator.slug,
        "model_id": model.id,
        "model_type": model.type,
        "model_name": model.name,
    }


def _adjustments(order: Order) -> dict[str, Any]:
    changed = order.adjustments()
    return {"adjustments": changed} if changed else {}


def one_by_one(jobs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each is told what the ones before it wrote, if none should repeat another."""
    made: list[dict[str, Any]] = []
    for job in jobs:
        fields = dict(job["fields"])
        if "avoid" in fields:
            fields["siblings"] = [one["text"] for one in made]
        made.append(run({**job, "fields": fields}))
    return made


def _fit(width: int, height: int, longest: int) -> tuple[int, int]:
    """A picture's shape at the size of a model, as far as engines draw that narrow."""
    scale = longest / max(width, height)
    return max(SMALLEST, round(width * scale)), max(SMALLEST, round(height * scale))


def _absolute(item: dict[str, Any], origin: str) -> dict[str, Any]:
    return {k: origin + v if k.endswith("_url") and str(v).startswith("/") else v for k, v in item.items()}
