"""The balance on screen: what it says besides the sum, and that it follows whoever spends."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARY
from support import kernel, serve

import generor_nb as gn
from generor_nb import api, sessions
from generor_nb.base.settings import Settings
from generor_nb.contract.schema import Balance
from generor_nb.session import Session
from generor_nb.spending.states import State
from generor_nb.widgets.balance import BalanceView, Seen, last_charges


def until(true: Callable[[], Any], seconds: float = 15) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
    return found


# --- what it says ---


def test_the_last_charges_are_named_newest_first(studio: Session) -> None:
    for prompt in ("one", "two", "three", "four"):
        gn.generate("joke", prompt)
    gn.generate("joke", "four")  # a replay is no charge
    shown = gn.balance()
    assert [(row["what"], row["model"], row["cost"]) for row in shown.charges] == [
        ("four", "GPT 5 Nano", "1"),
        ("three", "GPT 5 Nano", "1"),
        ("two", "GPT 5 Nano", "1"),
    ]


def test_charges_of_other_accounts_are_not_shown(studio: Session) -> None:
    gn.generate("joke", "mine")
    account = api.wait(studio.provider.account())
    assert len(last_charges(studio, account)) == 1
    other = type(account)("another", "")
    assert last_charges(studio, other) == ()
    assert len(last_charges(studio, None)) == 1  # nobody can say whose they are


@pytest.mark.parametrize(
    ("total", "costs", "said"),
    [
        (10_000, [6], ""),
        (30, [6], ""),
        (29, [6, 1], "Low: enough for 4 more at 6 credits."),
        (5, [6], "Low: not enough for another at 6 credits."),
        (0, [], "No credits are left: top up before you go on."),
        (3, [], ""),
    ],
)
def test_a_low_balance_is_said_in_samples_of_the_dearest(
    studio: Session, total: float, costs: list[float], said: str
) -> None:
    class Op:
        def __init__(self, charge: float) -> None:
            self.charge = charge

    seen: Any = Seen(Balance(total), tuple(Op(cost) for cost in costs))  # type: ignore[misc]
    assert seen.warning == said


def test_the_pace_of_this_minute_stands_there_where_a_server_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(tmp_path / "served", "--tier", "free") as server:
        monkeypatch.setenv("GENEROR_PROVIDER", "generor")
        monkeypatch.setenv("GENEROR_BASE_URL", server.url)
        monkeypatch.setenv("GENEROR_API_KEY", server.key)
        shown = gn.balance()
        assert "requests left this minute" in shown.quota["text"]
        assert server.key not in json.dumps(shown.get_state(), default=str)
        sessions.close()


def test_text_from_outside_and_keys_stay_out(studio: Session) -> None:
    gn.generate("joke", f"<b>bold</b> {CANARY[:9]}")
    shown = gn.balance()
    data, _ = shown._repr_mimebundle_()
    assert "&lt;b&gt;bold" in data["text/html"]
    state = {name: value for name, value in shown.get_state().items() if name not in ("_esm", "_css")}
    assert len(json.dumps(state, default=str)) < 6_000
    assert CANARY not in json.dumps(state, default=str)


# --- whom it follows ---


def test_it_follows_cells_sweeps_comparisons_and_jobs(studio: Session) -> None:
    shown = gn.balance()
    gn.generate("joke", "a")
    until(lambda: shown.total == 9_999)
    gn.sweep("joke", ["b", "c"])
    until(lambda: shown.total == 9_997)
    gn.compare("d", slug="joke", models=["GPT 5 Nano", "GPT 5 Mini"])
    until(lambda: shown.total == 9_994)
    gn.submit("joke", "e").result()
    until(lambda: shown.total == 9_993)
    asyncio.run(gn.agenerate("joke", "f"))
    until(lambda: shown.total == 9_992)
    assert [row["what"] for row in shown.charges] == ["f", "e", "d"]


def test_it_follows_another_session_of_the_same_place(
    studio: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = gn.balance()
    other = Session(Settings(), studio.provider)
    api.wait(other.spend(api.wait(other.plan(api.Ask("joke", "elsewhere")))))
    until(lambda: shown.total == 9_999)
    other.journal.close()


def test_it_follows_what_went_on_after_an_interrupt(studio: Session) -> None:
    shown = gn.balance()

    async def impatient() -> None:
        plan = await studio.plan(api.Ask("image", "a patient turtle"))
        spending = asyncio.ensure_future(studio.spend(plan))
        while (op := studio.journal.find(plan.fingerprint, 1)) is None or op.state is State.INTENT:
            await asyncio.sleep(0.005)
        spending.cancel()
        await asyncio.gather(spending, return_exceptions=True)

    api.wait(impatient())
    until(lambda: shown.total == 9_994)


def test_every_balance_on_screen_follows(studio: Session) -> None:
    first, second = gn.balance(), gn.balance()
    seen: list[float] = []
    second.observe(lambda change: seen.append(change["new"]), "total")
    gn.generate("joke", "a")
    until(lambda: first.total == second.total == 9_999)
    assert seen == [9_999]
    assert isinstance(first, BalanceView)


@pytest.mark.slow
def test_it_follows_the_courier_of_a_real_kernel(tmp_path: Path) -> None:
    with kernel(tmp_path) as running:
        assert running.run("import generor_nb as gn, time\nshown = gn.balance()").error == []
        assert running.run("gn.generate('joke', 'a')").error == []
        code = "end = time.time() + 10\nwhile shown.total != 9_999 and time.time() < end: time.sleep(0.01)\n"
        assert running.run(f"{code}print(shown.total)").streams.strip() == "9999.0"
