"""Posts for a feed: one that keeps to the platform's length, or a numbered thread."""

from __future__ import annotations

from ..ask import Ask, Piece
from ..loom import Loom

LIMITS = {"x": 280, "instagram": 2200, "linkedin": 3000, "facebook": 2000, "tiktok": 150, "mastodon": 500}


def write(ask: Ask, language: str) -> Piece:
    """A hook, points, a close, tags."""
    loom = Loom(ask, language)
    platform = ask.chosen("platform", LIMITS, str(loom.book.get("platform", "mastodon")))
    most = loom.size(*loom.book.get("tags", (1, 2, 4)))
    tags = loom.some("hashtag", most) if most else []
    if loom.book.get("thread"):
        return _thread(loom, platform, tags)
    points = loom.some("point", loom.size(*loom.book.get("points", (1, 2, 4))))
    body = [loom.line("hook"), *points, loom.line("close")]
    gap = "\n\n" if LIMITS[platform] > 400 and loom.size(0, 1, 1) else " "
    while len(gap.join(body)) + len(" ".join(tags)) + 2 > LIMITS[platform] and len(body) > 1:
        body.pop(-2 if len(body) > 2 else -1)
    text = gap.join(body) + ("\n\n" + " ".join(tags) if tags else "")
    return Piece(
        text, {"hashtags": tags, "platform": platform}, {"topic": loom.topic.text, "tone": loom.tone}
    )


def _thread(loom: Loom, platform: str, tags: list[str]) -> Piece:
    inner = loom.some("point", max(1, loom.how_many((4, 6, 9), 12) - 2))
    posts = [loom.line("hook"), *inner, " ".join([loom.line("close"), *tags])]
    numbered = [f"{place}/{len(posts)} {post}" for place, post in enumerate(posts, 1)]
    fields = {"posts": numbered, "hashtags": tags, "platform": platform}
    return Piece("\n\n".join(numbered), fields, {"topic": loom.topic.text, "tone": loom.tone})
