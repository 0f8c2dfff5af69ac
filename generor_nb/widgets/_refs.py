"""Media in a form. Its value holds words that stand for them: an address, what was made, a file's hash.

The media themselves stay in Python: never in a trait, so never in a saved notebook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import references
from ..base import media
from ..base.errors import InvalidRequest
from ..base.files import sha256
from ..base.messages import say
from ..base.text import line
from ..contract.schema import SLOTS, Medium, Slot
from ..delivery import recall
from ..references import Place
from ..results import Creation, Result
from ..spending.journal import Journal
from ..spending.shelf import Shelf
from ..spending.states import FINISHED

Held = Sequence[Mapping[str, str]]
EARLIER, LOOKED_AT = 24, 200
SIDE, WEIGHT = 160, 6_000
_MADE, _FILE = "made:", "file:"


class Refs:
    """What a form was given, by the words that stand for it.

    Args:
        place: where media goes.
        journal: knows what was made earlier.
        shelf: has its files.
    """

    def __init__(self, place: Place, journal: Journal, shelf: Shelf) -> None:
        self.place, self._journal, self._shelf = place, journal, shelf
        self._given: dict[str, tuple[str, Any]] = {}
        self._media: dict[tuple[str, str], Medium] = {}

    # --- in ---

    def put(self, option: str, value: Any) -> list[dict[str, str]]:
        """Take whatever ``gn.generate`` takes for ``option``, one or a list, or words of a form's value.

        Raises:
            InvalidRequest: it is nothing of that.
        """
        several = isinstance(value, list | tuple)
        given = value if several else () if value is None or value == "" else (value,)
        return [self._one(SLOTS[option], one) for one in given]

    def add(self, data: bytes, name: str) -> dict[str, str]:
        """Take a file of the browser's."""
        ref = f"{_FILE}{sha256(data)}"
        return self._keep(ref, line(name, 80) or "file", data)

    def _one(self, slot: Slot, value: Any) -> dict[str, str]:
        if isinstance(value, Mapping):
            return self._known(slot, str(value.get("ref", "")), str(value.get("name", "")))
        made = references.first(slot, value) if isinstance(value, Result) else value
        if isinstance(made, Creation) and made.operation:
            return self._keep(f"{_MADE}{made.operation}/{made.id}", _words(made), made)
        if isinstance(made, Creation) and made.listed[1] and (address := self.place.address_of(made)):
            return {"ref": address, "name": _words(made)}
        if isinstance(made, str) and made[:5].casefold() == "data:":
            return self._keep(f"{_FILE}{sha256(made.encode())}", made.split(",")[0][:40], made)
        if isinstance(made, str) and references.is_address(made):
            return {"ref": made, "name": line(made.split("?")[0].rsplit("/", 1)[-1] or made, 80)}
        if isinstance(made, str) and self.place.takes == "paths":
            return {"ref": made, "name": line(made, 80)}
        name = line(getattr(made, "name", made if isinstance(made, str) else type(made).__name__), 80)
        return self.add(references.bytes_of(slot, made), name)

    def _known(self, slot: Slot, ref: str, name: str) -> dict[str, str]:
        if references.is_address(ref) or (ref and ref not in self._given and self.place.takes == "paths"):
            return self._one(slot, ref) | ({"name": line(name, 80)} if name else {})
        if ref not in self._given and self._recall(ref) is None:
            what = say("refs.unknown", option=slot.flag, name=line(name or ref, 60))
            raise InvalidRequest(what, say("refs.type.hint"), field=slot.option)
        return {"ref": ref, "name": self._given[ref][0]}

    def _keep(self, ref: str, name: str, value: Any) -> dict[str, str]:
        self._given[ref] = (name, value)
        return {"ref": ref, "name": name}

    def _recall(self, ref: str) -> Creation | None:
        """Something made earlier, by an operation of this home."""
        operation, _, creation = ref.removeprefix(_MADE).partition("/")
        op = self._journal.by_prefix(operation) if ref.startswith(_MADE) and operation else None
        if op is None or op.state not in FINISHED:
            return None
        found = next((c for c in recall(op, self._journal, self._shelf) if c.id == creation), None)
        if found is not None:
            self._keep(ref, _words(found), found)
        return found

    # --- out ---

    def values(self, held: Held) -> tuple[Any, ...]:
        """What was given: addresses as text, creations, bytes."""
        return tuple(self._given[one["ref"]][1] if one["ref"] in self._given else one["ref"] for one in held)

    def lasting(self, held: Held) -> list[dict[str, str]]:
        """Those that can be found again in another process."""
        return [dict(one) for one in held if not one["ref"].startswith(_FILE)]

    async def gather(self, held: Mapping[str, Held]) -> dict[str, tuple[Medium, ...]]:
        """Everything as a request carries it, by the body's field; each is looked at once.

        Raises:
            InvalidRequest: something is no such media, or cannot get there.
        """
        found: dict[str, list[Medium]] = {}
        for option, ones in held.items():
            for one, value in zip(ones, self.values(ones), strict=True):
                key = option, one["ref"]
                if key not in self._media:
                    ready = await references.gather({option: (value,)}, self.place)
                    self._media[key] = ready[SLOTS[option].field][0]
                found.setdefault(SLOTS[option].field, []).append(self._media[key])
        return {name: tuple(ready) for name, ready in found.items()}

    # --- to be seen ---

    def picture(self, ref: str) -> bytes:
        """A small JPEG of it; empty when there is nothing to draw, or it lies elsewhere."""
        if ref not in self._given and self._recall(ref) is None:
            return b""
        value = self._given[ref][1]
        still = value.still if isinstance(value, Creation) else _still(value)
        try:
            return media.thumbnail(still, SIDE, WEIGHT)[0] if still else b""
        except (ValueError, OSError):
            return b""

    def earlier(self, option: str) -> list[dict[str, str]]:
        """The newest things made here that could go there."""
        kind, found = SLOTS[option].kind, list[dict[str, str]]()
        for op in self._journal.history(LOOKED_AT):
            if op.state not in FINISHED or len(found) >= EARLIER:
                continue
            for made in recall(op, self._journal, self._shelf):
                right = made.mime.startswith(kind) and made.mime != "image/svg+xml"
                if right and (self.place.takes_bytes or self.place.address_of(made)):
                    found.append(self._keep(f"{_MADE}{op.id}/{made.id}", _words(made), made))
        return found[:EARLIER]


def _words(made: Creation) -> str:
    return line(made.prompt or made.id, 60)


def _still(data: bytes | str) -> bytes | None:
    if isinstance(data, str):
        return None
    mime = media.sniff(data) or ""
    if mime.startswith("image/"):
        return None if mime == "image/svg+xml" else data
    return media.card(mime, media.EXTENSIONS.get(mime, "?").upper(), ()) if mime else None
