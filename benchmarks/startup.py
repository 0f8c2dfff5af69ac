"""What loading costs: the import, and the extension in a new IPython.

Every round runs each command once, in a new process, so that a busy moment falls on all of them;
ratios and differences are taken within a round, and their medians are shown. Processor time is shown
beside the time on the clock, because it says the same on a busy machine.

Run: uv run python benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

LEAST_ROUNDS = 9
LATER = ("httpx", "pydantic", "ipywidgets", "anywidget", "PIL", "numpy")
WATCHED = (*LATER, "sqlite3", "asyncio", "ssl", "IPython", "traitlets")
IPYTHON = (sys.executable, "-m", "IPython", "--no-banner", "-c")
COMMANDS = {
    "python": (sys.executable, "-c", "pass"),
    "import generor_nb": (sys.executable, "-c", "import generor_nb"),
    "import httpx": (sys.executable, "-c", "import httpx"),
    "ipython": (*IPYTHON, "pass"),
    "%load_ext generor_nb": (*IPYTHON, "%load_ext generor_nb"),
}


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "IPYTHONDIR": home, "GENEROR_HOME": home}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        for command in COMMANDS.values():  # warms files and bytecode
            took(command, environ)
        times = [{name: took(command, environ) for name, command in COMMANDS.items()} for _ in range(rounds)]
        loaded = {name: modules(name, environ) for name in ("ipython", "%load_ext generor_nb")}
    print(f"{rounds} rounds, Python {sys.version.split()[0]}; milliseconds: median (least - most)\n")
    print(f"  {'':24}{'clock':>30}{'processor':>30}")
    for name in COMMANDS:
        clock, processor = ([one[name][kind] for one in times] for kind in (0, 1))
        print(f"  {name:24}{spread(clock):>30}{spread(processor):>30}")
    print()
    for kind, label in enumerate(("clock", "processor")):
        one_by_one = [{name: pair[kind] for name, pair in one.items()} for one in times]
        over = statistics.median(one["%load_ext generor_nb"] - one["ipython"] for one in one_by_one)
        verdict(f"%load_ext over bare IPython, ms, {label}", over, 5)
        added = statistics.median(one["import generor_nb"] - one["python"] for one in one_by_one)
        verdict(f"import over bare Python, ms, {label}", added, 3)
        ratio = statistics.median(one["import generor_nb"] / one["import httpx"] for one in one_by_one)
        verdict(f"import generor_nb / import httpx, {label}", ratio, 0.2)
    before, after = loaded.values()
    print(f"\nmodules that %load_ext adds: {len(after - before)}, {len(ours(after))} of them ours")
    for name in WATCHED:
        state = "IPython has it" if name in before else "ADDED" if name in after else "not imported"
        print(f"  {name:24}{state}")


def took(command: tuple[str, ...], environ: dict[str, str]) -> tuple[float, float]:
    """Milliseconds on the clock and of the processor."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1000 * clock, 1000 * processor


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f} - {max(values):.1f})"


def modules(name: str, environ: dict[str, str]) -> set[str]:
    *command, code = COMMANDS[name]
    listing = f"{code}\nimport json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run(
        [*command, listing], env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def ours(names: set[str]) -> list[str]:
    return sorted(name for name in names if name.split(".")[0] == "generor_nb")


def verdict(what: str, value: float, target: float) -> None:
    print(f"  {what:48}{value:6.2f}   target {target:g}: {'met' if value <= target else 'MISSED'}")


if __name__ == "__main__":
    main(max(LEAST_ROUNDS, int(sys.argv[1]) if len(sys.argv) > 1 else 15))
