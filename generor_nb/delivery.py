"""From the journal's rows to the Result a person gets, with readable copies of its files."""

from __future__ import annotations

import shutil
from pathlib import Path

from .base.text import slugify
from .results import Creation, Result
from .spending.journal import Journal, Operation, StoredAsset, StoredCreation
from .spending.shelf import Shelf
from .spending.states import OVERLAPPING, State


def deliver(
    op: Operation,
    journal: Journal,
    shelf: Shelf,
    folder: Path,
    *,
    replayed: bool,
    notes: tuple[str, ...] = (),
) -> Result:
    """The result of a finished operation; its files are copied into ``folder`` under readable names."""
    stored, assets = journal.creations(op.id), journal.assets(op.id)
    creations = []
    for creation in stored:
        first = next((a for a in assets if a.place == creation.place), None)
        creations.append(
            _creation(op, creation, first, shelf, folder / readable_name(op, creation.place, len(stored)))
        )
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
        notes=notes,
    )


def _creation(
    op: Operation, creation: StoredCreation, asset: StoredAsset | None, shelf: Shelf, target: Path
) -> Creation:
    file = shelf.path(asset.sha256, asset.mime) if asset else None
    return Creation(
        id=creation.creation_id,
        path=readable_copy(file, target) if file else None,
        file=file,
        mime=asset.mime if asset else "text/plain",
        prompt=op.prompt,
        text=creation.text,
        width=asset.width if asset else None,
        height=asset.height if asset else None,
        data=creation.data,
    )


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
