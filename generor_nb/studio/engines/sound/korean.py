"""Hangul to sounds: syllables into letters, letters into what is said where they meet."""

from __future__ import annotations

# Plain stops are breathy at the beginning of a word and voiced inside it.
ONSETS = (
    ("K", "G"),
    ("KK", "KK"),
    ("N", "N"),
    ("T", "D"),
    ("TT", "TT"),
    ("RR", "RR"),
    ("M", "M"),
    ("P", "B"),
    ("PP", "PP"),
    ("S", "S"),
    ("SS", "SS"),
    ("", ""),
    ("CH", "JH"),
    ("JJ", "JJ"),
    ("CH", "CH"),
    ("K", "K"),
    ("T", "T"),
    ("P", "P"),
    ("HH", "HH"),
)
VOWELS = (
    "a",
    "e",
    "Y a",
    "Y e",
    "eo",
    "e",
    "Y eo",
    "Y e",
    "o",
    "W a",
    "W e",
    "W e",
    "Y o",
    "u",
    "W eo",
    "W e",
    "W i",
    "Y u",
    "eu",
    "eu i",
    "i",
)
# For each final letter: what is said before a pause, and which first letters move on to a vowel.
CODAS = (
    "",
    "k_",
    "k_",
    "k_",
    "N",
    "N",
    "N",
    "t_",
    "L",
    "k_",
    "M",
    "L",
    "L",
    "L",
    "p_",
    "L",
    "M",
    "p_",
    "p_",
    "t_",
    "t_",
    "NG",
    "t_",
    "t_",
    "k_",
    "t_",
    "p_",
    "t_",
)
MOVES: tuple[tuple[int, ...], ...] = (
    (),
    (0,),
    (1,),
    (0, 9),
    (2,),
    (2, 12),
    (2,),
    (3,),
    (5,),
    (5, 0),
    (5, 6),
    (5, 7),
    (5, 9),
    (5, 16),
    (5, 17),
    (5,),
    (6,),
    (7,),
    (7, 9),
    (9,),
    (10,),
    (),
    (12,),
    (14,),
    (15,),
    (16,),
    (17,),
    (),
)
STAYS = {3: "k_", 5: "N", 9: "L", 10: "L", 11: "L", 12: "L", 13: "L", 14: "L", 18: "p_"}
NASAL = {"k_": "NG", "t_": "N", "p_": "M"}
TENSE = {0: 1, 3: 4, 7: 8, 9: 10, 12: 13}
BREATHED = {0: 15, 3: 16, 7: 17, 12: 14}
SOFTENED = {7: "JH", 25: "CH"}  # before i
BASE, LAST = 0xAC00, 0xD7A3
SILENT = 11
DIGITS = " 일이삼사오육칠팔구"
SIGNS = {"%": "퍼센트", "&": "그리고", "+": "더하기", "=": "는", "@": "골뱅이", "°": "도"}


def is_syllable(letter: str) -> bool:
    return BASE <= ord(letter) <= LAST


def number(value: int) -> str:
    """As it is said, by counting in tens of thousands."""
    if value == 0:
        return "영"
    for size, name in ((10**8, "억"), (10**4, "만")):
        if value >= size:
            head = "" if value // size == 1 and size == 10**4 else number(value // size)
            return head + name + (number(value % size) if value % size else "")
    said = ""
    for size, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit = value // size % 10
        if digit:
            said += ("" if digit == 1 and name else DIGITS[digit]) + name
    return said


def sounds(word: str) -> list[str]:
    """The sounds of a word of whole syllables."""
    parts = [[(ord(c) - BASE) // 588, (ord(c) - BASE) // 28 % 21, (ord(c) - BASE) % 28] for c in word]
    found: list[str] = []
    for place, (onset, vowel, coda) in enumerate(parts):
        before = parts[place - 1] if place else None
        found += _onset(onset, vowel, before)
        found += ["'"] if place == 0 else []
        found += VOWELS[vowel].split()
        found += _coda(coda, parts[place + 1] if place + 1 < len(parts) else None)
    return found


def _onset(onset: int, vowel: int, before: list[int] | None) -> list[str]:
    if before is None:
        return [ONSETS[onset][0]] if ONSETS[onset][0] else []
    coda = before[2]
    if onset == SILENT and MOVES[coda]:
        return [SOFTENED[coda] if coda in SOFTENED and vowel == 20 else _inside(MOVES[coda][-1])]
    if coda in (6, 15, 27) and onset in BREATHED:
        return [ONSETS[BREATHED[onset]][0]]
    if onset == 18 and MOVES[coda] and MOVES[coda][-1] in BREATHED:
        return [ONSETS[BREATHED[MOVES[coda][-1]]][0]]
    stopped = CODAS[coda] in NASAL
    if stopped and onset in TENSE:
        return [ONSETS[TENSE[onset]][0]]
    if onset == 5:
        return ["L"] if CODAS[coda] in ("L", "N") else ["N"] if coda else ["RR"]
    if onset == 2 and CODAS[coda] == "L":
        return ["L"]
    name = ONSETS[onset][1]
    return [name] if name else []


def _inside(onset: int) -> str:
    return ONSETS[onset][1] or "RR"


def _coda(coda: int, after: list[int] | None) -> list[str]:
    if not coda:
        return []
    said = CODAS[coda]
    if after is None:
        return [said]
    onset = after[0]
    if onset == SILENT and coda == 27:
        return []
    if onset == SILENT and MOVES[coda]:
        return [STAYS[coda]] if coda in STAYS and len(MOVES[coda]) > 1 else []
    if onset == 18 and MOVES[coda] and MOVES[coda][-1] in BREATHED and coda not in STAYS:
        return []
    if coda == 27 and onset in BREATHED:
        return []
    if said in NASAL and onset in (2, 5, 6):
        return [NASAL[said]]
    if said == "N" and onset == 5:
        return ["L"]
    return [said]
