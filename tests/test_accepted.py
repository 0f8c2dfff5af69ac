"""A provider that takes requests as jobs: accepted under a key, asked after to the end, never made twice.

Against the job-style server of the money proof, in virtual time; the oracle is that server's ledger.
"""

import asyncio
import functools

import pytest
from money.jobs import Asked
from money.model import JOBS, REMEMBERS, Course
from money.verdict import judge
from money.virtual import run
from money.wire import Fate
from money.world import Kernel, Killed, Weather, World

from generor_nb import resolving, session
from generor_nb.base.errors import GenerorError, NotFound, OutcomeUnknown, Unauthorized
from generor_nb.contract.schema import Ask
from generor_nb.session import Terms
from generor_nb.spending import journal, turns, watch
from generor_nb.spending.following import REFUSALS
from generor_nb.spending.states import ANSWERED, FINISHED, State
from generor_nb.spending.turns import Turns

QUIET = Weather(intents=0, faults=0, flaky=0, kills=0, interrupts=0, twins=0, foreign=0, again=0, disk=0)
WAITS = (
    (journal, "INLINE_LIMIT"),
    (session, "POLL_SECONDS"),
    *((turns, name) for name in ("POLL_SECONDS", "LANES")),
    *((watch, name) for name in ("PAUSES", "LATE_PAUSE", "ASK_SECONDS")),
)
JOB_SECONDS = 300.0
GOOD = Fate("ok", Course("ok", JOB_SECONDS))


class Place(World):
    """A world where each paid request has the fate that is told, and goes well afterwards."""

    fates: list[Fate]

    def next_fate(self, prompt):
        return self.fates.pop(0) if self.fates else GOOD

    def kernel(self, *, detached=True):
        self.counter += 1
        return Kernel(self, f"kernel{self.counter}", detached=detached)

    def run(self, story):
        run(self.loop, story(self))
        assert judge(self).findings == {}

    @property
    def jobs(self):
        return list(self.server.jobs.values())

    @property
    def net(self):
        return [charge.net for charge in self.server.charges]

    def states(self, operation):
        return [state for state, _, _ in self.journal().events(operation)]

    def notes(self, operation):
        return [note for _, _, note in self.journal().events(operation)]

    @property
    def only(self):
        (op,) = self.journal().history(10)
        return op


@pytest.fixture
def place(tmp_path, monkeypatch):
    # A world waits longer than life does; what comes after it must not.
    for module, name in WAITS:
        monkeypatch.setattr(module, name, getattr(module, name))
    world = Place(7, JOBS, QUIET, tmp_path / "home")
    world.fates, world.consents = [], {"a fox": 1}
    return world


async def cell(kernel, **terms):
    plan = await kernel.session.plan(Ask("image", "a fox"), Terms(**terms))
    return await kernel.session.spend(plan, confirmed=True)


async def until(place, *states):
    """Let time pass until the only operation is in one of ``states``."""
    for _ in range(100_000):
        if place.journal().history(1) and place.only.state in states:
            return
        await asyncio.sleep(1.0)
    raise AssertionError(f"{place.only.state} for ever")


def dies_at(process, where, what):
    if what == where:
        process.die()
        raise Killed(process.name)
    process.check()


@pytest.mark.parametrize("detached", [False, True])
def test_a_job_is_accepted_and_asked_after_until_it_ends(place, detached):
    async def story(place):
        result = await cell(place.kernel(detached=detached))
        assert result.charge == 6

    place.run(story)
    assert place.states(place.only.id) == ["INTENT", "SENT", "ACCEPTED", "RESPONDED", "STORED", "DONE"]
    assert (place.only.job, place.loop.now >= JOB_SECONDS) == (place.jobs[0].id, True)


def test_a_job_that_fails_is_refunded_and_may_be_tried_again_as_another_job(place):
    place.fates = [Fate("ok", Course("refunded500", 30.0))]

    async def story(place):
        kernel = place.kernel()
        with pytest.raises(GenerorError):
            await cell(kernel)
        assert place.only.state is State.FAILED_REFUNDED
        await cell(kernel)

    place.run(story)
    assert (place.only.state, place.net, len(place.jobs)) == (State.DONE, [0, 6], 2)


def test_a_job_that_fails_and_is_charged_is_never_called_free(place):
    place.fates = [Fate("ok", Course("lost500", 30.0))]

    async def story(place):
        for _ in range(2):
            with pytest.raises(GenerorError):
                await cell(kernel)

    kernel = place.kernel()
    place.run(story)
    assert (place.only.state, len(place.jobs)) == (State.CHARGED_NO_OUTPUT, 1)


@pytest.mark.parametrize("detached", [False, True])
def test_the_next_courier_goes_on_asking_after_a_dead_ones_job(place, detached):
    async def story(place):
        first = place.kernel(detached=detached)
        first.spawn(cell(first))
        await until(place, State.ACCEPTED)
        if first.porter:
            first.porter.process.die()
        await first.bury()
        second = place.kernel(detached=detached)
        assert second.session.journal.get(place.only.id).state is State.ACCEPTED
        await cell(second)

    place.run(story)
    assert (len(place.server.posts), place.only.state) == (1, State.DONE)
    assert "taken over" in place.notes(place.only.id)


def test_recover_takes_a_dead_ones_job_over_and_is_done_before_it_ends(place):
    async def story(place):
        first = place.kernel(detached=False)
        first.spawn(cell(first))
        await until(place, State.ACCEPTED)
        await first.bury()
        began = place.loop.now
        assert [op.state for op in await resolving.recover(place.kernel().session)] == [State.ACCEPTED]
        assert place.loop.now - began < 60
        await until(place, State.DONE)

    place.run(story)
    assert len(place.server.posts) == 1


def test_a_job_whose_courier_lives_is_left_to_it(place):
    async def story(place):
        first, second = place.kernel(), place.kernel()
        first.spawn(cell(first))
        await until(place, State.ACCEPTED)
        await cell(second)

    place.run(story)
    assert (len(place.server.posts), place.only.state) == (1, State.DONE)
    assert "taken over" not in place.notes(place.only.id)


def test_an_interrupt_leaves_the_job_running(place):
    async def story(place):
        kernel = place.kernel()
        task = kernel.spawn(cell(kernel))
        await until(place, State.ACCEPTED)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert place.only.state is State.ACCEPTED
        await until(place, State.DONE)

    place.run(story)
    assert place.net == [6]


def test_closing_does_not_wait_for_a_job(place):
    async def story(place):
        kernel = place.kernel(detached=False)
        task = kernel.spawn(cell(kernel))
        await until(place, State.ACCEPTED)
        began = place.loop.now
        await kernel.session.courier.aclose()
        assert (place.loop.now - began, place.only.state) == (0, State.ACCEPTED)
        with pytest.raises(OutcomeUnknown):
            await task
        await kernel.bury()
        await cell(place.kernel())

    place.run(story)
    assert len(place.server.posts) == 1


@pytest.mark.parametrize("net", ["before", "after", "half", "html", "truncated", "edge"])
def test_a_lost_202_is_asked_for_with_the_same_key(place, net):
    place.fates = [Fate(net, GOOD.course)]

    async def story(place):
        await cell(place.kernel())

    place.run(story)
    assert (place.only.state, len(place.jobs), place.net) == (State.DONE, 1, [6])
    assert "sent again with its key" in place.notes(place.only.id)


@pytest.mark.parametrize("detached", [False, True])
def test_what_was_called_off_and_asked_for_anew_while_it_waited_is_sent_with_its_new_key(place, detached):
    place.fates = [Fate("after", Course("ok", JOB_SECONDS))]

    async def story(place):
        kernel = place.kernel(detached=detached)
        account = f"{kernel.session.provider.name} {kernel.session.provider.base_url} 7"
        async with Turns(kernel.journal.local / "locks", account).turn(overlap=False):
            first = kernel.spawn(cell(kernel))
            await until(place, State.INTENT)
            key = place.only.idempotency_key
            first.cancel()
            await asyncio.wait([first])
            again = kernel.spawn(cell(kernel))
            await asyncio.sleep(1.0)
            assert place.notes(place.only.id) == [None, "interrupted", None]
            assert (place.only.state, place.only.idempotency_key != key) == (State.INTENT, True)
        await again

    place.run(story)
    assert "sent again with its key" in place.notes(place.only.id)
    assert (place.only.state, place.net, len(place.jobs)) == (State.DONE, [6], 1)


def test_what_another_kernel_settled_and_asked_anew_while_it_waited_is_asked_for_with_its_new_key(place):
    place.fates = [Fate("before")] * 40

    async def story(place):
        kernel, journal = place.kernel(detached=False), place.journal()
        with pytest.raises(OutcomeUnknown):
            await cell(kernel)
        kernel.session.watch.stop()
        op = place.only
        account = f"{op.provider} {op.base_url} {op.account}"
        async with Turns(journal.local / "locks", account).turn(overlap=False):
            asking = kernel.spawn(kernel.session.finish(op.id))
            await asyncio.sleep(5.0)
            assert journal.hand_over(op.id, State.AMBIGUOUS, "elsewhere", owner="another kernel")
            journal.annotate(op.id, idempotency_key="the new key")
            place.fates.clear()
        await asking

    run(place.loop, story(place))
    assert list(place.server._keys) == ["the new key"]


def test_what_is_refused_the_second_time_was_perhaps_accepted_the_first(place):
    refused = Fate("ok", Course("refuse", status=402))
    place.fates = [Fate("after", GOOD.course), *[refused] * 3]

    async def story(place):
        await cell(place.kernel())

    place.run(story)
    assert (len(place.jobs), place.only.state) == (1, State.DONE)
    assert State.REJECTED not in place.states(place.only.id)


def test_a_courier_that_dies_before_the_202_is_no_reason_for_another_job(place):
    async def story(place):
        first = place.kernel(detached=False)
        first.session.provider._channel.step = functools.partial(dies_at, first, "delivered")
        task = first.spawn(cell(first))
        await asyncio.wait([task], timeout=60)
        assert (first.dead, len(place.jobs)) == (True, 1)
        await first.bury()
        await cell(place.kernel())

    place.run(story)
    assert (len(place.jobs), place.only.state) == (1, State.DONE)


async def written_off_on_the_way(place):
    """A cell whose answer is lost; while the same is asked for again, somebody gives it up."""
    place.fates = [Fate("after", GOOD.course)]
    kernel = place.kernel(detached=False)
    channel = kernel.session.provider._channel
    step = channel.step

    def and_then(what):
        step(what)
        if what == "answered" and place.only.state is State.AMBIGUOUS:
            resolving.write_off(kernel.session, place.only.id)

    channel.step = and_then
    with pytest.raises(OutcomeUnknown):
        await cell(kernel)
    channel.step = step
    assert (place.only.state, place.only.job) == (State.CHARGED_NO_OUTPUT, place.jobs[0].id)
    return kernel


def test_what_is_accepted_after_it_was_given_up_is_there_when_it_has_ended(place):
    async def story(place):
        kernel = await written_off_on_the_way(place)
        await until(place, State.DONE)  # nobody asks but what looks on in the background
        assert (await cell(kernel)).charge == 0

    place.run(story)
    assert (place.only.charge, place.net, len(place.jobs)) == (6, [6], 1)


def test_what_was_given_up_and_paid_for_again_is_kept_beside_it(place):
    async def story(place):
        kernel = await written_off_on_the_way(place)
        assert (await cell(kernel, again=True)).charge == 6
        await kernel.session.watch.look()

    place.consents["a fox"] = 2
    place.run(story)
    assert [op.state for op in place.journal().history(10)] == [State.DONE, State.DONE]
    assert (place.net, len(place.jobs)) == ([6, 6], 2)


def test_what_was_given_up_and_has_not_ended_asks_nobody_anything(place):
    place.fates = [Fate("ok", Course("ok", 10 * 3600.0))]

    async def story(place):
        kernel = place.kernel(detached=False)
        with pytest.raises(OutcomeUnknown, match="has not ended"):
            await cell(kernel)
        resolving.write_off(kernel.session, place.only.id)
        await kernel.session.watch.look()
        assert place.only.state is State.CHARGED_NO_OUTPUT
        await until(place, State.DONE)

    place.run(story)


REFUSED = [
    (Unauthorized("the key is not taken", "", status=401), "refuses the key .*HTTP 401.*\n.*GENEROR_API_KEY"),
    (NotFound("there is no such job", "", status=404), "knows no such job\n.*--pay-again"),
]


@pytest.mark.parametrize(("error", "told"), REFUSED, ids=["401", "404"])
@pytest.mark.parametrize("detached", [False, True])
def test_a_question_that_is_refused_ends_soon_and_says_what_to_do(place, monkeypatch, error, told, detached):
    async def refused(asked, job):
        raise error

    async def story(place):
        kernel = place.kernel(detached=detached)
        began = place.loop.now
        with monkeypatch.context() as mended:
            mended.setattr("money.jobs.Asked.poll", refused)
            with pytest.raises(OutcomeUnknown, match=told):
                await cell(kernel)
            assert place.loop.now - began < 60
        await cell(kernel)

    place.run(story)
    assert (place.only.state, len(place.server.posts), place.net) == (State.DONE, 1, [6])


def test_a_job_that_is_not_known_at_once_is_asked_after_further(place, monkeypatch):
    poll, polls = Asked.poll, []

    async def late(asked, job):
        polls.append(job)
        if len(polls) < REFUSALS:
            raise REFUSED[1][0]
        return await poll(asked, job)

    monkeypatch.setattr("money.jobs.Asked.poll", late)

    async def story(place):
        await cell(place.kernel())

    place.run(story)
    assert State.AMBIGUOUS not in place.states(place.only.id)


def test_a_key_that_may_be_forgotten_is_not_sent_again(place):
    place.fates = [Fate("after", GOOD.course), *[Fate("before")] * 10_000]

    async def story(place):
        kernel = place.kernel()
        with pytest.raises(GenerorError):
            await cell(kernel)
        assert place.only.state is State.AMBIGUOUS
        kernel.session.watch.stop()
        await asyncio.sleep(REMEMBERS)
        place.fates.clear()
        with pytest.raises(GenerorError):
            await cell(kernel)
        assert place.only.state is State.ASK

    run(place.loop, story(place))
    assert (len(place.jobs), len(place.server.posts)) == (1, 1)


def test_a_provider_without_keys_is_asked_once(place, monkeypatch):
    monkeypatch.setattr("money.jobs.Asked.remembers", 0)
    monkeypatch.setattr("money.jobs.JobStyle.send", _without_a_key)
    place.fates = [Fate("after", GOOD.course)]

    async def story(place):
        kernel = place.kernel()
        for _ in range(2):
            with pytest.raises(OutcomeUnknown if not place.jobs else GenerorError):
                await cell(kernel)

    run(place.loop, story(place))
    assert (len(place.server.posts), place.only.state) == (1, State.ASK)
    assert place.only.idempotency_key is None


async def _without_a_key(self, ticket, order, read_seconds):
    assert order.idempotency_key is None
    return await self._channel.submit(ticket, order.path, order.body, read_seconds, ticket.operation)


@pytest.mark.slow
def test_a_job_that_does_not_end_is_said_so_and_found_should_it_end(place):
    hours = 1.5 * REMEMBERS
    place.fates = [Fate("ok", Course("ok", hours))]

    async def story(place):
        kernel = place.kernel()
        with pytest.raises(OutcomeUnknown, match="has not ended"):
            await cell(kernel)
        assert place.only.state is State.AMBIGUOUS
        await asyncio.sleep(hours)
        await until(place, *FINISHED, *ANSWERED)
        await until(place, State.DONE)

    place.run(story)
    assert len(place.server.posts) == 1


def test_a_job_is_never_another_operations(place):
    """A written-off request and its next take are two jobs under two keys."""
    place.fates = [Fate("after", GOOD.course)]
    place.consents["a fox"] = 2

    async def story(place):
        kernel = place.kernel()
        await cell(kernel)
        await cell(kernel, again=True)

    place.run(story)
    one, two = place.journal().history(10)
    assert (len({one.job, two.job}), len({one.idempotency_key, two.idempotency_key})) == (2, 2)
