"""Sources are added and removed by the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from indexed_passages import passages_of, quoted
from word_encoder import WordEncoder

import bot
from bot.errors import ReadError, SourceUnknown, UsageError

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def test_an_added_source_answers_after_the_next_run(
    engine: bot.Engine, corpus: Path, write: Write
) -> None:
    assert engine.add_source("a.txt", b"Zinc is a metal.") == "corpus/a.txt"
    assert engine.add_source("a.txt", b"Lead is heavy.") == "corpus/a-2.txt"
    assert engine.add_source("../../up\\Te st?.TXT", b"Tin.") == "corpus/Te st.txt"
    assert engine.add_source("README.md", b"## Tin\n\nTin is soft.") == "corpus/README-source.md"
    assert engine.add_source(".hidden.txt", b"Tin is old.") == "corpus/hidden.txt"

    engine.sync()

    assert sorted(file.name for file in corpus.iterdir()) == [
        "README-source.md",
        "Te st.txt",
        "a-2.txt",
        "a.txt",
        "hidden.txt",
    ]
    assert quoted(engine, "zinc")[0] == "Zinc is a metal."


def test_a_document_that_cannot_be_read_is_not_stored(engine: bot.Engine, corpus: Path) -> None:
    with pytest.raises(ReadError):
        engine.add_source("a.xyz", b"Zinc.")
    with pytest.raises(ReadError):
        engine.add_source("a.pdf", b"no PDF")
    assert list(corpus.iterdir()) == []


def test_a_document_that_is_too_large_is_not_stored(
    corpus: Path, tmp_path: Path, encoder: WordEncoder
) -> None:
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder, max_file_megabytes=1)

    with pytest.raises(UsageError, match=r"a\.txt: larger than 1 MB"):
        engine.add_source("a.txt", b"Zinc. " * 200_000)
    assert list(corpus.iterdir()) == []


def test_a_removed_source_is_gone_with_its_copies(
    engine: bot.Engine, corpus: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal.", "b.txt": "Zinc is a metal.", "c.txt": "Lead is heavy."})
    engine.sync()
    source = engine.ask("zinc").quotes[0].source

    assert engine.remove_source(source.id[:8]) == ("corpus/a.txt", "corpus/b.txt")

    assert engine.sync().removed == ("corpus/a.txt", "corpus/b.txt")
    assert passages_of(engine) == ["Lead is heavy."]
    with pytest.raises(SourceUnknown):
        engine.remove_source(source.id)
