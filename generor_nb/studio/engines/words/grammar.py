"""Sentences from templates: alternatives, words from lists, slots; counted, so that each can be numbered.

`(a|b)` is one of the alternatives, `<name>` a line of the list of that name, `{slot}` a value of the text
at hand, `{Slot}` the same with a capital.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from importlib.resources import files
from typing import Any

from ..seeding import Dice

SLOT = re.compile(r"\{(\w+)\}")
PART = re.compile(r"<(\w+)>|\(([^()]*\|[^()]*)\)")
# The end of a sentence outside parentheses.
APART = re.compile(r"(?<=[.!?…”]) (?=//|[^ ])(?![^()]*\))")
MOST = 400
FEW = 3
SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n+")
MARKS = re.compile(r"^[\s\-*#>|\d.:)\]\[/]+|[\s*|]+$")


@cache
def data(name: str) -> dict[str, Any]:
    """The phrases of one generator, or of a shared table."""
    return tomllib.loads(files(__package__).joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


def known(slug: str) -> bool:
    """Whether there is a grammar of this name."""
    plain = re.fullmatch(r"[a-z0-9-]+", slug) is not None
    return plain and files(__package__).joinpath("data", f"{slug}.toml").is_file()


def fill(template: str, slots: Mapping[str, str]) -> str:
    """Put values into {slots}; a slot written {Name} is capitalised."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return slots[name] if name in slots else capital(slots[name.lower()])

    return SLOT.sub(value, template)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def sentences(text: str) -> list[str]:
    """The sentences of a text, bare of marks and case, to compare them; headings and labels are none."""
    bare = (MARKS.sub("", part).lower() for part in SENTENCE.split(text))
    return [part for part in bare if len(part.split()) > FEW]


@dataclass(frozen=True)
class Line:
    """A template taken apart: text between choices; ``size`` sentences can come of it."""

    parts: tuple[str | tuple[Line, ...], ...]
    size: int

    def variant(self, number: int) -> str:
        """The sentence of this number, slots still open."""
        out = []
        for part in self.parts:
            if isinstance(part, str):
                out.append(part)
                continue
            total = sum(line.size for line in part)
            number, rest = divmod(number, total)
            for line in part:
                if rest < line.size:
                    out.append(line.variant(rest))
                    break
                rest -= line.size
        return "".join(out)


def parse(template: str, find: Callable[[str], tuple[Line, ...]]) -> Line:
    """Take a template apart; ``find`` gives the lines of a list by name."""
    parts: list[str | tuple[Line, ...]] = []
    at = 0
    for match in PART.finditer(template):
        parts.append(template[at : match.start()])
        options = find(match[1]) if match[1] else tuple(parse(one, find) for one in match[2].split("|"))
        parts.append(options)
        at = match.end()
    parts.append(template[at:])
    sizes = (sum(line.size for line in part) for part in parts if not isinstance(part, str))
    return Line(tuple(part for part in parts if part != ""), reduce(lambda a, b: a * b, sizes, 1))


@dataclass(frozen=True)
class Saying:
    """One or more sentences said together; ``size`` variants of it have no sentence in common."""

    lines: tuple[Line, ...]
    counted: tuple[bool, ...]
    size: int

    def variant(self, number: int, below: Callable[[int], int]) -> str:
        """A wording of this number; ``below`` gives a random number below another."""
        chosen = []
        for line, counts in zip(self.lines, self.counted, strict=True):
            steps = (line.size - 1 - number) // self.size + 1 if counts else line.size
            place = below(steps)
            chosen.append(line.variant(number + place * self.size if counts else place))
        return " ".join(chosen)


def saying(template: str, find: Callable[[str], tuple[Line, ...]]) -> Saying:
    """Take a line of a list apart, sentence by sentence."""
    lines = tuple(parse(part, find) for part in APART.split(template))
    counted = tuple(len(line.variant(0).split()) > FEW for line in lines)
    if not any(counted):
        return Saying((parse(template, find),), (True,), parse(template, find).size)
    return Saying(
        lines, counted, min(line.size for line, counts in zip(lines, counted, strict=True) if counts)
    )


class Pools:
    """The lists of one grammar in one language, a tone's own lists before the common ones."""

    def __init__(self, lists: Mapping[str, Any]) -> None:
        self._lists = lists
        self._lines: dict[str, tuple[Line, ...]] = {}
        self._sayings: dict[str, tuple[Saying, ...]] = {}

    def __contains__(self, name: object) -> bool:
        return bool(self._lists.get(str(name)))

    def lines(self, name: str) -> tuple[Line, ...]:
        """The list of a name, taken apart once."""
        if name not in self._lines:
            self._lines[name] = tuple(parse(template, self.lines) for template in self._lists[name])
        return self._lines[name]

    def sayings(self, name: str) -> tuple[Saying, ...]:
        """The list of a name as what can be said, taken apart once."""
        if name not in self._sayings:
            self._sayings[name] = tuple(saying(template, self.lines) for template in self._lists[name])
        return self._sayings[name]


@cache
def pools(slug: str, language: str, tone: str, said: str = "") -> Pools:
    """The lists of a generator, in a language and a tone, for a prompt of a certain kind."""
    book = data(slug)[language]
    lists = {name: value for name, value in book.items() if isinstance(value, list)}
    when = book.get("when", {})
    return Pools(
        {
            **lists,
            **book.get("tones", {}).get(tone, {}),
            **when.get(said, {}),
            **when.get(f"{said}-{tone}", {}),
        }
    )


def wording(template: str, index: int, count: int, dice: Dice) -> str:
    """A wording of a template that item ``index`` of ``count`` alone uses, as far as it has so many."""
    said = saying(template, lambda _: ())
    mine = range(index % count, said.size, count) if count <= said.size else range(said.size)
    return said.variant(mine[dice.below(len(mine))], dice.below)


def syllables(text: str) -> int:
    """An estimate good enough for a haiku."""
    return sum(_word(word) for word in re.findall(r"[a-z']+", text.lower()))


def _word(word: str) -> int:
    bare = re.sub(r"(?<=[^aeiouyl])e$", "", re.sub(r"'s?$", "", word))
    if bare.endswith("ed") and bare[-3:-2] not in "td" and len(bare) > 3:
        bare = bare[:-2]
    if re.search(r"[^aeiouysxzc]es$", bare):
        bare = bare[:-2]
    return max(1, len(re.findall(r"[aeiouy]+", bare)) + len(re.findall(r"i[aou]|eo", bare)))
