"""Generators, creations, models and the feed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from ....base import loop
from ....contract import generor as api
from ....contract.generor import (
    CreationPayload,
    DonePayload,
    EstimatePayload,
    GeneratorPayload,
    ModelPayload,
    StatusPayload,
)
from ....contract.schema import Ask
from ..pages import ByType, Pages, Rows, Span
from ..provider import TEAM
from ..wire import Wire, across
from . import checks


class Generators:
    """What can be asked for, what it costs, and asking for it (API document: "Generators")."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(self, status: str | None = None) -> Rows[GeneratorPayload]:
        """All generators. GET /generators.

        Args:
            status: active (the server's default), development or all.

        >>> [g.slug for g in await client.generators.list()]  # doctest: +SKIP
        ['image', 'joke', …]
        """
        params = {} if status is None else {"status": status}
        return await self._wire.rows("generators.list", GeneratorPayload, params=params)

    async def get(self, slug: str) -> GeneratorPayload:
        """One generator with its parameters. GET /generators/{slug}.

        Raises:
            NotFound: there is none of this name.
        """
        return await self._wire.one("generators.get", GeneratorPayload, slug)

    def creations(
        self,
        slug: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        sort: str | None = None,
    ) -> Pages[CreationPayload]:
        """What others made public with a generator. GET /generators/{slug}/creations."""
        span = Span(page, per_page, sort)
        return self._wire.pages("generators.creations", CreationPayload, slug, ident="creation_id", span=span)

    async def estimate(
        self,
        slug: str,
        prompt: str | None = None,
        *,
        model: int | str | None = None,
        count: int | None = None,
        aspect: str | None = None,
        settings: Mapping[str, Any] | None = None,
        public: bool = False,
        team: int | None = None,
    ) -> EstimatePayload:
        """What the same ``generate`` would cost and take. Free. POST /generators/{slug}/estimate.

        The request is checked first, as ``generate`` does; ``dropped`` of what comes back names parameters
        that the server would not use as they are.

        Raises:
            InvalidRequest: something in it is wrong; nothing was sent.

        >>> (await client.generators.estimate("joke", "cats", count=5)).credit_cost.total  # doctest: +SKIP
        5
        """
        ask = _ask(slug, prompt, model, count, aspect, settings, public, team)
        request = await across(self._wire.provider.compose(ask))
        estimate = await self._wire.one(
            "generators.estimate", EstimatePayload, request.generator, json=request.fields
        )
        estimate.compare(request.fields.get("parameters", {}))
        return estimate

    async def generate(
        self,
        slug: str,
        prompt: str | None = None,
        *,
        model: int | str | None = None,
        count: int | None = None,
        aspect: str | None = None,
        settings: Mapping[str, Any] | None = None,
        public: bool = False,
        team: int | None = None,
        max_credits: float | None = None,
        take: int | None = None,
        again: bool = False,
        yes: bool = False,
    ) -> Any:
        """Make something, at most once per request. POST /generators/{slug}/generate.

        It goes the way of every cell: priced, capped, journaled before it is sent, never sent twice. A
        request that was paid for before comes from disk, for 0 credits. To cancel the await stops the
        waiting; what was sent goes on, and the same call returns it later.

        Args:
            slug: the generator.
            prompt: what to make.
            model: id or name; the generator's default otherwise.
            count: how many, 1 to 10.
            aspect: a ratio, e.g. ``"16:9"``.
            settings: the generator's own parameters.
            public: whether everybody may see it.
            team: make it under this team.
            max_credits: refuse when more than this could be charged; the client's option otherwise.
            take: which paid sample of the same request.
            again: pay for the next one.
            yes: needs no confirmation.

        Returns:
            A ``generor_nb.Result``.

        Raises:
            OverBudget: a cap would be passed; nothing was sent.
            NeedsConfirmation: it would be asked about first; nothing was sent. Pass ``yes=True``.
            OutcomeUnknown: it was sent, and no clear answer came.

        >>> (await client.generators.generate("image", "a lighthouse")).charge  # doctest: +SKIP
        6
        """
        ask = _ask(slug, prompt, model, count, aspect, settings, public, team)
        cap = self._wire.options.max_credits if max_credits is None else max_credits
        session = self._wire.session
        terms = self._wire.terms(max_credits=cap, take=take, again=again, yes=yes)

        async def whole() -> Any:
            return await session.spend(await session.plan(ask, terms))

        # Unlike a free call, what has not been sent yet is called off with the waiting.
        return await asyncio.wrap_future(loop.submit(whole()))


def _ask(
    slug: str,
    prompt: str | None,
    model: int | str | None,
    count: int | None,
    aspect: str | None,
    settings: Mapping[str, Any] | None,
    public: bool,
    team: int | None,
) -> Ask:
    given = dict(settings or {})
    if team is not None:
        given[TEAM] = checks.number("team", team)
    return Ask(slug, prompt, model, count, aspect, given, public)


class Creations:
    """Things that were made (API document: "Creations")."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def mine(
        self,
        generator: str | None = None,
        *,
        page: int | None = None,
        per_page: int | None = None,
        sort: str | None = None,
    ) -> Pages[CreationPayload]:
        """One's own, private ones too. GET /creations.

        Args:
            generator: only those of this one.
            page: the first page to read.
            per_page: 1 to 100.
            sort: newest or oldest; oldest first does not shift while one reads.

        Raises:
            InvalidRequest: out of range; nothing was sent.

        >>> async for creation in client.creations.mine("image", sort="oldest"):  # doctest: +SKIP
        ...     print(creation.prompt)
        """
        return self._listed("creations.mine", Span(page, per_page, sort), generator=generator)

    def public(
        self,
        generator: str | None = None,
        *,
        page: int | None = None,
        per_page: int | None = None,
        sort: str | None = None,
    ) -> Pages[CreationPayload]:
        """Everybody's public ones. GET /creations/public."""
        return self._listed("creations.public", Span(page, per_page, sort), generator=generator)

    def search(
        self,
        words: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        sort: str | None = None,
    ) -> Pages[CreationPayload]:
        """Public ones by the words of their prompts. GET /creations/search.

        >>> first = await client.creations.search("sunset mountain")  # doctest: +SKIP
        """
        return self._listed("creations.search", Span(page, per_page, sort), q=checks.text("words", words))

    def _listed(self, name: str, span: Span, **params: str | None) -> Pages[CreationPayload]:
        return self._wire.pages(name, CreationPayload, ident="creation_id", span=span, params=params)

    async def get(self, creation_id: int | str) -> CreationPayload:
        """One creation with its files and the generator's own data. GET /creations/{id}.

        Raises:
            NotFound: there is none, or it was deleted.
            Forbidden: it is somebody else's and private.
        """
        number = checks.number("creation_id", creation_id)
        return await self._wire.one("creations.get", CreationPayload, number)

    async def status(self, creation_id: int | str) -> StatusPayload:
        """pending, generating, completed, failed or cancelled. GET /creations/{id}/status."""
        number = checks.number("creation_id", creation_id)
        return await self._wire.one("creations.status", StatusPayload, number)

    async def update(
        self, creation_id: int | str, *, public: bool | None = None, license: int | None = None
    ) -> CreationPayload:
        """Change who may see one's creation, or its license. PATCH /creations/{id}.

        Args:
            creation_id: the creation.
            public: True shows it to everybody.
            license: 1 is Open GO-1.0, 2 is Exclusive GE-1.0.

        Raises:
            InvalidRequest: nothing is given, or no such license.
        """
        number = checks.number("creation_id", creation_id)
        if public is not None:
            checks.one_of("public", str(public), ("True", "False"))
        if license is not None:
            checks.one_of("license", license, api.LICENSES)
        mode = checks.KEEP if public is None else int(not public)
        kind = checks.KEEP if license is None else license
        body = checks.changes(privacy_mode=mode, license=kind)
        known = {"creation_id": number, **body}
        return await self._wire.one("creations.update", CreationPayload, number, json=body, known=known)

    async def delete(self, creation_id: int | str) -> DonePayload:
        """Delete one's creation; the server keeps it out of sight (a soft delete). DELETE /creations/{id}."""
        number = checks.number("creation_id", creation_id)
        return await self._wire.one("creations.delete", DonePayload, number)


class Models:
    """What runs a generator, and its price (API document: "Models")."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def all(self) -> ByType:
        """All models, keyed by type. GET /models.

        >>> [m.name for m in (await client.models.all())["image"]]  # doctest: +SKIP
        ['Flux Schnell', …]
        """
        return await self._wire.models_by_type()

    async def of_type(self, type: str) -> Rows[ModelPayload]:
        """Models of one of the nine types. GET /models/{type}.

        Raises:
            InvalidRequest: there is no such type; with the nearest ones.
        """
        kind = checks.one_of("type", type, api.MODEL_TYPES)
        return await self._wire.rows("models.of_type", ModelPayload, kind)

    async def get(self, type: str, model_id: int | str) -> ModelPayload:
        """One model: price, ratios, durations. GET /models/{type}/{id}."""
        kind, number = checks.one_of("type", type, api.MODEL_TYPES), checks.number("model_id", model_id)
        return await self._wire.one("models.get", ModelPayload, kind, number)


class Feed:
    """What the people one follows made public (API document: "Feed")."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def list(
        self, generator: str | None = None, *, page: int | None = None, per_page: int | None = None
    ) -> Pages[CreationPayload]:
        """Their creations, newest first. GET /feed.

        >>> async for creation in client.feed.list("image"):  # doctest: +SKIP
        ...     print(creation.username, creation.prompt)
        """
        span = Span(page, per_page)
        return self._wire.pages(
            "feed.list", CreationPayload, ident="creation_id", span=span, params={"generator": generator}
        )
