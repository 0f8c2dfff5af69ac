"""The doctor names what is wrong and the way to mend it; the scan finds keys in notebooks."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace

import nbformat
import pytest
from conftest import CANARY
from support import no_keys

from generor_nb import api, doctor, scan, sessions
from generor_nb.base import keys
from generor_nb.base.errors import InvalidRequest, KeyMissing
from generor_nb.base.secret import Secret
from generor_nb.cli import main
from generor_nb.providers.generor.client import AsyncClient
from generor_nb.spending.journal import Journal


def by_name(checks):
    return {check.what: check for check in checks}


# --- the doctor ---


def test_a_healthy_machine_is_told_so(monkeypatch, capsys):
    no_keys(monkeypatch)
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "Python 3." in told
    assert "studio answers" in told
    assert "whole" in told
    assert "mend this" not in told


def test_offline_asks_nobody(capsys):
    assert main(["doctor", "--offline"]) == 0
    assert "answers" not in capsys.readouterr().out


def test_a_key_is_named_by_its_place_and_never_shown(monkeypatch, capsys):
    monkeypatch.setenv("GENEROR_API_KEY", CANARY)
    main(["doctor", "--offline"])
    told = capsys.readouterr().out
    assert "key from GENEROR_API_KEY" in told
    assert CANARY[9:20] not in told


def test_a_provider_that_does_not_answer_has_to_be_mended(monkeypatch, capsys):
    monkeypatch.setenv("GENEROR_API_KEY", CANARY)
    monkeypatch.setenv("GENEROR_BASE_URL", "http://127.0.0.1:9/api/v1")
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "[mend this] generor answers" in told


def test_a_broken_setting_is_one_line_of_the_report(monkeypatch, capsys):
    monkeypatch.setenv("GENEROR_MAX_CREDITS", "plenty")
    assert main(["doctor", "--offline"]) == 1
    assert "GENEROR_MAX_CREDITS" in capsys.readouterr().out


def test_a_journal_that_is_no_database_is_named(tmp_path):
    (tmp_path / "journal.sqlite3").write_bytes(b"not a database at all, but long enough" * 40)
    checks = doctor._checked("doctor.journal", lambda: doctor.journal(tmp_path))
    assert checks[0].verdict == "mend"


def test_a_whole_journal_is_counted(tmp_path):
    Journal(tmp_path).close()
    assert by_name(doctor.journal(tmp_path))["journal"].verdict == "ok"


def test_a_full_disk_is_seen_before_it_is_met(tmp_path):
    [check] = doctor.disk(tmp_path, lambda path: SimpleNamespace(free=10_000_000))
    assert check.verdict == "mend"
    assert "GENEROR_HOME" in check.fix


def test_a_front_end_without_our_part_is_named(tmp_path):
    (tmp_path / "@jupyter-widgets" / "jupyterlab-manager").mkdir(parents=True)
    [check] = doctor.front_end({}, lambda: [str(tmp_path)])
    assert check.verdict == "mend"
    assert "anywidget" in check.fix
    assert "ipywidgets" not in check.fix


def test_vs_code_and_lab_are_told_apart():
    assert next(doctor.front_end({"VSCODE_PID": "1"})).what == "VS Code"


def test_without_studio_and_key_nothing_can_be_made(monkeypatch):
    no_keys(monkeypatch)
    monkeypatch.setattr(doctor, "EXTRAS", {"studio": ("no_such_module",), "video": ("no_such_module",)})
    studio, video = doctor.extras()
    assert (studio.verdict, video.verdict) == ("mend", "note")
    assert "generor_nb[studio]" in studio.fix


# --- the scan ---


def book(tmp_path, name="a.ipynb", *, source="1", text="", metadata=None):
    written = nbformat.v4.new_notebook(metadata=metadata or {})
    output = nbformat.v4.new_output("stream", text=text)
    written.cells.append(nbformat.v4.new_code_cell(source, outputs=[output] if text else []))
    path = tmp_path / name
    nbformat.write(written, path)
    return path


@pytest.mark.parametrize(
    "left",
    [
        {"source": f'key = "{CANARY}"'},
        {"source": f"a = 1\nheaders = {{'X': '{CANARY}'}}"},
        {"text": f"Authorization: Bearer {CANARY}"},
        {"metadata": {"widgets": {"state": {"a": {"value": CANARY}}}}},
        {"source": 'import os\nos.environ["GROK_IMAGINE_API_KEY"] = "' + "x7" * 12 + '"'},
        {"metadata": {"MY_API_KEY": "x7" * 12}},
    ],
)
def test_a_key_is_found_and_not_shown(tmp_path, capsys, left):
    path = book(tmp_path, **left)
    assert main(["scan", str(path)]) == 1
    told = capsys.readouterr().out
    assert "a.ipynb" in told
    assert CANARY[9:20] not in told
    assert "x7x7x7" not in told


def test_ones_own_key_is_found_in_any_dress(tmp_path, monkeypatch):
    plain = "tok-" + "q9" * 14
    coded = base64.b64encode(f"Bearer {plain}".encode()).decode()
    paths = [book(tmp_path, "plain.ipynb", text=plain), book(tmp_path, "coded.ipynb", text=coded)]
    found, count = scan.scan(paths, [Secret(plain)])
    assert (len(found), count) == (2, 2)
    assert scan.scan(paths) == ([], 2)


def test_a_folder_is_searched_and_copies_of_packages_are_not(tmp_path, capsys):
    (tmp_path / "deep").mkdir()
    (tmp_path / ".venv").mkdir()
    book(tmp_path / "deep", text=CANARY)
    book(tmp_path / ".venv", text=CANARY)
    assert main(["scan", str(tmp_path)]) == 1
    assert "Keys found: 1, in 1 notebooks" in capsys.readouterr().out


def test_clean_notebooks_are_told_so(tmp_path, capsys):
    book(tmp_path, source='key = os.environ["GENEROR_API_KEY"]\nGENEROR_API_KEY = "{your key}"')
    assert main(["scan", str(tmp_path)]) == 0
    assert "No key in 1" in capsys.readouterr().out


def test_the_notebooks_of_this_repository_hold_none():
    from pathlib import Path

    assert scan.scan([Path(__file__).parents[1] / "notebooks"])[0] == []


@pytest.mark.parametrize("content", [None, "no json", json.dumps([1])])
def test_what_cannot_be_read_is_named(tmp_path, capsys, content):
    path = tmp_path / "x.ipynb"
    if content is not None:
        path.write_text(content)
    code = main(["scan", str(path)])
    assert code == (0 if content == "[1]" else 1)
    assert content == "[1]" or "x.ipynb" in capsys.readouterr().err


# --- a public demo ---


@pytest.fixture
def demo(monkeypatch):
    monkeypatch.setenv("GENEROR_DEMO", "1")
    monkeypatch.setenv("GENEROR_API_KEY", CANARY)
    monkeypatch.delenv("GENEROR_PROVIDER", raising=False)


def test_a_demo_takes_no_key_from_the_environment(demo):
    assert keys.find("generor") is None
    assert sessions.current().provider.name == "studio"


@pytest.mark.parametrize(
    "take",
    [
        lambda: api.connect("generor", Secret(CANARY)),
        lambda: api.connect("generor"),
        lambda: keys.store("generor", Secret(CANARY)),
        lambda: AsyncClient(key=Secret(CANARY)),
        lambda: api.generate("joke", "a", provider="generor"),
    ],
)
def test_a_demo_refuses_a_key_and_says_why(demo, take):
    with pytest.raises(KeyMissing, match=r"GENEROR_DEMO.*\n.*other people"):
        take()


def test_a_demo_generates_all_the_same(demo):
    assert api.generate("joke", "demo").text


def test_the_demo_is_off_unless_asked_for():
    assert not keys.demo({"GENEROR_DEMO": "0"})
    assert not keys.demo({})


def test_an_unknown_path_is_no_notebook(tmp_path):
    with pytest.raises(InvalidRequest, match="nothing at"):
        scan.notebooks(tmp_path / "gone")
