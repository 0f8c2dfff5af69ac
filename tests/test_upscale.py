"""Enlarging: nearer to the truth than Pillow's best filter, without halos, and honest about print."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from pictures import decoded, encoded, job, letters, numbers, place, psnr, ssim
from PIL import Image, ImageDraw

from generor_nb.studio.engines import EngineError, upscale
from generor_nb.studio.engines.upscale import make, to_size

pytestmark = pytest.mark.slow

BOX, LANCZOS = Image.Resampling.BOX, Image.Resampling.LANCZOS
ORIGINALS: dict[str, Callable[[], Image.Image]] = {
    "sea": lambda: place("a storm at sea", 512),
    "city": lambda: place("a neon city at night", 512),
    "letters": letters,
}


def disc(side: int = 256) -> Image.Image:
    """A white disc on nothing; what is hidden is magenta."""
    large = Image.new("L", (side * 4, side * 4))
    ImageDraw.Draw(large).ellipse((side * 0.8, side * 0.8, side * 3.2, side * 3.2), fill=255)
    alpha = large.reduce(4)
    picture = Image.new("RGBA", (side, side), (255, 0, 255, 0))
    picture.paste("white", mask=alpha.point(lambda v: 255 * (v > 0)))
    picture.putalpha(alpha)
    return picture


@pytest.mark.parametrize("how", [BOX, LANCZOS])
@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("name", ORIGINALS)
def test_it_comes_nearer_to_the_original_than_lanczos(name: str, factor: int, how: Image.Resampling) -> None:
    original = ORIGINALS[name]()
    small = original.resize((512 // factor, 512 // factor), how)
    ours, plain = to_size(small, 512, 512), small.resize((512, 512), LANCZOS)
    assert psnr(ours, original) > psnr(plain, original) + (0.2 if factor == 2 else 0)
    assert ssim(ours, original) > ssim(plain, original)


def test_edges_have_no_halos() -> None:
    step = Image.new("RGB", (64, 64), (60, 60, 60))
    ImageDraw.Draw(step).polygon([(20, 0), (64, 0), (64, 64), (40, 64)], fill=(190, 190, 190))
    assert numbers(step.resize((128, 128), LANCZOS)).max() > 195
    large = numbers(to_size(step, 128, 128))
    assert (large.min(), large.max()) == (60, 190)


def test_an_edge_is_steeper_than_lanczos_makes_it() -> None:
    step = Image.new("RGB", (64, 64), (40, 40, 40))
    step.paste((210, 210, 210), (32, 0, 64, 64))
    steps = [
        np.abs(np.diff(numbers(p)[64, :, 0])).max()
        for p in (to_size(step, 128, 128), step.resize((128, 128), LANCZOS))
    ]
    assert steps[0] > steps[1] * 1.2


def test_grain_is_not_sharpened() -> None:
    noise = np.random.RandomState(1).randint(116, 122, (64, 64, 3)).astype(np.uint8)
    small = Image.fromarray(noise)
    assert np.array_equal(numbers(to_size(small, 128, 128)), numbers(small.resize((128, 128), LANCZOS)))


def test_alpha_is_kept_and_as_sharp_as_the_picture() -> None:
    original = disc()
    small = original.resize((128, 128), BOX)
    large = decoded(make(job(small, upscale_factor="2")))
    truth, ours = original.getchannel("A"), large.getchannel("A")
    assert large.mode == "RGBA"
    assert ours.getextrema() == (0, 255)
    assert psnr(ours, truth) > psnr(small.getchannel("A").resize((256, 256), LANCZOS), truth) + 1


def test_hidden_colours_do_not_come_out() -> None:
    small = disc().resize((128, 128), Image.Resampling.NEAREST)
    large = numbers(to_size(small, 256, 256))
    seen = large[large[..., 3] > 100]
    assert seen[:, 1].min() > 240


def test_bands_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    small = place("a neon city at night", 512).resize((96, 200), BOX)
    whole = numbers(to_size(small, 384, 800))
    monkeypatch.setattr(upscale, "BAND", 96 * 4 * 40)
    assert np.abs(numbers(to_size(small, 384, 800)) - whole).max() <= 2


@pytest.mark.parametrize("factor", [2, 4])
def test_the_factor_decides_the_size(factor: int) -> None:
    made = make(job(letters().resize((90, 61)), upscale_factor=str(factor)))
    assert (made["width"], made["height"]) == decoded(made).size == (90 * factor, 61 * factor)
    assert made["fields"] == {"factor": factor, "from_width": 90, "from_height": 61}
    assert "without new detail" in made["facts"]["note"]


def test_the_same_picture_gives_the_same_bytes() -> None:
    one = job(letters().resize((90, 61)))
    assert make(one)["data"] == make(one)["data"]


def test_a_picture_too_large_is_refused_with_a_way_out() -> None:
    with pytest.raises(EngineError, match=r"64 megapixels.*at most 24.*factor 2"):
        make(job(Image.new("RGB", (2000, 2000)), upscale_factor="4"))


def test_a_factor_that_is_not_offered_is_refused() -> None:
    with pytest.raises(EngineError, match="2 or 4, not 3"):
        make(job(letters(), upscale_factor="3"))


@pytest.mark.parametrize(
    ("size", "paper", "made_size", "look"),
    [
        ((300, 200), "a5", (2480, 1653), "soft"),
        ((2480, 1748), "a5", (2480, 1748), "crisp"),
        ((1200, 1600), "a4", (2480, 3307), "fine at arm's length"),
    ],
)
def test_print_size_fills_the_paper_and_says_how_it_will_look(
    size: tuple[int, int], paper: str, made_size: tuple[int, int], look: str
) -> None:
    target = upscale.on_paper_size(size, upscale.PAPER[paper])
    assert target == made_size
    told = upscale.print_facts(size, target)
    assert told["print"] == look
    assert look in told["note"]


def test_a_print_is_made_at_its_size() -> None:
    made = make(job(letters().resize((300, 200)), print_enlargement_size="a5"))
    assert decoded(made).size == (2480, 1653)
    assert made["fields"]["source_dpi"] == 36


# --- what may be given


def test_a_turned_photograph_is_upright() -> None:
    picture, exif = Image.new("RGB", (40, 20), "blue"), Image.Exif()
    picture.paste("red", (0, 0, 10, 20))
    exif[0x0112] = 6
    made = make(job(encoded(picture, "JPEG", exif=exif, quality=95)))
    assert decoded(made).size == (40, 80)
    assert numbers(decoded(made))[5, 20, 0] > 150


def test_deep_greys_keep_their_tones() -> None:
    deep = Image.fromarray((np.arange(64 * 64).reshape(64, 64) * 16).astype(np.uint16))
    grey = numbers(decoded(make(job(deep))))[..., 0]
    assert 100 < np.median(grey) < 155


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(EngineError, match="image_url"):
        make(job(data))


def test_half_a_picture_is_refused() -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        make(job(encoded(letters())[:3000]))


def test_nothing_is_written_but_pixels() -> None:
    """Places and names in a photograph's metadata do not pass."""
    exif, source = Image.Exif(), io.BytesIO()
    exif[0x010E] = "at home"
    letters().resize((40, 40)).save(source, "JPEG", exif=exif)
    assert b"at home" not in make(job(source.getvalue()))["data"]
