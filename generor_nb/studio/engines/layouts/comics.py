"""A comic page: panels of one story seen from different places."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageStat

from ..lettering import write
from ..paint import calm, few_colours, from_image
from .emblems import ground, lay
from .pages import INK, steps
from .plan import Plan

GRIDS: dict[int, tuple[tuple[float, float, float, float], ...]] = {
    2: ((0, 0, 1, 0.5), (0, 0.5, 1, 1)),
    3: ((0, 0, 1, 0.46), (0, 0.46, 0.5, 1), (0.5, 0.46, 1, 1)),
    4: ((0, 0, 0.56, 0.5), (0.56, 0, 1, 0.5), (0, 0.5, 0.42, 1), (0.42, 0.5, 1, 1)),
    6: (
        (0, 0, 0.5, 0.34),
        (0.5, 0, 1, 0.34),
        (0, 0.34, 0.62, 0.68),
        (0.62, 0.34, 1, 0.68),
        (0, 0.68, 0.4, 1),
        (0.4, 0.68, 1, 1),
    ),
}


SOUNDS = {
    "storm": "KRAKOOM!",
    "rain": "SPLISH!",
    "wind": "WHOOSH!",
    "snow": "HUSH...",
    "fog": "...",
    "aurora": "OOOH!",
}


SHOUTS = {
    "rocket": "ZOOOM!",
    "dragon": "ROAR!",
    "dog": "WOOF!",
    "cat": "MEOW!",
    "train": "CHOO CHOO!",
    "clock": "RRRING!",
    "owl": "HOO-HOO!",
    "car": "VROOM!",
    "robot": "BEEP!",
    "airplane": "WHOOSH!",
    "guitar": "TWANG!",
    "cup": "AAAH!",
    "piano": "PLINK!",
    "bear": "GRRR!",
    "fish": "BLUB!",
    "whale": "SPLASH!",
}


HOURS = {
    "dawn": "At first light",
    "day": "One fine day",
    "sunset": "As the sun went down",
    "dusk": "At dusk",
    "night": "Late that night",
}


def comic(plan: Plan) -> Image.Image:
    """Panels of the same story seen from different places."""
    w, h, unit = plan.w, plan.h, plan.unit
    panels = GRIDS.get(
        int(plan.choice("panels", "4")) if plan.choice("panels", "4").isdigit() else 4, GRIDS[4]
    )
    page, gutter = Image.new("RGB", (w, h), "#fbf8f0"), unit * 0.014
    draw, line = ImageDraw.Draw(page), max(2, round(unit * 0.006))
    for k, (x0, y0, x1, y1) in enumerate(panels):
        left, top = round(w * x0 + gutter * (2 - x0)), round(h * y0 + gutter * (2 - y0))
        box = left, top, round(w * x1 - gutter * (1 + x1)), round(h * y1 - gutter * (1 + y1))
        size = box[2] - box[0], box[3] - box[1]
        burst = k == len(panels) - 2 and not plan.source
        page.paste(
            _burst(plan, *size)
            if burst
            else _inked(plan.scene(*size, shot=(0, 2, 1, 4, 3, 1)[k], name=f"panel {k // 3}")),
            (left, top),
        )
        draw.rectangle(box, outline=INK, width=line)
        if k in (0, len(panels) - 1):
            _caption(
                page,
                box,
                f"{HOURS[plan.brief.time]}..."
                if k == 0
                else plan.dice("end").pick(("To be continued...", "The end?", "And so it began.")),
                unit,
                bottom=k > 0,
            )
    return page


def _inked(art: Image.Image) -> Image.Image:
    """Flat colours with black contours."""
    mean = ImageStat.Stat(art.convert("L")).mean[0]
    art = ImageEnhance.Brightness(art).enhance(min(2.0, max(1.08, 122 / max(1.0, mean))))
    few = few_colours(calm(art), 20).convert("RGB")
    plane = from_image(art.convert("L").filter(ImageFilter.GaussianBlur(1.6)))
    edge = np.clip(steps(plane) * 6 - 0.42, 0, 1)
    few.paste(Image.new("RGB", art.size, INK), (0, 0), Image.fromarray((edge * 200).astype(np.uint8)))
    return few


def _burst(plan: Plan, w: int, h: int) -> Image.Image:
    """The subject close up before rays, with its sound."""
    options = dict(plan.options)
    plan.options["ground"] = "sunburst"
    art = ground(plan, w, h)
    plan.options.clear()
    plan.options.update(options)
    wish = plan.wishes[0]
    lay(art, plan.sprite(wish, round(w * 0.80), round(h * 0.70)), w / 2, h * 0.60, 0.3)
    art = _inked(art)
    word = SHOUTS.get(wish.name) or SOUNDS.get(plan.brief.weather) or "WOW!"
    for weight, colour in ((0.14, INK), (0.05, "#ffe24a")):
        write(
            art,
            word,
            (w * 0.10, h * 0.035, w * 0.90, h * 0.25),
            colour,
            lines=1,
            weight=weight,
            track=0.05,
            largest=0.8,
        )
    return art


def _caption(page: Image.Image, box: tuple[int, ...], text: str, unit: int, bottom: bool) -> None:
    wide, tall, gap = min(unit * 0.36, (box[2] - box[0]) * 0.8), unit * 0.062, unit * 0.016
    x, y = (box[2] - wide - gap, box[3] - tall - gap) if bottom else (box[0] + gap, box[1] + gap)
    ImageDraw.Draw(page).rectangle(
        (x, y, x + wide, y + tall), fill="#fff3b8", outline=INK, width=max(2, round(unit * 0.004))
    )
    write(
        page, text, (x + gap, y + gap * 0.4, x + wide - gap, y + tall - gap * 0.4), INK, lines=1, weight=0.012
    )


LAYOUTS: dict[str, Callable[[Plan], Image.Image]] = {"comic": comic}
