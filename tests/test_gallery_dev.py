from __future__ import annotations
import json, os, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
import nbformat, pytest
from crowd import fill, picture, sound, film
from generor_nb.studio import Studio
from generor_nb.studio.seed import plant

pytest_plugins = ["lab"]
pytestmark = pytest.mark.browser

def test_dev(lab, book):
    home = lab.root / "dev" / ".home" / "studio"
    files = [picture(n, (640, 480)) for n in range(20)] + [sound(), film(), b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" fill="teal"/></svg>']
    path = lab.notebook("dev", "%load_ext generor_nb\nimport generor_nb as gn", "g = gn.gallery('public')\ng", "print(g.selected)")
    fill(home, 3000, files=files)
    book.open(path)
    book.run(0)
    t = time.time(); book.run(1)
    g = book.cell(1).locator(".gng")
    g.locator(".gng-cell img").first.wait_for(timeout=20000)
    print("first pictures", time.time() - t)
    book.page.wait_for_timeout(1500)
    book.shot("gallery-light")
    print(g.locator(".gng-status").inner_text(), g.locator("li").count())
    g.locator(".gng-scroll").evaluate("n => n.scrollTop = 6000")
    book.page.wait_for_timeout(2500)
    book.shot("gallery-scrolled")
    print(g.locator(".gng-status").inner_text(), g.locator("li").count())
    g.locator("summary").click()
    g.locator(".gng-cell").nth(8).click()
    book.page.wait_for_timeout(2000)
    book.shot("gallery-dialog")
    book.theme("JupyterLab Dark")
    book.page.wait_for_timeout(1000)
    book.shot("gallery-dialog-dark")
    book.page.keyboard.press("Escape")
    book.page.wait_for_timeout(500)
    book.shot("gallery-dark")
    print(book.watch.complaints)
