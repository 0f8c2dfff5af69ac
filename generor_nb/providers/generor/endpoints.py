"""The 45 operations of the API document, in one table."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from ...base.errors import InvalidRequest
from ...base.messages import say
from ...base.text import whole

Scope = Literal["read", "write", "generate"]


class Again(enum.Enum):
    """Whether a call may be sent again when its answer is lost.

    READ changes nothing, REPEATABLE has the same effect twice; ONCE and PAID have not.
    """

    READ = "read"
    REPEATABLE = "repeatable"
    ONCE = "once"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``path`` is below the base URL; ``scope`` is what the key must allow, None where none is needed."""

    method: str
    path: str
    scope: Scope | None
    again: Again

    @property
    def retry(self) -> bool:
        return self.again in (Again.READ, Again.REPEATABLE)

    def at(self, *parts: object) -> str:
        """The path with its placeholders filled, percent-encoded, in order.

        Raises:
            InvalidRequest: a part is empty or a step to another folder.
        """
        path = self.path
        for part in parts:
            name = path[path.index("{") + 1 : path.index("}")]
            text = whole(str(part)).strip()
            if text in ("", ".", ".."):
                raise InvalidRequest(say("path.bad", name=name, value=text), say("path.bad.hint"), field=name)
            path = path.replace(f"{{{name}}}", quote(text, safe=""), 1)
        return path


def _get(path: str, scope: Scope | None = None) -> Endpoint:
    return Endpoint("GET", path, scope, Again.READ)


def _write(method: str, path: str, again: Again = Again.REPEATABLE) -> Endpoint:
    return Endpoint(method, path, "write", again)


ENDPOINTS: dict[str, Endpoint] = {
    "generators.list": _get("/generators"),
    "generators.get": _get("/generators/{slug}"),
    "generators.creations": _get("/generators/{slug}/creations"),
    "generators.estimate": Endpoint("POST", "/generators/{slug}/estimate", None, Again.READ),
    "generators.generate": Endpoint("POST", "/generators/{slug}/generate", "generate", Again.PAID),
    "creations.mine": _get("/creations", "read"),
    "creations.public": _get("/creations/public"),
    "creations.search": _get("/creations/search"),
    "creations.get": _get("/creations/{creation_id}"),
    "creations.status": _get("/creations/{creation_id}/status", "read"),
    "creations.update": _write("PATCH", "/creations/{creation_id}"),
    "creations.delete": _write("DELETE", "/creations/{creation_id}"),
    "models.all": _get("/models"),
    "models.of_type": _get("/models/{type}"),
    "models.get": _get("/models/{type}/{model_id}"),
    "users.me": _get("/users/me", "read"),
    "users.update_me": _write("PATCH", "/users/me"),
    "users.get": _get("/users/{username}"),
    "users.creations": _get("/users/{username}/creations"),
    "users.followers": _get("/users/{username}/followers"),
    "users.following": _get("/users/{username}/following"),
    "users.follow": _write("POST", "/users/{username}/follow"),
    "users.unfollow": _write("DELETE", "/users/{username}/follow"),
    "users.is_following": _get("/users/{username}/follow", "read"),
    "teams.list": _get("/teams", "read"),
    "teams.create": _write("POST", "/teams", Again.ONCE),
    "teams.get": _get("/teams/{team_id}", "read"),
    "teams.leave": _write("DELETE", "/teams/{team_id}"),
    "teams.add_member": _write("POST", "/teams/{team_id}/members", Again.ONCE),
    "teams.remove_member": _write("DELETE", "/teams/{team_id}/members/{user_id}"),
    "teams.join": _write("POST", "/teams/join/{invite_code}", Again.ONCE),
    "teams.regenerate_invite": _write("POST", "/teams/{team_id}/invite", Again.ONCE),
    "teams.creations": _get("/teams/{team_id}/creations", "read"),
    "comments.list": _get("/creations/{creation_id}/comments"),
    "comments.add": _write("POST", "/creations/{creation_id}/comments", Again.ONCE),
    "comments.delete": _write("DELETE", "/comments/{comment_id}"),
    "comments.vote": _write("POST", "/comments/{comment_id}/vote", Again.ONCE),
    "ratings.get": _get("/creations/{creation_id}/rating"),
    "ratings.rate": _write("POST", "/creations/{creation_id}/rating"),
    "credits.balance": _get("/credits/balance", "read"),
    "credits.transactions": _get("/credits/transactions", "read"),
    "feed.list": _get("/feed", "read"),
    "api_keys.list": _get("/api-keys", "read"),
    "api_keys.create": _write("POST", "/api-keys", Again.ONCE),
    "api_keys.revoke": _write("DELETE", "/api-keys/{key_id}"),
}
