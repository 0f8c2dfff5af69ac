"""Which room may talk to which: every import is read, also those in functions and for type checkers."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "generor_nb"
NAME = "generor_nb"
SURFACES = (
    "notebook",
    "widgets",
    "sweeps",
    "charts",
    "histories",
    "comparisons",
    "costs",
    "galleries",
    "listing",
    "kept",
    "thumbs",
    "api",
    "recovery",
    "background",
    "tables",
    "webhooks",
    "doctor",
    "scan",
    "demo",
    "cli",
)
ORDER = (
    "base",
    "contract",
    "transport",
    "providers",
    "spending",
    "figures",
    "stills",
    "chains",
    "results",
    "delivery",
    "references",
    "plans",
    "allowance",
    "balances",
    "session",
    "resolving",
    "sessions",
)
ALLOWED = {
    **{room: set(ORDER[: place + 1]) for place, room in enumerate(ORDER)},
    # A Result chains through a callable that the session gave it.
    "results": {"base", "contract", "figures", "stills", "chains", "results"},
    "figures": {"base", "figures"},
    "stills": {"base", "stills"},
    "chains": {"base", "chains"},
    "studio": {"base", "contract", "studio"},
    **{room: {*ORDER, *SURFACES} - {"cli", "demo", "doctor", "scan"} for room in SURFACES},
}
ALLOWED["cli"] |= {"demo", "doctor", "scan", "cli"}
ALLOWED["doctor"] |= {"doctor"}
ALLOWED["scan"] |= {"scan"}
ALLOWED["notebook"] |= {"doctor"}
ALLOWED["demo"] |= {"demo"}
# Who may embed the studio.
ALLOWED["session"] |= {"studio"}
ALLOWED["cli"] |= {"studio"}
ALLOWED["demo"] |= {"studio"}
EMBEDS = {"generor_nb/spending/errand.py"}

HTTP = {"httpx", "httpx2", "requests", "aiohttp", "urllib3", "http.client", "urllib.request"}
# The studio's own webhooks go out; it asks nobody for anything.
POSTMAN = ("generor_nb/studio/others/postman.py", "http.client")
PRINTS = {"generor_nb/cli.py", "generor_nb/demo.py", "generor_nb/notebook/cell.py"}
KINDS = ("module", "function", "types")


@dataclass(frozen=True)
class Source:
    """A file, and the room it stands in ('' is the package itself)."""

    path: str
    room: str
    tree: ast.Module

    @property
    def package(self) -> list[str]:
        return self.path.split("/")[:-1]


@dataclass(frozen=True)
class Import:
    """One imported name: ``kind`` is module, function, or types (under TYPE_CHECKING)."""

    path: str
    line: int
    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.what} ({self.kind})"

    @property
    def room(self) -> str | None:
        """Our room it is in; None for what is not ours."""
        parts = self.what.split(".")
        return None if parts[0] != NAME else parts[1] if len(parts) > 1 else ""


@functools.cache
def sources(package: Path = PACKAGE) -> list[Source]:
    found = []
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package).with_suffix("").parts
        room = "" if inside == ("__init__",) else inside[0]
        name = path.relative_to(package.parent).as_posix()
        found.append(Source(name, room, ast.parse(path.read_text("utf-8"), name)))
    return found


def imports(source: Source) -> Iterator[Import]:
    for node, kind in _nodes(source.tree, "module"):
        for what in _names(node, source.package):
            yield Import(source.path, node.lineno, kind, what)


def _nodes(node: ast.AST, kind: str) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node, kind
    elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        for child in node.body:
            yield from _nodes(child, "types")
        for child in node.orelse:
            yield from _nodes(child, kind)
    else:
        inner = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from _nodes(child, "function" if inner and kind == "module" else kind)


def _names(node: ast.Import | ast.ImportFrom, package: list[str]) -> list[str]:
    """Absolute dotted names, down to the name that is imported."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = package[: len(package) - node.level + 1] if node.level else []
    stem = ".".join([*base, *([node.module] if node.module else [])])
    return [f"{stem}.{alias.name}" for alias in node.names]


def wrong_arrows(source: Source, kind: str) -> list[str]:
    if source.room == "":  # the package's own names are lazy: it may name everything, and import nothing
        return [str(one) for one in imports(source) if one.kind == kind == "module" and one.room is not None]
    allowed = ALLOWED.get(source.room, set()) | ({"studio"} if source.path in EMBEDS else set())
    found = []
    for one in imports(source):
        ours = one.room is not None and one.what != f"{NAME}.__version__"
        if ours and one.kind == kind and one.room not in allowed:
            found.append(str(one))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_arrow_points_the_other_way(kind: str) -> None:
    assert [arrow for source in sources() for arrow in wrong_arrows(source, kind)] == []


def test_every_room_has_its_place() -> None:
    assert {source.room for source in sources()} - {""} - set(ALLOWED) == set()


def _reaches(what: str, modules: set[str]) -> bool:
    return any(what == module or what.startswith(f"{module}.") for module in modules)


def test_only_transport_talks_http() -> None:
    found = [one for source in sources() if source.room != "transport" for one in imports(source)]
    reached = [one for one in found if _reaches(one.what, HTTP)]
    assert [str(one) for one in reached if (one.path, one.what) != POSTMAN] == []
    assert any(_reaches(one.what, {"httpx"}) for source in sources() for one in imports(source))


def test_only_the_lazy_names_and_the_engines_are_imported_by_computed_names() -> None:
    found = {
        source.path
        for source in sources()
        if source.room != "" and not source.path.startswith("generor_nb/studio/engines/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__")
    }
    assert found == set()


# --- the one path that spends ---


def spends_elsewhere(source: Source) -> list[str]:
    """What touches the paid call from outside ``spending/``, but for where it is defined."""
    return [f"{source.path}:{line} {what}" for line, what in _Spending(source.room).seen(source.tree)]


class _Spending(ast.NodeVisitor):
    def __init__(self, room: str) -> None:
        self.room, self.function = room, ""
        self.found: list[tuple[int, str]] = []

    def seen(self, tree: ast.Module) -> list[tuple[int, str]]:
        if self.room != "spending":
            self.visit(tree)
        return self.found

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        before, self.function = self.function, node.name
        self.generic_visit(node)
        self.function = before

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "Ticket" and self.room not in ("transport", "providers"):
                self.found.append((node.lineno, "imports Ticket"))

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func).split(".")
        if called[-1] == "Ticket":
            self.found.append((node.lineno, "makes a Ticket"))
        if called[-1] == "getattr" and ast.unparse(node).endswith(("'paid')", "'send')")):
            self.found.append((node.lineno, "looks up the paid call by name"))
        # A provider's send is the one caller of its channel's paid call.
        if called[-1] == "paid" and len(called) > 1 and (self.room, self.function) != ("providers", "send"):
            self.found.append((node.lineno, "calls paid()"))
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        # The HTTP client's own send in transport, and a widget's message to its page, are no spending.
        page = self.room == "widgets" and ast.unparse(node.value) == "self"
        if node.attr == "send" and self.room != "transport" and not page:
            self.found.append((node.lineno, "takes send"))
        self.generic_visit(node)


def test_only_spending_spends() -> None:
    assert [line for source in sources() for line in spends_elsewhere(source)] == []


def test_the_courier_alone_makes_tickets() -> None:
    makers = {
        source.path
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Ticket"
    }
    assert makers == {"generor_nb/spending/courier.py"}


def test_nothing_prints_but_the_command_and_the_cell() -> None:
    found = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        if source.path not in PRINTS
    ]
    assert found == []


# --- the reader itself ---


def _tree(folder: Path, path: str, text: str) -> Source:
    target = folder / NAME / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")
    (source,) = sources(folder / NAME)
    return source


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("base/text.py", "from ..contract import schema", "module"),
        ("base/text.py", "from .. import session", "module"),
        ("base/text.py", "import generor_nb.session", "module"),
        ("base/text.py", "import generor_nb as gn", "module"),
        ("base/text.py", "def f():\n    from generor_nb.api import generate", "function"),
        (
            "contract/schema.py",
            "class A:\n    def f(self):\n        from ..transport import Channel",
            "function",
        ),
        ("transport/channel.py", "if TYPE_CHECKING:\n    from ..providers.base import Provider", "types"),
        ("providers/generor/provider.py", "from ...spending.journal import Journal", "module"),
        ("results.py", "def f():\n    from .session import current", "function"),
        ("results.py", "from .spending import journal", "module"),
        ("spending/budget.py", "from ..studio import Studio", "module"),
        ("studio/app.py", "from ..transport import Channel", "module"),
        ("studio/engines/scene.py", "from ...results import Result", "module"),
        ("notebook/cell.py", "from ..studio import Studio", "module"),
        ("widgets/form.py", "from ..cli import main", "module"),
        ("sweeps.py", "from . import demo", "module"),
        ("__init__.py", "from .api import generate", "module"),
    ],
)
def test_it_sees_a_wrong_arrow(path: str, text: str, kind: str, tmp_path: Path) -> None:
    source = _tree(tmp_path, path, text)
    assert {one: len(wrong_arrows(source, one)) for one in KINDS} == {one: int(one == kind) for one in KINDS}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("spending/errand.py", "def f():\n    from ..studio import Studio"),
        ("session.py", "from .studio import Studio\nfrom .results import Result"),
        ("cli.py", "from . import __version__, demo\nfrom .studio.serve import serve"),
        ("__init__.py", "if TYPE_CHECKING:\n    from .api import generate\ndef f():\n    from .api import x"),
        ("studio/app.py", "from ..base import text\nfrom . import routes\nimport numpy"),
    ],
)
def test_it_lets_a_right_arrow_pass(path: str, text: str, tmp_path: Path) -> None:
    assert [arrow for kind in KINDS for arrow in wrong_arrows(_tree(tmp_path, path, text), kind)] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("session.py", "async def f(p):\n    await p.send(None, None, 1)"),
        ("session.py", "from .transport import Ticket"),
        ("sweeps.py", "go = channel.Ticket('x')"),
        ("api.py", "async def f(c):\n    await c.paid()"),
        ("api.py", "f = getattr(provider, 'send')"),
        ("providers/generor/provider.py", "async def again(self):\n    await self._channel.paid()"),
        ("providers/generor/provider.py", "def f(self):\n    return Ticket('x')"),
        ("widgets/form.py", "send = provider.send"),
    ],
)
def test_it_sees_a_second_path_that_spends(path: str, text: str, tmp_path: Path) -> None:
    assert len(spends_elsewhere(_tree(tmp_path, path, text))) == 1
