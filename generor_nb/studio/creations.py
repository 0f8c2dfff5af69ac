"""Creations as the API shows them, who may see which, and what an owner can change."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, literal, or_, select, update

from .accounts import Caller
from .answers import Refused, missing
from .catalogue import Catalogue
from .paging import Page, cut
from .store import assets, creations, follows, users

# What a model's type is called in a creation, and the folder its files are served from.
TYPE_OF = {
    "text": "text",
    "image": "img",
    "upscale": "img",
    "backgroundremoval": "img",
    "vector": "svg",
    "video": "video",
    "speech": "audio",
    "music": "audio",
    "soundeffect": "audio",
}
PUBLIC, PRIVATE = 0, 1
LICENSES = (1, 2)
POSTERS = "poster"
LISTS = {"img": "images", "svg": "images", "video": "videos", "audio": "audios"}
MAX_WORDS = 32
_SECRET = re.compile(r"-[0-9a-f]{32}(?=\.)")

Condition = ColumnElement[bool]
IS_PUBLIC: Condition = creations.c.privacy_mode == PUBLIC
FINISHED: Condition = and_(creations.c.status == "completed", creations.c.deleted_at.is_(None))


def by(user_id: int) -> Condition:
    return creations.c.user_id == user_id


def from_generator(slug: str | None) -> Condition:
    return creations.c.generator == slug if slug is not None else literal(True)


def matching(query: str) -> Condition:
    """Prompts that hold every word of the query, in any case."""
    prompt = func.casefold(creations.c.prompt)
    return and_(*(func.instr(prompt, word) > 0 for word in query.casefold().split()[:MAX_WORDS]))


def of_followed(user_id: int) -> Condition:
    followed = select(follows.c.followed_id).where(follows.c.follower_id == user_id)
    return creations.c.user_id.in_(followed)


def of_team(team_id: int, user_id: int) -> Condition:
    """What a team made, as one of its members may see it: a private creation stays its maker's."""
    return and_(creations.c.team_id == team_id, or_(IS_PUBLIC, by(user_id)))


def listing(
    connection: Connection, page: Page, catalogue: Catalogue, *wanted: Condition
) -> tuple[list[dict[str, Any]], int]:
    """Finished creations, and how many there are. Who may see them is for ``wanted`` to say."""
    rows, total = cut(connection, _with_user().where(FINISHED, *wanted), creations.c.creation_id, page)
    return _payloads(connection, catalogue, rows), total


def find(connection: Connection, creation_id: int, caller: Caller | None, scope: str = "read") -> RowMapping:
    """A finished creation that this caller, or anybody, may see.

    Raises:
        Refused: it is not there, or private and another's, or the key lacks the scope for what is private.
    """
    row = _row(connection, creation_id)
    _check_access(row, caller)
    if row["privacy_mode"] == PRIVATE and caller and not caller.may(scope):
        raise Refused("FORBIDDEN", f"This key lacks the scope {scope}")
    return row


def find_own(connection: Connection, creation_id: int, caller: Caller) -> RowMapping:
    """A finished creation that this caller may change."""
    row = _row(connection, creation_id)
    if row["user_id"] != caller.user_id:
        raise Refused("FORBIDDEN", "Only its owner may change a creation")
    return row


def one(
    connection: Connection, creation_id: int, caller: Caller | None, catalogue: Catalogue
) -> dict[str, Any]:
    """A creation in full."""
    return _payloads(connection, catalogue, [find(connection, creation_id, caller)])[0]


def status(connection: Connection, creation_id: int, caller: Caller) -> dict[str, Any]:
    """How far a creation is, finished or not."""
    columns = (creations.c.user_id, creations.c.privacy_mode, creations.c.status)
    wanted = (creations.c.creation_id == creation_id, creations.c.deleted_at.is_(None))
    row = _one(connection, select(*columns).where(*wanted))
    _check_access(row, caller)
    return {"creation_id": creation_id, "status": row["status"]}


def change(
    connection: Connection, creation_id: int, changes: Mapping[str, Any], catalogue: Catalogue
) -> dict[str, Any]:
    """Change privacy or license; what becomes private gets addresses that nobody knows."""
    mine = creations.c.creation_id == creation_id
    before = _row(connection, creation_id)["privacy_mode"]
    if changes:
        connection.execute(update(creations).where(mine).values(**changes))
    if before == PUBLIC and changes.get("privacy_mode") == PRIVATE:
        _hide_files(connection, creation_id)
    return _payloads(connection, catalogue, [_row(connection, creation_id)])[0]


def delete(connection: Connection, creation_id: int, now: str) -> dict[str, Any]:
    """From now on it is nowhere; its row and its files stay."""
    mine = creations.c.creation_id == creation_id
    connection.execute(update(creations).where(mine).values(deleted_at=now))
    return {"creation_id": creation_id, "deleted": True}


def file_of(connection: Connection, user_id: int, folder: str, name: str) -> RowMapping | None:
    """The stored file behind a media address. A private one has a name that cannot be guessed."""
    wanted = (assets.c.folder == folder, assets.c.name == name, by(user_id), FINISHED)
    joined = select(assets).join_from(assets, creations, assets.c.creation_id == creations.c.creation_id)
    return connection.execute(joined.where(*wanted)).mappings().one_or_none()


def file_name(stem: str, extension: str, privacy_mode: int) -> str:
    return _named(f"{stem}.{extension}", privacy_mode)


def media_path(user_id: int, folder: str, name: str) -> str:
    return f"/users/{user_id}/{folder}/{name}"


def _named(name: str, privacy_mode: int) -> str:
    stem, dot, extension = _SECRET.sub("", name).rpartition(".")
    secret = f"-{secrets.token_hex(16)}" if privacy_mode == PRIVATE else ""
    return f"{stem}{secret}{dot}{extension}"


def _hide_files(connection: Connection, creation_id: int) -> None:
    mine = select(assets.c.asset_id, assets.c.name).where(assets.c.creation_id == creation_id)
    for asset_id, name in connection.execute(mine).all():
        hidden = update(assets).where(assets.c.asset_id == asset_id).values(name=_named(name, PRIVATE))
        connection.execute(hidden)


def _with_user() -> Any:
    return select(creations, users.c.username).join_from(
        creations, users, creations.c.user_id == users.c.user_id
    )


def _row(connection: Connection, creation_id: int) -> RowMapping:
    return _one(connection, _with_user().where(FINISHED, creations.c.creation_id == creation_id))


def _one(connection: Connection, wanted: Any) -> RowMapping:
    row: RowMapping | None = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise missing("Creation")
    return row


def _check_access(row: RowMapping, caller: Caller | None) -> None:
    if row["privacy_mode"] == PUBLIC or (caller and row["user_id"] == caller.user_id):
        return
    if caller is None:
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


def _url(row: RowMapping, file: RowMapping) -> str:
    return media_path(row["user_id"], file["folder"], file["name"])


def _payload(row: RowMapping, files: Sequence[RowMapping], catalogue: Catalogue) -> dict[str, Any]:
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
    poster = next((_url(row, file) for file in files if file["folder"] == POSTERS), None)
    seconds = (row["generator_data"] or {}).get("seconds")
    further = {"poster_url": poster, "seconds": seconds}
    told = {name: value for name, value in further.items() if value is not None}
    for file in files:
        if file["folder"] != POSTERS:
            size = {"width": file["width"], "height": file["height"]}
            media[LISTS[file["folder"]]].append({"url": _url(row, file), **size, **told})
    return {
        **{name: row[name] for name in shown},
        "license": row["license"],
        "model_id": row["model_id"],
        "model_name": model.name if model else "",
        **media,
        "text": row["text"],
        "generator_data": row["generator_data"],
    }
