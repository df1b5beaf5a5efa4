"""A preview tells what would be read, and stores nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import bot
from bot.errors import ReadError
from bot.indexing.preview import ARCHIVE_FILES

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def test_a_preview_tells_what_would_be_read_and_stores_nothing(
    engine: bot.Engine, corpus: Path, write: Write
) -> None:
    first = b"# Zinc\n\nZinc coats steel.\n\nShare this\n\nLead is heavy."
    assert engine.preview("a.md", first)[0].is_known is False
    write({"a.md": first.decode()})
    engine.sync()

    (known,) = engine.preview("b.md", first)
    (other,) = engine.preview("c.txt", b"Tin is soft.")

    assert known.is_known
    assert (known.name, known.title, known.passages) == ("b.md", "Zinc", 1)
    (source,) = engine.sources()
    assert (known.characters, known.passages) == (source.characters, source.passages)
    assert sum(count for _, count in known.skipped) == source.skipped_blocks
    assert (other.is_known, other.characters, other.title) == (False, 12, "c")
    with pytest.raises(ReadError, match="empty: there is no text in it"):
        engine.preview("d.txt", b"")
    assert [file.name for file in corpus.iterdir()] == ["a.md"]


def test_a_preview_of_an_archive_tells_of_each_file(engine: bot.Engine) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("in/a.txt", "Zinc is blue.")
        archive.writestr("b.png", b"PNG")
        for number in range(60):
            archive.writestr(f"{number}.txt", "Lead.")

    found = engine.preview("all.zip", buffer.getvalue())

    assert (found[0].name, found[0].passages, found[0].reason) == ("all.zip/in/a.txt", 1, None)
    assert found[1].name == "all.zip/b.png"
    assert "'.png' is not read" in (found[1].reason or "")
    assert len(found) == ARCHIVE_FILES + 1
    assert found[-1].notes == ("12 more files are not looked into here",)
