"""``generor-nb``: the demo, the studio over HTTP, and what helps when something is wrong."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import __version__
from .base.errors import GenerorError
from .base.messages import say
from .base.settings import Settings, speak

if TYPE_CHECKING:
    from .studio.serve import Address


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 is success, 1 a failure that was explained, 2 a wrong call, 130 an interrupt."""
    speak()
    parser = _parser()
    options, rest = parser.parse_known_args(argv)
    if rest and not getattr(options, "lab", False):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        code: int = options.run(options)
    except GenerorError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="generor-nb", description=say("cli.description"))
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help=say("cli.demo"), description=say("cli.demo"))
    demo.add_argument("--out", type=Path, default=Path("generor-demo"), help=say("cli.demo.out"))
    demo.add_argument("--lab", action="store_true", help=say("cli.demo.lab"))
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help=say("cli.serve"), description=say("cli.serve"))
    serve.add_argument("--port", type=int, default=8765, help=say("cli.serve.port"))
    serve.add_argument("--home", type=Path, default=None, help=say("cli.serve.home"))
    serve.add_argument("--tier", default="free", choices=_tiers(), help=say("cli.serve.tier"))
    serve.add_argument("--seed", action="store_true", help=say("cli.serve.seed"))
    serve.add_argument("--no-rate-limits", action="store_true", help=say("cli.serve.limits"))
    serve.add_argument("--print-key", action="store_true", help=say("cli.serve.key"))
    serve.set_defaults(run=_serve)

    recover = commands.add_parser("recover", help=say("cli.recover"), description=say("cli.recover"))
    which = recover.add_mutually_exclusive_group()
    which.add_argument("operation", nargs="?", metavar="OPERATION", help=say("cli.recover.one"))
    for name in ("--watch", "--write-off", "--pay-again"):
        which.add_argument(name, metavar="OPERATION", help=say(f"cli.recover.{name[2:]}"))
    which.add_argument("--take", metavar="CREATION", help=say("cli.recover.take"))
    recover.set_defaults(run=_recover)

    doctor = commands.add_parser("doctor", help=say("cli.doctor"), description=say("cli.doctor"))
    doctor.add_argument("--offline", action="store_true", help=say("cli.doctor.offline"))
    doctor.set_defaults(run=_doctor)

    scan = commands.add_parser("scan", help=say("cli.scan"), description=say("cli.scan"))
    scan.add_argument("paths", nargs="*", type=Path, default=[Path()], help=say("cli.scan.paths"))
    scan.set_defaults(run=_scan)
    return parser


def _tiers() -> list[str]:
    from .contract.generor import TIERS

    return [*TIERS, "unlimited"]


def _demo(options: argparse.Namespace) -> int:
    from . import demo

    if options.lab:
        return _lab(options.out, options.rest)
    shown = demo.run(options.out, _cell_line)
    print(f"\r\033[K{shown}" if sys.stdout.isatty() else str(shown))
    return 0


def _cell_line(number: int, of: int, source: str) -> None:
    text = f"[{number:>2}/{of}] {source[:70]}"
    print(
        f"\r\033[K{text}" if sys.stdout.isatty() else text,
        end="" if sys.stdout.isatty() else "\n",
        flush=True,
    )


def _lab(folder: Path, rest: list[str]) -> int:
    from . import demo

    demo.need("lab", "generor-nb demo --lab", "jupyterlab")
    demo.need("studio", "the studio", "fastapi", "sqlalchemy", "numpy")
    folder.mkdir(parents=True, exist_ok=True)
    tour = folder / demo.TOUR
    if not tour.exists():
        shutil.copyfile(demo.find_tour(), tour)
    with tempfile.TemporaryDirectory(prefix="generor-") as home:
        environ = demo.quiet_environment(Path(home), os.environ)
        # Not the notebook as an argument: the address JupyterLab prints would open beside it.
        place = [f"--ServerApp.root_dir={folder.resolve()}", f"--LabApp.default_url=/lab/tree/{demo.TOUR}"]
        code = subprocess.call([sys.executable, "-m", "jupyterlab", *place, *rest], env=environ)  # noqa: S603
    if code and hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in rest:
        print(say("cli.lab.root"), file=sys.stderr)
    return code


def _serve(options: argparse.Namespace) -> int:
    from .base.secret import Secret
    from .demo import need

    need("studio", "the studio", "fastapi", "sqlalchemy", "numpy", "uvicorn")
    from .studio.serve import serve

    def ready(url: str, key: Secret, others: Mapping[str, Address]) -> None:
        if options.print_key:
            told = {name: _shown(other) for name, other in others.items()}
            print(json.dumps({"url": url, "api_key": key.reveal(), "providers": told}), flush=True)
            return
        print(say("cli.serve.ready", url=url), flush=True)
        for name, other in others.items():
            print(f"  {name}: {other.url}", flush=True)

    home = options.home or Settings().get("home") / "served-studio"
    try:
        serve(
            home,
            port=options.port,
            tier=options.tier,
            rate_limits=not options.no_rate_limits,
            seed=options.seed,
            ready=ready,
        )
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise GenerorError(
            say("serve.failed", port=options.port, error=reason), say("serve.failed.hint")
        ) from None
    return 0


def _shown(address: Address) -> dict[str, str]:
    """An address with its keys, for whoever asked to see them."""
    session = {"session": address.session.reveal()} if address.session else {}
    return {"url": address.url, "api_key": address.key.reveal(), **session}


def _recover(options: argparse.Namespace) -> int:
    from . import recovery

    names = ("watch", "write_off", "pay_again", "take")
    chosen = [["--" + n.replace("_", "-"), value] for n in names if (value := getattr(options, n))]
    words = chosen[0] if chosen else [options.operation] if options.operation else []
    print(recovery.act(words, recovery.USAGE))
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from .doctor import doctor

    report = doctor(offline=options.offline)
    for check in report.checks:
        print(f"[{say(f'doctor.{check.verdict}')}] {check.what}: {check.told}")
        if check.fix:
            print(f"    {check.fix}")
    return 0 if report.healthy else 1


def _scan(options: argparse.Namespace) -> int:
    from .scan import own_keys, scan

    found, count = scan(options.paths, own_keys())
    for one in found:
        print(one)
    print(say("scan.some", found=len(found), count=count) if found else say("scan.none", count=count))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
