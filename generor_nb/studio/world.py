"""The people of a seeded studio, what they made, and what they said about it. Nobody here is real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SMALL_PICTURE, TEXT, CAREFUL_TEXT = 10004, 37, 5
PRIVATE = 1


@dataclass(frozen=True)
class Person:
    """Somebody; ``joined`` and every other time is in days before now."""

    name: str
    bio: str
    joined: float
    website: str | None = None


@dataclass(frozen=True)
class Remark:
    """A comment, who voted for it, and the answers it got."""

    who: str
    text: str
    up: tuple[str, ...] = ()
    answers: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A creation with its ratings and comments."""

    who: str
    when: float
    generator: str
    prompt: str
    body: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    team: str | None = None


@dataclass(frozen=True)
class Group:
    """A team; the first member owns it."""

    name: str
    when: float
    members: tuple[str, ...]


PEOPLE = (
    Person(
        "hana.lind", "Illustrator in Malmö. Mostly harbours and weather.", 41.38, "https://example.com/hana"
    ),
    Person("tomasz_w", "Physics teacher. I make pictures for slides that would otherwise be bullets.", 38.75),
    Person("adaeze", "Data analyst. I look after the horoscope in our Monday mail.", 33.23),
    Person("jiwoo.park", "Stage designer, Busan. Light first, everything else after.", 29.60),
    Person(
        "marcel", "Baker. I write recipes down before I forget them.", 24.97, "https://example.com/marcel"
    ),
    Person("ines.r", "Short poems, long walks.", 20.45),
)
FOLLOWS = (
    ("tomasz_w", "hana.lind"),
    ("jiwoo.park", "hana.lind"),
    ("ines.r", "hana.lind"),
    ("hana.lind", "jiwoo.park"),
    ("hana.lind", "ines.r"),
    ("adaeze", "tomasz_w"),
    ("adaeze", "marcel"),
    ("marcel", "ines.r"),
    ("ines.r", "marcel"),
)
# Whom the account of this studio follows, so that its feed holds something.
OWNER_FOLLOWS = ("hana.lind", "marcel", "ines.r")
HARBOUR = "Harbour Posters"
STAFF = "Staff Room"
GROUPS = (
    Group(HARBOUR, 19.82, ("hana.lind", "jiwoo.park")),
    Group(STAFF, 12.30, ("tomasz_w", "adaeze")),
)
# The team that the account of this studio is in.
OWNER_TEAM = HARBOUR

WIDE: Mapping[str, Any] = {"model_id": SMALL_PICTURE, "aspect_ratio": "16:9"}
TALL: Mapping[str, Any] = {"model_id": SMALL_PICTURE, "aspect_ratio": "9:16"}
WORDS: Mapping[str, Any] = {"model_id": TEXT}

PIECES = (
    Piece(
        "hana.lind",
        40.47,
        "image",
        "A lighthouse in a storm, waves over the pier, one warm window",
        WIDE,
        {"tomasz_w": 5, "jiwoo.park": 5, "ines.r": 4},
        (
            Remark(
                "jiwoo.park",
                "The single window does all the work here.",
                ("hana.lind", "ines.r"),
                (Remark("hana.lind", "It was the fourth try. The first three had a whole village lit up."),),
            ),
            Remark("tomasz_w", "May I put this on a slide about wave energy?", ("hana.lind",)),
        ),
    ),
    Piece(
        "tomasz_w",
        37.84,
        "image",
        "A desert under a night sky full of stars, a small tent",
        WIDE,
        {"adaeze": 4, "hana.lind": 4},
        (Remark("adaeze", "My daughter would ask which constellation that is.", ("tomasz_w",)),),
    ),
    Piece(
        "tomasz_w",
        35.32,
        "joke",
        "physics and cats",
        WORDS,
        {"adaeze": 3},
        (Remark("adaeze", "Told it at lunch. Two laughs, one groan.", ("tomasz_w", "marcel")),),
    ),
    Piece("adaeze", 31.69, "horoscope", "A calm week at work", WORDS, {"tomasz_w": 4}),
    Piece(
        "jiwoo.park",
        28.17,
        "image",
        "An empty theatre of pine trees at dawn, fog between the trunks",
        WIDE,
        {"hana.lind": 5},
        (Remark("hana.lind", "I can hear this one.", ("jiwoo.park",)),),
    ),
    Piece(
        "jiwoo.park",
        27.54,
        "image",
        "Stage sketch: red hills at sunset, do not share yet",
        {**WIDE, "privacy_mode": PRIVATE},
    ),
    Piece(
        "marcel",
        23.91,
        "recipe",
        "plum cake for a rainy Sunday",
        {"model_id": CAREFUL_TEXT},
        {"ines.r": 5, "adaeze": 4},
        (
            Remark(
                "ines.r",
                "Does it keep until Tuesday?",
                ("adaeze",),
                (
                    Remark(
                        "marcel", "Nobody has ever managed to find out.", ("ines.r", "adaeze", "hana.lind")
                    ),
                ),
            ),
        ),
    ),
    Piece(
        "hana.lind", 21.39, "wallart", "Calm mountain lake at dawn, mist, a rowing boat", WIDE, {"ines.r": 5}
    ),
    Piece(
        "ines.r",
        19.76,
        "poem",
        "the last tram in the rain",
        WORDS,
        {"marcel": 5, "hana.lind": 4},
        (Remark("marcel", "I know that tram.", ("ines.r",)),),
    ),
    Piece(
        "hana.lind", 18.24, "image", "Harbour at dusk, cranes and gulls, poster colours", TALL, team=HARBOUR
    ),
    Piece(
        "jiwoo.park",
        16.61,
        "image",
        "A sailing boat in the moonlight, flat poster shapes",
        TALL,
        {"hana.lind": 4},
        (
            Remark(
                "hana.lind",
                "Could the moon sit a little lower, so that there is room for the date?",
                (),
                (Remark("jiwoo.park", "Yes. I will send another one tonight."),),
            ),
        ),
        HARBOUR,
    ),
    Piece("ines.r", 14.98, "poem", "notes for a letter I may not send", {**WORDS, "privacy_mode": PRIVATE}),
    Piece("tomasz_w", 11.46, "image", "A volcano and the sea, clear afternoon light", WIDE, team=STAFF),
    Piece(
        "marcel",
        9.83,
        "image",
        "A snowy village street at night, warm windows, a bakery",
        WIDE,
        {"ines.r": 5, "hana.lind": 5},
    ),
    Piece("marcel", 8.31, "recipe", "a quick lentil soup for six", WORDS, {"adaeze": 5}),
    Piece(
        "adaeze",
        6.68,
        "joke",
        "spreadsheets",
        WORDS,
        {"tomasz_w": 4, "marcel": 3},
        (Remark("tomasz_w", "This goes on the staff room door.", ("adaeze",)),),
    ),
    Piece(
        "hana.lind", 4.16, "image", "Rain over a green valley, a road with a red bicycle", WIDE, {"ines.r": 4}
    ),
    Piece(
        "ines.r", 2.53, "wallart", "A single birch in autumn, wide meadow, evening", WIDE, {"hana.lind": 5}
    ),
    Piece(
        "jiwoo.park",
        1.90,
        "image",
        "Northern lights above a frozen lake",
        WIDE,
        {"hana.lind": 5, "tomasz_w": 5},
        (Remark("tomasz_w", "Finally a reason to explain solar wind.", ("jiwoo.park",)),),
    ),
)
