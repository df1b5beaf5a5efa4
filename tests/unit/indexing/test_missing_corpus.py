"""A corpus folder that is missing or has no documents."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from indexed_passages import quoted
from word_encoder import WordEncoder

import bot
from bot.errors import CorpusEmpty, CorpusMissing, IndexMissing

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def test_a_corpus_that_is_missing(tmp_path: Path, encoder: WordEncoder) -> None:
    engine = bot.open(tmp_path / "nowhere", tmp_path / "index", encoder=encoder)

    with pytest.raises(CorpusMissing, match=r"nowhere does not exist\. Name another folder with"):
        engine.sync()
    assert not (tmp_path / "index").exists()


def test_a_corpus_that_is_a_file(tmp_path: Path, encoder: WordEncoder) -> None:
    (tmp_path / "file").write_text("Zinc.", encoding="utf-8")
    engine = bot.open(tmp_path / "file", tmp_path / "index", encoder=encoder)

    with pytest.raises(CorpusMissing, match=r"file is not a folder\. Name one with --corpus\.$"):
        engine.sync()


def test_a_corpus_that_goes_missing_later_leaves_the_index(
    engine: bot.Engine, corpus: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    engine.sync()
    shutil.rmtree(corpus)

    with pytest.raises(CorpusMissing):
        engine.sync()
    assert quoted(engine, "zinc") == ["Zinc is a metal."]


@pytest.mark.parametrize("files", [{}, {"README.md": "Zinc."}, {".hidden.txt": "Zinc."}])
def test_a_corpus_that_is_empty(engine: bot.Engine, write: Write, files: Mapping[str, str]) -> None:
    write(files)

    with pytest.raises(CorpusEmpty, match=r"holds no documents\. Put files .*pincite index$"):
        engine.sync()
    with pytest.raises(IndexMissing):
        engine.ask("zinc")


def test_a_corpus_that_was_emptied_answers_nothing(
    engine: bot.Engine, corpus: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    engine.sync()
    (corpus / "a.txt").unlink()

    report = engine.sync()

    assert (report.generation, report.removed, report.passages) == (2, ("corpus/a.txt",), 0)
    found = engine.ask("Is zinc a metal?")
    assert (found.answered, found.quotes, found.confidence) == (False, (), 0.0)
    assert engine.sources() == ()
    assert engine.suggestions() == ()
    assert engine.verify().faults == ()
    assert engine.sync().is_current
    write({"b.txt": "Zinc is back."})
    assert engine.sync().generation == 3
    assert quoted(engine, "zinc") == ["Zinc is back."]


def test_files_of_which_none_can_be_read_make_an_index_that_says_so(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.xyz": "Zinc."})

    report = engine.sync()

    assert (report.added, report.passages) == ((), 0)
    assert [file.path for file in report.skipped] == ["corpus/a.xyz"]
    assert not engine.ask("zinc").answered
