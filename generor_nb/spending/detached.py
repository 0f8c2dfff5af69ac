"""The courier's own process: carries operations for one kernel, and finishes what is SENT when it is gone.

The first line of its standard input says for whom and where, and holds the key; each further line names an
operation. The end of that input is the end of the kernel's interest: nothing more is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import threading
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from .. import __version__
from ..base import messages
from ..base.errors import GenerorError
from ..base.files import OwnerLock, is_owned, private_folder
from ..base.messages import say
from ..base.secret import Secret
from ..providers.errand import Errand
from . import failure
from .courier import Courier
from .errand import open_provider
from .journal import Journal
from .states import ANSWERED, State

# How long a courier without a kernel goes on trying to fetch files, and to write an answer to a full disk.
IDLE_SECONDS, HELD_SECONDS, RETRY_SECONDS = 60.0, 3600.0, 5.0
# How long one with a kernel stays without work: it holds memory, and another one is started in a second.
REST_SECONDS = 600.0
_FLUSH_SECONDS = 1.0


def main(told: dict[str, Any]) -> None:
    """Serve one kernel to its end and the rest of its paid operations to theirs.

    Args:
        told: the first line: version, provider, base_url, home, key, asker, language.
    """
    voice = Voice()
    messages.use(told["language"])
    key = Secret(told["key"]) if told["key"] else None
    del told["key"]
    home = private_folder(Path(told["home"]))
    errand = Errand(told["provider"], told["base_url"], home, key)
    try:
        if told["version"] != __version__:
            raise GenerorError(say("courier.version", found=__version__), say("courier.version.hint"))
        os.chdir(home)
        asyncio.run(serve(errand, told["asker"], voice.tell))
    except GenerorError as error:
        voice.tell({"failed": failure.record(error)})
    finally:
        voice.end()


async def serve(errand: Errand, asker: str, tell: Callable[[dict[str, Any]], None]) -> None:
    """Carry what the input names; afterwards finish and leave."""
    journal = Journal(errand.home)
    owners = journal.local / "owners"
    owner = f"{uuid.uuid4().hex}-{os.getpid()}"
    lock, asked_by = OwnerLock(owners / f"{owner}.lock"), owners / f"{asker}.lock"
    lock.acquire()
    inbox: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    open_door = listen(asyncio.get_running_loop(), inbox)
    provider = open_provider(errand)
    courier = Courier(
        journal,
        provider,
        owner,
        asker=asker,
        may_send=lambda: open_door.is_set() and is_owned(asked_by),
    )
    tell({"ready": owner})
    try:
        given = await carry_all(courier, inbox, tell)
        call_off(journal, asker, given)
        await see_out(courier, given, time.monotonic, asyncio.sleep)
        journal.release(lambda one: one == owner or is_owned(owners / f"{one}.lock"))
    finally:
        await provider.aclose()
        journal.close()
        lock.release()
        lock.path.unlink(missing_ok=True)
        if not is_owned(asked_by):
            asked_by.unlink(missing_ok=True)


def listen(loop: asyncio.AbstractEventLoop, inbox: asyncio.Queue[dict[str, Any] | None]) -> threading.Event:
    """Put each line of the input into ``inbox``, and None at its end; the event is set until then."""
    is_open = threading.Event()
    is_open.set()

    def read() -> None:
        # A kernel that dies while it writes leaves half a line.
        with open(0, "rb", buffering=0, closefd=False) as lines, contextlib.suppress(OSError, ValueError):
            for line in lines:
                loop.call_soon_threadsafe(inbox.put_nowait, json.loads(line))
        is_open.clear()
        loop.call_soon_threadsafe(inbox.put_nowait, None)

    threading.Thread(target=read, name="generor-inbox", daemon=True).start()
    return is_open


async def carry_all(
    courier: Courier,
    inbox: asyncio.Queue[dict[str, Any] | None],
    tell: Callable[[dict[str, Any]], None],
) -> set[str]:
    """Carry each operation that comes in and tell when it is through; the ids, once no more come.

    Returns also when nothing has come for long; what comes too late goes to the next courier.
    """
    given: set[str] = set()
    telling: set[asyncio.Task[None]] = set()
    while True:
        try:
            async with asyncio.timeout(REST_SECONDS):
                line = await inbox.get()
        except TimeoutError:
            if telling:
                continue
            return given
        if line is None:
            return given
        operation = str(line["carry"])
        given.add(operation)
        courier.start(operation, overlap=bool(line.get("overlap")))
        task = asyncio.ensure_future(_tell_end(courier, operation, tell))
        telling.add(task)
        task.add_done_callback(telling.discard)


async def _tell_end(courier: Courier, operation: str, tell: Callable[[dict[str, Any]], None]) -> None:
    told: dict[str, Any] = {"done": operation}
    try:
        await courier.wait(operation)
    except GenerorError as error:
        told["failed"] = failure.record(error)
    except Exception as error:
        told["failed"] = failure.record(GenerorError(repr(error), say("unsent.hint")))
    tell(told)


def call_off(journal: Journal, asker: str, given: set[str]) -> None:
    """What was not sent will not be: it is free."""
    for operation in given:
        with contextlib.suppress(GenerorError):
            journal.move(operation, State.CANCELLED, "its owner is gone", by=asker)


async def see_out(
    courier: Courier,
    given: set[str],
    clock: Callable[[], float],
    sleep: Callable[[float], Awaitable[object]],
) -> None:
    """Finish what is SENT; what was answered and could not be kept is tried again for a while.

    Args:
        clock: seconds.
    """
    began = clock()
    await courier.drain()
    while True:
        left = [one for one in given if one in courier.held or _answered(courier.journal, one)]
        patience = HELD_SECONDS if courier.held else IDLE_SECONDS
        if not left or clock() - began > patience:
            return
        await sleep(RETRY_SECONDS)
        for operation in left:
            courier.start(operation)
        await courier.drain()


def _answered(journal: Journal, operation: str) -> bool:
    try:
        return journal.get(operation).state in ANSWERED
    except GenerorError:
        return False


class Voice:
    """Lines to whoever listens; a listener that is slow or gone holds nothing up."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        # Whatever else prints must not mix with these lines.
        self._out = os.dup(1)
        os.dup2(2, 1)
        self._thread = threading.Thread(target=self._speak, name="generor-voice", daemon=True)
        self._thread.start()

    def tell(self, told: dict[str, Any]) -> None:
        self._lines.put(json.dumps(told).encode() + b"\n")

    def end(self) -> None:
        """Say what is left to say, if somebody still listens."""
        self._lines.put(None)
        self._thread.join(_FLUSH_SECONDS)

    def _speak(self) -> None:
        with contextlib.suppress(OSError):
            while (line := self._lines.get()) is not None:
                os.write(self._out, line)
