"""Recipes: a way of cooking, filled with what the prompt names and what goes with it."""

from __future__ import annotations

from typing import Any

from ...seeding import Dice
from ..ask import Ask, Piece
from ..grammar import capital, data, fill, wording
from ..topic import keywords

DIETS = ("any", "vegetarian", "vegan")
TIMES = ("quick", "normal", "slow")


def write(ask: Ask, _language: str) -> Piece:
    """A dish with ingredients for the asked number of people, and its steps."""
    book, dice = data("recipe"), ask.dice("recipe")
    diet, pace = _asked(ask, "recipe-diet", DIETS, "any"), ask.choice("recipe-time", TIMES, "normal")
    people = int(ask.choice("recipe-servings", ("1", "2", "4", "6"), "2"))
    method = dice.pick(ask.share("method", _methods(ask, book, pace)))
    chosen = _choose(ask, book, diet, dice)
    flavour = dice.pick([f for f in book["flavours"] if diet != "vegan" or not f.get("dairy")])
    slots = {
        "main": chosen[0]["name"],
        "second": chosen[1]["name"],
        "third": chosen[2]["name"],
        "flavour": flavour["name"],
    }
    slots |= {
        "finish": flavour["finish"],
        "fat": "olive oil" if diet == "vegan" else dice.pick(("butter", "olive oil")),
    }
    name = capital(fill(dice.pick(method["names"]), slots))
    ingredients = [_amount(item, people) for item in chosen] + [
        fill(line, slots) for line in (*flavour["items"], *method["extras"], "salt and black pepper")
    ]
    steps = [capital(fill(wording(step, ask.index, ask.count, dice), slots)) for step in method["steps"]]
    return Piece(
        _page(name, ingredients, steps, people, method["minutes"]),
        _fields(name, ingredients, steps, people, method),
        {"diet": diet, "method": method["name"], "servings": people},
    )


def _asked(ask: Ask, name: str, allowed: tuple[str, ...], default: str) -> str:
    words = keywords(ask.prompt)
    value = ask.choice(name, allowed, default)
    return next((option for option in allowed if value == default and option in words), value)


def _methods(ask: Ask, book: dict[str, Any], pace: str) -> list[dict[str, Any]]:
    words = keywords(ask.prompt)
    named: list[dict[str, Any]] = [method for method in book["methods"] if words & set(method["words"])]
    return named or [method for method in book["methods"] if method["pace"] == pace]


def _choose(ask: Ask, book: dict[str, Any], diet: str, dice: Dice) -> list[dict[str, Any]]:
    """What the prompt names first, then what suits."""
    allowed = [item for item in book["ingredients"] if _permitted(item, diet)]
    words = keywords(ask.prompt)
    named = [item for item in allowed if words & set(item["words"])]
    mains = [item for item in allowed if item.get("main")]
    if not any(item.get("main") for item in named):
        named += [dice.pick(mains)] if not named else []
    rest = [item for item in dice.shuffled(allowed) if item not in named and not item.get("main")]
    return [*named, *rest][: max(3, min(5, len(named) + 1))]


def _permitted(item: dict[str, Any], diet: str) -> bool:
    kind = item.get("kind", "plant")
    return diet == "any" or kind == "plant" or (diet == "vegetarian" and kind == "dairy")


def _amount(item: dict[str, Any], people: int) -> str:
    amount, unit = item["each"] * people, item.get("unit", "")
    shown = (
        f"{round(amount)}"
        if amount >= 1 and abs(amount - round(amount)) < 0.01
        else f"{amount:.1f}".replace(".5", "½").replace("0½", "½")
    )
    return " ".join(
        filter(
            None,
            (
                f"{shown}{unit}" if unit in ("g", "ml") else shown,
                "" if unit in ("g", "ml") else unit,
                item["name"],
            ),
        )
    )


def _fields(
    name: str, ingredients: list[str], steps: list[str], people: int, method: dict[str, Any]
) -> dict[str, Any]:
    return {
        "dish_name": name,
        "ingredients": ingredients,
        "steps": steps,
        "servings": people,
        "minutes": method["minutes"],
    }


def _page(name: str, ingredients: list[str], steps: list[str], people: int, minutes: int) -> str:
    listed = "\n".join(f"- {item}" for item in ingredients)
    numbered = "\n".join(f"{i}. {step}" for i, step in enumerate(steps, 1))
    return f"{name}\nServes {people} · about {minutes} minutes\n\nIngredients\n{listed}\n\nMethod\n{numbered}"
