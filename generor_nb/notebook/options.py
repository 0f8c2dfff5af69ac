"""The ``%%generate`` line, read. Pure: words in, options out, or an error that says what would be right."""

from __future__ import annotations

import keyword
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..base.errors import InvalidRequest
from ..base.messages import say
from ..base.text import nearest

BRACES = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
# The first "=" outside of braces.
_EQUALS = re.compile(r"((?:\{\{.*?\}\}|[^={]|\{(?!\{))*)=(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Option:
    """``kind`` is flag, text, whole, amount, setting or media; ``example`` a value that works.

    ``repeat``: it may be given more than once.
    """

    name: str
    kind: str
    example: str
    help: str
    short: str = ""
    repeat: bool = False

    @property
    def key(self) -> str:
        return self.name.removeprefix("--").replace("-", "_")


OPTIONS: tuple[Option, ...] = (
    Option("--model", "text", '"Flux Schnell"', "model by id or name; Tab shows prices", "-m"),
    Option("--count", "whole", "2", "how many, 1 to 10", "-n"),
    Option("--aspect", "text", "16:9", "aspect ratio: 1:1, 3:4, 4:3, 16:9, 9:16", "-a"),
    Option("--seconds", "whole", "5", "length of a video"),
    Option("--set", "setting", "KEY=VALUE", "a parameter of the generator (repeatable)", repeat=True),
    Option("--image", "media", "picture", "a picture: an address, an earlier result's name, or a file"),
    Option("--end-image", "media", "last.png", "the picture a video ends on"),
    Option("--reference", "media", "hero", "a picture that [Image1] … speak of (repeatable)", repeat=True),
    Option("--video", "media", "clip", "the video to edit or go on from"),
    Option("--reference-video", "media", "clip", "a video to follow (repeatable)", repeat=True),
    Option("--audio", "media", "song.mp3", "a sound to follow"),
    Option("--audio-track", "flag", "", "a video with sound"),
    Option("--no-audio-track", "flag", "", "a video without sound"),
    Option("--language", "text", "en-US", "language of a text"),
    Option("--temperature", "amount", "0.8", "how freely a text is written, 0 to 2"),
    Option("--max-credits", "amount", "20", "refuse before sending when more could be charged"),
    Option("--dry-run", "flag", "", "price only, nothing is sent"),
    Option("--again", "flag", "", "pay for another sample of the same request"),
    Option("--take", "whole", "2", "the same, rerunnable: the sample of this number"),
    Option("--yes", "flag", "", "spend without asking"),
    Option("--background", "flag", "", "go on at once; NAME becomes a job (%generor jobs)"),
    Option("--public", "flag", "", "make the creation public; private otherwise"),
    Option("--team", "whole", "7", "make it under this team"),
    Option("--provider", "text", "studio", "where: generor, gptimage2, images-create, grok-imagine, studio"),
    Option("--out", "text", "pictures", "folder for the files; outputs otherwise", "-o"),
    Option("--show-code", "flag", "", "show the same call in Python"),
)
_BY_NAME = {name: option for option in OPTIONS for name in (option.name, option.short) if name}

_SHORT = {option.short for option in OPTIONS if option.short}


@dataclass
class Line:
    """What the line says. ``values`` holds the options given, by key; media as they are typed, in lists."""

    slug: str
    name: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)


def parse(line: str, fill: Callable[[str], str] = lambda text: text) -> Line:
    """Read the line; ``fill`` replaces every ``{{expression}}`` by its value.

    Raises:
        InvalidRequest: naming the word that is wrong.
    """
    words = split(line)
    if not words or words[0].startswith("-"):
        raise InvalidRequest(say("slug.missing"), say("slug.missing.hint"), field="generator")
    parsed = Line(fill(words.pop(0)))
    if words and not words[0].startswith("-"):
        parsed.name = _variable(words.pop(0))
    last: Option | None = None
    while words:
        word = words.pop(0)
        if not word.startswith("-") or word == "-":
            raise _stray(word, last, parsed)
        last = _take(word, words, parsed, fill)
    return parsed


def split(line: str) -> list[str]:
    """Words as a shell splits them, except that ``{{ … }}`` stays whole and a backslash is a backslash."""
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match.group(0))
        return f"\ue000{len(kept) - 1}\ue001"

    lexer = shlex.shlex(BRACES.sub(hide, line), posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""
    try:
        words = list(lexer)
    except ValueError:
        raise InvalidRequest(say("line.quotes"), say("line.quotes.hint")) from None
    return [re.sub("\ue000(\\d+)\ue001", lambda m: kept[int(m.group(1))], word) for word in words]


def _variable(word: str) -> str:
    if not word.isidentifier() or keyword.iskeyword(word):
        raise InvalidRequest(say("name.bad", name=word), say("name.bad.hint"), field="NAME")
    return word


def _take(word: str, words: list[str], parsed: Line, fill: Callable[[str], str]) -> Option:
    name, equals, inline = word.partition("=")
    if word[:2] in _SHORT and len(word) > 2 and not equals:
        name, equals, inline = word[:2], "=", word[2:]
    option = _BY_NAME.get(name)
    if option is None:
        close = nearest(name, [o.name for o in OPTIONS])
        hint = say("option.nearest", names=", ".join(close or [o.name for o in OPTIONS][:6]))
        raise InvalidRequest(say("option.unknown", option=name), hint, field=name, nearest=close)
    if option.kind == "flag":
        if equals:
            raise _stray(inline, option, parsed)
        _switch(option, parsed)
        return option
    if not equals and (not words or words[0].startswith("--")):
        hint = say("option.value.hint", option=option.name, example=option.example)
        raise InvalidRequest(say("option.value", option=option.name), hint, field=option.name)
    value = inline if equals else words.pop(0)
    if option.kind == "setting":
        _setting(value, parsed, fill)
        return option
    if option.key in parsed.values and not option.repeat:
        raise _twice(option)
    if option.kind == "media":
        parsed.values.setdefault(option.key, []).append(value)
        return option
    value = fill(value)
    parsed.values[option.key] = _number(option, value) if option.kind in ("whole", "amount") else value
    return option


def _switch(option: Option, parsed: Line) -> None:
    key = option.key.removeprefix("no_")
    if parsed.values.get(key, key == option.key) is not (key == option.key):
        raise _twice(option)
    parsed.values[key] = key == option.key


def _twice(option: Option) -> InvalidRequest:
    return InvalidRequest(
        say("option.twice", option=option.name), say("option.twice.hint"), field=option.name
    )


def _number(option: Option, value: str) -> float:
    try:
        return int(value) if option.kind == "whole" else float(value)
    except ValueError:
        hint = say("option.number.hint", option=option.name, example=option.example)
        raise InvalidRequest(
            say("option.number", option=option.name, value=value), hint, field=option.name
        ) from None


def _setting(text: str, parsed: Line, fill: Callable[[str], str]) -> None:
    found = _EQUALS.match(text)
    key, equals, value = (fill(found[1]), "=", fill(found[2])) if found else (text, "", "")
    if not equals or not key.strip():
        raise InvalidRequest(say("set.form", text=text), say("set.form.hint"), field="--set")
    if key.strip() in parsed.settings:
        raise InvalidRequest(
            say("option.twice", option=f"--set {key.strip()}"), say("option.twice.hint"), field=key.strip()
        )
    parsed.settings[key.strip()] = value.strip()


def _stray(word: str, last: Option | None, parsed: Line) -> InvalidRequest:
    if last is not None and last.key == "model":
        name = f"{parsed.values.get('model', '')} {word}"
        return InvalidRequest(
            say("word.stray", word=word), say("word.stray.model", name=name), field="--model"
        )
    return InvalidRequest(say("word.stray", word=word), say("word.stray.hint"), field=word)


def help_text() -> str:
    """The options as ``%%generate?`` shows them."""
    rows = []
    for option in OPTIONS:
        names = f"{option.short}, {option.name}" if option.short else f"    {option.name}"
        value = "" if option.kind == "flag" else f" {option.example}"
        rows.append(f"  {names + value:<30} {option.help}")
    return "\n".join(rows)
