"""Recipes: the dish the prompt names, or a way of cooking, without what is to be left out."""

from __future__ import annotations

import re
from typing import Any

from ...seeding import Dice
from .. import diet as diets
from .. import topic
from ..ask import Ask, Piece
from ..diet import Diet
from ..grammar import Saying, capital, data, fill, saying, wording
from ..topic import Topic, keywords

DIETS = ("any", "vegetarian", "vegan")
TIMES = ("quick", "normal", "slow")
SERVINGS = 2
AMOUNT = re.compile(r"^(\d+(?:\.\d+)?)(g|ml)? (.+)$")
MEASURES = ("tbsp", "tsp", "g", "ml")


def write(ask: Ask, _language: str) -> Piece:
    """A dish with ingredients for the asked number of people, and its steps."""
    book, dice = data("recipe"), ask.dice("recipe")
    prompt, diet = diets.read(ask.prompt)
    kind = ask.chosen("diet", DIETS, "any")
    diet = diet.with_(kind) if kind != "any" else diet
    about = topic.read(prompt)
    method, dish = _method(ask, book, prompt, about, dice)
    people = _people(ask, about, method)
    parts = _sweet(book, method, prompt) if method.get("sweet") else []
    chosen, slots = ([], {}) if parts else _filling(book, method, prompt, diet, dice)
    slots["fat"] = dice.pick(
        [fat for fat in ("butter", "olive oil", "sunflower oil") if not diet.forbids(fat)] or ["water"]
    )
    slots["dish"] = dish or str(method.get("dish", method["name"]))
    lines = parts or [*_items(slots, book, method), "salt and black pepper"]
    given = [_line(item["each"] * people, item.get("unit", ""), item["name"]) for item in chosen]
    swapped = [diet.swap(fill(line, slots)) for line in lines]
    ingredients = given + [scaled(line, people / method.get("serves", SERVINGS)) for line in swapped if line]
    name = capital(_free(_names(method, dish, slots), slots, diet, ask, dice) or capital(method["name"]))
    steps = [_step(step, slots, diet, ask, dice) for step in method["steps"]]
    steps = [capital(step) for step in steps if step]
    unknown = _unknown(about, book) or ("" if all(swapped) else dish)
    note = (
        fill(wording(book["variation"], ask.index, ask.count, dice), {"unknown": unknown}) if unknown else ""
    )
    fields = {"dish_name": name, "ingredients": ingredients, "steps": steps, "servings": people}
    return Piece(
        _page(name, note, ingredients, steps, people, method["minutes"]),
        {**fields, "minutes": method["minutes"]},
        {"diet": kind, "method": method["name"], "servings": people},
    )


# --- what is cooked


def _method(
    ask: Ask, book: dict[str, Any], prompt: str, about: Topic, dice: Dice
) -> tuple[dict[str, Any], str]:
    """The way of cooking, and the dish as the prompt calls it, if that is what it names."""
    words = re.findall(r"[a-zê-]+", about.head.lower())
    for word in reversed(words):
        for method in book["methods"]:
            if _singular(word) in method["words"]:
                named = "" if word in method.get("plain", ()) or word != words[-1] else about.head
                if method.get("sweetened") and any(_says(prompt, name) for name, _ in book["sweet"]):
                    method = next(one for one in book["methods"] if one["name"] == method["sweetened"])
                return method, named
    said = keywords(prompt)
    fitting = [one for one in book["methods"] if said & set(one["words"])]
    fitting = fitting or [one for one in book["methods"] if said & set(one.get("moods", ()))]
    pace = ask.chosen("time", TIMES, "normal")
    open_ = [
        one
        for one in book["methods"]
        if one["pace"] == pace and not one.get("sweet") and not one.get("mains")
    ]
    return dice.pick(ask.share("method", fitting or open_)), ""


def _singular(word: str) -> str:
    return (
        re.sub(r"ies$", "ie", word)
        if word.endswith("ies")
        else word
        if word.endswith("ss")
        else word.removesuffix("s")
    )


def _people(ask: Ask, about: Topic, method: dict[str, Any]) -> int:
    """The parameter if it was chosen, else as the prompt says, else what the dish is usually made for."""
    usual = about.people or int(method.get("serves", SERVINGS))
    return ask.count_of("servings", SERVINGS, usual)


def _sweet(book: dict[str, Any], method: dict[str, Any], prompt: str) -> list[str]:
    """What a sweet is always made of, and what it is called after."""
    base = " ".join(method["base"])
    added = [item for word, item in book["sweet"] if _says(prompt, word) and word not in base]
    return [*method["base"], *(scaled(item, method["serves"] / 8) for item in added)]


def _says(prompt: str, word: str) -> bool:
    return re.search(rf"\b{word}", prompt.lower()) is not None


def _filling(
    book: dict[str, Any], method: dict[str, Any], prompt: str, diet: Diet, dice: Dice
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """What the prompt names first, then what suits; and a flavour, none of it forbidden."""
    allowed = [item for item in book["ingredients"] if not _barred(item, diet)]
    words = keywords(prompt)
    named = [item for item in allowed if words & set(item["words"])]
    named = [item for item in allowed if item["name"] in method.get("mains", ())] + named
    mains = [item for item in allowed if item.get("main")]
    if not named:
        named = [dice.pick(mains)]
    named.sort(key=lambda item: not item.get("main"))
    rest = [
        item
        for item in dice.shuffled(allowed)
        if item not in named and not (item.get("main") or item.get("named"))
    ]
    chosen = [*named, *rest][: max(3, min(5, len(named) + 1))]
    flavours = [one for one in book["flavours"] if not any(diet.forbids(text) for text in _texts(one))]
    fitting = [one for one in flavours if one["name"] in method.get("flavours", (one["name"],))]
    wanted = [one for one in fitting if words & keywords(one["name"])]
    plain = {"name": "herbs", "finish": "a few torn leaves", "items": ["a handful of mixed herbs"]}
    flavour = dice.pick(wanted or fitting or flavours or [plain])
    first = [item["name"] for item in chosen]
    first += ["seasonal vegetables"] * (3 - len(first))
    slots = dict(zip(("main", "second", "third"), first, strict=False))
    return chosen, {**slots, "flavour": flavour["name"], "finish": flavour["finish"]}


def _texts(flavour: dict[str, Any]) -> list[str]:
    return [flavour["name"], flavour["finish"], *flavour["items"]]


def _barred(item: dict[str, Any], diet: Diet) -> bool:
    return any(diet.forbids(text) for text in (item["name"], *item["words"]))


def _items(slots: dict[str, str], book: dict[str, Any], method: dict[str, Any]) -> list[str]:
    flavour = next((one for one in book["flavours"] if one["name"] == slots["flavour"]), None)
    return [*(flavour["items"] if flavour else ["a handful of mixed herbs"]), *method["extras"]]


def _unknown(about: Topic, book: dict[str, Any]) -> str:
    """The dish a prompt names and this book does not have."""
    if not about.text:
        return ""
    known = {word for one in book["methods"] for word in (*one["words"], *one.get("moods", ()))}
    known |= {word for one in book["ingredients"] for word in one["words"]}
    last = _singular(re.sub(r"[^a-zê-]", "", about.kind.lower()))
    diet = set(book["groups"]) | {"plant", "based"}
    bare = last in book["plain"] or last in known or last in diet or about.kind.lower().endswith("ing")
    return "" if bare else about.text


# --- sentences


def _names(method: dict[str, Any], dish: str, slots: dict[str, str]) -> list[str]:
    if not dish or method.get("sweet"):
        return list(method["names"])
    named = set(_content(slots["main"])) & set(_content(dish)) or method.get("mains")
    first = "{second}" if named else "{main}"
    return ["{dish} with " + first + " and {flavour}", "{dish} with " + first, "{dish} with {flavour}"]


def _free(options: list[str], slots: dict[str, str], diet: Diet, ask: Ask, dice: Dice) -> str:
    """One of the options that names nothing forbidden, nor the same thing twice."""
    filled = [fill(option, slots) for option in options]
    allowed = [text for text in filled if not diet.forbids(text)] or [*filter(None, map(diet.swap, filled))]
    once = [text for text in allowed if len(set(_content(text))) == len(_content(text))]
    return dice.pick(ask.share("name", once or allowed)) if allowed else ""


def _content(text: str) -> list[str]:
    return [_singular(word) for word in re.findall(r"[a-z]{4,}", text.lower()) if word != "with"]


def _step(template: str, slots: dict[str, str], diet: Diet, ask: Ask, dice: Dice) -> str:
    """A wording of a step that names nothing forbidden; else the step with what stands in for it."""
    said: Saying = saying(template, lambda _: ())
    mine = (
        list(range(ask.index % ask.count, said.size, ask.count))
        if ask.count <= said.size
        else list(range(said.size))
    )
    for number in [*dice.shuffled(mine), *range(said.size)]:
        text = fill(said.variant(number, dice.below), slots)
        if not diet.forbids(text):
            return text
    kept = [part for part in re.split(r"(?<=[,;:])\s+", text) if not diet.forbids(part)]
    return diet.swap(text) or re.sub(r"[\s,;:.]+$", "", " ".join(kept)) + ("." if kept else "")


# --- amounts


def scaled(line: str, times: float) -> str:
    """A line of ingredients that begins with an amount, for more or fewer people."""
    match = AMOUNT.match(line)
    if not match:
        return line
    spoons = match[3].startswith(("tsp", "tbsp")) and times > 1
    return _line(float(match[1]) * (times**0.75 if spoons else times), match[2] or "", match[3])


def _line(amount: float, unit: str, name: str) -> str:
    if unit in ("g", "ml"):
        step = 5 if amount >= 20 else 1
        return f"{max(1, round(amount / step) * step)}{unit} {name}"
    whole = max(0.5, round(amount * 2) / 2) if amount < 3 else float(round(amount))
    shown = f"{int(whole)}" if whole == int(whole) else f"{int(whole) or ''}½"
    return f"{shown} {unit} {name}".replace("  ", " ") if unit else f"{shown} {_counted(name, whole)}"


def _counted(name: str, amount: float) -> str:
    """The thing in the singular or the plural, as its number asks."""
    head, mark, rest = re.split(r"( of |, |$)", name, maxsplit=1)
    words = head.split()
    last = words[-1] if words else ""
    if not last or words[0] in MEASURES:
        return name
    one = {"chillies": "chilli", "leaves": "leaf", "tomatoes": "tomato", "potatoes": "potato"}.get(last, last)
    one = one if one != last or last.endswith("ss") else last.removesuffix("s")
    many = {"chilli": "chillies", "leaf": "leaves", "tomato": "tomatoes", "potato": "potatoes"}.get(
        one, one + "s"
    )
    return " ".join([*words[:-1], many if amount > 1 else one]) + mark + rest


def _page(name: str, note: str, ingredients: list[str], steps: list[str], people: int, minutes: int) -> str:
    listed = "\n".join(f"- {item}" for item in ingredients)
    numbered = "\n".join(f"{i}. {step}" for i, step in enumerate(steps, 1))
    top = "\n".join(filter(None, (name, f"Serves {people} · about {minutes} minutes", note)))
    return f"{top}\n\nIngredients\n{listed}\n\nMethod\n{numbered}"
