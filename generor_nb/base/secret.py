"""A key that shows in no repr, traceback, log, pickle or copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn


class Secret:
    """Holds an API key. Only the code that builds a header calls ``reveal``.

    >>> Secret("gnr_live_0123")
    Secret(gnr_live_…)
    """

    __slots__ = ("__reveal",)
    __reveal: Callable[[], str]

    def __init__(self, value: str) -> None:
        text = value.strip()
        if not text:
            raise ValueError("a key cannot be empty")
        self.__reveal = lambda: text

    def reveal(self) -> str:
        return self.__reveal()

    def __repr__(self) -> str:
        head, mark, _ = self.reveal().partition("live_")
        return f"Secret({head}{mark}…)" if mark else "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.reveal()

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: Any) -> Secret:
        return self
