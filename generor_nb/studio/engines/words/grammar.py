"""Small tools of English: slots, articles, capitals, syllables."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

SLOT = re.compile(r"\{(\w+)\}")


@cache
def data(name: str) -> dict[str, Any]:
    """The phrases of one generator."""
    return tomllib.loads(files(__package__).joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


def fill(template: str, slots: dict[str, str]) -> str:
    """Put values into {slots}; a slot written {Name} is capitalised."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return slots[name] if name in slots else capital(slots[name.lower()])

    return SLOT.sub(value, template)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


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
