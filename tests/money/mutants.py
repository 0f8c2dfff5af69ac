# ruff: noqa: E501  (the texts are those of the package, as they stand there)
"""Bugs planted in a copy of the protocol; each must be found by some part of the proof, or the proof is worth little."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import generor_nb

PACKAGE = Path(generor_nb.__file__).parent
TESTS = Path(__file__).parent.parent
SIMULATE = ("simulate", 3_000)
LINE = ("line", 150)
CROWD = ("crowd", 8)
POWER = ("power", 400)


@dataclass(frozen=True)
class Mutant:
    """``edits`` are (file, old text, new text); ``by`` the parts that may find it, cheapest first."""

    name: str
    why: str
    edits: tuple[tuple[str, str, str], ...]
    by: tuple[tuple[str, int], ...] = (SIMULATE,)


COURIER, JOURNAL, STATES = "spending/courier.py", "spending/journal.py", "spending/states.py"
DATABASE = "spending/database.py"
RECONCILE, CLAIMS, WATCH = "spending/reconcile.py", "spending/claims.py", "spending/watch.py"
OUTCOME, CHANNEL, SESSION = "transport/outcome.py", "transport/channel.py", "session.py"
POST = "            reply = await self.provider.send(Ticket(op.id, permit), order_of(self.journal, op), _patience(op))\n"
HEAD, TAIL = "        try:\n", "        except NotSent as error:\n"
SEND = HEAD + POST + TAIL
LEAVE = "            left = self._leave(op, OVERLAPPING if overlap else None)"
SENT_ARROWS = "_S.SENT: frozenset({"

MUTANTS = (
    Mutant("send before commit", "a kernel that dies in between calls a paid request free", (
        (COURIER, LEAVE, "            left = True"),
        (COURIER, "            await self._classify(op, reply)", "            self._leave(op, None)\n            await self._classify(op, reply)"),
    )),
    Mutant("5xx is free", "a gateway gives up while the server goes on and charges", (
        (OUTCOME, "if status in REJECTING else", "if status in REJECTING or status >= 500 else"),
    )),
    Mutant("no answer is free", "the request may have arrived", (
        (COURIER, 'State.AMBIGUOUS, "no clear answer"', 'State.REJECTED, "no clear answer"'),
    )),
    Mutant("retry on 5xx", "what an ordinary client does", (
        (COURIER, SEND, HEAD + "            for _ in range(3):\n    " + POST + "                if reply.status < 500:\n                    break\n" + TAIL),
    )),
    Mutant("retry on a lost answer", "what an ordinary client does", (
        (COURIER, SEND, HEAD + "            try:\n    " + POST + "            except OutcomeUnknown:\n    " + POST + TAIL),
    )),
    Mutant("a dead sender's request is free", "it was SENT", (
        (JOURNAL, "State.CANCELLED if op.state is State.INTENT else State.AMBIGUOUS", "State.CANCELLED"),
        (STATES, SENT_ARROWS, SENT_ARROWS + "_S.CANCELLED, "),
    )),
    Mutant("an interrupt makes it free", "the paid operation goes on", (
        (STATES, SENT_ARROWS, SENT_ARROWS + "_S.CANCELLED, "),
        (SESSION, 'State.CANCELLED, "interrupted", by=self.owner', 'State.CANCELLED, "interrupted"'),
    )),
    Mutant("count rule", "an older operation's late creation explains our spending away", (
        (RECONCILE, "    if not money.spends:\n", "    if len(money.spends) <= strangers + evidence.others:\n        return Free('count')\n    if not money.spends:\n"),
    )),
    Mutant("an empty list is proof", "lists are late", (
        (RECONCILE, "    if age < horizon(case.max_seconds):\n", "    if age < 0:\n"),
        (RECONCILE, "proved = age >= proof_horizon(case.max_seconds)", "proved = True"),
    )),
    Mutant("a debit is seen at once", "some servers debit when the job ends", (
        (RECONCILE, "    if age < horizon(case.max_seconds):\n", "    if age < 0:\n"),
        (RECONCILE, "proved = age >= proof_horizon(case.max_seconds)", "proved = not money.spends"),
    )),
    Mutant("claims are not unique", "two operations get one creation", (
        (CLAIMS, '"INSERT INTO claim VALUES', '"INSERT OR REPLACE INTO claim VALUES'),
        (WATCH, "if s.id not in claimed]", "]"),
    )),
    Mutant("an unreadable answer is free", "it was a 2xx", (
        (COURIER, "State.REJECTED if error.code in _CLIENT_CODES else State.AMBIGUOUS", "State.REJECTED"),
    )),
    Mutant("an unclear take is armed again", "it may have been charged", (
        (JOURNAL, "if old is not None and old.state not in FREE:", "if old is not None and old.state not in FREE | UNCLEAR:"),
        (SESSION, "if op is None or op.state in FREE:", "if op is None or op.state in FREE | UNCLEAR:"),
    )),
    Mutant("no cap", "nothing holds the budget", (
        (JOURNAL, "            allow(self._spent(db, intent))\n", ""),
        (JOURNAL, "            self._check_caps(db, op)\n", ""),
    )),
    Mutant("caps are not checked on leaving", "another one overshot while it waited", (
        (JOURNAL, "            self._check_caps(db, op)\n", ""),
    ), (("simulate", 6_000),)),
    Mutant("another key each time", "a lost 202 is asked for with a key that nobody knows", (
        (WATCH, "op.idempotency_key)\n", "__import__('uuid').uuid4().hex)\n"),
    )),
    Mutant("a dead courier's job is sent again", "it is being made", (
        (STATES, "_S.ACCEPTED: frozenset({", "_S.ACCEPTED: frozenset({_S.CANCELLED, "),
        (JOURNAL, "WHERE state IN ('INTENT', 'SENT')", "WHERE state IN ('INTENT', 'SENT', 'ACCEPTED')"),
        (JOURNAL, "if op.state is State.INTENT else State.AMBIGUOUS", "if op.state is not State.SENT else State.AMBIGUOUS"),
    )),
    Mutant("unclear operations cost nothing", "they may have been charged", (
        (JOURNAL, "AND state NOT IN ({listed(FREE)})\"", "AND state NOT IN ({listed(FREE | UNCLEAR)})\""),
    )),
    Mutant("what is reserved does not count", "two kernels pass a cap together", (
        (JOURNAL, "total(CASE WHEN created>=? THEN coalesce(charge, reserved) END)", "total(CASE WHEN created>=? THEN charge END)"),
    )),
    Mutant("nothing goes to the inbox", "paid creations are discarded", (
        (CLAIMS, "        if not rows:\n            return\n", "        return\n"),
    )),
    Mutant("parse before store", "an answer that cannot be read is thrown away", (
        (COURIER, "        if outcome is Outcome.ANSWERED:\n", "        if outcome is Outcome.ANSWERED:\n            self.provider.read(reply)\n"),
    ), (LINE,)),
    Mutant("redirects are followed", "a 307 sends the body again", (
        (CHANNEL, "follow_redirects=False", "follow_redirects=True"),
    ), (LINE,)),
    Mutant("everybody else is dead", "a second kernel takes over what the first is sending", (
        (SESSION, "return owner == self.owner or is_owned(", "return owner == self.owner or not is_owned("),
    ), (CROWD,)),
    Mutant("commits are not synced", "a power cut takes SENT back", (
        (DATABASE, '"synchronous=EXTRA"', '"synchronous=OFF"'),
    ), (POWER,)),
    Mutant("a large request is not synced", "a power cut leaves an intent without what was intended", (
        (JOURNAL, "write_private(path, body)", "(private_folder(path.parent) / path.name).write_bytes(body)"),
    ), (POWER,)),
    Mutant("files are not synced", "a power cut takes the picture back", (
        ("base/files.py", "            os.fsync(file.fileno())\n", ""),
    ), (POWER,)),
)  # fmt: skip


def edited(mutant: Mutant) -> dict[str, str]:
    """The files of the package that the bug changes, as they are with it.

    Raises:
        LookupError: the text to replace is not there, or not once: the mutant is out of date.
    """
    texts: dict[str, str] = {}
    for file, old, new in mutant.edits:
        text = texts.get(file) or (PACKAGE / file).read_text("utf-8")
        if text.count(old) != 1:
            raise LookupError(f"{mutant.name}: {file} has {old!r} {text.count(old)} times")
        texts[file] = text.replace(old, new)
    return texts


def plant(mutant: Mutant, folder: Path) -> None:
    """A copy of the package under ``folder``, with the bug in it; what is not changed stays compiled."""
    copy = folder / "generor_nb"
    shutil.copytree(PACKAGE, copy)
    for file, text in edited(mutant).items():
        (copy / file).write_text(text, "utf-8")


def hunt(mutant: Mutant, seconds: float, processes: int = 2) -> str:
    """What found the bug, and how it looks; "" when nothing did.

    Raises:
        RuntimeError: a part broke down without a finding, which proves nothing.
    """
    with tempfile.TemporaryDirectory(prefix="generor-mutant-") as folder:
        plant(mutant, Path(folder))
        environ = os.environ | {"PYTHONPATH": os.pathsep.join((folder, str(TESTS)))}
        for part, amount in mutant.by:
            command = [
                sys.executable,
                "-m",
                "money",
                part,
                "--amount",
                str(amount),
                "--processes",
                str(processes),
                "--stop",
            ]
            ran = subprocess.run(
                command, cwd=folder, env=environ, capture_output=True, text=True, timeout=10 * seconds
            )
            found = [text for text in ran.stdout.splitlines() if text.startswith("!")]
            if found:
                return f"{part} ({len(found)}): {found[0][2:150]}"
            if ran.returncode:
                raise RuntimeError(f"{mutant.name}: {part} broke down: {ran.stderr[-300:]}")
    return ""
