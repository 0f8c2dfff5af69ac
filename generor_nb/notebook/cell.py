"""A ``%%generate`` cell: read, fill, price, show, spend, show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .. import api, sessions
from ..background import Job, launch
from ..base import host
from ..base.errors import InvalidRequest
from ..base.messages import say
from ..base.settings import Settings, speak
from ..base.text import WHOLE_KEY
from ..contract.schema import SLOTS, Ask
from ..plans import Plan, Terms
from ..references import named
from ..results import Quote, Result
from ..session import Session
from ..tables import Line as Sentence
from .fill import evaluator, filler
from .options import BRACES, Line, parse
from .progress import Progress, frame, opening


def run(shell: Any, text: str, body: str) -> None:
    """Run one cell; whatever fails raises.

    Args:
        shell: the IPython shell.
        text: the line after ``%%generate``.
        body: the cell below it.
    """
    speak()
    fill = filler(shell.user_ns)
    line = parse(text, fill)
    prompt = fill(body).strip()
    _refuse_keys(text, body, prompt, *map(str, line.values.values()), *line.settings.values())
    dry = line.get("dry_run", False)
    ask = _ask(line, prompt, refs(line, shell.user_ns))
    output = Output()
    current, plan = _prepare(output, ask, _terms(line), line.get("provider"), dry=dry)
    code = as_python(line, prompt) if line.get("show_code") else ""
    if dry:
        quote = replace(plan.quote, code=code)
        output.show(quote)
        publish(shell, quote, None)
        return
    if line.get("background"):
        publish(shell, _leave(output, current, plan), line.name)
        return
    result = _spend(output, current, plan, code)
    publish(shell, result, line.name)


def refs(line: Line, namespace: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """What the line's media options mean: an expression in braces is the value itself."""
    value_of, fill = evaluator(namespace), filler(namespace)

    def meant(option: str, word: str) -> Any:
        whole = BRACES.fullmatch(word)
        if whole is None:
            return named(option, fill(word), namespace)
        return value_of(whole.group(1))

    return {key: tuple(meant(key, word) for word in line.get(key)) for key in SLOTS if line.get(key)}


def _ask(line: Line, prompt: str, media: Mapping[str, tuple[Any, ...]]) -> Ask:
    return Ask(
        generator=line.slug,
        prompt=prompt,
        model=line.get("model"),
        count=line.get("count"),
        aspect=line.get("aspect"),
        settings=line.settings,
        public=line.get("public", False),
        refs=media,
        **{name: line.get(name) for name in api.FURTHER},
    )


def _terms(line: Line) -> Terms:
    return Terms(
        max_credits=line.get("max_credits"),
        take=line.get("take"),
        again=line.get("again", False),
        yes=line.get("yes", False),
        out=line.get("out"),
    )


class Output:
    """A cell's one output: what is shown takes the place of what was shown before."""

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, value: Any) -> None:
        if self._handle is None:
            self._handle = _display(value, display_id=True)
        else:
            self._handle.update(value)

    def clear(self) -> None:
        if self._handle is not None:
            self._handle.update(Sentence(""))


def _prepare(
    output: Output, ask: Ask, terms: Terms, provider: str | None, *, dry: bool
) -> tuple[Session, Plan]:
    """``api.prepare``; whoever watches is told that a kernel's first request opens the provider."""
    new = sessions.opening(provider)
    if new and host.in_kernel() and host.attended() and Settings().get("progress"):
        output.show(opening(new))
    try:
        return api.prepare(ask, terms, provider, dry=dry)
    except BaseException:
        output.clear()
        raise


def _spend(output: Output, current: Session, plan: Plan, code: str) -> Result:
    """Spend, and show exactly one output: live and then replaced, or plain. A question names the price."""
    watched = current.settings.get("progress") and current.attended()
    live = watched and host.in_kernel()
    if live:
        output.show(frame(plan.quote, None, 0))
    elif watched:
        print(plan.quote)  # noqa: T201
    try:
        confirmed = api.confirm(current, plan)
        on_tick = Progress(plan.quote, output.show).tick if live else None
        result = replace(api.follow(current, plan, confirmed=confirmed, on_tick=on_tick), code=code)
    except BaseException:
        if live:
            output.show(plan.quote)
        raise
    output.show(result)
    return result


def _leave(output: Output, current: Session, plan: Plan) -> Job:
    """Start a job and show its card, which goes on while other cells run."""
    live = current.settings.get("progress") and current.attended() and host.in_kernel()
    if live:
        output.show(frame(plan.quote, None, 0))
    try:
        job = launch(current, plan, confirmed=api.confirm(current, plan))
    except BaseException:
        if live:
            output.show(plan.quote)
        raise
    if live:
        job.show(output.show)
    else:
        output.show(job)
    return job


def _display(value: Any, **options: Any) -> Any:
    from IPython.display import display

    return display(value, **options)  # type: ignore[no-untyped-call]  # IPython is half typed


def publish(shell: Any, value: Result | Quote | Job, name: str | None) -> None:
    """Set NAME, ``_`` and ``Out[n]`` without showing the value a second time."""
    if name is not None:
        shell.user_ns[name] = value
    shell.displayhook.update_user_ns(value)


def _refuse_keys(*texts: str) -> None:
    if any(WHOLE_KEY.search(text) for text in texts):
        raise InvalidRequest(say("key.typed"), say("key.typed.hint"))


def as_python(line: Line, prompt: str) -> str:
    """The same call in Python.

    >>> as_python(parse("image --count 2"), "a fox")
    "gn.generate('image', 'a fox', count=2)"
    """
    values: Mapping[str, Any] = line.values | ({"settings": dict(line.settings)} if line.settings else {})
    skipped = {"dry_run", "show_code", "background"}
    options = "".join(
        f", {key}={_spelled(key, value)}" for key, value in values.items() if key not in skipped
    )
    function = "submit" if line.get("background") else "generate"
    call = f"gn.{function}({line.slug!r}, {prompt!r}{options})"
    return f"{line.name} = {call}" if line.name else call


def _spelled(key: str, value: Any) -> str:
    """A value as Python has it: a medium is a variable, an expression or a text."""
    if key not in SLOTS:
        return repr(value)
    words = [_medium(word) for word in value]
    return words[0] if len(words) == 1 else f"[{', '.join(words)}]"


def _medium(word: str) -> str:
    whole = BRACES.fullmatch(word)
    if whole is not None:
        return whole.group(1).strip()
    return word if word.isidentifier() else repr(word)
