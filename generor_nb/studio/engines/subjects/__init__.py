"""Things the scene can show, drawn with shapes of our own."""

from __future__ import annotations

from . import animals, buildings, nature, vehicles
from .look import Look, Subject

__all__ = ["SUBJECTS", "Look", "Subject"]

SUBJECTS: dict[str, Subject] = {
    **buildings.SUBJECTS,
    **vehicles.SUBJECTS,
    **nature.SUBJECTS,
    **animals.SUBJECTS,
}
