"""A folder that an earlier version wrote is opened with everything in it."""

# ruff: noqa: E501

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from studio_support import Api, open_studio, owner, problem, user
from test_studio_credits import assert_books_balance

from generor_nb.base.secret import Secret
from generor_nb.contract.generor import KEY_PREFIX
from generor_nb.studio import Studio
from generor_nb.studio.migrations import MIGRATIONS

# What version 1 wrote when two accounts had made a joke, a private picture and two more jokes, as SQLite dumps it.
VERSION_1 = """
BEGIN TRANSACTION;
CREATE TABLE api_keys (
    key_id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT
);
INSERT INTO "api_keys" VALUES(1,1,'mine','PREFIX','DIGEST','["read", "write"]','2026-02-20 12:00:00',NULL);
INSERT INTO "api_keys" VALUES(2,1,'old','KEY_746bf47d','7ea6f7de6253d9ec36a931fdd8bb57bda635ff4fe5bce208cd59f8ec1b5d6a83','[]','2026-02-20 12:00:00','2026-02-20 12:00:00');
INSERT INTO "api_keys" VALUES(3,1,'old','KEY_e9a887c0','0af6320e3ce0154f405a876e9589e2d9d1c820cb88d2cfe86044f3d681399c34','[]','2026-02-20 12:00:00',NULL);
INSERT INTO "api_keys" VALUES(4,2,'hers','KEY_796d1435','a39a1e350b54047f8badec7f853d016cb31db1bad422743b103d4c59fae4ecec','[]','2026-02-20 12:00:00',NULL);
CREATE TABLE assets (
    asset_id INTEGER PRIMARY KEY AUTOINCREMENT,
    creation_id INTEGER NOT NULL REFERENCES creations,
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    UNIQUE (folder, name)
);
INSERT INTO "assets" VALUES(1,2,'img','image-2-520f8ad72ea043b37d4bf03717911766.webp','833361e55f152444767dae2f12ab83fa351be0d5e1d3cbb31cbaf1234a4f167a','image/webp',44,1024,1024);
CREATE TABLE creations (
    creation_id INTEGER PRIMARY KEY AUTOINCREMENT,
    generation_id INTEGER NOT NULL REFERENCES generations,
    user_id INTEGER NOT NULL REFERENCES users,
    generator TEXT NOT NULL,
    model_id INTEGER NOT NULL,
    prompt TEXT NOT NULL,
    created_at TEXT NOT NULL,
    privacy_mode INTEGER NOT NULL,
    license INTEGER NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    text TEXT,
    generator_data TEXT,
    deleted_at TEXT
);
INSERT INTO "creations" VALUES(1,1,1,'joke',37,'Tell me a joke about programming','2026-02-20 12:00:00',0,1,'text','completed','Tell me a joke about programming 7614640318391272133','{"illustration_desc": "a bug on a dark background", "engine": "words", "engine_version": "1", "procedural": true, "parameters": {"model-text": "37", "joke-count": "1"}}',NULL);
INSERT INTO "creations" VALUES(2,2,1,'image',10003,'A sunset over mountains','2026-02-20 12:00:00',1,1,'img','completed',NULL,'{"engine": "scene", "engine_version": "1", "procedural": true, "parameters": {"image-aspect-ratio": "1", "model-image": "10003", "image-count": "1"}}',NULL);
INSERT INTO "creations" VALUES(3,3,2,'joke',37,'Tell me a joke about programming','2026-02-20 12:00:00',0,1,'text','completed','Tell me a joke about programming 1732371955023158323','{"illustration_desc": "a bug on a dark background", "engine": "words", "engine_version": "1", "procedural": true, "parameters": {"model-text": "37", "joke-count": "2"}}',NULL);
INSERT INTO "creations" VALUES(4,3,2,'joke',37,'Tell me a joke about programming','2026-02-20 12:00:00',0,1,'text','completed','Tell me a joke about programming 6993691673156297788','{"illustration_desc": "a bug on a dark background", "engine": "words", "engine_version": "1", "procedural": true, "parameters": {"model-text": "37", "joke-count": "2"}}',NULL);
CREATE TABLE generations (
    generation_id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users,
    generator TEXT NOT NULL,
    model_id INTEGER NOT NULL,
    count INTEGER NOT NULL,
    body_digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
    owner TEXT NOT NULL,
    spend_id INTEGER REFERENCES transactions,
    seconds REAL,
    created_at TEXT NOT NULL
);
INSERT INTO "generations" VALUES(1,1,'joke',37,1,'bd974dc732974506ddb70077ac069f7ea5853a0a22979324b001204e0f0e7364','done','28fc444bd2e37167',2,0.007,'2026-02-20 12:00:00');
INSERT INTO "generations" VALUES(2,1,'image',10003,1,'04240cbb6bf46a661cc31e98f0bebe49b7cb36aa7cedb74d3effaca998ad8092','done','28fc444bd2e37167',3,0.133,'2026-02-20 12:00:00');
INSERT INTO "generations" VALUES(3,2,'joke',37,2,'42e74a13f0dff70cbaca8793a2ba73485614114cc133a8b1d0cb25c51e7c0cef','done','28fc444bd2e37167',5,0.004,'2026-02-20 12:00:00');
CREATE TABLE postings (
    posting_id INTEGER PRIMARY KEY AUTOINCREMENT,
    transaction_id INTEGER NOT NULL REFERENCES transactions,
    account TEXT NOT NULL,
    amount INTEGER NOT NULL
);
INSERT INTO "postings" VALUES(1,1,'user:1:free',10000);
INSERT INTO "postings" VALUES(2,1,'house:gifts',-10000);
INSERT INTO "postings" VALUES(3,2,'user:1:free',-1);
INSERT INTO "postings" VALUES(4,2,'house:work',1);
INSERT INTO "postings" VALUES(5,3,'user:1:free',-6);
INSERT INTO "postings" VALUES(6,3,'house:work',6);
INSERT INTO "postings" VALUES(7,4,'user:2:free',10000);
INSERT INTO "postings" VALUES(8,4,'house:gifts',-10000);
INSERT INTO "postings" VALUES(9,5,'user:2:free',-2);
INSERT INTO "postings" VALUES(10,5,'house:work',2);
INSERT INTO "postings" VALUES(11,6,'user:1:paid',50);
INSERT INTO "postings" VALUES(12,6,'house:sales',-50);
CREATE TABLE schema_version (version INTEGER PRIMARY KEY);
INSERT INTO "schema_version" VALUES(1);
CREATE TABLE transactions (
    transaction_id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users,
    type TEXT NOT NULL,
    amount INTEGER NOT NULL,
    balance_after INTEGER NOT NULL CHECK (balance_after >= 0),
    description TEXT NOT NULL,
    created_at TEXT NOT NULL
);
INSERT INTO "transactions" VALUES(1,1,'signup_bonus',10000,10000,'Welcome','2026-02-20 12:00:00');
INSERT INTO "transactions" VALUES(2,1,'spend',-1,9999,'joke, Gemini 3.5 Flash, 1','2026-02-20 12:00:00');
INSERT INTO "transactions" VALUES(3,1,'spend',-6,9993,'image, Flux Schnell, 1','2026-02-20 12:00:00');
INSERT INTO "transactions" VALUES(4,2,'signup_bonus',10000,10000,'Welcome','2026-02-20 12:00:00');
INSERT INTO "transactions" VALUES(5,2,'spend',-2,9998,'joke, Gemini 3.5 Flash, 2','2026-02-20 12:00:00');
INSERT INTO "transactions" VALUES(6,1,'purchase',50,10043,'Credits bought','2026-02-20 12:00:00');
CREATE TABLE users (
    user_id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL UNIQUE,
    email TEXT,
    avatar TEXT,
    bio TEXT,
    website TEXT,
    joined TEXT NOT NULL,
    tier TEXT NOT NULL,
    max_free INTEGER NOT NULL,
    bonus_day TEXT NOT NULL
);
INSERT INTO "users" VALUES(1,'studio',NULL,NULL,NULL,NULL,'2026-02-20 12:00:00','free',10000,'2026-02-20');
INSERT INTO "users" VALUES(2,'jane',NULL,NULL,NULL,NULL,'2026-02-20 12:00:00','free',10000,'2026-02-20');
CREATE INDEX api_keys_by_user ON api_keys (user_id);
CREATE INDEX transactions_by_user ON transactions (user_id, transaction_id);
CREATE INDEX postings_by_account ON postings (account, amount);
CREATE INDEX postings_by_transaction ON postings (transaction_id);
CREATE INDEX generations_by_body ON generations (user_id, body_digest);
CREATE INDEX generations_by_model ON generations (generator, model_id, state);
CREATE INDEX generations_pending ON generations (owner) WHERE state = 'pending';
CREATE INDEX creations_by_user ON creations (user_id, creation_id);
CREATE INDEX creations_by_generator ON creations (generator, creation_id);
CREATE INDEX creations_by_generation ON creations (generation_id);
CREATE INDEX assets_by_creation ON assets (creation_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('users',2);
INSERT INTO "sqlite_sequence" VALUES('transactions',6);
INSERT INTO "sqlite_sequence" VALUES('postings',12);
INSERT INTO "sqlite_sequence" VALUES('api_keys',4);
INSERT INTO "sqlite_sequence" VALUES('generations',3);
INSERT INTO "sqlite_sequence" VALUES('creations',4);
INSERT INTO "sqlite_sequence" VALUES('assets',1);
COMMIT;
"""
KEY = KEY_PREFIX + "5eed" * 10


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of version 1; KEY is of its account 1 and may read and write."""
    filled = VERSION_1.replace("PREFIX", KEY[:17]).replace("KEY_", KEY_PREFIX)
    with sqlite3.connect(tmp_path / "studio.sqlite") as database:
        database.executescript(filled.replace("DIGEST", hashlib.sha256(KEY.encode()).hexdigest()))
    return tmp_path


@pytest.fixture
def studio(home: Path) -> Iterator[Studio]:
    opened = open_studio(home)
    yield opened
    opened.close()


def schema(home: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(home / "studio.sqlite") as database:
        rows = database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        return [(name, " ".join(sql.replace('"', "").split())) for name, sql in rows]


def test_the_first_version_is_as_it_was_released() -> None:
    written = {" ".join(line.split()) for line in VERSION_1.replace('"', "").split(";")}
    for statement in MIGRATIONS[0]:
        assert " ".join(statement.split()) in written


def test_it_ends_with_the_tables_of_a_fresh_folder(home: Path, studio: Studio, tmp_path: Path) -> None:
    open_studio(tmp_path / "fresh").close()
    assert schema(home) == schema(tmp_path / "fresh")
    with sqlite3.connect(home / "studio.sqlite") as database:
        versions = database.execute("SELECT version FROM schema_version ORDER BY version").fetchall()
    assert versions == [(number,) for number in range(1, len(MIGRATIONS) + 1)]


def test_nothing_is_lost(home: Path, studio: Studio) -> None:
    api, jane = owner(studio), user(studio, "jane")
    assert (api.ids("/creations"), jane.ids("/creations")) == ([2, 1], [4, 3])
    assert api.data("/creations/2")["privacy_mode"] == 1
    assert problem(jane.get("/creations/2"))[0] == 403
    assert api.data("/creations/1")["text"] == "Tell me a joke about programming 7614640318391272133"
    assert (api.credits(), jane.credits()) == (10_043, 9_998)
    for account in (api, jane):
        assert_books_balance(home, account)


def test_its_keys_work_and_keep_their_scopes(studio: Studio) -> None:
    api = Api(studio, Secret(KEY))
    assert [key["name"] for key in api.data("/api-keys")] == ["old", "mine"]
    assert api.data("/api-keys?sort=oldest")[0]["last_used_at"] == "2026-02-20 12:00:00"
    assert problem(api.generate("joke", {"model_id": 37, "prompt": "x"}))[:2] == (403, "FORBIDDEN")


def test_what_is_new_works_with_what_is_old(studio: Studio) -> None:
    api, jane = owner(studio), user(studio, "jane")
    api.post("/users/jane/follow", None)
    assert api.ids("/feed") == [4, 3]
    assert api.post("/creations/3/comments", {"text": "Still good"}).status_code == 201
    assert api.post("/creations/3/rating", {"score": 4}).json()["data"]["count"] == 1
    assert api.patch("/creations/1", {"privacy_mode": 1}).json()["data"]["privacy_mode"] == 1
    jane.post("/teams", {"name": "Late"})
    made = jane.make(team_id=1)
    assert (made, jane.ids("/teams/1/creations")) == (5, [5])


def test_opening_it_twice_is_the_same(home: Path) -> None:
    for _ in range(2):
        opened = open_studio(home)
        assert owner(opened).ids("/creations") == [2, 1]
        opened.close()
