"""``%generor SUB``: looking around, for free."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .. import allowance, api, recovery, sessions
from ..base import host, keys, services
from ..base.errors import GenerorError, InvalidRequest, KeyMissing
from ..base.messages import in_credits, say
from ..base.secret import Secret
from ..base.services import Service
from ..base.settings import SETTINGS, Settings, speak
from ..base.text import credits, line, nearest
from ..costs import BY, DAYS, Spend, spend
from ..histories import LIMIT, History, history
from ..session import Session
from ..tables import Line, Table
from . import teams

# How long a provider may take to say how it stands.
STATUS_SECONDS = 4


@dataclass(frozen=True)
class Sub:
    """A subcommand: how it is written, and what it does with its words."""

    usage: str
    act: Callable[[list[str]], Any]
    words: int = 0


def run(text: str) -> Any:
    """Run one ``%generor`` line and return what it shows.

    Raises:
        InvalidRequest: there is no such subcommand, or it takes no such word.
    """
    speak()
    try:
        words = shlex.split(text)
    except ValueError:
        raise InvalidRequest(say("line.quotes"), say("line.quotes.hint")) from None
    name, rest = (words[0], words[1:]) if words else ("status", [])
    sub = SUBS.get(name)
    if sub is None:
        close = nearest(name, SUBS)
        hint = say("use.one.of", values=", ".join(close or SUBS))
        raise InvalidRequest(say("sub.unknown", name=name), hint, field=name, nearest=close)
    if len(rest) > sub.words:
        hint = say("sub.extra.hint", usage=sub.usage)
        raise InvalidRequest(say("sub.extra", name=name, word=rest[sub.words]), hint, field=name)
    return sub.act(rest)


def help_text() -> str:
    """What ``%generor?`` shows, in the language in use."""
    speak()
    rows = []
    for name, sub in SUBS.items():
        apart = " " if len(sub.usage) <= 30 else "\n" + " " * 42
        rows.append(f"  %generor {sub.usage:<30}{apart}{say(f'help.sub.{name}')}")
    return f"{say('help.line')}\n\n" + "\n".join(rows)


def _status(_: list[str]) -> Table:
    known, opened = services.known(), dict[str, Session | GenerorError]()
    for service in known:
        try:
            opened[service.name] = sessions.current(service.name)
        except GenerorError as error:
            opened[service.name] = error
    rows = api.wait(_standings([(service, opened[service.name]) for service in known]))
    broken = [["", "", "", trouble, "", ""] for trouble in services.troubles()]
    return Table(say("status.columns").split("|"), [*rows, *broken])


async def _standings(opened: Sequence[tuple[Service, Session | GenerorError]]) -> list[list[str]]:
    """All providers at once: none waits for another."""
    return await asyncio.gather(*(_standing(service, session) for service, session in opened))


async def _standing(service: Service, session: Session | GenerorError) -> list[str]:
    """One provider as it stands; what cannot be asked is said in its place."""
    name, source = service.name, sessions.key_source(service)
    key = say("key.from", source=source) if source else "—" if service.keyed else say("key.none.needed")
    if isinstance(session, GenerorError):
        return [name, "", key, line(session.what, 80), "", ""]
    provider = session.provider
    place = provider.base_url if service.placed else "—"
    try:
        async with asyncio.timeout(STATUS_SECONDS):
            account, left = await asyncio.gather(provider.account(), _left(session))
    except TimeoutError:
        return [name, place, key, say("status.silent", seconds=STATUS_SECONDS), "", ""]
    except Exception as error:  # a provider of another package may raise whatever it likes
        return [name, place, key, line(getattr(error, "what", repr(error)), 80), "", ""]
    pace = provider.quota() or say("quota.unknown")
    return [name, place, key, account.name or account.id, left, pace]


async def _left(session: Session) -> str:
    try:
        return credits((await session.balance()).total)
    except GenerorError:
        return say("status.untold")


def _balance(_: list[str]) -> Any:
    from ..widgets.balance import balance

    return balance()


def _generators(words: list[str]) -> Table:
    wanted = [w.casefold() for w in words]
    rows = [
        [g.slug, g.title, g.type, g.description]
        for g in api.wait(sessions.current().generators())
        if all(w in f"{g.slug} {g.title} {g.type} {g.description}".casefold() for w in wanted)
    ]
    return Table(say("generators.columns").split("|"), rows, say("generators.none"))


def _models(words: list[str]) -> Table:
    found = api.wait(sessions.current().models(words[0] if words else None))
    rows = [
        [str(m.id), m.name, m.type, credits(m.credit_cost), " ".join(m.ratios), m.description] for m in found
    ]
    return Table(say("models.columns").split("|"), rows)


def _config(_: list[str]) -> Table:
    settings = Settings()
    rows = []
    for name in SETTINGS:
        found = settings.find(name)
        rows.append([name, say("config.computed") if found.value is None else str(found.value), found.source])
    return Table(say("config.columns").split("|"), rows)


def _keyed(words: list[str]) -> Service:
    """The provider whose key is meant: Generor unless named."""
    service = services.named(words[0] if words else services.GENEROR)
    if not service.keyed:
        raise InvalidRequest(
            say("login.keyless", provider=service.name), say("login.keyless.hint"), field="provider"
        )
    return service


def _login(words: list[str]) -> str:
    """Ask for the key without showing it, try it, and keep it in the 0600 file."""
    from getpass import getpass

    keys.refuse_in_demo()
    service = _keyed(words)
    name = service.name
    if not host.attended():
        raise KeyMissing(say("login.unattended"), say("key.missing.hint", env=service.key))
    key = Secret(getpass(say("key.prompt", provider=name)))
    try:
        account = api.wait(sessions.connect(name, key=key).provider.account())
    except BaseException:
        sessions.disconnect(name)
        raise
    path = keys.store(name, key)
    return Line(say("login.done", account=account.name or account.id, provider=name, path=path))


def _logout(words: list[str]) -> str:
    name = _keyed(words).name
    sessions.disconnect(name)
    return Line(say("logout.done" if keys.forget(name) else "logout.none"))


def _history(words: list[str]) -> History:
    """How many at most, then words to look for."""
    number = words[0] if words and words[0].lstrip("-").isdigit() else ""
    if number and not (_is_number(number) and 0 < int(number) < 1_000_000):
        raise InvalidRequest(say("history.bad", value=number), say("history.bad.hint"), field="history")
    wanted = words[1:] if number else words
    return history(int(number) if number else LIMIT, search=" ".join(wanted))


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _spend(words: list[str]) -> Spend:
    """By what, and of how many days: in either order."""
    numbers = [int(word) for word in words if _is_number(word)]
    by = [word for word in words if not _is_number(word)]
    if len(numbers) > 1 or len(by) > 1:
        hint = say("sub.extra.hint", usage=SUBS["spend"].usage)
        raise InvalidRequest(say("sub.extra", name="spend", word=words[1]), hint, field="spend")
    return spend(by[0] if by else None, days=numbers[0] if numbers else DAYS)


def _form(words: list[str]) -> Any:
    from ..widgets.form import form

    if not words:
        raise InvalidRequest(say("sub.generator"), say("slug.hint"), field="form")
    return form(words[0])


def _gallery(words: list[str]) -> Any:
    from ..widgets.gallery import gallery

    if words[1:] and words[0] != "team":
        hint = say("sub.extra.hint", usage=SUBS["gallery"].usage)
        raise InvalidRequest(say("sub.extra", name="gallery", word=words[1]), hint, field="gallery")
    return gallery(words[0] if words else None, team=words[1] if words[1:] else None)


def _jobs(_: list[str]) -> Any:
    from ..background import jobs

    return jobs()


def _budget(words: list[str]) -> str:
    current = sessions.current()
    if words:
        current.allowance.session_cap = _cap(words[0])
    account = api.wait(current.provider.account())
    spent = current.journal.spent(current.provider.name, account.id, allowance.SESSION)
    cap_now = current.allowance.session_limit()
    shown = say("budget.none") if cap_now is None else in_credits(cap_now)
    return Line(say("budget.set", cap=shown, used=credits(spent.session)))


def _cap(word: str) -> float | None:
    """Credits, or None for ``none``."""
    if word.casefold() == "none":
        return None
    try:
        cap = float(word)
    except ValueError:
        cap = -1.0
    if not cap >= 0:
        raise InvalidRequest(say("budget.bad", value=word), say("budget.bad.hint"), field="budget")
    return cap


def _recover(words: list[str]) -> Any:
    return recovery.act(words, SUBS["recover"].usage)


def _doctor(_: list[str]) -> Table:
    from ..doctor import doctor

    return doctor()


SUBS: dict[str, Sub] = {
    "status": Sub("status", _status),
    "login": Sub("login [PROVIDER]", _login, 1),
    "logout": Sub("logout [PROVIDER]", _logout, 1),
    "balance": Sub("balance", _balance),
    "generators": Sub("generators [words]", _generators, 8),
    "models": Sub("models [type]", _models, 1),
    "config": Sub("config", _config),
    "history": Sub("history [N] [words]", _history, 9),
    "jobs": Sub("jobs", _jobs),
    "spend": Sub(f"spend [{'|'.join(BY)}] [DAYS]", _spend, 2),
    "form": Sub("form GENERATOR", _form, 1),
    "gallery": Sub("gallery [mine|public|feed|local|team ID|GENERATOR]", _gallery, 2),
    "teams": Sub("teams [ID [invite]]", teams.show, 2),
    "budget": Sub("budget [N|none]", _budget, 1),
    "recover": Sub(recovery.USAGE, _recover, 2),
    "doctor": Sub("doctor", _doctor),
}
