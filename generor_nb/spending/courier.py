"""The courier carries one operation: it takes an id, reads the journal, sends once, writes the journal.

Nobody talks to it but through the journal, so that it can live in another process.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..base.errors import APIError, GenerorError, NoOutput, NotSent, OutcomeUnknown
from ..base.messages import say
from ..transport import Outcome, Permit, Reply, Ticket, of_status
from ..transport.retry import Retries
from . import failure, purses, turns
from .collecting import Collector
from .following import Follower, answerable
from .journal import Journal, Operation, StoredAnswer
from .shelf import Shelf
from .states import ANSWERED, OVERLAPPING, RUNNING, UNCLEAR, State
from .turns import CalledOff, Turns
from .watch import order_of, take_mark

if TYPE_CHECKING:
    from ..contract.schema import Answer
    from ..providers.base import Provider

MIN_READ_SECONDS = 15 * 60.0
RECORD_PAUSES = (0.2, 1.0, None)


class Courier:
    """Carries operations of one account at one provider.

    Args:
        journal: where operations come from and go to.
        provider: sends and reads.
        owner: the id of the process that carries: what is SENT is its own.
        asker: whose intents it may send; its own unless given.
        may_send: whether whoever asked is still there; asked before each sending.
    """

    def __init__(
        self,
        journal: Journal,
        provider: Provider,
        owner: str,
        *,
        asker: str | None = None,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        self.journal, self.provider, self.owner = journal, provider, owner
        self.asker, self.may_send = asker or owner, may_send
        self.shelf = Shelf(journal.home)
        self._closing = False
        self._turns: dict[str, Turns] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._held: dict[str, Callable[[], object]] = {}
        jobs = provider.jobs
        self._follower = Follower(journal, jobs, owner) if jobs is not None else None

    def warm(self) -> None:
        """A courier in this process is always ready."""

    def start(self, operation: str, *, overlap: bool = False) -> None:
        """Begin to carry; a second call for the same operation changes nothing.

        Args:
            overlap: it may be sent while other calls of the account are under way.
        """
        known = self._running.get(operation)
        if known is None or known.done():
            task = asyncio.get_running_loop().create_task(self._carry(operation, overlap))
            self._running[operation] = task
            task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._running = {name: kept for name, kept in self._running.items() if kept is not task}
        if not task.cancelled():
            task.exception()

    @property
    def held(self) -> tuple[str, ...]:
        """Operations whose answer is in memory only, since the disk would not take it."""
        return tuple(self._held)

    async def wait(self, operation: str) -> bool:
        """Return when this courier has nothing more to do for ``operation``."""
        task = self._running.get(operation)
        if task is not None:
            await asyncio.shield(task)
        return True

    async def drain(self) -> None:
        """Return when nothing is being carried."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def aclose(self) -> None:
        """What is SENT goes on to its end, a job goes on without us; what is not sent, is called off."""
        self._closing = True
        if self._follower is not None:
            self._follower.leave()
        await self.drain()

    async def _carry(self, operation: str, overlap: bool) -> None:
        """From wherever the operation stands as far as it goes."""
        op = self.journal.get(operation)
        if operation in self._held and op.state in RUNNING | UNCLEAR | {State.CHARGED_NO_OUTPUT}:
            await self._record(operation, self._held[operation])
        elif op.state is State.INTENT:
            await self._take_turn(op, overlap)
        elif op.state is State.SENT and op.owner == self.owner:
            self.journal.move(operation, State.AMBIGUOUS, "nobody carries it")
        elif op.state is State.ACCEPTED and op.owner == self.asker != self.owner:
            self.journal.hand_over(operation, State.ACCEPTED, "taken over", by=self.asker, owner=self.owner)
        await self._go_on(operation, overlap)

    async def _go_on(self, operation: str, overlap: bool) -> None:
        """What was sent, as far as it goes for nothing more than it was sent for."""
        # Without chance: an account sends one at a time anyway.
        retries = Retries(lambda: 1.0)
        while True:
            op = self.journal.get(operation)
            if op.state in ANSWERED:
                await self._finish(op)
            elif self._follower is not None and op.state is State.ACCEPTED and op.owner == self.owner:
                if not await self._follow(op, self._follower):
                    return
            elif answerable(self.journal, op, self.provider.jobs):
                if (pause := retries.pause(0)) is None:
                    return
                await asyncio.sleep(pause)
                if not await self._ask_again(op, overlap):
                    return
                continue
            if self.journal.get(operation).state is op.state:
                return

    async def _follow(self, op: Operation, follower: Follower) -> bool:
        """Ask after a job to its end; False when that did not come."""
        progress = await follower.end_of(op)
        if progress is None or progress.reply is None:
            return False
        await self._ended(op, progress.reply, refunded=progress.refunded)
        return True

    async def _ended(self, op: Operation, reply: Reply, *, refunded: bool) -> None:
        if refunded:
            error = failure.record(self._refusal(reply))
            self.journal.move(op.id, State.FAILED_REFUNDED, "refunded", by=self.owner, error=error)
        else:
            await self._record(op.id, self._answered(op, reply))

    async def _look_in(self, op: Operation, follower: Follower) -> bool:
        """Ask once after the job of an unclear operation. One that was given up is not waited for again."""
        seen = await follower.glance(op)
        if isinstance(seen, OutcomeUnknown) or (seen.reply is None and op.state is State.CHARGED_NO_OUTPUT):
            return False
        ours = self.journal.move(op.id, State.ACCEPTED, "asked after again", owner=self.owner, charge=None)
        if ours and seen.reply is not None:
            await self._ended(op, seen.reply, refunded=seen.refunded)
        return ours

    async def _ask_again(self, op: Operation, overlap: bool) -> bool:
        """Have the provider itself say what became of an unclear operation: free, or charged once in all.

        False when it is no use to ask it again soon.
        """
        if op.job is not None:
            return self._follower is not None and await self._look_in(op, self._follower)
        with contextlib.suppress(GenerorError):
            async with self._turns_of(op).turn(overlap=overlap, wanted=lambda: self._still_unclear(op)):
                await self._send_again(op)
        return True

    def _still_unclear(self, op: Operation) -> bool:
        if self._closing or not self.may_send():
            return False
        return answerable(self.journal, self.journal.get(op.id), self.provider.jobs)

    async def _send_again(self, op: Operation) -> None:
        """The same request under the same key: what came of it the first time is answered, or it is made now.

        Anything but a job proves nothing: the first one may be charged.
        """
        permit, left = await self._pace(lambda: self._still_unclear(op)), False
        try:
            op = self.journal.get(op.id)  # another kernel may have settled it and asked anew: another key
            left = self._still_unclear(op) and self.journal.hand_over(
                op.id, State.AMBIGUOUS, "sent again with its key", owner=self.owner
            )
        finally:
            if not left:
                self.provider.give_back(permit)
        if left:
            reply = await self.provider.send(Ticket(op.id, permit), order_of(self.journal, op), _patience(op))
            job = self._job(reply)
            if job is not None:
                await self._record(op.id, self._accepted(op, job))

    def _job(self, reply: Reply) -> str | None:
        jobs = self.provider.jobs
        return jobs.accepted(reply) if jobs is not None else None

    def _accepted(self, op: Operation, job: str) -> Callable[[], object]:
        """How a job is put on disk."""
        return lambda: self.journal.accept(op.id, job, owner=self.owner)

    def _answered(self, op: Operation, reply: Reply) -> Callable[[], object]:
        """How an answer is put on disk."""
        answer = StoredAnswer(reply.status, dict(reply.headers), reply.body)
        return lambda: self.journal.respond(op.id, answer)

    async def _take_turn(self, op: Operation, overlap: bool) -> None:
        """What fails before SENT is free."""
        try:
            async with self._turns_of(op).turn(overlap=overlap, wanted=lambda: self._wanted(op)):
                await self._send(op, overlap)
        except CalledOff:
            self.journal.move(op.id, State.CANCELLED, "its owner is gone", by=self.asker)
        except Exception as error:
            told = error if isinstance(error, GenerorError) else GenerorError(repr(error), say("unsent.hint"))
            if self.journal.move(
                op.id, State.CANCELLED, "not sent", by=self.asker, error=failure.record(told)
            ):
                return
            raise

    def _turns_of(self, op: Operation) -> Turns:
        account = f"{op.provider} {op.base_url} {op.account}"
        if account not in self._turns:
            self._turns[account] = Turns(self.journal.local / "locks", account)
        return self._turns[account]

    def _wanted(self, op: Operation) -> bool:
        """Whether whoever asked is still there, and still wants it."""
        if self._closing or not self.may_send():
            return False
        now = self.journal.get(op.id)
        return now.state is State.INTENT and now.owner == self.asker

    async def _send(self, op: Operation, overlap: bool) -> None:
        """SENT is committed before the first byte leaves; whatever breaks after that is unclear."""
        await take_mark(self.journal, self.provider, op)
        left = False
        while not left:
            await self._room(op)
            permit = await self._pace(lambda: self._wanted(op))
            try:
                left = self._leave(op, OVERLAPPING if overlap else None)
            finally:
                if not left:
                    self.provider.give_back(permit)
            if not left and not self._wanted(op):
                return  # called off, or taken over, while it waited for its turn
        # It may have been called off and asked for anew meanwhile, with another key.
        op = self.journal.get(op.id)
        try:
            reply = await self.provider.send(Ticket(op.id, permit), order_of(self.journal, op), _patience(op))
        except NotSent as error:
            self.journal.move(op.id, State.REJECTED, "undelivered", error=failure.record(error))
        except OutcomeUnknown as error:
            self.journal.move(op.id, State.AMBIGUOUS, "no clear answer", error=failure.record(error))
        except BaseException:
            self.journal.move(op.id, State.AMBIGUOUS, "the courier was stopped")
            raise
        else:
            await self._classify(op, reply)

    def _request(self, op: Operation) -> bytes:
        """The same to be told beside the files: what was paid for is kept without it, too."""
        try:
            return self.journal.whole(op).body
        except NotSent:
            return b""

    async def _pace(self, wanted: Callable[[], bool]) -> Permit:
        """Wait until the provider's pace allows a paid request, as long as it is wanted."""
        ready = asyncio.ensure_future(self.provider.ready())
        try:
            while not (await asyncio.wait({ready}, timeout=turns.POLL_SECONDS))[0]:
                if not wanted():
                    raise CalledOff(say("cancelled"), say("cancelled.hint"))
            return ready.result()
        finally:
            ready.cancel()

    def _leave(self, op: Operation, note: str | None) -> bool:
        """Commit SENT, if whoever asked is still there and still wants it; it is the courier's own now."""
        if self._closing or not self.may_send():
            raise CalledOff(say("cancelled"), say("cancelled.hint"))
        return self.journal.move(op.id, State.SENT, note, by=self.asker, most=self._most(), owner=self.owner)

    def _most(self) -> int | None:
        """How many the provider works on at once."""
        return self.provider.jobs.most if self.provider.jobs is not None else None

    async def _room(self, op: Operation) -> None:
        """Wait until the provider works on fewer than it would refuse the next one for."""
        most = self._most()
        while most is not None and self.journal.under_way(op) >= most:
            if not self._wanted(op):
                raise CalledOff(say("cancelled"), say("cancelled.hint"))
            await asyncio.sleep(turns.POLL_SECONDS)

    async def _classify(self, op: Operation, reply: Reply) -> None:
        outcome = of_status(reply.status)
        if outcome is Outcome.ANSWERED:
            job = self._job(reply)
            kept = self._answered(op, reply) if job is None else self._accepted(op, job)
            await self._record(op.id, kept)
            return
        error = self._refusal(reply)
        if outcome is Outcome.REJECTED:
            self.journal.move(op.id, State.REJECTED, f"HTTP {reply.status}", error=failure.record(error))
            return
        unknown = OutcomeUnknown(
            say("outcome.status", status=reply.status, what=error.what),
            say("outcome.unknown.hint"),
            operation=op.id,
        )
        self.journal.move(op.id, State.AMBIGUOUS, f"HTTP {reply.status}", error=failure.record(unknown))

    async def _record(self, operation: str, keep: Callable[[], object]) -> None:
        """Put a paid answer on disk; one that will not go there stays in memory until it does."""
        self._held[operation] = keep
        for pause in RECORD_PAUSES:
            try:
                keep()
            except (GenerorError, OSError) as error:
                if pause is None:
                    what = say("answer.held", id=operation[:8], error=getattr(error, "what", error))
                    raise GenerorError(what, say("answer.held.hint")) from None
                await asyncio.sleep(pause)
            else:
                del self._held[operation]
                return

    def _refusal(self, reply: Reply) -> GenerorError:
        try:
            self.provider.read(reply)
        except GenerorError as error:
            return error
        return APIError(say("answer.unreadable"), say("api.server.hint"), status=reply.status)

    async def _finish(self, op: Operation) -> None:
        """From the raw answer on disk to files on disk; can be repeated, costs nothing."""
        if op.state is State.STORED:
            self._close(op, len(self.journal.creations(op.id)))
            return
        raw = self.journal.answer(op.id)
        answer = self._read(op, raw) if raw is not None else None
        if raw is None or answer is None:
            return
        charge = self._settle(op, answer)
        if not answer.items:
            self._nothing(op, nothing_made(answer.failures, charge))
            return
        try:
            found = await Collector(
                self.shelf, self.provider.fetch, op, self._request(op), answer, raw.body
            ).collect()
        except GenerorError as error:
            stuck = GenerorError(error.what, say("media.hint"))
            self.journal.annotate(op.id, error=failure.record(stuck))
            return
        except OSError as error:
            stuck = GenerorError(say("disk", error=error.strerror or error), say("disk.hint"))
            self.journal.annotate(op.id, error=failure.record(stuck))
            return
        except Exception as error:
            # An address that no library accepts, say: the answer is paid for and must stay finishable.
            stuck = GenerorError(
                say("media.failed", error=f"{type(error).__name__}: {error}"), say("media.hint")
            )
            self.journal.annotate(op.id, error=failure.record(stuck))
            return
        if not found.creations:
            self._nothing(op, nothing_made(found.failures, charge))
            return
        failed = failure.record(nothing_made(found.failures, None)) if found.failures else None
        self.journal.store(op.id, found.creations, found.assets, error=failed)
        self._close(op, len(found.creations))

    def _settle(self, op: Operation, answer: Answer) -> float | None:
        """Note what it took and what is left; the charge."""
        if answer.purses:
            charge = purses.settle(self.journal, op, answer.purses)
            # Pictures for nothing: a balance that is told late, or was filled up by as much, looks like that.
            charge = _beyond_doubt(charge) if answer.items else charge
        else:
            charge = _beyond_doubt(answer.charge)
        settled = {"charge": charge, "balance": answer.balance, "seconds": answer.seconds}
        self.journal.annotate(op.id, **settled, adjustments=dict(answer.adjustments))
        return charge

    def _close(self, op: Operation, items: int) -> None:
        self.journal.move(op.id, State.DONE if items >= op.count else State.DONE_PARTIAL)

    def _read(self, op: Operation, raw: StoredAnswer) -> Answer | None:
        """The stored answer, read; a 2xx that cannot be read was paid all the same."""
        try:
            answer = self.provider.read(Reply(raw.status, raw.headers, raw.body, 0))
            # What has neither words nor a file is no output, whatever it is called.
            items = tuple(item for item in answer.items if item.text is not None or item.urls or item.inline)
            return replace(answer, items=items)
        except NoOutput as error:
            error.charge = _beyond_doubt(error.charge)
            self._nothing(op, error)
        except APIError as error:
            state = State.REJECTED if error.code in _CLIENT_CODES else State.AMBIGUOUS
            unknown = OutcomeUnknown(error.what, say("outcome.unknown.hint"), operation=op.id)
            kept = error if state is State.REJECTED else unknown
            self.journal.move(op.id, state, "unreadable answer", error=failure.record(kept))
        return None

    def _nothing(self, op: Operation, error: NoOutput) -> None:
        """It was answered, and nothing can be made of the answer."""
        told = failure.record(error)
        self.journal.move(op.id, State.CHARGED_NO_OUTPUT, "no output", charge=error.charge, error=told)


def _beyond_doubt(charge: float | None) -> float | None:
    """A charge that is a difference of balances: zero or less may hide one, where an equal bonus came."""
    return charge if charge and charge > 0 else None


def nothing_made(failures: Sequence[str], charge: float | None) -> NoOutput:
    """What failed inside an answer, as an error."""
    what = say("part.failed", why="; ".join(failures)) if failures else say("answer.empty")
    return NoOutput(what, say("answer.empty.hint"), charge=charge)


def _patience(op: Operation) -> float:
    """Seconds of silence after which an answer is lost."""
    return max(MIN_READ_SECONDS, 3 * (op.max_seconds or 0))


_CLIENT_CODES = frozenset(
    {
        "UNAUTHORIZED",
        "FORBIDDEN",
        "NOT_FOUND",
        "METHOD_NOT_ALLOWED",
        "VALIDATION_ERROR",
        "INSUFFICIENT_CREDITS",
        "RATE_LIMIT_EXCEEDED",
    }
)
