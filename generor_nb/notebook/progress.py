"""What a cell shows while it works: the price line, a bar, how long. Replaced by the result."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Sequence
from typing import Any

from ..base.messages import say
from ..plans import Event
from ..results import FONT, PLAIN, Quote

_BAR = "width:100%;max-width:320px;height:6px;accent-color:var(--jp-brand-color1,#1976d2)"
UPDATE_SECONDS = 0.2


class Frame:
    """One moment of the progress: what is known of the request, and below it what goes on.

    ``fraction`` of the work is done; None where nobody can say.
    """

    def __init__(self, said: Sequence[str], state: str, fraction: float | None) -> None:
        self.said, self.state, self.fraction = said, state, fraction

    def __repr__(self) -> str:
        return "\n".join([*self.said, self.state])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        value = "" if self.fraction is None else f' value="{self.fraction:.3f}"'
        body = (
            f'<div {PLAIN} style="{FONT}">{"".join(f"{html.escape(line)}<br>" for line in self.said)}'
            f'<progress max="1"{value} style="{_BAR}" aria-label="{html.escape(self.state)}"></progress> '
            f"{html.escape(self.state)}</div>"
        )
        return {"text/plain": repr(self), "text/html": body}


class Progress:
    """Turns ticks into frames, a few a second.

    Args:
        quote: the price line above the bar.
        show: puts a frame on the screen.
        clock: seconds.
    """

    def __init__(
        self, quote: Quote, show: Callable[[Frame], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.quote, self._show, self._clock = quote, show, clock
        self._started, self._shown = clock(), float("-inf")

    def tick(self, event: Event | None) -> None:
        now = self._clock()
        if now - self._shown < UPDATE_SECONDS:
            return
        self._shown = now
        self._show(frame(self.quote, event, now - self._started))


def opening(provider: str) -> Frame:
    """The frame while a provider is opened, before there is a price."""
    return Frame((), say("progress.opening", provider=provider), None)


def frame(quote: Quote, event: Event | None, elapsed: float) -> Frame:
    """The frame after ``elapsed`` seconds; the bar never claims to be done."""
    expected, said = quote.seconds, (quote.line, *quote.remarks)
    doing = say("progress.sent" if event and event.kind == "sent" else "progress.waiting")
    if not expected:
        return Frame(said, f"{doing} · {say('progress.elapsed', elapsed=f'{elapsed:.0f}')}", None)
    late = elapsed > expected * 1.5 + 1
    key = "progress.late" if late else "progress.time"
    timing = say(key, elapsed=f"{elapsed:.0f}", expected=f"{max(1, expected):.0f}")
    return Frame(said, f"{doing} · {timing}", None if late else min(elapsed / max(expected, 1e-6), 0.97))
