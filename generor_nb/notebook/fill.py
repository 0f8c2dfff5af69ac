"""``{{expression}}`` filled from the user's variables: one pass, values are never scanned again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..base.errors import InvalidRequest
from ..base.messages import say
from ..base.text import line
from .options import BRACES


def filler(namespace: Mapping[str, Any]) -> Callable[[str], str]:
    """A function that fills a text from ``namespace``; single braces stay as typed.

    Raises:
        InvalidRequest: an expression names something undefined, or fails.
    """
    scope = dict(namespace)

    def value_of(source: str) -> str:
        expression = source.strip()
        try:
            # The user's own cell, evaluated as the user's own code.
            return str(eval(expression, scope))  # noqa: S307
        except NameError as error:
            name = getattr(error, "name", None) or expression
            raise InvalidRequest(say("braces.name", name=name), say("braces.name.hint"), field=name) from None
        except Exception as error:
            what = say(
                "braces.error", expr=line(expression, 60), error=line(f"{type(error).__name__}: {error}", 120)
            )
            raise InvalidRequest(what, say("braces.error.hint"), field=expression) from None

    return lambda text: BRACES.sub(lambda match: value_of(match.group(1)), text)
