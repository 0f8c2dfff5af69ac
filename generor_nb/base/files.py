"""Files that are whole or absent, folders that are private, locks that die with their owner."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import sys
import weakref
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt
elif sys.platform != "emscripten":
    import fcntl


def private_folder(path: Path) -> Path:
    """Make ``path`` for its owner alone (0700) and return it; one that is there stays as it is."""
    if not path.exists():
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def sync_folder(path: Path) -> None:
    """Make a rename inside ``path`` survive a power cut."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise  # some network file systems sync no folders; what they can promise, the files have
    finally:
        os.close(handle)


def write_whole(path: Path, data: bytes) -> None:
    """Write ``data`` so that a reader sees all of it or none of it, fsynced."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with _made(part) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _made(path: Path) -> BinaryIO:
    """A new file, in a folder that is made if it is not there."""
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


def write_private(path: Path, data: bytes) -> None:
    """Write a 0600 file in a 0700 folder."""
    private_folder(path.parent)
    write_whole(path, data)
    if os.name == "posix":
        path.chmod(0o600)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class OwnerLock:
    """A file lock held while its owner lives; the system lets go of it when the process dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Take the lock if nobody has it. Never waits."""
        handle = self._open()
        if _try_lock(handle):
            self._handle = handle
            _held.add(self)
            return True
        os.close(handle)
        return False

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT
        try:
            return os.open(self.path, flags, 0o600)
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self.path, flags, 0o600)

    def release(self) -> None:
        if self._handle is not None:
            _unlock(self._handle)
            self.forget()

    def forget(self) -> None:
        """Close the file without letting go of a lock that another process shares."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


# A forked child inherits open files and with them the lock: it must not keep a dead parent alive.
_held: weakref.WeakSet[OwnerLock] = weakref.WeakSet()


def _forget_all() -> None:
    for lock in list(_held):
        lock.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


def is_owned(path: Path) -> bool:
    """Whether some living process holds the lock at ``path``."""
    if not path.exists():
        return False
    probe = OwnerLock(path)
    if probe.acquire():
        probe.release()
        return False
    return True


def _unlock(handle: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    elif sys.platform != "emscripten":
        fcntl.flock(handle, fcntl.LOCK_UN)


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        elif sys.platform != "emscripten":
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
