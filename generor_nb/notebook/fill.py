"""``{{expression}}`` filled from the user's variables: one pass, values are never scanned again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..base.errors import InvalidRequest
from ..base.messages import say
from ..base.text import line
from .options import BRACES


def evaluator(namespace: Mapping[str, Any]) -> Callable[[str], Any]:
    """A function that says what an expression is in ``namespace``.

    Raises:
        InvalidRequest: it names something undefined, or fails.
    """
    scope = dict(namespace)

    def value_of(source: str) -> Any:
        expression = source.strip()
        try:
            # The user's own cell, evaluated as the user's own code.
            return eval(expression, scope)  # noqa: S307
        except NameError as error:
            name = getattr(error, "name", None) or expression
            raise InvalidRequest(say("braces.name", name=name), say("braces.name.hint"), field=name) from None
        except Exception as error:
            raise _failed(expression, error) from None

    return value_of


def filler(namespace: Mapping[str, Any]) -> Callable[[str], str]:
    """A function that fills a text from ``namespace``; single braces stay as typed.

    Raises:
        InvalidRequest: an expression names something undefined, or fails.
    """
    value_of = evaluator(namespace)
    return lambda text: BRACES.sub(lambda match: _words(match.group(1), value_of), text)


def _words(source: str, value_of: Callable[[str], Any]) -> str:
    value = value_of(source)
    try:
        return str(value)
    except Exception as error:
        raise _failed(source.strip(), error) from None


def _failed(expression: str, error: Exception) -> InvalidRequest:
    what = say("braces.error", expr=line(expression, 60), error=line(f"{type(error).__name__}: {error}", 120))
    return InvalidRequest(what, say("braces.error.hint"), field=expression)
