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
    short: str = ""
    repeat: bool = False

    @property
    def key(self) -> str:
        return self.name.removeprefix("--").replace("-", "_")

    @property
    def help(self) -> str:
        return say(f"help.option.{self.key}")


OPTIONS: tuple[Option, ...] = (
    Option("--model", "text", '"Flux Schnell"', "-m"),
    Option("--count", "whole", "2", "-n"),
    Option("--aspect", "text", "16:9", "-a"),
    Option("--seconds", "whole", "5"),
    Option("--set", "setting", "KEY=VALUE", repeat=True),
    Option("--image", "media", "picture"),
    Option("--end-image", "media", "last.png"),
    Option("--reference", "media", "hero", repeat=True),
    Option("--video", "media", "clip"),
    Option("--reference-video", "media", "clip", repeat=True),
    Option("--audio", "media", "song.mp3"),
    Option("--audio-track", "flag", ""),
    Option("--no-audio-track", "flag", ""),
    Option("--language", "text", "en-US"),
    Option("--temperature", "amount", "0.8"),
    Option("--max-credits", "amount", "20"),
    Option("--dry-run", "flag", ""),
    Option("--again", "flag", ""),
    Option("--take", "whole", "2"),
    Option("--yes", "flag", ""),
    Option("--background", "flag", ""),
    Option("--public", "flag", ""),
    Option("--team", "whole", "7"),
    Option("--provider", "text", "studio"),
    Option("--out", "text", "pictures", "-o"),
    Option("--show-code", "flag", ""),
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
    if f"-{name}" in _BY_NAME:  # -aspect, which would be read as -a spect
        long = say("option.nearest", names=f"-{name}")
        raise InvalidRequest(say("option.unknown", option=name), long, field=name, nearest=[f"-{name}"])
    if word[:2] in _SHORT and len(word) > 2 and not equals:
        name, equals, inline = word[:2], "=", word[2:]
    option = _BY_NAME.get(name)
    if option is None:
        if name in ("--help", "-h"):
            raise InvalidRequest(say("option.unknown", option=name), say("option.help"), field=name)
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
    """What ``%%generate?`` shows, in the language in use."""
    rows = []
    for option in OPTIONS:
        names = f"{option.short}, {option.name}" if option.short else f"    {option.name}"
        value = "" if option.kind == "flag" else f" {option.example}"
        rows.append(f"  {names + value:<30} {option.help}")
    example = "  %%generate image picture --aspect 16:9 --count 2\n  A lighthouse in a storm, {{style}}"
    flow = f"{say('help.cell.flow')}\n{say('help.cell.again')}"
    usage = "  %%generate GENERATOR [NAME] [options]"
    parts = (say("help.cell"), usage, flow, example, say("help.cell.name"), "\n".join(rows))
    return "\n\n".join(parts)
