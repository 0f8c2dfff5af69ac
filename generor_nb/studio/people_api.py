"""Operations on other people."""

from __future__ import annotations

from starlette.responses import Response

from . import people
from .answers import success
from .creations import IS_PUBLIC, by, listing
from .dispatch import Call


async def get_user(call: Call) -> Response:
    """Show somebody's public profile."""
    return success(await call.read(people.public_profile, await _user(call)))


async def list_user_creations(call: Call) -> Response:
    """List somebody's public creations."""
    return await call.list(listing, call.parts.catalogue, IS_PUBLIC, by(await _user(call)))


async def list_followers(call: Call) -> Response:
    """List who follows somebody."""
    return await call.list(people.followers, await _user(call))


async def list_following(call: Call) -> Response:
    """List whom somebody follows."""
    return await call.list(people.following, await _user(call))


async def get_follow(call: Call) -> Response:
    """Tell whether I follow somebody."""
    return success(await call.read(people.follows_whom, call.user_id, await _user(call)))


async def follow(call: Call) -> Response:
    """Follow somebody."""
    return success(await call.write(people.follow, call.user_id, await _user(call), call.now))


async def unfollow(call: Call) -> Response:
    """Stop following somebody."""
    return success(await call.write(people.unfollow, call.user_id, await _user(call)))


async def _user(call: Call) -> int:
    return await call.read(people.find, call.path("username"))
