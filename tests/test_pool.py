"""Processes for the engines: what they are told, what they survive, and what they leave behind."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import kernel

from generor_nb.studio import pool
from generor_nb.studio.engines import EngineError, run
from generor_nb.studio.pool import Inline, Processes, command, processes

ROOT = Path(__file__).resolve().parents[1]
JOKE = {"engine": "words", "generator": "joke", "prompt": "a cat", "seed": 1, "count": 1}


@pytest.fixture
def workers() -> Iterator[Processes]:
    made = Processes(1, command())
    yield made
    made.shutdown()


def pid_of(workers: Processes) -> int:
    return workers.submit(os.getpid).result()


def end_once(marker: str) -> str:
    """Ends the process it is in, unless it has done so before."""
    path = Path(marker)
    if path.exists():
        return "done"
    path.touch()
    os._exit(1)


def environment() -> dict[str, str]:
    return dict(os.environ)


def meet(folder: str) -> int:
    """Returns when two processes are here at once."""
    (Path(folder) / str(os.getpid())).touch()
    while len(list(Path(folder).iterdir())) < 2:
        time.sleep(0.002)
    return os.getpid()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def gone(pids: list[int], patience: float = 10) -> bool:
    """Whether processes end by themselves."""
    until = time.monotonic() + patience
    while any(alive(pid) for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_nothing_is_started_before_the_first_call() -> None:
    made = Processes(2, ["/no/such/program"])
    made.shutdown()


def test_a_call_runs_in_another_process_which_the_next_one_finds_again(workers: Processes) -> None:
    first = pid_of(workers)
    assert first != os.getpid()
    assert pid_of(workers) == first


def test_an_engine_makes_there_what_it_makes_here(workers: Processes) -> None:
    assert workers.submit(run, JOKE).result() == run(JOKE)


def test_a_refusal_comes_back_as_what_it_is(workers: Processes) -> None:
    with pytest.raises(EngineError, match="no engine"):
        workers.submit(run, {"engine": "none"}).result()


def test_what_an_engine_prints_is_not_taken_for_an_answer(workers: Processes) -> None:
    assert workers.submit(print, "hello").result() is None
    assert workers.submit(os.write, 1, b"raw").result() == 3
    assert workers.submit(len, "four").result() == 4


@pytest.mark.slow
def test_a_call_whose_process_dies_is_tried_again_in_a_new_one(tmp_path: Path, workers: Processes) -> None:
    assert workers.submit(end_once, str(tmp_path / "died")).result() == "done"


def test_a_call_that_ends_every_process_fails_and_the_pool_goes_on(workers: Processes) -> None:
    with pytest.raises(pool.BrokenExecutor):
        workers.submit(os._exit, 1).result()
    assert workers.submit(len, "four").result() == 4


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_process_is_replaced(workers: Processes) -> None:
    first = pid_of(workers)
    os.kill(first, signal.SIGKILL)
    assert pid_of(workers) != first


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_all_idle_processes_may_be_dead_and_a_call_is_still_done(tmp_path: Path) -> None:
    made = Processes(2, command())
    pids = [done.result() for done in [made.submit(meet, str(tmp_path)) for _ in range(2)]]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    assert pid_of(made) not in {*pids, os.getpid()}
    made.shutdown()


def program(text: str) -> list[str]:
    return [sys.executable, "-c", text]


GREETING = "import os; os.write(1, b'Welcome to this machine, and have a nice day')"


@pytest.mark.parametrize("end", [b"", b"\n", b" " * 9000])
def test_what_the_interpreter_prints_at_its_start_is_skipped(end: bytes) -> None:
    start = command()
    start[start.index("-c") + 1] = f"{GREETING}; os.write(1, {end!r}); {pool.START}"
    made = Processes(1, start)
    assert pid_of(made) != os.getpid()
    made.shutdown()


@pytest.mark.parametrize(
    "start",
    [
        ["/no/such/program"],
        [""],
        program("pass"),
        program(GREETING),
        program("import time; time.sleep(600)"),
        program("while True: print('hello')"),
        ["not a program \0"],
    ],
)
def test_where_no_process_can_be_started_calls_run_here(start: list[str]) -> None:
    made = Processes(1, start, patience=0.5)
    assert pid_of(made) == os.getpid()
    assert pid_of(made) == os.getpid()
    made.shutdown()


KEYS = (
    "SOMEBODYS_API_KEY",
    "CI_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "CLIENT_SECRET_2",
    "PGPASSWORD",
    "db_password",
)


@pytest.mark.slow
def test_processes_have_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.setenv(name, "canary")
    monkeypatch.setenv("KEYBOARD", "kept")
    made = Processes(1, command())
    found = made.submit(environment).result()
    assert "canary" not in found.values()
    assert (found["KEYBOARD"], found["OMP_NUM_THREADS"]) == ("kept", "1")
    made.shutdown()


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks processes up in /proc")
def test_one_that_never_gets_ready_is_ended(tmp_path: Path) -> None:
    late = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    made = Processes(1, program(late), patience=0.5)
    assert pid_of(made) == os.getpid()
    assert gone([int((tmp_path / "pid").read_text())])
    made.shutdown()


def test_no_frame_is_believed_to_be_of_any_size() -> None:
    """What else writes to the pipe must not be taken for the length of terabytes."""
    with pytest.raises(EOFError):
        pool._read(io.BufferedReader(io.BytesIO(b"Hello, I am no frame at all")))


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks processes up in /proc")
def test_they_end_when_they_are_let_go() -> None:
    made = Processes(1, command())
    pid = pid_of(made)
    made.shutdown()
    assert gone([pid])


def test_there_is_one_pool_for_all_studios_of_a_process() -> None:
    assert processes() is processes()


def test_inline_runs_at_once() -> None:
    assert Inline().submit(os.getpid).result(timeout=0) == os.getpid()
    assert isinstance(Inline().submit(run, {}).exception(timeout=0), EngineError)


SCRIPT = """
import os, sys
from generor_nb.studio.pool import processes
with open(sys.argv[1], "a") as log:
    log.write("ran\\n")
made = processes()
print(os.getpid(), made.submit(os.getpid).result(), flush=True)
if len(sys.argv) > 2:
    os.kill(os.getpid(), 9)
"""


def script(tmp_path: Path, *arguments: str) -> tuple[list[int], str]:
    """A program without a guard: the processes it names, and how often it ran."""
    path, log = tmp_path / "script.py", tmp_path / "log"
    path.write_text(SCRIPT, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, str(path), str(log), *arguments],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return [int(word) for word in ran.stdout.split()], log.read_text()


def test_a_script_without_a_guard_runs_once(tmp_path: Path) -> None:
    (own, worker), ran = script(tmp_path)
    assert own != worker
    assert ran == "ran\n"


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks processes up in /proc")
def test_they_end_with_an_owner_that_was_killed(tmp_path: Path) -> None:
    pids, _ = script(tmp_path, "die")
    assert gone(pids)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").exists(), reason="looks processes up in /proc")
def test_in_a_kernel_an_interrupt_leaves_them_and_its_death_ends_them(tmp_path: Path) -> None:
    with kernel(tmp_path, {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path / "ipython")}) as running:
        look = "print(os.getpid(), pool.submit(os.getpid).result())"
        start = "import os, time\nfrom generor_nb.studio.pool import processes\npool = processes()\n"
        own, worker = (int(word) for word in running.run(start + look).streams.split())
        sleeping = running.send("print('asleep', flush=True)\ntime.sleep(60)")
        while running.client.get_iopub_msg(timeout=30)["content"].get("text") != "asleep\n":
            pass
        running.interrupt()
        assert running.collect(sleeping).status == "error"
        assert running.run(look).streams.split() == [str(own), str(worker)]
        os.kill(own, signal.SIGKILL)
        assert gone([own, worker])


def test_processes_run_the_same_copy_of_the_package(tmp_path: Path) -> None:
    """The copy of the folder one is in goes before an installed one; a decoy stands for that one."""
    here, installed = tmp_path / "here", tmp_path / "installed"
    here.mkdir()
    (here / "generor_nb").symlink_to(ROOT / "generor_nb")
    (installed / "generor_nb").mkdir(parents=True)
    (installed / "generor_nb" / "__init__.py").touch()
    ask = "import inspect; from generor_nb.studio import pool; made = pool.processes()\n"
    ask += "print(inspect.getsourcefile(pool.Processes))\n"
    ask += "print(made.submit(inspect.getsourcefile, pool.Processes).result())\n"
    ask += "import os; print(os.getpid() != made.submit(os.getpid).result())"
    ran = subprocess.run(
        [sys.executable, "-c", ask],
        env={**os.environ, "PYTHONPATH": str(installed)},
        cwd=here,
        capture_output=True,
        text=True,
        timeout=60,
    )
    own, there, apart = ran.stdout.splitlines()
    assert own == there == str(here / "generor_nb" / "studio" / "pool.py")
    assert apart == "True"
