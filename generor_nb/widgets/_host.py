"""What the widgets share: their words, their static twin, and a place below them for results."""

from __future__ import annotations

import contextvars
import html
import secrets
import weakref
from collections.abc import Callable, Iterable
from typing import Any

from ..base import host, messages
from ..base.errors import GenerorError
from ..base.messages import say, section
from ..base.text import line
from ..contract.schema import Balance


def word(key: str, **fill: Any) -> str:
    """The widgets' text called ``key``."""
    return say(f"widget.{key}", **fill)


def words(prefix: str) -> dict[str, str]:
    """Every widget text below ``prefix``, for the browser."""
    return section(f"widget.{prefix}")


def in_credits(amount: float | None) -> str:
    """``6 credits``; an unknown price says so."""
    return word("price.unknown") if amount is None else messages.in_credits(amount)


def duration(seconds: float | None) -> str:
    """``about 8 s``; nothing where it is not known."""
    if seconds is None:
        return ""
    if seconds >= 90:
        return word("time.minutes", time=round(seconds / 60))
    return word("time.seconds", time=max(1, round(seconds)))


def in_words(error: BaseException) -> str:
    """An error as two lines: what, and what to do."""
    if isinstance(error, GenerorError):
        return "\n".join(part for part in (line(error.what, 400), line(error.hint, 400)) if part)
    return word("unexpected", error=line(f"{type(error).__name__}: {error}", 300))


def bundle(made: Any, plain: str, *paragraphs: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A widget's bundle with what a viewer without kernel can show: text, and HTML of a few plain tags."""
    data, metadata = made if isinstance(made, tuple) else (made or {}, {})
    twin = "".join(f"<p>{part}</p>" for part in paragraphs) or html.escape(plain)
    return {**data, "text/plain": plain, "text/html": f"<div>{twin}</div>"}, dict(metadata)


def follower(widget: Any, act: Callable[[Any, Balance], None]) -> Callable[[Balance], None]:
    """A balance watcher that does not keep ``widget`` alive."""
    seen = weakref.ref(widget)
    context = contextvars.copy_context()

    def follow(balance: Balance) -> None:
        alive = seen()
        if alive is not None:
            # ipykernel 7.0 loses what a thread sends outside the context of a cell.
            context.copy().run(act, alive, balance)

    return follow


class Place:
    """The output below a widget, where its results go: static, saved with the notebook, replaced by each.

    A widget inside a box is never displayed itself, so the place opens when its cell ends and a box holds it.
    """

    def __init__(self, widget: Any) -> None:
        self._widget = weakref.ref(widget)
        self._id = f"generor-{secrets.token_hex(8)}"
        self._shown: Any = None
        self._waits_for: Any = None
        self.open = False
        if host.in_kernel():
            self._waits_for = host.shell().events
            self._waits_for.register("post_run_cell", self._after_cell)

    def show(self) -> None:
        """Open the place here, with the last result in it."""
        if not host.in_kernel():
            return
        from IPython.display import display

        self._settle()
        self.open = True
        empty = self._shown is None
        shown = {"text/plain": ""} if empty else self._shown
        display(shown, raw=empty, display_id=self._id)  # type: ignore[no-untyped-call]

    def put(self, result: Any) -> None:
        """Replace what is there by ``result``; any thread may call."""
        self._shown = result
        if self.open and host.in_kernel():
            from IPython.display import update_display

            update_display(result, display_id=self._id)  # type: ignore[no-untyped-call]

    def _after_cell(self, _result: Any = None) -> None:
        widget = self._widget()
        if widget is None or widget.comm is None:
            self._settle()
        elif any(widget in getattr(other, "children", ()) for other in _living()):
            self.show()

    def _settle(self) -> None:
        if self._waits_for is not None:
            try:
                self._waits_for.unregister("post_run_cell", self._after_cell)
            except ValueError:
                pass
            self._waits_for = None


def _living() -> Iterable[Any]:
    from ipywidgets.widgets import widget

    known = getattr(widget, "_instances", None)
    if known is None:  # ipywidgets 7
        known = widget.Widget.widgets
    return list(known.values())
