"""Who carries operations: a courier in this process, or a porter to a courier in another."""

from __future__ import annotations

from typing import Protocol


class Carrier(Protocol):
    """``owner`` is whom the journal names as the owner of what is SENT; empty while nobody carries."""

    @property
    def owner(self) -> str: ...

    def warm(self) -> None:
        """Get ready to carry, without waiting for it."""

    def start(self, operation: str, *, overlap: bool = False) -> None:
        """Begin to carry; a second call for the same operation changes nothing."""

    async def wait(self, operation: str) -> bool:
        """Return when nothing more is done for ``operation``; False when whoever carried it is gone.

        Raises:
            GenerorError: it could not be carried to where the journal would tell.
        """
        ...

    async def aclose(self) -> None:
        """Take no more; what is SENT goes on to its end."""
