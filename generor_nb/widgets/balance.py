"""The balance, live: it follows every spend of the session, whichever surface spent."""

from __future__ import annotations

import html
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .. import sessions
from ..base import loop
from ..base.text import credits
from ..contract.schema import Balance
from . import _host


class BalanceView(anywidget.AnyWidget):
    """Credits of an account: ``total``, and the ``parts`` it is made of, by the name of each."""

    _esm = Path(__file__).with_name("balance.js")
    _css = Path(__file__).with_name("balance.css")

    total = traitlets.Float(0.0).tag(sync=True)
    parts = traitlets.Dict().tag(sync=True)
    provider = traitlets.Unicode("").tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, balance: Balance, current: sessions.Session) -> None:
        self._unwatch: Callable[[], None] | None = None
        super().__init__(
            total=float(balance.total),
            parts=dict(balance.parts),
            provider=current.provider.name,
            words=_host.words("balance."),
        )
        self._unwatch = current.watch_balance(_host.follower(self, _set))
        weakref.finalize(self, self._unwatch)

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
        return _host.bundle(super()._repr_mimebundle_(**kwargs), plain, note)


def _set(view: BalanceView, balance: Balance) -> None:
    view.parts, view.total = dict(balance.parts), float(balance.total)


def balance() -> BalanceView:
    """The balance of the account in use, as a live view.

    >>> gn.balance().total  # doctest: +SKIP
    9994.0
    """
    current = sessions.current()
    return BalanceView(loop.run(current.balance()), current)
