"""Operations on creations: lists, one, its comments and its rating."""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import Connection
from starlette.responses import FileResponse, Response

from . import comments, creations, ratings
from .accounts import Caller
from .answers import missing, success
from .checks import is_digits
from .creations import IS_PUBLIC, by, from_generator, listing
from .dispatch import Call
from .generators_api import generator_filter

MEDIA_HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'"}


async def list_my_creations(call: Call) -> Response:
    """List my creations, private ones too."""
    wanted = by(call.user_id), from_generator(generator_filter(call))
    return await call.list(listing, call.parts.catalogue, *wanted)


async def list_public_creations(call: Call) -> Response:
    """List everybody's public creations."""
    wanted = IS_PUBLIC, from_generator(generator_filter(call))
    return await call.list(listing, call.parts.catalogue, *wanted)


async def search_creations(call: Call) -> Response:
    """Search public creations by the words of their prompts."""
    return await call.list(listing, call.parts.catalogue, IS_PUBLIC, creations.matching(call.query("q")))


async def list_feed(call: Call) -> Response:
    """List the public creations of those I follow."""
    wanted = IS_PUBLIC, creations.of_followed(call.user_id), from_generator(generator_filter(call))
    return await call.list(listing, call.parts.catalogue, *wanted)


async def get_creation(call: Call) -> Response:
    """Show a creation; a private one only to its owner."""
    found = await call.read(creations.one, call.id("Creation"), call.caller, call.parts.catalogue)
    return success(found)


async def get_creation_status(call: Call) -> Response:
    """Tell how far a creation is."""
    return success(await call.read(creations.status, call.id("Creation"), call.account))


async def update_creation(call: Call) -> Response:
    """Change the privacy or the license of a creation of mine."""
    creation_id = call.id("Creation")
    await call.read(creations.find_own, creation_id, call.account)
    changes = await call.fields()

    def change(connection: Connection) -> dict[str, Any]:
        creations.find_own(connection, creation_id, call.account)
        return creations.change(connection, creation_id, changes, call.parts.catalogue)

    return success(await call.write(change))


async def delete_creation(call: Call) -> Response:
    """Delete a creation of mine."""
    creation_id = call.id("Creation")

    def delete(connection: Connection) -> dict[str, Any]:
        creations.find_own(connection, creation_id, call.account)
        return creations.delete(connection, creation_id, call.now)

    return success(await call.write(delete))


async def list_comments(call: Call) -> Response:
    """List a creation's comments."""
    creation_id = call.id("Creation")
    await call.read(creations.find, creation_id, call.caller)
    return await call.list(comments.listing, creation_id)


async def add_comment(call: Call) -> Response:
    """Comment a creation, or answer a comment of it."""
    creation_id = call.id("Creation")
    await call.read(creations.find, creation_id, call.caller, "write")
    given = await call.fields()

    def add(connection: Connection) -> dict[str, Any]:
        creations.find(connection, creation_id, call.caller, "write")
        if (parent_id := given.get("parent_id")) is not None:
            comments.check_parent(connection, creation_id, parent_id)
        return comments.add(connection, creation_id, call.user_id, given["text"], parent_id, call.now)

    return success(await call.write(add), status=201)


async def delete_comment(call: Call) -> Response:
    """Delete a comment of mine; its place in the thread stays."""
    return success(await call.write(comments.delete, call.id("Comment"), call.user_id))


async def vote_comment(call: Call) -> Response:
    """Vote a comment up or down."""
    comment_id = call.id("Comment")
    await call.read(_reach_comment, comment_id, call.account)
    given = await call.fields()

    def vote(connection: Connection) -> dict[str, Any]:
        _reach_comment(connection, comment_id, call.account)
        return comments.vote(connection, comment_id, call.user_id, given["vote"])

    return success(await call.write(vote))


async def get_rating(call: Call) -> Response:
    """Tell a creation's average rating."""
    creation_id = call.id("Creation")

    def read(connection: Connection) -> dict[str, Any]:
        creations.find(connection, creation_id, call.caller)
        return ratings.average(connection, creation_id)

    return success(await call.read(read))


async def rate_creation(call: Call) -> Response:
    """Rate a creation from 1 to 5, or change my rating."""
    creation_id = call.id("Creation")
    await call.read(creations.find, creation_id, call.caller, "write")
    given = await call.fields()

    def rate(connection: Connection) -> dict[str, Any]:
        creations.find(connection, creation_id, call.caller, "write")
        return ratings.rate(connection, creation_id, call.user_id, given["score"])

    return success(await call.write(rate))


async def get_media(call: Call) -> Response:
    """A creation's file. Its address is enough: what is private has a name nobody can guess."""
    owner = call.path("user_id")
    number = int(owner) if is_digits(owner) else 0
    file = await call.read(creations.file_of, number, call.path("folder"), call.path("name"))
    path = call.parts.media.path(file["digest"]) if file else None
    if file is None or path is None or not path.exists():
        raise missing("File")
    if sys.platform == "emscripten":
        return Response(path.read_bytes(), media_type=file["mime"], headers=MEDIA_HEADERS)
    return FileResponse(path, media_type=file["mime"], headers=MEDIA_HEADERS)


def _reach_comment(connection: Connection, comment_id: int, caller: Caller) -> None:
    creation_id = comments.find(connection, comment_id)["creation_id"]
    creations.find(connection, creation_id, caller, "write")
