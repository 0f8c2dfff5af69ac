"""Credits: never made, never lost, never taken twice."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from studio_support import JOKE, PICTURE, Api, Clock, Engines, crash, open_studio, owner, problem, refuse

from generor_nb.base.errors import InvalidRequest
from generor_nb.studio import Studio

DAY = 86_400
COSTS = [("image", 10001, 720), ("image", 10001, 80), ("joke", 5, 6), ("joke", 37, 1)]


class Apart(Engines):
    """Engines on a thread, where they may call the API themselves."""

    def __init__(self, pool: Executor, work: Any) -> None:
        super().__init__(work)
        self._pool = pool

    def submit(self, fn: Any, /, job: Any) -> Any:
        return self._pool.submit(self.work, job)


def assert_books_balance(home: Path, api: Api) -> None:
    """The balance is the sum of the transactions, and every transaction's postings sum to zero."""
    rows = api.transactions()
    assert api.credits() == sum(row["amount"] for row in rows)
    assert rows[0]["balance_after"] == api.credits()
    with sqlite3.connect(home / "studio.sqlite") as database:
        uneven = "SELECT transaction_id FROM postings GROUP BY transaction_id HAVING sum(amount) != 0"
        assert database.execute(uneven).fetchall() == []


def spend_down_to(api: Api, left: int) -> None:
    while (excess := api.credits() - left) > 0:
        slug, model_id, credits = next(c for c in COSTS if c[2] <= excess)
        body = {"model_id": model_id, "prompt": "x", "count": 10 if credits > 80 else 1}
        assert api.generate(slug, body).status_code == 201


def test_a_new_account_starts_with_its_bonus(tmp_path: Path) -> None:
    studio = open_studio(tmp_path)
    api = owner(studio)
    assert api.data("/credits/balance") == {
        "total": 10_000,
        "paid": 0,
        "free": 10_000,
        "earned": 0,
        "max": 10_000,
    }
    assert api.transactions() == [
        {
            "transaction_id": 1,
            "type": "signup_bonus",
            "amount": 10_000,
            "balance_after": 10_000,
            "description": "Welcome",
            "created_at": "2026-02-20 12:00:00",
        }
    ]
    studio.close()


def test_the_profile_shows_credits_and_how_much_was_made(tmp_path: Path) -> None:
    studio = open_studio(tmp_path)
    api = owner(studio)
    api.generate("joke", {**JOKE, "count": 3})
    me = api.data("/users/me")
    assert (me["user_id"], me["username"], me["creation_count"]) == (1, "studio", 3)
    assert me["credits"] == api.data("/credits/balance")
    studio.close()


def test_a_spend_is_taken_once_and_noted(tmp_path: Path) -> None:
    studio = open_studio(tmp_path)
    api = owner(studio)
    answer = api.generate("image", {**PICTURE, "count": 10}).json()["data"]
    assert (answer["credit_cost"], answer["credits_remaining"], api.credits()) == (54, 9_946, 9_946)
    assert [(t["type"], t["amount"]) for t in api.data("/credits/transactions?type=spend")] == [
        ("spend", -54)
    ]
    assert_books_balance(tmp_path, api)
    studio.close()


def test_too_few_credits_are_402_with_both_numbers_and_change_nothing(tmp_path: Path) -> None:
    studio = open_studio(tmp_path)
    api = owner(studio)
    spend_down_to(api, 5)
    creations, transactions = api.data("/users/me")["creation_count"], len(api.transactions())
    refused = problem(api.generate("image", PICTURE))
    assert refused == (402, "INSUFFICIENT_CREDITS", "needs 6 credits, 5 left")
    assert (api.credits(), api.data("/users/me")["creation_count"]) == (5, creations)
    assert len(api.transactions()) == transactions
    studio.close()


@pytest.mark.parametrize(("work", "status"), [(crash, 500), (refuse, 400)])
def test_what_an_engine_cannot_do_is_refunded(tmp_path: Path, work: Any, status: int) -> None:
    studio = open_studio(tmp_path, work=work)
    api = owner(studio)
    assert problem(api.generate("joke", {**JOKE, "count": 2}))[0] == status
    assert api.data("/credits/balance")["free"] == 10_000
    assert [(t["type"], t["amount"]) for t in api.transactions()[:2]] == [("refund", 2), ("spend", -2)]
    assert api.data("/creations") == []
    assert api.data("/creations/1/status")["status"] == "failed"
    assert api.get("/creations/1").status_code == 404
    assert_books_balance(tmp_path, api)
    studio.close()


def test_an_engines_refusal_is_told_in_its_own_words(tmp_path: Path) -> None:
    studio = open_studio(tmp_path, work=refuse)
    assert problem(owner(studio).generate("joke", JOKE))[2] == "This engine cannot translate."
    studio.close()


def test_free_credits_go_first_and_a_refund_returns_to_where_it_came_from(tmp_path: Path) -> None:
    studio = open_studio(tmp_path)
    api = owner(studio)
    studio.grant(500)
    api.generate("joke", JOKE)
    assert api.data("/credits/balance") == {
        "total": 10_499,
        "paid": 500,
        "free": 9_999,
        "earned": 0,
        "max": 10_000,
    }
    assert [t["amount"] for t in api.data("/credits/transactions?type=purchase")] == [500]
    studio.close()


def test_the_first_use_of_a_day_tops_up_the_free_bucket_once(tmp_path: Path) -> None:
    clock = Clock()
    studio = open_studio(tmp_path, clock)
    api = owner(studio)
    studio.grant(100)
    api.generate("joke", {**JOKE, "count": 4})
    clock.now += DAY
    assert api.data("/credits/balance")["free"] == 10_000
    assert [t["amount"] for t in api.data("/credits/transactions?type=daily_bonus")] == [4]
    api.generate("joke", JOKE)
    assert api.credits() == 10_099
    assert_books_balance(tmp_path, api)
    studio.close()


def test_a_full_bucket_gets_no_bonus(tmp_path: Path) -> None:
    clock = Clock()
    studio = open_studio(tmp_path, clock)
    clock.now += DAY
    assert owner(studio).data("/credits/transactions?type=daily_bonus") == []
    studio.close()


def test_a_refund_after_a_top_up_is_whole_and_keeps_the_cap(tmp_path: Path) -> None:
    clock = Clock()

    def overnight(_job: dict[str, Any]) -> dict[str, Any]:
        clock.now += DAY
        assert owner(studio).credits() == 10_000
        raise RuntimeError

    with ThreadPoolExecutor(1) as pool:
        studio = Studio.open(tmp_path, executor=Apart(pool, overnight), clock=clock)
        api = owner(studio)
        assert problem(api.generate("joke", JOKE))[0] == 500
    assert api.data("/credits/balance") == {
        "total": 10_001,
        "paid": 0,
        "free": 10_000,
        "earned": 1,
        "max": 10_000,
    }
    assert_books_balance(tmp_path, api)
    studio.close()


def test_sixty_four_parallel_spends_of_the_last_credit_succeed_once(tmp_path: Path) -> None:
    studio = open_studio(tmp_path)
    api = owner(studio)
    spend_down_to(api, 1)

    async def rush() -> list[int]:
        async with api.session() as client:
            calls = (client.post("/api/v1/generators/joke/generate", json=JOKE) for _ in range(64))
            return [response.status_code for response in await asyncio.gather(*calls)]

    statuses = asyncio.run(rush())
    assert sorted(statuses) == [201] + [402] * 63
    assert api.credits() == 0
    studio.close()


def test_spends_of_two_open_studios_on_one_folder_do_not_overdraw(tmp_path: Path) -> None:
    first, second = open_studio(tmp_path), open_studio(tmp_path)
    spend_down_to(owner(first), 10)

    async def rush() -> list[int]:
        async with owner(first).session() as one, owner(second).session() as two:
            calls = (
                c.post("/api/v1/generators/joke/generate", json=JOKE) for c in (one, two) for _ in range(12)
            )
            return [response.status_code for response in await asyncio.gather(*calls)]

    assert sorted(asyncio.run(rush())) == [201] * 10 + [402] * 14
    assert owner(second).credits() == 0
    first.close()
    second.close()


@pytest.mark.parametrize("credits", [0, -5, 1.5, True])
def test_only_whole_positive_credits_can_be_granted(tmp_path: Path, credits: Any) -> None:
    studio = open_studio(tmp_path)
    with pytest.raises(InvalidRequest):
        studio.grant(credits)
    studio.close()


def test_credits_stay_when_the_studio_is_opened_again(tmp_path: Path) -> None:
    studio = open_studio(tmp_path)
    owner(studio).generate("joke", JOKE)
    studio.close()
    again: Studio = open_studio(tmp_path)
    assert owner(again).credits() == 9_999
    again.close()
