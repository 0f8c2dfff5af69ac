"""Where the journal lies: in the home folder, unless that cannot promise locks and durable writes.

A journal on a network file system would let two kernels pay at once. It is kept in a local folder then, and
copied home after every step, whole, so that a machine that comes and goes finds it again.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..base.files import private_folder, sha256, write_private

FILE = "journal.sqlite3"
MOUNTS = Path("/proc/mounts")
NETWORK = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "ncpfs",
        "9p",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "beegfs",
        "gpfs",
        "pvfs2",
        "orangefs",
        "davfs",
        "webdav",
        "vboxsf",
        "prl_fs",
        "vmhgfs",
        "drvfs",
        "sshfs",
    }
)
_verdicts: dict[int, str] = {}
LOCAL_FUSE = frozenset({"fuse.fuse-overlayfs", "fuse.lxcfs", "fuse.ext4", "fuse.ntfs-3g", "fuseblk"})


@dataclass(frozen=True, slots=True)
class Place:
    """``folder`` holds the journal and the locks; ``mirror`` gets a copy; ``why`` it is not at home."""

    folder: Path
    mirror: Path | None = None
    why: str = ""


def choose(
    home: Path,
    *,
    local: Path | None = None,
    mounts: Callable[[], str] | None = None,
    probe: Callable[[Path], str] | None = None,
) -> Place:
    """The place for the journal of ``home``.

    Args:
        home: the user's folder.
        local: where to go instead; a folder of this machine by default.
        mounts: the text of ``/proc/mounts``.
        probe: what a folder cannot do, or "".
    """
    ask, read = probe or lacking, mounts or _mounts
    why = unfit(home, read(), ask)
    if not why:
        return Place(home)
    other = local or _local_folder(home)
    if unfit(private_folder(other), read(), ask):
        return Place(home)  # no better one here
    return Place(other, home / FILE, why)


def unfit(folder: Path, mounts: str, probe: Callable[[Path], str]) -> str:
    """Why ``folder`` cannot hold a journal, or ""."""
    kind = file_system(folder, mounts)
    if kind in NETWORK or (kind.startswith("fuse.") and kind not in LOCAL_FUSE):
        return kind
    return probe(folder)


def file_system(folder: Path, mounts: str) -> str:
    """The type of the file system ``folder`` is on, by the mount table; "" when that does not say.

    >>> file_system(Path("/net/me"), "srv:/x /net nfs4 rw 0 0")
    'nfs4'
    """
    if str(folder).startswith("\\\\"):
        return "smb"
    best, kind = "", ""
    for row in mounts.splitlines():
        parts = row.split()
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ")
        inside = str(folder) == point or str(folder).startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind


def lacking(folder: Path) -> str:
    """What the file system of ``folder`` does not do: "lock", "fsync", or "" when it does both."""
    device = folder.stat().st_dev
    if device not in _verdicts:
        _verdicts[device] = _try(folder)
    return _verdicts[device]


def _try(folder: Path) -> str:
    path = folder / f".probe-{secrets.token_hex(6)}"
    one = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    two = os.open(path, os.O_RDWR)
    try:
        os.write(one, b"x")
        os.fsync(one)
        return "" if _excludes(one, two) else "lock"
    except OSError:
        return "fsync"
    finally:
        os.close(one)
        os.close(two)
        path.unlink(missing_ok=True)


def _excludes(one: int, two: int) -> bool:
    """Whether a lock on one handle keeps the other out: both kinds, SQLite's and ours."""
    if sys.platform == "win32" or sys.platform == "emscripten":
        return True
    import fcntl
    import struct

    try:
        fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    with contextlib.suppress(OSError):
        fcntl.flock(two, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    # On Linux a lock of an open file shuts out the process's own record lock, as another process's would.
    command = getattr(fcntl, "F_OFD_SETLK", None)
    if command is None:
        return True
    wanted = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0)
    try:
        fcntl.fcntl(one, command, wanted)
    except OSError:
        return False
    with contextlib.suppress(OSError):
        fcntl.fcntl(two, command, wanted)
        return False
    return True


def _mounts() -> str:
    try:
        return MOUNTS.read_text("utf-8", "replace")
    except OSError:
        return ""


def _local_folder(home: Path) -> Path:
    import platformdirs

    root = Path(platformdirs.user_state_dir("generor_nb", appauthor=False))
    return root / "journals" / sha256(str(home).encode())[:16]


# --- the copy at home ---


def restore(place: Place) -> bool:
    """Take the copy at home if it knows more than the local file; True when the local file is new."""
    local = place.folder / FILE
    first = not local.exists()
    if place.mirror is not None and place.mirror.exists():
        copy = place.mirror.read_bytes()
        if _last(copy) > (_last(local.read_bytes()) if not first else -1):
            write_private(local, copy)
    return first


def mirror(place: Place, db: sqlite3.Connection) -> None:
    """Put a copy of the journal at home. One that fails is made up for by the next."""
    if place.mirror is not None:
        with contextlib.suppress(OSError):
            write_private(place.mirror, db.serialize())


def _last(data: bytes) -> float:
    """How many things the journal in ``data`` has seen happen; -1 when it is none."""
    db = sqlite3.connect(":memory:")
    try:
        db.deserialize(data)
        row = db.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()
        return float(row[0])
    except (sqlite3.Error, OverflowError):
        return -1.0
    finally:
        db.close()
