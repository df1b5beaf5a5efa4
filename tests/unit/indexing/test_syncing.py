"""What a run reports, embeds and leaves as it is."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from indexed_passages import generation_of, passages_of, quoted
from word_encoder import MINERALS, WordEncoder

import bot
from bot.corpus.archives import ARCHIVE_SUFFIXES
from bot.errors import SourceUnknown
from bot.indexing.build import source_id
from bot.reading import SUFFIXES
from bot.store import IndexLayout
from bot.types import SkippedFile, SyncProgress

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

KNOWN = ", ".join([*sorted(SUFFIXES), *sorted(ARCHIVE_SUFFIXES)])


def test_a_first_run(engine: bot.Engine, encoder: WordEncoder, write: Write) -> None:
    write({"b.txt": "Lead is heavy.", "a.md": "# Metals\n\nZinc is a metal.", "c.xyz": "?"})

    report = engine.sync()

    assert report.generation == 1
    assert report.added == ("corpus/a.md", "corpus/b.txt")
    assert (report.changed, report.removed, report.renamed, report.unchanged) == ((), (), (), ())
    reason = "format '.xyz' is not read. Convert the file"
    assert report.skipped == (SkippedFile("corpus/c.xyz", reason),)
    assert report.notes == (f"formats that are read: {KNOWN}",)
    assert (report.passages, report.embedded) == (2, 2)
    assert encoder.embedded == ["Metals\nZinc is a metal.", "Lead is heavy."]
    assert engine.status().skipped == report.skipped
    assert not report.is_current


def test_a_run_without_changes_writes_nothing(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc is a metal.", "c.xyz": "?"})
    first = engine.sync()

    report = engine.sync()

    assert report.generation == 1
    assert report.is_current
    assert report.unchanged == ("corpus/a.txt",)
    assert report.skipped == first.skipped
    assert (report.passages, report.embedded) == (1, 0)


def test_only_new_texts_are_embedded(
    engine: bot.Engine, encoder: WordEncoder, corpus: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal.", "b.txt": "Lead is heavy.", "c.txt": "Copper is red."})
    engine.sync()
    encoder.embedded.clear()
    write({"b.txt": "Lead is soft.", "d.txt": "Uranium glows."})
    (corpus / "c.txt").unlink()

    report = engine.sync()

    assert report.generation == 2
    assert report.added == ("corpus/d.txt",)
    assert report.changed == ("corpus/b.txt",)
    assert report.removed == ("corpus/c.txt",)
    assert report.renamed == ()
    assert report.unchanged == ("corpus/a.txt",)
    assert (report.passages, report.embedded) == (3, 2)
    assert sorted(encoder.embedded) == ["Lead is soft.", "Uranium glows."]
    assert passages_of(engine) == ["Zinc is a metal.", "Lead is soft.", "Uranium glows."]


def test_a_changed_paragraph_leaves_the_others_as_they_were(
    engine: bot.Engine, encoder: WordEncoder, write: Write
) -> None:
    pages = {name: f"## {name}\n\n{name} is a metal." for name in ("Zinc", "Lead", "Copper")}
    write({"a.md": "\n\n".join(pages.values())})
    engine.sync()
    assert sorted(encoder.embedded) == [
        "Zinc\nCopper\nCopper is a metal.",
        "Zinc\nLead\nLead is a metal.",
        "Zinc\nZinc is a metal.",
    ]
    encoder.embedded.clear()

    write({"a.md": "\n\n".join({**pages, "Lead": "## Lead\n\nLead is grey."}.values())})
    report = engine.sync()

    assert (report.changed, report.embedded) == (("corpus/a.md",), 1)
    assert encoder.embedded == ["Zinc\nLead\nLead is grey."]


def test_a_rename_embeds_nothing(
    engine: bot.Engine, encoder: WordEncoder, corpus: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal.", "b.txt": "Lead is heavy."})
    engine.sync()
    encoder.embedded.clear()
    (corpus / "inner").mkdir()
    (corpus / "a.txt").rename(corpus / "inner" / "z.txt")

    report = engine.sync()

    assert report.renamed == (("corpus/a.txt", "corpus/inner/z.txt"),)
    assert (report.added, report.removed, report.changed) == ((), (), ())
    assert (report.embedded, encoder.embedded) == (0, [])
    assert engine.ask("zinc").quotes[0].source.path == "corpus/inner/z.txt"
    assert engine.ask("zinc").quotes[0].source.title == "z"


def test_a_file_whose_title_is_its_name_is_embedded_anew_when_it_is_renamed(
    engine: bot.Engine, encoder: WordEncoder, corpus: Path, write: Write
) -> None:
    write({"zinc-ores.txt": "It is a metal.", "own.md": "# Lead\n\nIt is heavy."})
    engine.sync()
    assert sorted(encoder.embedded) == ["Lead\nIt is heavy.", "zinc-ores\nIt is a metal."]
    encoder.embedded.clear()
    (corpus / "zinc-ores.txt").rename(corpus / "copper-ores.txt")
    (corpus / "own.md").rename(corpus / "other.md")

    report = engine.sync()

    assert report.renamed == (
        ("corpus/zinc-ores.txt", "corpus/copper-ores.txt"),
        ("corpus/own.md", "corpus/other.md"),
    )
    assert (report.added, report.removed, report.changed) == ((), (), ())
    assert (report.embedded, encoder.embedded) == (1, ["copper-ores\nIt is a metal."])
    generation = generation_of(engine)
    assert [row for row, _ in generation.matching(["copper"], 5)] == [0]
    assert generation.matching(["zinc"], 5) == []


def test_an_edit_is_noticed_though_size_and_time_are_the_same(
    engine: bot.Engine, corpus: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is blue."})
    engine.sync()
    before = (corpus / "a.txt").stat()
    write({"a.txt": "Zinc is grey."})
    os.utime(corpus / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert not engine.is_current()
    assert engine.sync().changed == ("corpus/a.txt",)
    assert quoted(engine, "zinc") == ["Zinc is grey."]


def test_a_file_that_was_only_touched_is_unchanged(
    engine: bot.Engine, corpus: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is blue."})
    engine.sync()
    os.utime(corpus / "a.txt", (1, 1))

    assert engine.is_current()
    assert engine.sync().is_current


def test_copies_are_one_source(engine: bot.Engine, corpus: Path, write: Write) -> None:
    write({"b.txt": "Zinc is a metal.", "c.txt": "Zinc is a metal.", "a.md": "Zinc is a metal."})
    report = engine.sync()

    assert report.added == ("corpus/a.md", "corpus/b.txt", "corpus/c.txt")
    assert [(s.info.path, s.info.also_at) for s in engine.sources()] == [
        ("corpus/a.md", ()),  # another format may be read in another way
        ("corpus/b.txt", ("corpus/c.txt",)),
    ]
    assert (report.passages, report.embedded) == (2, 1)

    (corpus / "b.txt").unlink()
    assert engine.sync().removed == ("corpus/b.txt",)
    assert [(s.info.path, s.info.also_at, s.info.title) for s in engine.sources()] == [
        ("corpus/a.md", (), "a"),
        ("corpus/c.txt", (), "c"),
    ]

    write({"aa.txt": "Zinc is a metal."})
    assert engine.sync().added == ("corpus/aa.txt",)
    assert engine.sources()[1].info.also_at == ("corpus/c.txt",)


def test_a_deleted_source_never_answers_again(
    engine: bot.Engine, corpus: Path, tmp_path: Path, write: Write
) -> None:
    write({"a.txt": "Uranium glows in secret.", "b.txt": "Lead is heavy."})
    engine.sync()
    id_ = engine.ask("uranium").quotes[0].source.id
    (corpus / "a.txt").unlink()

    engine.sync()

    found = engine.ask("uranium secret", k=100)
    assert [quote.text for quote in found.quotes] == ["Lead is heavy."]
    assert [summary.info.path for summary in engine.sources()] == ["corpus/b.txt"]
    with pytest.raises(SourceUnknown):
        engine.source(id_)
    # Nor is it on disk any more, but for the generations kept for a rollback.
    live = IndexLayout(tmp_path / "index").generation(2)
    data = b"".join(file.read_bytes() for file in live.rglob("*") if file.is_file())
    assert b"secret" not in data
    assert b"Lead is heavy" in data


def test_the_same_passage_is_cited_by_the_same_identifier(
    engine: bot.Engine, tmp_path: Path, corpus: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    engine.sync()
    other = bot.open(corpus, tmp_path / "other", encoder=WordEncoder(MINERALS))
    other.sync()

    (ours,), (theirs,) = engine.ask("zinc").citations, other.ask("zinc").citations

    assert ours == theirs
    assert ours.source.id == source_id(ours.source.sha256, ".txt")


def test_progress_is_reported_by_stage(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc.", "b.txt": "Lead."})
    steps: list[SyncProgress] = []

    engine.sync(progress=steps.append)

    assert steps == [
        SyncProgress("reading", 0, 2, "corpus/a.txt"),
        SyncProgress("reading", 1, 2, "corpus/b.txt"),
        SyncProgress("reading", 2, 2),
        SyncProgress("embedding", 0, 2),
        SyncProgress("embedding", 2, 2),
        SyncProgress("writing", 0, 1),
        SyncProgress("writing", 1, 1),
    ]


def test_questions_are_answered_while_an_index_is_built(
    engine: bot.Engine, corpus: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    engine.sync()
    write({"b.txt": "Uranium glows."})
    seen: list[tuple[int, bool]] = []

    def ask(_: SyncProgress) -> None:
        thread = threading.Thread(
            target=lambda: seen.append((engine.ask("zinc").generation, engine.is_current()))
        )
        thread.start()
        thread.join(10)

    engine.sync(progress=ask)

    assert seen[:-1] == [(1, False)] * (len(seen) - 1)
    assert seen[-1] == (2, True)
