"""Operations on my own account: profile, credits, keys."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from . import keys, ledger, people
from .answers import success
from .dispatch import Call


async def get_me(call: Call) -> Response:
    """Show my profile, credits and teams."""
    return success(await call.read(people.own_profile, call.user_id))


async def update_me(call: Call) -> Response:
    """Change my bio or website; null clears it."""
    changes = await call.fields()
    return success(await call.write(people.change, call.user_id, changes))


async def get_balance(call: Call) -> Response:
    """Show my credits."""

    def read(connection: Connection) -> dict[str, int]:
        return ledger.funds(connection, call.user_id).payload()

    return success(await call.read(read))


async def list_transactions(call: Call) -> Response:
    """List what my credits came from and went to."""
    kind: Any = call.query("type")
    return await call.list(ledger.history, call.user_id, kind)


async def list_api_keys(call: Call) -> Response:
    """List my active keys by their beginnings."""
    return await call.list(keys.listing, call.user_id)


async def create_api_key(call: Call) -> Response:
    """Make a key of no more than the scopes of the one that asks; it is shown this once."""
    given = await call.fields()
    asked = given["name"], given.get("scopes", [])
    made = await call.write(keys.create, call.user_id, call.account.scopes, *asked, call.now)
    return success(made, status=201)


async def revoke_api_key(call: Call) -> Response:
    """Make a key invalid, at once."""
    return success(await call.write(keys.revoke, call.user_id, call.id("API key"), call.now))
