"""Plays what lies where a page cannot reach it, for as long as the kernel lives."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from ..base.errors import InvalidRequest
from ..base.messages import say
from ..base.text import line
from ..results import WHOLE_BYTES, Creation, Result
from . import _host, _link

PLAYS = ("video/", "audio/")


class Player(anywidget.AnyWidget):
    """A video or a sound. Its bytes go to the page in a message and are part of no saved notebook."""

    _esm = _link.script("player.js")

    mime = traitlets.Unicode("").tag(sync=True)
    words = traitlets.Unicode("").tag(sync=True)
    poster = traitlets.Unicode("").tag(sync=True)

    def __init__(self, creation: Creation) -> None:
        self._creation = creation
        still = creation.thumbnail
        super().__init__(
            mime=creation.mime, words=line(creation.prompt, 300), poster=still[0] if still else ""
        )
        self.on_msg(self._answer)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """The browser only looks: nothing it sends is taken."""

    def _answer(self, _: Any, content: Any, buffers: Any) -> None:
        if isinstance(content, dict) and content.get("kind") == "want":
            self.send({"kind": "file"}, buffers=[self._creation.bytes])

    def __repr__(self) -> str:
        return repr(self._creation)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = _host.bundle(super()._repr_mimebundle_(**kwargs), repr(self))
        return data | self._creation._repr_mimebundle_(), metadata


def play(made: Result | Creation) -> Player:
    """A player for a video or a sound that lies elsewhere than beside the notebook.

    What is saved with the notebook is its poster and where it lies, as of any creation.

    Args:
        made: a creation of at most 2 MB, or a result, of which the first that plays is taken.

    Raises:
        InvalidRequest: nothing of it plays, or it is too large to go through the kernel.

    >>> film = gn.generate("video", "waves", out="~/films")  # doctest: +SKIP
    >>> gn.play(film)                                        # doctest: +SKIP
    """
    creations = [made] if isinstance(made, Creation) else list(made)
    found = next((c for c in creations if c.file is not None and c.mime.startswith(PLAYS)), None)
    if found is None or found.file is None:
        raise InvalidRequest(say("play.nothing"), say("play.nothing.hint"))
    size = found.file.stat().st_size
    if size > WHOLE_BYTES:
        what = say("play.large", size=f"{size / 1e6:.1f}", most=WHOLE_BYTES // 10**6)
        raise InvalidRequest(what, say("play.large.hint", path=found.path or found.file))
    return Player(found)
