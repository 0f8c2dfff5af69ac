"""What a cook must leave out: named by the prompt, or by a diet or an allergy that stands for many things."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .grammar import data

NO = (
    r"without|with no|with out|no(?! (?:bake|knead|cook|fuss|churn|time|more|idea|problem))|"
    r"free of|free from|hold the|minus|except(?: for)?|leav(?:e|ing) out|skip(?:ping)?|"
    r"avoid(?:ing)?|(?:is |are |am |'m |'s )?allergic to|allerg(?:y|ies) to|can(?:'t|not| not) (?:eat|have)|"
    r"do(?:es)?(?:n't| not) (?:eat|like|have|want|use)|hates?|dislikes?|intolerant (?:to|of)"
)
ENDS = (
    r"(?:with|for|please|but|that|which|who|using|in|on|at|because|so|to|since|as|from|made|serves?|"
    r"serving|only)\b"
)
OUT = re.compile(
    rf"[\s,;(]*(?:\b(?:but|and)\s+)?(?<![\w-])(?:{NO})\s+"
    rf"((?!{ENDS})[\w'’-]+(?:\s*(?:,|/|&)?\s*(?!{ENDS})[\w'’-]+){{0,11}})",
    re.IGNORECASE,
)
FREE = re.compile(
    r"\b((?:[a-z]+-\s*(?:,|and|or|&)\s*)*[a-z]+)[\s-]free\b(?! (?:of|from)\b)|"
    r"\b([a-z]+)[\s-](?:allergy|allergies|intolerant|intolerance)\b",
    re.IGNORECASE,
)
MILD = re.compile(
    r"\b(?:not|non|never|isn't|nothing)[ -](?:too |very |so )?(spicy|hot)\b|\b(mild)\b", re.IGNORECASE
)
PLAIN = re.compile(
    r"\b(vegan|vegetarian|veggie|coeliac|celiac|pescatarian|halal|kosher|plant[- ]based|meatless)\b",
    re.IGNORECASE,
)
PARTED = re.compile(r"\s*(?:,|/|&|\band\b|\bor\b|\bnor\b)\s*", re.IGNORECASE)
SMALL = re.compile(
    r"^(?:(?:any|a|an|the|my|all|no|of|added|much|more|too|extra|kind|sort|fresh|raw|either)\s+)+"
)


@dataclass(frozen=True)
class Diet:
    """What must not be in a dish: words as they stand in a list of ingredients."""

    terms: frozenset[str] = frozenset()

    def with_(self, name: str) -> Diet:
        """This diet and another thing, or a group of such, to leave out."""
        return Diet(self.terms | _terms(name))

    def forbids(self, text: str) -> bool:
        """Whether a text names what must not be in it."""
        return any(_pattern(term).search(self._without_namesakes(text, term)) for term in self.terms)

    def _without_namesakes(self, text: str, term: str) -> str:
        """A text without the words that only sound like the term: coconut milk is no milk.

        Bread without gluten is bread all the same to who wants no bread.
        """
        for word, terms in data("recipe")["namesakes"].items():
            if term in terms and (not word.startswith("gluten") or {"gluten", "wheat"} & self.terms):
                text = re.sub(rf"\b{word}\b", " ", text, flags=re.IGNORECASE)
        return text

    def swap(self, line: str) -> str:
        """An ingredient, or what stands in for it: oat milk for milk; nothing if there is no such thing."""
        if not self.forbids(line):
            return line
        for word, other in data("recipe")["swaps"]:
            changed = re.sub(rf"\b(?:{word})\b", other, line)
            if changed != line and not self.forbids(changed):
                return changed
        return ""


def read(prompt: str) -> tuple[str, Diet]:
    """A prompt without what it does not want, and that as a diet."""
    diet = Diet()
    for pattern in (FREE, OUT):
        for match in pattern.finditer(prompt):
            named = next(filter(None, match.groups()))
            for part in PARTED.split(named.lower()):
                diet = diet.with_(SMALL.sub("", part.strip(" -")))
        prompt = pattern.sub(" ", prompt)
    if MILD.search(prompt):
        prompt, diet = MILD.sub(" ", prompt), diet.with_("spicy")
    for match in PLAIN.finditer(prompt):
        diet = diet.with_(match[1].lower().replace("-", " "))
    return " ".join(prompt.split()).strip(" ,;("), diet


def _terms(name: str) -> frozenset[str]:
    """All that a name stands for; a thing that is in no group stands for itself."""
    groups: dict[str, list[str]] = data("recipe")["groups"]
    waiting = {name, name.split(" ")[-1]} if name else set()
    found: set[str] = set()
    while waiting:
        one = waiting.pop()
        found.add(one)
        for form in {one, one.removesuffix("s"), one.removesuffix("es"), re.sub("ies$", "y", one)}:
            waiting |= {form, *groups.get(form, ())} - found
    return frozenset(term for term in found - set(data("recipe")["labels"]) if len(term) > 2)


def _pattern(term: str) -> re.Pattern[str]:
    stem = re.sub(r"ies$|y$", "(?:y|ies)", re.escape(term))
    return re.compile(rf"\b{stem}(?:s|es)?\b", re.IGNORECASE)
