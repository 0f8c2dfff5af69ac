"""Every sentence a person can meet: in both languages, in one tone, and of use."""

from __future__ import annotations

import html
import re
import string

import every_message
import pytest

import generor_nb as gn
from generor_nb.base import messages
from generor_nb.base.messages import TABLE
from generor_nb.base.settings import speak
from generor_nb.base.text import particles
from generor_nb.demo import find_tour
from generor_nb.notebook.commands import SUBS

# Names of keys, languages and tools.
SAME_IN_BOTH = {"widget.form.shortcut", "widget.form.code_python", "widget.form.code_curl"}
SCOLDING = re.compile(
    r"\b(please|sorry|oops|invalid|illegal|fatal|abort\w*|simply|just|obviously|must not|bad)\b",
    re.IGNORECASE,
)
LONGEST = 240


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_sentence_is_there_in_both_languages() -> None:
    for key, (english, korean) in TABLE.items():
        assert english, key
        assert fields(english) == fields(korean), key
        assert re.search("[가-힣]", korean) or not re.search("[a-z]{4,}", english) or key in SAME_IN_BOTH, key


def test_every_sentence_asked_for_exists() -> None:
    asked = every_message.asked()
    assert len(asked) > 300
    assert asked <= set(TABLE)


def test_no_error_of_ours_speaks_past_the_table() -> None:
    assert every_message.spoken_past_the_table() == []


def test_what_goes_wrong_comes_with_what_to_do() -> None:
    assert every_message.without_a_hint() == []


def test_nobody_is_scolded_and_nothing_shouts() -> None:
    for key, (english, _) in TABLE.items():
        assert not SCOLDING.search(english), key
        assert "!" not in english.replace("!r}", "}"), key
        assert len(english) <= LONGEST, key
        assert english == english.strip() or key in ("discount", "budget.headroom", "key.prompt"), key
        assert "  " not in english, key


def test_a_page_shows_them_all() -> None:
    page = every_message.page()
    for key, (english, korean) in TABLE.items():
        assert html.escape(english) in page, key
        assert html.escape(korean) in page, key
    for name in ("generor-nb serve --help", "%%generate?", "gn.generate?"):
        assert name in page


def test_help_teaches_by_example() -> None:
    told = dict(every_message.helps())
    assert "%%generate image picture" in told["%%generate?"]
    lacking = [
        name
        for name in gn.__all__
        if callable(getattr(gn, name)) and name[0].islower() and "extension" not in name
        if ">>> " not in told[f"gn.{name}?"]
    ]
    assert lacking == []


# --- Korean ---


def test_korean_is_spoken_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENEROR_LANGUAGE", "ko")
    with pytest.raises(gn.GenerorError, match="프롬프트가 비어 있습니다"):
        gn.generate("image", "")


@pytest.mark.parametrize(
    ("raw", "right"),
    [
        ("그림이(가)", "그림이"),
        ("소리이(가)", "소리가"),
        ("80 크레딧을(를)", "80 크레딧을"),
        ("개수 3은(는)", "개수 3은"),
        ("개수 2은(는)", "개수 2는"),
        ('"고양이"을(를)', '"고양이"를'),
        ("서울(으)로", "서울로"),
        ("부산(으)로", "부산으로"),
        ("버전 7(으)로", "버전 7로"),
        ("버전 6(으)로", "버전 6으로"),
        ("image을(를)", "image을(를)"),
        ("(를)", "(를)"),
    ],
)
def test_particles_follow_the_sound_before_them(raw: str, right: str) -> None:
    assert particles(raw) == right


def test_sentences_in_korean_choose_their_particles() -> None:
    messages.use("ko")
    try:
        assert messages.say("count.bad", value=12) == "개수 12는 쓸 수 없습니다"
        assert messages.say("budget.cell", needed="80 크레딧", cap="20").startswith("80 크레딧이 들")
    finally:
        messages.use("en")


def test_help_is_in_the_language_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    for language, said in (("ko", "생성기로 만듭니다"), ("en", "Make something")):
        monkeypatch.setenv("GENEROR_LANGUAGE", language)
        told = dict(every_message.helps())
        assert told["%%generate?"].startswith(said)
        assert all(f"%generor {name}" in told["%generor?"] for name in SUBS)


def test_the_demo_is_the_tour_in_the_language_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    for language, title in (("ko", "첫 둘러보기"), ("en", "A first tour")):
        monkeypatch.setenv("GENEROR_LANGUAGE", language)
        speak()
        assert title in find_tour().read_text("utf-8")
