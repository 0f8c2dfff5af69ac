"""What a prompt is about: its subject with articles and verbs that fit, and who, where and how many."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .counting import FIRST, GENRE, HEADS, LONG, SPAN, counted_in, days_in, seconds_in
from .english import KNOWN, is_mass, is_plural, is_proper, numbers_in, with_article

DRESS, PEOPLE = ("|".join(KNOWN[name]) for name in ("dress", "audiences"))
LEADS = re.compile(
    r"^(?:please\s+|can you\s+|could you\s+|i need\s+|i want\s+|i'd like\s+)*"
    r"(?:(?:tell|write|give|make|compose|create|generate|show|find|cook|draft|plan|design|invent|suggest|prepare|explain|describe|"
    r"outline|list|sketch)\s+(?:(?:me|us)\s+)?)?"
    rf"(?:(?:{DRESS})\s+)*(?:{GENRE})\b"
    r"\s*(?:(?:asking for|asking about|asking|requesting|complaining about|to complain about|applying for|"
    r"thanking (?:my |our )?\w+ for|about|on|of|for|with|using|to do with|regarding|to|in|called|"
    r"named)\s+|[:\-–]\s*|$)",
    re.IGNORECASE,
)
VERBS = re.compile(
    r"^(?:please\s+)?(?:explain|describe|outline|summari[sz]e|teach|discuss|list|plan)\s+|"
    r"^(?:please\s+)?(?:write|talk|tell me)\s+about\s+|"
    r"^(?:how|why|what|when|where)\s+(?:do|does|did|is|are|was|were|can|to)\s+|^how\s+",
    re.IGNORECASE,
)
ASKED = re.compile(r"\s+(?:works?|happens?|made|mean|means|called)$", re.IGNORECASE)
HOW_TO = re.compile(r"\bhow to\s+[a-z].*$", re.IGNORECASE)
ASKING = re.compile(
    r"^(?:please\s+)?(?:can you |could you )?(?:explain |describe |tell (?:me|us) )?(why|how|when)\s+"
    r"(is|are|was|were|do|does|did|can)\s+(.+?)[\s.?!]*$",
    re.IGNORECASE,
)
FINITE = re.compile(
    r"\s+((?<=users )can|(?<=user )can|"
    r"does(?:n't| not)?|do(?:n't| not)|is(?:n't| not)?|are(?:n't| not)?|was|were|won't|"
    r"can't|cannot|can not|will not|"
    r"crash(?:es|ed)|fail(?:s|ed)|freezes|froze|hangs|refuses|stopped|keeps|returns|throws|disappear(?:s|ed)|"
    r"never|always|opens|reopens|closes|loads|appears|logs|breaks|adds|celebrates|turns|needs|wants)(?=\s|$)",
    re.IGNORECASE,
)
ANNOUNCED = re.compile(
    r"^(?:(?!(?:how|why|what)\b)[\w&.'’-]+\s+){1,4}?(?:launch(?:es|ed)|introduc(?:es|ed)|announc(?:es|ed)|releas(?:es|ed)|unveil(?:s|ed)|"
    r"hired|opened|won|bought|adopted|finished|argue about|argues about)\s+"
    r"((?:an?|the|our|my|its|his|her|their)\s.+|\w.+)$",
    re.IGNORECASE,
)
SHOULD = re.compile(
    r"^(should|must)\s+((?:the|an?|our|my|your|all|most|we|they|public|young)\s+\w+|\w+)\s+(.+?)[\s.?!]*$",
    re.IGNORECASE,
)
WHO_IS = re.compile(
    r"^(?:[a-z ]{0,24}(?:of|for|about) )?([A-Z][\w'-]+(?: [A-Z][\w'-]+)*),\s+((?:an?|the)\s.+)$"
)
COMPANY = re.compile(
    r"\s+with\s+(kids|children|friends|family|my family|a dog|a baby|toddlers|teenagers)\b", re.IGNORECASE
)
ABOUT = re.compile(r"\b(?:about|regarding|on the topic of|on the subject of)\s+(.+)$", re.IGNORECASE)
TAIL = re.compile(r"[\s.!?,;:]+$")
CLAUSE = re.compile(r"\s+(who|that|which|where|when|because|so that|whose)\s+", re.IGNORECASE)
PREPOSITION = re.compile(rf"\s+(?:{'|'.join(KNOWN['prepositions'])})\s+", re.IGNORECASE)
AUDIENCE = re.compile(
    r"\s*\bfor\s+(?:a\s+|an\s+|the\s+)?("
    r"(?:my\s+)?\d+(?:\s*(?:-|–|to)\s*\d+)?[- ]year[- ]?olds?"
    r"(?:\s+(?:kids|children|pupils|students|girls?|boys?))?|"
    r"(?:my|our)\s+(?:\w+[- ]){0,2}?(?:"
    + "|".join(KNOWN["kin"])
    + r")(?=\s*(?:[.,;:!?]|$)|\s+(?:who|that|about|with|in|on|at|to|from|by|of|when|because)\b)|"
    rf"(?:(?:young|busy|new|older|small|curious|first-time|remote)\s+)?(?:{PEOPLE}))\b",
    re.IGNORECASE,
)
ACTS = {kind: frozenset(KNOWN["acts"][kind]) for kind in KNOWN["acts"]}
PLACE = re.compile(r"\b(?:in|at|near|to|from)\s+((?:the\s+)?[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)*)")
CALLED = re.compile(r"\b(?:called|named)\s+[\"'“]?([A-Z][\w'-]*(?:\s+[A-Z][\w'-]*)*)")
PARTICLES = ("out", "up", "down", "off", "away", "back", "so")
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
    seconds: int = 0
    act: str = ""
    kind_of_act: str = ""
    rest: str = ""
    fault: str = ""
    role: str = ""

    @property
    def can(self) -> str:
        """What a user should be able to do: "reset the password"."""
        return self.fault.removeprefix("can ") if self.fault.startswith("can ") else ""

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
            "act": self.act,
            "type": self.kind_of_act,
            "rest": self.rest,
            "did": self.rest
            if self.act.startswith(self.kind_of_act[:3] or "-")
            else f"{self.act} {self.rest}",
            "fault": self.fault,
            "can": self.can.replace("their ", "my "),
            "actor": self.kind.removesuffix("s"),
            "role": self.role,
            "tag": "".join(word if word.isupper() else word.capitalize() for word in letters) or "Topic",
            "slug": "-".join(word.lower() for word in letters) or "topic",
            "snake": "_".join(word.lower() for word in letters) or "topic",
        }


def read(prompt: str) -> Topic:
    """Everything a prompt says that a text can use."""
    text = re.sub(r"<[^<>]*>|//+|[<>{}\[\]|`*#_~\"“”\\¶⟨⟩]", " ", prompt.strip())
    text = " ".join(text.split())
    people, audience = HEADS.search(text), AUDIENCE.search(text) or COMPANY.search(text)
    place, called, who = PLACE.search(text), CALLED.search(text), WHO_IS.match(text)
    counted = numbers_in(people[1] or people[2]) if people else ()
    bare = FIRST.sub("", HEADS.sub("", AUDIENCE.sub("", COMPANY.sub("", text))))
    bare = bare if topic_of(bare) else text
    asked = _question(bare)
    subject, article = (asked, "") if asked else _subject(bare)
    cut = CLAUSE.split(subject, maxsplit=1) if not asked else [subject]
    noun, fault = (cut[0], "") if asked else _clause(cut[0], article)
    name = cut[0][:1].isupper() and not text.startswith(cut[0]) and not article
    phrase = _trim(noun, 9 if asked else 6, keep=name)
    act, kind = _act(text)
    return Topic(
        text=phrase,
        article=article,
        plural=not asked and article not in ("a", "an") and not is_proper(phrase) and is_plural(head(phrase)),
        bare=bool(asked) or (article not in ("a", "an") and (name or _nameless(phrase))),
        detail=f"that {fault}" if fault else _detail(cut) if phrase else "",
        audience=audience[1].lower() if audience else "",
        place=place[1] if place else "",
        called=called[1] if called else who[1] if who else "",
        role=TAIL.sub("", who[2]) if who else "",
        people=counted[0] if counted else 0,
        numbers=counted_in(text, noun),
        days=days_in(text),
        seconds=seconds_in(text),
        act=act,
        kind_of_act=kind,
        rest=TAIL.sub("", text[len(act) :]).strip() if act else "",
        fault=fault,
    )


def _detail(cut: list[str]) -> str:
    return " ".join([cut[1], *_cut(cut[2]).split()[:12]]) if len(cut) > 1 else ""


def _nameless(phrase: str) -> bool:
    """Whether a phrase without an article wants none: names, stuff, someone's something."""
    words = head(phrase).split()
    owned = bool(words) and re.fullmatch(r"\w+['’]s?", words[0]) is not None
    alone = len(words) == 1 and words[0][:1].isupper()
    counted = len(words) > 1 and words[-1][:1].isdigit()
    return owned or alone or counted or is_proper(head(phrase)) or is_mass(head(phrase))


def _clause(text: str, article: str) -> tuple[str, str]:
    """The subject of a whole sentence, and what it says of it: "the button" and "does nothing"."""
    found = FINITE.search(text)
    if not found or (not article and len(text[: found.start()].split()) > 3):
        return text, ""
    return text[: found.start()], text[found.start() :].strip()


def _question(text: str) -> str:
    """The subject of a question as a phrase: "how to tie a tie", "why the sky is blue"."""
    lead = LEADS.match(text)
    rest = text[lead.end() :] if lead else text
    how = HOW_TO.search(rest)
    if how and not re.search(r"\b(?:who|that|which)\b", rest[: how.start()]):
        return _cut(how[0][:1].lower() + how[0][1:])
    asking = ASKING.match(rest)
    if should := SHOULD.match(rest):
        return f"whether {should[2].lower()} {should[1].lower()} {_cut(should[3])}"
    if not asking:
        told = re.match(
            r"(?:(?:explain|describe|tell (?:me|us)|outline)\s+)?((?:how|why|when)\s+.+)$",
            rest,
            re.IGNORECASE,
        )
        return "" if not told or ASKED.search(_cut(told[1])) else told[1][:1].lower() + _cut(told[1][1:])
    word, verb, said = asking[1].lower(), asking[2].lower(), _cut(asking[3])
    if word == "how" and len(said.split()) < 3 and verb in ("do", "does") and ASKED.search(" " + said):
        return ""
    words = said.split()
    place = (
        next(
            (
                i
                for i, one in enumerate(words)
                if i > 1 and one.lower() in {*KNOWN["prepositions"], *PARTICLES}
            ),
            len(words),
        )
        - 1
    )
    if verb in ("do", "does", "did") or place < 1:
        if verb == "did":
            return " ".join([word, *words[:place], _past(words[place]), *words[place + 1 :]]) if place else ""
        last = words[place] + "s" if verb == "does" and place > 0 else words[place]
        return " ".join([word, *words[:place], last, *words[place + 1 :]]) if place > 0 else ""
    return " ".join([word, *words[:place], verb, *words[place:]])


def _past(verb: str) -> str:
    known: dict[str, str] = KNOWN["past"]
    return known.get(verb, verb + ("d" if verb.endswith("e") else "ed"))


def _act(text: str) -> tuple[str, str]:
    """The verb a prompt begins with, if it says what has been done to a program, and the kind of change."""
    first = text.split(" ", 1)[0].lower() if " " in text else ""
    return next(((first, kind) for kind, verbs in ACTS.items() if first in verbs), ("", ""))


def topic_of(prompt: str, longest: int = 5) -> str:
    """The subject of a prompt without "tell me a joke about", at most a few words."""
    return _trim(_subject(prompt)[0], longest)


def _subject(prompt: str) -> tuple[str, str]:
    """The subject with all that follows it, and its article or owner."""
    given = LONG.sub("", FIRST.sub("", prompt.strip())).strip()
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
    if not lead and (found := ANNOUNCED.match(text)):
        text = found[1]
    text = re.sub(r"^(?:at|in|on|about|inside)\s+(?=\S)", "", _cut(SPAN.sub("", text)))
    match = re.match(r"(an?|the|some|my|our|your|his|her|their|this|these)\s+(?=\S)", text, re.IGNORECASE)
    if not match:
        return text, ""
    article = match[1].lower()
    keeps = article in OWNERS
    return text[match.end() :], article if keeps or article in ("a", "an", "the") else ""


def _cut(text: str) -> str:
    return TAIL.sub("", re.split(r"[,;:!?\n(]|\.(?!\d)", text, maxsplit=1)[0].strip())


def _trim(text: str, longest: int, keep: bool = False) -> str:
    words = text.split()
    ends = [i for i, word in enumerate(words[:longest]) if i > 1 and word.lower() in KNOWN["prepositions"]]
    words = words[: ends[-1] if len(words) > longest and ends else longest]
    while words and words[-1].lower() in STOP:
        words.pop()
    if (
        words
        and not keep
        and words[0].istitle()
        and not is_proper(words[0])
        and not (len(words) > 1 and words[1].istitle())
        and not (len(words) > 2 and words[1] in ("and", "&") and words[2].istitle())
    ):
        words[0] = words[0].lower()
    return " ".join(words)


def head(topic: str) -> str:
    """The topic up to its first preposition: what a line of verse has room for."""
    if re.match(r"(?:how|why|when|whether) ", topic):
        return topic
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
