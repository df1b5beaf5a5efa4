"""Both stores have the same rows, texts and scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from both_stores import FILES, QUESTIONS, TERMS, assert_alike, assert_ranked, local, opened
from word_encoder import MINERALS, WordEncoder

import bot
from bot.store.folder.lexical import CONTEXT_WEIGHT

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]

Write = Callable[[Mapping[str, str]], None]


def test_a_generation_holds_what_that_of_a_folder_holds(
    corpus: Path, index: str, write: Write
) -> None:
    write(FILES)
    engine = opened(corpus, index)

    report = engine.sync()

    assert (report.generation, report.embedded) == (1, report.passages)
    assert engine.is_current()
    assert_alike(engine.live(), local(corpus))


def test_answers_are_the_same(corpus: Path, index: str, write: Write) -> None:
    write(FILES)
    engine, other = opened(corpus, index), opened(corpus, str(corpus.parent / "other"))
    engine.sync()
    other.sync()

    for question in QUESTIONS:
        found, expected = engine.ask(question, k=5), other.ask(question, k=5)
        assert [quote.text for quote in found.quotes] == [quote.text for quote in expected.quotes]
        assert [quote.score for quote in found.quotes] == pytest.approx(
            [quote.score for quote in expected.quotes]
        )
        assert found.citations == expected.citations
        assert (found.answered, found.withheld) == (expected.answered, expected.withheld)
        assert found.confidence == pytest.approx(expected.confidence)


def test_scores_can_be_worked_out_by_hand(corpus: Path, index: str, write: Write) -> None:
    """Two passages of two words; one has zinc: log(1 + 1.5 / 1.5) × 2.2 × 1 / (1 + 1.2)."""
    write({"a.txt": "Zinc glows.", "b.txt": "Lead lasts."})
    engine = opened(corpus, index)
    engine.sync()

    assert engine.live().matching(["zinc"], 10) == [(0, pytest.approx(np.log(2)))]
    assert engine.live().nearest(WordEncoder(MINERALS).encode_questions(["zinc"])[0].vector, 1) == [
        (0, pytest.approx(1 / np.sqrt(2)))
    ]


def test_a_word_of_the_context_counts_half_and_as_much_as_texts_have_it(
    corpus: Path, index: str, write: Write
) -> None:
    """Of three texts one has zinc, and each has a context as long as the others.

    Rarity is log(1 + 2.5 / 1.5) for all; what is normalised of the counts is divided by 1, since
    every text has two words and every context one.
    """
    write(
        {
            "a.md": "# Zinc\n\nSilver glows.",
            "b.md": "# Iron\n\nZinc lasts.",
            "c.md": "# Clay\n\nStones rest.",
        }
    )
    engine = opened(corpus, index)
    engine.sync()
    generation = engine.live()

    def worth(frequency: float) -> float:
        return float(np.log(1 + 2.5 / 1.5) * 2.2 * frequency / (frequency + 1.2))

    assert_ranked(generation.matching(["zinc"], 10), [(1, worth(1)), (0, worth(CONTEXT_WEIGHT))])
    # What stands in contexts alone is in no text, and known nevertheless.
    assert (generation.document_frequency("iron"), generation.occurs("iron")) == (0, True)
    rarest = float(np.log(1 + 3.5 / 0.5) * 2.2 * CONTEXT_WEIGHT / (CONTEXT_WEIGHT + 1.2))
    assert_ranked(generation.matching(["iron"], 10), [(1, rarest)])
    # What a quoted phrase needs has to stand in the text.
    assert [row for row, _ in generation.matching(["zinc"], 10, ["zinc"])] == [1]
    assert generation.matching(["iron"], 10, ["iron"]) == []


def test_some_sources_are_searched_as_if_there_were_no_others(
    corpus: Path, index: str, write: Write
) -> None:
    write(FILES)
    engine = opened(corpus, index)
    engine.sync()
    whole, expected = engine.live(), local(corpus)
    ids = list(expected.infos)

    for chosen in ([ids[0]], ids[1:3], ids[:4], ids):
        narrowed = whole.narrowed(chosen)
        assert list(narrowed.infos) == [id_ for id_ in ids if id_ in chosen]
        rows = [row for id_ in chosen for row in expected.searched(id_)]
        assert len(narrowed) == len(whole)
        for terms in TERMS:
            scores = expected.matching(terms, len(expected))
            within = [(row, score) for row, score in scores if row in rows]
            assert_ranked(narrowed.matching(terms, len(expected)), within)
            assert_ranked(narrowed.matching(terms, 1), within[:1])
        for vector in WordEncoder(MINERALS).encode_questions(QUESTIONS):
            near = expected.nearest(vector.vector, len(expected))
            within = [(row, cosine) for row, cosine in near if row in rows]
            assert_ranked(narrowed.nearest(vector.vector, len(expected)), within)
            assert narrowed.nearest(vector.vector, 1)[0][1] == pytest.approx(within[0][1])
        needed = expected.matching(("zinc", "copper"), len(expected), ("lead",))
        assert_ranked(
            narrowed.matching(("zinc", "copper"), len(expected), ("lead",)),
            [(row, score) for row, score in needed if row in rows],
        )
    # The generation itself is as it was.
    assert_alike(whole, expected)


def test_a_question_to_some_sources_is_answered_alike(
    corpus: Path, index: str, write: Write
) -> None:
    write(FILES)
    engine, other = opened(corpus, index), opened(corpus, str(corpus.parent / "other"))
    engine.sync()
    other.sync()
    only = bot.SourceFilter(types=("txt",))

    for question in QUESTIONS:
        found, expected = engine.ask(question, k=5, only=only), other.ask(question, k=5, only=only)
        assert found.citations == expected.citations
        assert {citation.source.format for citation in found.citations} <= {"txt"}
        assert found.filter == expected.filter
        assert found.confidence == pytest.approx(expected.confidence)


def test_a_renamed_file_is_found_by_its_new_name_alone(
    corpus: Path, index: str, write: Write
) -> None:
    write({"copper-ores.txt": "It is heavy.", "lead.txt": "It melts."})
    engine = opened(corpus, index)
    engine.sync()
    assert [row for row, _ in engine.live().matching(["copper"], 3)] == [0]
    (corpus / "copper-ores.txt").rename(corpus / "uranium-ores.txt")

    report = engine.sync()

    assert report.renamed == (("corpus/copper-ores.txt", "corpus/uranium-ores.txt"),)
    assert report.embedded == 1
    assert engine.live().matching(["copper"], 3) == []
    assert not engine.live().occurs("copper")
    assert [row for row, _ in engine.live().matching(["uranium"], 3)] == [1]
    assert_alike(engine.live(), local(corpus))
    assert engine.verify().faults == ()


def test_changes_lead_to_the_generation_of_a_fresh_build(
    corpus: Path, index: str, write: Write
) -> None:
    write(FILES)
    engine = opened(corpus, index)
    engine.sync()
    (corpus / "c-news.txt").unlink()
    (corpus / "b-copper.md").rename(corpus / "z-copper.md")
    write({"a-zinc.txt": "Zinc is grey today. Lead is heavy.", "a0.txt": "A first metal: copper."})

    report = engine.sync()

    assert (report.generation, report.removed) == (2, ("corpus/c-news.txt",))
    assert report.embedded == 2
    assert_alike(engine.live(), local(corpus))
    assert engine.verify().faults == ()


def test_nothing_changed_makes_no_generation(corpus: Path, index: str, write: Write) -> None:
    write(FILES)
    opened(corpus, index).sync()
    again = opened(corpus, index).sync()
    assert (again.generation, again.embedded) == (1, 0)
    assert [kept.number for kept in opened(corpus, index).status().kept] == [1]


def test_all_sources_may_go(corpus: Path, index: str, write: Write) -> None:
    write({"a.txt": "Zinc is blue."})
    engine = opened(corpus, index)
    engine.sync()
    (corpus / "a.txt").unlink()

    assert engine.sync().passages == 0
    assert not engine.ask("zinc").quotes
    assert engine.live().matching(["zinc"], 3) == []
