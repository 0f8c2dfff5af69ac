"""What a gallery's page asks for: pictures, one creation in full, and what can be done with it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .. import api, session, sessions
from ..base import media
from ..base.errors import GenerorError, InvalidRequest
from ..base.text import clean, line, slugify
from ..delivery import readable_copy
from ..listing import WHERE, Library, Query, Source, key_of, kind_of
from ..results import Creation
from ..thumbs import FILE_BYTES, Picture, Thumbs, file_of
from . import _host

if TYPE_CHECKING:
    from ..contract.generor import CreationPayload
    from ..kept import Kept
    from ..providers.generor.client import AsyncClient

# How long batches of pictures are gathered (seconds), how many go at once, what one message carries.
PAUSE_SECONDS, BATCH, CHUNK = 0.08, 24, 4 << 20
ASKED, TEXT = 200, 20_000


class View(Protocol):
    """What is needed of the gallery."""

    selected: Any

    @property
    def query(self) -> Query: ...
    def tell(self, kind: str, buffers: list[Any] | None = None, **content: Any) -> None: ...
    def drop(self, creation: CreationPayload) -> str: ...
    def _put_form(self, made: Any) -> None: ...


class Exhibit:
    """Answers a gallery's page, on the background loop.

    Attributes:
        known: the creations that the page has heard of, by their keys.
    """

    def __init__(self, view: View, library: Library) -> None:
        self._view, self._library = view, library
        self._thumbs = Thumbs(library)
        self._making: dict[str, asyncio.Task[None]] = {}
        self._ready: list[tuple[str, Picture | None]] = []
        self.known: dict[str, CreationPayload] = {}

    def row(self, creation: CreationPayload) -> dict[str, Any]:
        """A creation as the grid needs it: small, and text only."""
        key, kind = key_of(creation), kind_of(creation)
        self.known[key] = creation
        mine = self._view.query.source.kind == "mine"
        about = [
            "" if kind == "image" else _host.word(f"gallery.{kind}"),
            _host.word("exhibit.private") if creation.public is False else "",
            "" if mine else line(creation.username or "", 30),
            line(creation.generator, 30),
            _when(creation, "%Y-%m-%d"),
        ]
        drawn = {
            "key": key,
            "kind": kind,
            "prompt": line(creation.prompt or "", 140),
            "about": " · ".join(filter(None, about)),
            "text": line(creation.text or "", 240),
        }
        return {name: told for name, told in drawn.items() if told}

    async def choices(self) -> dict[str, Any]:
        """What can be chosen: sources, generators and models, as far as they can be had."""
        journal = self._library.journal
        rows = journal.rows("SELECT DISTINCT generator, model_name FROM operation")
        generators = {row["generator"]: row["generator"] for row in rows}
        models, teams = {row["model_name"] for row in rows}, dict[str, str]()
        try:
            current = await self._library.session()
            generators |= {g.slug: g.title or g.slug for g in await current.generators()}
            models |= {model.name for model in await current.models()}
            listed = await sessions.client(current).teams.list(per_page=100)
            teams = {str(team.team_id): team.name for team in listed}
        except GenerorError:
            pass  # what can be had without an account
        return _choices(generators, models, teams, self._view.query.source)

    async def hear(self, told: Mapping[str, Any]) -> None:
        """One message of the page; whatever goes wrong is said there in words."""
        kind = told.get("kind")
        if kind == "thumbs":
            self._want(told.get("keys"))
            return
        acts: dict[Any, Callable[[CreationPayload, Mapping[str, Any]], Awaitable[None]]] = {
            "look": self._look,
            "rate": self._rate,
            "publish": self._publish,
            "hide": self._hide,
            "delete": self._delete,
            "pick": self._pick,
            "form": self._form,
            "save": self._save,
        }
        key = str(told.get("key"))
        creation = self.known.get(key)
        if creation is None or kind not in acts:
            return
        try:
            await acts[kind](creation, told)
        except Exception as error:
            self._say(key, _host.in_words(error), bad=True)

    def _say(self, key: str, text: str, **more: Any) -> None:
        self._view.tell("said", key=key, text=text, **more)

    # --- pictures: only what can be seen now, the rest is called off ---

    def _want(self, keys: Any) -> None:
        wanted = [str(k) for k in keys[:ASKED]] if isinstance(keys, list) else []
        for key in self._making.keys() - set(wanted):
            self._making.pop(key).cancel()
        for key in wanted:
            if key in self.known and key not in self._making:
                self._making[key] = asyncio.ensure_future(self._make(key))

    async def _make(self, key: str) -> None:
        try:
            picture = await self._thumbs.small(self.known[key])
        except Exception:
            picture = None
        self._ready.append((key, picture))
        if len(self._ready) == 1:
            # Those that get ready in a moment go together.
            asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._flush)

    def _flush(self) -> None:
        ready, self._ready = self._ready, []
        for start in range(0, len(ready), BATCH):
            batch = ready[start : start + BATCH]
            for key, _ in batch:
                self._making.pop(key, None)
            told = [[key, picture.mime if picture else ""] for key, picture in batch]
            self._view.tell("thumbs", [picture.data for _, picture in batch if picture], thumbs=told)

    # --- one creation ---

    async def _look(self, creation: CreationPayload, _: Mapping[str, Any]) -> None:
        key, remote = key_of(creation), not hasattr(creation, "operation")
        acts = [*(["pick"] if file_of(creation) else []), "form"]
        if remote and await self._own(creation):
            acts += ["hide" if creation.public else "publish", "delete"]
        self._view.tell(
            "details",
            key=key,
            prompt=clean(creation.prompt or "")[:TEXT],
            text=clean(creation.text or "")[:TEXT],
            facts=_facts(creation),
            acts=[_act(name) for name in acts],
        )
        await asyncio.gather(self._show(key, creation), self._rated(key, creation) if remote else _nothing())

    async def _client(self) -> AsyncClient:
        return sessions.client(await self._library.session())

    async def _own(self, creation: CreationPayload) -> bool:
        if self._view.query.source.kind == "mine":
            return True
        account = await (await self._library.session()).provider.account()
        return creation.user_id is not None and str(creation.user_id) == account.id

    async def _show(self, key: str, creation: CreationPayload) -> None:
        """The creation large, in as many messages as it takes."""
        if kind_of(creation) == "text":
            return
        try:
            picture = await self._thumbs.large(creation)
        except GenerorError as error:
            self._say(key, line(error.what, 200), bad=True)
            return
        parts = max(1, -(-len(picture.data) // CHUNK))
        for part in range(parts):
            data = memoryview(picture.data)[part * CHUNK : (part + 1) * CHUNK]
            self._view.tell("whole", [data], key=key, mime=picture.mime, part=part, of=parts)

    async def _rated(self, key: str, creation: CreationPayload) -> None:
        client = await self._client()
        rating = await client.ratings.get(creation.creation_id)
        told = _host.word("exhibit.unrated")
        if rating.count and rating.average is not None:
            told = _host.word("exhibit.rating", average=f"{rating.average:g}", count=rating.count)
        self._view.tell("rating", key=key, text=told)

    async def _rate(self, creation: CreationPayload, told: Mapping[str, Any]) -> None:
        client = await self._client()
        score = told.get("score")
        await client.ratings.rate(creation.creation_id, score if isinstance(score, int) else 0)
        self._say(key_of(creation), _host.word("exhibit.rated", score=score))
        await self._rated(key_of(creation), creation)

    async def _publish(self, creation: CreationPayload, told: Mapping[str, Any]) -> None:
        if told.get("sure") is True:
            await self._change(creation, public=True)

    async def _hide(self, creation: CreationPayload, _: Mapping[str, Any]) -> None:
        await self._change(creation, public=False)

    async def _change(self, creation: CreationPayload, *, public: bool) -> None:
        client = await self._client()
        changed = await client.creations.update(creation.creation_id, public=public)
        # What is private now has other addresses; an answer that leaves them out changes nothing else.
        for name in ("privacy_mode", *(n for n in ("images", "videos", "audios") if getattr(changed, n))):
            setattr(creation, name, getattr(changed, name))
        key, said = key_of(creation), _host.word("exhibit.now.public" if public else "exhibit.now.private")
        if not public and self._view.query.source.kind not in ("mine", "team"):
            self._leave(creation, said)
            return
        self._view.tell("row", key=key, row=self.row(creation))
        await self._look(creation, {})
        self._say(key, said)

    async def _delete(self, creation: CreationPayload, told: Mapping[str, Any]) -> None:
        if told.get("sure") is not True:
            return
        client = await self._client()
        await client.creations.delete(creation.creation_id)
        self._leave(creation, _host.word("exhibit.deleted"))

    def _leave(self, creation: CreationPayload, why: str) -> None:
        key = key_of(creation)
        self.known.pop(key, None)
        self._view.tell("gone", key=key, status=f"{why} · {self._view.drop(creation)}")

    # --- going on from it ---

    async def _pick(self, creation: CreationPayload, _: Mapping[str, Any]) -> None:
        self._view.selected = await self._taken(creation)
        self._view.tell("picked", key=key_of(creation))
        self._say(key_of(creation), _host.word("exhibit.picked"))

    async def _taken(self, creation: CreationPayload) -> Creation:
        """A creation as a cell returns one, with its file on this machine."""
        kept = await self._made_here(creation)
        if kept is not None:
            ours = self._library.reached
            return kept.creation(session.ways_of(ours) if ours is not None else None)
        current, address = await self._library.session(), str(file_of(creation))
        channel = current.provider.channel  # type: ignore[attr-defined]
        asset = await self._library.shelf.keep(
            address, lambda url, part: channel.fetch(url, part, FILE_BYTES), 0, 0
        )
        return Creation(
            id=str(creation.creation_id),
            path=None,
            file=self._library.shelf.path(asset.sha256, asset.mime),
            mime=asset.mime,
            prompt=creation.prompt or "",
            text=creation.text,
            width=asset.width,
            height=asset.height,
            listed=(current.provider.base_url, address),
        )

    async def _made_here(self, creation: CreationPayload) -> Kept | None:
        """The same, as the journal has it."""
        from .. import kept

        if isinstance(creation, kept.Kept):
            return creation
        provider = (await self._library.session()).provider
        account = await provider.account()
        journal, shelf = self._library.journal, self._library.shelf
        return kept.find(journal, shelf, provider.name, account.id, str(creation.creation_id))

    async def _form(self, creation: CreationPayload, _: Mapping[str, Any]) -> None:
        kept = await self._made_here(creation)
        values: dict[str, Any] = {"prompt": creation.prompt or "", "model": creation.model_id}
        if kept is not None:
            options = api.options_of(self._library.journal.get(kept.operation))
            values = {**options.pop("settings"), **options}
        given = {name: value for name, value in values.items() if value is not None}
        made, left = await asyncio.to_thread(_formed, creation.generator, given)
        self._view._put_form(made)
        said = [_host.word("exhibit.formed" if kept else "exhibit.formed.partly")]
        if left:
            said.append(_host.word("exhibit.left", names=", ".join(left)))
        self._say(key_of(creation), " ".join(said))

    async def _save(self, creation: CreationPayload, told: Mapping[str, Any]) -> None:
        folder, place = str(told.get("folder") or "."), file_of(creation)
        name = f"{slugify(creation.prompt or creation.generator)}-{slugify(str(creation.creation_id))}"
        with tempfile.TemporaryDirectory(prefix="generor-") as temporary:
            file = place if isinstance(place, Path) else await self._fetched(creation, place, Path(temporary))
            path = await asyncio.to_thread(_copied, file, folder, name)
        if path is None:
            raise GenerorError(
                _host.word("exhibit.unsaved", folder=folder), _host.word("exhibit.unsaved.hint")
            )
        self._say(key_of(creation), _host.word("exhibit.saved", path=path))

    async def _fetched(self, creation: CreationPayload, address: str | None, folder: Path) -> Path:
        """The file of a creation that is elsewhere; its words where it has none."""
        if address is None:
            file = folder / "file.txt"
            file.write_text(creation.text or "", "utf-8")
            return file
        part = folder / "part"
        await (await self._library.session()).fetch(address, part, FILE_BYTES)
        extension = media.EXTENSIONS.get(media.sniff(media.head_of(part)) or "", "bin")
        return part.replace(folder / f"file.{extension}")


def _copied(file: Path, folder: str, name: str) -> Path | None:
    return readable_copy(file, Path(folder).expanduser() / name)


def _when(creation: CreationPayload, form: str) -> str:
    when = creation.created_at
    return "" if when is None else when.astimezone().strftime(form)


def _facts(creation: CreationPayload) -> list[tuple[str, str]]:
    """What is known of it, each with its name."""
    sizes = [getattr(creation, "size", None), *((image.width, image.height) for image in creation.images)]
    size = next((size for size in sizes if size and all(size)), None)
    seen = {None: "", True: "exhibit.seen.public", False: "exhibit.seen.private"}[creation.public]
    facts = {
        "generator": line(creation.generator, 60),
        "model": line(creation.model_name or "", 60),
        "by": line(creation.username or getattr(creation, "provider", ""), 60),
        "when": _when(creation, "%Y-%m-%d %H:%M"),
        "size": f"{size[0]} × {size[1]}" if size else "",
        "seen": _host.word(seen) if seen else "",
        "id": line(creation.creation_id, 40),
    }
    return [(_host.word(f"exhibit.fact.{name}"), value) for name, value in facts.items() if value]


def _act(name: str) -> dict[str, str]:
    """Something that can be done: its label, and what is asked first."""
    ask = {"ask": _host.word(f"exhibit.{name}.ask")} if name in ("publish", "delete") else {}
    return {"kind": name, "label": _host.word(f"exhibit.{name}"), **ask}


def _choices(
    generators: Mapping[str, str], models: set[str], teams: Mapping[str, str], here: Source
) -> dict[str, Any]:
    def offered(kind: str, named: Mapping[str, str]) -> list[tuple[str, str]]:
        pairs = sorted(named.items(), key=lambda pair: pair[1].casefold())
        return [(f"{kind} {what}".lstrip(), line(name, 60)) for what, name in pairs]

    if here.kind == "team":
        teams = {here.what: here.what, **teams}
    if here.kind == "generator":
        generators = {here.what: here.what, **generators}
    groups = {"teams": offered("team", teams), "generators": offered("generator", generators)}
    everywhere = [(f"{kind} ", _host.word(f"exhibit.from.{kind}")) for kind in WHERE if kind != "team"]
    sources = [{"label": _host.word("gallery.title"), "options": everywhere}]
    for name, options in groups.items():
        sources += [{"label": _host.word(f"exhibit.{name}"), "options": options}] if options else []
    return {
        "sources": sources,
        "generators": offered("", generators),
        "models": offered("", {name: name for name in models}),
    }


def _formed(slug: str, values: dict[str, Any]) -> tuple[Any, list[str]]:
    """A form with ``values``, and the names of those that it does not take."""
    from .form import form

    left: list[str] = []
    while True:
        try:
            return form(slug, **values), left
        except InvalidRequest as error:
            if error.field not in values:
                raise
            left.append(error.field)
            values = {name: value for name, value in values.items() if name != error.field}


async def _nothing() -> None:
    pass
