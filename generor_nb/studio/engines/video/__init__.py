"""The video engine: a prompt, pictures or a clip become a film of the asked length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from PIL import Image

from ..errors import EngineError
from ..given import given as picture_given
from ..given import on_paper
from ..layouts import LAYOUTS, Plan
from ..light import light_for
from ..reading import Brief, read
from ..scene import directed
from ..seeding import Dice
from ..sound.synth import Sound
from . import clip, codec, edit, film, soundtrack
from .air import airs, clouds
from .asking import FPS, Ask, asked, without_names
from .layers import can_layer, layered
from .planes import Planes
from .shots import Landscape, Passage, Sequel, Shot, ahead, filmed, framed, looped, still
from .turntable import turntable

VERSION = "1"
MOST = 4_000_000  # pixels of a given picture that are worked on
FALLING = ("rain", "storm", "snow", "fog", "wind")


@dataclass(frozen=True)
class Made:
    """Frames to come, and what is told about them."""

    mode: str
    frames: Iterator[Planes]
    facts: dict[str, Any]
    sound: Sound | None = None


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Film one clip and say how it was made."""
    ask = asked(job, VERSION)
    brief = directed(read(without_names(ask.prompt), Dice(ask.key, "reading")), ask.chosen)
    made = _made(ask, brief)
    sound, sounds = _sound(ask, brief, made)
    facts: dict[str, Any] = {
        "engine": "video",
        "engine_version": VERSION,
        "procedural": True,
        "mode": made.mode,
        "camera": ask.move,
        "fps": FPS,
        **made.facts,
        **sounds,
    }
    first = next(made.frames)
    frames = chain([first.copy()], made.frames)
    size = (ask.width, ask.height)
    fields: dict[str, Any] = {"seconds": ask.seconds}
    if codec.is_here():
        data, mime = film.mp4(frames, *size, sound), "video/mp4"
    else:
        data, mime, size = film.webp(frames, *size), "image/webp", (ask.width // 2, ask.height // 2)
        facts |= {"degraded": film.WITHOUT, "sound": []}
        fields |= {"note": film.WITHOUT}
    return {
        "mime": mime,
        "data": data,
        "width": size[0],
        "height": size[1],
        "seconds": ask.seconds,
        "poster": {"mime": "image/webp", "data": film.still(first), "width": ask.width, "height": ask.height},
        "facts": facts,
        "fields": fields,
    }


def _made(ask: Ask, brief: Brief) -> Made:
    if ask.video:
        return _continued(ask, brief) if ask.extends else _edited(ask)
    if ask.image and ask.chosen.get("motion") == "turntable":
        return _turned(ask)
    shot, mode, facts = _shot(ask, brief)
    frames = looped(shot, ask.frames) if ask.loop else filmed(shot, ask.frames)
    if ask.clips:
        like = clip.opened(ask.clips[0], "reference_videos")
        frames = _in_the_colours(frames, clip.first_frame(like, ask.width, ask.height, "reference_videos"))
        facts = {**facts, "colours_of": "reference_videos"}
    return Made(mode, frames, facts)


def _shot(ask: Ask, brief: Brief) -> tuple[Shot, str, dict[str, Any]]:
    falling = _falling(ask, brief)
    pictures = [_picture(ask, ask.image, "image_url")] if ask.image else []
    if ask.image and ask.ending:
        last = _picture(ask, ask.ending, "ending_frame_url")
        first = still(pictures[0], ask.move, airs=falling)
        passage = Passage(first, still(last, ask.move, backwards=True, airs=falling))
        return passage, "frames", {"from_image": True, "to_image": True}
    pictures += [_picture(ask, one, "reference_images") for one in ask.references]
    if len(pictures) == 1:
        return still(pictures[0], ask.move, loop=ask.loop, airs=falling), "image", {"from_image": True}
    if pictures:
        moves = ("push-in", "pan-right", "push-in", "pan-left")
        shots = tuple(still(p, moves[i % 4], airs=falling) for i, p in enumerate(pictures))
        return Sequel(shots), "references", {"references": len(ask.references), "from_image": True}
    return _drawn(ask, brief), "scene", brief.facts()


def _drawn(ask: Ask, brief: Brief) -> Shot:
    """A scene with depth where there is one, else the whole drawing as a picture."""
    layout = ask.chosen.get("layout") or brief.layout or "scene"
    if layout != "scene" or not can_layer(replace(brief, layout=None)):
        plan = Plan(brief, ask.key, ask.width, ask.height, ask.chosen, without_names(ask.prompt))
        picture = LAYOUTS[layout if layout in LAYOUTS else "scene"](plan).convert("RGB")
        return still(picture, ask.move, loop=ask.loop)
    scene = layered(replace(brief, layout=None), ask.key, ask.width, ask.height)
    size = (ask.width, ask.height)
    passing = clouds(
        brief, scene.light, (ask.width, round(ask.height * 0.5)), ask.seconds, ask.loop, ask.dice("clouds")
    )
    return Landscape(
        scene,
        *size,
        ask.move,
        ask.loop,
        ask.seconds,
        airs(brief, scene.light, size, ask.seconds, ask.dice("air"), ask.loop),
        passing,
        ask.dice("phase").number(),
    )


def _falling(ask: Ask, brief: Brief) -> list[Any]:
    """The weather that the words ask for, before a given picture."""
    if brief.weather not in FALLING:
        return []
    light = light_for(brief.time, brief.weather, Dice(ask.key, "light"))
    open_air = replace(brief, terrain="hills")
    return airs(open_air, light, (ask.width, ask.height), ask.seconds, ask.dice("air"), ask.loop)


def _picture(ask: Ask, address: str, field: str) -> Image.Image:
    try:
        picture, _ = picture_given({"fields": {"image_url": address}}, MOST)
    except EngineError as error:
        raise EngineError(str(error).replace("image_url", field)) from None
    return framed(on_paper(picture), ask.width, ask.height)


def _turned(ask: Ask) -> Made:
    picture, _ = picture_given({"fields": {"image_url": ask.image}}, MOST)
    table, sure = turntable(picture, ask.width, ask.height)
    return Made("product", looped(table, ask.frames), {"from_image": True, "confidence": round(sure, 2)})


def _edited(ask: Ask) -> Made:
    source = clip.opened(str(ask.video))
    first = clip.first_frame(source, ask.width, ask.height)
    like = _picture(ask, ask.references[0], "reference_images") if ask.references else None
    change = edit.wanted(ask, like, first)
    given = clip.frames(source, ask.width, ask.height, ask.frames)
    facts = {
        "understood": list(change.understood),
        "changed": change.names,
        "from_video": True,
        "repeats": bool(source.seconds) and source.seconds + 0.1 < ask.seconds,
    }
    frames = edit.changed(given, change, ask.frames, ask.dice("style").below(2**31))
    sound = clip.sound_of(source.data, ask.seconds, "video_url")
    return Made("edit", ahead(frames), facts, sound)


def _continued(ask: Ask, brief: Brief) -> Made:
    """The clip, and then its last frame with the camera moving on; a long clip gives its end only."""
    source = clip.opened(str(ask.video))
    kept = round(source.seconds * FPS) if 0 < source.seconds < ask.seconds - 0.5 else 0
    last = clip.last_frame(source, ask.width, ask.height)
    onward = filmed(still(last, ask.move, airs=_falling(ask, brief)), ask.frames - kept)
    before = clip.frames(source, ask.width, ask.height, kept)
    facts = {"from_video": True, "continues_at": round(kept / FPS, 2)}
    sound = clip.sound_of(source.data, ask.seconds, "video_url") if kept else None
    return Made("extend", islice(chain(before, onward), ask.frames), facts, sound)


def _in_the_colours(frames: Iterator[Planes], like: Image.Image) -> Iterator[Planes]:
    grade = None
    for frame in frames:
        grade = grade or edit.toned(frame.rgb(), like)
        yield frame.graded(grade)


def _sound(ask: Ask, brief: Brief, made: Made) -> tuple[Sound | None, dict[str, Any]]:
    if not codec.is_here():
        return None, {}
    if ask.audible and ask.audio:
        sound = soundtrack.given(ask.audio, ask.seconds, "reference_audio")
        return sound, {"sound": [] if sound is None else ["reference_audio"]}
    if made.sound is not None:
        return made.sound, {"sound": ["video_url"]}
    if ask.audible:
        bed, names = soundtrack.bed(ask, brief)
        return bed, {"sound": names}
    return None, {"sound": []}


__all__ = ["VERSION", "make"]
