"""Any folder of documents: whose index it is, what is no document, beginning with none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from cli_calls import ANSWERABLE, Pincite
from word_encoder import WordEncoder

import bot
from bot.answering.notices import BEGIN
from bot.cli.app import COMMANDS
from bot.cli.context import repeat_options, with_call_options
from bot.corpus import Corpus
from bot.corpus.listing import LITTER
from bot.errors import CorpusMismatch, CorpusMissing, SourceKnown, UsageError
from bot.store import IndexLayout
from bot.store.folder.manifest import FORMAT, sealed

pytestmark = pytest.mark.usefixtures("quick_disk")

UNREAD = "format '.xyz' is not read. Convert the file"

Write = Callable[[Mapping[str, str]], None]


def built(corpus: Path, index: Path, encoder: WordEncoder, files: Mapping[str, str]) -> bot.Engine:
    """An engine on a new corpus of some files, which are indexed."""
    for name, text in files.items():
        file = corpus / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    engine = bot.open(corpus, index, encoder=encoder)
    engine.sync()
    return engine


def quoted(engine: bot.Engine, question: str) -> list[str]:
    return [quote.text for quote in engine.ask(question, k=10).quotes]


# An index belongs to its corpus


@pytest.mark.parametrize("is_rebuilt", [False, True])
def test_the_index_of_another_corpus_is_neither_asked_nor_taken_over(
    tmp_path: Path, encoder: WordEncoder, is_rebuilt: bool
) -> None:
    index = tmp_path / "index"
    built(tmp_path / "metals", index, encoder, {"zinc.txt": "Zinc is a metal."})
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "lead.txt").write_text("Lead is heavy.")
    other = bot.open(tmp_path / "papers", index, encoder=encoder)

    with pytest.raises(CorpusMismatch) as asked:
        other.ask("zinc")
    with pytest.raises(CorpusMismatch) as synced:
        other.sync(rebuild=is_rebuilt)

    papers, metals = tmp_path / "papers", os.path.relpath(tmp_path / "metals")
    assert str(synced.value) == str(asked.value)
    assert str(asked.value) == (
        f"the index {index} was built from {metals}, not from {papers}. "
        f"To make one of {papers}, run: pincite --corpus {papers} index"
    )
    own = bot.open(tmp_path / "metals", index, encoder=encoder)
    assert own.generation() == 1
    assert quoted(own, "zinc") == ["Zinc is a metal."]


def test_the_place_that_is_proposed_for_an_own_index_is_free(
    tmp_path: Path, encoder: WordEncoder
) -> None:
    index = tmp_path / "papers-index"
    built(tmp_path / "metals", index, encoder, {"zinc.txt": "Zinc is a metal."})
    (tmp_path / "papers").mkdir()

    with pytest.raises(CorpusMismatch, match=f"--index {tmp_path}/papers-index-2 index$"):
        bot.open(tmp_path / "papers", encoder=encoder).ask("zinc")


def test_corpus_and_index_are_moved_and_copied_together(
    tmp_path: Path, encoder: WordEncoder
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    built(here / "corpus", here / "index", encoder, {"zinc.txt": "Zinc is a metal."})
    shutil.copytree(here, there)
    # Nothing of what was indexed is left in the copy, and it is its own corpus all the same.
    (there / "corpus" / "zinc.txt").write_text("Zinc coats steel.")

    copied = bot.open(there / "corpus", there / "index", encoder=encoder)

    assert copied.sync().changed == ("corpus/zinc.txt",)
    assert quoted(copied, "zinc") == ["Zinc coats steel."]


def test_a_corpus_that_was_moved_alone_is_known_by_its_files(
    tmp_path: Path, encoder: WordEncoder
) -> None:
    texts = {f"{name}.txt": f"{name.title()} is a metal." for name in ("zinc", "lead", "copper")}
    built(tmp_path / "metals", tmp_path / "index", encoder, texts)
    moved = tmp_path / "elsewhere" / "ores"
    moved.parent.mkdir()
    (tmp_path / "metals").rename(moved)
    (moved / "copper.txt").write_text("Copper is red.")

    engine = bot.open(moved, tmp_path / "index", encoder=encoder)

    assert quoted(engine, "zinc")[0] == "Zinc is a metal."
    assert engine.sync().renamed == (
        ("metals/lead.txt", "ores/lead.txt"),
        ("metals/zinc.txt", "ores/zinc.txt"),
    )
    assert manifest_of(tmp_path / "index")["corpus"] == "../elsewhere/ores"


def test_a_file_that_two_corpora_share_does_not_make_them_one(
    tmp_path: Path, encoder: WordEncoder
) -> None:
    shared = {"licence.txt": "Lead is free."}
    texts = {f"{name}.txt": f"{name.title()} is a metal." for name in ("zinc", "copper", "lead")}
    built(tmp_path / "metals", tmp_path / "index", encoder, shared | texts)
    own = {"licence.txt": "Lead is free.", "zinc.txt": "Other.", "a.txt": "A.", "b.txt": "B."}
    for name, text in own.items():
        (tmp_path / "papers").mkdir(exist_ok=True)
        (tmp_path / "papers" / name).write_text(text)

    with pytest.raises(CorpusMismatch):
        bot.open(tmp_path / "papers", tmp_path / "index", encoder=encoder).ask("zinc")


def test_a_corpus_that_is_a_part_of_what_was_indexed_is_another(
    tmp_path: Path, encoder: WordEncoder
) -> None:
    texts = {f"{number}.txt": f"Zinc mine {number} is old." for number in range(6)}
    big = built(tmp_path / "big", tmp_path / "big-index", encoder, texts)
    (tmp_path / "small").mkdir()
    shutil.copy(tmp_path / "big" / "1.txt", tmp_path / "small")
    small = bot.open(tmp_path / "small", tmp_path / "big-index", encoder=encoder)

    with pytest.raises(CorpusMismatch):
        small.sync()
    assert len(big.sources()) == 6


def test_files_that_are_not_read_do_not_tell_whose_index_it_is(
    tmp_path: Path, encoder: WordEncoder
) -> None:
    pictures = {f"{number}.jpg": "?" for number in range(7)}
    engine = built(
        tmp_path / "a", tmp_path / "a-index", encoder, {"zinc.txt": "Zinc is a metal."} | pictures
    )
    (tmp_path / "a").rename(tmp_path / "b")
    (tmp_path / "a-index").rename(tmp_path / "b-index")

    engine = bot.open(tmp_path / "b", encoder=encoder)

    assert quoted(engine, "zinc") == ["Zinc is a metal."]
    assert engine.sync().renamed == (("a/zinc.txt", "b/zinc.txt"),)


@pytest.mark.parametrize("is_of_another_format", [False, True])
def test_the_index_of_another_corpus_is_not_repaired_either(
    tmp_path: Path, encoder: WordEncoder, is_of_another_format: bool
) -> None:
    index = tmp_path / "metals-index"
    built(tmp_path / "metals", index, encoder, {"zinc.txt": "Zinc is a metal."})
    content = manifest_of(index)
    if is_of_another_format:
        content["format"] = "99"
    else:
        content["created"] = "altered"
    live_manifest(index).write_text(json.dumps(content))
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "lead.txt").write_text("Lead is heavy.")

    with pytest.raises(CorpusMismatch, match="metals, not from"):
        bot.open(tmp_path / "papers", index, encoder=encoder).sync(rebuild=True)
    own = bot.open(tmp_path / "metals", encoder=encoder)
    assert own.sync(rebuild=True).added == ("metals/zinc.txt",)


@pytest.mark.parametrize("is_rebuilt", [False, True])
def test_an_index_that_another_run_has_just_begun_is_not_taken_over(
    tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch, is_rebuilt: bool
) -> None:
    """Whose index it is, is asked by whoever has the lock: before, there was none."""
    index = tmp_path / "index"
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "lead.txt").write_text("Lead is heavy.")
    writing = IndexLayout.writing
    begun: list[bot.Engine] = []

    def first(layout: IndexLayout) -> AbstractContextManager[None]:
        monkeypatch.setattr(IndexLayout, "writing", writing)
        files = {"zinc.txt": "Zinc is a metal."}
        begun.append(built(tmp_path / "metals", index, encoder, files))
        return layout.writing()

    monkeypatch.setattr(IndexLayout, "writing", first)

    with pytest.raises(CorpusMismatch):
        bot.open(tmp_path / "papers", index, encoder=encoder).sync(rebuild=is_rebuilt)
    assert quoted(begun[0], "zinc") == ["Zinc is a metal."]


def test_going_back_looks_at_the_generation_to_come(tmp_path: Path, encoder: WordEncoder) -> None:
    """Whoever had an index taken over gets it back with the options that made it."""
    index = tmp_path / "metals-index"
    built(tmp_path / "metals", index, encoder, {"zinc.txt": "Zinc is a metal."})
    shutil.move(tmp_path / "metals", tmp_path / "kept")
    built(tmp_path / "metals", index, encoder, {"lead.txt": "Lead is heavy."})
    shutil.rmtree(tmp_path / "metals")
    shutil.move(tmp_path / "kept", tmp_path / "metals")
    content = manifest_of(index) | {"corpus": "../elsewhere"}
    del content["sha256"]
    content["sha256"] = sealed(content)
    live_manifest(index).write_text(json.dumps(content))
    own = bot.open(tmp_path / "metals", encoder=encoder)
    with pytest.raises(CorpusMismatch):
        own.ask("zinc")

    assert own.rollback().generation == 1
    assert quoted(own, "zinc") == ["Zinc is a metal."]


def test_an_index_of_before_it_named_its_corpus_is_known_by_its_files(
    tmp_path: Path, encoder: WordEncoder
) -> None:
    built(tmp_path / "metals", tmp_path / "index", encoder, {"zinc.txt": "Zinc is a metal."})
    content = manifest_of(tmp_path / "index")
    del content["corpus"], content["sha256"]
    content["format"] = FORMAT - 1
    content["sha256"] = sealed(content)
    live_manifest(tmp_path / "index").write_text(json.dumps(content))
    (tmp_path / "papers").mkdir()

    own = bot.open(tmp_path / "metals", tmp_path / "index", encoder=encoder)
    assert quoted(own, "zinc") == ["Zinc is a metal."]
    with pytest.raises(CorpusMismatch, match="was built from other files, not from"):
        bot.open(tmp_path / "papers", tmp_path / "index", encoder=encoder).ask("zinc")


def test_an_index_that_is_named_alone_is_asked_as_it_is(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    (own_site / "index").rename(own_site / "other-index")
    shutil.rmtree(own_site / "corpus")
    (own_site / "corpus").mkdir()

    assert "Klaproth" in pincite("--index", "other-index", "ask", ANSWERABLE).out


@pytest.mark.parametrize(
    "arguments", [["index"], ["index", "--rebuild"], ["chat", "--port", "0"], ["watch"]]
)
def test_an_index_that_is_named_alone_is_not_taken_over(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(own_site)
    (own_site / "papers").mkdir()
    (own_site / "index").rename(own_site / "papers" / "index")
    shutil.rmtree(own_site / "corpus")
    (own_site / "corpus").mkdir()
    (own_site / "corpus" / "moon.txt").write_text("The moon is far.\n")

    done = pincite("--index", "papers/index", *arguments)

    assert done.code == 2
    assert done.err.splitlines()[-1] == (
        "pincite: the index papers/index was built from papers/corpus, not from corpus. "
        "To make one of corpus, run: pincite --corpus corpus index"
    )
    assert "Klaproth" in pincite("--index", "papers/index", "ask", ANSWERABLE).out


def manifest_of(index: Path) -> dict[str, str]:
    content: dict[str, str] = json.loads(live_manifest(index).read_text("utf-8"))
    return content


def live_manifest(index: Path) -> Path:
    return sorted((index / "generations").glob("*/manifest.json"))[-1]


def test_migrating_keeps_whose_index_it_is(tmp_path: Path, encoder: WordEncoder) -> None:
    engine = built(tmp_path / "metals", tmp_path / "a" / "index", encoder, {"zinc.txt": "Zinc."})

    engine.migrate_to(str(tmp_path / "b" / "c" / "index"))

    assert manifest_of(tmp_path / "a" / "index")["corpus"] == "../../metals"
    assert manifest_of(tmp_path / "b" / "c" / "index")["corpus"] == "../../../metals"
    other = built(tmp_path / "ores", tmp_path / "ores-index", encoder, {"lead.txt": "Lead."})
    with pytest.raises(CorpusMismatch, match=r"metals, which would be replaced\. Name"):
        other.migrate_to(str(tmp_path / "b" / "c" / "index"))
    assert engine.migrate_to(str(tmp_path / "b" / "c" / "index")).generation == 2


@pytest.mark.parametrize("index", [[], ["--index", "index"]])
@pytest.mark.parametrize(
    "arguments", [["ask", ANSWERABLE], ["sources"], ["status"], ["index"], ["chat"], ["mcp"]]
)
def test_a_corpus_that_was_named_must_be_there(
    pincite: Pincite,
    own_site: Path,
    monkeypatch: pytest.MonkeyPatch,
    index: list[str],
    arguments: list[str],
) -> None:
    monkeypatch.chdir(own_site)
    options = ["--corpus", "nowhere", *index]

    done = pincite(*options, *arguments)

    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "pincite: the corpus nowhere does not exist. Name another folder with --corpus, or begin "
        "it with: "
        f"pincite {' '.join(options)} add FILE\n"
    )


def test_every_corpus_has_an_index_of_its_own(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    papers = own_site / "papers"
    papers.mkdir()
    (papers / "tin.txt").write_text("Tin was found in Cornwall by Phoenicians.\n")

    first = pincite("--corpus", "papers", "index")
    other = pincite("--corpus", "papers", "ask", ANSWERABLE)

    assert (first.code, other.code) == (0, 0)
    assert "added     papers/tin.txt" in first.out
    assert "Klaproth" not in other.out
    assert (own_site / "papers-index" / "CURRENT").read_text() == "1 1\n"
    assert (own_site / "index" / "CURRENT").read_text() == "1 1\n"
    assert "Klaproth" in pincite("ask", ANSWERABLE).out


# What in a folder is no document


def test_the_index_is_never_read_as_a_source(
    tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zinc.txt").write_text("Zinc is a metal.")
    (tmp_path / "pincite.toml").write_text("port = 1\n")
    monkeypatch.chdir(tmp_path)
    engine = bot.open(".", "deep/index", encoder=encoder)

    assert engine.sync().passages == 1
    again = engine.sync()

    assert (again.passages, again.unchanged) == (1, (f"{tmp_path.name}/zinc.txt",))
    assert engine.left_out() == {
        f"{tmp_path.name}/deep/index": "the index, or what is noted beside it",
        f"{tmp_path.name}/pincite.toml": "a file of pincite's own",
    }


def test_what_is_no_document_is_left_out_and_named(
    tmp_path: Path, corpus: Path, encoder: WordEncoder, write: Write, engine: bot.Engine
) -> None:
    write(
        {
            "zinc.txt": "Zinc is a metal.",
            "README.md": "About.",
            ".git/config.txt": "Lead.",
            ".note.txt": "Lead.",
            "venv/pyvenv.cfg": "home = /usr\n",
            "venv/lib/site-packages/thing/licence.txt": "Lead.",
            "conda/conda-meta/history.txt": "Lead.",
            "web/node_modules/left/README.md": "Lead.",
            "code/__pycache__/a.txt": "Lead.",
            "web/pincite.users": "ada",
        }
    )
    # Of another index that somebody keeps in the folder, and of one that was never finished.
    built(tmp_path / "other", corpus / "old", encoder, {"lead.txt": "Lead is heavy."})
    (corpus / "begun" / "generations").mkdir(parents=True)
    (corpus / "begun" / ".lock").touch()
    (corpus / "begun" / "notes.json").write_text('{"a": "Lead."}')

    (corpus / "~$notes.docx").write_bytes(b"\x06Ann" + bytes(158))
    (corpus / "Thumbs.db").write_bytes(b"\xd0\xcf")

    report = engine.sync()

    assert report.added == ("corpus/zinc.txt",)
    assert report.skipped == ()
    hidden = "hidden, for its name begins with a dot"
    assert engine.left_out() == {
        "corpus/.git": hidden,
        "corpus/.note.txt": hidden,
        "corpus/README.md": "it explains the corpus",
        "corpus/begun": "an index that pincite has built",
        "corpus/code/__pycache__": "programs, and no documents",
        "corpus/conda": "a virtual environment",
        "corpus/old": "an index that pincite has built",
        "corpus/venv": "a virtual environment",
        "corpus/web/node_modules": "programs, and no documents",
        "corpus/web/pincite.users": "a file of pincite's own",
        "corpus/~$notes.docx": LITTER,
        "corpus/Thumbs.db": LITTER,
    }


def test_a_link_to_the_index_is_left_out_too(
    tmp_path: Path, encoder: WordEncoder, corpus: Path, write: Write
) -> None:
    write({"zinc.txt": "Zinc is a metal."})
    (corpus / "real").mkdir()
    (tmp_path / "alias").symlink_to(corpus / "real")
    engine = bot.open(corpus, tmp_path / "alias", encoder=encoder)

    assert engine.sync().passages == 1
    assert engine.sync().passages == 1


@pytest.mark.parametrize("corpus_in_index", ["index", "index/deep"])
def test_a_corpus_within_the_index_is_refused(
    tmp_path: Path, encoder: WordEncoder, corpus_in_index: str
) -> None:
    (tmp_path / corpus_in_index).mkdir(parents=True)
    engine = bot.open(tmp_path / corpus_in_index, tmp_path / "index", encoder=encoder)

    with pytest.raises(UsageError, match=r"lies in the index, .* or another --index"):
        engine.sync()
    assert not (tmp_path / "index" / "generations").exists()


def test_an_export_in_the_corpus_is_not_read(
    tmp_path: Path, corpus: Path, engine: bot.Engine, write: Write
) -> None:
    write({"zinc.txt": "Zinc is a metal."})
    engine.sync()
    engine.export(corpus / "saved.zip")

    report = engine.sync()

    assert report.passages == 1
    assert [(file.path, file.reason) for file in report.skipped] == [
        (
            "corpus/saved.zip",
            "what pincite has exported, a corpus and its index. Import it",
        )
    ]


def test_sources_name_what_is_left_out(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    (own_site / "corpus" / ".git").mkdir()

    shown = pincite("sources", "--show-skipped").out.splitlines()

    assert "left out corpus/.git: hidden, for its name begins with a dot" in shown
    as_json = pincite("sources", "--show-skipped", "--json").lines
    assert as_json[-2:] == [
        {"path": "corpus/notes\x1b[2J.xyz", "skipped": UNREAD},
        {"path": "corpus/.git", "left_out": "hidden, for its name begins with a dot"},
    ]


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


# Hints


def test_hints_repeat_the_options_of_the_call() -> None:
    every = [f"pincite {name}" for _, name, _, _ in COMMANDS]
    repeat_options(["--corpus", "my papers", "--quiet", "--index=i", "index", "--rebuild"])
    try:
        assert with_call_options("Run: pincite index --rebuild") == (
            "Run: pincite --corpus 'my papers' --index=i index --rebuild"
        )
        assert (
            with_call_options("pincite is at http://127.0.0.1") == "pincite is at http://127.0.0.1"
        )
        repeat_options(["--corpus", "docs", "ask", "--", "--index"])
        assert with_call_options("pincite index") == "pincite --corpus docs index"
        for command in every:
            assert with_call_options(command) != command
    finally:
        repeat_options([])
    assert with_call_options("Run: pincite index") == "Run: pincite index"


@pytest.mark.parametrize("target", ["xyz://a", "milvus://host/name", "http://host/name"])
def test_an_index_at_an_unknown_kind_of_address_is_refused(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.chdir(own_site)
    before = sorted(entry.name for entry in own_site.iterdir())

    done = pincite("migrate", "index", target)

    shown = target.replace("://", ":/")
    assert done.code == 2
    assert done.err.startswith(f"pincite: --index {shown}: no index has such an address. Give a ")
    assert "milvus+http://HOST:19530/NAME" in done.err
    assert sorted(entry.name for entry in own_site.iterdir()) == before
    assert pincite("--index", target, "ask", ANSWERABLE).code == 2


def test_a_misspelt_variable_is_named(pincite: Pincite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINCITE_INDX", "elsewhere")

    done = pincite("ask", ANSWERABLE)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(
        "pincite: PINCITE_INDX: unknown setting 'indx'. Did you mean 'index'? Known settings: "
    )


def test_a_permission_that_lacks_is_not_taken_for_a_full_disk() -> None:
    from bot.store.folder.layout import unwritable

    denied = str(unwritable(Path("index"), PermissionError(13, "Permission denied")))
    full = str(unwritable(Path("index"), OSError(28, "No space left on device")))
    read_only = str(unwritable(Path("index"), OSError(30, "Read-only file system")))

    rest = "another folder with --index, then run: pincite index. The index in use is unchanged."
    begin = "index cannot be written:"
    assert denied == f"{begin} Permission denied. Change its permissions, or choose {rest}"
    assert full == f"{begin} No space left on device. Free some space, or choose {rest}"
    assert read_only == f"{begin} Read-only file system. Choose {rest}"
