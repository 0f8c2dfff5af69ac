"""Processes for the engines: started at first use, replaced when they die, gone when their owner is.

Python's own pools import the user's ``__main__`` again in each process, which would run a script that has
no guard a second time. These know nothing of ``__main__``: each is a plain interpreter that reads calls
from a pipe until the pipe ends, and it ends with whoever holds the other side.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import IO, Any, TypeVar

T = TypeVar("T")

MOST = 2
PATIENCE = 30.0  # seconds until a process is ready
# A line of its own, since whatever starts with the interpreter may print something before it.
READY = b"generor_nb engine ready\n"
SIZE = struct.Struct(">Q")
LARGEST = 1 << 29  # bytes of a frame; what claims to be longer is none
# Its arguments are the folder of this very package, then where the parent finds its modules.
START = (
    "import sys; sys.path[:] = sys.argv[1:]; import generor_nb; del sys.path[0]; "
    "from generor_nb.studio.pool import attend; attend()"
)
_SECRET = re.compile(r"(?:_KEY|TOKEN)$|SECRET|PASSWORD", re.IGNORECASE)
# Matrices are small here: more threads than workers only get in each other's way.
CALM = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Worker:
    """One process. Nobody else may use it meanwhile.

    Raises:
        OSError: no process can be started here.
    """

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, with a program of ours
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            **_APART,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_ready(self, patience: float) -> None:
        """Until it can take calls; one that takes more seconds than ``patience`` is stopped.

        Raises:
            EOFError: it died before.
        """
        limit = threading.Timer(patience, self._process.kill)
        limit.start()
        try:
            while (line := self._out.readline(4096)) != READY:
                if not line:
                    raise EOFError
        finally:
            limit.cancel()

    def call(self, frame: bytes) -> tuple[bool, Any]:
        """Whether a pickled call returned, and what it returned or raised.

        Raises:
            EOFError, OSError: the process died.
        """
        _write(self._in, frame)
        answer: tuple[bool, Any] = pickle.loads(_read(self._out))  # noqa: S301 - our own process wrote it
        return answer

    def end(self) -> None:
        """Let it go; one that is at work is stopped."""
        with contextlib.suppress(OSError):
            self._in.close()
        self._process.kill()
        self._process.wait()
        self._out.close()

    @property
    def _in(self) -> IO[bytes]:
        assert self._process.stdin  # noqa: S101 - for the type checker: it was asked for above
        return self._process.stdin

    @property
    def _out(self) -> IO[bytes]:
        assert self._process.stdout  # noqa: S101 - as above
        return self._process.stdout


class Processes(Executor):
    """Calls top-level functions in processes.

    A call whose process dies is tried once more in a new one: engines are free and repeatable. Where no
    process can be started, calls run on a thread of this one.

    Args:
        most: how many processes at most.
        command: starts one.
        patience: seconds that one may take to start.
    """

    def __init__(self, most: int, command: list[str], patience: float = PATIENCE) -> None:
        self._command, self._patience = command, patience
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="studio-engine")
        self._idle: list[Worker] = []
        self._lock = threading.Lock()
        self._works = True
        self._closed = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        return self._threads.submit(self._see_through, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        with self._lock:
            self._closed, idle, self._idle = True, self._idle, []
        for worker in idle:
            worker.end()

    def _see_through(self, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        frame = pickle.dumps((fn, args, kwargs))
        for again in (False, True):
            worker = self._start() if again else self._take()
            if worker is None:
                return fn(*args, **kwargs)
            try:
                returned, outcome = worker.call(frame)
            except (EOFError, OSError):
                worker.end()
                continue
            except BaseException:
                worker.end()
                raise
            self._give(worker)
            if returned:
                result: T = outcome
                return result
            raise outcome
        raise BrokenExecutor("an engine's process ended before its work did, twice")

    def _take(self) -> Worker | None:
        """A process that was ready when last seen; None where there can be none."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._start()

    def _start(self) -> Worker | None:
        """A new process that is ready; None where there can be none, for whatever reason."""
        if not self._works:
            return None
        worker = None
        try:
            worker = Worker(self._command)
            worker.wait_ready(self._patience)
        except Exception:
            self._works = False
            if worker is not None:
                worker.end()
            return None
        return worker

    def _give(self, worker: Worker) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(worker)
                return
        worker.end()


class Inline(Executor):
    """Calls at once, in this thread: for where there are neither threads nor processes."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


def processes() -> Executor:
    """The executor that suits this machine, one for all of this process. Nothing is started before a call."""
    return _processes_of(os.getpid())


@cache
def _processes_of(_pid: int) -> Executor:
    """A fork has its own: it cannot share its parent's pipes."""
    if sys.platform == "emscripten":
        return Inline()
    return Processes(max(1, min(MOST, os.cpu_count() or 1)), command())


def command() -> list[str]:
    """What starts a process that runs this copy of the package and finds the modules this one finds."""
    own = Path(__file__).parents[2]
    folders = [own, *(Path(path) for path in sys.path if path)]
    return [_interpreter(), "-P", "-c", START, *(str(folder.absolute()) for folder in folders)]


def _interpreter() -> str:
    """A program that was packed into one file would start itself again: there is no interpreter then."""
    return "" if getattr(sys, "frozen", False) else sys.executable or ""


def _environment() -> dict[str, str]:
    """Ours, without what is named like a key, a token or a password: engines have no use for them."""
    kept = {name: value for name, value in os.environ.items() if not _SECRET.search(name)}
    return {**kept, **CALM}


# An interrupt at the terminal or of the kernel is for the one who asked, not for those who work.
_APART: dict[str, Any] = (
    {"creationflags": 0x08000200}  # a process group of its own, and no window
    if sys.platform == "win32"
    else {"start_new_session": True}
)


# --- the other side of the pipe


def attend() -> None:
    """Serve calls from standard input until it ends."""
    calls, answers = _pipes()
    answers.write(b"\n" + READY)
    answers.flush()
    with contextlib.suppress(EOFError, OSError):
        while True:
            _write(answers, _answer(_read(calls)))


def _pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Ours alone, so that nothing an engine prints or reads gets in between."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return calls, answers


def _answer(frame: bytes) -> bytes:
    try:
        fn, args, kwargs = pickle.loads(frame)  # noqa: S301 - our parent wrote it
        return pickle.dumps((True, fn(*args, **kwargs)))
    except Exception as error:
        try:
            return pickle.dumps((False, error))
        except Exception:
            return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _write(pipe: IO[bytes], frame: bytes) -> None:
    pipe.write(SIZE.pack(len(frame)) + frame)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    """The next frame.

    Raises:
        EOFError: the other side is gone, or something else wrote to the pipe.
    """
    (size,) = SIZE.unpack(_exactly(pipe, SIZE.size))
    if size > LARGEST:
        raise EOFError
    return _exactly(pipe, size)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) != size:
        raise EOFError
    return data
