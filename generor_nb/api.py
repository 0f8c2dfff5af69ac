"""The Python surface: what a cell magic does, as functions, over the same path."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import json
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from . import session, sessions
from .base import host, keys, loop, services
from .base.errors import Interrupted, InvalidRequest, NeedsConfirmation
from .base.messages import say
from .base.secret import Secret
from .base.text import nearest
from .chains import Origin, Ways
from .contract.schema import SLOTS, Ask
from .plans import Event, Plan, Terms
from .results import Quote, Result
from .session import Session
from .spending.journal import Operation
from .spending.states import FREE, RUNNING

_TICK_SECONDS = 0.1
_INTERRUPT_SECONDS = 0.4
_KINDS: tuple[tuple[str, tuple[type, ...], str], ...] = (
    ("generator", (str,), 'a name such as "image"'),
    ("model", (int, str), 'an id or a name, e.g. "Flux Schnell"'),
    ("aspect", (str,), '"16:9"'),
    ("settings", (Mapping,), '{"zodiac-sign": "aries"}'),
    ("seconds", (int,), "a whole number, e.g. 5"),
    ("language", (str,), '"en-US"'),
    ("temperature", (int, float), "a number from 0 to 2"),
    ("audio_track", (bool,), "True or False"),
    ("team", (int,), "a team's number"),
)
FURTHER = ("seconds", "language", "temperature", "audio_track", "team")
_ASK = ("model", "count", "aspect", "public", *FURTHER)
_TERMS = ("max_credits", "take", "again", "yes", "out")


def read_options(slug: str, prompt: str | None, options: Mapping[str, Any]) -> tuple[Ask, Terms]:
    known = {*_ASK, *_TERMS, *SLOTS, "settings", "provider"}
    for name in options:
        if name not in known:
            close = nearest(name, known)
            hint = say("use.one.of", values=", ".join(close or sorted(known)))
            raise InvalidRequest(say("option.unknown", option=name), hint, field=name, nearest=close)
    ask = Ask(
        slug,
        prompt,
        settings=options.get("settings") or {},
        refs=refs_of(options),
        **{k: options[k] for k in _ASK if k in options},
    )
    return checked(ask), Terms(**{k: options[k] for k in _TERMS if k in options})


def refs_of(options: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """The media among ``options``: one each, or a list where several may be given."""
    given = {name: options[name] for name in SLOTS if options.get(name) is not None}
    return {
        name: tuple(value) if SLOTS[name].most > 1 and isinstance(value, list | tuple) else (value,)
        for name, value in given.items()
        if not (isinstance(value, list | tuple) and not value)
    }


def checked(ask: Ask) -> Ask:
    """``ask``, if its values are of the right kinds.

    Raises:
        InvalidRequest: naming the argument that is not.
    """
    if ask.prompt is not None and not isinstance(ask.prompt, str):
        raise InvalidRequest(
            say("prompt.type", kind=_kind(ask.prompt)), say("prompt.type.hint"), field="prompt"
        )
    for name, kinds, right in _KINDS:
        value = getattr(ask, name)
        if not isinstance(value, kinds) and (value is not None or name == "generator"):
            raise InvalidRequest(
                say("argument.type", name=name, kind=_kind(value)),
                say("argument.type.hint", right=right),
                field=name,
            )
    return ask


def _kind(value: object) -> str:
    return type(value).__name__


def generate(slug: str, prompt: str | None = None, **options: Any) -> Result:
    """Make something and return it, at most once per request: a rerun replays from disk for 0 credits.

    Args:
        slug: the generator, e.g. ``"image"``.
        prompt: what to make.
        **options: ``model`` (id or name), ``count``, ``aspect`` (e.g. ``"16:9"``), ``settings`` (a dict of
            the generator's parameters), ``public``, ``provider``, ``max_credits``, ``take``, ``again``,
            ``yes``, ``out`` (folder); ``seconds``, ``audio_track`` (of a video), ``language``,
            ``temperature`` (of a text), ``team`` (its number); and media: ``image``, ``end_image``,
            ``video``, ``audio``, ``reference`` and ``reference_video`` (one or a list), each an address, a
            Result or Creation, a path, a Pillow picture or bytes.

    Raises:
        GenerorError: with one line of what and one line of what to do.

    >>> gn.generate("image", "a lighthouse in a storm", aspect="16:9")  # doctest: +SKIP
    """
    return _generate(slug, prompt, options)


def _generate(
    slug: str, prompt: str | None, options: Mapping[str, Any], parents: tuple[Origin, ...] = ()
) -> Result:
    ask, terms = read_options(slug, prompt, options)
    current, plan = prepare(replace(ask, parents=parents), terms, options.get("provider"))
    confirmed = confirm(current, plan)
    return follow(current, plan, confirmed=confirmed)


async def agenerate(slug: str, prompt: str | None = None, **options: Any) -> Result:
    """``generate`` for ``await``: the running loop stays free.

    Needs no answer from anybody: what would ask raises NeedsConfirmation; pass ``yes=True``.

    >>> poem = await gn.agenerate("poem", "the sea in winter")  # doctest: +SKIP
    """
    ask, terms = read_options(slug, prompt, options)
    current = sessions.current(options.get("provider"))

    async def whole() -> Result:
        return await current.spend(await current.plan(ask, terms))

    return await asyncio.wrap_future(loop.submit(whole()))


def estimate(slug: str, prompt: str | None = None, **options: Any) -> Quote:
    """What ``generate`` would cost and take, in credits and seconds. Free.

    >>> gn.estimate("image", "a lighthouse", count=2)  # doctest: +SKIP
    ≈ 12 credits · about 1 s · Flux Schnell · private · studio
    """
    ask, terms = read_options(slug, prompt, options)
    return prepare(ask, terms, options.get("provider"))[1].quote


def connect(provider: str, key: str | Secret | None = None) -> None:
    """Use ``provider`` with ``key`` for this process; without one, ask for it without showing it.

    >>> gn.connect("generor")  # asks for the key # doctest: +SKIP
    """
    if key is None and services.named(provider).keyed:
        keys.refuse_in_demo()
        from getpass import getpass

        key = getpass(say("key.prompt", provider=provider))
    secret = Secret(key) if isinstance(key, str) else key
    sessions.connect(provider, key=secret)


# --- waiting on the cell's own thread ---


def wait(coroutine: Any) -> Any:
    """Run something free on the background loop; an interrupt stops it.

    Raises:
        Interrupted: before anything was sent.
    """
    future = loop.submit(coroutine)
    try:
        while not future.done():
            concurrent.futures.wait([future], timeout=_TICK_SECONDS)
    except KeyboardInterrupt:
        future.cancel()
        raise Interrupted(say("interrupted.before"), say("interrupted.before.hint")) from None
    return future.result()


def prepare(
    ask: Ask, terms: Terms, provider: str | None = None, *, dry: bool = False
) -> tuple[Session, Plan]:
    """Open the session and plan: nothing is sent, and an interrupt at any point says so.

    Args:
        dry: the plan will not be paid.
    """
    try:
        current = sessions.current(provider, soon=not dry)
        return current, wait(current.plan(ask, terms, dry=dry))
    except Interrupted:
        raise
    except KeyboardInterrupt:
        raise Interrupted(say("interrupted.before"), say("interrupted.before.hint")) from None


def confirm(current: Session, plan: Plan) -> bool:
    """Put the plan's question to whoever is there.

    Raises:
        NeedsConfirmation: the answer was not yes.
    """
    if plan.question is None or plan.existing is not None or not current.attended():
        return False
    if not host.ask(plan.question):
        raise NeedsConfirmation(say("ask.no"), say("ask.no.hint"))
    return True


def follow(
    current: Session,
    plan: Plan,
    *,
    confirmed: bool = False,
    on_tick: Callable[[Event | None], None] | None = None,
) -> Result:
    """Spend on the background loop while this thread waits, ticks and stays interruptible.

    Args:
        on_tick: called on this thread, at most ten times a second, with the latest event.

    Raises:
        Interrupted: the waiting stopped; the message says how the operation stands.
    """
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    ended = threading.Event()

    async def whole() -> Result:
        try:
            return await current.spend(plan, events.put, confirmed=confirmed)
        finally:
            ended.set()

    future = loop.submit(whole())
    latest: Event | None = None
    try:
        while not future.done():
            concurrent.futures.wait([future], timeout=_TICK_SECONDS)
            latest = _last(events, latest)
            if on_tick is not None and not future.done():
                on_tick(latest)
    except KeyboardInterrupt:
        future.cancel()
        in_time = ended.wait(_INTERRUPT_SECONDS)
        raise _interrupted(current, _last(events, latest), in_time) from None
    return future.result()


def _last(events: queue.SimpleQueue[Event], latest: Event | None) -> Event | None:
    with contextlib.suppress(queue.Empty):
        while True:
            latest = events.get_nowait()
    return latest


def _interrupted(current: Session, latest: Event | None, in_time: bool) -> Interrupted:
    """How the operation stands, as far as that can be known without waiting."""
    op = _state(current, latest.operation) if latest and in_time else None
    if in_time and (latest is None or (op and op.state in FREE)):
        return Interrupted(say("interrupted.before"), say("interrupted.before.hint"))
    if op is None:
        return Interrupted(say("interrupted.unclear"), say("interrupted.sent.hint"))
    what = say("interrupted.sent" if op.state in RUNNING else "interrupted.done", id=op.short)
    return Interrupted(what, say("interrupted.sent.hint"), operation=op.id)


def _state(current: Session, operation: str) -> Operation | None:
    async def read() -> Operation:
        return current.journal.get(operation)

    future = loop.submit(read())
    done, _ = concurrent.futures.wait([future], timeout=_INTERRUPT_SECONDS)
    return future.result() if done else None


# --- going on from what was made ---


def _ways(current: Session) -> Ways:
    """How a result of ``current`` goes on: at the same provider, priced and asked about like any request."""
    name = current.provider.name

    def on(slugs: Sequence[str], prompt: str | None, options: Mapping[str, Any], origin: Origin) -> Result:
        known = {g.slug for g in wait(sessions.current(name).generators())}
        slug = next((slug for slug in slugs if slug in known), slugs[0])
        return _generate(slug, prompt, {"provider": name, **options}, (origin,))

    def remix(operation: str, changes: Mapping[str, Any]) -> Result:
        home = sessions.current(name)
        op = home.journal.whole(home.operation(operation))
        before = options_of(op)
        settings = {**before["settings"], **changes.get("settings", {})}
        again = {} if changes else {"again": True}
        options = {"provider": name, **before, **again, **changes, "settings": settings}
        return _generate(op.generator, options.pop("prompt"), options, ((op.id, ""),))

    return Ways(on, remix)


def options_of(op: Operation) -> dict[str, Any]:
    """What an operation was asked with, as ``generate`` takes it."""
    from .contract import gptimage2, grok_imagine, images_create

    body = json.loads(op.body)
    # Bodies whose names are not those of the options.
    for contract in (gptimage2, images_create, grok_imagine):
        if op.provider == contract.NAME:
            told: dict[str, Any] = contract.asked(body)
            return told
    own = {"model_id": "model", "aspect_ratio": "aspect", "generate_audio": "audio_track", "team_id": "team"}
    own |= {name: name for name in ("count", "seconds", "language", "temperature")}
    own |= {slot.field: slot.option for slot in SLOTS.values()}
    taken = {*own, "prompt", "privacy_mode", "parameters"}
    return {
        **{option: body[name] for name, option in own.items() if name in body},
        "prompt": body.get("prompt"),
        "public": body.get("privacy_mode") == 0,
        "settings": {**body.get("parameters", {}), **{k: v for k, v in body.items() if k not in taken}},
    }


session.ways_of = _ways
