"""Quizzes: questions that are known for the topic, else ones to answer from one's own knowledge of it."""

from __future__ import annotations

from typing import Any

from ..ask import Ask, Piece
from ..knowledge import facts_of
from ..loom import PAIR, Loom

LETTERS = "ABCD"


def write(ask: Ask, language: str) -> Piece:
    """Questions in the form the grammar has: to choose from, to answer, or as cards."""
    loom = Loom(ask, language)
    form = ask.chosen("form", ("choice", "open", "cards"), str(loom.book.get("form", "choice")))
    title, intro = loom.line("title"), loom.maybe("intro")
    questions = _questions(loom, loom.how_many((3, 5, 8)), form)
    shown = "\n\n".join(_shown(loom, place, one, form) for place, one in enumerate(questions, 1))
    key = _key(loom, questions) if form == "choice" else ""
    text = "\n\n".join(part for part in (title, intro, shown, key) if part)
    own = str(loom.book.get("field", "questions"))
    return Piece(text, {"title": title, own: questions}, {"topic": loom.topic.text, "form": form})


def _questions(loom: Loom, most: int, form: str) -> list[dict[str, Any]]:
    known = loom.language == "en" and loom.book.get("known", True)
    facts = facts_of(loom.topic.text) if known else []
    mine = loom.ask.share("facts", facts) if loom.ask.count > 1 else facts
    found: list[dict[str, Any]] = []
    for question, answer, *wrong in loom.dice.shuffled(mine):
        if len(found) < most and loom.claim(question):
            options = loom.dice.shuffled([answer, *wrong[:3]]) if form == "choice" else []
            found.append(
                {"question": question, "answer": answer, **({"options": options} if options else {})}
            )
    for line in loom.some("open", most - len(found), ordered=False, again=True):
        question, answer = (part.strip() for part in line.split(PAIR))
        found.append({"question": question, "answer": answer})
    return found


def _shown(loom: Loom, place: int, one: dict[str, Any], form: str) -> str:
    labels = loom.book.get("labels", ["Front", "Back", "Answer"])
    if form == "cards":
        return f"{labels[0]} {place}: {one['question']}\n{labels[1]} {place}: {one['answer']}"
    if form == "open":
        return f"{place}. {one['question']}\n{labels[2]}: {one['answer']}"
    options = "".join(f"\n{LETTERS[i]}) {option}" for i, option in enumerate(one.get("options", [])))
    return f"{place}. {one['question']}{options}"


def _key(loom: Loom, questions: list[dict[str, Any]]) -> str:
    """The answers, below all questions."""
    rows = []
    for place, one in enumerate(questions, 1):
        letter = f"{LETTERS[one['options'].index(one['answer'])]}) " if "options" in one else ""
        rows.append(f"{place}. {letter}{one['answer']}")
    return "\n".join([loom.fill(str(loom.book.get("key", "Answers"))), *rows])
