"""What a request costs, on its own: a guess at once, the price when the server has said it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from .. import api, sessions
from ..contract.schema import Ask, Request
from . import _host, _link
from ._pricing import Pricer, Told

PAUSE_SECONDS = 0.3
# What is saved with a notebook is what a badge says when it is shown: so long its price is waited for, and so
# long its guess.
FIRST_SECONDS, GUESS_SECONDS = 1.0, 10.0


class Badge(anywidget.AnyWidget):
    """The price of a request. Another one can be shown in its place: ``badge.show(form.request)``.

    ``estimate["state"]`` is pricing, price, cannot_afford or error, ``estimate["text"]`` says it in words,
    and ``credits`` is the amount once it is known.
    """

    _esm = _link.script("badge.js")
    _css = _link.styles("_look.css", "badge.css")

    estimate = traitlets.Dict({"state": "idle", "text": "", "seq": 0}).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, current: sessions.Session) -> None:
        self._session = current
        self._number = 0
        self._said = threading.Event()
        self._pricer = Pricer(current, _same, _telling(self), PAUSE_SECONDS)
        super().__init__(words=_host.words("badge."))
        self.estimate = {"state": "idle", "text": _host.word("badge.idle"), "seq": 0}
        self._unwatch = current.balances.follow(_host.follower(self, lambda badge, b: badge._pricer.fund(b)))
        weakref.finalize(self, self._unwatch)
        self.on_msg(self._hear)

    def show(self, request: Request | str, prompt: str | None = None, **options: Any) -> None:
        """Price another request: one of a form, or what ``gn.generate`` takes."""
        value: Request | Ask
        value = api.read_options(request, prompt, options)[0] if isinstance(request, str) else request
        self._number += 1
        self._pricer.price(self._number, value)

    def wait(self, seconds: float) -> None:
        """Return when the price is there, or so many seconds have passed and there is at least a guess."""
        self._pricer.wait(seconds)
        self._said.wait(GUESS_SECONDS)

    @property
    def credits(self) -> float | None:
        """What it costs, once that is known."""
        offer = self._pricer.offer
        known = self.estimate["state"] == "price" and not self.estimate.get("replay")
        return offer.credits if offer is not None and known else None

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """The browser only looks: nothing it sends is taken."""

    def close(self) -> None:
        unwatch: Callable[[], None] | None = getattr(self, "_unwatch", None)
        if unwatch is not None:
            unwatch()
        super().close()

    def __repr__(self) -> str:
        told = self.estimate
        guessed = told.get("price") if told["state"] == "pricing" else None
        return str(guessed or told["text"])

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return _host.bundle(super()._repr_mimebundle_(**kwargs), repr(self))

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if isinstance(content, dict) and content.get("kind") == "price":
            self._pricer.again()

    def _tell(self, number: int, told: Told) -> None:
        told.pop("error", None)
        if number == self._number or told["state"] == "pricing":
            self.estimate = {**told, "seq": number}
            self._said.set()


async def _same(value: Ask | Request) -> Ask | Request:
    return value


def _telling(badge: Badge) -> Callable[[int, Told], None]:
    """``Badge._tell`` that does not keep the badge alive."""
    seen = weakref.ref(badge)

    def tell(number: int, told: Told) -> None:
        alive = seen()
        if alive is not None:
            alive._tell(number, told)

    return tell


def badge(request: Request | str, prompt: str | None = None, **options: Any) -> Badge:
    """The price of a request as a live view: of a form's, or of what ``gn.generate`` takes.

    >>> gn.badge("image", "a lighthouse", count=2)  # doctest: +SKIP
    >>> gn.badge(form.request)                      # doctest: +SKIP
    """
    provider = request.provider if isinstance(request, Request) else options.get("provider")
    made = Badge(sessions.current(provider))
    made.show(request, prompt, **options)
    made.wait(FIRST_SECONDS)
    return made
