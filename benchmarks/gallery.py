"""What a gallery costs: time to its first rows, and messages and bytes for scrolling through a thousand.

The peer is what a gallery without thumbnails would send: the same pictures as their server keeps them.
Run: PYTHONPATH=tests uv run python benchmarks/gallery.py
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import comm
from comm.base_comm import BaseComm
from crowd import fill, picture

COUNT, SCREEN = 1_000, 24
FILES = [picture(seed, (1024, 768)) for seed in range(12)]
sent: list[tuple[str, int, Any]] = []


class Wire(BaseComm):
    """The other end of a comm: counts what a page would get."""

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        content = (data or {}).get("content", {})
        size = len(json.dumps(data)) + sum(len(bytes(b)) for b in buffers or [])
        sent.append((content.get("kind", msg_type), size, content))


def until(kind: str, count: int) -> None:
    while sum(told[0] == kind for told in list(sent)) < count:
        time.sleep(0.001)


def pictured() -> int:
    return sum(len(content["thumbs"]) for kind, _, content in list(sent) if kind == "thumbs")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"GENEROR_HOME": folder, "GENEROR_PROVIDER": "studio", "GENEROR_LANGUAGE": "en"}
        fill(Path(folder) / "studio", 10_000, files=FILES)
        comm.create_comm = Wire
        import generor_nb as gn
        from generor_nb import api, sessions

        api.wait(sessions.current().generators())  # the studio is open
        began = time.perf_counter()
        view = gn.gallery()
        data, _ = view._repr_mimebundle_()
        shown = time.perf_counter()
        view._handle_custom_msg({"kind": "open"}, [])
        until("rows", 1)
        answered = time.perf_counter()
        keys: list[str] = []
        while len(keys) < COUNT:
            rows = [told for told in sent if told[0] == "rows"]
            keys += [row["key"] for row in rows[-1][2]["rows"]]
            view._handle_custom_msg({"kind": "rows", "seq": 0, "at": len(keys)}, [])
            until("rows", len(rows) + 1)
        for start in range(0, COUNT, SCREEN):
            page = keys[start : start + SCREEN]
            view._handle_custom_msg({"kind": "thumbs", "keys": page}, [])
            while pictured() < min(start + SCREEN, COUNT):
                time.sleep(0.001)
        ended = time.perf_counter()
        ours = [told for told in sent if told[0] in ("rows", "thumbs")]
        weight = sum(size for _, size, _ in ours)
        whole = COUNT * sum(map(len, FILES)) // len(FILES)
        state = {k: v for k, v in view.get_state().items() if k not in ("_esm", "_css")}
        print(f"first display (page read, 12 pictures): {(shown - began) * 1000:.0f} ms")
        print(f"answer to a page that opens: {(answered - shown) * 1000:.0f} ms")
        print(
            f"{COUNT} scrolled through: {len(ours)} messages, {weight / 1e6:.2f} MB, {ended - answered:.1f} s"
        )
        print(f"the same pictures whole: {whole / 1e6:.2f} MB; ratio {whole / weight:.1f}")
        saved = len(json.dumps(data, ensure_ascii=False).encode())
        print(f"in the notebook: {saved} bytes; state without script and style: {len(json.dumps(state))}")
        sessions.close()


if __name__ == "__main__":
    main()
