"""The package as it is installed: under the name `pincite`, whole, and beside a user's `bot.py`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

import pytest
from cli_calls import environment
from places import ROOT

import bot

pytestmark = pytest.mark.slow

FACT = "Uranium was discovered in 1789 by Martin Heinrich Klaproth in Berlin."
OWN_BOT = 'GREETING = "a bot of the user\'s own"\n'

# What a user's program does with the package, two processes embedding; a process that they are
# runs this file anew under another name.
PROGRAM = """
import bot
import pincite
import pincite.errors

if __name__ == "__main__":
    print(bot.GREETING)
    engine = pincite.open("corpus", "index", workers=2)
    print(engine.sync(rebuild=True).embedded)
    answer = engine.ask("Who discovered uranium?")
    print(answer.quotes[0].text)
    assert isinstance(answer, pincite.Answer)
    try:
        engine.ask("")
    except pincite.PinciteError as error:
        print(type(error) is pincite.errors.QuestionError)
"""

TYPED = """
import pincite


def texts(question: str) -> list[str]:
    engine: pincite.Engine = pincite.open("corpus", "index", passages_shown=3)
    return [quote.text for quote in engine.ask(question).quotes]


reveal_type(pincite.open())
reveal_type(pincite.open().ask("").citations[0].locator)
pincite.open(1)
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with the package in it, and a folder of a user's with a `bot.py`."""

    programs: Path
    folder: Path

    @property
    def python(self) -> str:
        """Its Python."""
        return str(self.programs / "python")

    def run(self, *command: str) -> str:
        """What a command prints that is run in the user's folder."""
        kept = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
        done = subprocess.run(
            command, cwd=self.folder, env=kept, capture_output=True, text=True, timeout=300,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


def other_packages(folder: Path) -> Path:
    """A folder of links to every package that is installed here but this one, however it is."""
    folder.mkdir()
    for path in map(Path, sys.path):
        for entry in path.iterdir() if path.name in ("site-packages", "dist-packages") else ():
            link = folder / entry.name
            if not entry.name.startswith(("pincite", "__editable__")) and not link.exists():
                link.symlink_to(entry)
    return folder


def made(folder: Path, *options: str) -> Installed:
    """The package installed in an environment of its own, whose other packages are those of here.

    It is built from a copy, for building leaves files behind.
    """
    sources = folder / "sources"
    sources.mkdir(parents=True)
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    shutil.copytree(ROOT / "bot", sources / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    place = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    python = place / "bin" / "python"
    (library,) = place.glob("lib/python*/site-packages")
    (library / "others.pth").write_text(str(other_packages(folder / "others")))
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"),
            *("--no-index", "--no-deps", "--no-build-isolation", "--force-reinstall"),
            *(*options, str(sources)),
        ],
        env=kept,
        check=True,
        timeout=300,
    )
    user = folder / "user"
    (user / "corpus").mkdir(parents=True)
    (user / "bot.py").write_text(OWN_BOT)
    (user / "program.py").write_text(PROGRAM)
    (user / "typed.py").write_text(TYPED)
    (user / "corpus" / "uranium.txt").write_text(f"{FACT}\n")
    pieces = "\n\n".join(f"Piece {number} of zinc weighs {number} tons." for number in range(1200))
    (user / "corpus" / "zinc.txt").write_text(pieces)
    return Installed(place / "bin", user)


@pytest.fixture(scope="module")
def from_wheel(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """As users have it."""
    return made(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def editable(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """As developers have it."""
    return made(tmp_path_factory.mktemp("editable"), "--editable")


@pytest.fixture(params=["from_wheel", "editable"])
def installed(request: pytest.FixtureRequest) -> Installed:
    """Both."""
    found: Installed = request.getfixturevalue(request.param)
    return found


def library(installed: Installed) -> Path:
    """Where the packages of an environment are."""
    (found,) = installed.programs.parent.glob("lib/python*/site-packages")
    return found


def test_a_users_own_bot_is_in_nobodys_way(installed: Installed) -> None:
    assert installed.run(str(installed.programs / "pincite"), "--version") == (
        f"pincite {bot.__version__}\n"
    )
    reported = installed.run(installed.python, "-m", "pincite", "index", "--workers", "2")
    assert reported.startswith("added     corpus/uranium.txt\nadded     corpus/zinc.txt\n")
    answer = installed.run(str(installed.programs / "pincite"), "ask", "Who discovered uranium?")
    assert "Uranium was discovered in 1789 by **Martin Heinrich Klaproth** in Berlin." in answer

    own, embedded, quoted, is_same = installed.run(installed.python, "program.py").splitlines()
    assert own == "a bot of the user's own"
    assert f", {embedded} newly embedded\n" in reported
    # More than a batch for each of two processes, or this one would embed them by itself.
    assert int(embedded) > 2 * bot.Settings().batch_size
    assert quoted == FACT
    assert is_same == "True"


def test_bot_is_not_installed(from_wheel: Installed) -> None:
    names = {path.name for path in library(from_wheel).iterdir()}
    assert names == {"pincite", f"pincite-{bot.__version__}.dist-info", "others.pth"}


def test_every_file_is_installed(from_wheel: Installed) -> None:
    def files(folder: Path) -> set[str]:
        return {
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file()
            and path.suffix not in (".pyc", ".md")
            and path.parent.name != "deploy"
        }

    assert files(library(from_wheel) / "pincite") == files(ROOT / "bot")
    about = library(from_wheel) / f"pincite-{bot.__version__}.dist-info"
    pdfjs = "bot/web/static/source/pdfjs"
    for licence in (
        "LICENSE",
        "bot/embedding/packaged_cross_encoder/LICENSE",
        f"{pdfjs}/LICENSE",
        f"{pdfjs}/standard_fonts/LICENSE_LIBERATION",
    ):
        assert (about / "licenses" / licence).read_text() == (ROOT / licence).read_text()


def test_what_the_package_says_of_itself(from_wheel: Installed) -> None:
    about = library(from_wheel) / f"pincite-{bot.__version__}.dist-info" / "METADATA"
    said = message_from_string(about.read_text("utf-8"))
    assert {name: said[name] for name in ("Name", "Version", "License-Expression", "Author")} == {
        "Name": "pincite",
        "Version": bot.__version__,
        "License-Expression": "MIT AND Apache-2.0 AND BSD-2-Clause AND BSD-3-Clause"
        " AND LicenseRef-Liberation",
        "Author": "the pincite authors",
    }
    assert "Typing :: Typed" in said.get_all("Classifier", [])
    text = said.get_payload()
    assert isinstance(text, str)
    assert text.lstrip().startswith("# pincite\n")
    # No link of it leads to a file that only the repository has.
    assert "](" not in text


def test_the_example_of_the_description_runs(from_wheel: Installed) -> None:
    about = library(from_wheel) / f"pincite-{bot.__version__}.dist-info" / "METADATA"
    example = about.read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    asked = "How much of the world's chromium does Central Asia hold?"
    assert asked in example
    (from_wheel.folder / "example.py").write_text(example.replace(asked, "Who discovered uranium?"))
    assert from_wheel.run(from_wheel.python, "example.py") == (f"{FACT} line 1\n")


def test_a_users_type_checker_knows_it(from_wheel: Installed, tmp_path: Path) -> None:
    # Other packages are not looked into, which would take a minute.
    settings = tmp_path / "mypy.ini"
    settings.write_text(
        "[mypy]\nstrict = True\nfollow_imports = skip\n[mypy-pincite.*]\nfollow_imports = normal\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--config-file", str(settings)),
            *("--python-executable", from_wheel.python, "--cache-dir", str(tmp_path), "typed.py"),
        ],
        cwd=from_wheel.folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    shown = done.stdout.splitlines()
    assert [line.partition(": ")[2] for line in shown[:-1]] == [
        'note: Revealed type is "pincite.engine.engine.Engine"',
        'note: Revealed type is "str"',
        'error: Argument 1 to "open" has incompatible type "int"; expected '
        '"str | Path | None"  [arg-type]',
    ], done.stdout


BOTH = """
import json, sys
{first}
import bot, pincite, bot.errors, pincite.errors, pincite.store.folder.local, bot.store.folder.local
import bot.types, pincite.types
same = [
    bot is pincite,
    bot.errors is pincite.errors,
    bot.store.folder.local is pincite.store.folder.local,
    bot.types.documents is pincite.types.documents,
    *(getattr(bot, name) is getattr(pincite, name) for name in bot.__all__),
]
print(json.dumps([bot.__name__, bot.PinciteError.__module__, all(same)]))
"""


@pytest.mark.parametrize("first", ["bot", "pincite"])
def test_both_names_are_one_package_in_the_repository(first: str, editable: Installed) -> None:
    done = subprocess.run(
        [editable.python, "-c", BOTH.format(first=f"import {first}")],
        cwd=editable.folder.parent / "sources",
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    assert json.loads(done.stdout) == [first, f"{first}.errors", True]


def test_another_copy_stays_apart(from_wheel: Installed) -> None:
    done = subprocess.run(
        [from_wheel.python, "-c", "import pincite, bot; print(bot is pincite, bot.__name__)"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    assert done.stdout == "False bot\n"


def test_without_an_installation_both_names_work() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", BOTH.format(first="import bot")],
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    assert json.loads(done.stdout) == ["bot", "bot.errors", True]
