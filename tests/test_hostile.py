"""What came from outside never runs: hostile words through every surface, as text and nothing else.

The fast layer parses what is produced; the browser layer shows all of it and looks for a trace.
"""

from __future__ import annotations

import html
import io
import json
import os
import re
import sys
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import CANARY
from PIL import Image
from support import Hurry, serve

import generor_nb as gn
from generor_nb import demo, sessions
from generor_nb.base import errors, loop
from generor_nb.base.secret import Secret
from generor_nb.base.text import clean
from generor_nb.contract.schema import Field, Generator, Model, Option
from generor_nb.histories import History
from generor_nb.notebook.cell import as_python
from generor_nb.notebook.commands import run as command
from generor_nb.notebook.options import parse
from generor_nb.notebook.progress import frame
from generor_nb.results import Creation, Quote, Result
from generor_nb.spending.journal import Operation
from generor_nb.spending.states import State
from generor_nb.sweeps import Sweep
from generor_nb.tables import Table
from generor_nb.transport import channel

if TYPE_CHECKING:
    from lab import Lab, Notebook

pytest_plugins = ["lab"]

HERE = Path(__file__).parent
PWN = "window.__pwned=1"
PAYLOADS = {
    "script": f"<script>{PWN}</script>",
    "script src": "<script src=//evil.invalid/x.js></script>",
    "img onerror": f"<img src=x onerror={PWN}>",
    "svg onload": f"<svg onload={PWN}><animate onbegin={PWN} attributeName=x dur=1s></svg>",
    "details": f"<details open ontoggle={PWN}>x</details>",
    "javascript link": f'<a href="javascript:{PWN}">click</a>',
    "markdown link": f"[click](javascript:{PWN})",
    "markdown image": "![x](http://evil.invalid/x.png)",
    "comment": f"<!-- x --><script>{PWN}</script><!--",
    "end of comment": f"--><script>{PWN}</script>",
    "style": "<style>@import 'http://evil.invalid/x.css'; *{display:none}</style>",
    "iframe": "<iframe src='javascript:parent.__pwned=1' srcdoc='<svg onload=parent.__pwned=1>'></iframe>",
    "object": f"<object data='javascript:{PWN}'></object><embed src='data:text/html,<script>{PWN}</script>'>",
    "out of double quotes": f'" onload="{PWN}" onerror="{PWN}" autofocus onfocus="{PWN}',
    "out of single quotes": f"' onload='{PWN}' onmouseover='{PWN}",
    "out of an attribute": f'"><img src=x onerror="{PWN}">',
    "out of a style": 'color:red;background:url(http://evil.invalid/x.png)"><b x="',
    "out of a textarea": f"</textarea></title></code></pre></td></table></div><script>{PWN}</script>",
    "out of cdata": f"]]></script><script>{PWN}</script><![CDATA[",
    "meta refresh": "<meta http-equiv=refresh content='0;url=http://evil.invalid/'><base href=http://evil.invalid/>",
    "form": f"<form action='javascript:{PWN}'><button formaction='javascript:{PWN}'>go</button></form>",
    "entities": f"&lt;script&gt;{PWN}&lt;/script&gt;&#60;script&#62;{PWN}&#60;/script&#62;",
    "data address": f"data:text/html;base64,PHNjcmlwdD4= data:text/html,<script>{PWN}</script>",
    "colours": "\x1b[31mred\x1b[0m \x1b[2J\x1b[1;1H\x1b[?1049h",
    "title by OSC": "\x1b]0;owned\x07 \x1b]8;;http://evil.invalid\x1b\\link\x1b]8;;\x1b\\",
    "clipboard by OSC": "\x1b]52;c;cm0gLXJmIC8=\x07",
    "C1 controls": "\x9b31mred\x9b0m \x9d0;owned\x9c \x90x\x9c",
    "backspaces": "harmless\x08\x08\x08\x08\x08\x08\x08\x08evil\rover\x0b\x0c",
    "NUL": "before\x00after\x7f",
    "bidi overrides": "\u202egnp.exe\u202c \u2066\u2067\u2068x\u2069 \u200e\u200f\u202a\u202b\u202d",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff",
    "line separators": "a\u2028b\u2029c\x85d",
    "long line": "A" * 9_000,
    "long word": f"<{'x' * 500} onload={PWN}>",
    "braces": "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> {% raw %} {0.__class__} {amount} {prompt} %(x)s %s",
    "mustache": "{{constructor.constructor('window.__pwned=1')()}}",
    "href in LaTeX": rf"$\href{{javascript:{PWN}}}{{x}}$ \(\href{{javascript:{PWN}}}y\) $$\unicode{{60}}$$",
    "money": "It costs $5 today and $6 tomorrow; \\(not math\\).",
    "backquotes": f"`<img src=x onerror={PWN}>` ``` {PWN} ```",
    "other markdown": f"*b* _i_ # h1\n---\n| a | b |\n|---|---|\n> q\n\n    code\n<b onclick={PWN}>x</b>",
    "paths": "../../../etc/passwd ..\\..\\x /etc/passwd\x00.png con nul",
    "full width": f"＜script＞{PWN}＜/script＞ ﹤img src=x onerror={PWN}﹥",
    "broken tags": f"<scr<script>ipt>{PWN}</scr</script>ipt> <img/src=x/onerror={PWN}// <",
}
# A key that somebody's text holds; built here, because a file should hold none.
LEAK = "gnr_live_" + "ab12" * 8

TAGS = {
    *("div", "p", "b", "br", "a", "code", "pre", "figure", "figcaption", "img", "progress"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
VOID = {"img", "br"}
ATTRIBUTES = {
    "style",
    "src",
    "alt",
    "width",
    "height",
    "href",
    "scope",
    "max",
    "value",
    "aria-label",
    "class",
}
CLASSES = {"tex2jax_ignore", "mathjax_ignore"}
PICTURE_ADDRESS = re.compile(r"data:image/(jpeg|png);base64,[A-Za-z0-9+/=]+")
FILE_ADDRESS = re.compile(r"(?!/)[A-Za-z0-9_./%~-]+")  # relative: no scheme, no host, no query
STYLE = re.compile(r"[a-z0-9 ,.;:()#%_-]*", re.IGNORECASE)
BIDI = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def controls(text: str) -> list[str]:
    """Characters that do something instead of showing something."""
    return [
        f"U+{ord(c):04X}" for c in text if (unicodedata.category(c) == "Cc" and c not in "\n\t") or c in BIDI
    ]


class Checked(HTMLParser):
    """Parses HTML of ours and collects whatever should not be in it."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.seen: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()
        self.wrong += [f"never closed: {tag}" for tag in self.open]
        self.wrong += controls(source)

    @property
    def text(self) -> str:
        return "".join(self.seen)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES:
            self.wrong.append(f"<{tag} {name}>")
        elif name == "src" and not PICTURE_ADDRESS.fullmatch(value):
            self.wrong.append(f"<{tag} src={value[:60]}>")
        elif name == "href" and not FILE_ADDRESS.fullmatch(value):
            self.wrong.append(f"<{tag} href={value[:60]}>")
        elif name == "class" and not CLASSES.issuperset(value.split()):
            self.wrong.append(f"<{tag} class={value[:60]}>")
        elif name == "style" and ("url(" in value or not STYLE.fullmatch(value)):
            self.wrong.append(f"<{tag} style={value}>")
        elif name in ("alt", "aria-label"):
            self.seen.append(value)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.seen.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data[:40]}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"<!{decl[:40]}")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"<![{data[:40]}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data[:40]}")


def squeezed(text: str) -> str:
    """Only the letters and signs: what must survive cleaning, however it was folded or wrapped."""
    text = re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|.)", "", text)
    return "".join(c for c in text if c.isprintable() and not c.isspace() and c not in BIDI)


def harmless(where: str, data: dict[str, Any], *expected: str) -> None:
    """A bundle is ours, is text, and does show what it was given."""
    assert json.loads(json.dumps(data)) == data, where
    page = Checked(data["text/html"])
    assert page.wrong == [], where
    assert controls(data["text/plain"]) == [], where
    for text in expected:
        assert squeezed(text)[:30] in squeezed(page.text), where


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 9), "teal").save(buffer, "PNG")
    return buffer.getvalue()


# --- everything that is shown, with hostile words in every place ---


def surfaces(text: str, file: Path) -> dict[str, Any]:
    """Every value that shows itself, made with ``text`` wherever words from outside can stand."""
    image = Creation(
        "1", Path("outputs") / "x.png", file, "image/png", text, width=16, height=9, data={"engine": text}
    )
    words = Creation(text, None, None, "text/plain", text, text=text, data={"engine": text})
    strange = Creation(text, Path("outputs") / "x.bin", None, "application/zip", text)
    code = as_python(parse("image --model x"), text)
    made = {
        "generator": "image",
        "prompt": text,
        "provider": "studio",
        "model": text,
        "model_id": 1,
        "public": False,
        "estimate": 6.0,
        "charge": 24.0,
        "balance": 9_976.0,
        "seconds": 0.4,
        "operation": "0" * 32,
        "adjustments": {text: {"requested": text, "used": text}, "other": text},
        "code": code,
    }
    pictured, told = Result((image,), **made), Result((words, strange), **made, partial=True)
    quote = Quote(6, 2, text, "studio", public=False, adjustments={text: text}, code=code)
    operation = Operation(
        id="0" * 32,
        fingerprint="0" * 64,
        take=1,
        state=State.DONE,
        base_url="http://studio",
        account=text,
        model_name=text,
        model_type="image",
        path="/generators/image/generate",
        body=b"{}",
        count=1,
        reserved=6,
        max_seconds=None,
        owner=text,
        session=text,
        created=0,
        updated=0,
        error={"what": text},
        session_cap=None,
        day_cap=None,
        idempotency_key=text,
        job=text,
        body_sha256=None,
        **{
            k: made[k]
            for k in ("provider", "generator", "model_id", "prompt", "public", "estimate", "charge")
        },
        **{k: made[k] for k in ("balance", "seconds", "adjustments")},
    )
    return {
        "pictures": pictured,
        "words": told,
        "one picture": image,
        "one text": words,
        "something else": strange,
        "quote": quote,
        "progress": frame(quote, None, 1),
        "history": History((operation,)),
        "table": Table(["a", "b"], [[text, text]]),
        "sweep": Sweep(({"prompt": text}, {"prompt": text}), (pictured, told)),
    }


EXPECTED = {  # what has to be readable where, so that dropping a text is no way to pass
    "pictures": True,
    "words": True,
    "one picture": True,
    "one text": True,
    "quote": True,
    "history": True,
    "table": True,
    "sweep": True,
}


def form_of(texts: Iterable[str], current: sessions.Session) -> Any:
    """A form with hostile words in each of its places."""
    from generor_nb.widgets.form import Form

    own = (
        Field("prompt", "text", "Prompt", "body", required=True),
        Field("model", "model", "Model", "body", default=1),
    )
    extra, first = [], ""
    for number, text in enumerate(texts):
        first = first or text
        option = (Option("a", text), Option(text, "b", 1.5))
        extra.append(Field(f"c{number}", "choice", text, default="a", options=option, help=text))
        extra.append(Field(f"t{number}", "text", text, default=text, help=text, advanced=True))
    model = Model(1, first, "image", 6, description=first, ratios=("1:1", first[:40]))
    return Form(
        Generator("image", first, first, "image", (*own, *extra)), [model], current, {"prompt": first}
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("media") / "x.png"
    path.write_bytes(picture())
    return path


@pytest.mark.parametrize("name", PAYLOADS)
def test_shown_as_text(name: str, file: Path) -> None:
    text = PAYLOADS[name]
    for where, value in surfaces(text, file).items():
        expected = [text] if EXPECTED.get(where) else []
        harmless(f"{name} in {where}", value._repr_mimebundle_(), *expected)
        assert controls(repr(value)) == [], where


def test_the_parser_would_notice() -> None:
    """Each of these, shown as it is, is found: by its tags, its attributes, its address or its characters."""
    inert = {
        "markdown link",
        "markdown image",
        "entities",
        "long line",
        "braces",
        "mustache",
        "href in LaTeX",
    }
    inert |= {"money", "zero width", "line separators", "full width", "paths", "out of single quotes"}
    inert |= {"out of double quotes", "out of a style"}
    found = {name for name, text in PAYLOADS.items() if Checked(f"<div>{text}</div>").wrong}
    assert PAYLOADS.keys() - found <= inert
    attribute = '<img alt="{}">'
    for name in ("out of double quotes", "out of an attribute", "out of a style"):
        assert Checked(attribute.format(PAYLOADS[name])).wrong, name


def test_an_id_from_outside_is_cleaned_too() -> None:
    made = Creation(PAYLOADS["colours"], None, None, "application/zip", "x")
    assert controls(repr(made)) == []


def test_every_mark_of_direction_is_dropped() -> None:
    marks = "".join(sorted(BIDI)) + "\u061c"
    assert clean(f"a{marks}b") == "ab"


@pytest.mark.parametrize("name", PAYLOADS)
def test_errors_are_two_clean_lines(name: str) -> None:
    text = PAYLOADS[name] + LEAK
    for error in (
        errors.GenerorError(text, text),
        errors.InvalidRequest(text, text, field=text, nearest=[text]),
        errors.ServerError(text, text, status=500, code=text, message=text),
        errors.Interrupted(text, text),
    ):
        shown = error._render_traceback_()
        assert len(shown) <= 2
        assert all(controls(line) == [] and "\n" not in line and len(line) < 500 for line in shown)
        assert LEAK not in "".join(shown) + str(error)
        assert controls(str(error)) == []
    assert controls(errors.ServerError("x", message=text).message) == []


def test_a_form_says_it_as_text(studio: sessions.Session) -> None:
    from generor_nb.widgets._drawn import card
    from generor_nb.widgets._host import in_words

    made = form_of(PAYLOADS.values(), studio)
    data, _ = made._repr_mimebundle_()
    harmless("form", {k: data[k] for k in ("text/plain", "text/html")})
    said = [
        made.schema["title"],
        made.schema["description"],
        *(card(made._sheet, model)["about"] for model in made._sheet.models),
    ]
    for field in made.schema["fields"]:
        said += [field["label"], field.get("help", ""), *(o["label"] for o in field.get("options", []))]
    assert controls("".join(said)) == []
    assert sum(PAYLOADS["script"] in text for text in said) >= 5
    for name in SOME:
        text = PAYLOADS[name]
        made["prompt"] = text
        assert controls(made["prompt"]) == [], name
        harmless(name, made._repr_mimebundle_()[0] | {"application/vnd.jupyter.widget-view+json": {}})
    failed = errors.ServerError(PAYLOADS["colours"], PAYLOADS["title by OSC"])
    assert controls(in_words(failed)) == []


# --- an API that answers with them ---


class Answers(BaseHTTPRequestHandler):
    """A small Generor API whose every word is ``server.text``."""

    server: Any

    def do_GET(self) -> None:
        text, path = self.server.text, self.path.partition("?")[0].removeprefix("/api/v1")
        if path.startswith("/media"):
            return self._send(200, picture(), "image/png")
        if self.server.status:
            return self._refuse()
        field = {
            "id": "style",
            "label": text,
            "default": "a",
            "options": [{"value": "a", "label": text}, {"value": text[:200], "label": text}],
        }
        model = {
            "id": 1,
            "name": text,
            "type": "image",
            "provider": text,
            "description": text,
            "credit_cost": 6,
        }
        words = {"id": 2, "name": text, "type": "text", "description": text, "credit_cost": 1}
        generators = [
            {
                "slug": "image",
                "title": text,
                "description": text,
                "icon": text,
                "type": "image",
                "parameters": [field],
            },
            {"slug": "joke", "title": text, "description": text, "type": "text"},
        ]
        answers: dict[str, Any] = {
            "/users/me": {"user_id": 7, "username": text},
            "/credits/balance": {"total": 9_976, "free": 9_976},
            "/models": {"image": [model], "text": [words]},
            "/generators": generators,
            "/generators/image": generators[0],
            "/generators/joke": generators[1],
        }
        return self._data(answers[path])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text, path = self.server.text, self.path.removeprefix("/api/v1")
        if self.server.status and not (self.server.late and path.endswith("/estimate")):
            return self._refuse()
        if path.endswith("/estimate"):
            change = {text: {"requested": text, "used": text}}
            return self._data({"model_name": text, "credit_cost": {"total": 6}, "adjustments": change})
        self.server.spent += 1
        row: dict[str, Any] = {"creation_id": text, "prompt": text, "engine": text, "title": text}
        told = text if self.server.told is None else self.server.told
        row |= {"image_url": "/media/x.png"} if "image" in path else {"text": told}
        rows = [row] * int(body.get("count", 1))
        change = {text: {"requested": text, "used": text}}
        return self._data({"model_name": text, "creations": rows, "credit_cost": 6, "adjustments": change})

    def _data(self, data: Any) -> None:
        self._send(200, json.dumps({"success": True, "data": data}).encode())

    def _refuse(self) -> None:
        if self.server.foreign:
            page = f"<html>{self.server.text}</html>".encode()
            return self._send(self.server.status, page, "text/html<script>")
        error = {"code": self.server.code, "message": self.server.text, "status": self.server.status}
        return self._send(self.server.status, json.dumps({"success": False, "error": error}).encode())

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def hostile_api() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.text, server.told, server.code = "", None, ""
    server.status, server.spent, server.foreign, server.late = 0, 0, False, False
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with hostile_api() as server:
        monkeypatch.setenv("GENEROR_PROVIDER", "generor")
        monkeypatch.setenv("GENEROR_BASE_URL", f"http://127.0.0.1:{server.server_port}/api/v1")
        yield server


def forget() -> None:
    """Ask the API anew: a session keeps what it was told about models, generators and the pace."""
    sessions.close()
    (Path(os.environ["GENEROR_HOME"]) / "rate.sqlite3").unlink(missing_ok=True)


SOME = (
    *(
        "script",
        "svg onload",
        "markdown link",
        "end of comment",
        "out of double quotes",
        "out of an attribute",
    ),
    *("colours", "title by OSC", "C1 controls", "NUL", "bidi overrides", "braces", "href in LaTeX", "paths"),
)
FEW = ("script", "out of an attribute", "colours", "NUL", "bidi overrides", "braces", "href in LaTeX")


@pytest.mark.slow
def test_an_api_that_speaks_only_evil(api: Any) -> None:
    for name in FEW:
        api.text = PAYLOADS[name]
        forget()
        for slug in ("image", "joke"):
            prompt = f"{name} {api.text}"
            made = gn.generate(slug, prompt, yes=True, max_credits=1_000)
            harmless(f"{name} {slug}", made._repr_mimebundle_(), name if slug == "image" else api.text)
            quote = gn.estimate(slug, prompt + " again")
            harmless(f"{name} {slug} estimate", quote._repr_mimebundle_())
            assert made.path is None or safe(made.path), name
        for words in ("generators", "models", "history", "status"):
            harmless(f"{name} %generor {words}", command(words)._repr_mimebundle_())
    assert api.spent == 2 * len(FEW)


def safe(path: Path) -> bool:
    """A file name in the outputs folder that no shell, address or terminal takes for anything else."""
    return path.parent == Path("outputs") and re.fullmatch(r"[\w-]{1,60}\.\w{1,4}", path.name) is not None


def test_a_sweep_of_evil(api: Any) -> None:
    api.text = PAYLOADS["script"]
    prompts = [PAYLOADS[name] for name in ("script", "out of an attribute", "colours", "bidi overrides")]
    swept = gn.sweep("image", prompts, yes=True, max_credits=100)
    harmless("sweep", swept._repr_mimebundle_(), prompts[0], prompts[1])
    assert all(safe(result.path) for result in swept)


STATUSES = {
    400: "VALIDATION_ERROR",
    401: "UNAUTHORIZED",
    402: "INSUFFICIENT_CREDITS",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    429: "RATE_LIMIT_EXCEEDED",
    500: "SERVER_ERROR",
    418: "<script>TEAPOT",
}


def failing(act: Any) -> errors.GenerorError:
    with pytest.raises(errors.GenerorError) as caught:
        act()
    return caught.value


def clean_error(error: errors.GenerorError, where: str) -> None:
    shown = "\n".join([*error._render_traceback_(), str(error), getattr(error, "message", "")])
    assert controls(shown) == [], where
    assert CANARY not in shown, where
    assert LEAK not in shown, where
    assert max(len(line) for line in shown.splitlines()) < 500, where


@pytest.mark.parametrize("status", STATUSES)
def test_a_refusal_in_hostile_words(api: Any, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "Timing", lambda: Hurry().timing)
    forget()
    api.code = STATUSES[status]
    for name in PAYLOADS if status == 500 else SOME:
        text = PAYLOADS[name]
        api.status, api.late, api.text = 0, False, "x"
        if status == 429 or name in ("script", "colours"):
            forget()
        current = sessions.current()
        loop.run(current.generator("image"))
        api.status, api.text, api.late = status, text + LEAK, name in ("script", "colours", "NUL")
        act = (lambda n: lambda: gn.generate("image", n, yes=True, max_credits=99))(name)
        error = failing(act if api.late else lambda: gn.estimate("image", "x"))
        clean_error(error, f"{status} {name}")
    api.foreign, api.late, api.text = True, False, PAYLOADS["script"]
    forget()
    clean_error(failing(lambda: gn.estimate("image", "x")), f"{status} foreign")
    assert api.spent == 0


def test_half_a_character_does_not_lose_what_was_paid(api: Any) -> None:
    """JSON can carry a lone surrogate, which no encoding can write."""
    api.text, api.told = "x", "half a character: \ud83d, and on"
    made = gn.generate("joke", "x", yes=True, max_credits=99)
    data = made._repr_mimebundle_()
    assert "half a character" in data["text/plain"]
    json.dumps(data, ensure_ascii=False).encode()
    repr(command("history")).encode()
    assert api.spent == 1


# --- a real studio, asked with them ---


@pytest.mark.slow
def test_a_served_studio_is_asked_with_evil(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with serve(tmp_path / "served", "--no-rate-limits") as served:
        monkeypatch.setenv("GENEROR_PROVIDER", "generor")
        monkeypatch.setenv("GENEROR_BASE_URL", served.url)
        gn.connect("generor", Secret(served.key))
        for name in ("script", "out of double quotes", "colours"):
            text = PAYLOADS[name]
            for slug in ("joke", "image") if name in ("script",) else ("joke",):
                made = gn.generate(slug, f"{text} <b>{name}</b>", yes=True, max_credits=1_000)
                harmless(f"{name} {slug}", made._repr_mimebundle_())
                assert safe(made.path), name
                assert Checked(f"<div>{html.escape(repr(made))}</div>").wrong == []
        harmless("history", gn.history()._repr_mimebundle_(), "<script>")
    assert served.key not in "".join(capfd.readouterr())


# --- and all of it on a real page ---

SHOW = f"""
import sys
sys.path.insert(0, {str(HERE)!r})
import test_hostile
test_hostile.show_everything()
"""
FAIL = """
from generor_nb.base.errors import ServerError
raise ServerError(*[" ".join(test_hostile.PAYLOADS.values())] * 2)
"""
CONTROL = f"""
from IPython.display import HTML, display
display(HTML('<p id="math">$x^2$</p><details open ontoggle="{PWN}">x</details>'))
"""
# JupyterLab itself makes links of the addresses it finds in plain text.
LIVE = """() => {
  const own = node => node.closest('.jp-RenderedText') && node.tagName === 'A' && /^data:/.test(node.href);
  const roots = document.querySelectorAll('.jp-OutputArea-output');
  const found = [];
  for (const root of roots) for (const node of root.querySelectorAll('*')) {
    const tag = node.tagName.toLowerCase();
    if (/^(script|iframe|object|embed|base|meta|link|svg|details)$/.test(tag) && !node.closest('.gnf'))
      found.push(tag);
    for (const { name, value } of node.attributes)
      if (/^on/.test(name) || (!/^(alt|aria-label|title|value)$/.test(name) && !own(node)
          && /^\\s*(javascript|data:text)/i.test(value)))
        found.push(`${tag} ${name}=${value.slice(0, 60)}`);
  }
  return found;
}"""


def show_everything() -> None:
    """Run by a kernel: display every surface with every payload, and a form full of them."""
    from IPython.display import display

    file = Path("x.png")
    file.write_bytes(picture())
    for text in PAYLOADS.values():
        for value in surfaces(text, file).values():
            display(value)
        display({"text/plain": repr(value)}, raw=True)
        print(repr(value), file=sys.stderr)
    display(form_of(PAYLOADS.values(), sessions.current()))


@pytest.mark.browser
def test_nothing_of_it_runs_in_jupyterlab(lab: Lab, book: Notebook, open_page: Any, tmp_path: Path) -> None:
    import nbformat

    book.open(lab.notebook("hostile", SHOW, FAIL, CONTROL))
    book.run(0)
    assert [o.evalue for o in book.document().cells[0].outputs if o.output_type == "error"] == []
    book.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    book.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell').catch(() => null)")
    assert len(book.document().cells[0].outputs) > 9 * len(PAYLOADS)
    book.page.locator(".gnf").wait_for(state="attached")
    assert book.page.evaluate("() => window.__pwned") is None
    assert book.page.evaluate(LIVE) == []
    saved = nbformat.reads(book.save(), as_version=4)
    book.shot("hostile")

    saved.cells = saved.cells[:2]
    page = tmp_path / "page.html"
    page.write_text(demo.to_html(saved), "utf-8")
    with open_page(page.as_uri()) as (shown, watch):
        shown.goto(page.as_uri(), wait_until="load")
        assert shown.evaluate("() => window.__pwned") is None
        assert shown.evaluate(LIVE) == []
        assert shown.locator("img").count() > len(PAYLOADS)
        watch.check()

    book.run(2)  # what is shown as HTML does run here, and math is set: else the above would prove nothing
    book.page.wait_for_function("() => window.__pwned === 1")
    book.page.locator("#math mjx-container").wait_for()
    other = (
        "() => [...document.querySelectorAll('mjx-container')].filter(node => !node.closest('#math')).length"
    )
    assert book.page.evaluate(other) == 0, "words from outside were set as math"
