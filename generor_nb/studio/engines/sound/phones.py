"""The sounds of speech that the studio's own voice can make."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phone:
    """``formants`` in hertz; ``voiced`` and ``noisy`` how loud; noise ``at`` hertz, ``wide`` octaves.

    ``seconds`` at a normal pace; ``closed`` seconds of silence before (a stop).
    """

    formants: tuple[float, float, float]
    seconds: float
    voiced: float = 1.0
    noisy: float = 0.0
    at: float = 2500.0
    wide: float = 0.5
    closed: float = 0.0


def _vowels(listed: str) -> dict[str, Phone]:
    rows = (line.split() for line in listed.strip().splitlines())
    return {
        row[0]: Phone((float(row[1]), float(row[2]), float(row[3])), float(row[4]) / 1000) for row in rows
    }


# Name, three formants in hertz, milliseconds. The last six are Korean and Spanish.
VOWELS = _vowels("""
AA 730 1100 2450 130
AE 680 1720 2420 125
AH 620 1190 2400 85
AO 580 860 2420 130
EH 540 1840 2480 105
ER 480 1330 1680 120
IH 400 1980 2550 80
IY 280 2280 3000 110
UH 440 1020 2250 85
UW 310 900 2250 115
AX 500 1480 2480 55
a 780 1300 2500 95
e 470 2050 2600 90
i 290 2280 3000 90
o 450 850 2450 95
u 320 800 2300 90
eo 590 980 2480 95
eu 370 1450 2350 85
""")
GLIDES = _vowels("""
L 370 950 2700 65
R 330 1080 1500 65
W 300 640 2200 60
Y 270 2200 2950 55
RR 420 1400 2400 35
""")
DIPHTHONGS = {
    "EY": ("e", "IH"),
    "AY": ("AA", "IH"),
    "OY": ("AO", "IH"),
    "AW": ("AA", "UH"),
    "OW": ("o", "UH"),
    "YU": ("Y", "UW"),
}
_NASALS = {
    name: Phone((260, second, 2500), 0.075, 0.5)
    for name, second in {"M": 1000, "N": 1650, "NG": 2050, "NY": 2250}.items()
}


def _hiss(loud: float, at: float, wide: float, seconds: float, voiced: float = 0.0) -> Phone:
    return Phone((330, 1600, 2550), seconds, voiced, loud, at, wide)


def _stop(
    at: float, wide: float, loud: float, seconds: float, voiced: float = 0.0, closed: float = 0.06
) -> Phone:
    return Phone((280, 1500, 2500), seconds, voiced, loud, at, wide, closed)


_FRICATIVES = {
    "S": _hiss(0.34, 6200, 0.45, 0.105),
    "SS": _hiss(0.42, 6600, 0.4, 0.125),
    "SH": _hiss(0.36, 3100, 0.5, 0.11),
    "F": _hiss(0.13, 5200, 1.1, 0.095),
    "TH": _hiss(0.10, 5800, 1.0, 0.09),
    "HH": _hiss(0.13, 1500, 1.2, 0.06, 0.08),
    "X": _hiss(0.2, 1500, 0.7, 0.085),
    "Z": _hiss(0.17, 6000, 0.5, 0.08, 0.4),
    "ZH": _hiss(0.17, 3000, 0.5, 0.08, 0.4),
    "V": _hiss(0.06, 4800, 1.1, 0.065, 0.5),
    "DH": _hiss(0.05, 5200, 1.0, 0.05, 0.5),
}
_STOPS = {
    "P": _stop(900, 1.0, 0.28, 0.045),
    "T": _stop(4300, 0.7, 0.34, 0.05),
    "K": _stop(2100, 0.6, 0.32, 0.055),
    "B": _stop(700, 1.0, 0.16, 0.018, 0.35, 0.055),
    "D": _stop(3900, 0.7, 0.18, 0.018, 0.35, 0.05),
    "G": _stop(1900, 0.6, 0.18, 0.022, 0.35, 0.055),
    "CH": _stop(3300, 0.55, 0.36, 0.085),
    "JH": _stop(3100, 0.55, 0.24, 0.06, 0.35, 0.05),
    # Korean: tense stops have a long closure and no breath; at a syllable's end nothing is let out.
    "PP": _stop(900, 1.0, 0.22, 0.012, 0.0, 0.11),
    "TT": _stop(4000, 0.7, 0.26, 0.012, 0.0, 0.11),
    "KK": _stop(2000, 0.6, 0.26, 0.014, 0.0, 0.11),
    "JJ": _stop(3600, 0.5, 0.3, 0.035, 0.0, 0.1),
    "p_": _stop(800, 1.0, 0.02, 0.008, 0.0, 0.07),
    "t_": _stop(3900, 0.7, 0.02, 0.008, 0.0, 0.07),
    "k_": _stop(1900, 0.6, 0.02, 0.008, 0.0, 0.07),
}
PHONES = {**VOWELS, **GLIDES, **_NASALS, **_FRICATIVES, **_STOPS}
SYLLABIC = frozenset(VOWELS) | frozenset(DIPHTHONGS)
PAUSES = {" ": 0.0, ",": 0.16, ";": 0.24, ":": 0.24, ".": 0.36, "!": 0.36, "?": 0.36, "¶": 0.75}


def spread(names: list[str]) -> list[str]:
    """Diphthongs as the two sounds they glide between."""
    return [part for name in names for part in DIPHTHONGS.get(name, (name,))]
