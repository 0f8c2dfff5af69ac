"""The background removal engine: the subject on nothing, or on white, with how sure it is of the outline."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from .errors import EngineError
from .evidence import box_mean
from .given import given, options, png
from .matte import Mask, Matte, chance, matte, slopes
from .paint import Array, as32, f32, from_image, resized

VERSION = "1"
MOST = 12_000_000  # pixels; larger pictures are reduced
MIDDLE = 512  # the side at which the outline follows the picture
NOTHING, LOW, HIGH = 0.1, 0.6, 0.8  # of the confidence
CLEAR = 0.01  # the share of a picture that is cut out already
BILINEAR = Image.Resampling.BILINEAR


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Cut the subject out; the option ``ground`` sets it on a colour, with ``shadow`` "soft" or "none"."""
    picture, own = given(job, MOST)
    chosen = options(job)
    if picture.mode == "RGBA" and _clear_share(picture) > CLEAR:
        cut, sure, note = picture, 1.0, "it was cut out already: its own transparency is kept"
    else:
        picture = picture.convert("RGB")
        found = matte(picture)
        if found.confidence < NOTHING:
            raise EngineError("Nothing in this picture stands out from its ground; a plainer ground helps.")
        cut, sure = cut_out(picture, found), found.confidence
        note = told(sure)
    if chosen.get("ground"):
        cut = on_ground(cut, chosen["ground"], chosen.get("shadow", "soft") == "soft")
    about = {"confidence": sure, "reduced": True} if picture.size != own else {"confidence": sure}
    facts = {"engine": "cutout", "engine_version": VERSION, "procedural": True, "from_image": True}
    return {
        "mime": "image/png",
        "data": png(cut),
        "width": cut.width,
        "height": cut.height,
        "fields": about,
        "facts": {**facts, **about, "note": note},
    }


def told(confidence: float) -> str:
    """How sure it is, in words that say what to do about it."""
    if confidence >= HIGH:
        return f"confidence {confidence:.2f}"
    if confidence >= LOW:
        return f"confidence {confidence:.2f}, look at the outline"
    return f"confidence {confidence:.2f}, low: no subject stands out clearly, the outline is a guess"


def cut_out(picture: Image.Image, found: Matte) -> Image.Image:
    """An RGB picture with the subject's soft outline as its alpha, and the ground's colour taken from it."""
    alpha = outline(picture, found)
    pixels = own_colours(picture, alpha)
    cover = Image.fromarray((alpha * 255 + f32(0.5)).astype(np.uint8))
    cut = Image.fromarray(pixels)
    cut.putalpha(cover)
    return cut


def outline(picture: Image.Image, found: Matte) -> Array:
    """The matte at the picture's size, 0 to 1, its edge where the picture has one."""
    share = chance(found.odds * f32(1.5)) * _near(found.solid)
    scale = min(1.0, MIDDLE / max(picture.size))
    size = (max(8, round(picture.width * scale)), max(8, round(picture.height * scale)))
    guide = _guide(picture, share)
    small = from_image(guide.resize(size, Image.Resampling.BOX))
    factor, offset = slopes(small, as32(np.clip(resized(share, *size, BILINEAR), 0, 1)), 4, 2e-4)
    fine = resized(factor, *picture.size, BILINEAR) * from_image(guide)
    fine += resized(offset, *picture.size, BILINEAR)
    return as32(np.clip((fine - f32(0.5)) * f32(1.7) + f32(0.5), 0, 1))


def own_colours(picture: Image.Image, alpha: Array) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The picture, but half-covered pixels take on the colour of the subject beside them."""
    core = Image.fromarray(((alpha > 0.95) * 255).astype(np.uint8)).filter(ImageFilter.MinFilter(3))
    reach = ImageFilter.GaussianBlur(max(2.0, max(picture.size) / 256))
    inner = Image.new("RGB", picture.size)
    inner.paste(picture, mask=core)
    near, weight = np.asarray(inner.filter(reach), f32), np.asarray(core.filter(reach), f32)
    known = (weight > 8) & (alpha < 0.99) & (alpha > 0)
    pixels = np.array(picture)
    beside = near[known] * (f32(255) / weight[known])[:, None]
    part = alpha[known][:, None]
    pixels[known] = np.clip(pixels[known] * part + beside * (1 - part), 0, 255).astype(np.uint8)
    pixels[alpha * 255 < 0.5] = 0
    return pixels


def on_ground(cut: Image.Image, colour: str, shadow: bool) -> Image.Image:
    """The subject on a colour, with a soft shadow under it."""
    ground = Image.new("RGB", cut.size, colour)
    alpha = cut.getchannel("A")
    box = alpha.point(lambda v: 255 * (v > 127)).getbbox()
    if shadow and box:
        wide, tall = box[2] - box[0], max(2, (box[3] - box[1]) // 9)
        flat = alpha.crop(box).resize((wide, tall)).point(lambda v: int(v * 0.42))
        layer = Image.new("L", cut.size, 0)
        layer.paste(flat, (box[0], box[3] - round(tall * 0.62)))
        ground.paste("#1a1a22", mask=layer.filter(ImageFilter.GaussianBlur(max(2.0, tall / 5))))
    ground.paste(cut, mask=alpha)
    return ground


def _guide(picture: Image.Image, share: Array) -> Image.Image:
    """The grey picture in which subject and ground differ most, as a mix of red, green and blue."""
    small = from_image(picture.resize(share.shape[::-1], Image.Resampling.BOX)).reshape(-1, 3)
    weight = share.reshape(-1, 1)
    subject = (small * weight).sum(0) / (weight.sum() + 1e-6)
    ground = (small * (1 - weight)).sum(0) / ((1 - weight).sum() + 1e-6)
    axis = np.linalg.solve(np.cov(small.T) + np.eye(3) * 1e-3, subject - ground)
    seen = small @ axis
    low, span = float(seen.min()), float(np.ptp(seen)) + 1e-6
    red, green, blue = (float(part) / span for part in axis)
    return picture.convert("L", (red, green, blue, -low / span * 255))


def _near(solid: Mask) -> Array:
    """1 on the subject, 0 where it is more than two pixels away."""
    return as32(np.clip(box_mean(as32(solid), 2) * 25 / 5, 0, 1))


def _clear_share(picture: Image.Image) -> float:
    return float((np.asarray(picture.getchannel("A").resize((128, 128), BILINEAR)) < 128).mean())
