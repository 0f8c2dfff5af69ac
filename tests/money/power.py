"""Power cuts: what a real process wrote and synced is recorded, and every cut may lose what was not synced.

``strace`` records the system calls of a process that runs cells. For a cut at some call, an image of the home
folder is built from what was synced before it and any part of the rest: single sectors of 512 bytes of data,
and the first so many changes of folders. What was promised to the world before the cut must be in the
image: a request that left is at least SENT, a result that was shown is there with its files.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generor_nb.base.errors import NotSent
from generor_nb.base.files import sha256
from generor_nb.spending import journal as journals
from generor_nb.spending.journal import Journal, Operation
from generor_nb.spending.place import Place
from generor_nb.spending.shelf import Shelf
from generor_nb.spending.states import FINISHED, FREE, State

from .crowd import KEY, serving
from .model import HELPFUL, ModelServer
from .tcp import Server

SECTOR = 512
CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,rename,mkdir,sendto"
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
FD = re.compile(r"^(\d+)<((?:\\x[0-9a-f]{2})*)>")
SENT = re.compile(rb"/generate HTTP/1")
PROMPT = re.compile(rb'"prompt":"([^"]*)"')


@dataclass
class Tally:
    images: int = 0
    writes: int = 0
    syncs: int = 0
    promises: int = 0
    findings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Event:
    """One call: ``kind`` is open, write, sync, truncate, unlink, rename, mkdir, sent or shown."""

    kind: str
    path: str = ""
    data: bytes = b""
    at: int = 0
    other: str = ""


def cells(url: str, home: str, marks: str, seed: int) -> None:
    """What is recorded: some cells, each told in ``marks`` once its result is there."""
    import asyncio

    from generor_nb.base.secret import Secret
    from generor_nb.contract.schema import Ask
    from generor_nb.providers.generor import Generor
    from generor_nb.session import Session, Terms

    from .crowd import without_certificates
    from .world import Fixed

    without_certificates()
    journals.INLINE_LIMIT = 64  # each request and each answer is a large one

    async def whole() -> None:
        settings = Fixed(
            home=home, out=f"{marks}.out", session_credits=1e9, confirm_first="no", confirm_above=1e9
        )
        session = Session(settings, Generor(url, Secret(KEY)), attended=lambda: True)
        told = os.open(marks, os.O_WRONLY | os.O_CREAT)
        for number in range(6):
            prompt = f"power {number} of {seed}"
            plan = await session.plan(Ask(("poem", "image")[number % 2], prompt), Terms())
            await session.spend(plan, confirmed=True)
            os.write(told, f"shown {prompt}\n".encode())
        await session.aclose()

    asyncio.run(whole())


def record(folder: Path, seed: int) -> list[Event]:
    """The calls of one run that touch its home, in order."""
    home, log, marks = folder / "home", folder / "log", folder / "marks"
    model = ModelServer(HELPFUL, random.Random(seed), time.time)
    with serving(Server(model, random.Random(seed))) as server:
        code = f"from money.power import cells; cells({server.url!r}, {str(home)!r}, {str(marks)!r}, {seed})"
        command = ["strace", "-f", "-y", "-xx", "-s", "2000000", "-o", str(log), "-e", f"trace={CALLS}"]
        environ = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        subprocess.run([*command, sys.executable, "-c", code], check=True, capture_output=True, env=environ)
    return list(parse(log.read_text(), str(home), str(marks)))


def parse(log: str, home: str, marks: str) -> Iterator[Event]:
    """The events of a log of strace. Other threads come in between: a call counts where it ends."""
    begun: dict[str, str] = {}
    places: dict[tuple[str, str], int] = {}
    for text in log.splitlines():
        pid, _, call = text.partition(" ")
        call = call.strip()
        if call.endswith("<unfinished ...>"):
            begun[pid] = call.removesuffix("<unfinished ...>")
            continue
        if call.startswith("<... "):
            call = begun.pop(pid, "") + call.partition("resumed>")[2]
        name, _, rest = call.partition("(")
        result = rest.rpartition("= ")[2]
        if result and not result.startswith(("-1", "?")):
            yield from _event(name, rest, home, marks, places)


def _event(
    name: str, rest: str, home: str, marks: str, places: dict[tuple[str, str], int]
) -> Iterator[Event]:
    texts = [_bytes(t) for t in TEXT.findall(rest)]
    found = FD.match(rest)
    path = _bytes(found[2]).decode() if found else ""
    if name == "sendto" and texts and SENT.search(texts[0]):
        yield Event("sent", data=texts[0])
    elif name == "write" and path == marks:
        yield Event("shown", data=texts[0].removeprefix(b"shown ").strip())
    elif name in ("openat", "unlink", "rename", "mkdir"):
        yield from _naming(name, rest, texts, home, places)
    elif path.startswith(home + "/") or path == home:
        if name == "pwrite64":
            yield Event("write", path, texts[0], int(rest.rpartition(")")[0].rpartition(", ")[2]))
        elif name == "write":
            at = places.get((path, "at"), 0)
            places[path, "at"] = at + len(texts[0])
            yield Event("write", path, texts[0], at)
        elif name == "ftruncate":
            yield Event("truncate", path, at=int(rest.partition(", ")[2].partition(")")[0]))
        elif name in ("fsync", "fdatasync"):
            yield Event("sync", path)


def _naming(
    name: str, rest: str, texts: list[bytes], home: str, places: dict[tuple[str, str], int]
) -> Iterator[Event]:
    path = texts[0].decode() if texts else ""
    if not path.startswith(home):
        return
    if name == "openat":
        if "O_CREAT" in rest:
            places[path, "at"] = 0
            yield Event("open", path, at=int("O_TRUNC" in rest))
    elif name == "rename":
        yield Event("rename", path, other=texts[1].decode())
    else:
        yield Event(name, path)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


class Disk:
    """What is safe, and what is only on its way."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.safe: dict[int, bytearray] = {}
        self.waiting: dict[int, list[Event]] = {}
        self.names: dict[str, int] = {}
        self.safe_names: dict[str, int] = {}
        self.pending: list[tuple[str, Event, int]] = []
        self._next = 0

    def take(self, event: Event) -> None:
        """One more call has returned."""
        path = event.path
        if event.kind == "open":
            if path not in self.names:
                self._next += 1
                self.names[path] = self._next
                self.safe[self._next], self.waiting[self._next] = bytearray(), []
                self.pending.append((str(Path(path).parent), event, self._next))
            elif event.at:
                self.waiting[self.names[path]].append(Event("truncate", path))
        elif event.kind in ("write", "truncate"):
            self.waiting[self.names[path]].append(event)
        elif event.kind == "sync":
            self._sync(path)
        elif event.kind in ("rename", "unlink"):
            inode = self.names.pop(path)
            if event.kind == "rename":
                self.names[event.other] = inode
            self.pending.append((str(Path(path).parent), event, inode))

    def _sync(self, path: str) -> None:
        if path in self.names:
            inode = self.names[path]
            for event in self.waiting[inode]:
                _apply(self.safe[inode], event)
            self.waiting[inode] = []
        # A file system that keeps a journal of its folders writes what came before, too.
        for _, event, inode in self.pending:
            self._name(self.safe_names, event, inode)
        self.pending = []

    def _name(self, names: dict[str, int], event: Event, inode: int) -> None:
        if event.kind == "open":
            names[event.path] = inode
        elif event.kind == "unlink":
            names.pop(event.path, None)
        else:
            names.pop(event.path, None)
            names[event.other] = inode

    def image(self, rng: random.Random) -> dict[str, bytes]:
        """The files after a cut now: some of what was on its way has arrived."""
        names = dict(self.safe_names)
        for _, event, inode in self.pending[: rng.randint(0, len(self.pending))]:
            self._name(names, event, inode)
        share = rng.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        content: dict[int, bytes] = {}
        for inode in set(names.values()):
            data = bytearray(self.safe[inode])
            for event in self.waiting[inode]:
                for part in _sectors(event):
                    if rng.random() < share:
                        _apply(data, part)
            content[inode] = bytes(data)
        return {path: content[inode] for path, inode in names.items()}


def _sectors(event: Event) -> Iterator[Event]:
    if event.kind != "write":
        yield event
        return
    for start in range(0, len(event.data), SECTOR):
        yield Event("write", event.path, event.data[start : start + SECTOR], event.at + start)


def _apply(data: bytearray, event: Event) -> None:
    if event.kind == "truncate":
        del data[event.at :]
        data.extend(b"\0" * (event.at - len(data)))
        return
    if len(data) < event.at:
        data.extend(b"\0" * (event.at - len(data)))
    data[event.at : event.at + len(event.data)] = event.data


# --- what must hold ---


def check(home: Path, sent: set[str], shown: set[str]) -> list[str]:
    """What is wrong with a home after a cut, given what had been promised before."""
    try:
        journal = Journal(home, where=Place)
    except Exception as error:
        return [f"the journal does not open: {error}"]
    wrong = []
    try:
        if [row[0] for row in journal.rows("PRAGMA integrity_check")] != ["ok"]:
            wrong.append("the journal is corrupt")
        ops = {op.prompt: op for op in journal.history(1000)}
        for prompt in sent:
            op = ops.get(prompt)
            if op is None or op.state in FREE or op.state is State.INTENT:
                wrong.append(f"{prompt!r} had left, and is {op.state if op else 'unknown'}")
        wrong += [f"{op.prompt!r}: {why}" for op in ops.values() if (why := _unreadable(journal, op))]
        shelf = Shelf(home)
        for prompt in shown:
            op = ops.get(prompt)
            if op is None or op.state not in FINISHED:
                wrong.append(f"{prompt!r} was shown, and is {op.state if op else 'unknown'}")
                continue
            for asset in journal.assets(op.id):
                path = shelf.path(asset.sha256, asset.mime)
                if not path.exists() or sha256(path.read_bytes()) != asset.sha256:
                    wrong.append(f"{prompt!r} was shown, and {path.name} is not whole")
    except (sqlite3.Error, Exception) as error:
        wrong.append(f"{type(error).__name__}: {error}")
    finally:
        journal.close()
    return wrong


def _unreadable(journal: Journal, op: Operation) -> str:
    """Whatever the journal names is there to be sent, whole."""
    try:
        return "" if journal.whole(op).body else "it has no request"
    except NotSent as error:
        return error.what


def images(count: int, seed: int = 0) -> Tally:
    """So many images, of cuts at calls drawn from a recorded run."""
    from .simulate import memory

    rng, tally = random.Random(seed), Tally()
    folder = Path(tempfile.mkdtemp(prefix="generor-power-"))
    events = record(folder, seed)
    home = str(folder / "home")
    tally.writes = sum(e.kind == "write" for e in events)
    tally.syncs = sum(e.kind == "sync" for e in events)
    cuts: dict[int, int] = {}
    for _ in range(count):
        cut = rng.randint(1, len(events))
        cuts[cut] = cuts.get(cut, 0) + 1
    disk, sent, shown = Disk(home), set[str](), set[str]()
    room = Path(tempfile.mkdtemp(prefix="generor-image-", dir=memory()))
    for number, event in enumerate(events, start=1):
        if event.kind == "sent":
            # The body follows in the same call, or in the next one.
            sent |= {p.decode() for p in PROMPT.findall(event.data)}
        elif event.kind == "shown":
            shown.add(event.data.decode())
        else:
            disk.take(event)
        for _ in range(cuts.get(number, 0) if len(tally.findings) < 20 else 0):
            tally.images += 1
            tally.promises += len(sent) + len(shown)
            lay(disk.image(rng), home, room)
            tally.findings += [
                f"cut after call {number} of {len(events)}: {w}" for w in check(room, sent, shown)
            ]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(room, ignore_errors=True)
    return tally


def lay(files: dict[str, bytes], home: str, room: Path) -> None:
    """Put an image into ``room``, and nothing else."""
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir()
    for path, data in files.items():
        target = room / Path(path).relative_to(home)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
