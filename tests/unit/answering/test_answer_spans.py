"""Which few words of a passage answer, and when none do."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.answering.question.coverage import names
from bot.answering.spans.answer_spans import Competing, answer_span, candidates_of
from bot.answering.spans.candidates import Candidate
from bot.answering.spans.highlights import SentenceScore
from bot.answering.spans.listed_figures import listed_figure
from bot.answering.spans.span_evidence import NAMES
from bot.answering.spans.span_weights import WEIGHTS
from bot.answering.spans.wanted import Sought, sought
from bot.embedding import SentenceTransformerEncoder
from bot.text.terms import terms
from bot.types import Passage

NO_COSINES = np.empty((0, 0), dtype=np.float32)
NO_PIECES = np.empty((0, 2), dtype=np.int32)


def sought_by(question: str) -> Sought | None:
    """What a question is after, each of its words being a word piece of the same weight."""
    pieces, at = [], 0
    for word in question.rstrip("?.").split():
        at = question.index(word, at)
        pieces.append((at, at + len(word)))
        at += len(word)
    return sought(question, question, pieces, dict.fromkeys(terms(question), 1.0),
                  names(question, pieces))  # fmt: skip


def competing(question: str, *sentences: str) -> tuple[Passage, list[SentenceScore], Competing]:
    """The candidates of a passage of sentences that are as good as each other."""
    text = " ".join(sentences)
    passage = Passage("p", "a", 100, 100 + len(text), text, (), "line 1")
    scores, at = [], passage.start
    for sentence in sentences:
        scores.append(SentenceScore((at, at + len(sentence)), 0.5, 0.5))
        at += len(sentence) + 1
    asked = sought_by(question)
    assert asked is not None
    return passage, scores, candidates_of(passage, scores, asked, NO_COSINES, NO_PIECES)


def texts(question: str, *sentences: str) -> tuple[str, ...]:
    """The words of a passage that compete as the answer to a question."""
    return competing(question, *sentences)[2].texts


# What is answered, with the model that is shipped

LISTED = (
    "The survey identified 384 occurrences of rare minerals, including 160 in Kazakhstan, "
    "87 in Uzbekistan, 75 in Kyrgyzstan, 60 in Tajikistan, and two in Turkmenistan."
)
ANNOUNCED = "The CMD was announced at the summit in September 2023. The dialogue is about minerals."
WELLS = "Well 37 is 120 metres deep. Well 47 is 90 metres deep."
FOUNDED = "Anna Petrova founded the mining company in 1998. Bob Lane sold it in 2004."


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        # A topic or a month is no person, and a month no place.
        ("José W. Fernandez, Under Secretary for Economic Growth, chaired the first CMD session.",
         "Who chaired the first CMD session?", None),
        (ANNOUNCED, "Who announced the CMD?", None),
        (ANNOUNCED, "Where did the summit take place?", None),
        (ANNOUNCED, "When was the CMD announced?", "September 2023"),
        ("The summit took place in New York in September 2023. Leaders spoke of minerals.",
         "Where did the summit take place?", "New York"),
        (FOUNDED, "Who founded the mining company?", "Anna Petrova"),
        (FOUNDED, "When was the mining company founded?", "1998"),
        # Each figure of a list is told of its own thing, and the total of all.
        (LISTED, "How many occurrences in Uzbekistan?", "87"),
        (LISTED, "How many occurrences of rare minerals are in Turkmenistan?", "two"),
        (LISTED, "How many occurrences of rare minerals were identified?", "384"),
        (LISTED, "How many occurrences of rare minerals are in Mongolia?", None),
        ("Central Asia holds 38.6 percent of the manganese and 31 percent of the chromium.",
         "What share of the world's nickel does Central Asia hold?", None),
        # A number of the question is met as it is.
        (WELLS, "How deep is well 47?", "90 metres"),
        (WELLS, "How deep is well 37?", "120 metres"),
        ("Well 37 is 120 metres deep. It was drilled in 1998.", "How deep is well 47?", None),
        # That there is nothing is an answer.
        ("The new ferry is not yet in service.", "Is the new ferry in service?", "not yet"),
        ("Neither of the two old ferries was sold.", "Were the old ferries sold?", "Neither"),
    ],
)  # fmt: skip
def test_the_words_that_answer_are_marked(
    packaged_model: SentenceTransformerEncoder,
    tmp_path: Path,
    text: str,
    question: str,
    answer: str | None,
) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text(text, encoding="utf-8")
    engine = bot.open(folder, tmp_path / "index", encoder=packaged_model)
    engine.sync()

    quote = engine.ask(question).quotes[0]

    marked = quote.answer and text[quote.answer[0] : quote.answer[1]]
    assert marked == answer


# What competes


def test_what_repeats_the_question_does_not_compete() -> None:
    text = "In 1746 zinc was found, and in 1900 it was sold."

    assert texts("When was the zinc of 1746 sold?", text) == ("1900",)
    assert texts("Who bought the mine of Anna?", "Anna sold it to Bob Lane.") == ("Bob Lane",)


def test_a_figure_of_a_list_that_is_told_of_another_thing_does_not_compete() -> None:
    text = "They hold 38 percent of the ore, 31 percent of the tin, 20 percent of the lead."

    assert texts("What share of the tin do they hold?", text) == ("31 percent",)
    # What is asked of the first may be said of all.
    assert texts("What share of the ore do they hold?", text) == (
        "38 percent", "31 percent", "20 percent",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many mines has Mongolia?", "Norway has 12 mines."),
        ("How much nickel do they hold?", "They hold 12 tons of copper."),
        ("How many mines were opened in 1998?", "In 2004, 12 mines were opened."),
        ("How many ships came in May or June?", "In July, 12 ships came."),
        ("How deep is well 47?", "The well is 12 metres deep."),
        ("How many mines has Austria?", "Australia has 12 mines."),
    ],
)
def test_a_sentence_about_another_has_no_candidates(question: str, sentence: str) -> None:
    assert texts(question, sentence) == ()


def test_a_people_stands_for_its_country() -> None:
    assert texts("How many mines has Uzbekistan?", "The Uzbek state has 12 mines.") == ("12",)


def test_a_verb_that_is_spelled_like_a_metal_asks_for_none() -> None:
    assert texts("Who leads the team?", "Anna Petrova heads the team that won gold.") != ()


def test_a_sentence_without_a_word_gives_way_to_one_that_has_it() -> None:
    found = texts("When was the mine sold?", "The mine was opened in 1998.",
                  "The mine was sold in 2004.")  # fmt: skip

    assert found == ("2004",)


def test_the_chances_of_all_and_of_none_sum_to_one() -> None:
    found = tuple(Candidate(at, at + 1) for at in range(3))
    rows = np.array([[0.0], [0.0], [np.log(2)]])

    chances = Competing(found, ("a", "A", "b"), rows).chances([1.0, 0.0])

    # Those that say the same share their chances: (1 + 1) / 5, and 2 / 5; none has 1 / 5.
    assert chances == pytest.approx([0.4, 0.4, 0.4], abs=1e-5)
    assert Competing((), (), np.zeros((0, 1))).chances([1.0, 0.0]).size == 0


def test_there_are_weights_for_all_evidence_and_a_constant() -> None:
    assert {family: len(weights) for family, weights in WEIGHTS.items()} == {
        family: len(names) + 1 for family, names in NAMES.items()
    }


# Any text

PARTS = st.lists(
    st.one_of(
        st.text(max_size=4),
        st.sampled_from(["Anna Petrova", "in Norway", "1998", "12 tons", "$5", "|", "Place: ",
                         "nobody", "half a day", "at noon", "and", ",", "’s", "\n", "é"]),
    ),
    max_size=5,
)  # fmt: skip
QUESTIONS = st.sampled_from(
    ["Who sold the mine?", "Where is the mine?", "When was well 47 dug?", "How much is it?",
     "How many mines has Norway?", "Is it sold?", "Which country sold it?"]
)  # fmt: skip


@given(question=QUESTIONS, sentences=st.lists(PARTS.map(" ".join), min_size=1, max_size=2))
def test_what_is_marked_lies_in_the_passage(question: str, sentences: list[str]) -> None:
    passage, scores, found = competing(question, *sentences)

    for one, text in zip(found.found, found.texts, strict=True):
        assert 0 <= one.start < one.end <= len(passage.text)
        assert passage.text[one.start : one.end] == text != ""
        assert text == text.strip()
    asked = sought_by(question)
    assert asked is not None
    span = answer_span(passage, scores, asked, NO_COSINES, NO_PIECES)
    if span is not None:
        assert passage.start <= span[0] < span[1] <= passage.end
        assert passage.text[span[0] - passage.start : span[1] - passage.start] in found.texts


HOLDS = (
    "Central Asia holds 38.6 percent of the manganese ore, 31 percent of the chromium, "
    "20 percent of the lead, 12.6 percent of the zinc, and 8.7 percent of the titanium."
)
SHARE = "What share of the manganese ore does Central Asia hold?"


def listed_for(question: str, earlier: str = "", text: str = HOLDS) -> str | None:
    """The figure of a list that is marked for a question after an earlier one."""
    together = f"{earlier} {question}".strip()
    pieces = [match.span() for match in re.finditer(r"\w+", together)]
    asked = sought(question, together, pieces, dict.fromkeys(terms(together), 1.0),
                   names(together, pieces), earlier)  # fmt: skip
    assert asked is not None
    passage = Passage("p", "a", 50, 50 + len(text), text, (), "line 1")
    scores = [SentenceScore((50, 50 + len(text)), 0.9, 0.9)]
    span = listed_figure(passage, scores, asked)
    return span and text[span[0] - 50 : span[1] - 50]


@pytest.mark.parametrize(
    ("question", "earlier", "figure"),
    [
        ("And zinc?", SHARE, "12.6 percent"),
        ("and titanium?", SHARE, "8.7 percent"),
        ("What share of the lead does Central Asia hold?", "", "20 percent"),
        # What stands with the first may be said of all, and nothing is said of gold or of China.
        (SHARE, "", None),
        ("And gold?", SHARE, None),
        ("What share of the zinc does China hold?", "", None),
        ("What share of the lead and zinc does Central Asia hold?", "", None),
    ],
)
def test_the_figure_of_a_list_beside_the_word_asked_for(
    question: str, earlier: str, figure: str | None
) -> None:
    assert listed_for(question, earlier) == figure


def test_two_figures_are_no_list() -> None:
    text = "It holds 20 percent of the lead and 12.6 percent of the zinc."
    assert listed_for("What share of the zinc does it hold?", text=text) is None
