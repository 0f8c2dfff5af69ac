"""Plans: days with their times, or phases whose minutes fill an hour or a term."""

from __future__ import annotations

from typing import Any

from ..ask import Ask, Piece
from ..loom import Loom


def write(ask: Ask, language: str) -> Piece:
    """A title, perhaps goals, the units in order, perhaps a last word."""
    loom = Loom(ask, language)
    title, intro = loom.line("title"), loom.maybe("intro")
    units = _phases(loom) if "phases" in loom.book else _days(loom)
    outro = loom.maybe("outro") if loom.size(0, 1, 1) else ""
    blocks = ["\n".join([unit["title"], *(_row(item) for item in unit["items"])]) for unit in units]
    extra = loom.some("extra", loom.size(0, 2, 4)) if loom.has("extra") else []
    if extra:
        blocks.append("\n".join([loom.fill(str(loom.book["extra_title"])), *(_row(item) for item in extra)]))
    text = "\n\n".join(part for part in (title, intro, *blocks, outro) if part)
    fields: dict[str, Any] = {"title": title, str(loom.book.get("field", "days")): units}
    return Piece(text, {**fields, **({"extra": extra} if extra else {})}, {"topic": loom.topic.text})


def _days(loom: Loom) -> list[dict[str, Any]]:
    """As many units as asked, each with a line for every time of day."""
    units = loom.how_many(tuple(loom.book.get("sizes", (2, 3, 5))), int(loom.book.get("most", 14)))
    times: list[list[str]] = loom.book["times"][: loom.size(*loom.book.get("depth", (2, 3, 9)))]
    themes = loom.some("theme", units) if loom.has("theme") else []
    lines = [(loom.fill(label), loom.some(pool, units, again=True)) for label, pool in times]
    days = []
    for day in range(units):
        head = loom.fill(str(loom.book["unit"])).replace("#", str(day + 1))
        items = [f"{label}: {said[day]}" for label, said in lines if day < len(said)]
        if items:
            days.append({"title": f"{head}: {themes[day]}" if day < len(themes) else head, "items": items})
    return days


def _phases(loom: Loom) -> list[dict[str, Any]]:
    """Fixed phases that share the minutes asked for."""
    minutes = loom.ask.number("minutes", 0) or loom.topic.seconds // 60
    minutes = minutes or int(loom.book.get("minutes", 60))
    parts: list[list[Any]] = loom.book["phases"]
    whole, clock, units = sum(part[2] for part in parts), 0, []
    for place, (name, pool, share) in enumerate(parts):
        length = minutes - clock if place == len(parts) - 1 else max(1, round(minutes * share / whole))
        span = loom.fill(
            str(loom.book.get("span", "{from}–{to} min"))
            .replace("{from}", str(clock))
            .replace("{to}", str(clock + length))
        )
        items = loom.some(pool, loom.size(*loom.book.get("depth", (1, 2, 3))))
        units.append(
            {"title": f"{span}  {loom.fill(name)}".replace("  ", " · "), "items": items, "minutes": length}
        )
        clock += length
    return units


def _row(line: str) -> str:
    return f"- {line}"
