"""The balance, live: it follows every spend of the session, whichever surface spent."""

from __future__ import annotations

import html
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import anywidget
import traitlets

from .. import sessions
from ..base import loop
from ..base.errors import GenerorError
from ..base.text import credits, line
from ..contract.schema import Account, Balance
from ..costs import standing
from ..session import Session
from ..spending.journal import Operation
from . import _host, _link

SHOWN, LOOKED_AT = 3, 200
# As many more like the dearest of the last ones, and it is time to say so.
FEW = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is to show of an account: what is left, what was charged last, the pace in words."""

    balance: Balance
    charges: tuple[Operation, ...] = ()
    quota: str = ""

    @property
    def warning(self) -> str:
        """What to say when little is left; empty otherwise."""
        total = self.balance.total
        if total <= 0:
            return _host.word("balance.none")
        dearest = max((op.charge or 0 for op in self.charges), default=0)
        if not dearest or total >= FEW * dearest:
            return ""
        if total < dearest:
            return _host.word("balance.short", amount=credits(dearest))
        return _host.word("balance.low", count=int(total // dearest), amount=credits(dearest))

    @property
    def lines(self) -> list[dict[str, str]]:
        """The last charges as the browser shows them."""
        return [
            {
                "what": line(op.prompt or op.generator, 60),
                "model": line(op.model_name, 40),
                "when": time.strftime("%m-%d %H:%M", time.localtime(op.created)),
                "cost": credits(op.charge),
            }
            for op in self.charges
        ]


class BalanceView(anywidget.AnyWidget):
    """Credits of an account: ``total``, and the ``parts`` it is made of, by the name of each.

    ``charges`` are the last ones, ``quota`` what is left of this minute's requests, ``warning`` what to say
    when little is left.
    """

    _esm = _link.script("balance.js")
    _css = _link.styles("balance.css")

    total = traitlets.Float(0.0).tag(sync=True)
    parts = traitlets.Dict().tag(sync=True)
    provider = traitlets.Unicode("").tag(sync=True)
    charges: Any = traitlets.List().tag(sync=True)
    quota = traitlets.Dict().tag(sync=True)
    warning = traitlets.Unicode("").tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, balance: Balance, current: Session, account: Account | None = None) -> None:
        self._unwatch: Callable[[], None] | None = None
        self._current, self._account = current, account
        super().__init__(
            provider=current.provider.name,
            words=_host.words("balance."),
            **self._told(balance),
        )
        self._unwatch = current.balances.follow(_host.follower(self, BalanceView._follow))
        weakref.finalize(self, self._unwatch)

    def _told(self, balance: Balance) -> dict[str, Any]:
        current = self._current
        seen = Seen(balance, last_charges(current, self._account), _pace(current))
        return {
            "parts": dict(balance.parts),
            "charges": seen.lines,
            "quota": {"text": seen.quota, "at": current.journal.clock()} if seen.quota else {},
            "warning": seen.warning,
            "total": float(balance.total),
        }

    def _follow(self, balance: Balance) -> None:
        for name, value in self._told(balance).items():
            setattr(self, name, value)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """The browser only looks: nothing it sends is taken."""

    def close(self) -> None:
        unwatch: Callable[[], None] | None = getattr(self, "_unwatch", None)
        if unwatch is not None:
            unwatch()
        super().close()

    def __repr__(self) -> str:
        held = ((self.words.get(name, name), amount) for name, amount in self.parts.items() if amount)
        parts = ", ".join(f"{name} {credits(amount)}" for name, amount in held)
        text = _host.word("balance.plain", amount=credits(self.total), provider=self.provider)
        return f"{text} ({parts})" if parts else text

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        plain = repr(self)
        note = f"{html.escape(plain)}, {html.escape(_host.word('balance.static'))}"
        told = [f"{row['when']} {row['what']} ({row['model']}) {row['cost']}" for row in self.charges]
        said = [html.escape(text) for text in (self.warning, *told) if text]
        return _host.bundle(super()._repr_mimebundle_(**kwargs), plain, note, *said)


def _pace(current: Session) -> str:
    """The pace in words; the studio's own is nobody's worry."""
    return current.provider.quota() if current.provider.real else ""


def last_charges(current: Session, account: Account | None) -> tuple[Operation, ...]:
    """The newest operations of this account that are known to be charged."""
    return tuple(_charged(current.journal.history(LOOKED_AT), current, account))[:SHOWN]


def _charged(operations: Sequence[Operation], current: Session, account: Account | None) -> list[Operation]:
    provider = current.provider
    return [
        op
        for op in operations
        if (op.provider, op.base_url) == (provider.name, provider.base_url)
        and (account is None or op.account == account.id)
        and standing(op) in ("charged", "lost")
    ]


def balance() -> BalanceView:
    """The balance of the account in use, as a live view; free.

    >>> gn.balance().total  # doctest: +SKIP
    9994.0
    """
    current = sessions.current()

    async def look() -> tuple[Balance, Account | None]:
        found = await current.balance()
        try:
            return found, await current.provider.account()
        except GenerorError:
            return found, None

    found, account = loop.run(look())
    return BalanceView(found, current, account)
