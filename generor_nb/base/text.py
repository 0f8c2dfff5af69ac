"""Text that came from outside, made safe to show; and guesses at what a typo meant."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]")
# What surely is a key; and what may be a part of one, which is not shown either.
WHOLE_KEY = re.compile(r"(?:gnr_live_|gimg_|whsec_|imgc_|grok_)[0-9A-Za-z]{16,}")
KEY_PATTERN = re.compile(
    rf"gnr_live_[A-Za-z0-9_]{{4,}}|(?:gimg_|whsec_)[A-Za-z0-9_]{{8,}}|{WHOLE_KEY.pattern}"
)


def clean(text: str) -> str:
    """Drop terminal escapes, control and direction-changing characters; keep newlines and tabs."""
    if text.isprintable():
        return text  # nearly all text: none of these characters counts as printable
    return _BIDI.sub("", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def whole(text: str) -> str:
    """The text with half characters (lone surrogates, which no file can hold) replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def redact(text: str) -> str:
    """Hide whatever looks like a key."""
    if "_" not in text:
        return text
    return KEY_PATTERN.sub(lambda m: m.group(0).split("_", 1)[0] + "_…", text)


def line(text: object, limit: int = 200) -> str:
    """One clean, key-free line of at most ``limit`` characters."""
    flat = " ".join(redact(clean(str(text))).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def nearest(name: str, names: Iterable[str], count: int = 3) -> list[str]:
    """The names most like ``name``, best first, compared without case."""
    known = {n.casefold(): n for n in names}
    wanted = name.casefold()
    inside = [known[k] for k in known if wanted and (wanted in k or k in wanted)]
    close = [known[k] for k in difflib.get_close_matches(wanted, known, n=count, cutoff=0.5)]
    return list(dict.fromkeys([*close, *inside]))[:count]


_PARTICLE = re.compile(
    r"""(?P<last>[가-힣0-9])(?P<close>["')\]]*)(?P<pair>은\(는\)|이\(가\)|을\(를\)|\(으\)로)"""
)
_SPOKEN = "영일이삼사오육칠팔구"


def particles(text: str) -> str:
    """Korean particles that depend on the sound before them, chosen; left double after foreign letters.

    >>> particles("그림이(가), 2을(를)")
    '그림이, 2를'
    """
    return _PARTICLE.sub(_chosen, text)


def _chosen(match: re.Match[str]) -> str:
    last, pair = match["last"], match["pair"]
    spoken = _SPOKEN[int(last)] if last.isascii() else last
    coda = (ord(spoken) - ord("가")) % 28
    if pair == "(으)로":  # 로 follows a vowel, and ㄹ
        return last + match["close"] + ("로" if coda in (0, 8) else "으로")
    return last + match["close"] + (pair[0] if coda else pair[2])


def slugify(text: str, limit: int = 40) -> str:
    """A readable file name part: lower case words joined by hyphens; never empty, never a path."""
    flat = unicodedata.normalize("NFKC", clean(text)).casefold()
    words = re.findall(r"\w+", flat)
    joined = "-".join(words)[:limit].strip("-_")
    return joined or "untitled"


def tidy(amount: float | None) -> float | None:
    """``6.0`` as ``6``: credits are whole numbers nearly always."""
    return int(amount) if amount is not None and float(amount).is_integer() else amount


def credits(amount: float | None) -> str:
    """``1234.0`` as ``1,234``; an unknown amount as ``?``."""
    if amount is None:
        return "?"
    return f"{int(amount):,}" if float(amount).is_integer() else f"{amount:,.2f}"
