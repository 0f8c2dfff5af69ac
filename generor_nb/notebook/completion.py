"""What Tab offers inside our two magics. Deciding is pure; the catalogue comes from the session."""

from __future__ import annotations

import concurrent.futures
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..base import host, services
from ..base.text import credits, line
from ..contract.generor import MODEL_TYPES
from ..contract.schema import Field, Generator, Model
from ..costs import BY
from ..listing import WHERE
from ..results import Creation, Result
from .options import OPTIONS, Option

FIRST_TAB_SECONDS = 3.0
_BY_NAME = {name: o for o in OPTIONS for name in (o.name, o.short) if name}


@dataclass(frozen=True)
class Candidate:
    """``text`` replaces the fragment; ``label`` is shown beside it."""

    text: str
    label: str = ""


@dataclass(frozen=True)
class Known:
    """What there is to complete from.

    ``generator`` is the one named in the line, ``variables`` hold results.
    """

    generators: Sequence[Generator] = ()
    models: Sequence[Model] = ()
    generator: Generator | None = None
    variables: Sequence[str] = ()


def complete(typed: str, known: Known, subcommands: Sequence[str] = ()) -> tuple[str, list[Candidate]]:
    """The fragment before the cursor, and what could stand there."""
    words, fragment = cut(typed)
    if words[:1] == ["%generor"]:
        return fragment, _matching(fragment, _sub_candidates(words, subcommands, known))
    return fragment, _matching(fragment, _cell_candidates(words, fragment, known))


def cut(typed: str) -> tuple[list[str], str]:
    """Finished words, and the unfinished one; an open quote keeps its spaces."""
    words, current, quote = [], "", ""
    for character in typed.lstrip():
        if quote:
            quote = "" if character == quote else quote
            current += character
        elif character in "\"'":
            quote, current = character, current + character
        elif character.isspace():
            words += [current] if current else []
            current = ""
        else:
            current += character
    return words, current


def _sub_candidates(words: list[str], subcommands: Sequence[str], known: Known) -> list[Candidate]:
    if len(words) == 1:
        return [Candidate(name, "command") for name in subcommands]
    if words[1:] == ["models"]:
        return [Candidate(name, "type") for name in MODEL_TYPES]
    if words[1:] in (["login"], ["logout"]):
        return [Candidate(service.name, "provider") for service in services.known() if service.keyed]
    if words[1:] == ["spend"]:
        return [Candidate(name) for name in BY]
    if words[1:] == ["form"]:
        return [Candidate(g.slug, g.title) for g in known.generators]
    if words[1:] == ["gallery"]:
        return [*map(Candidate, WHERE), *(Candidate(g.slug, g.title) for g in known.generators)]
    return []


def _cell_candidates(words: list[str], fragment: str, known: Known) -> list[Candidate]:
    if len(words) == 1:
        return [Candidate(g.slug, g.title) for g in known.generators]
    option = _BY_NAME.get(words[-1])
    name, equals, _ = fragment.partition("=")
    if equals and name in _BY_NAME:
        return [Candidate(f"{name}={c.text}", c.label) for c in _values(_BY_NAME[name], "", known, words)]
    if option is not None and option.kind != "flag" and not fragment.startswith("--"):
        return _values(option, fragment, known, words)
    used = {w.partition("=")[0] for w in words}
    return [Candidate(o.name, o.help) for o in OPTIONS if o.repeat or o.name not in used]


def _values(option: Option, fragment: str, known: Known, words: list[str]) -> list[Candidate]:
    if option.kind == "media":
        return [Candidate(name, "result") for name in known.variables]
    if option.key == "seconds":
        model = _chosen(words, known)
        return [Candidate(str(length), "s") for length in model.durations] if model else []
    if option.key == "model":
        return [_model(m) for m in known.models if known.generator is None or m.type == known.generator.type]
    if option.key == "aspect":
        field = known.generator.field("aspect") if known.generator else None
        return [Candidate(o.value, o.label) for o in field.options] if field else []
    if option.key == "provider":
        return [Candidate(service.name, "provider") for service in services.known()]
    if option.key == "set" and known.generator is not None:
        return _settings(known.generator, fragment)
    return []


def _chosen(words: list[str], known: Known) -> Model | None:
    """The model the line names, else the generator's default."""
    field = known.generator.field("model") if known.generator else None
    wanted = str(field.default) if field else ""
    for name, value in itertools.pairwise(words):
        if name in ("--model", "-m"):
            wanted = value.strip("\"'")
    fits = (m for m in known.models if wanted.casefold() in (str(m.id), m.name.casefold()))
    return next(fits, None)


def _model(model: Model) -> Candidate:
    name = f'"{model.name}"' if " " in model.name else model.name
    return Candidate(line(name, 80), f"{credits(model.credit_cost)}\u00a0credits")


def _settings(generator: Generator, fragment: str) -> list[Candidate]:
    fields = [f for f in generator.fields if f.id not in ("prompt", "model", "count", "aspect")]
    key, equals, _ = fragment.partition("=")
    field = next((f for f in fields if f.id == key), None)
    if equals and field is not None:
        return [Candidate(f"{key}={value}", label) for value, label in _field_values(field)]
    return [Candidate(f"{f.id}=", f.label) for f in fields]


def _field_values(field: Field) -> list[tuple[str, str]]:
    if field.kind == "flag":
        return [("true", "flag"), ("false", "flag")]
    return [
        (o.value, o.label if o.multiplier == 1 else f"{o.label} ×{o.multiplier:g}") for o in field.options
    ]


def _matching(fragment: str, candidates: list[Candidate]) -> list[Candidate]:
    """Those that begin as typed; a quote may still be missing."""
    wanted = fragment.strip("\"'").casefold()
    return [c for c in candidates if c.text.strip("\"'").casefold().startswith(wanted)]


# --- with the session's catalogue ---


def complete_live(typed: str) -> tuple[str, list[Candidate]]:
    """``complete`` with what the current session knows; nothing on any trouble."""
    from .commands import SUBS

    words, fragment = cut(typed)
    if words[:1] == ["%generor"] and words[1:] not in (["gallery"], ["form"]):
        return complete(typed, Known(), list(SUBS))
    try:
        return complete(typed, _known(words), list(SUBS))
    except Exception:
        # A traceback from Tab would land in the middle of what somebody is typing.
        return fragment, []


def _known(words: list[str]) -> Known:
    from .. import sessions
    from ..base import loop

    current = sessions.current(_provider(words))
    results = _results()

    async def gather() -> Known:
        generators = await current.generators()
        slug = words[1] if len(words) > 1 else ""
        generator = await current.generator(slug) if slug in {g.slug for g in generators} else None
        return Known(generators, await current.models(), generator, results)

    future: Any = loop.submit(gather())
    done, _ = concurrent.futures.wait([future], timeout=FIRST_TAB_SECONDS)
    return future.result() if done else Known()


def _results() -> tuple[str, ...]:
    """The user's variables that hold results, newest last."""
    user = getattr(host.shell(), "user_ns", {})
    return tuple(
        n for n, v in list(user.items()) if isinstance(v, Result | Creation) and not n.startswith("_")
    )


def _provider(words: list[str]) -> str | None:
    for name, value in itertools.pairwise(words):
        if name == "--provider" and services.find(value) is not None:
            return value
    return None
