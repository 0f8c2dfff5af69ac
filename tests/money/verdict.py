"""What the server's ledger says about a world: charged twice, lost, free that was not, a cap passed."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from generor_nb.base.files import sha256
from generor_nb.spending.journal import Journal, Operation
from generor_nb.spending.shelf import Shelf
from generor_nb.spending.states import ANSWERED, FINISHED, FREE, RUNNING, UNCLEAR, State

from .model import Charge

if TYPE_CHECKING:
    from .world import World

KINDS = ("double", "lost", "claimed", "free", "budget", "stuck")
OPEN = RUNNING | UNCLEAR | ANSWERED


@dataclass
class Verdict:
    """Findings, by kind; empty is well. ``ends`` counts the states operations ended in."""

    double: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    claimed: list[str] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    budget: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    operations: int = 0
    charges: int = 0
    cells: int = 0
    steps: int = 0

    @property
    def findings(self) -> dict[str, list[str]]:
        return {kind: found for kind in KINDS if (found := getattr(self, kind))}

    def add(self, other: Verdict) -> None:
        for kind in KINDS:
            getattr(self, kind).extend(getattr(other, kind))
        self.ends.update(other.ends)
        for name in ("operations", "charges", "cells", "steps"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def judge(world: World) -> Verdict:
    """Compare a world's server with its journal, after everything has come to rest."""
    return _judge(world, world.journal())


def _judge(world: World, journal: Journal) -> Verdict:
    verdict = Verdict(cells=world.cells, steps=world.steps)
    if world.stuck:
        verdict.stuck.append(f"{_at(world)} {world.stuck}")
    ours: dict[str, list[Charge]] = defaultdict(list)
    for charge in world.server.charges:
        if charge.who != "web":
            ours[charge.intent].append(charge)
    known: dict[str, list[Operation]] = defaultdict(list)
    for op in journal.history(10**9):
        known[op.prompt].append(op)
        verdict.ends[op.state.value] += 1
        verdict.operations += 1
    owned = owned_creations(journal)
    inbox = inbox_creations(journal)
    for prompt, charges in ours.items():
        verdict.charges += len(charges)
        _twice(verdict, world, prompt, [c for c in charges if c.net])
        _kept(verdict, world, prompt, [c for c in charges if c.net], known[prompt], owned, inbox)
    for op, why in missing_files(journal, world.home):
        verdict.lost.append(f"{_at(world)} {op.prompt.strip()!r}: {why}")
    verdict.budget += [f"{_at(world)} {breach}" for breach in world.breaches]
    return verdict


def _at(world: World) -> str:
    return f"seed {world.seed} {world.traits.name}:"


def _twice(verdict: Verdict, world: World, prompt: str, charges: list[Charge]) -> None:
    allowed = world.consents.get(prompt, 0)
    if len(charges) > allowed:
        verdict.double.append(f"{_at(world)} {prompt.strip()!r} charged {len(charges)}, wanted {allowed}")


def _kept(
    verdict: Verdict,
    world: World,
    prompt: str,
    charges: list[Charge],
    ops: list[Operation],
    owned: dict[str, list[str]],
    inbox: set[str],
) -> None:
    """Every charge stands for an operation that is not called free, and what it made can be found."""
    held = [op for op in ops if op.state not in FREE and op.state is not State.INTENT]
    if len(charges) > len(held):
        states = [op.state.value for op in ops]
        verdict.free.append(f"{_at(world)} {prompt.strip()!r} charged {len(charges)}, journal says {states}")
    answered = sum(op.state in FINISHED for op in held)
    still_open = any(op.state in OPEN for op in held)
    adrift = [
        id
        for c in charges
        for id in map(str, c.creations)
        if id not in inbox and id not in owned and not still_open
    ]
    if adrift and answered < len(charges):
        states = [op.state.value for op in held]
        verdict.lost.append(f"{_at(world)} {prompt.strip()!r} made {adrift}, journal says {states}")
    for id in {str(i) for c in charges for i in c.creations}:
        if len(set(owned.get(id, ()))) > 1 and not world.mangled:
            verdict.claimed.append(f"{_at(world)} creation {id} belongs to {owned[id]}")


def owned_creations(journal: Journal) -> dict[str, list[str]]:
    """Which operations have which creation."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in journal.rows("SELECT creation_id, operation FROM creation"):
        found[row["creation_id"]].append(row["operation"])
    return found


def inbox_creations(journal: Journal) -> set[str]:
    """Creations a person is shown although they belong to no operation: put aside, or offered as a choice."""
    tables = {row["name"] for row in journal.rows("SELECT name FROM sqlite_master WHERE type='table'")}
    if "inbox" not in tables:
        return set()
    aside = {str(row["creation_id"]) for row in journal.rows("SELECT creation_id FROM inbox")}
    offers = journal.rows(
        "SELECT offered FROM watch JOIN operation ON id=operation WHERE state IN ('AMBIGUOUS', 'ASK')"
    )
    return aside | {str(one) for row in offers for one in json.loads(row["offered"] or "[]")}


def missing_files(journal: Journal, home: Path) -> Iterable[tuple[Operation, str]]:
    """Finished operations whose files are not there, whole."""
    shelf = Shelf(home)
    for op in journal.history(10**9):
        if op.state not in FINISHED:
            continue
        assets = journal.assets(op.id)
        if not assets:
            yield op, "finished without a file"
        for asset in assets:
            path = shelf.path(asset.sha256, asset.mime)
            if not path.exists() or sha256(path.read_bytes()) != asset.sha256:
                yield op, f"{path.name} is not there, or not whole"
