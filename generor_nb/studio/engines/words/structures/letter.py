"""Letters: to whom, from whom, paragraphs in between; also speeches and cards, which are said to someone."""

from __future__ import annotations

import re

from ..ask import Ask, Piece
from ..english import KNOWN, is_proper
from ..korean import is_korean, kin_in
from ..loom import Loom
from ..topic import Topic, read

TO = re.compile(
    r"\b(?:to|for)\s+((?:(?:my|our|the|a|an|your)\s+)?(?:[\w.'’-]+\s+){0,3}?[\w.'’-]+)"
    r"(?=\s+(?:about|for|because|on|asking|who|at|in|with|from|to|that|after|turning)\b|[,.;:]|$)"
)
OWN = re.compile(r"\b((?:my|our) (?:\w+ )??(?:" + "|".join(KNOWN["kin"]) + r"|landlord|landlady))\b")
LIKES = re.compile(
    r"\b(?:who|she|he|they) (?:really )?(?:loves?|likes?|enjoys?|adores?) (.+?)(?:[.!?,;]|$)", re.IGNORECASE
)
OCCASION = re.compile(r"birthday|\d+(?:st|nd|rd|th)\b|생일|환갑|칠순|돌잔치")
NO_ONE = re.compile(r"(?:be|get|say|have|go|make|do|a|an)\b")
TO_KO = re.compile(r"([가-힣\w ]{1,12}?)(?:께|에게|한테)(?=\s|$)")


def write(ask: Ask, language: str) -> Piece:
    """A greeting, paragraphs, a close."""
    loom = Loom(ask, language)
    to = recipient(ask.prompt, language, bool(loom.book.get("person"))) or str(loom.book.get("to", ""))
    if loom.book.get("interest"):
        loom.slots |= _interest(loom, to)
    if loom.tone == "formal" and to == loom.book.get("to"):
        to = {"en": "Sir or Madam", "ko": "담당자"}[language]
    loom.slots |= {
        "to": to,
        "dear": f"{to.removesuffix('님')}님" if language == "ko" else _address(to),
        "sender": _sender(loom),
    }
    subject, greeting = loom.maybe("subject"), loom.maybe("greeting")
    paragraphs = [loom.prose(pool, loom.size(*sizes)) for pool, *sizes in loom.book["parts"]]
    close = loom.maybe("close")
    if not loom.book.get("split", True):
        paragraphs = [" ".join(part for part in paragraphs if part)]
    body = "\n\n".join(part for part in paragraphs if part)
    shown = loom.fill(str(loom.book.get("subject_label", "Subject: "))) + subject if subject else ""
    text = "\n\n".join(part for part in (shown, greeting, body, close) if part).replace("¶", "\n")
    fields = {
        "subject": subject,
        "recipient": to,
        "greeting": greeting,
        "body": body,
        "sign_off": close.replace("¶", "\n"),
    }
    return Piece(text, {k: v for k, v in fields.items() if v}, {"topic": loom.topic.text, "tone": loom.tone})


def recipient(prompt: str, language: str, anyone: bool = False) -> str:
    """Who a letter goes to: what stands after "to", or a person after "for"; or ``anyone`` named at all."""
    if language == "ko" and is_korean(prompt):
        found = TO_KO.search(prompt)
        return found[1].strip() if found else kin_in(prompt) if anyone else ""
    for match in TO.finditer(prompt):
        who = match[1].strip()
        personal = re.match(r"(?:my|our)\b", who) or is_proper(who) or who[:1].isupper()
        addressed = match[0].startswith("to") and not NO_ONE.match(who)
        if addressed or personal:
            return who
    own = OWN.search(prompt) if anyone else None
    return own[1] if own else ""


def _interest(loom: Loom, to: str) -> dict[str, str]:
    """Where the prompt is about the person spoken to: what they like, else something to wish anyone."""
    text, likes = loom.topic.text, LIKES.search(loom.ask.prompt)
    if loom.language == "en" and likes:
        return read(likes[1]).slots()
    person = re.sub(r"^(?:my|our|the|우리) ", "", to).lower()
    about_them = person and re.match(rf"{re.escape(person)}(?: |$)", text.lower())
    if not about_them and not OCCASION.search(text):
        return {}
    return Topic(str(loom.book["interest"]), bare=True).slots()


def _address(to: str) -> str:
    """As one would call them: "my grandmother" is Grandmother."""
    own = re.sub(r"^(?:the|your|a|an)\s+", "", to)
    bare = re.sub(r"^(?:my|our)\s+", "", own)
    return own if bare == own and not to.startswith("the ") else bare[:1].upper() + bare[1:]


def _sender(loom: Loom) -> str:
    return loom.ask.said("character_name") or loom.slots["friend"]
