"""The command line: its help, completion and options."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from cli_calls import Done, Pincite, process

import bot
from bot.cli.app import app
from bot.cli.context import globals_first

COMMANDS = (
    *("index", "add", "watch", "ask", "find", "chat", "sources", "status", "verify"),
    *("rollback", "export", "import", "migrate", "eval", "mcp"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, pincite: Pincite) -> None:
    done = pincite(command, "--help")
    assert (done.code, done.err) == (0, "")
    usage, *body, last = done.out.strip().splitlines()
    assert usage.startswith(f"Usage: pincite {command} [OPTIONS]")
    example = last.strip().removeprefix("Example: ").partition(" && ")[0]
    assert last.strip().startswith("Example: pincite ")
    # The example can be run as it stands: its command and its options exist.
    words = globals_first(shlex.split(example)[1:])
    assert command in words
    globals_ = pincite("--help").out
    for option in (word for word in words if word.startswith("--")):
        assert f"{option} " in "\n".join(body) or f"{option} " in globals_, option


def test_help_lists_the_commands_and_says_what_every_option_does(pincite: Pincite) -> None:
    registered = {
        command.name or getattr(command.callback, "__name__", "")
        for command in app.registered_commands
    }
    assert registered == set(COMMANDS)
    for arguments in ([], *([command] for command in COMMANDS)):
        done = pincite(*arguments, "--help")
        options = [line.split() for line in done.out.splitlines() if line.startswith("  -")]
        assert len(options) >= 1
        assert all(len([word for word in words if word[0] != "<"]) >= 3 for words in options)
        assert all(command in done.out for command in (COMMANDS if not arguments else ()))
    bare = pincite()
    assert (bare.code, bare.out + bare.err) == (2, pincite("--help").out)


def test_help_lists_the_commands_under_headings(pincite: Pincite) -> None:
    listed = pincite("--help").out.partition("\nAsk:\n")[2]
    sections = [part.splitlines() for part in f"Ask:\n{listed}".split("\n\n")]
    assert [
        (heading, [line.split()[0] for line in lines if line[2] != " "])
        for heading, *lines in sections[:-1]
    ] == [
        ("Ask:", ["ask", "find"]),
        ("Sources:", ["add", "sources"]),
        (
            "Index:",
            ["index", "watch", "status", "verify", "rollback", "export", "import", "migrate"],
        ),
        ("Evaluate:", ["eval"]),
        ("Serve:", ["chat", "mcp", "user"]),
    ]
    # Descriptions are in one column, and whole.
    assert "  ask       Answer a question, or a batch of them, with passages and" in listed
    assert "..." not in listed
    assert "\x1b" not in listed
    assert " ".join(word for line in sections[-1] for word in line.split()) == (
        "Exit codes: 0 done; 1 failed; 2 wrong usage; 3 a question was not answered (only with: "
        "ask --fail-unanswered)."
    )


@pytest.mark.parametrize("command", [(), *((command,) for command in COMMANDS)])
def test_help_has_a_short_name(command: tuple[str, ...], pincite: Pincite) -> None:
    done = pincite(*command, "-h")
    assert (done.code, done.err) == (0, "")
    assert done.out == pincite(*command, "--help").out
    assert "  -h, --help " in done.out


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("pincite s", ["sources", "status"]),
        ("pincite ask --fail", ["--fail-unanswered"]),
        ("pincite --corpus papers ro", ["rollback"]),
    ],
)
def test_the_shell_completes(typed: str, proposed: list[str], tmp_path: Path) -> None:
    done = process(
        cwd=tmp_path,
        _PINCITE_COMPLETE="complete_bash",
        COMP_WORDS=typed,
        COMP_CWORD=str(len(typed.split()) - 1),
    )
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, proposed, "")


def test_the_completion_of_each_shell_is_shown(
    pincite: Pincite, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer.completion

    for shell, line in (
        ("bash", "complete -o default -F _pincite_completion pincite"),
        ("zsh", "compdef _pincite_completion pincite"),
        ("fish", "complete --command pincite "),
    ):
        monkeypatch.setattr(typer.completion, "_get_shell_name", lambda shell=shell: shell)
        done = pincite("--show-completion")
        assert (done.code, done.err) == (0, "")
        assert line in done.out
        assert "_PINCITE_COMPLETE=complete_" in done.out


def test_the_package_is_a_program_too(tmp_path: Path) -> None:
    done = process("ask", "--help", cwd=tmp_path, program=("-m", "bot"))
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: pincite ask [OPTIONS] ")


def test_version(pincite: Pincite) -> None:
    expected = Done(0, f"pincite {bot.__version__}\n", "")
    assert pincite("--version") == expected
    assert pincite("index", "--version") == expected


def test_global_options_stand_before_or_after_the_command(
    pincite: Pincite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, index = tmp_path / "papers", tmp_path / "built"
    corpus.mkdir()
    (corpus / "zinc.txt").write_text("Zinc protects steel from corrosion.\n")
    first = pincite("--corpus", str(corpus), "--index", str(index), "index")
    assert first.code == 0
    assert first.out.splitlines()[0] == "added     papers/zinc.txt"
    for arguments in (
        ["index", "--corpus", str(corpus), "--index", str(index)],
        ["index", f"--corpus={corpus}", f"--index={index}"],
        [f"--corpus={corpus}", "index", "--index", str(index)],
        ["index", "--quiet", f"--corpus={corpus}", "--json", f"--index={index}"],
    ):
        done = pincite(*arguments)
        assert done.code == 0
        assert "papers/zinc.txt" in done.out or "1 unchanged" in done.out

    other = tmp_path / "other.toml"
    other.write_text(f"corpus = '{corpus}'\nindex = '{index}'\n")
    for arguments in (["status", "--config", str(other)], [f"--config={other}", "status"]):
        assert "sources     1\n" in pincite(*arguments).out
    monkeypatch.setenv("PINCITE_INDEX", str(index))
    assert "sources     1\n" in pincite("status").out


def test_hoisting() -> None:
    assert globals_first(["index", "--corpus", "x", "--json"]) == [
        "--corpus",
        "x",
        "index",
        "--json",
    ]
    assert globals_first(["ask", "why", "--model=m", "--k", "3"]) == [
        "--model=m",
        "ask",
        "why",
        "--k",
        "3",
    ]
    # Behind "--" stand words of the question.
    assert globals_first(["ask", "--", "--corpus", "x"]) == ["ask", "--", "--corpus", "x"]
    assert globals_first(["index", "--corpus"]) == ["--corpus"]


def test_a_question_may_look_like_an_option(pincite: Pincite) -> None:
    done = pincite("ask", "--json", "--", "--verbose")
    assert done.code == 0
    assert done.json["question"] == "--verbose"
