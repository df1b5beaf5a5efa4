"""An index belongs to its corpus and is neither asked nor taken over for another."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from cli_calls import ANSWERABLE, Pincite
from indexed_folders import built, quoted
from word_encoder import WordEncoder

import bot
from bot.errors import CorpusMismatch
from bot.store import IndexLayout
from bot.store.folder.manifest import FORMAT, sealed

pytestmark = pytest.mark.usefixtures("quick_disk")


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
