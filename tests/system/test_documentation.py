"""What every page promises: links lead somewhere, commands parse, figures are those of the code."""

from __future__ import annotations

import re
import shlex
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import settings_page
import typer
from places import ROOT
from typer.main import get_command

from bot.cli.app import app
from bot.cli.context import globals_first
from bot.errors import PinciteError, UsageError
from bot.settings import Settings, load_settings

PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for folder, names in (
        ("", "*.md"),
        ("bot", "**/*.md"),
        ("corpus", "README.md"),
        ("tests", "bench/*.md"),
    )
    for page in (ROOT / folder).glob(names)
)

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`(pincite [^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def read(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def prose(page: str) -> str:
    """A page without its blocks of code."""
    return BLOCK.sub("", read(page))


def anchors(page: str) -> set[str]:
    """What can follow # in a link to a page, as GitHub makes it of the headings."""
    kept = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(prose(page))]
    return {heading.replace(" ", "-") for heading in kept}


def linked(page: str) -> list[tuple[Path, str]]:
    """Where the links of a page lead, within the repository: a path, and an anchor or ""."""
    found = []
    for target in LINK.findall(prose(page)):
        if not target.startswith("https://"):
            path, _, anchor = target.partition("#")
            found.append(((ROOT / page).parent / path if path else ROOT / page, anchor))
    return found


def commands(page: str) -> list[str]:
    """Every call of pincite that a page shows, in its blocks and within its lines."""
    spans = [" ".join(span.split()) for span in SPAN.findall(prose(page))]
    found = [call for span in spans for call in calls(span)]
    for language, block in BLOCK.findall(read(page)):
        if not language:
            lines = block.replace("\\\n", " ").splitlines()
            found += [call for line in lines for call in calls(line)]
    return found


def calls(line: str) -> list[str]:
    """The calls of pincite in a line for the shell, without comment and redirections."""
    parts = re.split(r"&&|\||>", re.sub(r"\s#.*", "", line))
    return [part.strip() for part in parts if part.strip().startswith("pincite ")]


# A changelog tells of commands as they were.
SHOWN = [(page, one) for page in PAGES if page != "CHANGELOG.md" for one in commands(page)]


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_lines_fit_an_editor(page: str) -> None:
    lines = read(page).splitlines()
    assert [line for line in lines if len(line) > 100 and not line.startswith("|")] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for path, anchor in linked(page):
        assert path.exists(), path
        if anchor:
            assert anchor in anchors(path.resolve().relative_to(ROOT).as_posix())


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = {"README.md"}, ["README.md"]
    while waiting:
        for path, _ in linked(waiting.pop()):
            page = path.resolve().relative_to(ROOT).as_posix()
            if page in PAGES and page not in reached:
                reached.add(page)
                waiting.append(page)
    assert sorted(reached) == PAGES


@pytest.mark.parametrize(("page", "command"), SHOWN)
def test_commands_parse(page: str, command: str) -> None:
    """The parser of the command line takes a call; nothing of it is run."""
    group: Any = get_command(app)
    arguments = globals_first(shlex.split(command)[1:])
    with suppress(typer.Exit):  # --help
        context = group.make_context("pincite", arguments)
        while hasattr(group, "resolve_command"):
            # Later versions of click have all of them in `args`.
            left = [*getattr(context, "_protected_args", ()), *context.args]
            name, group, arguments = group.resolve_command(context, left)
            context = group.make_context(name, arguments, parent=context)


def test_commands_are_found_where_pages_show_them() -> None:
    assert ("README.md", "pincite chat") in SHOWN
    assert ("README.md", "pincite ask --batch questions.jsonl") in SHOWN
    assert ("bot/QUESTIONS.md", "pincite index --rebuild") in SHOWN


@pytest.mark.parametrize("name", re.findall(r"`(\w+\.py)[ `]", read("tests/bench/README.md")))
def test_benchmarks_named_are_there(name: str) -> None:
    assert (ROOT / "tests" / "bench" / name).is_file()


def test_the_list_of_settings_is_that_of_the_code() -> None:
    page = read("bot/SETTINGS.md")
    assert settings_page.renewed(page) == page, f"renew it with: {settings_page.RENEW}"


def test_the_sample_of_settings_loads(tmp_path: Path) -> None:
    ((_, sample),) = [
        block for block in BLOCK.findall(read("bot/SETTINGS.md")) if block[0] == "toml"
    ]
    file = tmp_path / "pincite.toml"
    file.write_text(sample, "utf-8")

    loaded = load_settings(file).model_dump(mode="json")

    given = tomllib.loads(sample)
    assert {name: loaded[name] for name in given} == given
    defaults = Settings.model_construct().model_dump(mode="json")
    assert [name for name in given if given[name] == defaults[name]] == []


def test_defaults_named_in_pages_are_those_of_the_code() -> None:
    named = [
        (name, float(value))
        for page in PAGES
        for name, value in re.findall(r"`(\w+)`\s\(([\d.]+)\)", prose(page))
    ]
    assert {name for name, _ in named} == {"threshold", "sure_threshold"}
    for name, value in named:
        assert Settings.model_fields[name].default == value


def test_exit_codes_named_are_those_of_the_errors() -> None:
    codes = re.findall(r"^\| (\d+) \| (.*) \|$", read("bot/SETTINGS.md"), re.MULTILINE)
    meanings = {int(code): meaning for code, meaning in codes}
    assert list(meanings) == [0, 1, 2, 3, 130]
    assert meanings[PinciteError.exit_code].startswith("it could not be done")
    assert meanings[UsageError.exit_code].startswith("the request is wrong")
