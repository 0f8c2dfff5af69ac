"""Matrices of requests: every combination, priced as a whole, made one after the other."""

from __future__ import annotations

import asyncio
import concurrent.futures
import html
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from . import api, sessions
from .base import host, loop, media
from .base.errors import GenerorError, Interrupted, InvalidRequest, NeedsConfirmation
from .base.files import write_whole
from .base.messages import in_credits, say
from .base.services import is_play
from .base.text import credits, line, tidy
from .contract.schema import SLOTS, Ask, Estimate
from .plans import Plan, Terms
from .results import FONT, IMAGE_THUMB_BYTES, PLAIN, Result, encoded
from .session import Session
from .spending import export
from .spending.turns import LANES
from .tables import Line, Table

AXES = ("prompt", "model", "count", "aspect", *api.FURTHER)
_TICK_SECONDS = 0.1


@dataclass(frozen=True)
class Sweep:
    """One result per combination, in the order of the axes, with the labels that tell them apart.

    ``ledger`` is what the account's ledger says the whole was charged, where single charges overlap.
    """

    labels: tuple[dict[str, Any], ...]
    results: tuple[Result, ...]
    ledger: float | None = None

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, index: int) -> Result:
        return self.results[index]

    @property
    def charge(self) -> float:
        """Credits charged for what was made now."""
        if self.ledger is not None:
            return self.ledger
        return sum(r.charge or 0 for r in self.results)

    def table(self) -> list[dict[str, Any]]:
        """A row for each creation: what tells it apart, model, credits it was charged when it was made, file.

        Several creations of one request share its charge evenly, so that the column adds up.
        """
        return [
            {**label, "model": result.model, "charge": _share(result), "file": str(creation.path or "")}
            for label, result in zip(self.labels, self.results, strict=True)
            for creation in result.creations
        ]

    def to_csv(self, path: str | Path) -> Path:
        """Write ``table()`` as CSV, UTF-8."""
        target, columns = Path(path), [*(self.labels[0] if self.labels else {}), "model", "charge", "file"]
        text = export.as_csv(self.table(), list(dict.fromkeys(columns)))
        write_whole(target, text.encode("utf-8", "replace"))
        return target

    def _table(self) -> Table:
        names = list(self.labels[0]) if self.labels else []
        rows = [
            [*(line(label[n], 40) for n in names), _charge(r), str(r.path or "")]
            for label, r in zip(self.labels, self.results, strict=True)
        ]
        return Table([*names, *say("sweep.columns").split("|")], rows)

    @property
    def summary(self) -> str:
        """What the whole was charged, against what was estimated; or that all of it was there already."""
        if all(r.replayed for r in self.results):
            return say("replayed", charge=credits(sum(r.paid_before or 0 for r in self.results)))
        estimate = sum(r.estimate or 0 for r in self.results if not r.replayed)
        key = "charged" if self.ledger is None else "sweep.ledger"
        play = all(is_play(r.provider) for r in self.results)
        return say(key, charge=in_credits(self.charge, play=play), estimate=credits(estimate))

    def __repr__(self) -> str:
        return f"{self._table()!r}\n{self.summary}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        cells = "".join(
            f'<figure style="margin:0;max-width:260px"><figcaption style="font-weight:600">'
            f"{html.escape(' · '.join(line(v, 40) for v in label.values()))}</figcaption>"
            f"{''.join(c._html(260) for c in result.creations)}</figure>"
            for label, result in zip(self.labels, self.results, strict=True)
        )
        body = (
            f'<div {PLAIN} style="{FONT}"><div style="display:flex;flex-wrap:wrap;gap:16px">{cells}</div>'
            f'<div style="padding-top:4px">{html.escape(self.summary)}</div></div>'
        )
        bundle: dict[str, Any] = {"text/plain": repr(self), "text/html": body}
        pictures = [c.still for r in self.results for c in r.creations if c.still is not None and c.thumbnail]
        if pictures:
            bundle["image/jpeg"] = encoded(media.contact_sheet(pictures, limit=IMAGE_THUMB_BYTES))
        return bundle


def sweep(
    slug: str,
    prompt: str | Sequence[str] | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
    max_credits: float | None = None,
    yes: bool = False,
    provider: str | None = None,
    out: str | None = None,
    parallel: int = 1,
    **axes: Any,
) -> Sweep:
    """Make every combination of the axes that are lists; the whole is priced before the first is sent.

    Args:
        slug: the generator.
        prompt: one prompt, or several; none where the generator needs none.
        settings: parameters of the generator; each one value or a list.
        max_credits: refuse the whole sweep when it could be charged more than this.
        yes: spend without asking.
        provider: where, instead of the setting's.
        out: folder for the files.
        parallel: how many may be made at once, up to 16; single charges are then only about right, and the
            total is the ledger's.
        **axes: ``model``, ``count``, ``aspect``, ``seconds``, ``image`` and the like, or a parameter of the
            generator with ``_`` for ``-``; each one value or a list.

    Raises:
        OverBudget: the whole could pass ``max_credits``, the session's or the day's cap; nothing was sent.

    >>> gn.sweep("image", "a lighthouse", aspect=["1:1", "16:9"], max_credits=20)  # doctest: +SKIP
    """
    _check_parallel(parallel)
    terms = Terms(max_credits=max_credits, yes=yes, out=out)
    varied = {name: value for name, value in (settings or {}).items() if _is_list(value)}
    same = {name: value for name, value in (settings or {}).items() if name not in varied}
    lot = priced(slug, {"prompt": prompt, **axes, **varied}, same, terms, provider)
    agree(lot)
    if parallel == 1:
        return _watched(lot, carry_out, lambda made, of: say("compare.making", number=made + 1, count=of))
    together = partial(_carry_out_together, parallel=parallel)
    return _watched(lot, together, lambda made, of: say("sweep.made", made=made, count=of))


@dataclass(frozen=True)
class Lot:
    """Requests that are priced, asked about and capped as a whole; nothing of it is sent yet.

    ``labels`` tell them apart: the values of what varies.
    """

    session: Session
    labels: tuple[dict[str, Any], ...]
    plans: tuple[Plan, ...]
    terms: Terms

    @property
    def due(self) -> float:
        """Credits that the whole is estimated to cost now: what is there already costs nothing."""
        return sum(_due(plan) for plan in self.plans)

    @property
    def price(self) -> str:
        """How many requests, and what they are estimated to cost in all."""
        total = in_credits(self.due, play=not self.session.provider.real)
        return say("sweep.ask", count=len(self.plans), credits=total)


def priced(
    slug: str, axes: dict[str, Any], settings: Mapping[str, Any], terms: Terms, provider: str | None
) -> Lot:
    """Every combination of ``axes``, checked and priced; free."""
    labels = combinations(axes)
    current = sessions.current(provider)
    plans = tuple(api.wait(current.plan(_ask(slug, label, settings), terms)) for label in labels)
    varied = [name for name, value in axes.items() if _is_list(value)] or ["prompt"]
    return Lot(current, tuple({k: label[k] for k in varied} for label in labels), plans, terms)


def agree(lot: Lot) -> None:
    """Refuse what no cap leaves room for, and what somebody should say yes to first.

    Raises:
        OverBudget: the whole could pass a cap.
        NeedsConfirmation: it should be confirmed, and was not.
    """
    current, account = lot.session, lot.plans[0].account
    current.allowance.afford(sum(current.allowance.reserve(plan) for plan in lot.plans), lot.terms, account)
    if (
        not lot.terms.yes
        and lot.due
        and current.attended()
        and current.allowance.question(Estimate(lot.due), account)
    ):
        raise NeedsConfirmation(lot.price, say("ask.hint"))


def _watched(lot: Lot, carry: Callable[..., Sweep], word: Callable[[int, int], str]) -> Sweep:
    """``carry`` the lot out under a line that says how far it is, where somebody watches."""
    current, count = lot.session, len(lot.plans)
    if not (lot.due and host.in_kernel() and current.attended() and current.settings.get("progress")):
        return carry(lot)
    from IPython.display import display

    def line_of(made: int) -> Line:
        return Line(f"{lot.price} · {word(made, count)}")

    handle = display(line_of(0), display_id=True)  # type: ignore[no-untyped-call]  # IPython is half typed
    done: Sweep | None = None
    try:
        done = carry(lot, tell=lambda made: handle.update(line_of(made)))
        return done
    finally:
        handle.update(Line(done.summary if done else lot.price))


def carry_out(lot: Lot, tell: Callable[[int], None] | None = None) -> Sweep:
    """Make the lot, one after the other; what is left of the cap is the cap of the next.

    Args:
        tell: called with how many are made, before each.
    """
    results: list[Result] = []
    cap = lot.terms.max_credits
    for plan in lot.plans:
        if tell is not None:
            tell(len(results))
        due = plan if cap is None else replace(plan, terms=replace(plan.terms, max_credits=cap))
        try:
            made = api.follow(lot.session, due, confirmed=True)
        except Interrupted:
            raise _stopped(len(results), lot) from None
        if cap is not None and not made.replayed:
            cap = max(0.0, cap - (made.charge or lot.session.allowance.reserve(plan)))
        results.append(made)
    return Sweep(lot.labels, tuple(results))


def _stopped(made: int, lot: Lot) -> Interrupted:
    """Not a single request's words: going on is free for what was sent, and only for that."""
    return Interrupted(say("sweep.stopped", made=made, count=len(lot.plans)), say("sweep.stopped.hint"))


def combinations(axes: dict[str, Any]) -> list[dict[str, Any]]:
    """Every combination of the axes, the last one changing fastest.

    >>> combinations({"a": [1, 2], "b": 3})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 3}]
    """
    lists = [list(v) if _is_list(v) else [v] for v in axes.values()]
    for name, values in zip(axes, lists, strict=True):
        if not values:
            raise InvalidRequest(say("sweep.empty", name=name), say("sweep.empty.hint"), field=name)
    return [dict(zip(axes, values, strict=True)) for values in itertools.product(*lists)]


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _ask(slug: str, label: dict[str, Any], settings: Mapping[str, Any]) -> Ask:
    own = {k: v for k, v in label.items() if k in AXES}
    varied = {k: v for k, v in label.items() if k not in AXES and k not in SLOTS}
    refs = api.refs_of(label)
    return api.checked(Ask(slug, settings={**settings, **varied}, refs=refs, **own))


def _due(plan: Plan) -> float:
    return 0.0 if plan.existing is not None else plan.estimate.worst or 0


def _check_parallel(parallel: object) -> None:
    if isinstance(parallel, bool) or not isinstance(parallel, int) or not 1 <= parallel <= LANES:
        hint = say("parallel.bad.hint", most=LANES)
        raise InvalidRequest(say("parallel.bad", value=parallel), hint, field="parallel")


def _share(result: Result) -> float | None:
    whole = result.paid_before if result.replayed else result.charge
    return None if whole is None else tidy(whole / max(1, len(result.creations)))


def _charge(result: Result) -> str:
    amount = credits(result.charge)
    return say("about.credits", credits=amount) if result.overlapped and not result.replayed else amount


def _carry_out_together(lot: Lot, tell: Callable[[int], None] | None = None, *, parallel: int) -> Sweep:
    """So many at once; what is not sent when one fails, or at an interrupt, is not sent at all."""
    made: list[Result] = []
    work = loop.submit(_together(lot, parallel, made.append))
    told = 0
    try:
        while not work.done():
            concurrent.futures.wait([work], timeout=_TICK_SECONDS)
            if tell is not None and told != len(made):
                told = len(made)
                tell(told)
    except KeyboardInterrupt:
        work.cancel()
        raise _stopped(len(made), lot) from None
    return work.result()


async def _together(lot: Lot, parallel: int, made: Callable[[Result], None]) -> Sweep:
    current, room = lot.session, asyncio.Semaphore(parallel)

    async def one(plan: Plan) -> Result:
        async with room:
            result = await current.spend(plan, confirmed=True, overlap=True)
        made(result)
        return result

    newest = await _newest_movement(current)
    tasks = [asyncio.ensure_future(one(plan)) for plan in lot.plans]
    try:
        results = tuple(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    paid = sum(not result.replayed for result in results)
    ledger = None if newest is None else await _spent_since(current, newest, paid)
    return Sweep(lot.labels, results, ledger)


async def _newest_movement(current: Session) -> int | None:
    """The ledger's newest row; None when it cannot be seen."""
    lookup = current.provider.lookup
    try:
        return (await lookup.mark()).transaction if lookup is not None else None
    except GenerorError:
        return None


async def _spent_since(current: Session, newest: int, paid: int) -> float | None:
    """What the ledger says was spent after its row ``newest``; None while it lacks some of ``paid`` calls."""
    lookup = current.provider.lookup
    if lookup is None:
        return None
    try:
        seen = await lookup.movements(newest, current.journal.clock())
    except GenerorError:
        return None
    spent = [-row.amount for row in seen.rows if row.amount < 0 and row.id is not None and row.id > newest]
    return sum(spent) if len(spent) >= paid else None
