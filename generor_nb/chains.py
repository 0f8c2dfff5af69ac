"""How something that was made goes on: each step is a request like any other, priced, and paid once.

What is here knows no session: whoever made the result gave it a callable that asks for the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .base.errors import GenerorError, InvalidRequest
from .base.messages import say
from .base.text import clean, line

# An operation, and a creation of it.
Origin = tuple[str, str]
# Asks for something: the generators that could make it, the prompt, what ``generate`` takes, what it is from.
GoOn = Callable[[Sequence[str], str | None, Mapping[str, Any], Origin], Any]
# Asks for an operation's request again, changed.
Remix = Callable[[str, Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Ways:
    """How to go on, given by whoever made a result."""

    on: GoOn
    remix: Remix

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        """A copy in a file or another process has no session to go on with."""
        return type(None), ()


class Made(Protocol):
    """What the steps need to know of a result or a creation."""

    @property
    def prompt(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    @property
    def operation(self) -> str: ...
    @property
    def origin(self) -> Origin: ...
    @property
    def ways(self) -> Ways | None: ...


class Chain:
    """The steps. Each takes what ``gn.generate`` takes besides, and returns its Result."""

    def edit(self: Made, prompt: str, **options: Any) -> Any:
        """A new picture from this one, as ``prompt`` says."""
        return _go_on(self, ("image",), prompt, {"image": self, **options})

    def upscale(self: Made, factor: int = 2, **options: Any) -> Any:
        """The picture in ``factor`` times as many pixels each way, 2 or 4."""
        settings = {"upscale-factor": factor, **options.pop("settings", {})}
        return _go_on(self, ("upscale",), None, {"image": self, "settings": settings, **options})

    def remove_background(self: Made, **options: Any) -> Any:
        """The picture's subject on nothing."""
        return _go_on(self, ("background-removal", "backgroundremoval"), None, {"image": self, **options})

    def vectorize(self: Made, **options: Any) -> Any:
        """The picture as shapes that scale."""
        return _go_on(self, ("vector",), None, {"image": self, **options})

    def animate(self: Made, prompt: str | None = None, seconds: int = 5, **options: Any) -> Any:
        """A video of ``seconds`` that starts on the picture, by its own words unless told others."""
        words = self.prompt if prompt is None else prompt
        return _go_on(
            self, ("image-to-video", "video"), words, {"image": self, "seconds": seconds, **options}
        )

    def describe(self: Made, prompt: str | None = None, **options: Any) -> Any:
        """The picture in words."""
        return _go_on(self, ("vision",), prompt, {"image": self, **options})

    def narrate(self: Made, **options: Any) -> Any:
        """The text read aloud.

        Raises:
            InvalidRequest: there is no text.
        """
        if not self.text:
            raise InvalidRequest(say("chain.no.text"), say("chain.no.text.hint"))
        return _go_on(self, ("speech",), self.text, options)

    def remix(self: Made, **changes: Any) -> Any:
        """The same request with some things changed; with nothing changed, another sample of it."""
        return _ways(self).remix(self.operation, changes)


def _go_on(made: Made, slugs: Sequence[str], prompt: str | None, options: Mapping[str, Any]) -> Any:
    return _ways(made).on(slugs, prompt, options, made.origin)


def _ways(made: Made) -> Ways:
    if made.ways is None:
        raise GenerorError(say("chain.alone"), say("chain.alone.hint"))
    return made.ways


@dataclass(frozen=True)
class Step:
    """One operation on the way: ``back`` is how many steps before the result."""

    operation: str
    generator: str
    model: str
    prompt: str
    back: int = 0

    def __str__(self) -> str:
        words = [self.operation[:8], line(self.generator, 40), line(self.model, 40), line(self.prompt, 60)]
        return " · ".join(word for word in words if word)


@dataclass(frozen=True)
class Lineage:
    """What a result goes back to, the oldest first and itself last."""

    steps: tuple[Step, ...] = ()

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, index: int) -> Step:
        return self.steps[index]

    def __repr__(self) -> str:
        deepest = max((step.back for step in self.steps), default=0)
        return "\n".join(clean(f"{'  ' * (deepest - step.back)}{step}") for step in self.steps)
