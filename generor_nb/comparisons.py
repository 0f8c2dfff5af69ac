"""The same request in several ways, side by side: the price of the whole, then what each made of it.

A blind comparison hides names, prices and files behind letters, in an order of chance, until a vote.
"""

from __future__ import annotations

import random
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import sweeps
from .base import host, media
from .base.errors import InvalidRequest
from .base.messages import in_credits, say
from .base.services import is_play
from .base.text import credits, line, tidy
from .figures import escape, figure
from .plans import Terms
from .results import FONT, IMAGE_THUMB_BYTES, PLAIN, Result, encoded
from .sweeps import Lot, Sweep
from .tables import Table, frame

if TYPE_CHECKING:
    from .widgets.ballot import Ballot

MOST = 26  # one letter each
CARD = 380
TIE = "="
_GRID = (
    "display:grid;gap:12px;align-items:start;"
    "grid-template-columns:repeat(auto-fit,minmax(min(220px,100%),1fr))"
)
_BOX = "padding:12px 14px;border-radius:10px;border:1px solid var(--jp-border-color2,#ccc);min-width:0"
_HEAD = "display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 12px;padding-bottom:8px"


class Comparison:
    """One result for each way of asking; iterate it, or take its ``results``.

    Args:
        sweep: the results and what tells them apart.
        blind: hide which is which until a vote; the order is then ``rng``'s.
        rng: chance.

    >>> duel = gn.compare("a lighthouse", models=["Flux Schnell", "Flux 1.1 Pro"])  # doctest: +SKIP
    >>> duel.table()                                                                # doctest: +SKIP
    [{'model': 'Flux Schnell', 'charge': 6, 'seconds': 0.8, 'votes': 1, …}, …]
    """

    def __init__(self, sweep: Sweep, *, blind: bool = False, rng: random.Random | None = None) -> None:
        self.sweep, self.blind = sweep, blind
        self._rng = rng or random.SystemRandom()
        self._guard = threading.Lock()
        # Of each vote: who won (None is nobody), and the order shown.
        self._votes: list[tuple[int | None, tuple[int, ...]]] = []
        self._id, self._shown = f"generor-{secrets.token_hex(8)}", False
        self.order: list[int] = list(range(len(sweep)))
        self.open = blind
        if blind:
            self._rng.shuffle(self.order)

    @property
    def results(self) -> tuple[Result, ...]:
        """What came back, in the order it was asked for."""
        return self.sweep.results

    @property
    def charge(self) -> float:
        """Credits charged for what was made now."""
        return self.sweep.charge

    @property
    def names(self) -> list[str]:
        """What each is called: the values that tell it apart."""
        pairs = list(zip(self.sweep.labels, self.results, strict=True))
        names = [" · ".join(_spoken(k, v, result) for k, v in label.items()) for label, result in pairs]
        twice = {name for name, count in Counter(names).items() if count > 1}
        return [
            f"{name} #{r.model_id}" if name in twice else name
            for name, r in zip(names, self.results, strict=True)
        ]

    @property
    def places(self) -> list[str]:
        """The letters under which they stand."""
        return [chr(ord("A") + place) for place in range(len(self.order))]

    def __iter__(self) -> Any:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, index: int) -> Result:
        return self.results[index]

    # --- voting ---

    @property
    def votes(self) -> list[dict[str, Any]]:
        """A row for each vote: its number, the winner (None for no difference) and the order shown."""
        names = self.names
        return [
            {
                "vote": number,
                "winner": None if winner is None else names[winner],
                "shown": [names[index] for index in order],
            }
            for number, (winner, order) in enumerate(self._votes, start=1)
        ]

    def vote(self, place: str) -> None:
        """Choose the best by its letter, ``"="`` for no difference; then the names are shown.

        Raises:
            InvalidRequest: there is no such letter, or the vote is over.
        """
        if place not in (*self.places, TIE):
            hint = say("use.one.of", values=", ".join([*self.places, TIE]))
            raise InvalidRequest(say("compare.place", place=line(place, 20)), hint, field="place")
        with self._guard:
            if not self.open:
                raise InvalidRequest(say("compare.closed"), say("compare.closed.hint"))
            self.open = False
            winner = None if place == TIE else self.order[self.places.index(place)]
            self._votes.append((winner, tuple(self.order)))
        self._redraw()

    def again(self) -> None:
        """Another blind round, in another order; the votes so far count on."""
        with self._guard:
            self._rng.shuffle(self.order)
            self.open = True
        self._redraw()

    @property
    def verdict(self) -> str:
        """The last vote in words, and how the votes stand."""
        if not self._votes or self.open:
            return ""
        winner = self._votes[-1][0]
        said = say("compare.tie") if winner is None else say("compare.winner", name=self.names[winner])
        return " ".join(part for part in (said, self.standing) if part)

    @property
    def standing(self) -> str:
        """How the votes stand, once there are several."""
        if len(self._votes) < 2 or self.open:
            return ""
        won = Counter(winner for winner, _ in self._votes)
        stand = " · ".join(f"{name} {won[index]}" for index, name in enumerate(self.names))
        return say("compare.stand", votes=len(self._votes), stand=stand)

    def table(self) -> list[dict[str, Any]]:
        """A row for each: what tells it apart, credits charged, seconds, votes, operation and file."""
        won = Counter(winner for winner, _ in self._votes)
        rows = enumerate(zip(self.sweep.labels, self.results, strict=True))
        return [
            {
                **label,
                "model": result.model,
                "charge": tidy(result.paid_before if result.replayed else result.charge),
                "seconds": result.seconds,
                "votes": won[index],
                "operation": result.operation[:8],
                "file": str(result.path) if result.path else None,
            }
            for index, (label, result) in rows
        ]

    def to_pandas(self) -> Any:
        """``table()`` as a DataFrame.

        Raises:
            ExtraMissing: pandas is not installed.
        """
        return frame(self.table())

    # --- showing ---

    @cached_property
    def ballot(self) -> Ballot:
        """The card to vote with: one widget, which any box can hold."""
        from .widgets.ballot import Ballot

        return Ballot(self.places, self._cast, self.again, self.verdict)

    def _cast(self, place: str) -> str:
        self.vote(place)
        return self.verdict

    def __repr__(self) -> str:
        lines = [] if self.open else [repr(self._table())]
        texts = [f"{place}: {result.text}" for place, result in self._placed() if result.text and self.open]
        return "\n".join([*lines, *texts, self._whole(), *([self.verdict] if self.verdict else [])])

    def _table(self) -> Table:
        rows = [
            [name, _cost(result), _time(result), str(result.path or "")]
            for name, result in zip(self.names, self.results, strict=True)
        ]
        return Table(say("compare.columns").split("|"), rows)

    def _whole(self) -> str:
        return say("compare.blind") if self.open else self.sweep.summary

    def _placed(self) -> list[tuple[str, Result]]:
        return [(place, self.results[index]) for place, index in zip(self.places, self.order, strict=True)]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        cards = "".join(self._card(place, self.order[number]) for number, place in enumerate(self.places))
        prompts = {line(result.prompt, 300) for result in self.results}
        head = f'<div style="padding-bottom:8px">{escape(prompts.pop())}</div>' if len(prompts) == 1 else ""
        foot = "".join(f"<div>{escape(text)}</div>" for text in (self.standing, self._whole()) if text)
        body = (
            f'<div {PLAIN} style="{FONT}">{head}'
            f'<div style="{_GRID};max-width:{CARD * len(self)}px">{cards}</div>'
            f'<div style="padding-top:8px">{foot}</div></div>'
        )
        return {"text/plain": repr(self), "text/html": body, **self._sheet()}

    def _card(self, place: str, index: int) -> str:
        result, name = self.results[index], self.names[index]
        won = bool(self._votes) and not self.open and self._votes[-1][0] == index
        title = place if self.open else f"{place} · {name}" if self.blind else name
        mark = f"<span>★ {escape(say('compare.choice'))}</span>" if won else ""
        made = "".join(
            figure(replace(c._face(), path=None, facts=()) if self.open else c._face(), CARD - 30)
            for c in result.creations
        )
        facts = "" if self.open else " · ".join(part for part in (_cost(result), _time(result)) if part)
        edge = ";border-color:var(--jp-brand-color1,#1976d2)" if won else ""
        return (
            f'<section aria-label="{escape(title)}" style="{_BOX}{edge}"><div style="{_HEAD}">'
            f'<strong style="overflow-wrap:anywhere">{escape(title)}</strong>{mark}</div>{made}'
            f"<div>{escape(facts)}</div></section>"
        )

    def _sheet(self) -> dict[str, str]:
        made = [c for _, result in self._placed() for c in result.creations]
        stills = [c.still for c in made if c.still is not None and c.thumbnail]
        if not stills:
            return {}
        return {"image/jpeg": encoded(media.contact_sheet(stills, limit=IMAGE_THUMB_BYTES))}

    def _ipython_display_(self, **_: Any) -> None:
        """The cards are a plain output, which stays in the notebook; only the ballot is a widget."""
        from IPython.display import display

        self._shown = True
        display(self._repr_mimebundle_(), raw=True, display_id=self._id)  # type: ignore[no-untyped-call]
        if self.blind and host.in_kernel():
            display(self.ballot)  # type: ignore[no-untyped-call]

    def _redraw(self) -> None:
        if self._shown and host.in_kernel():
            from IPython.display import update_display

            update_display(self._repr_mimebundle_(), raw=True, display_id=self._id)  # type: ignore[no-untyped-call]


def compare(
    prompt: str | Sequence[str] | None = None,
    *,
    models: Sequence[int | str] = (),
    slug: str = "image",
    blind: bool = False,
    settings: Mapping[str, Any] | None = None,
    max_credits: float | None = None,
    yes: bool = False,
    provider: str | None = None,
    out: str | None = None,
    rng: random.Random | None = None,
    **axes: Any,
) -> Comparison:
    """The same request to several models, or with several settings, side by side.

    The whole is priced, shown, held against the caps and asked about before the first is sent. A rerun
    replays.

    Args:
        prompt: what to make.
        models: ids or names.
        slug: the generator.
        blind: hide names and prices until a vote.
        settings: parameters of the generator that stay the same.
        max_credits: refuse the whole when it could be charged more than this.
        yes: spend without asking.
        provider: where, instead of the setting's.
        out: folder for the files.
        rng: the chance behind a blind order.
        **axes: ``aspect``, ``count``, ``seconds``, media or a parameter of the generator; each one value or
            a list of values to compare.

    Raises:
        InvalidRequest: there is nothing to compare, or two of them are the same request.
        OverBudget: the whole could pass a cap; nothing was sent.
        NeedsConfirmation: it should be confirmed first.

    >>> gn.compare("a lighthouse", models=["Flux Schnell", "Flux 1.1 Pro"])  # doctest: +SKIP
    >>> gn.compare("a lighthouse", aspect=["1:1", "16:9"], blind=True)       # doctest: +SKIP
    """
    model = {"model": list(models)} if models else {}
    terms = Terms(max_credits=max_credits, yes=yes, out=out)
    lot = sweeps.priced(slug, {"prompt": prompt, **model, **axes}, settings or {}, terms, provider)
    _distinct(lot)
    show = _screen(lot)
    show(Offer(lot))
    sweeps.agree(lot)
    made = sweeps.carry_out(lot, lambda done: show(Offer(lot, done)))
    show(Offer(lot, len(lot.plans)))
    return Comparison(made, blind=blind, rng=rng)


def _distinct(lot: Lot) -> None:
    count = len(lot.plans)
    if not 2 <= count <= MOST:
        raise InvalidRequest(say("compare.count", count=count), say("compare.count.hint", most=MOST))
    if len({plan.fingerprint for plan in lot.plans}) < count:
        raise InvalidRequest(say("compare.same"), say("compare.same.hint"))


class Offer:
    """What the whole will cost, each and in all; while it is made also how far it is."""

    def __init__(self, lot: Lot, done: int | None = None) -> None:
        self.lot, self.done = lot, done

    @property
    def lines(self) -> list[str]:
        count = len(self.lot.plans)
        going = self.done is not None and self.done < count
        return [self.lot.price, *([say("compare.making", number=(self.done or 0) + 1, count=count)] * going)]

    def _table(self) -> Table | None:
        if self.done == len(self.lot.plans):
            return None
        names = list(self.lot.labels[0])
        rows = [
            [*(line(label[name], 40) for name in names), plan.quote.line]
            for label, plan in zip(self.lot.labels, self.lot.plans, strict=True)
        ]
        return Table([*names, say("compare.estimate")], rows)

    def __repr__(self) -> str:
        table = self._table()
        return "\n".join([*self.lines, *([repr(table)] if table else [])])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        table = self._table()
        shown = table._repr_mimebundle_()["text/html"] if table else ""
        said = "<br>".join(map(escape, self.lines))
        return {"text/plain": repr(self), "text/html": f'<div {PLAIN} style="{FONT}">{said}{shown}</div>'}


def _screen(lot: Lot) -> Callable[[Offer], None]:
    """Shows an offer where somebody is, in place of the one before; elsewhere nothing is shown."""
    current = lot.session
    if host.shell() is None or not (current.attended() and current.settings.get("progress")):
        return lambda _: None
    from IPython.display import display

    handle: Any = None

    def show(offer: Offer) -> None:
        nonlocal handle
        if handle is not None:
            handle.update(offer)
        elif host.in_kernel():
            handle = display(offer, display_id=True)  # type: ignore[no-untyped-call]
        elif offer.done is None:
            display(offer)  # type: ignore[no-untyped-call]

    return show


def _spoken(name: str, value: Any, result: Result) -> str:
    if name == "model":
        return line(result.model, 60)
    return line(value, 60) if name == "prompt" else f"{name.replace('_', ' ')} {line(value, 40)}"


def _cost(result: Result) -> str:
    play = is_play(result.provider)
    if result.replayed:
        return say("compare.replayed", charge=credits(result.paid_before))
    return in_credits(result.charge, play=play)


def _time(result: Result) -> str:
    return "" if result.seconds is None else say("took", seconds=f"{result.seconds:.1f}")
