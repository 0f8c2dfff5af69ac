"""What a text generator is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ..seeding import Dice

Item = TypeVar("Item")


@dataclass(frozen=True)
class Piece:
    """A finished text with the generator's own fields."""

    text: str
    fields: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """A text job, read."""

    slug: str
    prompt: str
    seed: int
    index: int
    count: int
    parameters: dict[str, str]
    language: str
    preference: str
    avoid: frozenset[str]
    attempt: int = 0
    version: str = ""

    @classmethod
    def of(cls, job: dict[str, Any], version: str) -> Ask:
        extra = job.get("fields") or {}
        return cls(
            slug=str(job.get("generator") or ""),
            prompt=" ".join(str(job.get("prompt") or "").split()),
            seed=int(job.get("seed") or 0),
            index=int(job.get("index") or 0),
            count=max(1, int(job.get("count") or 1)),
            parameters={str(key): str(value) for key, value in (job.get("parameters") or {}).items()},
            language=str(extra.get("language") or job.get("language") or ""),
            preference=str(extra.get("preference") or ""),
            avoid=frozenset(str(text) for text in extra.get("avoid") or ()),
            version=version,
        )

    def again(self, attempt: int) -> Ask:
        return replace(self, attempt=attempt)

    def dice(self, name: str) -> Dice:
        return Dice(
            self.version,
            self.slug,
            self.prompt.lower(),
            self.seed,
            sorted(self.parameters.items()),
            self.attempt,
            name,
        )

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """A parameter's value, or the default if it is none of the allowed."""
        value = self.parameters.get(name, default)
        return value if value in allowed else default

    def share(self, name: str, options: list[Item]) -> list[Item]:
        """The options that fall to this item of the batch, so that its siblings take others."""
        order = Dice(self.version, self.slug, self.prompt.lower(), name).shuffled(options)
        mine = order[self.index % self.count :: self.count] if self.count <= len(order) else order
        return mine if not self.attempt else order
