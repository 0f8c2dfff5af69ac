"""What a form's page looks up while it is filled in: models, teams, pictures. Each answer is a message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from .. import sessions
from ..base.errors import GenerorError
from ..base.text import line
from ..contract.schema import Ask, Model
from . import _drawn
from ._pricing import Pricer
from ._refs import Refs
from ._sheet import Sheet

MOST_PICTURES = 24

# What is sent to the page, and the bytes that go with it; None is no answer.
Message = tuple[dict[str, Any], list[bytes]]


class Lookups:
    """Answers what can be asked of a form without changing it.

    Args:
        current: who is asked where the form does not know.
        sheet: its fields and models.
        refs: its media.
        pricer: composes what has not been filled in yet.
    """

    def __init__(self, current: sessions.Session, sheet: Sheet, refs: Refs, pricer: Pricer) -> None:
        self._session, self._sheet, self._refs, self._pricer = current, sheet, refs, pricer

    async def models(self, _told: Mapping[str, Any]) -> Message:
        return _models([_drawn.card(self._sheet, model) for model in self._by_price()])

    async def times(self, _told: Mapping[str, Any]) -> Message | None:
        """How long each model takes; a real account is not asked for each of them."""
        if self._session.provider.real:
            return None
        cards = []
        for model in self._by_price():
            ask = Ask(self._sheet.generator.slug, "…", model=model.id)
            request, _ = await self._pricer.composed(ask)
            estimate = await self._session.priced(request)
            cards.append(_drawn.card(self._sheet, model, estimate.seconds))
        return _models(cards)

    def _by_price(self) -> list[Model]:
        return sorted(self._sheet.models, key=lambda m: (m.credit_cost or 0, m.name))

    async def teams(self, _told: Mapping[str, Any]) -> Message | None:
        """What the account may make things under; nothing where it may not say."""
        try:
            teams = await sessions.client(self._session).teams.list(per_page=100)
        except GenerorError:
            return None
        options = [{"value": str(team.team_id), "label": line(team.name, 60)} for team in teams]
        return {"kind": "teams", "teams": options}, []

    async def pictures(self, told: Mapping[str, Any]) -> Message:
        """Small pictures of the media that stands in it."""
        return self._pictures([str(ref) for ref in told.get("refs", ())][:MOST_PICTURES])

    async def earlier(self, told: Mapping[str, Any]) -> Message:
        """What was made before and fits a field."""
        key = self._sheet.name(str(told.get("key", "")))
        items = self._refs.earlier(key)
        return self._pictures([one["ref"] for one in items], key=key, items=items)

    def _pictures(self, refs: list[str], **more: Any) -> Message:
        return {"kind": "pictures", "refs": refs, **more}, [self._refs.picture(ref) for ref in refs]


def _models(cards: list[dict[str, Any]]) -> Message:
    return {"kind": "models", "models": cards}, []


# By what the page calls them.
LOOKUPS: dict[str, Callable[[Lookups, Mapping[str, Any]], Awaitable[Message | None]]] = {
    "models": Lookups.models,
    "times": Lookups.times,
    "teams": Lookups.teams,
    "thumbs": Lookups.pictures,
    "earlier": Lookups.earlier,
}
