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
from conftest import MINERALS, WordEncoder
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.answering import confidence as confidence_module
from bot.answering.answer_types import AnswerType
from bot.answering.compose import WORTH_SHOWING
from bot.answering.confidence import (
    CERTAIN,
    COMPANY,
    Company,
    Evidence,
    confidence,
    standing,
)
from bot.answering.conflicts import MOST_LOOKED_AT, conflicts, statements
from bot.answering.corroboration import corroborate
from bot.answering.evidence import Name, best, coverage, names, unmet
from bot.answering.highlights import (
    NAMING_BONUS,
    NEARLY,
    SentenceScore,
    candidate_sentences,
    highlighted,
    score_sentences,
)
from bot.answering.notices import REFUSAL
from bot.errors import QuestionError
from bot.queries import rarity
from bot.store import IndexLayout
from bot.terms import terms
from bot.types import (
    Answer,
    CarriedTurn,
    Citation,
    Conflict,
    ConflictValue,
    Hit,
    Passage,
    SourceInfo,
    Turn,
)

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def make_info(name: str) -> SourceInfo:
    return SourceInfo(
        id=name,
        path=f"corpus/{name}.txt",
        title=name,
        publisher=None,
        author=None,
        date=None,
        url=None,
        language="en",
        format="txt",
        sha256="0" * 64,
    )


def make_passage(text: str, source: str = "a", start: int = 0) -> Passage:
    return Passage(f"{source}:{text}", source, start, start + len(text), text, (), "line 1")


def make_hit(text: str, source: str, score: float = 1.0) -> Hit:
    return Hit(0, make_passage(text, source), 0.5, 1.0, 0.5, score)


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

    assert unmet(asked, cosines, {"mongolia", "jose", "fernandez"}) == 0.0
    assert unmet(asked, cosines, {"mongolia", "fernandez"}) == 0.5 * (1 - 0.5)
    assert unmet(asked, cosines, {"jose", "fernandez"}) == 0.75
    assert unmet([], cosines, set()) == 0.0
    assert unmet(asked, np.empty((3, 0), dtype=np.float32), set()) == 1.0


# Confidence

SHARES = st.floats(0, 1)
# The standing of one among thirty: at most the root of 29.
STANDINGS = st.floats(-5.4, 5.4)
EVIDENCE = st.builds(
    Evidence,
    cosine=SHARES,
    sentence_interaction=SHARES,
    lacking=st.sampled_from([0.0, 1.0]),
    unmet=SHARES,
    cosine_standing=STANDINGS,
    lexical_standing=STANDINGS,
    interaction_standing=STANDINGS,
)


@given(evidence=EVIDENCE, more=SHARES)
def test_words_that_are_met_better_never_lower_the_confidence(
    evidence: Evidence, more: float
) -> None:
    stronger = replace(evidence, sentence_interaction=max(more, evidence.sentence_interaction))

    assert 0 < confidence(evidence) <= confidence(stronger) <= CERTAIN


@given(evidence=EVIDENCE)
def test_a_passage_that_lacks_what_is_asked_for_is_never_surer(evidence: Evidence) -> None:
    assert confidence(replace(evidence, lacking=1.0)) <= confidence(replace(evidence, lacking=0.0))


@given(evidence=EVIDENCE)
def test_a_passage_without_a_name_of_the_question_is_never_surer(evidence: Evidence) -> None:
    assert confidence(replace(evidence, unmet=1.0)) <= confidence(replace(evidence, unmet=0.0))


def test_confidence_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confidence_module, "INTERCEPT", -3.0)
    monkeypatch.setattr(
        confidence_module, "WEIGHTS", Evidence(2.0, 4.0, -1.0, -2.0, 0.5, 0.25, 1.0)
    )

    # -3 + 1 + 4 - 1 - 1 + 1 + 0.5 - 1.5
    assert confidence(Evidence(0.5, 1.0, 1.0, 0.5, 2.0, 2.0, -1.5)) == 0.5
    # Without the lack it is one more.
    assert confidence(Evidence(0.5, 1.0, 0.0, 0.5, 2.0, 2.0, -1.5)) == pytest.approx(
        math.e / (1 + math.e)
    )
    assert confidence(Evidence(1.0, 1.0, 0.0, 0.0, 5.0, 5.0, 5.0)) == CERTAIN


def test_no_evidence_is_no_answer_and_all_evidence_is_one() -> None:
    assert confidence(Evidence(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)) < 0.1
    assert confidence(Evidence(1.0, 1.0, 0.0, 0.0, 4.0, 4.0, 4.0)) > 0.9


def test_standing_by_hand() -> None:
    usual = Company(elsewhere=0.5, width=0.25)

    # Half of the thirty at 0 and half at 1: the mean is 0.5, and so is the deviation.
    found = [0.0, 1.0] * (COMPANY // 2)
    assert standing(1.0, found, usual) == pytest.approx(0.5 / 0.75)
    assert standing(0.0, found, usual) == pytest.approx(-0.5 / 0.75)
    # Those beyond the thirtieth are not looked at.
    assert standing(1.0, found + [9.0] * 50, usual) == pytest.approx(0.5 / 0.75)
    # Alone among 29 that are imagined: (1 - 0.5) / 30 above their mean.
    alone = [1.0] + [0.5] * 29
    mean = 0.5 + 0.5 / 30
    deviation = math.sqrt(sum((value - mean) ** 2 for value in alone) / 30)
    assert standing(1.0, [1.0], usual) == pytest.approx((1 - mean) / (deviation + 0.25))
    # All alike, nothing stands out, however narrow they are.
    assert standing(0.5, [0.5] * 7, usual) == 0.0


# Highlights


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("What is zinc? Zinc is a metal. It is blue.", ["Zinc is a metal.", "It is blue."]),
        ("What is zinc?\n\nZinc is a metal.", ["Zinc is a metal."]),
        ("锌是什么？锌是金属。", ["锌是金属。"]),
        ("What is zinc? What is lead?", ["What is zinc?", "What is lead?"]),
    ],
)
def test_questions_answer_nothing_unless_there_is_nothing_else(
    text: str, sentences: list[str]
) -> None:
    passage = make_passage(text, start=100)

    spans = candidate_sentences(passage, "zh" if "锌" in text else "en")

    assert [text[start - 100 : end - 100] for start, end in spans] == sentences


def test_sentence_scores_by_hand() -> None:
    passage = make_passage("Zinc coats steel. Lead is heavy.", start=10)
    spans = np.array([[-1, -1], [0, 4], [5, 10], [11, 16], [18, 22], [26, 31]], dtype=np.int32)
    # Question pieces "lead" and "steel"; the heading's piece meets both and counts for none.
    cosines = np.array([[1, 0.1, 0.2, 0.3, 0.9, 0.4], [1, 0, 0, 0.8, 0.1, 0.2]], dtype=np.float32)

    scores = score_sentences(
        passage,
        [(10, 27), (28, 42)],
        cosines,
        spans,
        np.array([0.75, 0.25], dtype=np.float32),
        {"lead": 3.0, "steel": 1.0},
        None,
    )

    assert [score.span for score in scores] == [(10, 27), (28, 42)]
    assert [score.meaning for score in scores] == pytest.approx(
        [0.75 * 0.3 + 0.25 * 0.8, 0.75 * 0.9 + 0.25 * 0.2]
    )
    assert [score.covered for score in scores] == [0.25, 0.75]
    assert [score.names for score in scores] == [False, False]
    assert scores[0].score == pytest.approx(0.7 * 0.425 + 0.3 * 0.25)


def test_a_sentence_gains_by_naming_what_is_asked_for() -> None:
    passage = make_passage("Zinc was found in 1746. Zinc was found in 1900. Zinc was found.")
    ends = [passage.text.index(".", at) + 1 for at in (0, 24, 48)]
    candidates = list(zip((0, 24, 48), ends, strict=True))

    # What the question says itself, the year 1900, names nothing.
    scores = score_sentences(
        passage,
        candidates,
        np.zeros((1, 0), dtype=np.float32),
        np.empty((0, 2), dtype=np.int32),
        np.ones(1, dtype=np.float32),
        {"zinc": 1.0, "1900": 3.0},
        AnswerType.DATE,
    )

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


def test_a_statement_of_more_sources_than_evidence_is_set_off_against(
    engine: bot.Engine, write: Write
) -> None:
    said = "Zinc was mined in Astana in 2019."
    write({f"{at:02}.md": f"# Report {at}\n\n## Mines\n\n{said}" for at in range(COMPANY + 5)})
    write({"osh.md": "# Another\n\n## Mines\n\nSome zinc and lead came from Osh."})
    engine.sync()

    first, second = engine.ask("Where was zinc mined in 2019?", k=2).quotes

    assert first.text == said
    # The other quote has the second number.
    assert first.citations == (1, *range(3, COMPANY + 7))
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


def conflicts_of(question: str, *texts: str, sources: Sequence[str] = "abcdef") -> list[Conflict]:
    """The conflicts of one highlighted passage a source."""
    found = []
    for number, (text, source) in enumerate(zip(texts, sources, strict=False), start=1):
        info = make_info(source)
        citation = Citation(number, str(number), info, 0, len(text), "line 1", ())
        found += statements(citation, text, [(0, len(text))], "en")
    return conflicts(found, question, dict.fromkeys(terms(question), 1.0))


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


def test_what_the_sources_say_is_answered_and_what_they_do_not_is_refused(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Zinc coats steel.", "b.txt": "Lead is heavy.", "c.txt": "Copper is red."})
    engine.sync()

    known, unknown = engine.ask("Does zinc coat steel?"), engine.ask("uranium chromium")

    assert known.answered
    assert known.quotes[0].text == "Zinc coats steel."
    assert known.notice is None
    assert not unknown.answered
    assert unknown.confidence < 0.1 < 0.9 < known.confidence
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


def test_without_k_only_passages_worth_showing(eight: bot.Engine) -> None:
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
    assert leaned.context == (
        CarriedTurn(0, HISTORY[0].content),
        CarriedTurn(1, HISTORY[1].content),
    )
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
        f"{REFUSAL} The question seems to be in another language (ru) than the sources (en). "
        "Ask in a language of the sources."
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
        f"{REFUSAL} The index holds no passages: add documents to the corpus, then run: "
        "pincite index"
    )
    assert engine.ask('Is there any "zinc ore"?').notice == found.notice
