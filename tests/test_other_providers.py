"""The other APIs behind every surface: against the studio's own servers of them, over a real socket."""

import json
import re
import subprocess
import sys

import pytest
from support import kernel

from generor_nb import api, histories, sessions
from generor_nb.base.errors import InvalidRequest
from generor_nb.costs import spend
from generor_nb.notebook import commands, completion
from generor_nb.providers import grok_imagine
from generor_nb.widgets.form import form

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Where each of the other APIs is, and a key for it."""
    home = tmp_path_factory.mktemp("served")
    command = [sys.executable, "-m", "generor_nb.cli", "serve", "--port", "0", "--home", str(home)]
    process = subprocess.Popen([*command, "--print-key"], stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline())["providers"]
    finally:
        process.terminate()
        process.wait(15)


def environ_of(served, *names):
    found = {}
    for name in names:
        stem = name.upper().replace("-", "_")
        found |= {f"{stem}_BASE_URL": served[name]["url"], f"{stem}_API_KEY": served[name]["api_key"]}
    return found


@pytest.fixture
def use(served, monkeypatch):
    def choose(name):
        for key, value in environ_of(served, name).items():
            monkeypatch.setenv(key, value)
        monkeypatch.setenv("GENEROR_PROVIDER", name)
        monkeypatch.setattr(grok_imagine, "PAUSE", 0.1)

    yield choose
    sessions.close()


def make(slug, prompt, **options):
    return api.generate(slug, prompt, **{"yes": True, "max_credits": 100, **options})


def test_pictures_of_the_studio_and_what_its_purses_lost(use):
    use("images-create")
    first = make("image", "a harbour", settings={"style": "watercolor"})
    second = make("image", "a lighthouse", settings={"style": "watercolor"}, count=2)
    assert (first.charge, second.charge) == (None, 10)
    assert second.balance == first.balance - 10
    assert [creation.mime for creation in second] == ["image/webp", "image/webp"]
    left = dict(api.wait(sessions.current().balance()).parts)
    assert left["daily"] < 1_000
    assert (left["monthly"], left["default"]) == (5_000, 10_000)


def test_a_picture_made_there_is_the_reference_of_the_next(use):
    use("images-create")
    first = make("image", "a harbour at dusk", settings={"style": "watercolor"})
    second = make("image", "the same in winter", image=first[0].data["path"])
    assert "no picture at" not in second[0].data["etc"]


def test_a_withheld_picture_is_told(use):
    use("images-create")
    made = make("image", "a massacre", settings={"style": "ink"}, count=2)
    assert (len(made), made.partial) == (1, True)
    assert "Withheld by the content policy" in "\n".join(made.remarks)


def test_the_clips_of_a_task(use):
    use("grok-imagine")
    made = make("video", "a lighthouse in a storm")
    assert (len(made), made.charge, made.estimate) == (2, 40, 40)
    assert {creation.mime for creation in made} == {"video/mp4"}


@pytest.mark.parametrize(("name", "slug"), [("images-create", "image"), ("grok-imagine", "video")])
def test_every_surface_knows_it(use, name, slug):
    use(name)
    row = next(row for row in commands.run("status").rows if row[0] == name)
    assert f"{name.upper().replace('-', '_')}_API_KEY" in row[2]
    assert slug in repr(commands.run("generators"))
    words = ["%%generate", slug, "--provider", name, "--aspect", ""]
    assert "16:9" in json.dumps([str(one) for one in completion.complete_live(" ".join(words))[1]])
    shown = form(slug, prompt="a fox")
    assert shown["prompt"] == "a fox"
    assert "no lists" in repr(spend())
    with pytest.raises(InvalidRequest, match="no lists"):
        commands.run("teams")


@pytest.mark.parametrize(
    ("name", "slug", "settings"),
    [
        ("gptimage2", "text2img", {"quality": "low"}),
        ("images-create", "image", {"style": "ink"}),
        ("grok-imagine", "video", {"mode": "normal"}),
    ],
)
def test_a_result_goes_on_and_history_runs_it_again(use, name, slug, settings):
    use(name)
    first = make(slug, "a harbour", settings=settings, aspect="1:1")
    journal = sessions.current().journal
    op = journal.history(1)[0]
    ask, _ = histories.request_of(op)
    assert api.wait(sessions.current().plan(ask)).existing.id == op.id  # the very same request
    other = first.remix(prompt="a lighthouse", max_credits=100, yes=True)
    assert (other.provider, other.replayed) == (name, False)
    told = [json.loads(one.body) for one in journal.history(2)]
    same = [{k: v for k, v in one.items() if k not in ("prompt", "groupId")} for one in told]
    assert same[0] == same[1]
    assert [one["prompt"] for one in told] == ["a lighthouse", "a harbour"]


def test_a_cell_in_a_kernel_pays_through_a_courier_of_its_own(served, tmp_path):
    keys = environ_of(served, "grok-imagine", "images-create")
    with kernel(tmp_path, keys, stdin=True) as running:
        running.answers = ["y", "y"]
        running.run("%load_ext generor_nb")
        clips = running.run("%%generate video clips --provider grok-imagine\na harbour", timeout=120)
        assert clips.status == "ok", clips.error
        assert "40 credits charged (estimated 40)" in clips.everything
        again = running.run("%%generate video clips --provider grok-imagine\na harbour", timeout=120)
        assert "replayed from disk" in again.everything
        line = "%%generate image picture --provider images-create --set style=ink\na harbour"
        picture = running.run(line, timeout=120)
        assert picture.status == "ok", picture.error
        assert "image/webp" in running.run("picture[0].mime").text
        # The courier heard it; the kernel asked nobody.
        assert re.search(r"\d+ requests left this minute", running.run("%generor status").everything)
        seen = clips.everything + again.everything + picture.everything
    files = [path for path in (tmp_path, *tmp_path.rglob("*")) if path.is_file()]
    seen += "".join(path.read_bytes().decode("latin-1") for path in files)
    assert [value for name, value in keys.items() if name.endswith("KEY") and value in seen] == []
