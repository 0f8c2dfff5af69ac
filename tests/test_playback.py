"""What was made plays, and can be sought in: in JupyterLab, in Notebook 7, in an exported page."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from support import no_key

from generor_nb import demo

if TYPE_CHECKING:
    from lab import Lab, Notebook

pytest_plugins = ["lab"]
pytestmark = pytest.mark.browser

LOAD = '%load_ext generor_nb\n%config GenerorMagics.provider = "studio"'
FILM = '%%generate video -m "Happy Horse 1.0 R2V" --seconds 3 --set video-camera=pan-left\nhills by day'
SOUND = "%%generate sound-effect\nbirds 4 s"
# The same requests, shown again for nothing.
FAR_FILM = (
    "import generor_nb as gn\nfrom pathlib import Path\nout = Path.cwd().parent / 'elsewhere'\n"
    "film = gn.generate('video', 'hills by day', model='Happy Horse 1.0 R2V', seconds=3, "
    "settings={'video-camera': 'pan-left'}, out=out)"
)
FAR_SOUND = "sound = gn.generate('sound-effect', 'birds 4 s', out=out)"
PLAYED = """async media => {
  const soon = event => new Promise((done, failed) => {
    media.addEventListener(event, done, { once: true });
    media.addEventListener('error', () => failed(media.error?.message), { once: true });
    setTimeout(() => failed(`no ${event} of ${media.currentSrc.slice(0, 90)}`), 20_000);
  });
  media.muted = true;
  const moves = new Promise(done => media.addEventListener('timeupdate', function heard() {
    if (media.currentTime > 0.2) { media.removeEventListener('timeupdate', heard); done(); }
  }));
  const begins = soon('playing');
  await media.play();
  await begins;
  await moves;
  media.pause();
  const after = media.currentTime;
  const seeks = soon('seeked');
  media.currentTime = media.duration * 0.75;
  await seeks;
  const far = media.currentTime;
  const back = soon('seeked');
  media.currentTime = 0.5;
  await back;
  return { duration: media.duration, after, far, back: media.currentTime,
    wide: media.videoWidth ?? 0, drawn: media.getBoundingClientRect().width };
}"""


def plays(media: Any, seconds: float, wide: int = 0) -> None:
    """It plays from its start, and a seek forth and one back land where they should."""
    media.scroll_into_view_if_needed()
    played = media.evaluate(PLAYED)
    assert played["duration"] == pytest.approx(seconds, abs=0.1)
    assert 0.2 < played["after"] < seconds
    assert played["far"] == pytest.approx(0.75 * seconds, abs=0.1)
    assert played["back"] == pytest.approx(0.5, abs=0.1)
    assert played["wide"] == wide
    assert played["drawn"] > 200


def a_key_starts_it(media: Any) -> None:
    """Where no script runs there is nothing but its own controls, and a look at where it is."""
    media.scroll_into_view_if_needed()
    media.press("Space")
    for _ in range(400):
        media.screenshot()  # which takes its time
        if media.evaluate("media => media.currentTime") > 0.3:
            media.press("Space")
            return
    raise AssertionError("it stands still")


def both_play(book: Notebook) -> None:
    plays(book.cell(1).locator("video"), 3, 1280)
    plays(book.cell(2).locator("audio"), 4)


def test_film_and_sound_in_jupyterlab_now_later_and_exported(
    lab: Lab, book: Notebook, open_page: Any
) -> None:
    book.open(lab.notebook("plays", LOAD, FILM, SOUND))
    for index in range(3):
        book.run(index)
    both_play(book)
    book.shot("plays-live")
    saved = book.save()
    no_key(saved)
    assert len(saved) < 130_000

    # Opened where no kernel can be had, and nobody has said that the file is to be trusted.
    reopened = nbformat.reads(saved, as_version=4)
    reopened.metadata = {"kernelspec": {"name": "absent", "display_name": "Absent"}}
    nbformat.write(reopened, str(lab.root / "plays" / "later.ipynb"))
    book.open("plays/later.ipynb", kernel=False)
    book.page.locator(".jp-Dialog button.jp-mod-reject").click()
    both_play(book)
    book.shot("plays-later")
    link = book.cell(1).locator("figcaption a")
    assert "/files/plays/outputs/hills-by-day" in str(link.get_attribute("href"))

    page = lab.root / "plays" / "plays.html"
    page.write_text(demo.to_html(nbformat.reads(saved, as_version=4)), "utf-8")
    with open_page(page.parent.as_uri(), java_script_enabled=False) as (still, watch):
        still.goto(page.as_uri(), wait_until="load")
        a_key_starts_it(still.locator("video"))
        a_key_starts_it(still.locator("audio"))
        watch.check()
    with open_page(page.parent.as_uri()) as (live, watch):
        live.goto(page.as_uri(), wait_until="load")
        plays(live.locator("video"), 3, 1280)
        plays(live.locator("audio"), 4)
        watch.check()


def test_film_and_sound_in_notebook_7(lab: Lab, book: Notebook) -> None:
    cells = (LOAD, FILM, SOUND, f"{FAR_FILM}\n{FAR_SOUND}", "gn.play(film)", "gn.play(sound)")
    book.open(lab.notebook("plays7", *cells), "notebooks")
    for index in range(3):
        book.run(index)
    both_play(book)
    book.shot("plays-notebook-7")

    # Beside no notebook: seen where it was made, and played by a player that leaves nothing in the file.
    for index in (3, 4, 5):
        book.run(index)
    plays(book.cell(4).locator("video"), 3, 1280)
    plays(book.cell(5).locator("audio"), 4)
    book.shot("plays-elsewhere")
    saved = book.save()
    no_key(saved)
    for file in (lab.root / "elsewhere").iterdir():
        assert base64.b64encode(file.read_bytes()[3_000:3_300]).decode() not in saved
    kept = book.document().cells[4].outputs[0].data
    assert '<img src="data:image/jpeg' in kept["text/html"]
    assert "gn.play(…) plays it here" in kept["text/html"]
    assert len(json.dumps(kept)) < 64_000
