"""What these APIs refuse, by two short lists of words, so that every way of being refused can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Refused before anything is charged.
FORBIDDEN = ("nsfw", "gore", "beheading", "음란", "참수")
# Made, looked at, and withheld; the credits go back.
WITHHELD = ("bloodbath", "massacre", "유혈", "학살")


def is_forbidden(prompt: str) -> bool:
    """Whether a prompt is refused as it stands."""
    return _names(FORBIDDEN, prompt)


def is_withheld(prompt: str) -> bool:
    """Whether what comes of a prompt is not shown.

    >>> is_withheld("A massacre at dawn"), is_withheld("massacred roses")
    (True, False)
    """
    return _names(WITHHELD, prompt)


def _names(words: Iterable[str], prompt: str) -> bool:
    """Whole words; Korean ones with whatever is joined to them."""
    return any(re.search(rf"\b{word}\b" if word.isascii() else word, prompt, re.IGNORECASE) for word in words)
