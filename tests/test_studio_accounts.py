"""Keys, scopes and rates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from studio_support import JOKE, NOON, Api, Clock, anonymous, open_studio, owner, problem

from generor_nb.base.errors import InvalidRequest
from generor_nb.studio import Studio
from generor_nb.studio.rates import ANONYMOUS, CROWD, Rates

READS = ["/creations", "/users/me", "/credits/balance", "/credits/transactions"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def studio(tmp_path: Path, clock: Clock) -> Iterator[Studio]:
    opened = open_studio(tmp_path, clock)
    yield opened
    opened.close()


def test_a_key_has_the_documented_form(studio: Studio) -> None:
    assert re.fullmatch(r"gnr_live_[0-9a-f]{40}", studio.mint_key("mine").reveal())
    assert re.fullmatch(r"gnr_live_[0-9a-f]{40}", studio.local_key().reveal())


def test_no_key_is_kept_in_the_folder(studio: Studio, tmp_path: Path) -> None:
    keys = [studio.mint_key("mine"), studio.local_key()]
    owner(studio).generate("joke", JOKE)
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for key in keys:
        assert key.reveal().removeprefix("gnr_live_")[8:].encode() not in kept


def test_the_local_key_is_of_this_opening_only(studio: Studio, tmp_path: Path) -> None:
    other = open_studio(tmp_path)
    assert problem(Api(other, studio.local_key()).get("/users/me"))[0] == 401
    other.close()


def test_a_minted_key_works_in_every_opening(studio: Studio, tmp_path: Path) -> None:
    key, other = studio.mint_key("mine"), open_studio(tmp_path)
    assert Api(other, key).get("/users/me").status_code == 200
    other.close()


def test_a_revoked_key_is_invalid_at_once(studio: Studio) -> None:
    key = studio.mint_key("mine")
    studio.revoke_key(key)
    assert problem(Api(studio, key).get("/users/me"))[0] == 401


def test_replacing_a_key_revokes_the_earlier_one_of_that_name(studio: Studio) -> None:
    old, kept = studio.mint_key("mine"), studio.mint_key("other")
    new = studio.mint_key("mine", replace=True)
    statuses = [Api(studio, key).get("/users/me").status_code for key in (old, kept, new)]
    assert statuses == [401, 200, 200]


def test_the_eleventh_active_key_is_refused(studio: Studio) -> None:
    keys = [studio.mint_key(f"key {number}") for number in range(10)]
    with pytest.raises(InvalidRequest, match="10 active keys"):
        studio.mint_key("one more")
    studio.revoke_key(keys[0])
    studio.mint_key("one more")


def test_an_unknown_scope_is_refused(studio: Studio) -> None:
    with pytest.raises(InvalidRequest, match="admin"):
        studio.mint_key("mine", ["read", "admin"])


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "gnr_live_", "Bearer é"])
def test_whatever_is_no_bearer_key_is_401(studio: Studio, header: str) -> None:
    response = anonymous(studio).call(
        "GET", "/api/v1/models", headers={"Authorization": header.encode("latin-1")}
    )
    assert problem(response)[:2] == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(
    ("scopes", "status"), [([], 200), (["read"], 200), (["write"], 403), (["generate"], 403)]
)
def test_reading_needs_the_scope_read(studio: Studio, path: str, scopes: list[str], status: int) -> None:
    assert Api(studio, studio.mint_key("k", scopes)).get(path).status_code == status


@pytest.mark.parametrize(("scopes", "status"), [([], 201), (["generate"], 201), (["read", "write"], 403)])
def test_generating_needs_the_scope_generate_only(studio: Studio, scopes: list[str], status: int) -> None:
    assert Api(studio, studio.mint_key("k", scopes)).generate("joke", JOKE).status_code == status


@pytest.mark.parametrize("scope", ["read", "write", "generate"])
def test_public_operations_are_gated_by_no_scope(studio: Studio, scope: str) -> None:
    api = Api(studio, studio.mint_key("k", [scope]))
    assert api.estimate("joke", JOKE).status_code == 200
    assert api.get("/models").status_code == 200


def test_a_private_creation_needs_the_scope_read(studio: Studio) -> None:
    api = Api(studio, studio.mint_key("k", ["generate"]))
    api.generate("joke", {**JOKE, "privacy_mode": 1})
    assert problem(api.get("/creations/1"))[:2] == (403, "FORBIDDEN")


@pytest.mark.parametrize(("tier", "limit"), [("free", 30), ("basic", 60), ("pro", 120), ("enterprise", 300)])
def test_a_key_has_its_tiers_minute(studio: Studio, tier: str, limit: int) -> None:
    studio.set_tier(tier)
    headers = Api(studio, studio.mint_key("k")).get("/users/me").headers
    shown = (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"], headers["X-RateLimit-Tier"])
    assert shown == (str(limit), str(limit - 1), tier)


def test_an_unknown_tier_is_refused(studio: Studio) -> None:
    with pytest.raises(InvalidRequest, match="gold"):
        studio.set_tier("gold")


def test_the_owner_is_unlimited_in_process(studio: Studio) -> None:
    headers = owner(studio).get("/users/me").headers
    assert (headers["X-RateLimit-Tier"], headers["X-RateLimit-Limit"]) == ("unlimited", "1000000")


def test_a_full_minute_is_429_until_it_is_over(studio: Studio, clock: Clock) -> None:
    api = anonymous(studio)
    clock.now += 20
    assert [api.get("/models").status_code for _ in range(16)] == [200] * 15 + [429]
    response = api.get("/models")
    assert problem(response)[:2] == (429, "RATE_LIMIT_EXCEEDED")
    assert (response.headers["Retry-After"], response.headers["X-RateLimit-Remaining"]) == ("40", "0")
    assert response.headers["X-RateLimit-Reset"] == str(int(NOON) + 60)
    clock.now += 40
    assert api.get("/models").status_code == 200


def test_peers_and_keys_are_counted_apart(studio: Studio) -> None:
    for _ in range(16):
        last = anonymous(studio).get("/models")
    assert last.status_code == 429
    assert Api(studio, None, peer="10.0.0.2").get("/models").status_code == 200
    assert Api(studio, studio.mint_key("k")).get("/models").status_code == 200


def test_a_forwarded_address_does_not_count_as_another_peer(studio: Studio) -> None:
    api = anonymous(studio)
    path = "/api/v1/models"
    statuses = [
        api.call("GET", path, headers={"X-Forwarded-For": f"10.9.9.{n}"}).status_code for n in range(16)
    ]
    assert statuses[-1] == 429


@pytest.mark.slow
def test_the_hour_is_enforced_too(studio: Studio, clock: Clock) -> None:
    api = Api(studio, studio.mint_key("k"))
    for minute in range(17):
        clock.now = NOON + minute * 60
        statuses = [api.get("/models/text").status_code for _ in range(30)]
    assert statuses == [200] * 20 + [429] * 10
    response = api.get("/models/text")
    assert response.headers["Retry-After"] == str(3_600 - 16 * 60)
    assert response.headers["X-RateLimit-Limit"] == "30"


def test_limits_can_be_switched_off(tmp_path: Path) -> None:
    studio = open_studio(tmp_path, rate_limits=False)
    api = anonymous(studio)
    assert {api.get("/models").status_code for _ in range(20)} == {200}
    assert api.get("/models").headers["X-RateLimit-Tier"] == "unlimited"
    studio.close()


def test_a_crowd_of_peers_is_forgotten_when_its_minute_is_over() -> None:
    clock = Clock()
    rates = Rates(clock)
    for peer in range(CROWD):
        rates.take(f"peer:{peer}", ANONYMOUS)
    clock.now += 60
    rates.take("peer:new", ANONYMOUS)
    assert len(rates) == 1


def test_when_hour_and_day_are_both_full_the_day_is_waited_for() -> None:
    midnight = NOON - 12 * 3_600
    clock = Clock(midnight)
    rates = Rates(clock)
    for hour in range(10):
        for minute in range(17):
            clock.now = midnight + hour * 3_600 + minute * 60
            for _ in range(30):
                last = rates.take("key:1", "free")
    assert last.retry_after == midnight + 86_400 - clock.now
    clock.now = midnight + 86_400
    assert rates.take("key:1", "free").retry_after is None
