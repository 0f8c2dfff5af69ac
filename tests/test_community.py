"""``gn.gallery`` and ``%generor gallery``, ``teams``: what others made and who is with us, on the studio."""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARY

import generor_nb as gn
from generor_nb import api, galleries, sessions, thumbs
from generor_nb.base.errors import Forbidden, GenerorError, InvalidRequest
from generor_nb.base.settings import Settings
from generor_nb.contract.generor import CreationPayload
from generor_nb.galleries import Gallery, bundle
from generor_nb.listing import Source, choose
from generor_nb.notebook.commands import run
from generor_nb.notebook.completion import Known, complete, complete_live
from generor_nb.providers.generor.provider import STUDIO_URL, Generor
from generor_nb.studio import Studio
from generor_nb.thumbs import drawn
from generor_nb.widgets.gallery import GalleryView, open_gallery

Session = sessions.Session
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> $x$'


@pytest.fixture
def jane(studio: Session) -> Iterator[Session]:
    """Another account of the same studio."""
    opened = Studio.open(studio.home / "studio", rate_limits=False)
    key = opened.mint_key("test", user=opened.add_user("jane"))
    session = Session(Settings(), Generor(STUDIO_URL, key, app=opened.app, name="studio"))
    yield session
    api.wait(session.aclose())
    opened.close()


def make(session: Session, slug: str, prompt: str, team: int | None = None, public: bool = True) -> str:
    settings = {} if team is None else {"body.team_id": team}
    ask = api.Ask(slug, prompt, settings=settings, public=public)
    result: gn.Result = api.wait(session.spend(api.wait(session.plan(ask))))
    return result.creations[0].id


def ids(page: Gallery | GalleryView) -> list[str]:
    return [str(one.creation_id) for one in page]


def face(page: Gallery | GalleryView) -> dict[str, Any]:
    """What a saved notebook has of it."""
    shown = page._repr_mimebundle_()
    return shown[0] if isinstance(shown, tuple) else shown


# --- where creations come from ---


def test_each_gallery_holds_what_it_says(studio: Session, jane: Session) -> None:
    client = sessions.client(studio)
    team = api.wait(client.teams.create("Kites"))
    api.wait(sessions.client(jane).teams.join(team.invite_code))
    secret = make(studio, "joke", "my secret", public=False)
    ours = make(jane, "joke", "for the team", team.team_id)
    hers = make(jane, "poem", "hers alone")
    assert ids(gn.gallery()) == ids(gn.gallery("mine")) == [secret]
    assert ids(gn.gallery("public")) == [hers, ours]
    assert ids(gn.gallery("poem")) == [hers]
    assert ids(gn.gallery("feed")) == []
    api.wait(client.users.follow("jane"))
    assert ids(gn.gallery("feed")) == [hers, ours]
    assert ids(gn.gallery(team=team.team_id)) == ids(gn.gallery("team", team=team.team_id)) == [ours]
    assert ids(run(f"gallery team {team.team_id}")) == [ours]
    assert ids(run("gallery feed")) == [hers, ours]
    assert ids(run("gallery")) == [secret]


def test_more_goes_on_and_repeats_nothing(studio: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(galleries, "PER_PAGE", 2)
    made = [make(studio, "joke", f"number {n}") for n in range(5)]
    first = gn.gallery()
    assert (ids(first), first.total, first.has_more) == ([made[4], made[3]], 5, True)
    assert ".more()" in repr(first)
    late = make(studio, "joke", "late")  # every row is one place further down now
    second = first.more()
    assert late not in ids(second)
    assert ids(second) == [made[2]]
    third = second.more()
    assert (ids(third), third.has_more) == ([made[1], made[0]], False)
    assert ".more()" not in repr(third)
    assert ids(third.more()) == []


def test_a_gallery_is_data_first(studio: Session) -> None:
    number = make(studio, "joke", "kites")
    page = gn.gallery()
    assert len(page) == len(page.items) == 1
    assert (page[0].prompt, page[0].public, page[0].model_name) == ("kites", True, "GPT 5 Nano")
    assert page.rows()[0][:4] == (number, "joke", "GPT 5 Nano", "studio")
    assert page.rows()[0][5:] == ("public", "kites")
    assert repr(gn.gallery("poem")).endswith("Nothing here.")


@pytest.mark.parametrize(
    ("name", "team", "right"),
    [
        (None, None, Source("mine")),
        ("feed", None, Source("feed")),
        ("image", None, Source("generator", "image")),
        (None, 7, Source("team", "7")),
        ("team", "7", Source("team", "7")),
    ],
)
def test_a_name_means_a_source(name: str | None, team: Any, right: Source) -> None:
    assert choose(name, team, ["image", "poem"]) == right


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("gallery publik", '"publik"', "use one of: public"),
        ("gallery imgae", '"imgae"', "image"),
        ("gallery zzzz", '"zzzz"', "mine, public, feed, team, local"),
        ("gallery team", "which team", "team 7"),
        ("gallery team first", '"first"', "id"),
        ("gallery mine 3", 'does not take "3"', "team ID"),
        ("gallery team 1 2", 'does not take "2"', "team ID"),
        ("teams first", '"first" is no team', "%generor teams"),
        ("teams 1 code", 'does not take "code"', "invite"),
    ],
)
def test_a_bad_word_is_told_the_right_ones(studio: Session, line: str, what: str, hint: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        run(line)
    assert what in caught.value.what
    assert hint in caught.value.hint


# --- how it looks ---


def test_pictures_are_small_and_inside(studio: Session) -> None:
    make(studio, "image", "a kite over the sea")
    make(studio, "joke", "kites")
    shown = face(gn.gallery())
    assert shown["text/html"].count('<img src="data:image/jpeg;base64,') == 1
    assert 'alt="a kite over the sea"' in shown["text/html"]
    assert "http" not in shown["text/html"]
    assert "a kite over the sea" in shown["text/plain"]


def test_text_from_outside_stays_text(studio: Session, jane: Session) -> None:
    make(jane, "joke", HOSTILE)
    make(jane, "image", f"{HOSTILE} a kite")
    html = face(gn.gallery("public"))["text/html"]
    assert "<script" not in html
    assert "<img src=x" not in html
    assert html.count("<img ") == 1
    assert "&lt;script&gt;" in html
    assert "tex2jax_ignore" in html


def noise(side: int) -> bytes:
    """A picture that cannot be made small without being made smaller."""
    from PIL import Image

    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3)).save(file, "PNG")
    return file.getvalue()


def long_page(prompt: str) -> tuple[Gallery, list[str]]:
    rows = [
        {
            "creation_id": number,
            "generator": prompt,
            "model_name": prompt,
            "username": prompt,
            "prompt": prompt,
            "images": [{"url": f"/{number}.png"}],
        }
        for number in range(12)
    ]
    items = tuple(CreationPayload.model_validate(row) for row in rows)
    return Gallery(items, Source("public")), [f"/{n}.png" for n in range(12)]


@pytest.mark.parametrize("prompt", ["a kite", "가나다라 " * 80, "\U0001f3a8" * 400, "&\"<>'" * 80])
def test_a_display_weighs_at_most_64_kb(prompt: str) -> None:
    page, addresses = long_page(prompt)
    shown = bundle(page, dict.fromkeys(addresses, drawn(noise(300), thumbs.SIDE, thumbs.WEIGHT)))
    assert len(json.dumps(shown, ensure_ascii=False).encode()) <= 64_000
    assert shown["text/html"].count("<figure") == shown["text/html"].count("<img ") == 12


# --- media from anywhere ---


class World:
    """A server by hand: one page of creations whose files lie here and elsewhere."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: dict[str, dict[str, str]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        address = f"{scope['scheme']}://{headers['host']}{scope['path']}"
        self.asked[address] = headers
        body = self.files.get(address)
        status, kind = (200, b"image/png") if body is not None else (404, b"text/html")
        if scope["path"] == "/api/v1/creations":
            status, kind, body = 200, b"application/json", self.listing()
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": body or b""})

    def listing(self) -> bytes:
        rows = [
            {"creation_id": n, "generator": "image", "type": "img", "prompt": "x", "images": [{"url": url}]}
            for n, url in enumerate(self.files)
        ]
        return json.dumps({"success": True, "data": rows, "meta": {"page": 1, "has_next": False}}).encode()


def looked_at(world: World) -> str:
    session = Session(Settings(), Generor(STUDIO_URL, gn.Secret(CANARY), app=world, name="studio"))
    try:
        shown = face(open_gallery(session, "mine"))
        assert CANARY not in json.dumps(shown)
        html: str = shown["text/html"]
        return html
    finally:
        api.wait(session.aclose())


def test_media_is_asked_for_without_the_key() -> None:
    picture = noise(40)
    world = World({"http://studio/a.png": picture, "https://elsewhere.example/b.png": picture})
    assert looked_at(world).count("<img ") == 2
    assert world.asked["http://studio/api/v1/creations"]["authorization"] == f"Bearer {CANARY}"
    media = [headers for address, headers in world.asked.items() if "/api/" not in address]
    assert len(media) == 2
    assert not any("authorization" in headers or CANARY in str(headers) for headers in media)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "body",
    [SVG, b"<html><script>alert(1)</script></html>", b"\x89PNG\r\n\x1a\n broken", b"", noise(40)[:200]],
)
def test_what_is_no_picture_is_not_shown(body: bytes) -> None:
    html = looked_at(World({"http://studio/a.png": body}))
    assert "<img" not in html
    assert "svg" not in html
    assert "img: not shown here" in html


def test_an_address_that_may_not_be_asked_is_a_card_without_a_picture() -> None:
    world = World(
        {"http://169.254.169.254/latest": noise(40), "file:///etc/passwd": noise(40), "http://[": b""}
    )
    html = looked_at(world)
    assert html.count("not shown here") == 3
    assert list(world.asked) == ["http://studio/api/v1/creations"]


def test_a_file_too_large_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbs, "PICTURE_BYTES", 1_000)
    assert "not shown here" in looked_at(World({"http://studio/a.png": noise(40)}))


def test_a_slow_file_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stuck(World):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["path"] == "/slow.png":
                await asyncio.Event().wait()
            await super().__call__(scope, receive, send)

    monkeypatch.setattr(thumbs, "PATIENCE_SECONDS", 0.5)
    html = looked_at(Stuck({"http://studio/slow.png": noise(40), "http://studio/a.png": noise(40)}))
    assert html.count("<img ") == 1
    assert html.count("not shown here") == 1


# --- teams ---


def test_teams_are_listed_with_ones_role(studio: Session, jane: Session) -> None:
    assert "You are in no team" in repr(run("teams"))
    mine = api.wait(sessions.client(studio).teams.create("Mine"))
    hers = api.wait(sessions.client(jane).teams.create(HOSTILE))
    api.wait(sessions.client(studio).teams.join(hers.invite_code))
    table = run("teams")
    assert [[row[0], *row[2:]] for row in table.rows] == [
        [str(hers.team_id), "member", "2"],
        [str(mine.team_id), "owner", "1"],
    ]
    html = table._repr_mimebundle_()["text/html"]
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    members = run(f"teams {hers.team_id}")
    assert [row[:2] for row in members.rows] == [["jane", "owner"], ["studio", "member"]]


def test_an_invite_code_is_shown_only_when_asked_for(studio: Session) -> None:
    team = api.wait(sessions.client(studio).teams.create("Kites"))
    assert team.invite_code not in repr(run("teams")) + repr(run(f"teams {team.team_id}"))
    asked = run(f"teams {team.team_id} invite")
    assert team.invite_code in asked
    assert "Whoever has it can join" in asked


def test_a_server_that_keeps_the_code_to_itself(studio: Session) -> None:
    from generor_nb.contract.generor import TeamPayload
    from generor_nb.notebook.teams import _invite

    with pytest.raises(GenerorError, match="does not tell you"):
        _invite(TeamPayload(team_id=1, name="Kites"))


@pytest.mark.parametrize("line", ["teams", "gallery", "gallery feed"])
def test_a_key_without_the_scope_says_so(line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened = Studio.open(tmp_path / "studio")
    key = opened.mint_key("writer", ["write"])
    session = Session(Settings(), Generor(STUDIO_URL, key, app=opened.app, name="studio"))
    sessions._sessions["studio", os.environ["GENEROR_HOME"], "", f"{hash(None)}"] = session
    with pytest.raises(Forbidden) as caught:
        list(run(line))
    assert "scope read" in caught.value.what
    assert "scope it needs" in caught.value.hint
    if line != "teams":
        assert "scope read" in face(run(line))["text/html"]
    sessions.close()
    opened.close()


# --- words ---


def test_tab_offers_what_a_subcommand_takes(studio: Session) -> None:
    known = Known(api.wait(studio.generators()))
    assert [c.text for c in complete("%generor spend ", Known())[1]] == ["day", "model", "type"]
    offered = [c.text for c in complete("%generor gallery ", known)[1]]
    assert offered[:5] == ["mine", "public", "feed", "team", "local"]
    assert "image" in offered
    assert "poem" in [c.text for c in complete_live("%generor gallery po")[1]]
    assert "poem" in [c.text for c in complete_live("%generor form po")[1]]
    names = [c.text for c in complete_live("%generor ")[1]]
    assert {"spend", "gallery", "teams", "history"} <= set(names)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("my creations", "your role", "Invite code")), ("ko", ("내 창작물", "내 역할", "초대 코드"))],
)
def test_it_speaks_both_languages(
    studio: Session, language: str, words: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    team = api.wait(sessions.client(studio).teams.create("Kites"))
    make(studio, "joke", "kites")
    monkeypatch.setenv("GENEROR_LANGUAGE", language)
    shown = (run("gallery"), run("teams"), run(f"teams {team.team_id} invite"))
    assert all(word in repr(one) for word, one in zip(words, shown, strict=True))
