"""Bringing an index up to date: by content alone, and with the outcome of a fresh build."""

from __future__ import annotations

import io
import os
import shutil
import threading
import zipfile
from collections.abc import Callable, Mapping
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from word_encoder import MINERALS, WordEncoder

import bot
from bot.corpus import Corpus
from bot.corpus.archives import ARCHIVE_SUFFIXES
from bot.errors import (
    CorpusEmpty,
    CorpusMissing,
    IndexMismatch,
    IndexMissing,
    ReadError,
    SourceUnknown,
    SyncCancelled,
    UsageError,
)
from bot.export.answer_json import answer_json
from bot.indexing import Plan, plan
from bot.indexing.build import HEADING_TOKENS, embedded_text, source_id
from bot.indexing.preview import ARCHIVE_FILES
from bot.reading import SUFFIXES
from bot.store import Generation, IndexLayout
from bot.store.tokens import unpack
from bot.types import CorpusFile, Passage, SkippedFile, SyncProgress

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

KNOWN = ", ".join([*sorted(SUFFIXES), *sorted(ARCHIVE_SUFFIXES)])


def generation_of(engine: bot.Engine) -> Generation:
    layout = IndexLayout(engine.settings.index)
    return Generation(layout, layout.live())


def passages_of(engine: bot.Engine) -> list[str]:
    generation = generation_of(engine)
    return [p.text for p in generation.passages(range(len(generation))).values()]


def skipped(engine: bot.Engine) -> dict[str, str]:
    return {file.path: file.reason for file in engine.status().skipped}


def quoted(engine: bot.Engine, question: str) -> list[str]:
    return [quote.text for quote in engine.ask(question, k=100).quotes]


# The plan


def file(sha256: str | None, *, reason: str | None = None) -> CorpusFile:
    return CorpusFile("", sha256, None if reason else "id", reason)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param({}, {}, {}, id="nothing"),
        pytest.param({}, {"b": "1", "a": "1"}, {"added": ("a", "b")}, id="added, sorted"),
        pytest.param({}, {"a": None}, {"added": ("a",)}, id="an unreadable file is tried"),
        pytest.param({"a": file("1")}, {"a": "1"}, {"unchanged": ("a",)}, id="unchanged"),
        pytest.param({"a": file("1")}, {"a": "2"}, {"changed": ("a",)}, id="changed"),
        pytest.param({"a": file("1")}, {}, {"removed": ("a",)}, id="removed"),
        pytest.param({"a": file("1")}, {"b": "1"}, {"renamed": (("a", "b"),)}, id="renamed"),
        pytest.param({"a": file("1")}, {"a": None}, {"changed": ("a",)}, id="no longer to be read"),
        pytest.param(
            {"a": file(None, reason="r")}, {"a": None}, {"skipped": ("a",)}, id="still unreadable"
        ),
        pytest.param(
            {"a": file(None, reason="r")}, {"a": "1"}, {"changed": ("a",)}, id="readable at last"
        ),
        pytest.param(
            {"a": file("1", reason="r")}, {"a": "1"}, {"skipped": ("a",)}, id="still broken"
        ),
        pytest.param(
            {"a": file("1", reason="r")},
            {"b": "1"},
            {"added": ("b",), "removed": ("a",)},
            id="a broken file under a new name is read anew",
        ),
        pytest.param(
            {"a": file(None, reason="r")},
            {"b": None},
            {"added": ("b",), "removed": ("a",)},
            id="what cannot be read has no identity",
        ),
        pytest.param(
            {"a": file("1")},
            {"b": "1", "c": "1"},
            {"renamed": (("a", "b"),), "added": ("c",)},
            id="renamed once, copied once",
        ),
        pytest.param(
            {"a": file("1"), "b": file("1")},
            {"c": "1"},
            {"renamed": (("a", "c"),), "removed": ("b",)},
            id="one of two twins renamed",
        ),
        pytest.param(
            {"a": file("1"), "b": file("2")},
            {"a": "2", "b": "1"},
            {"changed": ("a", "b")},
            id="names exchanged",
        ),
        pytest.param(
            {"a": file("1")},
            {"a": "1", "b": "1"},
            {"unchanged": ("a",), "added": ("b",)},
            id="copied",
        ),
        pytest.param(
            {"a": file("1"), "b": file("2")},
            {"b": "1"},
            {"changed": ("b",), "removed": ("a",)},
            id="moved over another",
        ),
    ],
)
def test_the_plan(
    before: Mapping[str, CorpusFile],
    now: Mapping[str, str | None],
    expected: Mapping[str, tuple[Any, ...]],
) -> None:
    nothing: dict[str, tuple[Any, ...]] = dict.fromkeys(
        ("added", "changed", "removed", "renamed", "unchanged", "skipped"), ()
    )

    found = plan(before, now)

    assert found == Plan(**{**nothing, **expected})
    assert found.is_empty == (not set(expected) - {"unchanged", "skipped"})


# What a run reports and embeds


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


# What is embedded


def heading_passage(*section: str, text: str = "Zinc is a metal.") -> Passage:
    return Passage("id", "source", 0, len(text), text, section, "line 1")


def test_the_outermost_heading_is_left_out_first_and_the_title_last() -> None:
    passage = heading_passage("All of the metals", "Ores", "Zinc ores")

    def embedded(most: int) -> str:
        return embedded_text("Mining", passage, WordEncoder((), most))

    text = "Zinc is a metal."
    assert embedded(12) == f"Mining\nAll of the metals\nOres\nZinc ores\n{text}"
    assert embedded(11) == embedded(8) == f"Mining\nOres\nZinc ores\n{text}"
    assert embedded(7) == f"Mining\nZinc ores\n{text}"
    assert embedded(6) == embedded(5) == f"Mining\n{text}"
    assert embedded(4) == embedded(1) == text


def test_the_outermost_heading_is_left_out_first_where_the_title_has_no_word() -> None:
    passage = heading_passage("All of the metals", "Zinc")

    def embedded(most: int) -> str:
        return embedded_text("0017_4fa2", passage, WordEncoder((), most))

    assert embedded(9) == "All of the metals\nZinc\nZinc is a metal."
    assert embedded(8) == embedded(5) == "Zinc\nZinc is a metal."
    assert embedded(4) == "Zinc is a metal."


def test_what_is_embedded_has_the_context_that_has_words_once() -> None:
    encoder = WordEncoder(())
    assert embedded_text("Zinc", heading_passage("Zinc"), encoder) == "Zinc\nZinc is a metal."
    assert embedded_text("0017_4fa2", heading_passage(), encoder) == "Zinc is a metal."
    assert embedded_text("0017_4fa2", heading_passage("Ores"), encoder) == "Ores\nZinc is a metal."


def test_no_passage_is_longer_than_the_encoder_reads(
    corpus: Path, tmp_path: Path, write: Write
) -> None:
    encoder = WordEncoder(MINERALS, max_tokens=HEADING_TOKENS + 6)
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder)
    write({"a.txt": "Zinc is a metal. It is blue. " * 10})

    engine.sync()

    assert set(encoder.embedded) == {"Zinc is a metal.", "It is blue."}
    assert max(encoder.count_tokens(passages_of(engine))) <= 6


def test_word_pieces_of_headings_have_no_place_in_the_passage(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.md": "# Metals\n\n## Zinc ores\n\nZinc is not a lead."})
    engine.sync()

    [pieces] = generation_of(engine).pieces_of([0])
    vectors, spans = unpack(pieces.codes, len(MINERALS) + 1), pieces.spans

    # The title, two words of the heading; then the text, whose "is", "not" and "a" mean nothing.
    assert spans.tolist() == [[-1, -1], [-1, -1], [-1, -1], [0, 4], [14, 18]]
    assert [MINERALS.index(name) for name in ("zinc", "lead")] == [0, 1]
    other = len(MINERALS)
    assert vectors.argmax(axis=1).tolist() == [other, 0, other, 0, 1]


def test_a_heading_and_a_first_line_are_not_taken_for_each_other(
    engine: bot.Engine, write: Write
) -> None:
    write(
        {
            "a.md": "# Metals\n\n## Zinc\n\nLead is heavy.",
            "b.md": "# Metals\n\n- Zinc\n- Lead is heavy.",
        }
    )
    engine.sync()
    generation = generation_of(engine)
    passages = generation.passages([0, 1])
    assert (passages[0].section, passages[0].text) == (("Zinc",), "Lead is heavy.")
    assert (passages[1].section, passages[1].text) == ((), "- Zinc\n- Lead is heavy.")

    write({"c.md": "# Metals\n\nZinc\nLead is heavy."})
    report = engine.sync()

    generation = generation_of(engine)
    spans = [generation.pieces(row).spans.tolist() for row in range(3)]
    assert generation.passages([2])[2].text == "Zinc\nLead is heavy."
    assert spans[0] == [[-1, -1], [-1, -1], [0, 4], [8, 13]]
    assert spans[2] == [[-1, -1], [0, 4], [5, 9], [13, 18]]
    assert report.embedded == 1


# Which files belong to the corpus


def test_the_readme_of_the_corpus_is_no_source(engine: bot.Engine, write: Write) -> None:
    write({"README.md": "Copper here.", "inner/README.md": "Zinc there.", "readme.txt": "Lead."})

    report = engine.sync()

    assert report.added == ("corpus/inner/README.md", "corpus/readme.txt")
    assert report.skipped == ()
    assert passages_of(engine) == ["Zinc there.", "Lead."]


def test_hidden_files_and_folders_are_left_out(engine: bot.Engine, write: Write) -> None:
    write({".a.txt": "Copper.", ".git/b.txt": "Lead.", "inner/.c.md": "Tin.", "d.txt": "Zinc."})
    write({"~$d.docx": "a lock", "inner/Thumbs.db": "", "~WRL0001.tmp": "", "desktop.ini": ""})

    report = engine.sync()

    assert (report.added, report.skipped) == (("corpus/d.txt",), ())


def test_suffixes_are_read_in_any_case(engine: bot.Engine, write: Write) -> None:
    write({"A.TXT": "Zinc is blue.", "b.Md": "## Tin\n\nTin is soft."})
    engine.sync()

    assert [summary.info.format for summary in engine.sources()] == ["txt", "md"]
    assert passages_of(engine) == ["Zinc is blue.", "Tin is soft."]


def test_files_that_cannot_be_sources_are_skipped_with_the_reason(
    engine: bot.Engine, corpus: Path, tmp_path: Path, write: Write
) -> None:
    write({"good.txt": "Zinc is a metal.", "sheet.xls": "?", "Makefile": "all:"})
    (tmp_path / "secret.txt").write_text("Uranium.", encoding="utf-8")
    (corpus / "out.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "loop.txt").symlink_to("loop.txt")
    (corpus / "gone.txt").symlink_to("nowhere.txt")
    (corpus / "folder").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(corpus / "pipe.txt")
    (corpus / "binary.txt").write_bytes(bytes(range(256)) * 8)

    report = engine.sync()

    assert report.added == ("corpus/good.txt",)
    reasons = skipped(engine)
    assert list(reasons) == sorted(reasons)
    assert reasons.pop("corpus/binary.txt")  # in the reader's words
    outside = "a link that leads out of the corpus. Copy the file instead"
    assert reasons == {
        "corpus/Makefile": "its name says no format. Rename the file",
        "corpus/folder": "its name says no format. Rename the file",
        "corpus/gone.txt": "it vanished while the corpus was being read",
        "corpus/loop.txt": outside,
        "corpus/out.txt": outside,
        "corpus/pipe.txt": "not a regular file. Replace it by a copy of its content",
        "corpus/sheet.xls": "format '.xls' is not read. Convert the file",
    }
    assert quoted(engine, "uranium zinc") == ["Zinc is a metal."]
    assert engine.sync().is_current


def test_a_link_within_the_corpus_is_a_copy(engine: bot.Engine, corpus: Path, write: Write) -> None:
    write({"b.txt": "Zinc is a metal."})
    (corpus / "a.txt").symlink_to("b.txt")

    engine.sync()

    (source,) = engine.sources()
    assert (source.info.path, source.info.also_at) == ("corpus/a.txt", ("corpus/b.txt",))


def test_a_file_that_is_too_large_is_skipped_until_it_may_be_read(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal.", "b.txt": "Lead. " * 200_000})
    small = bot.open(corpus, tmp_path / "index", encoder=encoder, max_file_megabytes=1)
    small.sync()
    reason = "larger than 1 MB. Split it, or raise max_file_megabytes"
    assert skipped(small) == {"corpus/b.txt": reason}
    write({"b.txt": "Lead."})

    assert small.sync().changed == ("corpus/b.txt",)

    assert skipped(small) == {}


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of files that may not be opened, even by root, who runs tests in containers."""
    names: set[str] = set()
    opens = Path.open

    def open_unless_forbidden(self: Path, *args: Any, **options: Any) -> Any:
        if self.name in names:
            raise PermissionError(13, "Permission denied", str(self))
        return opens(self, *args, **options)

    def read_unless_forbidden(file: str) -> FileIO:
        if Path(file).name in names:
            raise PermissionError(13, "Permission denied", file)
        return FileIO(file)

    monkeypatch.setattr(Path, "open", open_unless_forbidden)
    monkeypatch.setattr("bot.corpus.folder.FileIO", read_unless_forbidden)
    return names


def test_a_file_that_may_not_be_read_is_skipped_and_tried_again(
    engine: bot.Engine, forbidden: set[str], write: Write
) -> None:
    write({"a.txt": "Zinc is a metal.", "b.txt": "Lead is heavy."})
    forbidden.add("b.txt")

    report = engine.sync()

    reason = "cannot be read: permission denied. Check its permissions"
    assert report.skipped == (SkippedFile("corpus/b.txt", reason),)
    assert report.added == ("corpus/a.txt",)
    assert engine.sync().is_current
    forbidden.clear()
    assert engine.sync().changed == ("corpus/b.txt",)
    assert passages_of(engine) == ["Zinc is a metal.", "Lead is heavy."]


def test_a_source_that_may_no_longer_be_read_does_not_answer(
    engine: bot.Engine, forbidden: set[str], write: Write
) -> None:
    write({"a.txt": "Zinc is a metal.", "b.txt": "Lead is heavy."})
    engine.sync()
    forbidden.add("b.txt")

    report = engine.sync()

    assert [file.path for file in report.skipped] == ["corpus/b.txt"]
    assert (report.changed, report.removed) == ((), ())
    assert passages_of(engine) == ["Zinc is a metal."]


def test_a_folder_that_cannot_be_listed_is_skipped(
    engine: bot.Engine, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal.", "locked/b.txt": "Lead is heavy."})
    scandir = os.scandir

    def scan(folder: Path) -> Any:
        if isinstance(folder, str) and folder.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", scan)

    report = engine.sync()

    reason = "a folder that cannot be listed. Check its permissions"
    assert report.skipped == (SkippedFile("corpus/locked", reason),)
    assert report.added == ("corpus/a.txt",)


@pytest.mark.parametrize("moment", ["before it is listed again", "before it is loaded"])
def test_a_file_that_vanishes_during_a_run_is_skipped_and_read_when_it_is_back(
    engine: bot.Engine,
    corpus: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Write,
    moment: str,
) -> None:
    write({"a.txt": "Zinc is a metal.", "b.txt": "Lead is heavy.", "c.txt": "Tin is soft."})
    fingerprints, load = Corpus.fingerprints, Corpus.load

    def fingerprints_then_gone(self: Corpus) -> dict[str, str | None]:
        found = fingerprints(self)
        (corpus / "b.txt").unlink()
        return found

    def gone_then_load(self: Corpus, file: str) -> bytes:
        if Path(file).name == "b.txt":
            Path(file).unlink()
        return load(self, file)

    with monkeypatch.context() as patched:
        if moment == "before it is listed again":
            patched.setattr(Corpus, "fingerprints", fingerprints_then_gone)
        else:
            patched.setattr(Corpus, "load", gone_then_load)
        report = engine.sync()

    reason = "it vanished while the corpus was being read"
    assert report.skipped == (SkippedFile("corpus/b.txt", reason),)
    assert report.added == ("corpus/a.txt", "corpus/c.txt")
    assert passages_of(engine) == ["Zinc is a metal.", "Tin is soft."]

    write({"b.txt": "Lead is heavy."})
    assert engine.sync().changed == ("corpus/b.txt",)
    assert passages_of(engine) == ["Zinc is a metal.", "Lead is heavy.", "Tin is soft."]


def test_a_file_that_changes_during_a_run_is_what_was_read(
    engine: bot.Engine, corpus: Path, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    fingerprints = Corpus.fingerprints

    def fingerprints_then_edit(self: Corpus) -> dict[str, str | None]:
        found = fingerprints(self)
        write({"a.txt": "Zinc is blue."})
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Corpus, "fingerprints", fingerprints_then_edit)
        engine.sync()

    assert passages_of(engine) == ["Zinc is blue."]
    assert engine.is_current()
    assert engine.verify().faults == ()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"\xff.txt", "\\xff.txt"),
        (b"a\nb.txt", "a\nb.txt"),
        (b"a'\"<b>&;$(x).txt", "a'\"<b>&;$(x).txt"),
        ("ä" * 120 + ".txt", "ä" * 120 + ".txt"),
        ("a" * 251 + ".txt", "a" * 251 + ".txt"),
        (" \u202e.txt", " \u202e.txt"),
        ("e\u0301 水 😀.txt", "e\u0301 水 😀.txt"),
        ("-rf.txt", "-rf.txt"),
    ],
)
def test_odd_names(
    engine: bot.Engine, corpus: Path, write: Write, name: str | bytes, shown: str
) -> None:
    write({"plain.txt": "Lead is heavy."})
    path = os.path.join(os.fsencode(corpus), os.fsencode(name))  # noqa: PTH118
    try:
        with open(path, "wb") as stream:  # noqa: PTH123
            stream.write(b"Zinc is a metal.")
    except OSError:
        pytest.skip("the file system refuses such a name")

    report = engine.sync()

    assert sorted(report.added) == sorted([f"corpus/{shown}", "corpus/plain.txt"])
    quote = engine.ask("zinc").quotes[0]
    assert (quote.text, quote.source.path) == ("Zinc is a metal.", f"corpus/{shown}")
    assert engine.verify().faults == ()
    assert engine.sync().is_current
    assert engine.remove_source(quote.source.id) == (f"corpus/{shown}",)
    assert engine.sync().removed == (f"corpus/{shown}",)


def test_the_corpus_folder_may_have_any_name(
    tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ore & co").mkdir()
    (tmp_path / "ore & co" / "a.txt").write_text("Zinc.", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "ore & co")
    engine = bot.open(".", "../index", encoder=encoder)

    assert engine.sync().added == ("ore & co/a.txt",)


# A corpus without documents


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


# Stopping


def test_a_cancelled_run_leaves_the_old_generation(
    engine: bot.Engine, encoder: WordEncoder, tmp_path: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    engine.sync()
    write({f"{number}.txt": f"Uranium number {number}." for number in range(5)})
    asked = 0

    def cancelled_after(calls: int) -> Callable[[], bool]:
        def cancelled() -> bool:
            nonlocal asked
            asked += 1
            return asked > calls

        return cancelled

    # Six files are read, five sources split, a share and its only window begun, and five passages
    # embedded.
    for calls in (0, 3, 6, 9, 14):
        asked = 0
        with pytest.raises(SyncCancelled, match="the index in use is unchanged"):
            engine.sync(cancelled=cancelled_after(calls))
        assert engine.ask("zinc").generation == 1
        assert [entry.name for entry in (tmp_path / "index" / "generations").iterdir()] == [
            "000001"
        ]
    asked = 0
    assert engine.sync(cancelled=cancelled_after(17)).generation == 2
    # What the cancelled runs embedded was not embedded again.
    assert len(encoder.embedded) == len(set(encoder.embedded)) == 6
    assert engine.ask("uranium", k=5).quotes[0].text == "Uranium number 0."


def test_a_first_run_that_is_cancelled_leaves_no_index(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc is a metal."})

    with pytest.raises(SyncCancelled):
        engine.sync(cancelled=lambda: True)
    with pytest.raises(IndexMissing):
        engine.ask("zinc")


# Stamps


@pytest.mark.parametrize(
    ("vocabulary", "changed", "difference"),
    [
        (("zinc",), {"model": "other"}, "it was built with model 'default', not with 'other'"),
        (MINERALS, {"passage_characters": 900}, "its passages aim at 600 characters, not at 900"),
        (MINERALS, {"keep_boilerplate": True}, "it was built with keep_boilerplate = false"),
    ],
)
def test_an_index_of_other_settings_is_refused_until_it_is_rebuilt(
    engine: bot.Engine,
    corpus: Path,
    tmp_path: Path,
    write: Write,
    vocabulary: tuple[str, ...],
    changed: Mapping[str, Any],
    difference: str,
) -> None:
    write({"a.txt": "Zinc is a metal."})
    engine.sync()
    encoder = WordEncoder(vocabulary)
    other = bot.open(corpus, tmp_path / "index", encoder=encoder, **changed)

    for use in (other.sync, lambda: other.ask("zinc"), other.is_current, other.warm_up):
        with pytest.raises(
            IndexMismatch, match=rf"000001: {difference}\. Run: pincite index --rebuild$"
        ):
            use()
    assert other.status().generation == 1
    assert other.verify().faults == ()

    report = other.sync(rebuild=True)

    assert (report.generation, report.added) == (2, ("corpus/a.txt",))
    assert encoder.embedded == ["Zinc is a metal."]
    assert quoted(other, "zinc") == ["Zinc is a metal."]
    with pytest.raises(IndexMismatch, match="--rebuild"):
        engine.ask("zinc")


def test_a_rebuild_takes_nothing_over(
    engine: bot.Engine, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    engine.sync()

    report = engine.sync(rebuild=True)

    assert (report.generation, report.added, report.embedded) == (2, ("corpus/a.txt",), 1)
    assert encoder.embedded == ["Zinc is a metal."] * 2


# Adding and removing sources


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


# However a corpus came about

NAMES = ("a.txt", "b.txt", "c.md", "inner/d.md")
CONTENTS = (
    "Zinc is a metal.",
    "Lead is heavy.\n\nCopper is red. It bends.",
    "# Metals\n\n## Zinc\n\nLead is heavy.\n\n- Zinc\n- Lead is heavy.",
    "# Metals\n\nZinc\nLead is heavy.",
    "What is zinc?\n\nZinc is a metal.\n\nWhat is lead?\n\nLead is heavy.",
    "Zinc holds 20 percent of the market. " * 30,
    "Zinc holds 30 percent of the market.",
    "",
    "\x00\x01\x02",
)
QUESTIONS = ("What is zinc?", "lead copper", "20 percent of the market", "uranium")

Edit = tuple[str, str, str | int]
EDITS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.integers(0, len(CONTENTS) - 1)),
    st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just("")),
)


def apply(edit: Edit, corpus: Path) -> None:
    what, name, other = edit
    file = corpus / name
    file.parent.mkdir(exist_ok=True)
    if isinstance(other, int):
        file.write_text(CONTENTS[other], encoding="utf-8")
    elif file.exists() and what == "delete":
        file.unlink()
    elif file.exists():
        (corpus / other).parent.mkdir(exist_ok=True)
        file.replace(corpus / other)


def everything(engine: bot.Engine) -> dict[str, Any]:
    """All that an index says, but for the generation's number and times."""
    generation = generation_of(engine)
    rows = range(len(generation))
    answers = [answer_json(engine.ask(question)) for question in QUESTIONS]
    for answer in answers:
        del answer["generation"], answer["timings_ms"]
    return {
        "passages": generation.passages(rows),
        "sources": engine.sources(),
        "texts": [engine.source(summary.info.id) for summary in engine.sources()],
        "files": generation.files(),
        "skipped": engine.status().skipped,
        "answers": answers,
        "suggestions": engine.suggestions(),
        "vectors": generation.vectors(rows).tolist(),
        "pieces": [generation.pieces(row).codes.tolist() for row in rows],
        "spans": [generation.pieces(row).spans.tolist() for row in rows],
    }


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=1, max_size=4))
@example(steps=[[("write", "a.txt", 0)], [("write", "b.txt", 0)], [("delete", "a.txt", "")]])
@example(steps=[[("write", "c.md", 3)], [("write", "c.md", 2), ("write", "inner/d.md", 3)]])
def test_edits_lead_to_the_index_of_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[Edit]]
) -> None:
    folder = tmp_path_factory.mktemp("edits")
    corpus = folder / "corpus"
    corpus.mkdir()
    engine = bot.open(corpus, folder / "index", encoder=WordEncoder(MINERALS))
    for number, edits in enumerate(steps):
        for edit in edits:
            apply(edit, corpus)
        fresh = bot.open(corpus, folder / f"fresh{number}", encoder=WordEncoder(MINERALS))
        try:
            fresh.sync()
        except CorpusEmpty:
            if IndexLayout(folder / "index").numbers():
                engine.sync()
                assert passages_of(engine) == []
            continue
        engine.sync()
        assert everything(engine) == everything(fresh)
        assert engine.verify().faults == ()


def test_vectors_are_of_unit_length(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc, zinc and lead.", "b.txt": "Copper."})
    engine.sync()

    vectors = generation_of(engine).vectors([0, 1])

    np.testing.assert_allclose(vectors[0][[0, 1, -1]], np.array([2, 1, 1]) / np.sqrt(6), rtol=1e-6)
    assert vectors[1].tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 0]


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
