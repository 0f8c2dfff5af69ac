"""The schema language: how every provider describes what can be asked of it.

The magic's options, completion, validation and the forms are written once, against these types.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["text", "choice", "number", "model", "flag", "media"]
Place = Literal["body", "parameters"]


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice; ``multiplier`` is what it does to the price."""

    value: str
    label: str
    multiplier: float = 1.0


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be set. ``place`` says where the request body carries it."""

    id: str
    kind: Kind
    label: str
    place: Place = "parameters"
    help: str = ""
    default: Any = None
    options: tuple[Option, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    required: bool = False
    advanced: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """What runs a generator. ``credit_cost`` is per item, per second for video."""

    id: int
    name: str
    type: str
    credit_cost: float
    provider: str = ""
    description: str = ""
    ratios: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Generator:
    """Something that can be asked for: a slug and its fields."""

    slug: str
    title: str
    description: str
    type: str
    fields: tuple[Field, ...] = ()
    status: str = "active"

    def field(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.id == name), None)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person typed, before it is checked. Every surface fills one of these."""

    generator: str
    prompt: str | None = None
    model: int | str | None = None
    count: int | None = None
    aspect: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    public: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """Generator and fields, frozen. ``body`` is the canonical JSON that will be sent."""

    provider: str
    generator: str
    model: Model
    body: str
    prompt: str
    count: int
    public: bool

    @property
    def fields(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a request will cost and take. ``credits`` and ``seconds`` are totals; None is unknown."""

    credits: float | None
    seconds: float | None = None
    per_item: float | None = None
    discount: float = 0
    max_seconds: float | None = None
    source: str = ""
    adjustments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Balance:
    """Credits of an account: ``total = paid + free + earned``."""

    total: float
    paid: float = 0
    free: float = 0
    earned: float = 0


@dataclass(frozen=True, slots=True)
class Account:
    """Whose credits: ``id`` is stable for a key's owner, ``name`` is for people.

    ``blind``: the key may not read, so that lost answers cannot be looked up.
    """

    id: str
    name: str
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One creation as an answer described it: its text, and the addresses of its files."""

    id: str
    text: str | None = None
    urls: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer to a paid call, read."""

    items: tuple[Item, ...]
    charge: float | None = None
    estimated: float | None = None
    balance: float | None = None
    seconds: float | None = None
    model_name: str = ""
    adjustments: Mapping[str, Any] = field(default_factory=dict)


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal requests are equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def fingerprint(request: Request, base_url: str, account: str) -> str:
    """The identity of a request: provider, place, account, generator and the body as sent."""
    parts: Sequence[str] = (request.provider, base_url, account, request.generator, request.body)
    return hashlib.sha256(canonical(list(parts)).encode()).hexdigest()
