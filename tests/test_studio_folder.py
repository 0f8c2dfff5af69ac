"""The folder: opened by several, left by the dead, written by newer versions."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, inspect
from studio_support import JOKE, PICTURE, Clock, open_studio, owner, problem, quick

from generor_nb.base.errors import ExtraMissing, GenerorError
from generor_nb.studio import Studio

DIES_WHILE_DRAWING = """
    import os, sys
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from studio_support import PICTURE, open_studio, owner
    studio = open_studio(Path({home!r}), work=lambda job: os._exit(9))
    owner(studio).generate("image", PICTURE)
"""


def test_a_call_left_by_a_dead_process_is_failed_and_refunded(tmp_path: Path) -> None:
    script = textwrap.dedent(DIES_WHILE_DRAWING).format(tests=str(Path(__file__).parent), home=str(tmp_path))
    died = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[1])
    assert died.returncode == 9
    studio = open_studio(tmp_path)
    api = owner(studio)
    assert api.credits() == 10_000
    assert [t["type"] for t in api.transactions()][:2] == ["refund", "spend"]
    assert api.data("/creations/1/status")["status"] == "failed"
    studio.close()
    open_studio(tmp_path).close()
    again = open_studio(tmp_path)
    assert [t["type"] for t in owner(again).transactions()] == ["refund", "spend", "signup_bonus"]
    again.close()


class Gate(ThreadPoolExecutor):
    """Engines that wait until they are let through."""

    def __init__(self) -> None:
        super().__init__(2)
        self.begun, self.open = threading.Event(), threading.Event()

    def submit(self, fn: Any, /, job: Any) -> Any:
        return super().submit(self._work, job)

    def _work(self, job: dict[str, Any]) -> dict[str, Any]:
        self.begun.set()
        assert self.open.wait(10)
        return quick(job)


async def wait_for(condition: Any) -> Any:
    for _ in range(500):
        if found := await condition():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


def test_a_caller_who_stops_waiting_finds_the_creation(tmp_path: Path) -> None:
    gate = Gate()
    studio = Studio.open(tmp_path, executor=gate, clock=Clock())

    async def leave() -> list[dict[str, Any]]:
        async with owner(studio).session() as client:
            call = asyncio.ensure_future(client.post("/api/v1/generators/image/generate", json=PICTURE))
            await asyncio.to_thread(gate.begun.wait, 10)
            status = await client.get("/api/v1/creations/1/status")
            assert status.json()["data"]["status"] == "generating"
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            gate.open.set()

            async def finished() -> Any:
                return (await client.get("/api/v1/creations")).json()["data"]

            return list(await wait_for(finished))

    assert [c["creation_id"] for c in asyncio.run(leave())] == [1]
    assert owner(studio).credits() == 9_994
    studio.close()
    gate.shutdown()


def test_a_loop_that_ends_in_the_middle_gives_the_credits_back(tmp_path: Path) -> None:
    gate = Gate()
    studio = Studio.open(tmp_path, executor=gate, clock=Clock())

    async def end() -> None:
        client = owner(studio).session()
        call = asyncio.ensure_future(client.post("/api/v1/generators/image/generate", json=PICTURE))
        await asyncio.to_thread(gate.begun.wait, 10)
        assert not call.done()

    asyncio.run(end())
    gate.open.set()
    assert owner(studio).credits() == 10_000
    studio.close()
    gate.shutdown()


def test_another_opening_leaves_a_living_call_alone(tmp_path: Path) -> None:
    gate = Gate()
    studio = Studio.open(tmp_path, executor=gate, clock=Clock())

    async def both() -> int:
        async with owner(studio).session() as client:
            call = asyncio.ensure_future(client.post("/api/v1/generators/joke/generate", json=JOKE))
            await asyncio.to_thread(gate.begun.wait, 10)
            (await asyncio.to_thread(open_studio, tmp_path)).close()
            gate.open.set()
            return (await call).status_code

    assert asyncio.run(both()) == 201
    studio.close()
    gate.shutdown()


def test_a_call_that_was_given_up_meanwhile_is_refunded_once_and_answers_500(tmp_path: Path) -> None:
    gate = Gate()
    studio = Studio.open(tmp_path, executor=gate, clock=Clock())

    async def lose_the_lock() -> httpx.Response:
        async with owner(studio).session() as client:
            call = asyncio.ensure_future(client.post("/api/v1/generators/joke/generate", json=JOKE))
            await asyncio.to_thread(gate.begun.wait, 10)
            for lock in (tmp_path / "owners").iterdir():
                lock.unlink()
            (await asyncio.to_thread(open_studio, tmp_path)).close()
            gate.open.set()
            return await call

    assert problem(asyncio.run(lose_the_lock()))[:2] == (500, "SERVER_ERROR")
    api = owner(studio)
    assert [t["type"] for t in api.transactions()] == ["refund", "spend", "signup_bonus"]
    assert (api.credits(), api.data("/creations")) == (10_000, [])
    studio.close()
    gate.shutdown()


def test_several_may_open_a_fresh_folder_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        studios = list(pool.map(lambda _: open_studio(tmp_path), range(8)))
    assert {owner(studio).data("/users/me")["user_id"] for studio in studios} == {1}
    assert owner(studios[0]).credits() == 10_000
    for studio in studios:
        studio.close()


def test_a_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    open_studio(tmp_path).close()
    with sqlite3.connect(tmp_path / "studio.sqlite") as database:
        database.execute("INSERT INTO schema_version VALUES (999)")
    with pytest.raises(GenerorError, match="schema 999"):
        open_studio(tmp_path)


def test_the_migrations_make_the_tables_that_are_used(tmp_path: Path) -> None:
    from generor_nb.studio.store import metadata

    open_studio(tmp_path).close()
    found = inspect(create_engine(f"sqlite:///{tmp_path / 'studio.sqlite'}"))
    used = {table.name: [column.name for column in table.columns] for table in metadata.sorted_tables}
    assert {name: [c["name"] for c in found.get_columns(name)] for name in used} == used


def test_equal_files_are_kept_once(tmp_path: Path) -> None:
    def always(job: dict[str, Any]) -> dict[str, Any]:
        return quick({**job, "seed": 1})

    studio = open_studio(tmp_path, work=always)
    owner(studio).generate("image", {**PICTURE, "count": 3})
    assert len([file for file in (tmp_path / "media").rglob("*") if file.is_file()]) == 1
    studio.close()


def test_a_missing_extra_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("generor_nb.studio.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    with pytest.raises(ExtraMissing, match="pip install 'generor_nb\\[studio\\]'"):
        Studio.open(tmp_path)


def test_importing_the_studio_imports_none_of_its_extra() -> None:
    script = "import sys, generor_nb.studio; print({'fastapi', 'sqlalchemy', 'numpy'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[1], capture_output=True)
    assert shown.stdout.strip() == b"set()"


def test_an_engine_that_cannot_be_started_is_500_and_free(tmp_path: Path) -> None:
    gone = ThreadPoolExecutor(1)
    gone.shutdown()
    studio = Studio.open(tmp_path, executor=gone, clock=Clock())
    assert problem(owner(studio).generate("joke", JOKE))[:2] == (500, "SERVER_ERROR")
    assert owner(studio).credits() == 10_000
    studio.close()
