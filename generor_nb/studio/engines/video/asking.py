"""What a job asks a clip to be, as plain decisions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..errors import EngineError
from ..seeding import Dice

FPS = 24
SMALLEST, LARGEST = 256, 2048
LONGEST = 60
MOST_SHOTS = 12
MOVES = ("pan-left", "pan-right", "push-in", "pull-out", "rise", "still")
_GOING = {
    "pan": r"pan|pans|panning|track|tracks|tracking|truck|slide|slides|moves?",
    "in": r"zoom|zooms|zooming|push|pushes|pushing|dolly",
    "out": r"zoom|zooms|zooming|pull|pulls|pulling|dolly",
    "up": r"crane|tilt|tilts|tilting|rise|rises|rising|drone|aerial",
}
_MOVE_WORDS = {
    "pan-left": rf"\b(?:{_GOING['pan']})\b[\w\s]{{0,20}}\bleft\b|왼쪽으로",
    "pan-right": rf"\b(?:{_GOING['pan']})\b[\w\s]{{0,20}}\bright\b|오른쪽으로",
    "pull-out": rf"\b(?:{_GOING['out']})[\s-]*(?:out|back|away)\b|줌\s?아웃|멀어지",
    "push-in": rf"\b(?:{_GOING['in']})[\s-]*(?:in|into|towards?|closer)\b|줌\s?인|다가가",
    "rise": rf"\b(?:{_GOING['up']})\b[\w\s]{{0,12}}\b(?:up|shot|camera|view)\b",
    "still": r"\b(?:static|still|fixed|locked)\s+(?:camera|shot|frame)\b|고정\s?(?:카메라|샷)",
}
_LOOP = re.compile(
    r"\b(?:seamless(?:ly)?\s+loop|looping|loops?\s+seamlessly|perfect\s+loop|endless\s+loop)\b|무한\s?반복"
)
_EXTEND = re.compile(
    r"\b(?:extend|extends|extending|extension|continue|continues|continuing|longer)\b|이어|연장|계속"
)
_NAMED = re.compile(r"\[\s*image\s*(\d+)\s*\]", re.IGNORECASE)


@dataclass(frozen=True)
class Ask:
    """One clip: its frame in pixels, its length in seconds, and what it is made of."""

    prompt: str
    key: str
    width: int
    height: int
    seconds: int
    move: str
    loop: bool
    audible: bool
    chosen: dict[str, str] = field(default_factory=dict)
    image: str | None = None
    ending: str | None = None
    references: tuple[str, ...] = ()
    clips: tuple[str, ...] = ()
    video: str | None = None
    audio: str | None = None

    @property
    def frames(self) -> int:
        return self.seconds * FPS

    @property
    def extends(self) -> bool:
        """Whether a given clip is to go on, rather than to be changed."""
        return bool(_EXTEND.search(self.prompt.lower()))

    def dice(self, name: str) -> Dice:
        return Dice(self.key, "video", name)


def asked(job: dict[str, Any], version: str) -> Ask:
    """The job's clip.

    Raises:
        EngineError: a size or length that is not made.
    """
    width, height = int(job.get("width") or 1280), int(job.get("height") or 720)
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        raise EngineError(f"A clip can be {SMALLEST} to {LARGEST} pixels on a side, not {width} by {height}.")
    fields, prompt = dict(job.get("fields") or {}), str(job.get("prompt") or "")
    seconds = int(fields.get("seconds") or 5)
    if not 1 <= seconds <= LONGEST:
        raise EngineError(f"A clip can last 1 to {LONGEST} seconds, not {seconds}.")
    chosen = options(job)
    key = "\x1f".join(("video", version, " ".join(prompt.lower().split()), str(int(job.get("seed") or 0))))
    sound = fields.get("generate_audio")
    return Ask(
        prompt=prompt,
        key=key,
        width=width - width % 2,
        height=height - height % 2,
        seconds=seconds,
        move=_move(prompt, chosen, Dice(key, "video", "move")),
        loop=chosen.get("loop") == "yes" or bool(_LOOP.search(prompt.lower())),
        audible=sound is True or (sound is None and bool(fields.get("reference_audio"))),
        chosen=chosen,
        image=fields.get("image_url"),
        ending=fields.get("ending_frame_url"),
        references=in_order(prompt, tuple(fields.get("reference_images") or ())),
        clips=tuple(fields.get("reference_videos") or ()),
        video=fields.get("video_url"),
        audio=fields.get("reference_audio"),
    )


def options(job: dict[str, Any]) -> dict[str, str]:
    """The preset and the parameters; the last word of a parameter's id names the option."""
    found = {str(name): str(value) for name, value in (job.get("preset") or {}).items()}
    for name, value in (job.get("parameters") or {}).items():
        if str(value) != "auto":
            found[str(name).rsplit("-", 1)[-1]] = str(value)
    return found


def in_order(prompt: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """References as ``[ImageN]`` calls for them, each time it does; those it never names follow.

    Numbers beyond what was given are passed over, as a server does.

    >>> in_order("first [Image2], then [Image1]", ("a", "b", "c"))
    ('b', 'a', 'c')
    """
    asked_for = [int(number) - 1 for number in _NAMED.findall(prompt)]
    named = [place for place in asked_for if 0 <= place < len(given)]
    rest = [place for place in range(len(given)) if place not in named]
    return tuple(given[place] for place in [*named[:MOST_SHOTS], *rest])


def without_names(prompt: str) -> str:
    """The prompt without its ``[ImageN]``."""
    return " ".join(_NAMED.sub(" ", prompt).split())


def _move(prompt: str, chosen: dict[str, str], dice: Dice) -> str:
    if chosen.get("camera") in MOVES:
        return chosen["camera"]
    for name, words in _MOVE_WORDS.items():
        if re.search(words, prompt.lower()):
            return name
    return dice.pick(("pan-left", "pan-right", "push-in", "pan-left", "pan-right"))
