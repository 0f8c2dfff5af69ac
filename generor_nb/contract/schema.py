"""The schema language: how every provider describes what can be asked of it.

The magic's options, completion, validation and the forms are written once, against these types.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..base.messages import in_credits, say
from ..base.text import credits

Kind = Literal["text", "choice", "number", "model", "flag", "media"]
ModelId = int | str
# Where a price comes from: the provider priced this very request, it is always the same, earlier charges
# show it, or nobody knows it before it is charged.
Basis = Literal["told", "fixed", "history", "unknown"]
Place = Literal["body", "parameters"]


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice; ``multiplier`` is what it does to the price."""

    value: str
    label: str
    multiplier: float = 1.0


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be set. ``place`` says where the request body carries it.

    A choice that is ``open`` takes other values than its options too: the API may know more of them.
    """

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
    open: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for media: the option that fills it, the body field it becomes, what belongs there."""

    option: str
    field: str
    kind: Literal["image", "video", "audio"]
    most: int = 1

    @property
    def flag(self) -> str:
        return "--" + self.option.replace("_", "-")


SLOTS = {
    slot.option: slot
    for slot in (
        Slot("image", "image_url", "image"),
        Slot("end_image", "ending_frame_url", "image"),
        Slot("reference", "reference_images", "image", 9),
        Slot("video", "video_url", "video"),
        Slot("reference_video", "reference_videos", "video", 3),
        Slot("audio", "reference_audio", "audio"),
    )
}


# How a provider takes media: the bytes themselves in the request, addresses alone, bytes that are uploaded
# first, or names of files that it keeps already.
Takes = Literal["bytes", "addresses", "uploads", "paths"]


@dataclass(frozen=True, slots=True)
class Medium:
    """Media as a body carries it: its ``address``, and a ``digest`` of what lies there.

    ``data`` is the media itself, where it has to be uploaded first; it has no address then.
    """

    address: str
    digest: str
    data: bytes = field(default=b"", repr=False)
    mime: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """What runs a generator. ``credit_cost`` is per item, per second for video; None is not told.

    ``durations`` are in seconds. ``takes`` says how many of a body field it uses: 0 ignores it, and what is
    not named is not known. ``qualities`` are models of their own, this one among them; sound multiplies the
    price by ``audio_multiplier``.
    """

    id: ModelId
    name: str
    type: str
    credit_cost: float | None
    provider: str = ""
    description: str = ""
    ratios: tuple[str, ...] = ()
    durations: tuple[int, ...] = ()
    default_duration: int | None = None
    takes: tuple[tuple[str, int], ...] = ()
    requires: tuple[str, ...] = ()
    matches_input: bool = False
    audio_multiplier: float = 1.0
    quality: str = ""
    qualities: tuple[tuple[str, int], ...] = ()

    def most(self, field: str) -> int | None:
        """How many of a body field it uses; None where that is not known."""
        return dict(self.takes).get(field)


@dataclass(frozen=True, slots=True)
class Generator:
    """Something that can be asked for: a slug and its fields."""

    slug: str
    title: str
    description: str
    type: str
    fields: tuple[Field, ...] = ()
    status: str = "active"
    needs_image: bool = False

    def field(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.id == name), None)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person typed, before it is checked. Every surface fills one of these.

    ``refs`` are media as they were given, by the option's name; ``media`` what became of them, by the body's
    field; ``parents`` is what else this goes on from.
    """

    generator: str
    prompt: str | None = None
    model: int | str | None = None
    count: int | None = None
    aspect: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    public: bool = False
    seconds: int | None = None
    language: str | None = None
    temperature: float | None = None
    audio_track: bool | None = None
    team: int | None = None
    refs: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    media: Mapping[str, tuple[Medium, ...]] = field(default_factory=dict)
    parents: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """Generator and fields, frozen. ``body`` is the canonical JSON that will be sent.

    ``identity`` is the body with media by their content; ``notes`` are what should be said before it is
    sent, ``adjustments`` what will not be done as asked; ``parents`` are the operations and creations that it
    goes on from; ``media`` waits to be uploaded, right before it is paid for.
    """

    provider: str
    generator: str
    model: Model
    body: str
    prompt: str
    count: int
    public: bool
    identity: str = ""
    notes: tuple[str, ...] = ()
    adjustments: Mapping[str, Any] = field(default_factory=dict)
    parents: tuple[tuple[str, str], ...] = ()
    media: tuple[Medium, ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded

    def with_body(self, fields: Mapping[str, Any]) -> Request:
        """The same request, known by the same identity, with another body to send; its media is there."""
        return replace(self, body=canonical(fields), identity=self.identity or self.body, media=())


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a request will cost and take. ``credits`` and ``seconds`` are totals; None is unknown.

    ``basis`` says where the price comes from; ``at_least`` and ``at_most`` bound it where it is not one
    number, in credits: ``at_most`` is the worst known case, which is set aside. ``depends`` names the body
    fields that a price nobody tells depends on.
    """

    credits: float | None
    seconds: float | None = None
    per_item: float | None = None
    discount: float = 0
    max_seconds: float | None = None
    source: str = ""
    adjustments: Mapping[str, Any] = field(default_factory=dict)
    basis: Basis = "told"
    at_least: float | None = None
    at_most: float | None = None
    depends: tuple[str, ...] = ()

    @property
    def worst(self) -> float | None:
        """The price, or the most it is known to be."""
        return self.at_most if self.credits is None else self.credits

    def words(self, *, play: bool = False) -> str:
        """The price as it is said before anything is sent.

        >>> Estimate(40, basis="fixed").words(), Estimate(None, basis="unknown", at_most=10).words()
        ('40 credits', 'price unknown until charged (10 credits set aside, a guess of ours)')
        """
        exact = in_credits(self.credits, play=play)
        if self.basis == "fixed":
            return exact
        if self.basis == "history" and self.credits is None:
            return say("price.range", low=credits(self.at_least), high=in_credits(self.at_most, play=play))
        if self.basis == "history":
            return say("price.before", credits=exact)
        if self.basis == "unknown" and self.at_most is not None:
            return say("price.untold", credits=in_credits(self.at_most, play=play))
        return say("about.credits", credits=exact)


@dataclass(frozen=True, slots=True)
class Balance:
    """Credits of an account; ``parts`` are what ``total`` is made of, by the name of each."""

    total: float
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose credits: ``id`` is stable for a key's owner, ``name`` is for people.

    ``blind``: the key may not read, so that lost answers cannot be looked up.
    """

    id: str
    name: str
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Inline:
    """A file inside the answer itself: its base64 goes from byte ``start`` of the raw answer to ``end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """One creation as an answer described it: its text, the addresses of its files, and those inside it.

    ``poster`` is the address of a picture that stands for it: nice to have, and no loss when it is gone.
    """

    id: str
    text: str | None = None
    urls: tuple[str, ...] = ()
    inline: tuple[Inline, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    poster: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer to a paid call, read.

    ``failures`` say why some of it was not made. ``purses`` are the account's balances after it, by name,
    where the answer tells those and no charge.
    """

    items: tuple[Item, ...]
    failures: tuple[str, ...] = ()
    charge: float | None = None
    estimated: float | None = None
    balance: float | None = None
    seconds: float | None = None
    model_name: str = ""
    adjustments: Mapping[str, Any] = field(default_factory=dict)
    purses: Mapping[str, float] = field(default_factory=dict)


_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal requests are equal bytes."""
    return _CANONICAL(value)


def fingerprint(request: Request, base_url: str, account: str) -> str:
    """The identity of a request: provider, place, account, generator, and the body, media by content."""
    body = request.identity or request.body
    parts: Sequence[str] = (request.provider, base_url, account, request.generator, body)
    return hashlib.sha256(canonical(list(parts)).encode()).hexdigest()
