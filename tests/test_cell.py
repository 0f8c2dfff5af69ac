"""The pure parts of a cell: options, braces, progress, completion."""

import pytest

from generor_nb.base.errors import InvalidRequest
from generor_nb.contract.schema import Field, Generator, Model, Option
from generor_nb.notebook.cell import as_python
from generor_nb.notebook.completion import Known, complete, cut
from generor_nb.notebook.fill import filler
from generor_nb.notebook.hooks import allow_empty_body
from generor_nb.notebook.options import OPTIONS, help_text, parse, split
from generor_nb.notebook.progress import Progress, frame
from generor_nb.results import Quote
from generor_nb.session import Event

QUOTE = Quote(6.0, 10.0, "Flux Schnell", "studio", public=False)


def test_the_whole_line():
    line = parse(
        'image picture -m "Flux Schnell" -n 2 --aspect=16:9 --set a=b --set "c=d e" --max-credits 20.5'
        " --again --yes --public --provider studio -o out --dry-run --show-code"
    )
    assert (line.slug, line.name, line.settings) == ("image", "picture", {"a": "b", "c": "d e"})
    assert line.values == {
        "model": "Flux Schnell",
        "count": 2,
        "aspect": "16:9",
        "max_credits": 20.5,
        "again": True,
        "yes": True,
        "public": True,
        "provider": "studio",
        "out": "out",
        "dry_run": True,
        "show_code": True,
    }


def test_braces_stay_whole_and_are_filled_once():
    line = parse("image --model {{ a + ' ' + b }} --set k={{c}}", filler({"a": "x", "b": "{{a}}", "c": 3}))
    assert line.values["model"] == "x {{a}}"
    assert line.settings == {"k": "3"}


def test_a_backslash_is_a_backslash():
    assert split(r"image -o C:\new\pictures") == ["image", "-o", r"C:\new\pictures"]


@pytest.mark.parametrize("text", ["{single} ${shell} $x {0} {}", "{{}", "}} {{"])
def test_single_braces_stay_as_typed(text):
    assert filler({})(text) == text


def test_an_undefined_name_is_named():
    with pytest.raises(InvalidRequest, match="nope"):
        filler({})("a {{nope}}")


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("", "needs a generator", "%%generate image"),
        ("--model x", "needs a generator", "%%generate image"),
        ("image a b", '"b" does not belong', "right after"),
        ("image --model Flux Schnell", '"Schnell"', '--model "Flux Schnell"'),
        ("image --count 2 name", '"name"', "right after"),
        ("image class", "no variable name", "picture"),
        ("image --yes=1", '"1" does not belong', "right after"),
        ("image --max-credits lots", 'not "lots"', "--max-credits 20"),
        ("image --count 2.5", 'not "2.5"', "--count 2"),
        ("image --model --count 2", "--model needs a value", "Flux"),
        ("image --set =x", "has no value", "KEY=VALUE"),
        ("image --set a=1 --set a=2", "given twice", "keep one"),
        ("image --seed 5", "no option --seed", "did you mean"),
        ("image -aspect 16:9", "no option -aspect", "did you mean: --aspect ("),
        ("image -out pictures", "no option -out", "did you mean: --out ("),
        ("image --help", "no option --help", "%%generate?"),
        ("image -h", "no option -h", "%%generate?"),
        ("image --aspect 16:9 A lighthouse", '"A" does not belong', "the lines below"),
    ],
)
def test_a_wrong_line_says_what_would_be_right(line, what, hint):
    with pytest.raises(InvalidRequest) as caught:
        parse(line)
    assert what in caught.value.what
    assert hint in caught.value.hint


def test_help_names_every_option():
    assert all(option.name in help_text() for option in OPTIONS)


def test_the_python_of_a_cell_runs():
    line = parse("image x --count 2 --set a=b --public --dry-run --show-code")
    assert (
        as_python(line, "it's")
        == "x = gn.generate('image', \"it's\", count=2, public=True, settings={'a': 'b'})"
    )


@pytest.mark.parametrize(
    ("lines", "after"),
    [
        (["%%generate vision\n"], ["%%generate vision\n", "\n"]),
        (["\n", "%%generate vision\n"], ["%%generate vision\n", "\n"]),
        (["%%generate image\n", "x\n"], ["%%generate image\n", "x\n"]),
        (["%%time\n"], ["%%time\n"]),
    ],
)
def test_a_cell_without_a_body_is_let_through(lines, after):
    assert allow_empty_body(lines) == after


def test_progress_updates_a_few_times_a_second():
    shown, now = [], [0.0]
    progress = Progress(QUOTE, shown.append, lambda: now[0])
    for step in range(100):
        now[0] = step / 10
        progress.tick(Event("sent", "1", 10))
    assert 40 <= len(shown) <= 51
    fractions = [f.fraction for f in shown]
    assert fractions == sorted(fractions)
    assert fractions[-1] < 1


def test_a_late_operation_says_so_instead_of_pretending():
    late = frame(QUOTE, Event("sent", "1"), 60)
    assert late.fraction is None
    assert "longer than estimated" in late.state
    assert "waiting" in frame(QUOTE, Event("waiting", "1"), 0).state


SCHNELL = Model(10003, "Flux Schnell", "image", 6, ratios=("1:1", "16:9"))
FLASH = Model(37, "Gemini", "text", 1)
IMAGE = Generator(
    "image",
    "Image",
    "",
    "image",
    (
        Field("model", "model", "Model", "body"),
        Field(
            "aspect", "choice", "Aspect", "body", options=(Option("1:1", "square"), Option("16:9", "wide"))
        ),
        Field(
            "quality", "choice", "Quality", options=(Option("fine", "Fine", 1.5), Option("plain", "Plain"))
        ),
        Field("grain", "flag", "Grain"),
    ),
)
KNOWN = Known((IMAGE,), (SCHNELL, FLASH), IMAGE)


def texts(typed):
    return [c.text for c in complete(typed, KNOWN)[1]]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%%generate ", ["image"]),
        ("%%generate im", ["image"]),
        ("%%generate image --model ", ['"Flux Schnell"']),
        ("%%generate image -m flux", ['"Flux Schnell"']),
        ('%%generate image --model "Flux ', ['"Flux Schnell"']),
        ("%%generate image --model=", ['--model="Flux Schnell"']),
        ("%%generate image --aspect 1", ["1:1", "16:9"]),
        ("%%generate image --provider s", ["studio"]),
        ("%%generate image --set ", ["quality=", "grain="]),
        ("%%generate image --set quality=f", ["quality=fine"]),
        ("%%generate image --set grain=", ["grain=true", "grain=false"]),
        ("%%generate image x --max", ["--max-credits"]),
        ("%%generate image --count 2 --coun", []),
        ("%%generate image --count ", []),
        ("%%generate zzz", []),
    ],
)
def test_what_tab_offers(typed, offered):
    assert texts(typed) == offered


def test_prices_and_multipliers_are_shown_beside():
    assert complete("%%generate image -m ", KNOWN)[1][0].label == "6\u00a0credits"
    assert complete("%%generate image --set quality=", KNOWN)[1][0].label == "Fine ×1.5"


@pytest.mark.parametrize(
    ("typed", "words", "fragment"), [("a b", ["a"], "b"), ('a "b c', ["a"], '"b c'), ("a ", ["a"], "")]
)
def test_words_and_the_fragment(typed, words, fragment):
    assert cut(typed) == (words, fragment)


def test_a_value_that_looks_like_an_option_is_a_value():
    line = parse("image --set {{key}}={{note}} --out {{note}}", filler({"key": "k", "note": "--public"}))
    assert line.settings == {"k": "--public"}
    assert line.values == {"out": "--public"}


def test_an_equals_sign_inside_braces_belongs_to_the_expression():
    assert parse("image --set k={{1 == 1}}", filler({})).settings == {"k": "True"}
    assert parse("image --set {{'a=b'[0]}}=c", filler({})).settings == {"a": "c"}


def test_a_terminal_waits_for_the_prompt():
    from IPython.core.inputtransformer2 import TransformerManager

    manager = TransformerManager()
    manager.cleanup_transforms.insert(0, allow_empty_body)
    assert manager.check_complete("%%generate image pic")[0] == "incomplete"
    assert "'\\n')" in manager.transform_cell("%%generate vision")


def test_a_short_option_may_touch_its_value():
    assert parse("image -n2 -a16:9").values == {"count": 2, "aspect": "16:9"}
