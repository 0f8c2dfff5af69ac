"""What a prompt is about: its subject with articles and verbs that fit, and who, where and how many."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .english import KNOWN, is_mass, is_plural, is_proper, numbers_in, with_article

GENRE, DRESS, PEOPLE = ("|".join(KNOWN[name]) for name in ("genres", "dress", "audiences"))
LEADS = re.compile(
    r"^(?:please\s+|can you\s+|could you\s+|i need\s+|i want\s+|i'd like\s+)*"
    r"(?:(?:tell|write|give|make|compose|create|generate|show|find|cook|draft|plan|design|invent|suggest|prepare|explain|describe|"
    r"outline|list|sketch)\s+(?:(?:me|us)\s+)?)?"
    rf"(?:(?:{DRESS})\s+)*(?:{GENRE})\b"
    r"\s*(?:(?:about|on|of|for|with|using|to do with|regarding|to|in|called|named)\s+|[:\-–]\s*|$)",
    re.IGNORECASE,
)
VERBS = re.compile(
    r"^(?:please\s+)?(?:explain|describe|outline|summari[sz]e|teach|discuss|list|plan)\s+|"
    r"^(?:please\s+)?(?:write|talk|tell me)\s+about\s+|"
    r"^(?:how|why|what|when|where)\s+(?:do|does|did|is|are|was|were|can|to)\s+|^how\s+",
    re.IGNORECASE,
)
ASKED = re.compile(r"\s+(?:works?|happens?|made|mean|means|called)$", re.IGNORECASE)
COMPANY = re.compile(
    r"\s+with\s+(kids|children|friends|family|my family|a dog|a baby|toddlers|teenagers)\b", re.IGNORECASE
)
ABOUT = re.compile(r"\b(?:about|regarding|on the topic of|with|using)\s+(.+)$", re.IGNORECASE)
TAIL = re.compile(r"[\s.!?,;:]+$")
CLAUSE = re.compile(r"\s+(who|that|which|where|when|because|so that|whose)\s+", re.IGNORECASE)
PREPOSITION = re.compile(rf"\s+(?:{'|'.join(KNOWN['prepositions'])})\s+", re.IGNORECASE)
AUDIENCE = re.compile(
    rf"\s*\bfor\s+((?:(?:young|busy|new|older|small|curious|first-time|remote)\s+)?(?:{PEOPLE}))\b",
    re.IGNORECASE,
)
HEADS = re.compile(r"\s*,?\s*\bfor\s+(\w+)\s+(?:people|persons|guests|servings|players)\b", re.IGNORECASE)
SPAN = re.compile(
    r"^(?:an?\s+)?(?:\w+[- ])?(?:long\s+)?(?:days?|weeks?|weekend|hours?|minutes?|nights?|months?)\s+"
    r"(?:trip\s+)?(?:in|of|on|to|for|about|with|around)\s+",
    re.IGNORECASE,
)
LASTING = re.compile(
    r"\b(\w+)[- ](days?|weeks?|weekend|nights?|hours?|minutes?|months?|years?)\b", re.IGNORECASE
)
PLACE = re.compile(r"\b(?:in|at|near|to|from)\s+((?:the\s+)?[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)*)")
CALLED = re.compile(r"\b(?:called|named)\s+[\"'“]?([A-Z][\w'-]*(?:\s+[A-Z][\w'-]*)*)")
OWNERS = {"my", "our", "your", "his", "her", "their", "this", "these"}
STOP = frozenset(KNOWN["small"])


@dataclass(frozen=True)
class Topic:
    """A subject as words that fit into sentences."""

    text: str
    article: str = ""
    plural: bool = False
    bare: bool = False
    detail: str = ""
    audience: str = ""
    place: str = ""
    called: str = ""
    people: int = 0
    numbers: tuple[int, ...] = field(default=())
    days: int = 0

    @property
    def head(self) -> str:
        """The topic up to its first preposition."""
        return head(self.text)

    @property
    def kind(self) -> str:
        """The noun itself: "lamp" of a wireless desk lamp."""
        return self.head.split()[-1] if self.head else ""

    def slots(self) -> dict[str, str]:
        """The words a template may ask for."""
        many, loose = self.plural, self.bare or self.plural
        owned = self.article in OWNERS
        it = (
            f"{self.article} {self.text}"
            if owned or self.article == "the"
            else self.text
            if loose
            else with_article(self.text)
        )
        the = it if owned else self.text if loose and self.article != "the" else f"the {self.text}"
        words = re.findall(r"\w+", self.text)
        letters = ([word for word in words if word.lower() not in STOP] or words)[:3]
        return {
            "topic": the,
            "bare": self.text,
            "it": it,
            "the": the,
            "full": f"{it} {self.detail}".strip(),
            "kind": self.kind,
            "is": "are" if many else "is",
            "was": "were" if many else "was",
            "has": "have" if many else "has",
            "does": "do" if many else "does",
            "s": "" if many else "s",
            "es": "" if many else "es",
            "they": "they" if many else "it",
            "them": "them" if many else "it",
            "title": title_case(self.text),
            "named": f"the {title_case(the[4:])}" if the.startswith("the ") else title_case(the),
            "tag": "".join(word if word.isupper() else word.capitalize() for word in letters) or "Topic",
            "slug": "-".join(word.lower() for word in letters) or "topic",
            "snake": "_".join(word.lower() for word in letters) or "topic",
        }


def read(prompt: str) -> Topic:
    """Everything a prompt says that a text can use."""
    text = re.sub(r"<[^<>]*>|//+|[<>{}\[\]|`*#_~\"“”\\¶⟨⟩]", " ", prompt.strip())
    text = " ".join(text.split())
    people, audience = HEADS.search(text), AUDIENCE.search(text) or COMPANY.search(text)
    place, called = PLACE.search(text), CALLED.search(text)
    counted = numbers_in(people[1]) if people else ()
    bare = HEADS.sub("", AUDIENCE.sub("", COMPANY.sub("", text)))
    subject, article = _subject(bare if topic_of(bare) else text)
    cut = CLAUSE.split(subject, maxsplit=1)
    name = cut[0][:1].isupper() and not text.startswith(cut[0]) and not article
    phrase = _trim(cut[0], 6, keep=name)
    return Topic(
        text=phrase,
        article=article,
        plural=article not in ("a", "an") and not is_proper(phrase) and is_plural(head(phrase)),
        bare=article not in ("a", "an") and (name or is_proper(phrase) or is_mass(head(phrase))),
        detail=" ".join([cut[1], *_cut(cut[2]).split()[:12]]) if len(cut) > 1 and phrase else "",
        audience=audience[1].lower() if audience else "",
        place=place[1] if place else "",
        called=called[1] if called else "",
        people=counted[0] if counted else 0,
        numbers=numbers_in(LASTING.sub(" ", HEADS.sub(" ", text))),
        days=_days(text),
    )


def _days(text: str) -> int:
    """How many days a prompt speaks of."""
    for match in LASTING.finditer(text):
        unit, number = match[2].lower().rstrip("s"), (numbers_in(match[1]) or (1,))[0]
        if unit in ("day", "night", "week", "weekend"):
            return number * {"week": 7, "weekend": 2}.get(unit, 1)
    return 0


def topic_of(prompt: str, longest: int = 5) -> str:
    """The subject of a prompt without "tell me a joke about", at most a few words."""
    return _trim(_subject(prompt)[0], longest)


def _subject(prompt: str) -> tuple[str, str]:
    """The subject with all that follows it, and its article or owner."""
    given = prompt.strip()
    lead = LEADS.match(given)
    text = given[lead.end() :] if lead else given
    if (
        lead
        and lead[0].rstrip().lower().endswith((" to", " for"))
        and (said := re.search(r"\babout\s+(.+)$", text))
    ):
        text = said[1]
    if text == given:
        text = (
            ASKED.sub("", TAIL.sub("", VERBS.sub("", given, count=1)))
            if VERBS.match(given)
            else SPAN.sub("", given)
        )
    if text == given and (found := ABOUT.search(text)):
        text = found[1]
    text = _cut(SPAN.sub("", text))
    match = re.match(r"(an?|the|some|my|our|your|his|her|their|this|these)\s+(?=\S)", text, re.IGNORECASE)
    if not match:
        return text, ""
    article = match[1].lower()
    keeps = article in OWNERS
    return text[match.end() :], article if keeps or article in ("a", "an", "the") else ""


def _cut(text: str) -> str:
    return TAIL.sub("", re.split(r"[.,;:!?\n(]", text, maxsplit=1)[0].strip())


def _trim(text: str, longest: int, keep: bool = False) -> str:
    words = text.split()[:longest]
    while words and words[-1].lower() in STOP:
        words.pop()
    if (
        words
        and not keep
        and words[0].istitle()
        and not is_proper(words[0])
        and not (len(words) > 1 and words[1].istitle())
    ):
        words[0] = words[0].lower()
    return " ".join(words)


def head(topic: str) -> str:
    """The topic up to its first preposition: what a line of verse has room for."""
    return PREPOSITION.split(topic)[0]


def named(prompt: str) -> str:
    """The topic as a poem would name it: "the lighthouse", "my dog", "autumn rain"."""
    topic = read(prompt)
    if not topic.text:
        return ""
    short = head(topic.text)
    if topic.article in OWNERS:
        return f"{topic.article} {short}"
    return f"the {short}" if topic.article else short


def title_case(text: str) -> str:
    """A title's capitals: small words stay small inside it."""
    small = STOP - {"me", "please", "my", "i", "you", "it", "is", "are"}
    words = text.split()
    return " ".join(
        word if i and word.lower() in small else word[:1].upper() + word[1:] for i, word in enumerate(words)
    )


def keywords(prompt: str) -> set[str]:
    """The words of a prompt with their singular forms."""
    found = set(re.findall(r"[a-z]+", prompt.lower())) - STOP
    return (
        found
        | {word[:-1] for word in found if word.endswith("s")}
        | {word[:-3] for word in found if word.endswith("ing")}
    )
