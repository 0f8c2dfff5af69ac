"""Comments and ratings."""

from __future__ import annotations

from ....contract import generor as api
from ....contract.generor import CommentPayload, RatingPayload
from ..pages import Pages, Span
from ..wire import Wire
from . import checks


class Comments:
    """What people say of a creation (API document: "Comments")."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def list(
        self,
        creation_id: int | str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        sort: str | None = None,
    ) -> Pages[CommentPayload]:
        """Comments on a creation; ``parent_id`` names the one that is answered. GET /creations/{id}/comments.

        >>> async for comment in client.comments.list(12345):  # doctest: +SKIP
        ...     print(comment.username, comment.text)
        """
        return self._wire.pages(
            "comments.list",
            CommentPayload,
            checks.number("creation_id", creation_id),
            ident="comment_id",
            span=Span(page, per_page, sort),
        )

    async def add(
        self, creation_id: int | str, text: str, *, parent_id: int | str | None = None
    ) -> CommentPayload:
        """Comment on a creation, or answer a comment. POST /creations/{id}/comments.

        Not sent again when the answer is lost: it might stand there twice.

        Args:
            creation_id: the creation.
            text: what to say.
            parent_id: the comment that is answered.
        """
        number = checks.number("creation_id", creation_id)
        parent = None if parent_id is None else checks.number("parent_id", parent_id)
        body = {"text": checks.text("text", text), "parent_id": parent}
        known = {"creation_id": number, **body}
        return await self._wire.one("comments.add", CommentPayload, number, json=body, known=known)

    async def delete(self, comment_id: int | str) -> CommentPayload:
        """Delete one's own comment; its place in the thread may stay. DELETE /comments/{id}."""
        number = checks.number("comment_id", comment_id)
        return await self._wire.one("comments.delete", CommentPayload, number, known={"comment_id": number})

    async def vote(self, comment_id: int | str, vote: str) -> CommentPayload:
        """Vote a comment ``"up"`` or ``"down"``. POST /comments/{id}/vote."""
        number = checks.number("comment_id", comment_id)
        body = {"vote": checks.one_of("vote", vote, api.VOTES)}
        return await self._wire.one(
            "comments.vote", CommentPayload, number, json=body, known={"comment_id": number}
        )


class Ratings:
    """What people think of a creation, from 1 to 5 (API document: "Ratings")."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def get(self, creation_id: int | str) -> RatingPayload:
        """The average and how many rated. GET /creations/{id}/rating."""
        return await self._wire.one("ratings.get", RatingPayload, checks.number("creation_id", creation_id))

    async def rate(self, creation_id: int | str, score: int) -> RatingPayload:
        """Rate a creation from 1 to 5; a second rating replaces the first. POST /creations/{id}/rating.

        >>> await client.ratings.rate(12345, 5)  # doctest: +SKIP
        """
        number = checks.number("creation_id", creation_id)
        body = {"score": checks.one_of("score", score, range(1, api.MAX_SCORE + 1))}
        known = {"creation_id": number, **body}
        return await self._wire.one("ratings.rate", RatingPayload, number, json=body, known=known)
