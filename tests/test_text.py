import pytest

from generor_nb.base.text import clean, credits, line, nearest, redact, slugify

KEY = "gnr_live_" + "ab" * 20


def test_terminal_escapes_and_controls_are_dropped():
    assert clean("\x1b[31mred\x1b[0m \x1b]0;title\x07 a\x00b\u202ec\r\nd\te") == "red 0;title abc\nd\te"


def test_whatever_looks_like_a_key_is_hidden():
    assert KEY not in redact(f"the key {KEY} leaked")
    assert redact("gnr_live_your") == "gnr_…"


def test_a_line_is_one_line_and_bounded():
    assert line("a\n\n b" + "c" * 300, 10) == "a bcccccc…"


@pytest.mark.parametrize(
    ("typed", "meant"), [("imge", "image"), ("IMAGE", "image"), ("horscope", "horoscope"), ("joks", "joke")]
)
def test_nearest_names(typed, meant):
    assert nearest(typed, ["image", "wallart", "horoscope", "joke"])[0] == meant


def test_nothing_is_near_to_nonsense():
    assert nearest("qqqqqq", ["image", "joke"]) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A lighthouse, in a storm!", "a-lighthouse-in-a-storm"),
        ("../../etc/passwd", "etc-passwd"),
        ("\x00\u202e", "untitled"),
        ("CON", "con"),
        ("폭풍 속의 등대", "폭풍-속의-등대"),
    ],
)
def test_file_names_are_words(text, name):
    assert slugify(text) == name


def test_file_names_are_short():
    assert len(slugify("word " * 100)) <= 40


@pytest.mark.parametrize(("amount", "shown"), [(1234, "1,234"), (24.5, "24.50"), (None, "?"), (0, "0")])
def test_credits_are_shown_as_people_write_them(amount, shown):
    assert credits(amount) == shown
