"""What was spent, by day, model and type: from the journal, beside the account's own record."""

from __future__ import annotations

import asyncio
import html.parser
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARY

import generor_nb as gn
from generor_nb import allowance, api, costs, sessions
from generor_nb.base.errors import InvalidRequest
from generor_nb.base.settings import Settings
from generor_nb.charts import Bar, columns, rows
from generor_nb.contract.generor import TransactionPayload
from generor_nb.notebook.commands import run
from generor_nb.providers.generor.provider import STUDIO_URL, Generor
from generor_nb.spending.journal import Intent, StoredAnswer
from generor_nb.spending.states import State
from generor_nb.studio import Studio

DAY = 86_400.0
Session = sessions.Session


def put(session: Session, state: str = "DONE", charge: float | None = 6, **given: Any) -> str:
    """An operation in the journal, brought to ``state`` along the arrows; its id."""
    journal, account = session.journal, api.wait(session.provider.account())
    mark = str(time.monotonic_ns())
    intent: dict[str, Any] = {
        "fingerprint": mark,
        "take": 1,
        "provider": session.provider.name,
        "base_url": session.provider.base_url,
        "account": account.id,
        "generator": "image",
        "model_id": 10003,
        "model_name": "Flux Schnell",
        "model_type": "image",
        "path": "/generators/image/generate",
        "body": b"{}",
        "prompt": f"a kite {mark}",
        "count": 1,
        "public": False,
        "estimate": 6.0,
        "reserved": 24.0,
        "max_seconds": None,
        "owner": session.owner,
        "session": allowance.SESSION,
    }
    op, _ = journal.begin(Intent(**(intent | given)), lambda spent: None)
    for name in {
        "DONE": ("SENT", "RESPONDED", "STORED", "DONE"),
        "AMBIGUOUS": ("SENT", "AMBIGUOUS"),
        "REJECTED": ("SENT", "REJECTED"),
        "CHARGED_NO_OUTPUT": ("SENT", "AMBIGUOUS", "CHARGED_NO_OUTPUT"),
        "INTENT": (),
    }[state]:
        if name == "RESPONDED":
            assert journal.respond(op.id, StoredAnswer(201, {}, b"{}"))
            journal.annotate(op.id, charge=charge)
        elif name == "STORED":
            assert journal.store(op.id, [], [])
        else:
            assert journal.move(op.id, State(name), **({"charge": charge} if "CHARGED" in name else {}))
    return op.id


def at(session: Session, days_ago: float, now: float) -> None:
    session.journal.clock = lambda: now - days_ago * DAY


NOON = time.mktime((2026, 3, 20, 12, 0, 0, 0, 0, -1))


# --- the sums ---


def test_what_cells_spent_is_summed_by_day_model_and_type(studio: Session) -> None:
    gn.generate("image", "a kite", count=2)
    gn.generate("joke", "kites")
    gn.generate("joke", "kites")  # a replay
    spent = gn.spend()
    assert (spent.charged, spent.open) == (13, 0)
    today = time.strftime("%Y-%m-%d")
    assert spent.rows("day") == [costs.Cost(today, 13, 2, 0, 13)]
    assert [(r.name, r.charged, r.operations) for r in spent.rows("type")] == [
        ("image", 12, 1),
        ("text", 1, 1),
    ]
    assert [r.name for r in spent.rows("model")] == ["Flux Schnell", "GPT 5 Nano"]
    assert spent.remarks == []


def test_what_the_account_spent_elsewhere_stands_in_a_column_of_its_own(
    studio: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gn.generate("joke", "here")
    monkeypatch.setenv("GENEROR_HOME", str(tmp_path / "another machine"))
    elsewhere = Session(Settings(), studio.provider)
    api.wait(elsewhere.spend(api.wait(elsewhere.plan(api.Ask("image", "there")))))
    monkeypatch.setenv("GENEROR_HOME", str(tmp_path / "home"))
    (day,) = gn.spend("day").rows("day")
    assert (day.charged, day.account) == (1, 7)
    assert "whole account" in repr(gn.spend("day"))
    assert "whole account" not in repr(gn.spend("model"))
    elsewhere.journal.close()


def test_the_days_are_counted_from_today(studio: Session) -> None:
    for ago, charge in ((0, 1), (6, 10), (7, 100), (29, 1_000), (30, 10_000)):
        at(studio, ago, NOON)
        put(studio, charge=charge)
    at(studio, 0, NOON)
    spent = gn.spend()
    assert spent.headline.startswith("today 1 · last 7 days 11 · last 30 days 1,111 studio credits")
    assert [r.name for r in spent.rows("day")] == ["2026-03-20", "2026-03-14", "2026-03-13", "2026-02-19"]
    assert gn.spend(days=31).charged == 11_111
    assert gn.spend(days=1).headline.startswith("today 1 studio credit ·")
    assert gn.spend(days=3).headline.startswith("today 1 · last 3 days 1 studio")


def test_a_refunded_or_refused_operation_cost_nothing(studio: Session) -> None:
    put(studio, "REJECTED")
    spent = gn.spend()
    assert (len(spent.operations), spent.remarks) == (0, [])
    assert repr(spent) == "Nothing was spent in the last 30 days."


def test_other_accounts_and_places_are_not_mixed_in(studio: Session) -> None:
    put(studio, account="another")
    put(studio, base_url="https://elsewhere.example/api/v1")
    put(studio, provider="generor")
    put(studio, charge=2)
    assert gn.spend().charged == 2


# --- what is not settled ---


@pytest.mark.parametrize(
    ("state", "charge", "told", "open_"),
    [
        ("AMBIGUOUS", None, "1 operation unclear, up to 24 studio credits, not in the sums", 24),
        ("INTENT", None, "1 operation under way, up to 24 studio credits, not in the sums", 24),
        ("DONE", None, "1 operation of which the server did not say the charge, up to 24", 24),
        ("CHARGED_NO_OUTPUT", 24, "1 operation brought nothing and counts as charged: 24 studio", 0),
    ],
)
def test_what_is_not_settled_is_said(
    studio: Session, state: str, charge: float | None, told: str, open_: float
) -> None:
    put(studio, charge=5)
    put(studio, state, charge)
    spent = gn.spend()
    assert spent.charged == 5 + (charge or 0)
    assert spent.open == open_
    (remark,) = spent.remarks
    assert remark.startswith(told)
    assert remark in repr(spent)
    assert ("not settled, up to" in repr(spent)) == bool(open_)


def test_several_unclear_ones_are_one_line(studio: Session) -> None:
    for _ in range(3):
        put(studio, "AMBIGUOUS")
    assert gn.spend().remarks == [
        "3 operations unclear, up to 72 studio credits, not in the sums: %generor recover"
    ]


def test_what_a_dead_kernel_left_is_unclear_not_under_way(studio: Session) -> None:
    op = put(studio, "INTENT", owner="gone")
    studio.journal.move(op, State.SENT)
    assert gn.spend().remarks[0].startswith("1 operation unclear")


# --- the account's own record ---


def row(amount: float, type: str = "spend", when: float = NOON, ident: int | None = None) -> Any:
    stamp = datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return TransactionPayload.model_validate(
        {"transaction_id": ident, "type": type, "amount": amount, "created_at": stamp}
    )


def test_a_record_is_what_was_spent_less_what_came_back() -> None:
    rows = [row(-6), row(-4), row(6, "refund"), row(500, "purchase"), row(-3, when=NOON - DAY)]
    rows.append(row(-9, when=NOON - 2 * DAY))
    record = costs.summed(rows, "2026-03-19")
    assert record.days == {"2026-03-20": 4, "2026-03-19": 3}
    assert (record.of("2026-03-20"), record.of("2026-03-18")) == (4, 0)


def test_a_record_read_in_part_says_nothing_of_the_other_days() -> None:
    record = costs.summed([row(-6), row(-3, when=NOON - DAY)], "2026-03-01", after="2026-03-19")
    assert (record.of("2026-03-20"), record.of("2026-03-19")) == (6, None)


def test_a_long_record_is_read_to_a_limit_which_is_said(
    studio: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    gn.generate("joke", "one")
    gn.generate("joke", "two")
    monkeypatch.setattr(costs, "RECORD_PAGE", 1)
    monkeypatch.setattr(costs, "RECORD_PAGES", 1)
    spent = gn.spend("day")
    (day,) = spent.rows("day")
    assert (day.charged, day.account) == (2, None)
    assert spent.remarks == [f"The account's own record was read for the days after {day.name} only."]
    monkeypatch.setattr(costs, "RECORD_PAGES", 5)
    assert gn.spend("day").rows("day")[0].account == 2


def test_a_key_that_may_not_read_leaves_the_journal(tmp_path: Path) -> None:
    studio = Studio.open(tmp_path / "studio")
    key = studio.mint_key("spender", ["generate"])
    session = Session(Settings(), Generor(STUDIO_URL, key, app=studio.app, name="studio"))
    put(session, charge=3)
    spent = api.wait(costs.read(session, costs.BY, 30))
    assert spent.charged == 3
    assert [remark.split(":")[0] for remark in spent.remarks] == [
        "The account's own record could not be read"
    ]
    assert "whole account" in repr(spent)
    assert spent.rows("day")[0].account is None
    api.wait(session.aclose())
    studio.close()


def test_without_the_server_the_journal_still_answers(
    studio: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(studio, charge=3)

    async def down(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"<html>nobody here</html>"})

    provider = Generor(STUDIO_URL, gn.Secret(CANARY), app=down, name="studio")
    alone = Session(Settings(), provider)
    spent = api.wait(costs.read(alone, costs.BY, 30))
    assert spent.charged == 3
    trouble, whose = spent.remarks
    assert trouble.startswith("The account's own record could not be read")
    assert "all accounts spent at http://studio/api/v1" in whose
    assert CANARY not in str(spent._repr_mimebundle_())
    asyncio.run(alone.provider.aclose())


# --- the picture ---


class Picture(html.parser.HTMLParser):
    """The named images of a page, the heights or widths of their bars, and the cells of its tables."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.labels: list[str] = []
        self.sizes: list[list[float]] = []
        self.cells: list[str] = []
        self._cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if found.get("role") == "img":
            self.labels.append(found["aria-label"])
            self.sizes.append([])
        drawn = re.match(r"(?:height|width):([\d.]+)(?:px|%);background", found.get("style", ""))
        if drawn:
            self.sizes[-1].append(float(drawn.group(1)))
        self._cell = tag in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.cells.append(data)


def test_the_picture_says_in_words_what_it_shows_and_has_its_numbers_behind_it(studio: Session) -> None:
    at(studio, 3, NOON)
    put(studio, charge=60)
    at(studio, 0, NOON)
    put(studio, charge=30, model_name="Kling", model_type="video")
    put(studio, "AMBIGUOUS", model_name="Kling", model_type="video")
    page = gn.spend()._repr_mimebundle_()["text/html"]
    seen = Picture(page)
    assert seen.labels == [
        "Credits by day: most: 60 studio credits on 2026-03-17",
        "Credits by model: Flux Schnell 60, Kling 30",
        "Credits by type: image 60, video 30",
    ]
    assert seen.sizes == [[88, 35, 44], [100, 50, 40], [100, 50, 40]]  # what is not settled besides
    assert "not settled" in page
    assert {"2026-03-17", "60", "Kling", "24"} <= set(seen.cells)
    assert page.index("<details") < page.index("<table")
    assert not re.search(r"<script|<style|https?:|<svg", page)


def test_in_a_notebook_that_is_not_trusted_the_bars_have_a_plain_colour_and_size() -> None:
    """JupyterLab then drops what names a colour of the page, a gradient or a flexible length."""
    bars = [Bar("one", 3, "3"), Bar("two", 1, "1", open=2)]
    drawn = columns("By day", bars, "", "") + rows("By model", bars, "")
    styles = [style for style in re.findall(r'style="([^"]*)"', drawn) if "background" in style]
    assert len(styles) == 6
    for style in styles:
        size, plain, _ = style.split(";", 2)
        assert re.fullmatch(r"(height:\d+px|width:[\d.]+%)", size)
        assert re.fullmatch(r"background-color:#[0-9a-f]{6}", plain)
    assert "flex:1;" not in drawn


def test_many_days_are_drawn_as_weeks_or_months(studio: Session) -> None:
    at(studio, 200, NOON)
    put(studio, charge=5)
    at(studio, 0, NOON)
    put(studio, charge=7)
    for days, bars in ((30, 30), (62, 62), (400, 58), (3_660, 121)):
        spans = costs.spans(gn.spend("day", days=days).rows("day"), "2026-03-20", days)
        assert len(spans) == bars
        assert sum(charged for _, charged, _ in spans) == (12 if days > 200 else 7)
    assert spans[-1] == ("2026-03", 7, 0)


def test_models_beyond_the_first_are_one_bar(studio: Session) -> None:
    for number in range(11):
        put(studio, charge=100 - number, model_name=f"Model {number}")
    (label,) = Picture(gn.spend("model")._repr_mimebundle_()["text/html"]).labels
    assert label.endswith("Model 7 93, 3 others 273")


def test_the_rows_as_a_frame(studio: Session) -> None:
    put(studio, charge=6)
    frame = gn.spend().to_pandas("model")
    assert frame[["name", "charged"]].values.tolist() == [["Flux Schnell", 6]]


# --- the words ---


@pytest.mark.parametrize(
    ("line", "rows"), [("", 3), ("model", 1), ("7", 3), ("type 7", 1), ("7 type", 1), ("day 7", 1)]
)
def test_the_magic_takes_by_what_and_of_how_many_days(studio: Session, line: str, rows: int) -> None:
    put(studio)
    spent = run(f"spend {line}")
    assert len(spent.by) == rows
    assert spent.days == (7 if "7" in line else 30)


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("spend modle", '"modle"', "use one of: model"),
        ("spend week", '"week"', "day, model, type"),
        ("spend day model", 'does not take "model"', "day|model|type"),
        ("spend 0", "days cannot be 0", "from 1 to 3660"),
        ("spend 7 99999", 'does not take "99999"', "[DAYS]"),
        ("history 0", '"0"', "history 20"),
        ("history -1", '"-1"', "history 20"),
    ],
)
def test_a_bad_word_is_told_the_right_ones(line: str, what: str, hint: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        run(line)
    assert what in caught.value.what
    assert hint in caught.value.hint


@pytest.mark.parametrize("days", [0, -1, 1.5, True, "7", 10**9])
def test_days_are_a_number(days: Any) -> None:
    with pytest.raises(InvalidRequest, match="days cannot be"):
        gn.spend(days=days)


def test_history_takes_a_number(studio: Session) -> None:
    for prompt in ("one", "two", "three"):
        put(studio, prompt=prompt)
    assert [op.prompt for op in run("history 2")] == ["three", "two"]
    assert len(run("history")) == 3
    assert [op.prompt for op in run("history 5 TWO")] == ["two"]


def test_a_model_name_from_outside_is_text(studio: Session) -> None:
    put(studio, model_name=f"<script>alert(1)</script> {CANARY}")
    shown = gn.spend("model")._repr_mimebundle_()
    assert "<script" not in shown["text/html"]
    assert "&lt;script&gt;" in shown["text/html"]
    assert CANARY not in str(shown)


@pytest.mark.parametrize(("language", "words"), [("en", "today 6"), ("ko", "오늘 6")])
def test_it_speaks_both_languages(
    studio: Session, language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(studio)
    for state in ("AMBIGUOUS", "INTENT", "CHARGED_NO_OUTPUT"):
        put(studio, state, 0)
    monkeypatch.setenv("GENEROR_LANGUAGE", language)
    shown = repr(gn.spend())
    assert words in shown
    assert ("불분명한 작업 1개" in shown) == (language == "ko")
