"""Spanish letters to sounds; they are said as they are written."""

from __future__ import annotations

import re

from .phones import SYLLABIC

_RULES = (
    "ch=CH|ll=Y|rr=RR RR|ñ=NY|qu=K|gu(?=[eiéí])=G|gü=G W|g(?=[eiéí])=X|c(?=[eiéí])=S|j=X|z=S|h=|"
    "^r=RR RR|r=RR|v=B|b=B|c=K|d=D|f=F|g=G|k=K|l=L|m=M|n(?=[gkq])=NG|n(?=c[aouáóúlr])=NG|n=N|"
    "p=P|q=K|s=S|t=T|w=W|x=K S|y$=i|y=Y|á=' a|é=' e|"
    "í=' i|ó=' o|ú=' u|i(?=[aeoáéó])=Y|u(?=[aeoáéó])=W|ü=W|a=a|e=e|i=i|o=o|u=u"
)
RULES = [
    (re.compile(letters), said.split())
    for letters, said in (rule.rsplit("=", 1) for rule in _RULES.split("|"))
]
SIGNS = {"%": "por ciento", "&": "y", "+": "más", "=": "igual a", "@": "arroba", "$": "dólares", "€": "euros"}
ONES = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
]
TENS = "_ _ _ treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()  # noqa: SIM905 - easier to read so
HUNDREDS = [
    "_",
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
]
WORD = re.compile(r"[a-záéíóúüñ]+")


def number(value: int) -> str:
    """As it is said."""
    if value < 30:
        return ONES[value]
    if value < 100:
        return TENS[value // 10] + (f" y {ONES[value % 10]}" if value % 10 else "")
    if value == 100:
        return "cien"
    if value < 1000:
        return HUNDREDS[value // 100] + (f" {number(value % 100)}" if value % 100 else "")
    for size, one, many in ((10**6, "un millón", "millones"), (1000, "mil", "mil")):
        if value >= size:
            head = one if value // size == 1 else f"{number(value // size)} {many}"
            return head + (f" {number(value % size)}" if value % size else "")
    raise AssertionError


def sounds(word: str) -> list[str]:
    """The sounds of one lower-case word, its stress marked."""
    found: list[str] = []
    place = 0
    while place < len(word):
        for pattern, said in RULES:
            if fits := pattern.match(word, place):
                found += said
                place = fits.end()
                break
        else:
            place += 1
    return found if "'" in found else _stressed(word, found)


def _stressed(word: str, found: list[str]) -> list[str]:
    """The last syllable but one; the last where a word ends in a consonant other than n and s."""
    vowels = [place for place, name in enumerate(found) if name in SYLLABIC]
    if not vowels:
        return found
    at = vowels[-1] if len(vowels) == 1 or word[-1] not in "aeiouns" else vowels[-2]
    return [*found[:at], "'", *found[at:]]
