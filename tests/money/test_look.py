"""One look for many unclear operations: what it reads does not grow with their number."""

import asyncio
import copy
import random
import time

import pytest

from generor_nb.contract.evidence import Mark
from generor_nb.spending.claims import Account, Claims
from generor_nb.spending.journal import Intent, Journal
from generor_nb.spending.states import State
from generor_nb.spending.watch import Watch
from money.model import HELPFUL, Course, ModelServer
from money.wire import Fate, Wire
from money.world import PLACE, PROVIDER


def an_intent(number):
    return Intent(
        fingerprint=f"{number:064}",
        take=1,
        provider="generor",
        base_url=PLACE,
        account="7",
        generator="poem",
        model_id=37,
        model_name="Haiku",
        model_type="text",
        path="/generators/poem/generate",
        body=b"{}",
        prompt=f"A wish, number {number}",
        count=1,
        public=False,
        estimate=2.0,
        reserved=3.0,
        max_seconds=60.0,
        owner="a kernel",
        session="a session",
    )


class Bench:
    """An account with so many operations whose answers were lost, every other one charged."""

    def __init__(self, folder, count):
        self.journal = Journal(folder)
        self.server = ModelServer(HELPFUL, random.Random(1), time.time)
        self.provider = copy.copy(PROVIDER)
        self.provider._channel = Wire(
            self.server, "us", lambda _: None, lambda _: Fate(), random.Random(1), lambda: 0.0
        )
        self.operations = [self._lost(number) for number in range(count)]
        self.journal.clock = lambda: time.time() + 120.0

    def _lost(self, number):
        op, _ = self.journal.begin(an_intent(number), lambda _: None)
        Claims(self.journal).set_mark(op, _EMPTY, fresh=False)
        self.journal.move(op.id, State.SENT)
        self.journal.move(op.id, State.AMBIGUOUS, "no clear answer")
        if number % 2:
            fields = {"prompt": op.prompt, "model_id": op.model_id, "count": 1}
            self.server.generate("poem", fields, "us", Course("ok", 0.0))
        return op.id

    def look(self):
        """How many statements one look reads with, and what it leaves unclear."""
        told = []
        self.journal._connect().set_trace_callback(told.append)
        left = asyncio.run(Watch(self.journal, self.provider, self._nothing).look())
        self.journal._connect().set_trace_callback(None)
        inside = ("SELECT * FROM operation WHERE id=",)  # a transaction looks at what it changes
        return sum(s.startswith("SELECT") and not s.startswith(inside) for s in told), left

    async def _nothing(self, operation):
        """Files are not fetched here."""


_EMPTY = Mark(0, 0)


@pytest.fixture
def bench(tmp_path):
    benches = []

    def make(count):
        benches.append(Bench(tmp_path / str(count), count))
        return benches[-1]

    yield make
    for one in benches:
        one.journal.close()


@pytest.mark.slow
def test_a_look_reads_as_much_for_many_operations_as_for_few(bench):
    few, left = bench(4).look()
    many, all_left = bench(40).look()
    assert (len(left), len(all_left)) == (2, 20)
    assert few == many < 15


def test_a_look_counts_for_each_operation(bench):
    there = bench(6)
    there.look()
    claims = Claims(there.journal)
    assert [claims.watched(one).looks for one in there.operations] == [1] * 6
    there.look()
    states = [there.journal.get(one).state for one in there.operations]
    assert [claims.watched(one).looks for one in there.operations] == [
        2 if state is State.AMBIGUOUS else 1 for state in states
    ]


def test_who_may_have_been_charged_is_counted_without_oneself(bench):
    there = bench(3)
    movers = Claims(there.journal).movers(Account("generor", PLACE, "7"), 0.0)
    assert [movers.others(one, 0.0) for one in there.operations] == [(2, 0)] * 3
    assert movers.others("a stranger", 0.0) == (3, 0)
    assert movers.others(there.operations[0], time.time() + 60) == (0, 0)
