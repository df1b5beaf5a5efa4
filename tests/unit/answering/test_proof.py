"""Quotes whose source was altered or is gone are withheld."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.store import IndexLayout

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def alter(engine: bot.Engine, statement: str, *parameters: Any) -> None:
    """Changes the catalog of the live generation behind the engine's back."""
    layout = IndexLayout(engine.settings.index)
    (file,) = layout.generation(layout.live()).rglob("catalog.sqlite")
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute(statement, parameters).rowcount > 0


@pytest.fixture
def metals(engine: bot.Engine, write: Write) -> bot.Engine:
    write({"a.txt": "Zinc is blue.\n\nZinc is hard.", "b.txt": "Zinc is a metal."})
    engine.sync()
    return bot.open(engine.settings.corpus, engine.settings.index, encoder=WordEncoder(MINERALS))


def test_every_quote_is_a_slice_of_its_source(metals: bot.Engine) -> None:
    found = metals.ask("zinc", k=10)

    assert len(found.quotes) == 2
    assert found.withheld == ()
    for quote in found.quotes:
        assert metals.source(quote.source.id).text[quote.start : quote.end] == quote.text


def test_passages_of_an_altered_text_are_withheld(metals: bot.Engine) -> None:
    alter(metals, "UPDATE sources SET text = replace(text, 'blue', 'grey')")

    found = metals.ask("Is zinc blue?", k=10)

    assert [quote.text for quote in found.quotes] == ["Zinc is a metal."]
    assert found.withheld == (
        "the stored text of corpus/a.txt was altered. Run: pincite index --rebuild",
    )
    faults = metals.verify().faults
    assert re.match(r"segments/000001/catalog.sqlite: altered \(SHA-256 ", faults[0])
    assert found.withheld[0] in faults


def test_a_text_that_was_altered_with_its_hash_does_not_hold_its_passages(
    metals: bot.Engine,
) -> None:
    text = "Zinc is grey.\n\nZinc is hard."
    digest = hashlib.sha256(text.encode()).hexdigest()
    alter(
        metals,
        "UPDATE sources SET text = ?, text_sha256 = ? WHERE text LIKE '%blue%'",
        text,
        digest,
    )

    found = metals.ask("Is zinc blue?", k=10)

    assert [quote.text for quote in found.quotes] == ["Zinc is a metal."]
    assert found.withheld == ("corpus/a.txt, lines 1–3: the quote differs from its source.",)
    assert "corpus/a.txt, lines 1–3: differs from its source" in metals.verify().faults


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passages SET text = replace(text, 'blue', 'grey') WHERE text LIKE '%blue%'",
        "UPDATE passages SET start = start + 1 WHERE text LIKE '%blue%'",
    ],
)
def test_an_altered_passage_is_withheld(metals: bot.Engine, statement: str) -> None:
    alter(metals, statement)

    found = metals.ask("Is zinc blue?", k=10)

    assert [quote.text for quote in found.quotes] == ["Zinc is a metal."]
    assert found.withheld == ("corpus/a.txt, lines 1–3: the quote differs from its source.",)


def test_a_passage_whose_source_is_gone_is_withheld(metals: bot.Engine) -> None:
    alter(metals, "UPDATE sources SET id = 'ffffffffffffffff' WHERE text LIKE '%blue%'")

    found = metals.ask("Is zinc blue?", k=10)

    assert [quote.text for quote in found.quotes] == ["Zinc is a metal."]
    assert re.fullmatch("no source has the id '[0-9a-f]{16}'.*", found.withheld[0])
    assert "corpus/a.txt, lines 1–3: is of another source" in metals.verify().faults


def test_when_all_is_withheld_there_is_no_answer(metals: bot.Engine) -> None:
    alter(metals, "UPDATE sources SET text = text || ' '")

    found = metals.ask("Is zinc blue?")

    assert (found.answered, found.quotes, found.citations) == (False, (), ())
    assert found.confidence == 0.0
    assert [fault.split(" was altered")[0] for fault in sorted(found.withheld)] == [
        "the stored text of corpus/a.txt",
        "the stored text of corpus/b.txt",
    ]
