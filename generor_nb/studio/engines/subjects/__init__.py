"""Things the scene can show, drawn with shapes of our own."""

from __future__ import annotations

from . import animals, beasts, buildings, garden, music, nature, pets, things, vehicles, wheels
from .look import Look, Subject

__all__ = ["SUBJECTS", "Look", "Subject"]

SUBJECTS: dict[str, Subject] = {
    name: subject
    for shelf in (buildings, vehicles, wheels, nature, garden, animals, pets, beasts, music, things)
    for name, subject in shelf.SUBJECTS.items()
}
