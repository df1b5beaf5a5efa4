"""Answers: what is shown, what it proves, what differs, and when there is none."""

from __future__ import annotations

import hashlib
import math
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hits import conflicts_of, make_hit, make_passage
from hypothesis import given
from hypothesis import strategies as st
from word_encoder import MINERALS, WordEncoder

import bot
from bot.answering import confidence as confidence_module
from bot.answering.comparing.conflicts import MOST_LOOKED_AT
from bot.answering.comparing.corroboration import corroborate
from bot.answering.confidence import CERTAIN, LONGEST, Evidence, Weights, confidence, verdict
from bot.answering.notices import REFUSAL
from bot.answering.prepared_question import prepare
from bot.answering.question.answer_types import AnswerType
from bot.answering.question.coverage import (
    Name,
    best,
    coverage,
    least_met,
    name_distance,
    names,
    rarest_missing,
)
from bot.answering.selecting import WORTH_SHOWING
from bot.answering.spans.highlights import (
    NAMING_BONUS,
    NEARLY,
    SentenceScore,
    highlighted,
    score_sentences,
)
from bot.answering.weighing import Reading, read_closely, weigh
from bot.errors import QuestionError
from bot.retrieval import ranking, search
from bot.retrieval.late_interaction import Match
from bot.retrieval.queries import rarity
from bot.settings import load_settings
from bot.store import IndexLayout
from bot.text.identifiers import identifiers
from bot.text.terms import terms
from bot.types import (
    Answer,
    CarriedTurn,
    Conflict,
    ConflictValue,
    Hit,
    RankingEvidence,
    Relevance,
    Turn,
    Verdict,
)

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def make_evidence(**values: float) -> RankingEvidence:
    """Nothing but what is named."""
    return RankingEvidence(**{**dict.fromkeys(ranking.NAMES, 0.0), **values})


def make_match(
    sentences: Sequence[tuple[int, int]], interactions: Sequence[float], asks: Sequence[bool] = ()
) -> Match:
    """How the sentences of a passage are met, each by itself."""
    none = np.zeros(len(sentences), dtype=np.float32)
    return Match(
        interaction=0.0,
        even_interaction=0.0,
        cosines=np.empty((1, 0), dtype=np.float32),
        spans=np.empty((0, 2), dtype=np.int32),
        sentences=np.array(sentences, dtype=np.int32).reshape(-1, 2),
        asks=np.array(asks, dtype=bool) if asks else np.zeros(len(sentences), dtype=bool),
        bare=np.zeros(len(sentences), dtype=bool),
        interactions=np.array(interactions, dtype=np.float32),
        context_interactions=none + 1,
        context_cosines=none + 1,
        context_pieces=none[None] + 1,
    )


# Evidence


def test_rarity_by_hand() -> None:
    frequency = {"zinc": 1, "metal": 10}

    weights = rarity(["zinc", "metal", "unheard"], lambda term: frequency.get(term, 0), 10)

    assert weights == pytest.approx(
        {
            "zinc": math.log(1 + 9.5 / 1.5),
            "metal": math.log(1 + 0.5 / 10.5),
            "unheard": math.log(1 + 10.5 / 0.5),
        }
    )


@pytest.mark.parametrize(
    ("found", "share"),
    [
        (set(), 0.0),
        ({"zinc"}, 0.75),
        ({"metal", "other"}, 0.25),
        ({"zinc", "metal"}, 1.0),
    ],
)
def test_coverage_by_hand(found: set[str], share: float) -> None:
    assert coverage({"zinc": 3.0, "metal": 1.0}, found) == share


def test_a_question_without_terms_is_not_covered() -> None:
    assert coverage({}, {"zinc"}) == 0.0
    assert coverage({"zinc": 0.0}, {"zinc"}) == 0.0


def test_the_best_is_the_first_of_equals() -> None:
    assert best([0.1, 0.7, 0.7]) == 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how much zinc is there?", []),
        # The first word is capitalised whatever it is.
        ("Zinc or lead?", []),
        ("How much zinc has Mongolia?", ["Mongolia"]),
        ("USGS figures of 2018?", ["USGS", "2018"]),
        ("Did The Diplomat write in May 2025?", ["Diplomat", "2025"]),
    ],
)
def test_names_and_figures_of_a_question(question: str, expected: list[str]) -> None:
    words = list(re.finditer(r"\w+", question))

    found = names(question, [word.span() for word in words])

    assert [words[name.pieces[0]][0] for name in found] == expected
    assert [name.terms for name in found] == [tuple(terms(word)) for word in expected]


def test_a_name_is_unmet_as_far_as_neither_its_terms_nor_its_pieces_are_there() -> None:
    asked = [Name(("mongolia",), (0,)), Name(("jose", "fernandez"), (1, 2))]
    cosines = np.array([[0.25, 0.1], [0.5, 0.75], [0.0, 0.25]], dtype=np.float32)

    assert name_distance(asked, cosines, {"mongolia", "jose", "fernandez"}) == 0.0
    assert name_distance(asked, cosines, {"mongolia", "fernandez"}) == 0.5 * (1 - 0.5)
    assert name_distance(asked, cosines, {"jose", "fernandez"}) == 0.75
    assert name_distance([], cosines, set()) == 0.0
    assert name_distance(asked, np.empty((3, 0), dtype=np.float32), set()) == 1.0


def test_a_figure_is_met_as_it_stands_or_not_at_all() -> None:
    figures = [Name(("47",), (0,)), Name(("e18",), (0,))]
    alike = np.array([[0.9]], dtype=np.float32)

    assert [name_distance([one], alike, {"46", "e"}) for one in figures] == [1.0, 1.0]
    assert [name_distance([one], alike, {"47", "e18"}) for one in figures] == [0.0, 0.0]


def test_the_rarest_term_that_is_missing_by_hand() -> None:
    weights = {"mongolia": 4.0, "nickel": 3.0, "mine": 1.0}

    assert rarest_missing(weights, {"mongolia", "mine"}) == 0.75
    assert rarest_missing(weights, {"mine"}) == 1.0
    assert rarest_missing(weights, weights) == 0.0
    assert rarest_missing({}, {"mine"}) == 0.0


def test_the_word_that_is_met_worst_is_that_of_the_best_sentence() -> None:
    # Three pieces: one is a word, the other two are one; the second sentence is the best.
    match = replace(
        make_match([(0, 5), (6, 9)], [1.0, 0.0]),
        context_interactions=np.array([0.5, 0.75], dtype=np.float32),
        context_pieces=np.array([[1, 0.75], [1, 0.25], [1, 0.5]], dtype=np.float32),
    )

    assert least_met([(0,), (1, 2)], match) == 0.375
    assert least_met([(0,)], match) == 0.75
    # Of a question of function words alone, all pieces are one.
    assert least_met([], match) == 0.5
    # What is unlike any word there is met by nothing.
    unlike = replace(match, context_pieces=-match.context_pieces)
    assert least_met([(0,), (1, 2)], unlike) == 0.0


def test_no_word_is_met_where_there_is_no_sentence() -> None:
    match = replace(make_match([], []), context_pieces=np.empty((2, 0), dtype=np.float32))

    assert least_met([(0,), (1,)], match) == 0.0


# Confidence

SHARES = st.floats(0, 1)
LOGITS = st.floats(-20, 20)
EVIDENCE = st.builds(
    Evidence,
    rank_logit=LOGITS,
    least_met=SHARES,
    length=st.integers(0, LONGEST).map(float),
    unmet=SHARES,
    rarest_missing=SHARES,
    lacking=st.sampled_from([0.0, 1.0]),
)


@given(evidence=EVIDENCE, more=LOGITS)
def test_a_passage_that_ranks_better_never_lowers_the_confidence(
    evidence: Evidence, more: float
) -> None:
    stronger = replace(evidence, rank_logit=max(more, evidence.rank_logit))

    assert 0 <= confidence(evidence) <= confidence(stronger) <= CERTAIN


@given(evidence=EVIDENCE)
def test_a_passage_that_lacks_what_is_asked_for_is_never_surer(evidence: Evidence) -> None:
    assert confidence(replace(evidence, lacking=1.0)) <= confidence(replace(evidence, lacking=0.0))


@given(evidence=EVIDENCE)
def test_a_passage_without_a_name_of_the_question_is_never_surer(evidence: Evidence) -> None:
    assert confidence(replace(evidence, unmet=1.0)) <= confidence(replace(evidence, unmet=0.0))


def test_confidence_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = Evidence(2.0, 4.0, 0.25, -2.0, -4.0, -1.0, 0.0)
    monkeypatch.setattr(confidence_module, "UNREAD", Weights(weights, -3.0))
    monkeypatch.setattr(confidence_module, "READ", Weights(replace(weights, relevance=0.5), -4.0))

    # -3 + 3 + 2 + 1 - 1 - 0.5 - 1.5
    assert confidence(Evidence(1.5, 0.5, 4.0, 0.5, 0.125, 1.5)) == 0.5
    # Without most of what it lacks it is one more.
    assert confidence(Evidence(1.5, 0.5, 4.0, 0.5, 0.125, 0.5)) == pytest.approx(
        math.e / (1 + math.e)
    )
    # Where the cross-encoder read the passages, it counts, and so does another constant.
    assert confidence(Evidence(1.5, 0.5, 4.0, 0.5, 0.125, 1.5, relevance=2.0)) == 0.5
    assert confidence(Evidence(9.0, 1.0, 1.0, 0.0, 0.0, 0.0)) == CERTAIN
    assert confidence(Evidence(-900.0, 0.0, 1.0, 1.0, 1.0, 1.0)) == 0.0


def test_no_evidence_is_no_answer_and_all_evidence_is_one() -> None:
    nothing = Evidence(ranking.logit(make_evidence()), 0.0, 4.0, 1.0, 1.0, 1.0)
    everything = Evidence(ranking.logit(RankingEvidence(*[1.0] * 6, 0.0)), 1.0, 4.0, 0.0, 0.0, 0.0)

    assert verdict(confidence(nothing), load_settings()) == Verdict.UNANSWERED
    assert verdict(confidence(everything), load_settings()) == Verdict.ANSWERED


@pytest.mark.parametrize(
    ("certainty", "expected"),
    [
        (0.0, Verdict.UNANSWERED),
        (0.249, Verdict.UNANSWERED),
        (0.25, Verdict.UNSURE),
        (0.749, Verdict.UNSURE),
        (0.75, Verdict.ANSWERED),
        (1.0, Verdict.ANSWERED),
    ],
)
def test_an_answer_is_unsure_from_one_threshold_and_sure_from_the_other(
    certainty: float, expected: Verdict
) -> None:
    assert verdict(certainty, load_settings(threshold=0.25, sure_threshold=0.75)) == expected


@pytest.mark.parametrize(
    ("certainty", "expected"), [(0.6, Verdict.UNANSWERED), (0.75, Verdict.ANSWERED)]
)
def test_what_is_below_the_threshold_is_no_answer_however_sure_it_were(
    certainty: float, expected: Verdict
) -> None:
    assert verdict(certainty, load_settings(threshold=0.75, sure_threshold=0.5)) == expected


@pytest.fixture
def by_cosine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The logit of a passage is its cosine."""
    monkeypatch.setattr(ranking, "INTERCEPT", 0.0)
    monkeypatch.setattr(ranking, "WEIGHTS", make_evidence(cosine=1.0))


def hit_of(text: str, **values: float) -> Hit:
    return replace(make_hit(text, "a"), evidence=make_evidence(**values))


def hits_of(*cosines: float) -> list[Hit]:
    return [hit_of("Zinc.", cosine=cosine) for cosine in cosines]


def reading(*, lacking: bool = False) -> Reading:
    return Reading((), None, lacking)


def weighed(
    engine: bot.Engine, hits: Sequence[Hit], lacking: Sequence[bool], question: str = "zinc?"
) -> Evidence | None:
    """The evidence of the first hits, one for each reading."""
    generation = engine.live()
    asked = prepare(generation, WordEncoder(MINERALS), engine.settings, question)
    (source,) = generation.infos
    hits = [replace(hit, passage=replace(hit.passage, source_id=source)) for hit in hits]
    readings = [reading(lacking=one) for one in lacking]
    return weigh(generation, asked, list(zip(hits, readings, strict=True)))


@pytest.mark.usefixtures("by_cosine")
def test_the_evidence_for_an_answer_is_the_best_of_the_first_passages(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Zinc."})
    engine.sync()
    hits = [
        hit_of("Zinc.", cosine=1.5),
        hit_of("Lead.", cosine=2.5),
        hit_of("Tin.", cosine=3.5),
    ]

    assert weighed(engine, hits[:2], [True, False]) == Evidence(
        rank_logit=2.5,
        least_met=1.0,
        length=1.0,
        unmet=0.0,
        rarest_missing=0.0,
        lacking=0.0,
    )
    # Only where all of them lack what is asked for, do they.
    found = weighed(engine, hits, [True, True, True])
    assert found is not None
    assert (found.rank_logit, found.lacking) == (3.5, 1.0)


@pytest.mark.usefixtures("by_cosine")
def test_each_kind_of_evidence_may_be_that_of_another_passage(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Zinc."})
    engine.sync()
    hits = [
        hit_of("Zinc.", cosine=0.75),
        hit_of("Lead.", cosine=0.5),
    ]

    found = weighed(engine, hits, [True, False])

    assert found is not None
    assert (found.rank_logit, found.lacking) == (0.75, 0.0)


@pytest.mark.usefixtures("by_cosine")
@pytest.mark.parametrize(
    ("question", "length", "met"),
    [
        ("zinc?", 1, 1.0),
        ("Is there zinc or copper?", 2, 0.0),
        ("zinc and lead", 2, 1.0),
        ("zinc " * (LONGEST + 2), LONGEST, 1.0),
        ("what is it?", 0, 0.0),
    ],
)
def test_the_words_of_a_question_are_counted_and_the_one_met_worst_is_evidence(
    engine: bot.Engine, write: Write, question: str, length: int, met: float
) -> None:
    write({"a.txt": "Zinc zinc, lead."})
    engine.sync()

    found = weighed(engine, hits_of(0.5), [False], question)

    assert found is not None
    assert (found.length, found.least_met) == (length, met)


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


@pytest.mark.usefixtures("by_cosine")
def test_what_was_not_read_closely_is_no_evidence(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc."})
    engine.sync()
    unread = make_hit("Zinc.", "a")

    assert weighed(engine, [], []) is None
    assert weighed(engine, [unread], [False]) is None
    found = weighed(engine, [unread, *hits_of(0.25)], [True, True])
    assert found is not None
    assert (found.rank_logit, found.lacking) == (0.25, 1.0)


@pytest.mark.usefixtures("by_cosine")
def test_a_passage_is_judged_by_the_approved_question_that_led_to_it_too(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Zinc."})
    engine.sync()
    question = hit_of("zinc?", cosine=0.75)
    led = replace(hit_of("Lead.", cosine=0.25), via=question)
    unread = replace(make_hit("Lead.", "a"), via=question)

    for hit in (led, unread):
        found = weighed(engine, [hit], [True])
        assert found is not None
        assert (found.rank_logit, found.lacking) == (0.75, 1.0)


@pytest.mark.parametrize(
    ("question", "shown", "expected"),
    [
        ("Has it zinc?", 2, 0.0),
        # The first passage has no word for Mongolia, and neither have its headings or its title.
        ("Has Mongolia zinc?", 1, 1.0),
        ("Has Mongolia zinc?", 2, 0.0),
        ("Has Kenya zinc?", 2, 1.0),
        # A name may stand in a heading or in the title, in another form of the word.
        ("Has Hill zinc?", 1, 0.0),
        ("Has Ore zinc?", 1, 0.0),
    ],
)
def test_a_name_is_met_by_what_meets_it_best_of_the_first_passages(
    engine: bot.Engine, write: Write, question: str, shown: int, expected: float
) -> None:
    # Each word has an axis of its own, so that none meets another by its piece.
    encoder = WordEncoder([*MINERALS, "mongolia", "kenya", "hill", "hills", "ore", "ores"])
    write({"a.md": "# Ores\n\n## Hills\n\nZinc zinc.", "b.txt": "Lead, Mongolia."})
    engine = bot.open(engine.settings.corpus, engine.settings.index, encoder=encoder)
    engine.sync()
    generation = engine.live()
    hits = [
        Hit(row, passage, 0.0, 0.0, 0.0, make_evidence())
        for row, passage in generation.passages([0, 1]).items()
    ]
    asked = prepare(generation, encoder, engine.settings, question)

    found = weigh(generation, asked, [(hit, reading()) for hit in hits[:shown]])

    assert found is not None
    assert found.unmet == expected


# Highlights


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


def lit_texts(answer: Answer, engine: bot.Engine) -> list[list[str]]:
    return [
        [engine.source(quote.source.id).text[start:end] for start, end in quote.highlights]
        for quote in answer.quotes
    ]


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


# Corroboration

ZINC = "Zinc is a blue metal that coats steel sheets against rust"


def groups(hits: Sequence[Hit], count: int = 5) -> list[list[tuple[str, str]]]:
    return [
        [(hit.passage.source_id, hit.passage.text) for hit in group]
        for group in corroborate(hits, count)
    ]


@pytest.mark.parametrize(
    "text",
    [
        ZINC,
        f"{ZINC.upper()}!",
        f"“{ZINC.replace(' ', '  ')}”",
        "Zinc is the blue metal which coats steel sheets against rust",
        "A blue metal that coats steel sheets against rust",
    ],
)
def test_a_passage_that_repeats_another_corroborates_it(text: str) -> None:
    assert groups([make_hit(ZINC, "a"), make_hit(text, "b")]) == [[("a", ZINC), ("b", text)]]


@pytest.mark.parametrize(
    "text",
    [
        "Zinc is a blue metal. It is traded in London.",
        f"{ZINC} and is traded in London by many merchants",
        "Zinc is not a blue metal that coats steel sheets against rust",
        "Zinc isn't a blue metal that coats steel sheets against rust",
        "…",
    ],
)
def test_a_passage_that_says_something_else_is_shown_apart(text: str) -> None:
    assert groups([make_hit(ZINC, "a"), make_hit(text, "b")]) == [[("a", ZINC)], [("b", text)]]


def test_a_figure_sets_passages_apart_that_are_else_the_same() -> None:
    long = "Zinc holds {} percent of the market. " + ZINC * 5
    texts = [long.format(figure) for figure in ("30.07", "31", "30.07")]

    found = groups([make_hit(text, source) for text, source in zip(texts, "abc", strict=True)])

    assert found == [[("a", texts[0]), ("c", texts[2])], [("b", texts[1])]]


def test_corroboration_counts_groups_and_keeps_the_ranks() -> None:
    hits = [
        make_hit(ZINC, "a", 0.9),
        make_hit("Lead is heavy and soft", "b", 0.8),
        make_hit("Copper is red and bends", "c", 0.7),
        make_hit("Lead is heavy and soft!", "d", 0.6),
    ]

    assert groups(hits, 2) == [
        [("a", ZINC)],
        [("b", "Lead is heavy and soft"), ("d", "Lead is heavy and soft!")],
    ]
    assert groups([], 2) == []


def test_a_statement_of_many_sources_has_all_its_citations(
    engine: bot.Engine, write: Write
) -> None:
    said = "Zinc was mined in Astana in 2019."
    write({f"{at:02}.md": f"# Report {at}\n\n## Mines\n\n{said}" for at in range(35)})
    write({"osh.md": "# Another\n\n## Mines\n\nSome zinc and lead came from Osh."})
    engine.sync()

    first, second = engine.ask("Where was zinc mined in 2019?", k=2).quotes

    assert first.text == said
    # The other quote has the second number.
    assert first.citations == (1, *range(3, 37))
    assert (second.text, second.citations) == ("Some zinc and lead came from Osh.", (2,))


def test_a_corroborated_quote_has_all_its_citations(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": f"{ZINC}.", "b.txt": f"{ZINC}!", "c.txt": "Lead, not zinc, is heavy."})
    engine.sync()

    found = engine.ask("Is zinc a metal that coats steel?", k=5)

    assert [(quote.text, quote.citations) for quote in found.quotes] == [
        (f"{ZINC}.", (1, 3)),
        ("Lead, not zinc, is heavy.", (2,)),
    ]
    assert [(c.number, c.source.path) for c in found.citations] == [
        (1, "corpus/a.txt"),
        (2, "corpus/c.txt"),
        (3, "corpus/b.txt"),
    ]
    assert [quote.rank for quote in found.quotes] == [1, 2]
    assert found.citations[2].passage_id != found.citations[0].passage_id


# Conflicts


def values(*conflicts: Conflict) -> list[tuple[str, list[tuple[str, int]]]]:
    return [(c.about, [(value.text, value.citation) for value in c.values]) for c in conflicts]


RESERVES = (
    "Central Asia reportedly holds 38.6 percent of global manganese ore reserves, 30.07 percent "
    "of chromium, 20 percent of lead, 12.6 percent of zinc, and 8.7 percent of titanium.",
    "Central Asian countries hold 38.6 percent of global manganese ore reserves, 31 percent "
    "of chromium, 20 percent of lead, 12.6 percent of zinc, 8.7 percent of titanium.",
)


@pytest.mark.parametrize(
    "question",
    [
        "How much chromium does Central Asia hold?",
        "What share of the world does Central Asia hold?",
    ],
)
def test_figures_that_differ_are_found(question: str) -> None:
    assert values(*conflicts_of(question, *RESERVES)) == [
        ("chromium", [("30.07 percent", 1), ("31 percent", 2)])
    ]


@pytest.mark.parametrize(
    "question", ["How much lead does Central Asia hold?", "How much zinc and titanium is there?"]
)
def test_figures_that_were_not_asked_for_are_left_out(question: str) -> None:
    assert conflicts_of(question, *RESERVES) == []


@pytest.mark.parametrize(
    ("left", "right", "about", "shown"),
    [
        (
            "The fund will invest $3 billion in mines of Kazakhstan.",
            "The fund will invest $300 million in mines of Kazakhstan.",
            "in mines of Kazakhstan",
            ["$3 billion", "$300 million"],
        ),
        (
            "Kazakhstan produces 21,800 tonnes of uranium a year.",
            "Kazakhstan produces 22 thousand tonnes of uranium a year.",
            "tonnes of uranium a year",
            ["21,800", "22 thousand"],
        ),
        (
            "Kazakhstan has 40% of the uranium reserves.",
            "Kazakhstan has 43 per cent of uranium reserves.",
            "uranium reserves",
            ["40%", "43 per cent"],
        ),
        (
            "The 2018 report showed 384 occurrences of rare metals.",
            "The 2018 report showed 160 occurrences of rare metals.",
            "occurrences of rare metals",
            ["384", "160"],
        ),
    ],
)
def test_figures_that_differ_in_other_units(
    left: str, right: str, about: str, shown: list[str]
) -> None:
    expected = [(about, [(shown[0], 1), (shown[1], 2)])]

    assert values(*conflicts_of("What is reported?", left, right)) == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(RESERVES[0], RESERVES[0], id="equal values"),
        pytest.param(
            "Kazakhstan has 1,200 zinc mines today.",
            "Kazakhstan has 1200 zinc mines today.",
            id="equal values, written differently",
        ),
        pytest.param(
            "The fund will invest $3 billion in mines of Kazakhstan.",
            "The fund will invest $3,000 million in mines of Kazakhstan.",
            id="equal values on other scales",
        ),
        pytest.param(
            "The fund will invest $3 billion in mines of Kazakhstan.",
            "The fund will invest €2.8 billion in mines of Kazakhstan.",
            id="other currencies",
        ),
        pytest.param(
            "China controls 60 percent of rare earth mining operations.",
            "China controls 85 percent of rare earth processing capacity.",
            id="other quantities",
        ),
        pytest.param(
            "China controls nearly 60 percent of rare earth mining operations, over 85 percent of "
            "processing capabilities, and 90 percent of permanent magnet production.",
            "China is the leader, controlling nearly 60 percent of rare earth mining operations "
            "and more than 85 percent of global processing capacity.",
            id="several quantities, the same values",
        ),
        pytest.param(
            "Kazakhstan has 12 zinc mines today.",
            "After years of war the ministry of Ukraine counted 15 zinc mines that stand idle now.",
            id="other statements",
        ),
        pytest.param(
            "Kazakhstan has 12 percent more zinc mines.",
            "Kazakhstan has 15 more zinc mines.",
            id="other units",
        ),
    ],
)
def test_what_is_no_conflict(left: str, right: str) -> None:
    assert conflicts_of("What is reported?", left, right) == []


def test_one_source_does_not_differ_with_itself() -> None:
    texts = ("Kazakhstan has 12 zinc mines today.", "Kazakhstan has 15 zinc mines today.")

    assert conflicts_of("zinc", *texts, sources="aa") == []
    assert values(*conflicts_of("zinc", *texts)) == [("zinc mines today", [("12", 1), ("15", 2)])]


def test_a_source_that_differs_from_very_many_copies_is_found() -> None:
    told = [f"The {name} works were rebuilt by their owners." for name in "abcdef"]
    copy = " ".join(["The region holds 31 percent of the chromium.", *told])
    sources = [f"s{at}" for at in range(MOST_LOOKED_AT // len(told) + 2)]
    texts = [copy] * (len(sources) - 1) + ["The region holds 38 percent of the chromium."]

    (conflict,) = conflicts_of("How much chromium?", *texts, sources=sources)

    assert [value.text for value in conflict.values] == [
        *["31 percent"] * (len(sources) - 1),
        "38 percent",
    ]


def test_three_sources_with_three_values_are_one_conflict() -> None:
    texts = [f"Kazakhstan has {number} zinc mines today." for number in (12, 15, 17, 12)]

    assert conflicts_of("zinc", *texts) == [
        Conflict(
            "zinc mines today",
            (
                ConflictValue("12", 1),
                ConflictValue("15", 2),
                ConflictValue("17", 3),
                ConflictValue("12", 4),
            ),
        )
    ]


def test_an_answer_sets_figures_side_by_side(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": RESERVES[0], "b.txt": RESERVES[1], "c.txt": "Uranium glows."})
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder, threshold=0.0)
    engine.sync()

    found = engine.ask("How much chromium does Central Asia hold?")

    paths = {citation.number: citation.source.path for citation in found.citations}
    (conflict,) = found.conflicts
    assert conflict.about == "chromium"
    assert {paths[value.citation]: value.text for value in conflict.values} == {
        "corpus/a.txt": "30.07 percent",
        "corpus/b.txt": "31 percent",
    }
    assert [quote.citations for quote in found.quotes][:2] == [(1,), (2,)]


def test_a_refusal_reports_no_conflict(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": RESERVES[0], "b.txt": RESERVES[1]})
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder, threshold=1.0)
    engine.sync()

    found = engine.ask("How much chromium does Central Asia hold?")

    assert not found.answered
    assert len(found.quotes) == 2
    assert found.conflicts == ()


# The decision


def test_the_threshold_alone_decides(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    certainty = 0.0
    for threshold, answered in ((0.0, True), (1.0, False)):
        engine = bot.open(corpus, tmp_path / "index", encoder=encoder, threshold=threshold)
        engine.sync()
        found = engine.ask("Is zinc a metal?")
        assert found.answered == answered == (found.notice is None)
        assert certainty in (0.0, found.confidence)
        certainty = found.confidence
        exact = bot.open(corpus, tmp_path / "index", encoder=encoder, threshold=certainty)
        assert exact.ask("Is zinc a metal?").answered


def test_two_thresholds_make_three_verdicts(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": RESERVES[0], "b.txt": RESERVES[1]})
    bot.open(corpus, tmp_path / "index", encoder=encoder).sync()

    def ask(threshold: float, sure_threshold: float) -> Answer:
        engine = bot.open(
            corpus,
            tmp_path / "index",
            encoder=encoder,
            threshold=threshold,
            sure_threshold=sure_threshold,
        )
        return engine.ask("How much chromium does Central Asia hold?")

    sure, unsure, none = ask(0.0, 0.0), ask(0.0, 1.0), ask(1.0, 1.0)

    assert [found.verdict for found in (sure, unsure, none)] == [
        Verdict.ANSWERED,
        Verdict.UNSURE,
        Verdict.UNANSWERED,
    ]
    assert [found.answered for found in (sure, unsure, none)] == [True, True, False]
    # What may answer is shown as what does is: it is no refusal, and what differs is told.
    assert (unsure.quotes, unsure.confidence) == (sure.quotes, sure.confidence)
    assert (unsure.notice, unsure.conflicts) == (None, sure.conflicts)
    assert [value.text for value in unsure.conflicts[0].values] == ["30.07 percent", "31 percent"]
    assert none.conflicts == ()
    at_its_own = ask(sure.confidence, sure.confidence)
    assert at_its_own.verdict == Verdict.ANSWERED


def test_how_many_passages_are_shown_does_not_change_the_confidence(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "INTERCEPT", 0.0)
    monkeypatch.setattr(ranking, "WEIGHTS", make_evidence(cosine=1.0))
    lacking = Weights(Evidence(*[0.0] * 5, lacking=-1.0, relevance=0.0), 0.0)
    monkeypatch.setattr(confidence_module, "UNREAD", lacking)
    write({"a.txt": "Zinc was found by them.", "b.txt": "Zinc zinc zinc was found in 1746."})
    engine.sync()

    found = [engine.ask("When was zinc found?", k=k) for k in (1, 2, None)]

    # The first lacks the date that is asked for, and the second has it, shown or not.
    assert found[0].quotes[0].text == "Zinc was found by them."
    assert [answer.confidence for answer in found] == [0.5, 0.5, 0.5]


def test_a_quote_has_the_evidence_that_its_rank_rests_on(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"a.txt": "Zinc.", "b.txt": "Lead zinc."})
    engine.sync()
    monkeypatch.setattr(search, "FACT_CANDIDATES", 1)

    first, second = engine.ask("zinc", k=2).quotes

    assert first.evidence is not None
    assert (first.text, first.evidence.cosine) == ("Zinc.", pytest.approx(1))
    assert first.score == pytest.approx(ranking.sigmoid(ranking.logit(first.evidence)))
    # It was not read closely.
    assert (second.text, second.evidence) == ("Lead zinc.", None)


def test_what_the_sources_say_is_answered_and_what_they_do_not_is_refused(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Zinc coats steel.", "b.txt": "Lead is heavy.", "c.txt": "Copper is red."})
    engine.sync()

    known, unknown = engine.ask("Does zinc coat steel?"), engine.ask("uranium chromium")

    assert known.verdict == Verdict.ANSWERED
    assert known.quotes[0].text == "Zinc coats steel."
    assert known.notice is None
    assert unknown.verdict == Verdict.UNANSWERED
    assert unknown.confidence < known.confidence
    assert unknown.notice == (
        f"{REFUSAL} The closest passages are shown apart; try other words, or add a source that "
        "covers it."
    )


def test_words_of_headings_are_evidence(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.md": "# Metals\n\n## Uranium mines\n\nThey are deep.", "b.txt": "They are flat."})
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder)
    engine.sync()

    found = engine.ask("uranium mines")

    assert found.quotes[0].text == "They are deep."
    assert found.quotes[0].section == ("Uranium mines",)


# How many passages


@pytest.fixture
def eight(engine: bot.Engine, write: Write) -> bot.Engine:
    """Eight different passages about zinc, and one about lead."""
    names = "alpha beta gamma delta epsilon zeta eta theta".split()
    write({f"{name}.txt": f"Zinc {name}." for name in names})
    write({"lead.txt": "Lead omega."})
    engine.sync()
    return engine


@pytest.mark.parametrize(("k", "count"), [(1, 1), (2, 2), (8, 8), (9, 9), (1_000, 9)])
def test_k_asks_for_exactly_so_many_passages(eight: bot.Engine, k: int, count: int) -> None:
    found = eight.ask("zinc", k=k)

    assert [quote.rank for quote in found.quotes] == list(range(1, count + 1))
    assert [citation.number for citation in found.citations] == list(range(1, count + 1))
    scores = [quote.score for quote in found.quotes]
    assert scores == sorted(scores, reverse=True)


def test_without_k_only_passages_worth_showing(
    eight: bot.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "INTERCEPT", -4.0)
    monkeypatch.setattr(ranking, "WEIGHTS", make_evidence(lexical=8.0))

    found = eight.ask("zinc")

    assert len(found.quotes) == eight.settings.passages_shown == 5
    only = eight.ask("lead omega")
    assert [quote.text for quote in only.quotes] == ["Lead omega."]
    second = eight.ask("lead omega", k=2).quotes[1]
    assert second.score < WORTH_SHOWING * only.quotes[0].score


@pytest.mark.parametrize("k", [0, -1, 1_001])
def test_k_has_bounds(eight: bot.Engine, k: int) -> None:
    with pytest.raises(QuestionError, match=rf"k is {k}; it must be from 1 to 1,000\."):
        eight.ask("zinc", k=k)


@pytest.mark.parametrize(
    ("question", "message"),
    [("", "the question is empty"), (" \n\t", "the question is empty"), ("z" * 2_001, "2,001")],
)
def test_questions_that_are_none(eight: bot.Engine, question: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        eight.ask(question)


@pytest.mark.parametrize(
    "question", ["zinc \ud800", "\x00zinc", "z" * 2_000, "( ) \" ' * : ^ ~ AND OR NOT zinc", "😀"]
)
def test_odd_questions_are_only_words(eight: bot.Engine, question: str) -> None:
    found = eight.ask(question, k=3)

    assert len(found.quotes) == 3
    assert found.question == question.replace("\ud800", "?")


def test_the_same_question_has_the_same_answer(eight: bot.Engine) -> None:
    first, second = (eight.ask("zinc and lead", k=9) for _ in range(2))

    assert replace(first, timings=second.timings) == second
    assert 0 <= first.timings.encode + first.timings.search <= first.timings.total


# The conversation

HISTORY = (
    Turn("user", "Where in Poland is zinc mined?"),
    Turn("assistant", "Zinc is mined in Poland, at Olkusz."),
)


@pytest.fixture
def mines(engine: bot.Engine, write: Write) -> bot.Engine:
    write({"a.txt": "Lead is mined in Poland.", "b.txt": "Zinc is mined in Poland."})
    engine.sync()
    return engine


def test_a_question_that_points_back_leans_on_earlier_turns(mines: bot.Engine) -> None:
    alone = mines.ask("Is it mined in Poland?", k=2)
    leaned = mines.ask("Is it mined in Poland?", k=2, history=HISTORY)

    assert alone.context == ()
    assert [quote.source.title for quote in alone.quotes] == ["a", "b"]
    assert leaned.context == (CarriedTurn(0, HISTORY[0].content),)
    assert [quote.source.title for quote in leaned.quotes] == ["b", "a"]
    assert leaned.question == "Is it mined in Poland?"


def test_the_context_can_be_dropped(mines: bot.Engine) -> None:
    alone = mines.ask("Is it mined in Poland?")
    dropped = mines.ask("Is it mined in Poland?", history=HISTORY, ignore_context=True)

    assert replace(dropped, timings=alone.timings) == alone


def test_a_question_that_stands_on_its_own_is_not_swayed(mines: bot.Engine) -> None:
    alone = mines.ask("Which lead is mined in Poland?")
    after = mines.ask("Which lead is mined in Poland?", history=HISTORY)

    assert replace(after, timings=alone.timings) == alone
    assert after.quotes[0].source.title == "a"


def test_a_question_of_pronouns_alone_is_measured_by_what_it_leans_on(mines: bot.Engine) -> None:
    found = mines.ask("Where is it?", history=HISTORY)

    assert found.quotes[0].source.title == "b"
    assert lit_texts(found, mines)[0] == ["Zinc is mined in Poland."]


def test_a_question_leans_on_the_one_before_where_that_finds_much_more(
    mines: bot.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "INTERCEPT", 0.0)
    monkeypatch.setattr(ranking, "WEIGHTS", make_evidence(cosine=9.0))
    history = (Turn("user", "Zinc of Poland"), Turn("assistant", "Zinc is mined in Poland."))

    # Of copper and chromium the texts have nothing; of lead they have a passage.
    helped = mines.ask("Which copper, which chromium?", history=history)
    alone = mines.ask("Which lead is mined in Poland?", history=history)

    assert helped.context == (CarriedTurn(0, "Zinc of Poland"),)
    assert alone.context == ()


def test_only_as_much_is_carried_as_the_encoder_reads_with_the_question(
    mines: bot.Engine,
) -> None:
    encoder = WordEncoder(MINERALS, max_tokens=9)
    history = [Turn("user", "Who mines tin in Peru?"), Turn("user", "And who mines zinc?")]
    generation, settings = mines.live(), mines.settings

    def leaned(question: str) -> list[int]:
        return [
            turn.turn
            for turn in prepare(generation, encoder, settings, question, history).follow_up_turns
        ]

    assert leaned("And lead?") == [1]
    assert leaned("And who mines all of the lead there?") == []
    assert [turn.turn for turn in mines.ask("And lead?", history=history).context] == [0, 1]


def test_a_number_of_the_question_before_is_not_asked_for_again(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Well 47 has zinc. Well 48 has lead."})
    engine.sync()
    history = [Turn("user", "What has well 47?")]

    asked = prepare(
        engine.live(), WordEncoder(MINERALS), engine.settings, "And what has well 48?", history
    )
    leaning = prepare(engine.live(), WordEncoder(MINERALS), engine.settings, "And why?", history)

    assert [name.terms for name in asked.names] == [("48",)]
    assert [one.is_named("Well 48") for one in asked.identifiers] == [True]
    assert [name.terms for name in leaning.names] == [("47",)]
    assert [one.is_named("Well 47") for one in leaning.identifiers] == [True]


# Proof


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


# Notices

ENGLISH = (
    "Zinc is a metal that is used for coating sheets of steel, so that rain and salt do not "
    "harm them, and most of it is mined in the mountains of the north."
)
RUSSIAN = "Какие полезные ископаемые добывают сегодня в горах на севере этой большой страны?"


def refusing(engine: bot.Engine) -> bot.Engine:
    return bot.open(
        engine.settings.corpus,
        engine.settings.index,
        encoder=WordEncoder(MINERALS),
        threshold=1.0,
    )


def test_a_question_in_another_language_is_told_so(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": ENGLISH})
    engine.sync()

    found = refusing(engine).ask(RUSSIAN)

    assert found.notice == (
        f"{REFUSAL} The question seems to be in another language (Russian) than the sources "
        "(English). Ask in a language of the sources."
    )
    same = refusing(engine).ask("Which minerals are mined today in the mountains of the north?")
    assert same.notice is not None
    assert "another language" not in same.notice


def test_an_index_without_passages_is_told_so(engine: bot.Engine, write: Write) -> None:
    write({"a.xyz": "not read"})
    engine.sync()

    found = engine.ask(RUSSIAN)

    assert (found.answered, found.confidence, found.quotes) == (False, 0.0, ())
    assert found.notice == (
        "No sources yet. Add documents on the Sources tab, or put them into the folder of the "
        "corpus and run: pincite index"
    )
    assert engine.ask('Is there any "zinc ore"?').notice == found.notice


@pytest.mark.parametrize(
    ("question", "is_sure"),
    [
        ("Wieviel kostet dieses Fahrrad heute", False),
        ("Wieviel kostet dieses Zinc heute", True),
        ("kostet dieses Fahrrad", True),
    ],
    ids=["four words, none known", "one of them known", "too few to tell"],
)
def test_a_question_without_a_word_of_the_corpus_has_no_confidence(
    engine: bot.Engine, write: Write, question: str, is_sure: bool
) -> None:
    write({"a.txt": "Zinc is blue.", "b.txt": "Lead is grey."})
    engine.sync()

    answer = engine.ask(question)

    assert (answer.confidence > 0) == is_sure
    assert is_sure or answer.verdict is Verdict.UNANSWERED
