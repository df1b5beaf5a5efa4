"""Adding begins a corpus, keeps names, and stays within the corpus."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from cli_calls import Pincite
from indexed_folders import quoted
from word_encoder import WordEncoder

import bot
from bot.answering.notices import BEGIN
from bot.corpus import Corpus
from bot.errors import CorpusMissing, SourceKnown, UsageError

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]


Write = Callable[[Mapping[str, str]], None]


# Beginning with nothing


def test_adding_begins_a_corpus(
    pincite: Pincite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lead.txt").write_text("Lead is heavy.\n")

    done = pincite("--corpus", "papers", "add", "lead.txt")

    assert (done.code, done.out.splitlines()) == (
        0,
        [
            "added     papers/lead.txt",
            "To answer from what was added, run: pincite --corpus papers index",
        ],
    )
    assert (tmp_path / "papers" / "lead.txt").read_text() == "Lead is heavy.\n"


def test_what_was_all_refused_is_said_and_nothing_else(
    pincite: Pincite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    done = pincite("add", "nowhere.txt")

    assert (done.code, done.err) == (1, "")
    assert done.out == "refused   nowhere.txt: cannot be read: No such file or directory.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_corpus_that_vanished_is_not_begun_anew(
    tmp_path: Path, corpus: Path, engine: bot.Engine, write: Write
) -> None:
    write({"zinc.txt": "Zinc is a metal."})
    engine.sync()
    shutil.rmtree(corpus)

    with pytest.raises(CorpusMissing, match=r"its index does: .*/index\. Put the folder"):
        engine.add_source("lead.txt", b"Lead is heavy.")
    assert not corpus.exists()
    # What was indexed can be read all the same.
    assert quoted(engine, "zinc") == ["Zinc is a metal."]
    assert (
        bot.open(corpus, tmp_path / "index", encoder=WordEncoder(("zinc",))).status().sources == 1
    )


def test_an_index_of_nothing_says_how_to_begin(engine: bot.Engine) -> None:
    report = engine.sync(may_be_empty=True)

    assert (report.generation, report.passages) == (1, 0)
    answer = engine.ask("When was the dialogue launched?")
    assert (answer.answered, answer.quotes) == (False, ())
    assert answer.notice == f"No sources yet. {BEGIN}"
    assert engine.suggestions() == ()
    engine.add_source("zinc.txt", b"Zinc is a metal.")
    engine.sync()
    assert quoted(engine, "zinc") == ["Zinc is a metal."]


# Adding


def test_a_document_that_the_corpus_holds_is_not_copied_again(
    engine: bot.Engine, corpus: Path
) -> None:
    assert engine.add_source("zinc.txt", b"Zinc is a metal.") == "corpus/zinc.txt"
    # Before it was indexed, and after; a file of another kind with these bytes is another source.
    for _ in range(2):
        with pytest.raises(SourceKnown) as known:
            engine.add_source("other.txt", b"Zinc is a metal.")
        assert known.value.path == "corpus/zinc.txt"
        assert str(known.value) == (
            "other.txt: the corpus holds this document already, as corpus/zinc.txt."
        )
        engine.sync()
    assert engine.add_source("zinc.md", b"Zinc is a metal.") == "corpus/zinc.md"
    assert sorted(file.name for file in corpus.iterdir()) == ["zinc.md", "zinc.txt"]


def test_folders_below_the_one_that_is_added_keep_their_names(
    pincite: Pincite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("a.txt", "2024/a.txt", "2024/q1/a.txt", "nul; rm -rf/a.txt", "README.md")
    for name in (*names, "venv/pyvenv.cfg", "#__pycache__/a.txt"):
        file = tmp_path / "reports" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Report {name}.\n")

    done = pincite("add", "reports")

    assert (done.code, done.out.splitlines()) == (
        1,
        [
            "refused   reports/#__pycache__/a.txt: corpus/__pycache__: nothing there is read, for "
            "it is programs, and no documents.",
            "added     corpus/2024/a.txt",
            "added     corpus/2024/q1/a.txt",
            "added     corpus/README-source.md",
            "added     corpus/a.txt",
            "added     corpus/nul- rm -rf/a.txt",
            "left out  reports/venv: a virtual environment",
            "To answer from what was added, run: pincite index",
        ],
    )
    shutil.rmtree(tmp_path / "reports" / "#__pycache__")
    added = sorted(str(file.relative_to("corpus")) for file in Path("corpus").rglob("*.txt"))
    assert added == ["2024/a.txt", "2024/q1/a.txt", "a.txt", "nul- rm -rf/a.txt"]
    assert Path("corpus/2024/q1/a.txt").read_text() == "Report 2024/q1/a.txt.\n"
    again = pincite("add", "reports")
    assert again.code == 0
    assert again.out.splitlines() == [
        "known     reports/2024/a.txt, as corpus/2024/a.txt",
        "known     reports/2024/q1/a.txt, as corpus/2024/q1/a.txt",
        "known     reports/README.md, as corpus/README-source.md",
        "known     reports/a.txt, as corpus/a.txt",
        "known     reports/nul; rm -rf/a.txt, as corpus/nul- rm -rf/a.txt",
        "left out  reports/venv: a virtual environment",
    ]


def test_nothing_is_added_through_a_link_out_of_the_corpus(
    tmp_path: Path, engine: bot.Engine, corpus: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (corpus / "deep").symlink_to(tmp_path / "outside")

    with pytest.raises(UsageError, match="deep: a link that leads out of the corpus"):
        engine.add_source("zinc.txt", b"Zinc is a metal.", ("deep", "deeper"))
    assert list((tmp_path / "outside").iterdir()) == []


def test_nothing_is_added_into_the_index(
    tmp_path: Path, encoder: WordEncoder, corpus: Path, write: Write
) -> None:
    write({"zinc.txt": "Zinc is a metal."})
    engine = bot.open(corpus, corpus / "index", encoder=encoder)
    engine.sync()

    with pytest.raises(UsageError, match="nothing there is read, for it is the index"):
        engine.add_source("lead.txt", b"Lead is heavy.", ("index", "deep"))
    assert not (corpus / "index" / "deep").exists()


def test_many_documents_are_compared_with_the_corpus_once(
    engine: bot.Engine, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings = []
    stored_files = Corpus.stored_files
    monkeypatch.setattr(
        Corpus, "stored_files", lambda one: listings.append(one) or stored_files(one)
    )
    copies = engine.copies()
    for number in range(5):
        text = f"Zinc mine {number}.".encode()
        assert engine.add_source(f"{number}.txt", text, copies=copies) == f"corpus/{number}.txt"
        with pytest.raises(SourceKnown, match=f"as corpus/{number}.txt"):
            engine.add_source("again.txt", text, copies=copies)
    assert len(listings) == 1


@pytest.fixture
def deep_corpus(corpus: Path) -> Iterator[Path]:
    """A corpus whose folders pytest, which calls itself for each, could not remove."""
    yield corpus
    subprocess.run(["rm", "-r", str(corpus / "d")], check=True)


def test_folders_may_be_deeper_than_calls_of_python(deep_corpus: Path, engine: bot.Engine) -> None:
    corpus = deep_corpus
    # One level at a time, for a path may not be so long.
    descriptor = os.open(corpus, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=descriptor)
        deeper = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = deeper
    os.close(descriptor)
    (corpus / "zinc.txt").write_text("Zinc is a metal.")

    assert engine.sync().added == ("corpus/zinc.txt",)


@pytest.mark.parametrize("folder", ["..", ".", "/", ".hidden", "a/../../b", ""])
def test_a_folder_to_add_into_stays_below_the_corpus(
    tmp_path: Path, engine: bot.Engine, corpus: Path, folder: str
) -> None:
    engine.add_source("zinc.txt", b"Zinc is a metal.", (folder,))

    (stored,) = corpus.rglob("*.txt")
    assert len(stored.relative_to(corpus).parts) == 2
    assert not stored.parent.name.startswith(".")
    assert [entry.name for entry in tmp_path.iterdir()] == ["corpus"]
