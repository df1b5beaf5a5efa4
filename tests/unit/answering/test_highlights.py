"""The sentences of a passage that answer are highlighted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from highlighted_texts import lit_texts
from hits import make_match, make_passage
from word_encoder import MINERALS, WordEncoder

import bot
from bot.answering.prepared_question import prepare
from bot.answering.question.answer_types import AnswerType
from bot.answering.spans.highlights import (
    NAMING_BONUS,
    NEARLY,
    SentenceScore,
    highlighted,
    score_sentences,
)
from bot.answering.weighing import read_closely
from bot.text.identifiers import identifiers
from bot.types import Hit, Relevance

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def test_the_row_is_marked_that_has_the_words_of_the_question(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.csv": "ore,price\nzinc,4\nlead,7\n"})
    engine.sync()
    generation = engine.live()
    asked = prepare(generation, WordEncoder(MINERALS), engine.settings, "price of lead ore")
    (row, passage) = next(iter(generation.passages([0]).items()))
    hit = Hit(row, passage, 1.0, 1.0, 1.0, relevance=Relevance(1.0, (0, 9), 0.5))
    assert passage.text == "ore: zinc | price: 4\n\nore: lead | price: 7"
    # The cross-encoder took words of the row above for the answer.
    read = read_closely(generation, asked, hit)
    assert [passage.text[a - passage.start : b - passage.start] for a, b in read.highlights] == [
        "ore: lead | price: 7"
    ]


@pytest.mark.parametrize(
    ("sentences", "left"),
    [
        (["What is zinc?", "Zinc is a metal.", "It is blue."], ["Zinc is a metal.", "It is blue."]),
        (["Zinc is a metal.", "What is it?"], ["Zinc is a metal."]),
        (["What is zinc?", "What is lead?"], ["What is zinc?", "What is lead?"]),
        ([], []),
    ],
)
def test_questions_answer_nothing_unless_there_is_nothing_else(
    sentences: list[str], left: list[str]
) -> None:
    text = " ".join(sentences)
    spans = [(text.index(one), text.index(one) + len(one)) for one in sentences]
    asks = [one.endswith("?") for one in sentences]
    match = make_match(spans, [0.5] * len(spans), asks)

    scores = score_sentences(make_passage(text, start=100), match, {"zinc": 1.0}, None)

    assert [text[start - 100 : end - 100] for start, end in (one.span for one in scores)] == left


@pytest.mark.parametrize(
    ("question", "heading", "left"),
    [
        ("How deep is the well?", "", [0, 1, 2, 3, 4]),
        # What follows a well is about it.
        ("How deep is well 47?", "", [0, 3, 4]),
        ("How deep is well 46?", "", [0, 1, 2]),
        ("How deep is well 48?", "", [0]),
        ("How deep is well 48?", "Wells | Well 48", [0, 2, 4]),
        ("Is well 46 deeper than well 47?", "", [0, 1, 2, 3, 4]),
    ],
)
def test_what_is_said_of_another_numbered_thing_answers_nothing(
    question: str, heading: str, left: list[int]
) -> None:
    sentences = [
        "All are old.",
        "Well 46 is 9 m deep.",
        "It is dry.",
        "Well 47 leaks.",
        "It is wet.",
    ]
    text = " ".join(sentences)
    spans = [(text.index(one), text.index(one) + len(one)) for one in sentences]
    match = make_match(spans, [0.5] * len(spans))

    scores = score_sentences(make_passage(text), match, {}, None, identifiers(question), heading)

    assert [spans.index(one.span) for one in scores] == left


def test_sentence_scores_by_hand() -> None:
    passage = make_passage("Zinc coats steel. Lead is heavy.", start=10)
    # What the sentences gain by their context is no part of what they say themselves.
    match = make_match([(0, 17), (18, 32)], [0.425, 0.725])

    scores = score_sentences(passage, match, {"lead": 3.0, "steel": 1.0}, None)

    assert [score.span for score in scores] == [(10, 27), (28, 42)]
    assert [score.meaning for score in scores] == pytest.approx([0.425, 0.725])
    assert [score.covered for score in scores] == [0.25, 0.75]
    assert [score.names for score in scores] == [False, False]
    assert scores[0].score == pytest.approx(0.7 * 0.425 + 0.3 * 0.25)


def test_a_sentence_gains_by_naming_what_is_asked_for() -> None:
    passage = make_passage("Zinc was found in 1746. Zinc was found in 1900. Zinc was found.")
    ends = [passage.text.index(".", at) + 1 for at in (0, 24, 48)]
    match = make_match(list(zip((0, 24, 48), ends, strict=True)), [0.0, 0.0, 0.0])

    # What the question says itself, the year 1900, names nothing.
    scores = score_sentences(passage, match, {"zinc": 1.0, "1900": 3.0}, AnswerType.DATE)

    assert [(score.names, score.covered) for score in scores] == [
        (True, 0.25),
        (False, 1.0),
        (False, 0.25),
    ]
    assert [score.score for score in scores] == pytest.approx(
        [0.3 * 0.25 + NAMING_BONUS, 0.3, 0.3 * 0.25]
    )


@pytest.mark.parametrize(
    ("scores", "lit"),
    [
        ([], []),
        ([0.0, 0.0], [0]),
        ([0.2, 1.0, NEARLY - 0.01], [1]),
        ([NEARLY + 0.01, 1.0, 0.2], [0, 1]),
        ([0.5, 0.5, 0.1], [0, 1]),
    ],
)
def test_the_best_sentence_and_those_nearly_as_good_are_lit(
    scores: list[float], lit: list[int]
) -> None:
    sentences = [SentenceScore((at, at + 1), score, score) for at, score in enumerate(scores)]

    assert highlighted(sentences, None) == tuple((at, at + 1) for at in lit)


@pytest.mark.parametrize(
    ("answer", "lit"),
    [
        (None, [(10, 20)]),
        ((12, 15), [(10, 20)]),
        ((21, 30), [(10, 20), (20, 30)]),
        ((0, 10), [(0, 10), (10, 20)]),
        # A span of two sentences is in neither.
        ((5, 15), [(10, 20)]),
    ],
)
def test_the_sentence_that_has_the_answer_is_lit(
    answer: tuple[int, int] | None, lit: list[tuple[int, int]]
) -> None:
    sentences = [
        SentenceScore(span, score, score)
        for span, score in (((0, 10), 0.2), ((10, 20), 1.0), ((20, 30), 0.1))
    ]

    assert highlighted(sentences, answer) == tuple(lit)
    assert highlighted([], answer) == ()


def test_highlights_are_spans_of_the_source(engine: bot.Engine, write: Write) -> None:
    write(
        {
            "a.md": "# Metals\n\n## Tin\n\nTin is soft.\n\n"
            "## Others\n\nWhat is zinc? Lead is heavy. Zinc coats steel."
        }
    )
    engine.sync()

    found = engine.ask("What is zinc?", k=2)

    assert lit_texts(found, engine) == [["Zinc coats steel."], ["Tin is soft."]]
    quote = found.quotes[0]
    (span,) = quote.highlights
    assert quote.start < span[0] < span[1] == quote.end
