"""Creations as the API shows them, and who may see which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from .answers import Refused, missing
from .catalogue import Catalogue
from .store import assets, creations, users

# What a model's type is called in a creation, and the folder its files are served from.
TYPE_OF = {"text": "text", "image": "img"}
PUBLIC, PRIVATE = 0, 1
LISTS = {"img": "images"}


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    number: int = 1
    size: int = 20
    oldest_first: bool = False


def listing(
    connection: Connection,
    catalogue: Catalogue,
    page: Page,
    *,
    user_id: int | None = None,
    generator: str | None = None,
) -> tuple[list[dict[str, Any]], int]:
    """Finished creations: one account's own, or everybody's public ones; and how many there are."""
    wanted = _visible()
    wanted.append(creations.c.privacy_mode == PUBLIC if user_id is None else creations.c.user_id == user_id)
    if generator is not None:
        wanted.append(creations.c.generator == generator)
    total = connection.execute(select(func.count()).select_from(creations).where(*wanted)).scalar_one()
    skipped = (page.number - 1) * page.size
    if skipped >= total:
        return [], total
    order = creations.c.creation_id.asc() if page.oldest_first else creations.c.creation_id.desc()
    rows = connection.execute(_with_user().where(*wanted).order_by(order).limit(page.size).offset(skipped))
    return _payloads(connection, catalogue, rows.mappings().all()), total


def one(
    connection: Connection, catalogue: Catalogue, creation_id: int, user_id: int | None
) -> dict[str, Any]:
    """A finished creation that this account, or anybody, may see."""
    wanted = (*_visible(), creations.c.creation_id == creation_id)
    row = connection.execute(_with_user().where(*wanted)).mappings().one_or_none()
    _check_access(row, user_id)
    return _payloads(connection, catalogue, [row] if row else [])[0]


def status(connection: Connection, creation_id: int, user_id: int) -> dict[str, Any]:
    """How far a creation is, finished or not."""
    columns = (creations.c.user_id, creations.c.privacy_mode, creations.c.status)
    wanted = (creations.c.creation_id == creation_id, creations.c.deleted_at.is_(None))
    row = connection.execute(select(*columns).where(*wanted)).mappings().one_or_none()
    _check_access(row, user_id)
    return {"creation_id": creation_id, "status": row["status"] if row else ""}


def file_of(connection: Connection, user_id: int, folder: str, name: str) -> RowMapping | None:
    """The stored file behind a media address. A private one has a name that cannot be guessed."""
    wanted = (assets.c.folder == folder, assets.c.name == name, creations.c.user_id == user_id, *_visible())
    joined = select(assets).join_from(assets, creations, assets.c.creation_id == creations.c.creation_id)
    return connection.execute(joined.where(*wanted)).mappings().one_or_none()


def media_path(user_id: int, folder: str, name: str) -> str:
    return f"/users/{user_id}/{folder}/{name}"


def _visible() -> list[ColumnElement[bool]]:
    return [creations.c.status == "completed", creations.c.deleted_at.is_(None)]


def _with_user() -> Any:
    return select(creations, users.c.username).join_from(
        creations, users, creations.c.user_id == users.c.user_id
    )


def _check_access(row: RowMapping | None, user_id: int | None) -> None:
    if row is None:
        raise missing("Creation")
    if row["privacy_mode"] == PUBLIC or row["user_id"] == user_id:
        return
    if user_id is None:
        raise Refused("UNAUTHORIZED", "This creation is private: an API key is required")
    raise Refused("FORBIDDEN", "This creation is private")


def _payloads(
    connection: Connection, catalogue: Catalogue, rows: Sequence[RowMapping]
) -> list[dict[str, Any]]:
    files: dict[int, list[RowMapping]] = {row["creation_id"]: [] for row in rows}
    found = select(assets).where(assets.c.creation_id.in_(files)).order_by(assets.c.asset_id)
    for file in connection.execute(found).mappings():
        files[file["creation_id"]].append(file)
    return [_payload(row, files[row["creation_id"]], catalogue) for row in rows]


def _payload(row: RowMapping, files: Iterable[RowMapping], catalogue: Catalogue) -> dict[str, Any]:
    model = catalogue.models.get(row["model_id"])
    shown = (
        "creation_id",
        "generator",
        "user_id",
        "username",
        "prompt",
        "created_at",
        "privacy_mode",
        "type",
    )
    media: dict[str, list[dict[str, Any]]] = {"images": [], "videos": [], "audios": []}
    for file in files:
        url = media_path(row["user_id"], file["folder"], file["name"])
        media[LISTS[file["folder"]]].append({"url": url, "width": file["width"], "height": file["height"]})
    return {
        **{name: row[name] for name in shown},
        "license": row["license"],
        "model_id": row["model_id"],
        "model_name": model.name if model else "",
        **media,
        "text": row["text"],
        "generator_data": row["generator_data"],
    }
