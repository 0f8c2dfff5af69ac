"""What a text generator is asked, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ..seeding import Dice

Item = TypeVar("Item")
LENGTHS = ("short", "medium", "long")
CALM = 0.5


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
    applied: frozenset[str] = frozenset()
    siblings: frozenset[str] = frozenset()
    temperature: float = 1.0
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, job: dict[str, Any], version: str) -> Ask:
        extra = job.get("fields") or {}
        heat = extra.get("temperature")
        temperature = 1.0 if heat is None else float(heat)
        return cls(
            slug=str(job.get("generator") or ""),
            prompt=" ".join(str(job.get("prompt") or "").split()),
            seed=int(job.get("seed") or 0) if temperature else 0,
            index=int(job.get("index") or 0),
            count=max(1, int(job.get("count") or 1)),
            parameters={str(key): str(value) for key, value in (job.get("parameters") or {}).items()},
            language=str(extra.get("language") or job.get("language") or ""),
            preference=str(extra.get("preference") or ""),
            avoid=frozenset(map(str, [*(extra.get("avoid") or ()), *(extra.get("siblings") or ())])),
            siblings=frozenset(map(str, extra.get("siblings") or ())),
            version=version,
            applied=frozenset(job.get("applied") or ()),
            temperature=temperature,
            extra=dict(extra),
        )

    def again(self, attempt: int) -> Ask:
        return replace(self, attempt=attempt)

    def said(self, name: str) -> str:
        """A text extra of the request, as one line."""
        return " ".join(str(self.extra.get(name) or "").split())

    def whole(self, name: str) -> int | None:
        """An extra that is a whole number."""
        value = self.extra.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

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

    def picked(self, name: str, default: str = "") -> str:
        """A parameter's value if it was chosen: another than the default, or one that was sent."""
        value = self.parameters.get(name, "")
        return value if value != default or name in self.applied else ""

    def chosen(
        self, ending: str, allowed: Iterable[str], default: str, cues: Mapping[str, list[str]] | None = None
    ) -> str:
        """A preference, else the parameter whose id ends so, else what the prompt says, else the default.

        ``cues`` has other words of a prompt that speak for an option.
        """
        options = [option for option in allowed if option != "auto"]
        name = ending if ending in self.parameters else f"{self.slug}-{ending}"
        for value in (self.preference, self.said("preference_two"), self.picked(name, default)):
            if value in options and (value != default or name in self.applied):
                return str(value)
        said = self.prompt.lower()
        for option in options:
            if any(_speaks(word, said) for word in (option, *(cues or {}).get(option, ()))):
                return option
        return default

    def length(self) -> int:
        """0 for short, 1 for medium, 2 for long."""
        return LENGTHS.index(self.chosen("length", LENGTHS, "medium"))

    def number(self, ending: str, default: int) -> int:
        """A number parameter of this generator, as a whole number."""
        try:
            return int(float(self.parameters[f"{self.slug}-{ending}"]))
        except (KeyError, ValueError):
            return default

    def count_of(self, ending: str, default: int, said: int) -> int:
        """A number parameter if it was chosen, else what the prompt says, else the default."""
        picked = self.picked(f"{self.slug}-{ending}", str(default))
        return int(float(picked)) if re.fullmatch(r"\d+(?:\.\d+)?", picked) else said or default

    def share(self, name: str, options: list[Item]) -> list[Item]:
        """The options that fall to this item of the batch, so that its siblings take others."""
        order = Dice(self.version, self.slug, self.prompt.lower(), name).shuffled(options)
        mine = order[self.index % self.count :: self.count] if self.count <= len(order) else order
        return mine if not self.attempt else order


def _speaks(word: str, prompt: str) -> bool:
    """Whether a prompt has a word: in Korean anywhere, else as a word of its own, singular or plural."""
    if not word.isascii():
        return word in prompt
    return re.search(rf"(?<![\w-]){re.escape(word.removesuffix('s'))}s?\b(?!-)", prompt) is not None
