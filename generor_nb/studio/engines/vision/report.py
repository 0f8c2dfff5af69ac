"""What a description is made of, and which parts of it a prompt asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .measure import Measured

ASPECTS = ("colours", "light", "composition", "sharpness", "format", "origin")
LENGTHS = ("brief", "standard", "detailed")
_ASKED = {
    "colours": r"colou?r|palette|hue|tint|shade\b|색|팔레트",
    "light": r"\blight|bright|dark|contrast|expos|warm|cold|cool\b|\btone|빛|조명|밝|어두|대비|따뜻|차가",
    "composition": r"compos|layout|balanc|symmetr|horizon|focus point|focal|where"
    r"|구도|구성|대칭|균형|수평|시선",
    "sharpness": r"sharp|blur|focus\b|crisp|noise|선명|흐릿|흐린|초점",
    "format": r"\bsize|resolution|dimension|pixel|format|ratio|orientation|transparen|alpha"
    r"|크기|해상도|픽셀|형식|비율|투명",
    "origin": r"origin|provenance|source|who made|who drew|made (this|it)|how was|metadata|prompt|camera"
    r"|software|fake|real\b|generated|출처|원본|누가|메타|프롬프트|생성",
}
_OPEN = r"describe|description|everything|about (this|it)|analy[sz]e|measure|설명|묘사|분석|측정"


@dataclass(frozen=True)
class Report:
    """A measured picture with what is known of its origin, and what is asked about it."""

    measured: Measured
    written: Mapping[str, str]
    signed: bool
    made: Mapping[str, Any] | None
    aspects: tuple[str, ...]
    length: str
    beyond: bool

    @property
    def whole(self) -> bool:
        return self.aspects == ASPECTS


def asked(prompt: str, focus: str) -> tuple[tuple[str, ...], bool]:
    """The aspects that are asked for, and whether the question goes beyond what can be measured."""
    found = tuple(name for name in ASPECTS if re.search(_ASKED[name], prompt, re.IGNORECASE))
    if focus in ASPECTS:
        return (focus,), bool(prompt) and not found
    beyond = bool(prompt) and not found and not re.search(_OPEN, prompt, re.IGNORECASE)
    return found or ASPECTS, beyond


def level(value: float, *bounds: float) -> int:
    """How many of the rising bounds a value has reached.

    >>> level(0.5, 0.2, 0.4, 0.9)
    2
    """
    return sum(value >= bound for bound in bounds)
