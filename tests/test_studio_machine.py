"""Two accounts do whatever they like; neither reads or changes what is the other's."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule
from studio_support import Api, open_studio, user

NAMES = ("jane", "sam")
WHO = st.sampled_from(NAMES)
CHANGES = st.fixed_dictionaries(
    {}, optional={"privacy_mode": st.sampled_from([0, 1]), "license": st.sampled_from([1, 2])}
)


class TwoAccounts(RuleBasedStateMachine):
    """What should be is kept in plain dictionaries beside the studio."""

    creations, comments, teams, keys = (
        Bundle("creations"),
        Bundle("comments"),
        Bundle("teams"),
        Bundle("keys"),
    )

    @initialize(target=teams)
    def open(self) -> int:
        """A team of both is there from the start, else they seldom meet."""
        self.home = Path(tempfile.mkdtemp())
        self.studio = open_studio(self.home, rate_limits=False)
        self.api: dict[str, Api] = {name: user(self.studio, name) for name in NAMES}
        self.ids = {name: self.api[name].data("/users/me")["user_id"] for name in NAMES}
        self.creation: dict[int, dict[str, Any]] = {}
        self.comment: dict[int, dict[str, Any]] = {}
        self.members: dict[int, list[str]] = {}
        self.code: dict[int, str] = {}
        self.key: dict[int, str] = {}
        self.bio: dict[str, str | None] = dict.fromkeys(NAMES)
        self.spent = dict.fromkeys(NAMES, 0)
        team = self.found("jane")
        self.add("jane", team, "sam")
        return team

    def teardown(self) -> None:
        if not hasattr(self, "studio"):
            return
        try:
            self.each_has_what_is_its_own()
            self.things_are_as_they_were_left()
        finally:
            self.studio.close()
            shutil.rmtree(self.home)

    def may_see(self, who: str, creation_id: int) -> int:
        """The status of looking at a creation."""
        made = self.creation[creation_id]
        if made["gone"]:
            return 404
        return 200 if made["owner"] == who or not made["privacy_mode"] else 403

    def may_change(self, who: str, creation_id: int) -> int:
        made = self.creation[creation_id]
        return 404 if made["gone"] else 200 if made["owner"] == who else 403

    @rule(target=creations, who=WHO, private=st.sampled_from([0, 1]), team=teams | st.none())
    def make(self, who: str, private: int, team: int | None) -> Any:
        body = {"model_id": 37, "prompt": f"by {who}", "privacy_mode": private, "team_id": team}
        response = self.api[who].generate("joke", body)
        if team is not None and who not in self.members[team]:
            assert response.status_code == (403 if self.members[team] else 404)
            return multiple()
        assert response.status_code == 201
        number = response.json()["data"]["creations"][0]["creation_id"]
        self.spent[who] += 1
        self.creation[number] = {
            "owner": who,
            "privacy_mode": private,
            "license": 1,
            "team": team,
            "gone": False,
            "scores": {},
        }
        return number

    @rule(who=WHO, number=creations)
    def look(self, who: str, number: int) -> None:
        expected = self.may_see(who, number)
        for path in ("", "/status", "/comments", "/rating"):
            assert self.api[who].get(f"/creations/{number}{path}").status_code == expected

    @rule(who=WHO, number=creations, changes=CHANGES)
    def change(self, who: str, number: int, changes: dict[str, int]) -> None:
        response = self.api[who].patch(f"/creations/{number}", changes)
        assert response.status_code == self.may_change(who, number)
        if response.status_code == 200:
            self.creation[number].update(changes)

    @rule(who=WHO, number=creations)
    def delete(self, who: str, number: int) -> None:
        response = self.api[who].delete(f"/creations/{number}")
        assert response.status_code == self.may_change(who, number)
        self.creation[number]["gone"] |= response.status_code == 200

    @rule(who=WHO, number=creations, score=st.integers(1, 5))
    def rate(self, who: str, number: int, score: int) -> None:
        response = self.api[who].post(f"/creations/{number}/rating", {"score": score})
        assert response.status_code == self.may_see(who, number)
        if response.status_code == 200:
            scores = self.creation[number]["scores"]
            scores[who] = score
            average = round(sum(scores.values()) / len(scores), 2)
            assert (response.json()["data"]["average"], response.json()["data"]["count"]) == (
                average,
                len(scores),
            )

    @rule(target=comments, who=WHO, number=creations)
    def say(self, who: str, number: int) -> Any:
        response = self.api[who].post(f"/creations/{number}/comments", {"text": f"{who} says"})
        seen = self.may_see(who, number)
        assert response.status_code == (201 if seen == 200 else seen)
        if response.status_code != 201:
            return multiple()
        comment = response.json()["data"]["comment_id"]
        self.comment[comment] = {"owner": who, "creation": number, "text": f"{who} says", "votes": {}}
        return comment

    @rule(who=WHO, number=comments)
    def unsay(self, who: str, number: int) -> None:
        comment = self.comment[number]
        gone = comment["text"] is None or self.creation[comment["creation"]]["gone"]
        response = self.api[who].delete(f"/comments/{number}")
        assert response.status_code == (404 if gone else 200 if comment["owner"] == who else 403)
        if response.status_code == 200:
            comment["text"] = None

    @rule(who=WHO, number=comments, choice=st.sampled_from(["up", "down"]))
    def vote(self, who: str, number: int, choice: str) -> None:
        comment = self.comment[number]
        response = self.api[who].post(f"/comments/{number}/vote", {"vote": choice})
        assert response.status_code == (
            404 if comment["text"] is None else self.may_see(who, comment["creation"])
        )
        if response.status_code == 200:
            comment["votes"][who] = choice

    @rule(target=teams, who=WHO)
    def found(self, who: str) -> int:
        team = self.api[who].post("/teams", {"name": f"{who}'s"}).json()["data"]
        self.members[team["team_id"]], self.code[team["team_id"]] = [who], team["invite_code"]
        return int(team["team_id"])

    def in_team(self, who: str, team: int, *, owner: bool = False) -> int:
        if not self.members[team]:
            return 404
        allowed = self.members[team][:1] if owner else self.members[team]
        return 200 if who in allowed else 403

    @rule(who=WHO, team=teams)
    def look_at_team(self, who: str, team: int) -> None:
        expected = self.in_team(who, team)
        assert self.api[who].get(f"/teams/{team}").status_code == expected
        listed = self.api[who].get(f"/teams/{team}/creations?per_page=100")
        assert listed.status_code == expected
        if expected == 200:
            shown = {
                n for n, made in self.creation.items() if made["team"] == team and self.may_see(who, n) == 200
            }
            assert {creation["creation_id"] for creation in listed.json()["data"]} == shown

    @rule(who=WHO, team=teams, other=WHO)
    def add(self, who: str, team: int, other: str) -> None:
        response = self.api[who].post(f"/teams/{team}/members", {"username": other})
        assert response.status_code == self.in_team(who, team)
        if response.status_code == 200 and other not in self.members[team]:
            self.members[team].append(other)

    @rule(who=WHO, team=teams, other=WHO)
    def remove(self, who: str, team: int, other: str) -> None:
        response = self.api[who].delete(f"/teams/{team}/members/{self.ids[other]}")
        allowed = self.in_team(who, team, owner=True)
        there = 400 if other == who else 200 if other in self.members[team] else 404
        assert response.status_code == (there if allowed == 200 else allowed)
        if response.status_code == 200:
            self.members[team].remove(other)

    @rule(who=WHO, team=teams)
    def leave(self, who: str, team: int) -> None:
        response = self.api[who].delete(f"/teams/{team}")
        assert response.status_code == self.in_team(who, team)
        if response.status_code == 200:
            self.members[team].remove(who)

    @rule(who=WHO, team=teams)
    def renew(self, who: str, team: int) -> None:
        old = self.code[team]
        response = self.api[who].post(f"/teams/{team}/invite", None)
        assert response.status_code == self.in_team(who, team, owner=True)
        if response.status_code == 200:
            self.code[team] = response.json()["data"]["invite_code"]
            assert self.api[who].post(f"/teams/join/{old}", None).status_code == 404

    @rule(who=WHO, team=teams)
    def join(self, who: str, team: int) -> None:
        response = self.api[who].post(f"/teams/join/{self.code[team]}", None)
        assert response.status_code == (200 if self.members[team] else 404)
        if response.status_code == 200 and who not in self.members[team]:
            self.members[team].append(who)

    @rule(target=keys, who=WHO)
    def mint(self, who: str) -> Any:
        response = self.api[who].post("/api-keys", {"name": "k"})
        if response.status_code == 400:
            assert list(self.key.values()).count(who) == 9
            return multiple()
        number = response.json()["data"]["key_id"]
        self.key[number] = who
        return number

    @rule(who=WHO, number=keys)
    def revoke(self, who: str, number: int) -> None:
        response = self.api[who].delete(f"/api-keys/{number}")
        assert response.status_code == (200 if self.key.get(number) == who else 404)
        if response.status_code == 200:
            del self.key[number]

    @rule(who=WHO, bio=st.text(max_size=20))
    def describe(self, who: str, bio: str) -> None:
        assert self.api[who].patch("/users/me", {"bio": bio}).status_code == 200
        self.bio[who] = bio

    def each_has_what_is_its_own(self) -> None:
        for who, api in self.api.items():
            me = api.data("/users/me")
            teams = {team["team_id"]: [m["username"] for m in team["members"]] for team in me["teams"]}
            assert (me["bio"], me["credits"]["total"]) == (self.bio[who], 10_000 - self.spent[who])
            assert teams == {team: names for team, names in self.members.items() if who in names}
            mine = {n for n, made in self.creation.items() if made["owner"] == who and not made["gone"]}
            assert set(api.ids("/creations?per_page=100")) == mine
            shown = {n for n, m in self.creation.items() if not m["gone"] and not m["privacy_mode"]}
            for path in ("/creations/public?", "/creations/search?q=by&"):
                assert set(api.ids(f"{path}per_page=100")) == shown

    def things_are_as_they_were_left(self) -> None:
        for number, made in self.creation.items():
            if made["gone"]:
                continue
            api = self.api[made["owner"]]
            data = api.data(f"/creations/{number}")
            assert (data["privacy_mode"], data["license"]) == (made["privacy_mode"], made["license"])
            assert api.data(f"/creations/{number}/rating")["count"] == len(made["scores"])
            said = {
                c["comment_id"]: (c["text"], c["votes"]) for c in api.data(f"/creations/{number}/comments")
            }
            assert said == {
                n: (c["text"], {v: list(c["votes"].values()).count(v) for v in ("up", "down")})
                for n, c in self.comment.items()
                if c["creation"] == number
            }


TestTwoAccounts = pytest.mark.slow(TwoAccounts.TestCase)
TestTwoAccounts.settings = settings(
    max_examples=24,
    stateful_step_count=40,
    deadline=None,
    # Forty steps can be read as they are; making them fewer takes minutes.
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
