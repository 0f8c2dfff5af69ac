"""What a prompt is about, as a short noun phrase."""

from __future__ import annotations

import re

LEADS = re.compile(
    r"^(?:please\s+|can you\s+|could you\s+)*"
    r"(?:(?:tell|write|give|make|compose|create|generate|show|find|cook)\s+(?:me|us)?\s*)?"
    r"(?:(?:a|an|the|some|one|your|best|good|funny|short|new|silly|quick|simple|easy|little|long|sad|happy|"
    r"weekly|daily|monthly)\s+)*"
    r"(?:(?:dad\s+)?jokes?|puns?|poems?|haikus?|limericks?|verses?|sonnets?|recipes?|dish(?:es)?|horoscopes?|readings?)"
    r"\s*(?:(?:about|on|of|for|with|using|to do with|regarding)\s+)?",
    re.IGNORECASE,
)
ABOUT = re.compile(r"\b(?:about|regarding|on the topic of|with|using)\s+(.+)$", re.IGNORECASE)
TAIL = re.compile(r"[\s.!?,;:]+$")
STOP = {
    "a",
    "an",
    "the",
    "some",
    "of",
    "and",
    "or",
    "in",
    "on",
    "at",
    "to",
    "for",
    "with",
    "by",
    "from",
    "is",
    "are",
    "me",
    "please",
    "my",
    "i",
    "you",
    "it",
}


def topic_of(prompt: str, longest: int = 5) -> str:
    """The subject of a prompt without "tell me a joke about", at most a few words."""
    text = LEADS.sub("", prompt.strip(), count=1)
    if text == prompt.strip() and (found := ABOUT.search(text)):
        text = found[1]
    text = TAIL.sub("", re.split(r"[.,;:!?\n(]", text, maxsplit=1)[0].strip())
    words = re.sub(r"^(?:a|an|the|some)\s+", "", text, flags=re.IGNORECASE).split()[:longest]
    while words and words[-1].lower() in STOP:
        words.pop()
    return " ".join(
        word if word.isupper() or not word.istitle() or i else word.lower() for i, word in enumerate(words)
    )


def head(topic: str) -> str:
    """The topic up to its first preposition: what a line of verse has room for."""
    return re.split(
        r"\s+(?:in|on|at|by|near|with|under|over|for|to|from|during|through|behind|above|without)\s+", topic
    )[0]


def named(prompt: str) -> str:
    """The topic as a poem would name it: "the lighthouse", "my dog", "autumn rain"."""
    topic = head(topic_of(prompt, 4))
    before = re.search(
        r"\b(a|an|the)\s+(?:\w+\s+)?$", prompt[: max(0, prompt.lower().find(topic.lower()))], re.IGNORECASE
    )
    owned = topic.split()[:1] and topic.split()[0].lower() in {
        "my",
        "our",
        "your",
        "his",
        "her",
        "their",
        "the",
    }
    return f"the {topic}" if topic and before and not owned else topic


def keywords(prompt: str) -> set[str]:
    """The words of a prompt with their singular forms."""
    found = set(re.findall(r"[a-z]+", prompt.lower())) - STOP
    return (
        found
        | {word[:-1] for word in found if word.endswith("s")}
        | {word[:-3] for word in found if word.endswith("ing")}
    )
