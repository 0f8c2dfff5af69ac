"""The how-to for providers: its code is what runs here, against a server of that API."""

import io
import re
import sys
from pathlib import Path

import pytest
from PIL import Image
from scripted import answer, serving

from generor_nb import api
from generor_nb.base import services
from generor_nb.base.errors import InvalidRequest, OverBudget, Unauthorized

HOW_TO = Path(__file__).parents[1] / "docs" / "add-a-provider.md"
KEY = "postcard-key-of-a-test"


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)


def picture():
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def tell(asked):
    if asked.method == "GET":
        return answer(200, picture(), "image/png")
    if asked.headers.get("authorization") != f"Bearer {KEY}":
        return answer(401, {"error": "who are you?"})
    cards = [{"id": f"c{n}", "url": f"/cards/{n}.png"} for n in range(asked.json["n"])]
    return answer(200, {"cards": cards, "credits": 2 * asked.json["n"]})


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The module and its entry point installed as a package would, and the API served here."""
    [code], [entry] = blocks("python"), blocks("toml")
    site = tmp_path / "site"
    info = site / "postcards-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "postcards.py").write_text(code)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: postcards\nVersion: 1.0\n")
    # What a build tool makes of the table.
    section = entry.replace('project.entry-points."generor_nb.providers"', services.GROUP)
    (info / "entry_points.txt").write_text(section.replace('"', ""))
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "postcards", raising=False)
    services.forget()
    with serving(tell) as there:
        monkeypatch.setenv("POSTCARDS_API_KEY", KEY)
        monkeypatch.setenv("POSTCARDS_BASE_URL", f"{there.url}/v1")
        yield there
    services.forget()


def make(**options):
    settings = {"paper": "white"}
    return api.generate(
        "postcard", "Greetings", provider="postcards", settings=settings, max_credits=9, **options
    )


def test_it_makes_shows_and_replays(server):
    made = make(count=2)
    assert (made.charge, [one.mime for one in made.creations]) == (4, ["image/png"] * 2)
    assert make(count=2).replayed
    [sent] = server.posts("/v1/generate")
    assert sent.json == {"n": 2, "paper": "white", "prompt": "Greetings"}
    assert "4 credits" in repr(api.estimate("postcard", "Hello", provider="postcards", count=2))


def test_what_is_wrong_is_named_before_anything_is_sent(server):
    for given in ({"count": 4}, {"seconds": 5}, {"model": "oil"}):
        with pytest.raises(InvalidRequest):
            make(**given)
    with pytest.raises(InvalidRequest) as caught:
        api.generate("postcard", "x", provider="postcards", settings={"papr": "white"})
    assert caught.value.nearest == ["paper"]
    assert server.asked == []


def test_its_budget_and_its_refusals_are_those_of_every_provider(server, monkeypatch):
    with pytest.raises(OverBudget):
        api.generate("postcard", "dear", provider="postcards", count=3, max_credits=5)
    monkeypatch.setenv("POSTCARDS_API_KEY", "another")
    with pytest.raises(Unauthorized, match="POSTCARDS_API_KEY"):
        make()
    assert len(server.posts("/v1/generate")) == 1


def test_it_is_about_sixty_lines():
    [code] = blocks("python")
    assert len(code.splitlines()) <= 70
