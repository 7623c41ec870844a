"""The house of the design: who imports whom, what is public, what importing the library costs."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import bot
from tests.conftest import ROOT

# A room and the rooms it may import: data flows one way, imports point the other way.
MAY_IMPORT = {
    "model": set[str](),
    "errors": {"model"},
    "text": {"model", "errors"},
    "knowledge": {"model", "errors", "text"},
    "spelling": set[str](),
    "retrieval": {"model", "errors", "text", "spelling"},
    "safety": {"model", "errors", "text", "spelling"},
    "answering": {"model", "errors", "text", "retrieval", "safety"},
    "cache": set[str](),
    "fitting": {"model", "text", "retrieval", "cache"},
    "database": {"errors"},
    "journal": {"model", "errors", "database"},
    "accounts": {"model", "errors", "database"},
    "explaining": {"model", "text", "retrieval", "safety"},
    "bot": {
        "package",
        "model",
        "errors",
        "text",
        "knowledge",
        "retrieval",
        "safety",
        "answering",
        "explaining",
        "cache",
        "fitting",
    },
    "reloading": {"model", "errors", "knowledge"},
    "coverage": {"package", "model", "errors", "text", "knowledge", "retrieval", "safety", "answering", "bot"},
    "web": {
        "package",
        "model",
        "errors",
        "knowledge",
        "explaining",
        "bot",
        "journal",
        "accounts",
        "reloading",
        "coverage",
    },
    "cli": {
        "package",
        "model",
        "errors",
        "knowledge",
        "retrieval",
        "safety",
        "explaining",
        "bot",
        "accounts",
        "coverage",
        "web",
    },
    "package": {"model", "errors", "bot"},  # bot/__init__.py
    "__main__": {"cli"},
}
# A package from elsewhere and the place, or the places, that may import it.
ONLY_IMPORTER: dict[str, str | tuple[str, ...]] = {
    "argon2": "bot/accounts.py",
    "fastapi": "bot/web/",
    "filelock": "bot/knowledge/",
    "gradio": "bot/web/",
    "jinja2": ("bot/coverage/page.py", "bot/web/staff/"),
    "openpyxl": "bot/knowledge/",
    "starlette": "bot/web/",
    "uvicorn": "bot/web/",
    "rank_bm25": "bot/retrieval/",
    "rapidfuzz": "bot/spelling.py",
    "re2": "bot/safety/",
    "spellchecker": "bot/spelling.py",
    "sqlalchemy": ("bot/database.py", "bot/journal/"),
    "yaml": "bot/knowledge/",
}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module and where; `late` if inside a function."""

    path: str
    line: int
    module: str
    late: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.module}"


def room_of(module: str) -> str:
    """Return the room of `bot`, `bot.ROOM` or `bot.ROOM.anything`."""
    return module.split(".")[1] if "." in module else "package"


def module_of(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def read_imports(path: Path, root: Path) -> Iterator[Import]:
    """Yield every import of a file, those inside functions and under TYPE_CHECKING too."""
    tree = ast.parse(path.read_bytes())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    late = {inner for function in functions for inner in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [imported_from(node, name.name, path, root) for name in node.names]
        else:
            continue
        for module in modules:
            yield Import(path.relative_to(root).as_posix(), node.lineno, module, node in late)


def imported_from(node: ast.ImportFrom, name: str, path: Path, root: Path) -> str:
    """Return the module that `from ... import name` reaches: the submodule of that name, or the one that holds it."""
    package = [*path.relative_to(root).parts[: -node.level]] if node.level else []
    parts = [*package, *(node.module or "").split(".")] if node.module else package
    here = root.joinpath(*parts, name)
    return ".".join([*parts, name] if here.is_dir() or here.with_suffix(".py").is_file() else parts)


def house() -> list[Import]:
    return [found for path in sorted((ROOT / "bot").rglob("*.py")) for found in read_imports(path, ROOT)]


def in_bot(found: Import) -> bool:
    return found.module.split(".")[0] == "bot"


def room(found: Import) -> str:
    return room_of(module_of(ROOT / found.path, ROOT))


def test_every_kind_of_import_is_seen(tmp_path: Path) -> None:
    (tmp_path / "bot" / "web").mkdir(parents=True)
    (tmp_path / "bot" / "web" / "server.py").touch()
    path = tmp_path / "bot" / "web" / "page.py"
    path.write_text(
        "import yaml, bot.model as m\n"
        "from bot.web import server\n"
        "from . import server\n"
        "from ..errors import KnowledgeError\n"
        "if TYPE_CHECKING:\n"
        "    from bot import Bot\n"
        "async def f():\n"
        "    import gradio.routes\n",
        encoding="utf-8",
    )
    seen = sorted((found.line, found.module, found.late) for found in read_imports(path, tmp_path))
    assert seen == [
        (1, "bot.model", False),
        (1, "yaml", False),
        (2, "bot.web.server", False),
        (3, "bot.web.server", False),
        (4, "bot.errors", False),
        (6, "bot", False),
        (8, "gradio.routes", True),
    ]


def test_every_module_has_a_room() -> None:
    rooms = {room_of(module_of(path, ROOT)) for path in (ROOT / "bot").rglob("*.py")}
    assert rooms - MAY_IMPORT.keys() == set()


def test_imports_follow_the_arrows() -> None:
    against = [
        str(found)
        for found in house()
        if in_bot(found) and room_of(found.module) not in MAY_IMPORT[room(found)] | {room(found)}
    ]
    assert against == []


def test_the_web_stack_is_loaded_by_serve_alone() -> None:
    reached = [found for found in house() if in_bot(found) and room_of(found.module) == "web" and room(found) != "web"]
    assert {(found.path, found.late) for found in reached} == {("bot/cli.py", True)}


@pytest.mark.parametrize(("package", "place"), ONLY_IMPORTER.items())
def test_a_package_has_one_importer(package: str, place: str | tuple[str, ...]) -> None:
    program = [*house(), *read_imports(ROOT / "app.py", ROOT)]
    importers = {found.path for found in program if found.module.split(".")[0] == package}
    assert [path for path in sorted(importers) if not path.startswith(place)] == []


def test_one_file_knows_rank_bm25() -> None:
    assert len({found.path for found in house() if found.module == "rank_bm25"}) == 1


def test_model_and_errors_stand_on_python_alone() -> None:
    outside = [
        str(found)
        for found in house()
        if room(found) in {"model", "errors"}
        and not in_bot(found)
        and found.module.split(".")[0] not in sys.stdlib_module_names
    ]
    assert outside == []


def public_names(path: Path) -> set[str]:
    """Return the names without a leading underscore that a module binds at its top; `import x` offers nothing."""
    names: set[str] = set()
    for node in ast.parse(path.read_bytes()).body:
        match node:
            case ast.ImportFrom(names=aliases):
                names |= {alias.asname or alias.name for alias in aliases}
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize(
    "package",
    [
        pytest.param(module_of(path, ROOT), id=module_of(path, ROOT))
        for path in sorted((ROOT / "bot").rglob("__init__.py"))
        if public_names(path)
    ],
)
def test_a_package_says_what_is_public(package: str) -> None:
    module = importlib.import_module(package)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_the_library_offers_the_contract() -> None:
    assert {"Bot", "Reply", "KnowledgeError"} <= set(bot.__all__)


def test_importing_the_library_loads_nothing_heavy() -> None:
    code = "import sys, bot; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert {"argon2", "fastapi", "gradio", "pandas", "sklearn", "sqlalchemy", "uvicorn"} & set(
        done.stdout.split()
    ) == set()
