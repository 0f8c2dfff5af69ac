"""A picture, poster or text of every active generator, on one page; and how far neighbours are apart.

Writes contact_sheet.html (everything, at size) and contact_sheet.jpg (small, for a README) to a folder.

Run: uv run python benchmarks/contact_sheet.py [FOLDER]
"""

from __future__ import annotations

import base64
import html
import io
import itertools
import re
import statistics
import sys
import textwrap
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from generor_nb.base.media import data_uri
from generor_nb.studio.catalogue import Generator, Model, load
from generor_nb.studio.engines import run
from generor_nb.studio.pool import processes

SEED = 7
SIDE = 640
FILM_SECONDS = 1  # its poster is the first frame
# What each is asked for here.
PROMPTS = {
    "ad-copy": "a repair café for bicycles",
    "agenda": "moving the office to the harbour",
    "album-cover": "“Slow Weather”, dunes at dusk",
    "api-doc": "bookings of a ferry",
    "app-icon": "a rocket",
    "audiobook": "The lamp was lit. The sea, for once, was quiet.",
    "avatar": "a fox",
    "background-music": "calm, for a film about snow",
    "banner": "“Open Garden Day”, a sunflower",
    "bedtime-story": "a hedgehog who cannot sleep",
    "bio": "Mara, who restores old pianos",
    "birthday-wish": "my grandmother, who turns eighty",
    "book-cover": "“The Last Lamp”, a lighthouse in a storm",
    "bug-report": "the map stays blank after a search",
    "caption": "first snow on the allotment",
    "changelog": "offline maps",
    "character": "a retired lighthouse keeper",
    "code-review-checklist": "a payment form",
    "coloring-page": "a castle on a hill",
    "colour-palette": "a seaside kiosk in winter",
    "comic": "a robot who finds a flower",
    "commit-message": "fix the tide table for leap years",
    "content-calendar": "a community garden",
    "cover-letter": "gardener at the botanical garden",
    "design-brief": "a ticket machine for ferries",
    "dialogue": "two rival bakers in a lift",
    "dungeon-room": "a flooded library",
    "email-subject": "the summer sale of a kite shop",
    "essay-outline": "should cities plant more trees",
    "explain-simply": "tides",
    "fantasy-map": "the island of Merrow",
    "faq": "a tool library",
    "flashcards": "planets",
    "game-tile": "a windmill",
    "glossary": "sailing",
    "greeting-card": "“Get well soon”, a teapot and flowers",
    "hashtags": "night photography",
    "hook": "repairing instead of buying",
    "horoscope": "a week of travel",
    "image": "a sailboat in a calm bay at sunrise",
    "image-to-video": "the day begins, pan right",
    "interview-questions": "a beekeeper",
    "invitation": "a lantern walk in November",
    "invitation-card": "“A garden party”, lanterns under trees at dusk",
    "jingle": "happy, for a bakery",
    "joke": "programmers and cats",
    "landing-page": "an app that names birds by their song",
    "lesson-plan": "volcanoes for ten-year-olds",
    "letter": "to a friend who moved abroad",
    "logo": "“Fox & Daughters”, a fox",
    "looping-video": "snow over a village at night",
    "loot-table": "a shipwreck",
    "lyrics": "the last bus home",
    "mandala": "peacock colours",
    "meal-plan": "quick dinners with beans",
    "meditation-script": "listening to rain",
    "monster": "something that lives in wells",
    "mood-words": "a reading room",
    "moodboard": "a cabin by a lake in autumn",
    "movie-still": "a train in the rain at night",
    "music": "a waltz for a lighthouse",
    "naming": "a ferry for cyclists",
    "newsletter": "the observatory",
    "notification-sound": "a small bell",
    "packing-list": "a weekend of camping with children",
    "palette-card": "a tropical beach at noon",
    "pattern": "butterflies and mushrooms",
    "persona": "a night-shift nurse who cycles",
    "podcast": "why we collect things",
    "poem": "the sea in winter",
    "polaroid": "a red bicycle by the sea",
    "post": "the first week of beekeeping",
    "postcard": "a lighthouse by the sea at dawn",
    "poster": "“Jazz at the Pier”, a city by the sea at night",
    "press-release": "a library that lends telescopes",
    "product-description": "a lamp made of driftwood",
    "product-video": "turn it once",
    "quest": "a stolen church bell",
    "quiz": "oceans",
    "radio-spot": "a Saturday market",
    "reading-questions": "a story about two lighthouses",
    "readme": "a tool that renames photographs",
    "recipe": "something warm with mushrooms",
    "riddle": "everyday things",
    "seo-meta": "handmade soap",
    "silhouette": "a woman with a pine forest at dawn",
    "slogan": "a bakery that opens at midnight",
    "song-structure": "a slow song about ferries",
    "sound-brief": "a museum of clocks",
    "sound-effect": "thunder over the sea",
    "soundscape": "a forest with birds and a stream",
    "speech": "Good evening, and welcome aboard.",
    "sprite-sheet": "a mushroom",
    "stamp": "an owl",
    "sticker": "a happy dog",
    "story": "a clockmaker and a lost fox",
    "story-part": "the fox returns at night",
    "storyboard": "a robot learns to swim",
    "study-plan": "the piano",
    "summary": "a report",
    "swot": "a mobile sauna",
    "tarot-card": "“The Hermit”, an owl at night",
    "test-cases": "a sign-up form",
    "texture": "old wooden planks",
    "thread": "what I learnt from a year without a car",
    "toast": "the wedding of two sailors",
    "travel-plan": "three days in Lisbon",
    "travel-poster": "“Visit the Alps”, mountains in winter",
    "trivia": "animals",
    "user-story": "booking a sauna",
    "value-proposition": "bicycles by subscription",
    "vector": "a red fox in a snowy forest",
    "vector-logo": "“Kiln & Clay”, a teapot",
    "video": "a sailboat in a storm, pan left",
    "video-edit": "replace the sky with a stormy sunset",
    "video-script": "how to sharpen a knife",
    "vocabulary": "weather",
    "voice-over": "Some lights are left on for a reason.",
    "wallart": "a calm mountain lake at dawn",
    "wallpaper": "a mountain lake at sunrise",
    "workout-plan": "people who sit all day",
    "worksheet": "fractions",
    "world": "islands that drift",
}
TOPIC = "a bakery in a small harbour town"
# Those that work on a picture get that of another generator.
GIVEN = {"background-removal": "avatar", "product-cutout": "sticker", "product-video": "sticker"}
PICTURES = ("image", "upscale", "backgroundremoval", "vector")
SOUNDS = ("speech", "music", "soundeffect")
SEEN = (*PICTURES, "video", *SOUNDS)


@dataclass(frozen=True)
class Shown:
    """A creation on the sheet; ``picture`` is None for a text, a film's first frame, a sound's waveform."""

    generator: Generator
    prompt: str
    text: str
    picture: Image.Image | None


def main(folder: Path) -> None:
    shown = make_all()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "contact_sheet.html").write_text(page(shown), encoding="utf-8")
    small(shown).save(folder / "contact_sheet.jpg", quality=62, optimize=True, progressive=True)
    pictures = [one for one in shown if one.picture]
    texts = [one for one in shown if not one.picture]
    print(f"{len(pictures)} pictures and {len(texts)} texts, in {folder}")
    drawn = [one for one in pictures if one.generator.kind in PICTURES and not one.generator.needs_image]
    tell("pictures from words, perceptual hash, 0 to 1", drawn, hash_distance)
    tell("texts, words not shared, 0 to 1", texts, word_distance)


def make_all() -> list[Shown]:
    """Pictures first, then texts, each group in the order of the slugs."""
    catalogue, pool = load(), processes()
    active = [one for _, one in sorted(catalogue.generators.items()) if one.status == "active"]
    prompts = {one.slug: PROMPTS.get(one.slug, TOPIC) for one in active}
    jobs = {one.slug: job(one, prompts[one.slug], catalogue.default_model(one.slug)) for one in active}
    made = {
        one.slug: pool.submit(run, jobs[one.slug])
        for one in active
        if _is_drawn(one, catalogue.default_model(one.slug))
    }
    for one in active:
        if needed := asked_with(one, catalogue.default_model(one.slug)):
            source = GIVEN.get(one.slug, needed.removesuffix("_url"))
            prompts[one.slug] = f"the {source} of this sheet"
            made[one.slug] = pool.submit(run, given(jobs[one.slug], needed, made[source].result()))
    pictures = [
        Shown(one, prompts[one.slug], "", opened(made[one.slug].result()))
        for one in sorted(active, key=lambda one: one.kind not in PICTURES)
        if one.kind in SEEN
    ]
    texts = [
        Shown(
            one,
            prompts[one.slug],
            (made[one.slug].result() if one.slug in made else run(jobs[one.slug]))["text"],
            None,
        )
        for one in active
        if one.kind == "text"
    ]
    return pictures + texts


def _is_drawn(generator: Generator, model: Model) -> bool:
    return generator.kind in SEEN and not asked_with(generator, model)


def asked_with(generator: Generator, model: Model) -> str:
    """The field of what it works on, where it needs something."""
    return next((name for name in model.requires), "image_url" if generator.needs_image else "")


def given(asked: dict[str, Any], field: str, made: dict[str, Any]) -> dict[str, Any]:
    words = asked["prompt"] if asked["engine"] == "video" else ""
    return {
        **asked,
        "prompt": words,
        "fields": {**asked["fields"], field: data_uri(made["data"], made["mime"])},
    }


def opened(made: dict[str, Any]) -> Image.Image:
    """What was made, or the picture that stands for it, on white."""
    picture = Image.open(io.BytesIO(made.get("poster", made)["data"])).convert("RGBA")
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    return ground.convert("RGB")


def job(generator: Generator, prompt: str, model: Model) -> dict[str, Any]:
    """What the studio would hand to the engine, at the sheet's size."""
    settings = generator.defaults()
    ratios = {"1": "1:1", "2": "3:4", "3": "4:3", "4": "16:9", "5": "9:16"}
    width, height = model.model_copy(update={"detail": SIDE}).size(
        ratios.get(settings.get("image-aspect-ratio", ""), "16:9" if generator.kind == "video" else "1:1")
    )
    return {
        "engine": generator.engine,
        "generator": generator.slug,
        "preset": generator.preset,
        "prompt": prompt,
        "seed": SEED,
        "index": 0,
        "count": 1,
        "width": width,
        "height": height,
        "parameters": settings,
        "fields": {"seconds": FILM_SECONDS} if generator.kind == "video" else {},
    }


# --- how far things are apart


def tell(what: str, shown: list[Shown], distance: Any) -> None:
    beside = [distance(one, other) for one, other in itertools.pairwise(shown)]
    pairs = [
        (distance(a, b), a.generator.slug, b.generator.slug) for a, b in itertools.combinations(shown, 2)
    ]
    nearest = sorted(pairs)[:5]
    every = statistics.mean(pair[0] for pair in pairs)
    print(f"{what}: neighbours {statistics.mean(beside):.2f}, all pairs {every:.2f}")
    print("  nearest: " + ", ".join(f"{a} and {b} {far:.2f}" for far, a, b in nearest))


def hash_distance(one: Shown, other: Shown) -> float:
    return float((perceptual_hash(one.picture) != perceptual_hash(other.picture)).mean())


def perceptual_hash(picture: Any, side: int = 32, kept: int = 8) -> Any:
    """64 bits: which of a picture's slow waves are stronger than their median."""
    grey = np.asarray(picture.convert("L").resize((side, side), Image.Resampling.BOX), float)
    steps = np.arange(side)
    waves = np.cos(np.pi * (2 * steps[None] + 1) * steps[:kept, None] / (2 * side))
    slow = (waves @ grey @ waves.T).ravel()[1:]
    return slow > np.median(slow)


def word_distance(one: Shown, other: Shown) -> float:
    first, second = (set(re.findall(r"\w+", shown.text.lower())) for shown in (one, other))
    return 1 - len(first & second) / max(1, len(first | second))


# --- the page


def page(shown: list[Shown]) -> str:
    cards = "".join(card(one) for one in shown)
    return f"""<!doctype html><meta charset="utf-8"><title>Contact sheet</title>
<style>
body {{ font: 15px/1.45 system-ui, sans-serif; margin: 24px; background: #f6f5f2; color: #222 }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 18px }}
article {{ background: #fff; border-radius: 8px; padding: 12px; box-shadow: 0 1px 3px #0002 }}
img {{ max-width: 100%; max-height: 340px; display: block; margin: auto; border-radius: 4px }}
h2 {{ font-size: 16px; margin: 0 0 2px }} p {{ margin: 0 0 8px; color: #666 }}
pre {{ white-space: pre-wrap; font: inherit; margin: 0 }}
</style><main>{cards}</main>"""


def card(one: Shown) -> str:
    if one.picture is None:
        body = f"<pre>{html.escape(one.text)}</pre>"
    else:
        buffer = io.BytesIO()
        one.picture.save(buffer, "JPEG", quality=85)
        body = f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}">'
    heading = f"{one.generator.icon} {html.escape(one.generator.title)}"
    return f"<article><h2>{heading}</h2><p>{html.escape(one.prompt)}</p>{body}</article>"


WIDE, GAP, LABEL = 1100, 8, 16
PICTURES_A_ROW, TEXTS_A_ROW, TEXT_HIGH = 10, 9, 58


def small(shown: list[Shown]) -> Image.Image:
    """The sheet as one picture: pictures above, the beginnings of the texts below."""
    pictures = [one for one in shown if one.picture]
    texts = [one for one in shown if not one.picture]
    cell, slot = (WIDE - GAP) // PICTURES_A_ROW - GAP, (WIDE - GAP) // TEXTS_A_ROW - GAP
    rows, lines = -(-len(pictures) // PICTURES_A_ROW), -(-len(texts) // TEXTS_A_ROW)
    above = rows * (cell + LABEL + GAP) + GAP
    sheet = Image.new("RGB", (WIDE, above + lines * (TEXT_HIGH + GAP)), "#f6f5f2")
    for at, one in enumerate(pictures):
        row, column = divmod(at, PICTURES_A_ROW)
        put_picture(sheet, one, GAP + column * (cell + GAP), GAP + row * (cell + LABEL + GAP), cell)
    for at, one in enumerate(texts):
        row, column = divmod(at, TEXTS_A_ROW)
        put_text(sheet, one, GAP + column * (slot + GAP), above + row * (TEXT_HIGH + GAP), slot)
    return sheet


def put_picture(sheet: Image.Image, one: Shown, left: int, top: int, side: int) -> None:
    assert one.picture
    copy = one.picture.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    sheet.paste(copy, (left + (side - copy.width) // 2, top + (side - copy.height) // 2))
    put_title(sheet, one, (left, top + side + 2), side, 12, "#333")


def put_title(sheet: Image.Image, one: Shown, at: tuple[int, int], wide: int, size: int, colour: str) -> None:
    draw, fonts = ImageDraw.Draw(sheet), [ImageFont.load_default(size - less) for less in range(4)]
    font = next((f for f in fonts if draw.textlength(one.generator.title, f) <= wide), fonts[-1])
    draw.text(at, one.generator.title, colour, font)


def put_text(sheet: Image.Image, one: Shown, left: int, top: int, wide: int) -> None:
    draw = ImageDraw.Draw(sheet)
    draw.rounded_rectangle((left, top, left + wide, top + TEXT_HIGH), 5, "white")
    put_title(sheet, one, (left + 6, top + 4), wide - 12, 11, "#a03020")
    # The font that Pillow brings has no accents.
    plain = unicodedata.normalize("NFKD", one.text).encode("ascii", "ignore").decode()
    lines = textwrap.wrap(" ".join(plain.split()), wide // 6, max_lines=3, placeholder=" ...")
    draw.multiline_text((left + 6, top + 19), "\n".join(lines), "#333", ImageFont.load_default(9), spacing=2)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("contact-sheet"))
