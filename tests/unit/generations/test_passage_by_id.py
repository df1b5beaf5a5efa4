"""Reading a passage again by the id that a citation gives, whatever has become of its source."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import IndexDamaged, IndexMissing, PassageUnknown, SourceGone
from bot.store import Generation, LocalStore

Write = Callable[[Mapping[str, str]], None]

ZINC = "Zinc protects steel."
LEAD = "Lead is soft."


@pytest.fixture
def indexed(engine: bot.Engine, write: Write, quick_disk: None) -> bot.Engine:
    write({"zinc.txt": ZINC, "lead.txt": LEAD})
    engine.sync()
    return engine


def reopened(engine: bot.Engine) -> bot.Engine:
    """Another engine, which has seen nothing."""
    settings = engine.settings
    return bot.open(settings.corpus, settings.index, encoder=WordEncoder(MINERALS))


def cited(engine: bot.Engine, question: str) -> str:
    """The id of the first passage of an answer."""
    return engine.ask(question).citations[0].passage_id


def test_every_passage_is_read_by_its_id(indexed: bot.Engine) -> None:
    generation = indexed.live()
    passages = generation.passages(range(len(generation)))

    assert sorted(passage.text for passage in passages.values()) == [LEAD, ZINC]
    for passage in passages.values():
        assert indexed.passage(passage.id) == passage


def test_it_survives_changes_of_other_sources(indexed: bot.Engine, write: Write) -> None:
    id_ = cited(indexed, "zinc")
    write({"lead.txt": "Lead is heavy.", "copper.txt": "Copper is red."})
    indexed.sync()

    assert indexed.passage(id_).text == ZINC
    assert indexed.passage(cited(indexed, "copper")).text == "Copper is red."


@pytest.mark.parametrize("id_", ["", "x", "0" * 16, "../CURRENT", "' OR 1=1 --", "\x00", "\ud800"])
def test_an_unknown_id_is_told(indexed: bot.Engine, id_: str) -> None:
    with pytest.raises(PassageUnknown, match="no passage has the id"):
        indexed.passage(id_)


def test_the_beginning_of_an_id_is_none(indexed: bot.Engine) -> None:
    with pytest.raises(PassageUnknown):
        indexed.passage(cited(indexed, "zinc")[:12])


@pytest.mark.parametrize("seen", [True, False])
def test_a_removed_source_is_named(indexed: bot.Engine, seen: bool) -> None:
    """By the engine that has seen it go, and by one that finds it in a generation that is kept."""
    id_ = cited(indexed, "zinc")
    (indexed.settings.corpus / "zinc.txt").unlink()
    indexed.sync()
    asked = indexed if seen else reopened(indexed)

    with pytest.raises(SourceGone, match="was removed from the corpus") as caught:
        asked.passage(id_)
    assert caught.value.now is None


def test_a_changed_source_names_the_one_in_its_place(indexed: bot.Engine, write: Write) -> None:
    id_ = cited(indexed, "zinc")
    write({"zinc.txt": "Zinc is a metal."})
    indexed.sync()

    with pytest.raises(SourceGone, match="has changed since it was cited") as caught:
        indexed.passage(id_)
    assert caught.value.now == indexed.ask("zinc").citations[0].source.id


def test_a_source_that_comes_back_brings_its_passages(indexed: bot.Engine, write: Write) -> None:
    id_ = cited(indexed, "zinc")
    (indexed.settings.corpus / "zinc.txt").unlink()
    indexed.sync()
    write({"zinc.txt": ZINC})
    indexed.sync()

    assert indexed.passage(id_).text == ZINC


def test_once_erased_nobody_knows_it(indexed: bot.Engine) -> None:
    id_ = cited(indexed, "zinc")
    (indexed.settings.corpus / "zinc.txt").unlink()
    indexed.sync()
    indexed.erase_older()

    with pytest.raises(PassageUnknown):
        reopened(indexed).passage(id_)


def test_unknown_ids_open_no_generation_twice(
    indexed: bot.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (indexed.settings.corpus / "zinc.txt").unlink()
    indexed.sync()
    asked = reopened(indexed)
    opened: list[int] = []
    real = LocalStore.opened

    def counted(store: LocalStore, number: int, *others: Any) -> Generation:
        if not others:
            opened.append(number)
        return real(store, number, *others)

    monkeypatch.setattr(LocalStore, "opened", counted)
    for digit in "abcdef":
        with pytest.raises(PassageUnknown):
            asked.passage(digit * 16)

    assert opened == [1]


def test_only_so_many_are_remembered(indexed: bot.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.generations.removed_sources, "PASSAGES_REMEMBERED", 1)
    ids = [cited(indexed, "zinc"), cited(indexed, "lead")]
    (indexed.settings.corpus / "zinc.txt").unlink()
    (indexed.settings.corpus / "lead.txt").unlink()
    indexed.sync()
    found = []
    for id_ in ids:
        with pytest.raises((SourceGone, PassageUnknown)) as caught:
            indexed.passage(id_)
        found.append(caught.type)

    assert sorted(kind.__name__ for kind in found) == ["PassageUnknown", "SourceGone"]


def test_one_that_differs_from_its_source_is_withheld(indexed: bot.Engine) -> None:
    id_ = cited(indexed, "zinc")
    (catalog,) = Path(indexed.settings.index).rglob("catalog.sqlite")
    with closing(sqlite3.connect(catalog)) as connection, connection:
        changed = "UPDATE passages SET text = 'Zinc protects steal.' WHERE id = ?"
        connection.execute(changed, (id_,))

    with pytest.raises(
        IndexDamaged, match=r"zinc.txt, line 1: differs from its source\. .*pincite"
    ):
        reopened(indexed).passage(id_)


def test_without_an_index_there_is_none(engine: bot.Engine) -> None:
    with pytest.raises(IndexMissing):
        engine.passage("0" * 16)
