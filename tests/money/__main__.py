"""``python -m money WHAT --amount N``: one part of the proof, at any size. Exit 1 when something is found."""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def rule_of_three(trials: int) -> str:
    """What no failure in so many trials says about the rate, at 95 %."""
    return f"at 95 % fewer than 1 in {max(1, trials // 3):,}"


def simulate(given: Any) -> Iterator[str]:
    from .simulate import many
    from .verdict import KINDS

    total = many(given.amount, given.seed, given.processes, given.seconds, given.stop)
    yield f"{total.operations:,} operations, {total.cells:,} cells, {total.steps:,} steps"
    yield f"{total.charges:,} charges by the server's ledger"
    yield "ended as " + ", ".join(f"{state} {n:,}" for state, n in total.ends.most_common())
    for kind in KINDS:
        found = getattr(total, kind)
        yield f"  {kind}: {len(found)}" + ("" if found else f" ({rule_of_three(total.operations)})")
        yield from (f"! {one}" for one in found)


def show(given: Any) -> Iterator[str]:
    from .simulate import memory, world_of
    from .verdict import judge
    from .world import play

    folder = Path(tempfile.mkdtemp(dir=memory()))
    world = play(given.seed, *world_of(given.seed), folder, talk=True)
    yield from world.log
    yield from (f"! {kind}: {one}" for kind, found in judge(world).findings.items() for one in found)
    shutil.rmtree(folder)


def line(given: Any) -> Iterator[str]:
    from .line import many

    total = many(given.amount, given.seed, given.processes)
    yield f"{total.operations:,} operations under {len(total.by_fault)} faults, {total.charges:,} charges"
    yield f"ended as {dict(total.ends.most_common())}"
    yield from _findings(total.findings, total.operations)


def crowd(given: Any) -> Iterator[str]:
    from .crowd import crowd

    tally = crowd(given.amount, seed=given.seed)
    yield f"{tally.rounds:,} rounds of 8 kernels, {tally.results:,} results"
    yield from _findings(tally.findings, tally.rounds)


def kills(given: Any) -> Iterator[str]:
    from .kills import campaign

    tally = campaign(given.amount, given.seed, given.seconds)
    yield f"{tally.kills.total():,} kills in {tally.operations:,} operations"
    yield f"at {dict(tally.kills.most_common())}"
    yield f"ended as {dict(tally.ends.most_common())}"
    yield from _findings(tally.findings, tally.kills.total())


def sidebyside(given: Any) -> Iterator[str]:
    from .sidebyside import compare, table

    for faults in (0.05, 0.5):
        accounts = compare(given.amount, faults, given.seed)
        ours = accounts["ours"]
        yield f"{faults:.0%} of first attempts meet a fault, half of those that follow a failure"
        yield table(accounts)
        yield f"ours: {ours.delivered:,} delivered, {ours.shown:,} left to the person"


def others(given: Any) -> Iterator[str]:
    from .others import PLACES, many

    for name in PLACES:
        tally = many(name, given.amount, given.seed)
        total = tally.verdict
        yield f"{name}: {total.operations:,} operations, {total.cells:,} cells, {total.charges:,} charges"
        yield f"ended as {dict(total.ends.most_common())}"
        yield f"lost answers: {tally.found:,} had again by key, {tally.told:,} told as unclear"
        yield from _findings(tally.findings, total.operations)


def machine(given: Any) -> Iterator[str]:
    from .machine import explore

    try:
        explore(given.amount, given.steps, given.seed)
    except (AssertionError, BaseExceptionGroup) as error:
        yield f"! {' '.join(traceback.format_exception(error)[-6:])}"
    yield f"{given.amount:,} chains of at most {given.steps} rules ({rule_of_three(given.amount)} chains)"


def kernels(given: Any) -> Iterator[str]:
    from .kernels import rounds

    tally = rounds(given.amount, given.seed)
    yield f"{tally.rounds:,} cells: {dict(tally.acts)}, {tally.before} before the charge"
    yield f"an interrupted cell ended after {tally.slowest:.1f} s at most"
    yield from _findings(tally.findings, tally.rounds)


def power(given: Any) -> Iterator[str]:
    from .power import images

    tally = images(given.amount, given.seed)
    yield f"{tally.images:,} images of {tally.writes} writes and {tally.syncs} syncs"
    yield f"{tally.promises:,} promises checked"
    yield from _findings(tally.findings, tally.images)


def mutants(given: Any) -> Iterator[str]:
    from .mutants import MUTANTS, hunt

    caught = 0
    for mutant in MUTANTS[: given.amount]:
        how = hunt(mutant, given.seconds if given.seconds < float("inf") else 120)
        caught += bool(how)
        yield f"{'caught' if how else '! NOT CAUGHT'}  {mutant.name}: {how or mutant.why}"
    yield f"{caught} of {len(MUTANTS[: given.amount])} caught"


def _findings(found: list[str], trials: int) -> Iterator[str]:
    yield f"findings: {len(found)}" + ("" if found else f" ({rule_of_three(trials)})")
    yield from (f"! {one}" for one in found)


PARTS: dict[str, Callable[[Any], Iterator[str]]] = {
    part.__name__: part
    for part in (simulate, show, line, crowd, kills, machine, kernels, power, sidebyside, mutants, others)
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m money", description=__doc__)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument(
        "--amount", type=int, default=100, help="operations, kills, rounds, worlds or mutants"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--steps", type=int, default=50, help="rules in a chain (machine)")
    parser.add_argument("--stop", action="store_true", help="at the first finding (simulate)")
    given = parser.parse_args()
    began, bad = time.monotonic(), False
    print(f"== {given.part}, {given.amount:,}, seed {given.seed}")
    for text in PARTS[given.part](given):
        bad |= text.startswith("!")
        print(text, flush=True)
    print(f"   {time.monotonic() - began:.0f} s", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
