"""The gallery in JupyterLab, in a real browser: ten thousand creations, and what is done with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from conftest import need
from crowd import fill, film, picture, sound
from support import no_key

if TYPE_CHECKING:
    from lab import Lab, Notebook

pytest_plugins = ["lab"]
pytestmark = pytest.mark.browser

LOAD = "%load_ext generor_nb\nimport generor_nb as gn"
SHOW = "made = gn.gallery()\nmade"
LEDGER = """
client = gn.AsyncClient()
mine = await client.creations.mine(per_page=5)
rated = await client.ratings.get(10001)
print(mine.meta.total, [c.creation_id for c in mine], rated.count, repr(made.selected))
"""
FAR = """() => {
  const node = document.querySelector('.gng-scroll');
  node.scrollTop = node.scrollHeight;
  return parseInt(document.querySelector('.gng-status').textContent) >= 500;
}"""
SETTLE = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def shown_in(book: Notebook, index: int) -> Any:
    gallery = book.cell(index).locator(".gng")
    gallery.locator(".gng-cell img").first.wait_for()
    return gallery


def test_a_gallery_of_ten_thousand(lab: Lab, book: Notebook) -> None:
    need("av")
    files = [picture(seed) for seed in range(10)]
    home = lab.root / "gallery" / ".home" / "studio"
    path = lab.notebook("gallery", LOAD, SHOW, LEDGER)
    fill(home, 9_999, files=files)
    fill(home, 3, files=[film(), sound(), files[0]])
    book.open(path)
    book.run(0)
    book.run(1)
    gallery = shown_in(book, 1)
    scroll = gallery.locator(".gng-scroll")

    # Far down: rows come as one goes, pictures come where one rests, and few cells are there at a time.
    book.page.wait_for_function(FAR, polling=250)
    scroll.evaluate("node => (node.scrollTop = 20000)")
    gallery.locator(".gng-cell img").first.wait_for()
    assert gallery.locator("li").count() < 60

    # It plays. The newest are a picture, a sound and a film.
    scroll.evaluate("node => (node.scrollTop = 0)")
    dialog = gallery.locator("dialog")
    gallery.locator("li[aria-posinset='3'] button").click()
    lasts = dialog.locator("video").evaluate(
        """async node => {
          node.muted = true;
          if (node.readyState < 1) await new Promise(done => node.addEventListener('loadedmetadata', done));
          await node.play();
          return [node.duration, node.videoWidth];
        }"""
    )
    assert lasts == [1, 64]
    dialog.get_by_role("button", name="Previous").click()
    assert dialog.locator("audio").get_attribute("src").startswith("blob:")

    # It is rated, picked and, when asked again, deleted.
    dialog.locator(".gng-stars small", has_text="not rated yet").wait_for()
    dialog.get_by_label("4 / 5").check(force=True)
    dialog.locator(".gng-stars small", has_text="4 of 5").wait_for()
    dialog.get_by_role("button", name="Use as reference").click()
    dialog.locator(".gng-said", has_text="gallery.selected").wait_for()
    dialog.get_by_role("button", name="Next").click()
    dialog.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Keep it as it is").click()
    assert dialog.is_visible()
    dialog.get_by_role("button", name="Delete").click()
    dialog.locator(".gng-danger").click()
    gallery.locator(".gng-status", has_text="10,001").wait_for()
    assert not dialog.is_visible()
    book.run(2)
    told = book.text(2)
    assert told.startswith("10001 [10002, 10001, 9999, 9998, 9997] 1 Creation(")
    assert "audio/wav" in told

    # What is saved is small, whole without a kernel, and holds no key.
    saved = book.save()
    no_key(saved)
    assert len(saved) < 75_000
    assert str(lab.root) not in saved
