"""A key never shows: one canary, every place it could turn up, and a planted leak to prove the search."""

import base64
import io
import json
import logging
import pickle
import time
import urllib.parse
from pathlib import Path

import pytest
from faulty import faulty
from fronted import fronted
from others_support import Other, open_others
from support import kernel, serve

from generor_nb import api, sessions
from generor_nb.base import services
from generor_nb.base.errors import GenerorError

pytestmark = pytest.mark.slow

PLANTS = {
    "plain": lambda key: key,
    "base64": lambda key: base64.b64encode(f"Bearer {key}".encode()).decode(),
    "hex": lambda key: key.encode().hex(),
    "reversed": lambda key: key[::-1],
    "url": lambda key: urllib.parse.quote(key.replace("_", "%5F"), safe=""),
    "json": lambda key: json.dumps({"a": f'"{key}"'}),
    "a part": lambda key: f"…{key[-12:]}",
}


def leaks(haystack: bytes | str, key: str) -> bool:
    """Whether the key, in whole or a telling part, stands there in any common dress."""
    data = haystack.encode("utf-8", "surrogatepass") if isinstance(haystack, str) else haystack
    secret = key.removeprefix("gnr_live_").encode()
    needles = {secret[i : i + 8] for i in range(len(secret) - 7)}
    needles |= {n[::-1] for n in needles} | {n.hex().encode() for n in needles}
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + secret)[4:-4]
        needles |= {coded[i : i + 12] for i in range(0, len(coded) - 12, 4)}
    return any(needle in data for needle in needles)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("served")
    with serve(home, "--no-rate-limits") as served, faulty(served.url) as proxy:
        yield served, proxy, home


@pytest.fixture
def account(server, monkeypatch):
    served, proxy, _ = server
    proxy.mode = "pass"
    monkeypatch.setenv("GENEROR_PROVIDER", "generor")
    monkeypatch.setenv("GENEROR_BASE_URL", proxy.url)
    monkeypatch.setenv("GENEROR_API_KEY", served.key)
    return sessions.current()


@pytest.fixture
def key(server):
    return server[0].key


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_leak_is_found(key, plant):
    assert leaks(f"before {PLANTS[plant](key)} after", key)


def test_what_is_no_leak_is_none(key):
    assert not leaks("Secret(gnr_live_…) " + "0123456789abcdef" * 2, "gnr_live_" + "fedc" * 10)


def test_reprs_and_attributes(account, key):
    seen = [account, account.provider, account.provider._channel, account.courier, account.journal]
    shown = [repr(o) + str({k: repr(v) for k, v in vars(o).items()}) for o in seen]
    client = account.provider._channel._pools.clients[0]
    shown += [
        repr(client),
        repr(vars(client)),
        repr(client.headers),
        repr(vars(account.provider._channel._auth)),
    ]
    assert not leaks("".join(shown), key)


def test_pickles(account, key):
    result = api.generate("joke", "pickles", max_credits=10)
    assert not leaks(pickle.dumps(result), key)
    for thing in (account, account.provider):
        with pytest.raises((TypeError, AttributeError)):
            pickle.dumps(thing)


def test_debug_logs(account, key):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        api.generate("joke", "logs", max_credits=10)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert "httpcore" in stream.getvalue() or "HTTP Request" in stream.getvalue()
    assert not leaks(stream.getvalue(), key)


@pytest.mark.parametrize("mode", ["drop", "html", "402"])
def test_exceptions_and_their_frames(account, server, key, mode):
    import traceback

    server[1].mode = mode
    server[1].hides = {"/creations", "/credits/transactions"}
    with pytest.raises(GenerorError) as caught:
        api.generate("joke", f"frames {mode}", max_credits=10)
    server[1].hides = set()
    whole = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    package = str(Path(sessions.__file__).parent)
    frames = [frame for frame in whole.stack if frame.filename.startswith(package)]
    assert frames
    assert not leaks(str([frame.locals for frame in frames]) + repr(vars(caught.value)), key)


def test_the_journal_and_everything_else_at_home(account, key, tmp_path):
    api.generate("image", "at home", max_credits=100)
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert any(p.name == "journal.sqlite3" for p in files)
    assert [p for p in files if leaks(p.read_bytes(), key)] == []


def test_the_server_keeps_only_a_hash(server, account, key):
    api.generate("joke", "hash", max_credits=10)
    files = [p for p in server[2].rglob("*") if p.is_file()]
    assert files
    listed = key[:17]  # what GET /api-keys shows of it, as documented
    assert [p for p in files if leaks(p.read_bytes(), key.removeprefix(listed))] == []


def test_widget_state(account, key):
    import generor_nb as gn

    form, balance = gn.form("image"), gn.balance()
    form["prompt"] = "state"
    assert not leaks(json.dumps([form.get_state(), balance.get_state()], default=str), key)


@pytest.fixture(scope="module")
def notebook(server, tmp_path_factory):
    """A notebook run with a key, through successes and failures at every traceback mode."""
    served, proxy, _ = server
    folder = tmp_path_factory.mktemp("notebook")
    environ = {
        "GENEROR_HOME": str(folder / "home"),
        "GENEROR_PROVIDER": "generor",
        "GENEROR_BASE_URL": proxy.url,
        "GENEROR_API_KEY": served.key,
        "GENEROR_MAX_CREDITS": "400",
        "IPYTHONDIR": str(folder / "ipython"),
    }
    cells = [
        "%load_ext generor_nb\nimport generor_nb as gn",
        "%%generate joke\nleaks",
        "gn.form('image')",
        "gn.balance()",
    ]
    cells += [
        "%generor status",
        "%generor config",
        "%generor history",
        "gn.connect",
        "from generor_nb import sessions",
    ]
    cells += ["sessions.current()", "vars(sessions.current())", "vars(sessions.current().provider)"]
    for mode in ("Plain", "Context", "Verbose", "Minimal"):
        cells += [
            f"%xmode {mode}",
            "%%generate joke --model nope\nx",
            "s = sessions.current(); c = s.provider._channel; 1 / 0",
            "await s.provider._data('GET', '/nowhere')",
            "s.provider._channel._pools.clients[0].no_such_attribute",
            "await c._pools.clients[0].get(c.base_url + '/users/me') and 1 / 0",
            "import httpx\nawait c._pools.clients[0].get('http://127.0.0.1:1/x')",
        ]
    with kernel(folder, environ) as running:
        ran = [running.run(cell) for cell in cells]
        proxy.mode = "drop"
        ran.append(running.run("%%generate joke\nunclear"))
        proxy.mode = "pass"
    return cells, ran, folder


def test_outputs_and_tracebacks_at_every_mode(notebook, key):
    cells, ran, _ = notebook
    assert sum(r.status == "error" for r in ran) >= 16
    assert [cell for cell, r in zip(cells, ran, strict=False) if leaks(r.everything, key)] == []


def test_the_input_history_and_the_home_of_a_kernel(notebook, key):
    files = [p for p in notebook[2].rglob("*") if p.is_file()]
    assert any(p.name == "history.sqlite" for p in files)
    assert [p for p in files if leaks(p.read_bytes(), key)] == []


def test_a_saved_notebook_with_widget_state_and_its_page(server, tmp_path, key):
    import nbformat
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    proxy = server[1]
    sources = [
        "%load_ext generor_nb\nimport generor_nb as gn",
        "%%generate image\nSaved",
        "gn.form('image')",
        "gn.balance()",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    environ = {
        "GENEROR_HOME": str(tmp_path / "home2"),
        "GENEROR_PROVIDER": "generor",
        "GENEROR_BASE_URL": proxy.url,
        "GENEROR_API_KEY": key,
        "GENEROR_MAX_CREDITS": "400",
    }
    import os

    before = dict(os.environ)
    os.environ.update(environ)
    try:
        NotebookClient(book, kernel_name="python3", store_widget_state=True).execute(cwd=str(tmp_path))
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert "widgets" in book.metadata
    page, _ = HTMLExporter().from_notebook_node(book)
    assert not leaks(nbformat.writes(book), key)
    assert not leaks(page, key)


# --- the other providers ---

ASKED = {
    "gptimage2": ("text2img", {"settings": {"quality": "low"}}),
    "images-create": ("image", {"image": "1/reference-1.png"}),
    "grok-imagine": ("video", {}),
}


@pytest.mark.parametrize("name", ASKED)
def test_the_keys_of_the_other_providers(name, tmp_path, monkeypatch):
    """In what they made, what went wrong, and everything that is kept at home."""
    import traceback

    monkeypatch.setattr("generor_nb.contract.gptimage2.FIRST_PAUSE", 0.02)
    monkeypatch.setattr("generor_nb.providers.grok_imagine.PAUSE", 0.02)
    opened = open_others(tmp_path / "server", clock=time.time)
    books, service = Other(opened, name), services.named(name)
    key = books.key.reveal()
    slug, options = ASKED[name]
    with fronted(books.hosted.loopback_app()) as front:
        monkeypatch.setenv(service.key, key)
        monkeypatch.setenv(service.base_env, front.url + books.hosted.base)
        made = api.generate(slug, "a quiet harbour", provider=name, max_credits=200, **options)
        front.faults["POST", ""] = [402]
        with pytest.raises(GenerorError) as caught:
            api.generate(slug, "a refusal", provider=name, max_credits=200, **options)
        current = sessions.current(name)
        seen = [current, current.provider, current.provider._channel, current.courier]
        shown = "".join(repr(one) + str({k: repr(v) for k, v in vars(one).items()}) for one in seen)
        whole = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        package = str(Path(sessions.__file__).parent)
        frames = [frame.locals for frame in whole.stack if frame.filename.startswith(package)]
        assert any(key in value for one in front.of("POST") for value in one.headers.values())
        assert not leaks(shown + str(frames) + repr(made) + str(made._repr_mimebundle_()), key)
        assert not leaks(pickle.dumps(made), key)
        sessions.close()
    opened.close()
    files = [p for p in tmp_path.rglob("*") if p.is_file() and tmp_path / "server" not in p.parents]
    assert any(p.name == "journal.sqlite3" for p in files)
    assert [p for p in files if leaks(p.read_bytes(), key)] == []
