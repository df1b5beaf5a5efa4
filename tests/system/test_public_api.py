"""What other programs may rely on: names, the light import, and who may import whom."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import ROOT

import bot
import bot.errors
from bot.errors import PinciteError

pytestmark = pytest.mark.slow

PACKAGE = Path(bot.__file__).parent

# The rooms in the order in which data passes through them (see DESIGN, "Layout"), with the small
# modules that they share: each imports only from the lines above its own, or from itself.
ROOMS = """
types errors naming
settings text
reading
corpus embedding
store
generations indexing retrieval
answering
engine export
api evaluation gaps
web
cli
__main__
""".strip().splitlines()
ROOM_OF = {name: place for place, names in enumerate(ROOMS) for name in names.split()}

# Narrower than the order says.
ALLOWED = {
    "types": set[str](),
    "errors": set[str](),
    "naming": set[str](),
    "settings": {"types", "errors"},
    "text": {"types"},
    "reading": {"types", "errors"},
    "corpus": {"errors", "reading"},
    "embedding": {"types", "errors", "text"},
    "store": {"types", "errors", "text"},
    "retrieval": {"types", "errors", "text", "reading", "embedding", "store"},
    "export": {"types", "errors", "text", "retrieval", "answering"},
}

# These take seconds to import, or much memory.
HEAVY = {
    "faiss",
    "gradio",
    "grpc",
    "ir_measures",
    "jinja2",
    "lingua",
    "matplotlib",
    "mcp",
    "milvus_lite",
    "prometheus_client",
    "pydantic",
    "pymilvus",
    "sentence_transformers",
    "sklearn",
    "tantivy",
    "torch",
    "trafilatura",
    "transformers",
    "typer",
}


def modules() -> list[str]:
    """Every module of the package by its full name."""
    found = pkgutil.walk_packages([str(PACKAGE)], "bot.")
    return ["bot", *(module.name for module in found)]


def syntax(name: str) -> ast.Module:
    """A module's source, parsed."""
    path = PACKAGE.parent.joinpath(*name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(file.read_text("utf-8"))


def imports_of_ours(name: str) -> Iterator[str]:
    """What a module imports from the package, by full names."""
    is_package = PACKAGE.parent.joinpath(*name.split(".")).is_dir()
    around = name.split(".") if is_package else name.split(".")[:-1]
    for node in ast.walk(syntax(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "bot")
        elif isinstance(node, ast.ImportFrom):
            base = around[: len(around) - node.level + 1] if node.level else []
            module = [*base, *(node.module or "").split(".")] if node.module else base
            if module[:1] != ["bot"]:
                continue
            if module == ["bot"]:
                yield from (f"bot.{alias.name}" for alias in node.names)
            else:
                yield ".".join(module)


def room(name: str) -> str:
    """The room of a module: its name below the package."""
    return name.split(".")[1]


MODULES = modules()


def test_every_module_has_a_room() -> None:
    assert {room(name) for name in MODULES if name != "bot"} == set(ROOM_OF)


@pytest.mark.parametrize("name", [name for name in MODULES if name != "bot"])
def test_imports_point_towards_the_top(name: str) -> None:
    here = room(name)
    for imported in imports_of_ours(name):
        there = room(imported)
        if there == here or there == "__version__":
            continue
        assert ROOM_OF[there] < ROOM_OF[here], f"{name} imports {imported}"
        assert there in ALLOWED.get(here, {there}), f"{name} imports {imported}"


def test_the_order_is_checked_on_real_imports() -> None:
    assert set(imports_of_ours("bot.cli.app")) >= {"bot.cli.context", "bot.errors", "bot.web"}
    assert "bot.engine" in set(imports_of_ours("bot.evaluation.run"))
    assert {"bot.store", "bot.reading"} <= set(imports_of_ours("bot.engine.engine"))


def test_only_the_command_line_imports_the_web() -> None:
    importers = {
        name
        for name in MODULES
        if name != "bot" and room(name) != "web"
        if any(room(imported) == "web" for imported in imports_of_ours(name))
    }
    assert importers == {"bot.cli.app", "bot.cli.users"}


def test_every_package_is_installed() -> None:
    """An editable install, as developers have it, would not miss one."""
    root = ROOT
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    folders = {file.parent for file in (root / "bot").rglob("__init__.py")}
    expected = {
        ".".join(("pincite", *folder.relative_to(root / "bot").parts)) for folder in folders
    }
    assert set(project["tool"]["setuptools"]["packages"]) == expected


def test_nothing_in_the_package_goes_by_its_name() -> None:
    """Installed it has another: what is imported or started by name would not be found."""
    for name in MODULES:
        for node in ast.walk(syntax(name)):
            named = []
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                named = [node.module or ""]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                named = [node.value]
            assert not [found for found in named if re.match(r"bot(\.\w+)+$", found)], name
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert not {"bot", "pincite"} & {found.partition(".")[0] for found in named}, name


def test_public_names() -> None:
    assert set(bot.__all__) == set(bot._HOMES) | {"__version__", "open"}
    assert len(bot.__all__) == len(set(bot.__all__))
    for name in bot.__all__:
        value = getattr(bot, name)
        if name in bot._HOMES:
            home = importlib.import_module(f"bot.{bot._HOMES[name]}")
            assert value is getattr(home, name)
            assert f"{value.__module__}.".startswith(f"{home.__name__}.")
    assert re.fullmatch(r"\d+\.\d+\.\d+", bot.__version__)
    with pytest.raises(AttributeError, match=r"module 'bot' has no attribute 'ask'"):
        _ = bot.ask


def test_a_star_import_gives_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from bot import *", names)
    assert set(bot.__all__) <= set(names)
    assert names["PinciteError"] is PinciteError


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter has after a statement."""
    code = (
        f"{statement}\nimport json, sys\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_bot_loads_nothing_heavy() -> None:
    loaded = loaded_by("import bot; bot.__all__; bot.Answer; bot.PinciteError")
    assert "bot" in loaded
    # Values hold vectors, and so NumPy.
    assert loaded & HEAVY == set()


def loaded_by_command(folder: Path, *arguments: str) -> set[str]:
    """Every module, by its full name, that a command of a fresh process has loaded."""
    code = (
        "import sys\n"
        "from bot.cli.app import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print('loaded', *sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_help_loads_what_reads_arguments_alone(tmp_path: Path) -> None:
    loaded = loaded_by_command(tmp_path, "--help")
    assert "bot.cli.index_commands" in loaded
    assert loaded & {"bot.engine", "bot.settings", "bot.types", "numpy", "rich"} == set()
    assert loaded & HEAVY <= {"typer", "pydantic"}  # which typer imports


def test_status_loads_neither_models_nor_what_reads_and_answers(tiny_site: Path) -> None:
    loaded = loaded_by_command(tiny_site, "status")
    assert "bot.store.folder.generation" in loaded
    ours = {
        "bot.answering",
        "bot.indexing",
        "bot.reading.registry",
        "bot.retrieval.related",
        "bot.engine.syncing",
    }
    assert loaded & ours == set()
    assert loaded & {"onnxruntime", "tokenizers", "yaml", "lxml", "sentencex._sentencex"} == set()
    assert loaded & HEAVY <= {"faiss", "pydantic", "tantivy", "typer"}


def test_a_question_loads_nothing_that_reads(tiny_site: Path) -> None:
    # That it loads no model either, once there is a copy of it: test_packaged_graph.py
    loaded = loaded_by_command(tiny_site, "ask", "Who discovered uranium?")
    assert "bot.answering.compose" in loaded
    assert loaded & {"bot.indexing", "bot.reading.registry", "trafilatura", "lxml"} == set()


def test_opening_an_engine_loads_neither_the_model_nor_the_web() -> None:
    loaded = loaded_by("import bot; bot.open()")
    assert "faiss" in loaded
    assert loaded & {"torch", "transformers", "sentence_transformers", "gradio", "typer"} == set()


@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_documented(name: str) -> None:
    tree = syntax(name)
    assert ast.get_docstring(tree), f"{name} has no docstring"
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for owner, body in [("", tree.body), *((f"{node.name}.", node.body) for node in classes)]:
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                hidden = node.name.startswith("_") or owner.startswith("_")
                assert hidden or ast.get_docstring(node), f"{name}: {owner}{node.name}"


def drawn_tree() -> dict[str, str]:
    """Each error of the docstring's drawing with the one that it hangs from."""
    parents: dict[str, str] = {}
    above = {0: "PinciteError"}
    for line in (bot.errors.__doc__ or "").splitlines():
        match = re.match(r"((?:│   |    )*)[├└]── (\w+)  +\S", line)
        if match:
            depth = len(match[1]) // 4
            parents[match[2]] = above[depth]
            above[depth + 1] = match[2]
    return parents


def all_errors() -> dict[str, str]:
    """Each error that is derived from PinciteError, anywhere in the package, with its base."""
    bases = {
        node.name: base.id if isinstance(base, ast.Name) else ast.unparse(base)
        for name in MODULES
        for node in ast.walk(syntax(name))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    }
    found = {"PinciteError"}
    while more := {name for name, base in bases.items() if base in found} - found:
        found |= more
    return {name: bases[name] for name in found - {"PinciteError"}}


def test_every_error_is_in_the_drawn_tree() -> None:
    assert all_errors() == drawn_tree()
    assert {"UsageError", "StoreError"} <= set(drawn_tree().values())
    for name, base in drawn_tree().items():
        error = getattr(bot.errors, name)
        assert error.__base__ is getattr(bot.errors, base)
        assert error.exit_code == (2 if issubclass(error, bot.errors.UsageError) else 1)


def test_the_example_of_the_docstring_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "news.md").write_text(
        "# News\n\nThe minerals dialogue was launched in February 2024 in Tashkent.\n"
    )
    monkeypatch.chdir(tmp_path)
    example = (bot.__doc__ or "").partition("\n\n")[2]
    assert example.startswith("import pincite\n")
    exec(compile(example, "the docstring of bot", "exec"), {})
    assert capsys.readouterr().out == (
        "The minerals dialogue was launched in February 2024 in Tashkent. line 3\n"
    )
