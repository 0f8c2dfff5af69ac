"""From the journal's rows to the Result a person gets, with readable copies of its files."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from .base.errors import GenerorError
from .base.text import slugify
from .chains import Lineage, Step, Ways
from .results import Creation, Result
from .spending import lineage
from .spending.journal import Journal, Operation, StoredAsset, StoredCreation
from .spending.shelf import Shelf
from .spending.states import FINISHED, OVERLAPPING, State

if TYPE_CHECKING:
    from .providers.base import Provider


def deliver(
    op: Operation,
    journal: Journal,
    shelf: Shelf,
    folder: Path,
    *,
    replayed: bool,
    notes: tuple[str, ...] = (),
    ways: Ways | None = None,
) -> Result:
    """The result of a finished operation; its files are copied into ``folder`` under readable names."""
    stored, assets = journal.creations(op.id), journal.assets(op.id)
    creations = []
    for creation in stored:
        files = [a for a in assets if a.place == creation.place]
        target = folder / readable_name(op, creation.place, len(stored))
        creations.append(replace(_creation(op, creation, files, shelf, target), ways=ways))
    return Result(
        creations=tuple(creations),
        generator=op.generator,
        prompt=op.prompt,
        provider=op.provider,
        model=op.model_name,
        model_id=op.model_id,
        public=op.public,
        estimate=op.estimate,
        charge=0 if replayed else op.charge,
        paid_before=op.charge if replayed else 0,
        balance=op.balance,
        seconds=op.seconds,
        operation=op.id,
        take=op.take,
        replayed=replayed,
        partial=op.state is State.DONE_PARTIAL,
        overlapped=any(note == OVERLAPPING for _, _, note in journal.events(op.id)),
        adjustments=op.adjustments,
        notes=(*_missing(op), *notes),
        lineage=_lineage(op, journal),
        ways=ways,
    )


def _missing(op: Operation) -> tuple[str, ...]:
    """Why some of it was not made, as far as the answer said so."""
    return (str(op.error.get("what", "")),) if op.error and op.state is State.DONE_PARTIAL else ()


def recall(op: Operation, journal: Journal, shelf: Shelf) -> list[Creation]:
    """What a finished operation made, without readable copies."""
    assets = journal.assets(op.id)
    return [
        _creation(op, one, [a for a in assets if a.place == one.place], shelf, None)
        for one in journal.creations(op.id)
    ]


def _lineage(op: Operation, journal: Journal) -> Lineage:
    steps = lineage.ancestry(journal, op.id)
    return Lineage(tuple(Step(o.id, o.generator, o.model_name, o.prompt, back) for back, o in steps))


def _creation(
    op: Operation, creation: StoredCreation, files: list[StoredAsset], shelf: Shelf, target: Path | None
) -> Creation:
    asset, poster = _parts(files)
    file = shelf.path(asset.sha256, asset.mime) if asset else None
    return Creation(
        id=creation.creation_id,
        path=readable_copy(file, target) if file and target else None,
        file=file,
        mime=asset.mime if asset else "text/plain",
        prompt=op.prompt,
        text=creation.text,
        width=asset.width if asset else None,
        height=asset.height if asset else None,
        data=creation.data,
        poster=shelf.path(poster.sha256, poster.mime) if poster else None,
        operation=op.id,
    )


def _parts(files: list[StoredAsset]) -> tuple[StoredAsset | None, StoredAsset | None]:
    """The file itself and the picture that came with it: what plays comes before any picture."""
    playing = (a for a in files if a.mime.startswith(("video/", "audio/")))
    first = next(playing, files[0] if files else None)
    if first is None or _is_picture(first):
        return first, None
    return first, next(filter(_is_picture, files), None)


def _is_picture(asset: StoredAsset) -> bool:
    return asset.mime.startswith("image/") and asset.mime != "image/svg+xml"


def address_of(creation: Creation, journal: Journal, provider: Provider) -> str | None:
    """Where ``provider`` keeps a creation, as its answer said; None when it did not make it."""
    from .transport import Reply

    if creation.listed[0] == provider.base_url:
        return urljoin(provider.base_url, creation.listed[1])
    op = journal.by_prefix(creation.operation) if creation.operation else None
    raw = journal.answer(op.id) if op is not None and op.state in FINISHED else None
    if op is None or raw is None or (op.provider, op.base_url) != (provider.name, provider.base_url):
        return None
    try:
        items = provider.read(Reply(raw.status, raw.headers, raw.body, 0)).items
    except GenerorError:
        return None
    urls = next((item.urls for item in items if item.id == creation.id), ())
    return urljoin(op.base_url, urls[0]) if urls else None


def readable_name(op: Operation, place: int, of: int) -> str:
    """The prompt's words, and enough of the request's fingerprint to keep requests apart."""
    take = f"-take{op.take}" if op.take > 1 else ""
    number = f"-{place + 1}" if of > 1 else ""
    return f"{slugify(op.prompt or op.generator)}-{op.fingerprint[:6]}{take}{number}"


def readable_copy(file: Path, target: Path) -> Path | None:
    """Copy ``file`` to ``target`` plus its extension; None when that cannot be done.

    An equal file stays; another one of that name is never overwritten.
    """
    try:
        if not target.parent.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            stem = target.name if number == 1 else f"{target.name}-{number}"
            path = target.with_name(stem + file.suffix)
            if not path.exists():
                shutil.copyfile(file, path)
                return path
            if path.read_bytes() == file.read_bytes():
                return path
    except OSError:
        return None
    return None
