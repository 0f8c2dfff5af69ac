"""What an account has left, and who is told of it after every spend."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from .base.errors import GenerorError
from .base.messages import say
from .contract.schema import Balance
from .spending import purses
from .spending.carrier import Carrier
from .spending.journal import Journal

if TYPE_CHECKING:
    from .providers.base import Provider

# All of this process: a spend over one changes what the others of the same place have left.
_living: weakref.WeakSet[Balances] = weakref.WeakSet()


class Balances:
    """What is left at one provider, and its followers.

    Args:
        provider: is asked.
        journal: knows what its answers told, where it cannot be asked.
    """

    def __init__(self, provider: Provider, journal: Journal) -> None:
        self._provider, self._journal = provider, journal
        self._followers: list[Callable[[Balance], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        _living.add(self)

    def close(self) -> None:
        """Tell nobody any more."""
        for task in self._tasks:
            task.cancel()

    async def left(self) -> Balance:
        """What is left; where there is no call that tells it, what the last paid answer said.

        Raises:
            GenerorError: neither is known.
        """
        provider = self._provider
        told = await provider.balance()
        if told is not None:
            return told
        account = await provider.account()
        parts = purses.last(self._journal, provider.name, provider.base_url, account.id)
        if not parts:
            raise GenerorError(say("balance.untold", provider=provider.name), say("balance.untold.hint"))
        return Balance(sum(parts.values()), parts)

    def follow(self, callback: Callable[[Balance], None]) -> Callable[[], None]:
        """Call ``callback`` with the balance after every spend; returns how to stop that."""
        self._followers.append(callback)

        def unfollow() -> None:
            if callback in self._followers:
                self._followers.remove(callback)

        return unfollow

    def spent(self, carrier: Carrier, operation: str) -> None:
        """Once ``carrier`` is done with ``operation``, tell whoever follows this place, over any session."""
        for one in list(_living):
            if one._followers and one._place == self._place:
                task = asyncio.get_running_loop().create_task(one._tell(carrier, operation))
                one._tasks.add(task)
                task.add_done_callback(one._tasks.discard)

    @property
    def _place(self) -> tuple[str, str]:
        return self._provider.name, self._provider.base_url

    async def _tell(self, carrier: Carrier, operation: str) -> None:
        with contextlib.suppress(Exception):
            # What was sent goes on when nobody waits for it any more.
            await carrier.wait(operation)
        try:
            balance = await self.left()
        except GenerorError:
            return
        for callback in list(self._followers):
            callback(balance)
