"""How calls of the command line fail: exit code, one line, and what to do next."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_calls import (
    ANSWERABLE,
    Done,
    Pincite,
)

import bot
from bot.embedding import SentenceTransformerEncoder
from bot.engine import Engine
from bot.types import Status


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask"], 'give either a question or --batch FILE, as in: pincite ask "Why?"'),
        (["ask", "a", "--batch", "-"], "give either a question or --batch FILE, as in: "),
        (["ask", ""], "the question is empty. Ask in a few words or a sentence."),
        (["ask", " \n "], "the question is empty. Ask in a few words or a sentence."),
        (
            ["ask", "q" * 100_000],
            "the question has 100,000 characters; the limit is 2,000. Ask a shorter one, or raise "
            "max_question_characters.",
        ),
        (["ask", "a", "--k", "0"], "k is 0; it must be from 1 to 1,000."),
        (["ask", "a", "--k", "1001"], "k is 1001; it must be from 1 to 1,000."),
        (
            ["ask", "a", "--history", "none.json"],
            "--history none.json: No such file or directory. It must hold a JSON list of "
            '{"role": …, "content": …} objects.',
        ),
        (
            ["ask", "--batch", "-", "--history", "turns.json"],
            "--history goes with one question; batch lines carry their own.",
        ),
        (
            ["ask", "--batch", "none.jsonl"],
            "--batch none.jsonl: No such file or directory. Give a file of questions, or '-' for "
            "standard input.",
        ),
        (["ask", "--batch", "corpus"], "--batch corpus: Is a directory."),
        (["sources", "--text", "ffffffffffff"], "See: pincite sources"),
        (["sources", "--text", ""], "See: pincite sources"),
        (["status", "--config", "none.toml"], "--config none.toml: there is no such file. Name"),
        (
            ["index", "--corpus", "nowhere"],
            "the corpus nowhere does not exist. Name another folder with --corpus, or begin it ",
        ),
        (
            ["index", "--corpus", "index/CURRENT"],
            "the corpus index/CURRENT is not a folder. Name one",
        ),
        (["eval"], "give a FILE of questions, or --draft alone to have some proposed."),
        (["chat", "--port", "99999"], "--port: should be less than or equal to 65535, not 99999."),
        (["chat", "--auth", "name"], "--auth needs USER:PASSWORD, both not empty."),
        (["chat", "--auth", "name:"], "--auth needs USER:PASSWORD, both not empty."),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_a_wrong_request_ends_with_2_and_says_what_to_do(
    arguments: list[str], message: str, pincite: Pincite
) -> None:
    done = pincite(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("pincite: ")
    assert message in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", "a", "--bogus"], "No such option: --bogus"),
        (["ask", "When", "was", "it?"], "Got unexpected extra argument"),
        (["ask", "a", "--k", "many"], "Invalid value for '--k': "),
        (["nonsense"], "No such command 'nonsense'"),
        (["index", "--corpus"], "Option '--corpus' requires an argument"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_parsed_ends_with_2(
    arguments: list[str], message: str, pincite: Pincite
) -> None:
    done = pincite(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err


def test_settings_files_that_are_wrong_end_with_2(pincite: Pincite, tmp_path: Path) -> None:
    for text, message in (
        ("treshold = 1", "unknown setting 'treshold'. Did you mean 'threshold'? Known settings: "),
        ("threshold = 2", "threshold: should be less than or equal to 1, not 2."),
        ("threshold", "not valid TOML: "),
    ):
        file = tmp_path / "pincite.toml"
        file.write_text(text)
        done = pincite("status", "--config", str(file))
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"pincite: {file}: {message}")
        assert done.err.count("\n") == 1


def test_no_index_yet_ends_with_1(pincite: Pincite, tmp_path: Path) -> None:
    index = tmp_path / "none"
    for arguments in (
        ["ask", "a"],
        ["ask", "--batch", "-"],
        ["sources"],
        ["status"],
        ["verify"],
    ):
        done = pincite(*arguments, "--index", str(index), stdin=b'{"question": "a"}')
        message = f"pincite: {index}: there is no index yet. Run: pincite --index {index} index\n"
        assert done == Done(1, "", message)
    assert not index.exists()


def test_an_empty_corpus_ends_with_1(pincite: Pincite, tmp_path: Path) -> None:
    corpus = tmp_path / "empty"
    corpus.mkdir()
    done = pincite("index", "--corpus", str(corpus), "--index", str(tmp_path / "index"))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"pincite: {corpus} holds no documents. Put files (.ass, .csv, ")
    assert done.err.endswith(f" --index {tmp_path / 'index'} index\n")


def test_a_damaged_index_ends_with_1_and_is_repaired_as_told(
    pincite: Pincite, own_site: Path
) -> None:
    options = ["--corpus", str(own_site / "corpus"), "--index", str(own_site / "index")]
    catalog = own_site / "index/generations/000001/segments/000001/catalog.sqlite"
    size = catalog.stat().st_size
    os.truncate(catalog, 100)
    rebuild = f"Run: pincite {shlex.join(options)} index --rebuild\n"
    expected = f"pincite: {catalog} has 100 bytes instead of {size:,}. {rebuild}"
    for arguments in (["ask", "a"], ["sources"], ["status"], ["index"]):
        done = pincite(*options, *arguments)
        assert (done.code, done.out, done.err) == (1, "", expected)
    assert pincite(*options, "verify").code == 1
    assert pincite(*options, "--quiet", "index", "--rebuild").code == 0
    assert pincite(*options, "verify").code == 0
    assert pincite(*options, "ask", ANSWERABLE, "--json").json["answered"] is True

    (own_site / "index" / "CURRENT").write_text("soon\n")
    done = pincite(*options, "ask", "a")
    assert (done.code, done.out) == (1, "")
    assert done.err.endswith(f"names no generation. {rebuild}")


def test_an_index_of_another_model_ends_with_1(
    pincite: Pincite, own_site: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    other = own_site / "other-model"
    shutil.copytree(packaged_model.folder, other, copy_function=os.symlink)
    (other / "added.json").write_text("{}")
    options = ["--corpus", str(own_site / "corpus"), "--index", str(own_site / "index")]
    folder = own_site / "index" / "generations" / "000001"
    expected = (
        f"pincite: {folder}: it was built with model 'default', not with '{other}'. "
        f"Run: pincite {shlex.join(options)} --model {other} index --rebuild\n"
    )
    for arguments in (["ask", ANSWERABLE], ["index"]):
        assert pincite(*options, "--model", str(other), *arguments) == Done(1, "", expected)
    # What does not compare vectors goes on.
    assert pincite(*options, "--model", str(other), "status").code == 0

    rebuilt = pincite(*options, "--model", str(other), "--quiet", "index", "--rebuild")
    assert (rebuilt.code, rebuilt.err) == (0, "")
    answer = pincite(*options, "--model", str(other), "ask", ANSWERABLE, "--json").json
    assert (answer["generation"], answer["answered"]) == (2, True)
    assert "was built with model" in pincite(*options, "ask", ANSWERABLE).err


def test_a_model_that_is_not_there_ends_with_1(pincite: Pincite) -> None:
    done = pincite("ask", ANSWERABLE, "--model", "nowhere/nothing")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("pincite: model nowhere/nothing: no such folder, and the hub ")
    assert done.err.endswith("or leave --model out for the packaged one.\n")


def failing(error: BaseException) -> Callable[[Engine], Status]:
    """A method of the engine that only raises."""

    def fail(_: Engine) -> Status:
        raise error

    return fail


def test_traces_are_shown_only_on_request(
    pincite: Pincite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for error, line in (
        (RuntimeError("a\nb\x1b"), r"a\nb\x1b (RuntimeError)"),
        (AssertionError(), "no message (AssertionError)"),
    ):
        monkeypatch.setattr(Engine, "status", failing(error))
        message = f"pincite: {line}. For the whole trace add: --verbose\n"
        assert pincite("status") == Done(1, "", message)
        with pytest.raises(type(error)):
            pincite("status", "--verbose")
    with pytest.raises(bot.PinciteError, match="there is no index yet"):
        pincite("--verbose", "ask", "a", "--index", str(tmp_path))
    # Behind "--" it is no option.
    assert pincite("ask", "--index", str(tmp_path), "--", "--verbose").code == 1


def test_an_interrupt_is_no_trace(pincite: Pincite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "status", failing(KeyboardInterrupt()))
    done = pincite("status")
    assert done.code in (1, 130)
    assert "Traceback" not in done.err
    assert done.out == ""
