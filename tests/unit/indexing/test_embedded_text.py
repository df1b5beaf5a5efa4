"""The text that is embedded for a passage has its context."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from indexed_passages import generation_of, passages_of
from word_encoder import MINERALS, WordEncoder

import bot
from bot.indexing.build import HEADING_TOKENS, embedded_text
from bot.store.tokens import unpack
from bot.types import Passage

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


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
