"""Weaves one text out of a generator's lists: no sentence twice, none of a sibling's, none to be avoided."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..seeding import Dice
from . import korean
from .ask import CALM, Ask
from .grammar import MOST, Pools, Saying, capital, data, fill, pools, sentences
from .people import cast, named_in
from .topic import Topic, read

# Between the two halves of a line that belong together: question and answer, term and meaning.
PAIR = "//"
# What people are called after their work.
ROLE = re.compile(r"(?:er|or|ist|ant|ian|nurse|chef|intern|lead|clerk|cook|pilot)$", re.IGNORECASE)


class Loom:
    """One text in the making.

    The lines of a list, with all their alternatives, are numbered; item i of a batch of n takes only the
    i-th, (i+n)-th, … so that siblings, which know nothing of each other, never say the same.
    """

    def __init__(self, ask: Ask, language: str) -> None:
        self.ask, self.language = ask, language
        self.book: dict[str, Any] = data(ask.slug)[language]
        self.tone = ask.chosen(
            str(self.book.get("tone", "tone")),
            self.book.get("tones", {}),
            str(self.book.get("usual", "")),
            self.book.get("speaks"),
        )
        self.dice = ask.dice("loom")
        self.topic = self._topic()
        self.pools: Pools = pools(ask.slug, language, self.tone, self._said())
        self.slots = {**self._people(), **self._topic_slots(), **self._picked()}
        self._used = {form for text in ask.avoid for part in sentences(text) for form in (part, _bare(part))}
        self._strict = bool(ask.extra.get("avoid_duplicates"))
        self._taken: dict[str, set[int]] = {}

    # --- what the text is about

    def _topic(self) -> Topic:
        asked = self.ask.prompt or self.ask.said("user_text") or self.ask.said("story_context")
        if self.language == "ko":
            text = korean.topic_of(asked) if korean.is_korean(asked) else read(asked).text
            days, numbers = korean.counts(asked)
            text = text or str(self.book.get("about", "하루"))
            return Topic(
                text, bare=True, days=days or read(asked).days, numbers=numbers or read(asked).numbers
            )
        topic = read(asked)
        return topic if topic.text else read(str(self.book.get("about", "an ordinary day")))

    def _said(self) -> str:
        """Whether the prompt is a sentence: what to do, what one can do, what goes wrong, who does what."""
        said = next((name for name in ("act", "can", "fault", "role") if getattr(self.topic, name)), "")
        return said if said in self.book.get("when", {}) else ""

    def _topic_slots(self) -> dict[str, str]:
        topic = self.topic
        if self.book.get("roles") and ROLE.search(topic.kind):
            topic = replace(
                topic, text=f"role of {topic.slots()['it']}", article="the", plural=False, bare=False
            )
        known = topic.slots()
        audience = self.topic.audience or str(self.book.get("audience", "people"))
        return {**known, "audience": audience, "place": self.topic.place or "town"}

    def _people(self) -> dict[str, str]:
        told = (self.ask.said(name) for name in ("character_context", "story_context"))
        given = (
            self.ask.said("character_name")
            or self.topic.called
            or next(filter(None, map(named_in, told)), "")
        )
        return cast(self.language, self.ask, given)

    def _picked(self) -> dict[str, str]:
        """Words chosen once for the whole text, from the lists named in `once`."""
        slots: dict[str, str] = {}
        for name in self.book.get("once", ()):
            slots[name] = self.dice.pick(self.ask.share(name, [str(one) for one in self._list(name)]))
        return slots

    def _list(self, name: str) -> list[Any]:
        overlay = self.book.get("tones", {}).get(self.tone, {})
        return list(overlay.get(name) or self.book[name])

    # --- sentences

    def has(self, name: str) -> bool:
        return name in self.pools

    def some(self, name: str, most: int, ordered: bool = True, again: bool = False) -> list[str]:
        """Up to this many sentences of a list, all new, in the order the list has.

        A line gives one sentence, unless its other wordings may be used ``again``.
        """
        found: list[tuple[int, str]] = []
        while len(found) < most and (new := self._new(name, again=again)) is not None:
            found.append(new)
        while (
            not self._strict
            and len(found) < most
            and (new := self._new(name, alone=True, again=again)) is not None
        ):
            found.append(new)
        places = [which for which, _ in found]
        if ordered and len(set(places)) == len(places):
            found.sort()
        return [text for _, text in found]

    def line(self, name: str) -> str:
        """A sentence of a list; a new one unless all have been said."""
        new = self._new(name, again=True) or self._new(name, alone=True, again=True)
        if new is not None:
            return new[1]
        lines = self.pools.sayings(name)
        line = lines[self.dice.below(len(lines))]
        return self._finish(line.variant(self.dice.below(line.size), self.dice.below), name)

    def at(self, name: str, place: int) -> str:
        """A sentence from one line of a list: the line at this place."""
        new = self._new(name, place, again=True)
        lines = self.pools.sayings(name)
        return (
            new[1]
            if new
            else self._finish(lines[place].variant(self.dice.below(lines[place].size), self.dice.below), name)
        )

    def maybe(self, name: str) -> str:
        """A sentence of a list that a text may do without."""
        if not self.has(name):
            return ""
        return next(iter(self.some(name, 1)), "")

    def prose(self, name: str, most: int) -> str:
        """A paragraph."""
        return " ".join(self.some(name, most))

    def claim(self, text: str) -> bool:
        """Take a sentence that comes from elsewhere; false if it has been said or is to be avoided."""
        said = sentences(text) or [text.lower()]
        fresh = not self._used.intersection(said)
        self._used.update(said)
        return fresh

    def size(self, short: int, medium: int, long: int) -> int:
        return (short, medium, long)[self.ask.length()]

    def how_many(self, default: tuple[int, int, int], most: int = 20) -> int:
        """The number of items: a parameter, else a number in the prompt, else by length."""
        name = str(self.book.get("number", "number"))
        said = self.topic.days if name == "days" else next(iter(self.topic.numbers), 0)
        return max(1, min(most, self.ask.number(name, 0) or said or self.size(*default)))

    def fill(self, text: str) -> str:
        """Slots and particles of a text that is no sentence of a list."""
        return self._finish(text)

    def _finish(self, text: str, name: str = "") -> str:
        """A sentence of a list begins with a capital, unless the grammar keeps that list `small`."""
        done = fill(text, self.slots)
        if self.language == "ko":
            done = korean.particles(done)
        return capital(done) if name and name not in self.book.get("small", ()) else done

    def _new(
        self, name: str, only: int | None = None, alone: bool = False, again: bool = False
    ) -> tuple[int, str] | None:
        """A line's place and a sentence of it; ``alone`` looks at siblings no more."""
        lines, taken = self._open_lines(name), self._taken.setdefault(name, set())
        items = (1, 0) if alone else (self.ask.count, self.ask.index)
        for which, number in _candidates([line.size for line in lines], items, taken, self.dice):
            if only not in (None, which) or (which in taken and not again):
                continue
            text = self._finish(lines[which].variant(number, self.dice.below), name)
            said = sentences(text.replace(PAIR, "\n")) or [text.lower()]
            said += [f"{text.split(': ')[0].lower()}:"] if name in self.book.get("distinct", ()) else []
            if not self._used.intersection(said):
                self._used.update(said)
                taken.add(which)
                if self.slots["full"] in text and name != "title":
                    self.slots["full"] = self.slots["topic"]
                return which, text
        return None

    def _open_lines(self, name: str) -> tuple[Saying, ...]:
        """All lines of a list; a cool head keeps to the first, plainest ones."""
        lines = self.pools.sayings(name)
        calm = self.ask.temperature < CALM and self.ask.count == 1 and len(lines) > 3
        return lines[: (len(lines) + 1) // 2] if calm else lines


def _bare(sentence: str) -> str:
    """A sentence without the label before it."""
    return sentence.split(": ", 1)[-1]


def _candidates(
    sizes: list[int], items: tuple[int, int], taken: set[int], dice: Dice
) -> Iterator[tuple[int, int]]:
    """Lines and their variants that fall to this item: first one of each line not yet used, then all."""
    count, index = items
    order = dice.shuffled(list(range(len(sizes))))
    for all_of_them in (False, True):
        for which in order:
            if which in taken and not all_of_them:
                continue
            size = min(sizes[which], MOST)
            start = dice.below(size)
            for step in range(size):
                number = (start + step) % size
                if (number * len(sizes) + which) % count == index % count:
                    yield which, number
                    if not all_of_them:
                        break
