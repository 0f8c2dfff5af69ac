"""How many, how long, for how many: the numbers of a prompt."""

from __future__ import annotations

import re

from .english import KNOWN, NUMBERS, numbers_in

GENRE = "|".join(KNOWN["genres"])
NUMBER = r"(\d{1,3}|" + "|".join(NUMBERS) + ")"
HEADS = re.compile(
    rf"\s*,?\s*\b(?:for|serves|serving|feeds|feeding)\s+(?:about\s+|around\s+)?(?:an?\s+(?:family|party|group|table)\s+of\s+)?{NUMBER}"
    r"(?:\s+(?:hungry\s+)?(?:people|persons|person|guests|servings|portions|players|"
    r"adults|friends|eaters|of us)\b|"
    r"(?=\s*(?:[.,;!?]|$)|\s+(?:with|without|and|but|please|tonight|no|that|who|in|on)\b))|"
    rf"\s*,?\s*\b{NUMBER}\s+(?:servings|portions|people|guests)\b",
    re.IGNORECASE,
)
SPAN = re.compile(
    r"^(?:an?\s+)?(?:\w+[- ])?(?:long\s+)?(?:days?|weeks?|weekend|hours?|minutes?|nights?|months?)\s+"
    r"(?:trip\s+)?(?:in|of|on|to|for|about|with|around)\s+",
    re.IGNORECASE,
)
LASTING = re.compile(
    r"\b(\w+)[- ](days?|weeks?|weekend|nights?|hours?|minutes?|mins?|seconds?|secs?|months?|years?)\b",
    re.IGNORECASE,
)
TIMED = rf"{NUMBER}[- ](?:full |busy )?(?:days?|weeks?|nights?|hours?|minutes?|mins?|seconds?|secs?)"
FIRST = re.compile(rf"^(?:(?:for|in|over)\s+)?{TIMED}\s*[,:;–-]\s*", re.IGNORECASE)
LONG = re.compile(
    rf"^(?:an?\s+)?{TIMED}[- ](?:long\s+)?(?!(?:in|of|on|to|for|about|with|around|trip)\b)(?=[a-z])|"
    rf"\s*,?\s*\b(?:for|in|over)\s+{TIMED}\b",
    re.IGNORECASE,
)
COUNTED = re.compile(
    rf"\b{NUMBER}\s+(?:[\w-]+\s+){{0,2}}?(?:{GENRE}|rows|items|cards|terms|words|tags|lines|shots|cases|points|people)\b",
    re.IGNORECASE,
)


def counted_in(text: str, subject: str) -> tuple[int, ...]:
    """Numbers that say how many are wanted, none that belong to the subject."""
    rest = LASTING.sub(" ", HEADS.sub(" ", text))
    wanted = [match[1] for match in COUNTED.finditer(rest)]
    return numbers_in(" ".join(wanted) or rest.replace(subject, " "))


def seconds_in(text: str) -> int:
    """How long a prompt says something lasts, if it is less than a day."""
    for match in LASTING.finditer(text):
        number, unit = numbers_in(match[1]), match[2].lower()
        size = {"s": 1, "m": 60, "h": 3600}.get(unit[:1], 0) if not unit.startswith("month") else 0
        if size and (number or match[1].lower() in ("a", "an")):
            return (number or (1,))[0] * size
    return 0


def days_in(text: str) -> int:
    """How many days a prompt speaks of."""
    for match in LASTING.finditer(text):
        unit, number = match[2].lower().rstrip("s"), (numbers_in(match[1]) or (1,))[0]
        if unit in ("day", "night", "week", "weekend"):
            return number * {"week": 7, "weekend": 2}.get(unit, 1)
    return 0
