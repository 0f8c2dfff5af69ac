"""Jokes: those written for a topic first, else ones that take any topic."""

from __future__ import annotations

from typing import Any

from ..ask import Ask, Piece
from ..grammar import data, fill
from ..topic import keywords, read

KINDS = ("any", "question", "one-liner", "dialogue", "knock-knock")
LOOKS = (
    "a loose ink sketch of {0}",
    "a flat two-colour cartoon of {0}",
    "{0}, drawn in one wobbly line",
    "a small watercolour of {0}",
    "{0}, in the manner of a magazine cartoon",
)


def write(ask: Ask, _language: str) -> Piece:
    """One joke and an idea for its drawing."""
    kind = ask.chosen("type", KINDS[1:], "any", {"knock-knock": ["knock knock"], "one-liner": ["one liner"]})
    group, jokes = _candidates(ask, kind)
    dice = ask.dice("joke")
    _, text, picture = dice.pick(ask.share(kind, jokes))
    about = read(ask.prompt)
    topic = about.slots()["topic"] if about.text else "everyday life"
    slots = {"topic": topic}
    drawing = fill(dice.pick(LOOKS).format(picture), slots)
    return Piece(
        fill(text, slots), {"illustration_desc": drawing}, {"topic": topic, "group": group, "kind": kind}
    )


def _candidates(ask: Ask, kind: str) -> tuple[str, list[list[str]]]:
    asked = keywords(ask.prompt)
    groups: list[dict[str, Any]] = data("joke")["groups"]
    best = max(groups, key=lambda group: len(asked & set(group["words"])))
    anyhow = next(group for group in groups if group["name"] == "anything")
    if not asked & set(best["words"]):
        best = anyhow
    jokes = [joke for joke in best["jokes"] if kind in ("any", joke[0])]
    if best.get("mixed"):
        jokes = [
            joke
            for joke in jokes
            if any(word in " ".join(joke[1:]).lower() for word in asked & set(best["words"]))
        ]
    if len(jokes) < ask.count + 1 and best is not anyhow:
        jokes += [joke for joke in anyhow["jokes"] if kind in ("any", joke[0])]
    return best["name"], jokes
