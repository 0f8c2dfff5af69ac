"""The card to vote with in a blind comparison: a letter goes in, a verdict comes out."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets

from ..base.errors import GenerorError
from . import _host, _link


class Ballot(anywidget.AnyWidget):
    """Buttons for ``places``; ``choice`` is the letter chosen, ``"="`` for no difference, else empty.

    Args:
        places: the letters.
        cast: takes a letter and says in words what was voted for.
        anew: opens the next round.
        verdict: what was said of a vote before.
    """

    _esm = _link.script("ballot.js")
    _css = _link.styles("ballot.css")

    places = traitlets.List(traitlets.Unicode()).tag(sync=True)
    choice = traitlets.Unicode("").tag(sync=True)
    verdict = traitlets.Unicode("").tag(sync=True)
    round = traitlets.Int(1).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(
        self, places: Sequence[str], cast: Callable[[str], str], anew: Callable[[], None], verdict: str = ""
    ) -> None:
        self._cast, self._anew = cast, anew
        super().__init__(places=list(places), verdict=verdict, words=_host.words("ballot."))
        self.on_msg(self._hear)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """The browser votes by message: nothing else it sends is taken."""

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if not isinstance(content, dict) or content.get("round") != self.round:
            return  # a second click, or one on an older round
        if content.get("kind") == "vote":
            self._vote(content.get("place"))
        elif content.get("kind") == "again" and self.verdict:
            self._anew()
            self.choice, self.verdict = "", ""
            self.round += 1

    def _vote(self, place: Any) -> None:
        if self.verdict or place not in (*self.places, "="):
            return
        try:
            said = self._cast(place)
        except GenerorError as error:
            said = _host.in_words(error)
        self.choice, self.verdict = place, said

    def __repr__(self) -> str:
        return self.verdict or f"{_host.word('ballot.title')} {' / '.join(self.places)}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        plain = repr(self)
        note = f"{html.escape(plain)} ({html.escape(_host.word('ballot.static'))})"
        return _host.bundle(super()._repr_mimebundle_(**kwargs), plain, note)
