"""The courier carries one operation: it takes an id, reads the journal, sends once, writes the journal.

Nobody talks to it but through the journal, so that it can live in another process.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import APIError, GenerorError, NoOutput, NotSent, OutcomeUnknown
from ..base.files import OwnerLock, sha256
from ..base.messages import say
from ..transport import Outcome, Permit, Reply, Ticket, of_status
from . import failure
from .journal import Journal, Operation, StoredAnswer, StoredAsset, StoredCreation
from .shelf import Shelf
from .states import ANSWERED, FINISHED, State

if TYPE_CHECKING:
    from ..contract.schema import Answer
    from ..providers.base import Provider

MIN_READ_SECONDS = 15 * 60.0
LOCK_POLL_SECONDS = 0.05
CALLED_OFF_SECONDS = 0.2
RECORD_PAUSES = (0.2, 1.0, None)


class Courier:
    """Carries operations of one account at one provider, one at a time.

    Args:
        journal: where operations come from and go to.
        provider: sends and reads.
        owner: the id of the process that carries, as the journal names it.
    """

    def __init__(self, journal: Journal, provider: Provider, owner: str) -> None:
        self.journal, self.provider, self.owner = journal, provider, owner
        self.shelf = Shelf(journal.home)
        self._turn = asyncio.Lock()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._held: dict[str, StoredAnswer] = {}

    def start(self, operation: str) -> None:
        """Begin to carry; a second call for the same operation changes nothing."""
        known = self._running.get(operation)
        if known is None or known.done():
            task = asyncio.get_running_loop().create_task(self._carry(operation))
            self._running[operation] = task
            task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._running = {name: kept for name, kept in self._running.items() if kept is not task}
        if not task.cancelled():
            task.exception()

    def carries(self, operation: str) -> bool:
        """Whether this courier has the operation in hand, or its answer."""
        return operation in self._running or operation in self._held

    async def wait(self, operation: str) -> None:
        """Return when this courier has nothing more to do for ``operation``."""
        task = self._running.get(operation)
        if task is not None:
            await asyncio.shield(task)

    async def drain(self) -> None:
        """Return when nothing is being carried."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _carry(self, operation: str) -> None:
        """From wherever the operation stands as far as it goes."""
        op = self.journal.get(operation)
        if op.state is State.INTENT:
            await self._take_turn(op)
        elif op.state is State.SENT and operation in self._held:
            await self._record(op, self._held[operation])
        op = self.journal.get(operation)
        if op.state in ANSWERED:
            await self._finish(op)

    async def _take_turn(self, op: Operation) -> None:
        """One paid call of an account at a time; what fails before SENT is free."""
        lock = OwnerLock(self._lock_path(op))
        try:
            async with self._turn:
                while not lock.acquire():
                    await asyncio.sleep(LOCK_POLL_SECONDS)
                await self._send(op)
        except Exception as error:
            told = error if isinstance(error, GenerorError) else GenerorError(repr(error), say("unsent.hint"))
            if self.journal.move(op.id, State.CANCELLED, "not sent", error=failure.record(told)):
                return
            raise
        finally:
            lock.release()

    async def _send(self, op: Operation) -> None:
        """SENT is committed before the first byte leaves; whatever breaks after that is unclear."""
        from ..providers.base import Order

        permit = await self._permit(op)
        if permit is None:
            return
        if not self.journal.move(op.id, State.SENT, by=self.owner):
            self.provider.give_back(permit)
            return  # called off, or taken over, while it waited for its turn
        read_seconds = max(MIN_READ_SECONDS, 3 * (op.max_seconds or 0))
        try:
            reply = await self.provider.send(Ticket(op.id, permit), Order(op.path, op.body), read_seconds)
        except NotSent as error:
            self.journal.move(op.id, State.REJECTED, "undelivered", error=failure.record(error))
        except OutcomeUnknown as error:
            self.journal.move(op.id, State.AMBIGUOUS, "no clear answer", error=failure.record(error))
        except BaseException:
            self.journal.move(op.id, State.AMBIGUOUS, "the courier was stopped")
            raise
        else:
            await self._classify(op, reply)

    async def _permit(self, op: Operation) -> Permit | None:
        """Leave to send now; None when the operation was called off while it waited for the pace."""
        ready = asyncio.ensure_future(self.provider.ready())
        try:
            while not (await asyncio.wait({ready}, timeout=CALLED_OFF_SECONDS))[0]:
                if self.journal.get(op.id).state is not State.INTENT:
                    return None
            return ready.result()
        finally:
            ready.cancel()

    async def _classify(self, op: Operation, reply: Reply) -> None:
        outcome = of_status(reply.status)
        if outcome is Outcome.ANSWERED:
            await self._record(op, StoredAnswer(reply.status, dict(reply.headers), reply.body))
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

    async def _record(self, op: Operation, answer: StoredAnswer) -> None:
        """Put a paid answer on disk; one that will not go there stays in memory until it does."""
        self._held[op.id] = answer
        for pause in RECORD_PAUSES:
            try:
                self.journal.respond(op.id, answer)
            except (GenerorError, OSError) as error:
                if pause is None:
                    what = say("answer.held", id=op.short, error=getattr(error, "what", error))
                    raise GenerorError(what, say("answer.held.hint")) from None
                await asyncio.sleep(pause)
            else:
                del self._held[op.id]
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
        answer = self._read(op)
        if answer is None:
            return
        # A balance that grew in between (a bonus, a top-up) makes the charge zero or less: unknown.
        charge = answer.charge if answer.charge and answer.charge > 0 else None
        settled = {"charge": charge, "balance": answer.balance, "seconds": answer.seconds}
        self.journal.annotate(op.id, **settled, adjustments=dict(answer.adjustments))
        try:
            creations, assets = await self._collect(op, answer)
        except GenerorError as error:
            self.journal.annotate(op.id, error=failure.record(error))
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
        self.journal.store(op.id, creations, assets, error=None)
        self._close(op, len(answer.items))

    def _close(self, op: Operation, items: int) -> None:
        self.journal.move(op.id, State.DONE if items >= op.count else State.DONE_PARTIAL)

    def _read(self, op: Operation) -> Answer | None:
        """The stored answer, read; a 2xx that cannot be read was paid all the same."""
        raw = self.journal.answer(op.id)
        if raw is None:
            return None
        try:
            return self.provider.read(Reply(raw.status, raw.headers, raw.body, 0))
        except NoOutput as error:
            # Zero is a difference of balances: an equal bonus would hide a charge.
            charge = error.charge if error.charge and error.charge > 0 else None
            self.journal.move(
                op.id, State.CHARGED_NO_OUTPUT, "no output", charge=charge, error=failure.record(error)
            )
        except APIError as error:
            state = State.REJECTED if error.code in _CLIENT_CODES else State.AMBIGUOUS
            unknown = OutcomeUnknown(error.what, say("outcome.unknown.hint"), operation=op.id)
            kept = error if state is State.REJECTED else unknown
            self.journal.move(op.id, state, "unreadable answer", error=failure.record(kept))
        return None

    async def _collect(self, op: Operation, answer: Answer) -> tuple[list[StoredCreation], list[StoredAsset]]:
        creations, assets = [], []
        for place, item in enumerate(answer.items):
            creation_id = item.id or f"{op.id}-{place}"
            creations.append(StoredCreation(creation_id, place, item.text, dict(item.data)))
            if item.text is not None:
                assets.append(self.shelf.keep_text(item.text, place, 0))
            for position, url in enumerate(item.urls, start=1):
                assets.append(await self.shelf.keep(url, self.provider.fetch, place, position))
        for asset in assets:
            self.shelf.annotate(asset, self._facts(op, answer, creations[asset.place]))
        return creations, assets

    def _facts(self, op: Operation, answer: Answer, creation: StoredCreation) -> dict[str, object]:
        return {
            "provider": op.provider,
            "generator": op.generator,
            "creation_id": creation.creation_id,
            "operation": op.id,
            "take": op.take,
            "prompt": op.prompt,
            "model": {"id": op.model_id, "name": op.model_name},
            "request": op.body.decode(),
            "charge": answer.charge,
            "estimate": op.estimate,
            "created": op.created,
            "data": creation.data,
        }

    def _lock_path(self, op: Operation) -> Path:
        name = sha256(f"{op.provider} {op.base_url} {op.account}".encode())[:16]
        return self.journal.home / "locks" / f"{name}.lock"


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


def outcome_of(op: Operation) -> Operation:
    """``op`` if it is finished; otherwise the error that says how it stands.

    Raises:
        GenerorError: what the courier recorded, or that the outcome is unclear.
    """
    if op.state in FINISHED:
        return op
    if op.error:
        raise failure.revive(op.error)
    if op.state is State.CANCELLED:
        raise GenerorError(say("cancelled"), say("cancelled.hint"))
    if op.state is State.INTENT:
        raise GenerorError(say("unsent", id=op.short), say("unsent.hint"))
    raise OutcomeUnknown(say("outcome.lost", id=op.short), say("outcome.unknown.hint"), operation=op.id)
