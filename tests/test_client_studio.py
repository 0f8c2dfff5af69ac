"""The typed client against the studio: embedded, and served on a socket."""

from __future__ import annotations

import asyncio
import os
import pickle
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import Served, serve

import generor_nb as gn
from generor_nb import sessions
from generor_nb.base.errors import (
    BY_CODE,
    Forbidden,
    InvalidRequest,
    KeyMissing,
    NeedsConfirmation,
    NotFound,
    OverBudget,
    Unauthorized,
    ValidationFailed,
)
from generor_nb.contract.generor import MODEL_TYPES, STATUS_BY_CODE
from generor_nb.providers.generor.endpoints import ENDPOINTS, Again
from generor_nb.providers.generor.provider import STUDIO_URL, Generor
from generor_nb.studio import Studio
from generor_nb.studio.routes import OPERATIONS


def run(work: Any) -> Any:
    async def whole() -> Any:
        return await work

    return asyncio.run(whole())


@pytest.fixture(scope="module")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def served(served_home: Path) -> Iterator[Served]:
    with serve(served_home, "--no-rate-limits") as server:
        yield server


@pytest.fixture(params=["embedded", "served"])
def client(request: pytest.FixtureRequest) -> Iterator[gn.AsyncClient]:
    if request.param == "embedded":
        yield gn.AsyncClient("studio")
        return
    server: Served = request.getfixturevalue("served")
    client = gn.AsyncClient(key=gn.Secret(server.key), base_url=server.url)
    yield client
    asyncio.run(client.aclose())


# --- the table ---


def test_the_table_has_the_documents_45_operations() -> None:
    assert len(ENDPOINTS) == 45
    assert len({(e.method, e.path) for e in ENDPOINTS.values()}) == 45
    assert [n for n, e in ENDPOINTS.items() if e.again is Again.PAID] == ["generators.generate"]
    assert [n for n, e in ENDPOINTS.items() if e.method == "GET" and e.again is not Again.READ] == []


def test_every_operation_is_a_method_that_explains_itself(studio: sessions.Session) -> None:
    client = gn.AsyncClient()
    for name, endpoint in ENDPOINTS.items():
        resource, method = name.split(".")
        found = getattr(getattr(client, resource), method)
        plain = re.sub(r"(creation|team|comment|key|model)_id", "id", endpoint.path)
        assert f"{endpoint.method} {plain}" in " ".join(found.__doc__.split()), name


def _plain(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def test_the_studio_has_the_same_operations_and_scopes() -> None:
    table = {(e.method, _plain(e.path)): e.scope for e in ENDPOINTS.values()}
    assert {(o.method, _plain(o.path)): o.scope for o in OPERATIONS} == table


# --- what everybody may see ---


def test_generators_and_models(client: gn.AsyncClient) -> None:
    found = run(client.generators.list())
    assert {"image", "joke"} <= {g.slug for g in found}
    assert found.http.status == 200
    assert found.http.rate.limit
    joke = run(client.generators.get("joke"))
    assert joke.parameters
    assert joke == joke.model_copy()
    groups = run(client.models.all())
    assert set(groups) == set(MODEL_TYPES)
    assert run(client.models.of_type("image")) == groups["image"]
    one = groups["image"][0]
    assert run(client.models.get("image", one.id)) == one
    with pytest.raises(NotFound) as caught:
        run(client.generators.get("nothing"))
    assert vars(caught.value)["http"].status == 404
    with pytest.raises(InvalidRequest, match="picture") as wrong:
        run(client.models.of_type("picture"))
    assert wrong.value.field == "type"


def test_an_estimate_costs_nothing(client: gn.AsyncClient) -> None:
    before = run(client.credits.balance())
    found = run(client.generators.estimate("image", "a harbour", count=2, aspect="16:9"))
    assert found.credit_cost.total == 12
    assert found.credit_cost.count == 2
    assert found.dropped == ()
    assert run(client.credits.balance()) == before
    with pytest.raises(InvalidRequest, match="imagine"):
        run(client.generators.estimate("imagine", "a harbour"))


# --- making something ---


def test_generate_goes_the_way_of_every_cell(client: gn.AsyncClient, tmp_path: Any) -> None:
    before = run(client.credits.balance()).total
    capped = client.options(max_credits=100)
    first = run(capped.generators.generate("image", "a harbour at dusk", yes=True))
    again = run(capped.generators.generate("image", "a harbour at dusk", yes=True))
    assert isinstance(first, gn.Result)
    assert (first.charge, first.replayed, again.replayed) == (6, False, True)
    assert run(client.credits.balance()).total == before - 6
    more = run(capped.generators.generate("image", "a harbour at dusk", again=True, yes=True))
    assert (more.take, more.replayed) == (2, False)

    creation = run(client.creations.get(first.creations[0].id))
    assert (creation.generator, creation.prompt, creation.public) == ("image", "a harbour at dusk", False)
    assert run(client.creations.status(creation.creation_id)).status == "completed"
    file = run(client.download(creation.urls[0], tmp_path / "harbour.webp"))
    assert file.read_bytes() == first.path.read_bytes()
    assert client.url(creation.urls[0]).startswith(client.base_url.removesuffix("/api/v1") + "/")
    spent = run(_page(client.credits.transactions("spend")))
    assert [row.amount for row in spent[:2]] == [-6, -6]


async def _page(pages: Any) -> Any:
    return await pages


def test_a_cap_holds(client: gn.AsyncClient) -> None:
    with pytest.raises(OverBudget):
        run(client.options(max_credits=2).generators.generate("image", "too dear", yes=True))
    with pytest.raises(OverBudget):
        run(client.generators.generate("image", "too dear", max_credits=2, yes=True))
    assert sessions.current("studio").journal.history(5) == []


def test_a_real_account_is_asked_about_first(served: Served) -> None:
    before = len(served.spends())

    async def main() -> None:
        async with gn.AsyncClient(key=gn.Secret(served.key), base_url=served.url) as client:
            with pytest.raises(NeedsConfirmation):
                await client.generators.generate("joke", "nobody said yes")

    asyncio.run(main())
    assert len(served.spends()) == before


def test_a_cancelled_generate_is_paid_for_at_most_once_and_comes_later(served: Served) -> None:
    before = len(served.spends())

    async def main() -> Any:
        async with gn.AsyncClient(key=gn.Secret(served.key), base_url=served.url) as client:
            capped = client.options(max_credits=100)
            task = asyncio.create_task(capped.generators.generate("image", "left behind", yes=True))
            await asyncio.sleep(0.15)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await capped.generators.generate("image", "left behind", yes=True)

    assert asyncio.run(main()).charge == 6
    assert len(served.spends()) == before + 1


# --- other people: two accounts of one studio ---


@pytest.fixture(params=["embedded", "served"])
def pair(
    request: pytest.FixtureRequest, tmp_path: Any
) -> Iterator[tuple[gn.AsyncClient, gn.AsyncClient, str]]:
    """A client for each of two accounts, and the name of the second."""
    served = request.param == "served"
    home = request.getfixturevalue("served_home") if served else tmp_path / "two"
    studio = Studio.open(home)
    name = f"jane{uuid.uuid4().hex[:8]}"
    keys = [studio.local_key(), studio.mint_key("test", user=studio.add_user(name))]
    if served:
        server: Served = request.getfixturevalue("served")
        mine = gn.Secret(server.key)
        clients = [gn.AsyncClient(key=key, base_url=server.url) for key in (mine, keys[1])]
    else:
        clients = [gn.AsyncClient(Generor(STUDIO_URL, key, app=studio.app, name="studio")) for key in keys]
    yield clients[0], clients[1], name
    for client in clients:
        asyncio.run(client.aclose())
    studio.close()


def test_profiles_and_following(pair: tuple[gn.AsyncClient, gn.AsyncClient, str]) -> None:
    me, jane, name = pair

    async def main() -> None:
        changed = await jane.users.update_me(bio="I make things", website="https://example.com")
        assert (changed.bio, changed.username) == ("I make things", name)
        assert (await jane.users.update_me(website=None)).website is None
        seen = await me.users.get(name)
        assert (seen.bio, seen.website, seen.follower_count) == ("I make things", None, 0)
        assert not await me.users.is_following(name)
        assert await me.users.follow(name)
        assert await me.users.follow(name)
        assert await me.users.is_following(name)
        assert [one.username async for one in me.users.followers(name)] == ["studio"]
        assert name in [one.username async for one in me.users.following("studio")]
        assert (await jane.users.me()).follower_count == 1

        made = await jane.generators.generate("joke", "for the feed", public=True, yes=True, max_credits=50)
        assert [row.creation_id async for row in jane.users.creations(name)] == [int(made.creations[0].id)]
        assert (await me.feed.list("joke"))[0].username == name
        assert [row.username async for row in me.feed.list(per_page=1)].count(name) == 1
        assert name in {row.username async for row in me.creations.search("for the feed")}

        assert not await me.users.unfollow(name)
        assert not await me.users.is_following(name)

    asyncio.run(main())


def test_a_creation_from_public_to_gone(pair: tuple[gn.AsyncClient, gn.AsyncClient, str]) -> None:
    me, jane, _ = pair

    async def main() -> None:
        made = await jane.generators.generate("joke", "mine alone", yes=True, max_credits=50)
        number = made.creations[0].id
        with pytest.raises(Forbidden):
            await me.creations.get(number)
        shown = await jane.creations.update(number, public=True, license=2)
        assert (shown.public, shown.license) == (True, 2)
        assert (await me.creations.get(number)).prompt == "mine alone"
        with pytest.raises(Forbidden):
            await me.creations.delete(number)
        assert (await jane.creations.delete(number)).http.status == 200
        with pytest.raises(NotFound):
            await jane.creations.get(number)

    asyncio.run(main())


def test_comments_votes_and_ratings(pair: tuple[gn.AsyncClient, gn.AsyncClient, str]) -> None:
    me, jane, name = pair

    async def main() -> None:
        made = await me.generators.generate("joke", f"for {name}", public=True, yes=True, max_credits=50)
        number = made.creations[0].id
        first = await jane.comments.add(number, "Great \ud800creation!")
        assert (first.text, first.username, first.parent_id) == ("Great \ufffdcreation!", name, None)
        answer = await me.comments.add(number, "Thank you", parent_id=first.comment_id)
        assert answer.parent_id == first.comment_id
        voted = await me.comments.vote(first.comment_id, "up")
        assert (voted.votes.up, voted.votes.down) == (1, 0)
        assert (await me.comments.vote(first.comment_id, "down")).votes.down == 1
        with pytest.raises(Forbidden):
            await me.comments.delete(first.comment_id)
        assert (await jane.comments.delete(first.comment_id)).text is None
        listed = {row.comment_id: row async for row in me.comments.list(number, per_page=1, sort="oldest")}
        assert list(listed) == [first.comment_id, answer.comment_id]
        assert listed[first.comment_id].text is None

        assert (await jane.ratings.get(number)).count == 0
        assert (await jane.ratings.rate(number, 4)).score == 4
        assert (await jane.ratings.rate(number, 5)).average == 5
        assert (await me.ratings.rate(number, 4)).average == 4.5
        assert (await me.ratings.get(number)).count == 2

    asyncio.run(main())


def test_a_team_from_founding_to_leaving(pair: tuple[gn.AsyncClient, gn.AsyncClient, str]) -> None:
    me, jane, name = pair

    async def main() -> None:
        team = await me.teams.create("My Creative Team")
        assert (team.name, [m.role for m in team.members]) == ("My Creative Team", ["owner"])
        assert team.invite_code not in repr(team)
        assert team.team_id in [one.team_id async for one in me.teams.list(per_page=1)]
        with pytest.raises(Forbidden):
            await jane.teams.get(team.team_id)
        both = await me.teams.add_member(team.team_id, name)
        other = next(m for m in both.members if m.username == name)
        assert (other.role, (await jane.teams.get(team.team_id)).team_id) == ("member", team.team_id)
        with pytest.raises(Forbidden):
            await jane.teams.regenerate_invite(team.team_id)
        left = await me.teams.remove_member(team.team_id, other.user_id)
        assert [m.username for m in left.members] == ["studio"]
        renewed = await me.teams.regenerate_invite(team.team_id)
        with pytest.raises(NotFound):
            await jane.teams.join(team.invite_code)
        assert len((await jane.teams.join(renewed.invite_code)).members) == 2
        options = {"team": team.team_id, "yes": True, "max_credits": 50, "public": True}
        assert (await me.generators.estimate("joke", "ours", team=team.team_id)).credit_cost.total == 1
        made = await me.generators.generate("joke", "ours", **options)
        own = await me.generators.generate("joke", "ours", yes=True, max_credits=50, public=True)
        assert (made.replayed, own.replayed) == (False, False)
        shown = [row.creation_id async for row in jane.teams.creations(team.team_id)]
        assert shown == [int(made.creations[0].id)]
        assert (await jane.users.me()).teams[0].team_id == team.team_id
        assert (await jane.teams.leave(team.team_id)).model_extra["left"] is True
        assert [row async for row in jane.teams.list()] == []
        await me.teams.leave(team.team_id)
        with pytest.raises(NotFound):
            await me.teams.get(team.team_id)

    asyncio.run(main())


def test_keys_with_scopes(pair: tuple[gn.AsyncClient, gn.AsyncClient, str]) -> None:
    _, jane, _ = pair

    async def main() -> None:
        made = await jane.api_keys.create("reader", ["read", "write"])
        assert (made.http.status, made.scopes) == (201, ["read", "write"])
        plain = made.api_key.reveal()
        assert plain not in repr(made) + repr(vars(made)) + str(made.model_dump()) + made.model_dump_json()
        assert plain.encode() not in pickle.dumps(made)
        reader = _same_place(jane, made.api_key)
        assert (await reader.users.me()).user_id == (await jane.users.me()).user_id
        with pytest.raises(Forbidden):
            await reader.generators.generate("joke", "may not", yes=True, max_credits=50)
        with pytest.raises(Forbidden):
            await reader.api_keys.create("more", full_access=True)
        names = {row.name: row.key_id async for row in jane.api_keys.list(per_page=1)}
        assert names["reader"] == made.key_id
        assert (await jane.api_keys.revoke(made.key_id)).model_extra["revoked"] is True
        with pytest.raises(Unauthorized):
            await reader.users.me()
        everything = await jane.api_keys.create("all", full_access=True)
        assert everything.scopes == []
        for number in range(8):
            await jane.api_keys.create(f"key {number}", ["read"])
        with pytest.raises(ValidationFailed):
            await jane.api_keys.create("the eleventh", ["read"])
        await reader.aclose()

    asyncio.run(main())


def _same_place(client: gn.AsyncClient, key: gn.Secret) -> gn.AsyncClient:
    provider = client._wire.provider
    if provider.name == "studio":
        app = provider.channel._app
        return gn.AsyncClient(Generor(STUDIO_URL, key, app=app, name="studio"))
    return gn.AsyncClient(key=key, base_url=provider.base_url)


# --- pages ---


def test_all_of_a_list_and_parts_of_it(client: gn.AsyncClient) -> None:
    async def main() -> None:
        for number in range(5):
            await client.generators.generate("joke", f"joke {number}", max_credits=50, public=True, yes=True)
        own = [row.creation_id async for row in client.creations.mine("joke", per_page=2)]
        assert own == sorted(own, reverse=True)
        assert len(own) == len(set(own)) >= 5
        oldest = [row.creation_id async for row in client.creations.mine("joke", per_page=2, sort="oldest")]
        assert oldest == own[::-1]
        page = await client.creations.mine("joke", page=2, per_page=2)
        assert (len(page), page.meta.page, page.meta.has_prev) == (2, 2, True)
        assert [row.creation_id for row in page] == own[2:4]
        beyond = await client.creations.mine(page=10_000)
        assert (list(beyond), beyond.has_next) == ([], False)
        public = [row.creation_id async for row in client.creations.public(per_page=3)]
        assert set(own) <= set(public)
        jokes = [row.creation_id async for row in client.generators.creations("joke", per_page=100)]
        assert [number for number in jokes if number in own] == own

    asyncio.run(main())


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"page": 0}, "page"),
        ({"page": -1}, "page"),
        ({"page": True}, "page"),
        ({"page": 1.5}, "page"),
        ({"page": "2"}, "page"),
        ({"per_page": 0}, "per_page"),
        ({"per_page": 101}, "per_page"),
        ({"sort": "random"}, "sort"),
    ],
)
def test_what_is_out_of_range_is_not_sent(client: gn.AsyncClient, options: Any, field: str) -> None:
    remaining = client.rate
    with pytest.raises(ValueError, match=field) as caught:
        client.creations.mine(**options)
    assert isinstance(caught.value, InvalidRequest)
    assert caught.value.field == field
    assert client.rate == remaining


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda c: c.users.get(""), "username"),
        (lambda c: c.users.get(".."), "username"),
        (lambda c: c.teams.join(" "), "invite_code"),
        (lambda c: c.creations.get("search"), "creation_id"),
        (lambda c: c.creations.get(-1), "creation_id"),
        (lambda c: c.creations.get(True), "creation_id"),
        (lambda c: c.creations.get("٣"), "creation_id"),
        (lambda c: c.creations.update(1, license=3), "license"),
        (lambda c: c.creations.update(1, public="no"), "public"),
        (lambda c: c.creations.update(1), ""),
        (lambda c: c.users.update_me(), ""),
        (lambda c: c.comments.add(1, "  "), "text"),
        (lambda c: c.comments.add(1, "x", parent_id="y"), "parent_id"),
        (lambda c: c.comments.vote(1, "sideways"), "vote"),
        (lambda c: c.ratings.rate(1, 6), "score"),
        (lambda c: c.ratings.rate(1, True), "score"),
        (lambda c: c.ratings.rate(1, 4.5), "score"),
        (lambda c: c.models.get("image", "x"), "model_id"),
        (lambda c: c.api_keys.create("mine"), "scopes"),
        (lambda c: c.api_keys.create("mine", []), "scopes"),
        (lambda c: c.api_keys.create("mine", ["raed"]), "scopes"),
        (lambda c: c.api_keys.create("mine", ["read"], full_access=True), "scopes"),
        (lambda c: c.api_keys.create("", ["read"]), "name"),
    ],
)
def test_what_cannot_be_right_is_not_sent(studio: sessions.Session, call: Any, field: str) -> None:
    client = gn.AsyncClient()

    async def main() -> None:
        await call(client)

    with pytest.raises(InvalidRequest) as caught:
        asyncio.run(main())
    assert caught.value.field == field
    assert caught.value.hint
    assert client.rate.limit is None


# --- whose client it is ---


def test_the_default_is_the_sessions_own(studio: sessions.Session) -> None:
    client = gn.AsyncClient()
    assert client._wire.provider is studio.provider
    run(client.users.me())
    assert studio.provider.quota()
    assert client.rate == studio.provider.channel.rate

    async def main() -> None:
        async with client:
            pass

    run(main())
    assert run(client.users.me()).username == "studio"
    assert run(gn.AsyncClient(studio.provider).users.me()).username == "studio"
    assert repr(client) == "AsyncClient(studio, http://studio/api/v1)"


def test_a_missing_or_wrong_key(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENEROR_API_KEY")
    with pytest.raises(KeyMissing):
        gn.AsyncClient("generor")
    wrong = gn.Secret("gnr_live_" + "0" * 40)

    async def main() -> None:
        async with gn.AsyncClient(key=wrong, base_url=served.url) as client:
            with pytest.raises(Unauthorized):
                await client.users.me()
            with pytest.raises(Unauthorized):
                await client.generators.list()

    asyncio.run(main())


@pytest.mark.parametrize("address", ["http://example.com/api/v1", "ftp://127.0.0.1", "", "generor.com"])
def test_an_address_that_is_not_safe_is_refused(address: str) -> None:
    with pytest.raises(InvalidRequest, match="base_url"):
        gn.AsyncClient(base_url=address)


def test_a_plain_key_is_refused_without_showing_it() -> None:
    plain: Any = "gnr_live_" + "ab" * 20
    with pytest.raises(InvalidRequest, match="Secret") as caught:
        gn.AsyncClient(key=plain, base_url="http://127.0.0.1:1/api/v1")
    assert plain[9:] not in str(caught.value)


def test_two_loops_and_a_thread_share_one_client(client: gn.AsyncClient) -> None:
    async def both() -> list[str]:
        found = await asyncio.gather(client.users.me(), asyncio.to_thread(asyncio.run, client.users.me()))
        return [one.username for one in found]

    assert run(both()) == run(both())


def test_models_pickle_without_their_answer(client: gn.AsyncClient) -> None:
    me = run(client.users.me())
    copy = pickle.loads(pickle.dumps(me))
    assert copy == me
    assert "http" not in me.model_dump()
    assert not hasattr(copy, "http")
    assert me.email is None or me.email not in repr(me)


def test_the_eight_codes_are_known() -> None:
    assert set(BY_CODE) == set(STATUS_BY_CODE)


def test_every_sentence_is_there_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENEROR_LANGUAGE", "ko")
    with pytest.raises(InvalidRequest, match="숫자"):
        gn.AsyncClient("studio").comments.list("x")


def test_another_account_of_the_embedded_studio(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(os.environ["GENEROR_HOME"]) / "studio"
    studio = Studio.open(home)
    key = studio.mint_key("test", user=studio.add_user("jane"))
    studio.close()
    for client in (gn.AsyncClient("studio", key=key), gn.AsyncClient(key=key)):
        assert asyncio.run(client.users.me()).username == "jane"
        asyncio.run(client.aclose())
    with pytest.raises(InvalidRequest, match="base URL"):
        gn.AsyncClient("studio", key=key, base_url="http://127.0.0.1:9/api/v1")
