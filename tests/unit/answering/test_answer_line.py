"""The line that gives the answer, above the quotes."""

from __future__ import annotations

from dataclasses import replace

from launch_quotes import LAUNCH, quote_of
from web_fakes import make_answer, span_of

from bot.answering.answer_line import answer_line
from bot.answering.question.answer_types import AnswerType
from bot.answering.trust import ENOUGH, SentenceEvidence, sentence_chance
from bot.text.rewriting import Phrasing
from bot.types import (
    AnswerLine,
    Conflict,
    ConflictValue,
    LineKind,
    Purpose,
    Quote,
    Relevance,
    Verdict,
)


class _Asked:
    """As much of a question as the line needs."""

    def __init__(self, kind: AnswerType | None = None, question: str = "") -> None:
        self.kind = kind
        self.phrasing = Phrasing(question, question, ())


def line_of(
    *quotes: Quote,
    purpose: Purpose = Purpose.FACT,
    verdict: Verdict = Verdict.ANSWERED,
    conflicts: tuple[Conflict, ...] = (),
    kind: AnswerType | None = None,
    question: str = "",
    is_likely: bool = True,
) -> AnswerLine | None:
    sentence = quotes[0].highlights[0] if is_likely else None
    citations = make_answer("q", *quotes).citations
    asked: object = _Asked(kind, question)
    return answer_line(  # type: ignore[arg-type]
        purpose, asked, verdict, sentence, quotes, citations, conflicts
    )


def test_the_words_that_answer_are_the_line() -> None:
    quote = quote_of(LAUNCH, 1, "It began on 8 February 2024.", "8 February 2024")

    line = line_of(quote)

    start, end = span_of(LAUNCH, "8 February 2024")
    assert line == AnswerLine(LineKind.WORDS, "8 February 2024", start, end, (1,))


def test_what_is_not_answered_has_no_line() -> None:
    quote = quote_of(LAUNCH, 1, "It began on 8 February 2024.", "8 February 2024")

    assert line_of(quote, verdict=Verdict.UNANSWERED) is None
    assert line_of(quote, verdict=Verdict.UNSURE) == line_of(quote)
    assert line_of(quote, verdict=Verdict.UNSURE, is_likely=False) is None


def test_sources_agree_that_say_the_same_words() -> None:
    quotes = (
        quote_of(LAUNCH, 1, "It began on 8 February 2024.", "8 February 2024"),
        quote_of("On the 8 February, 2024 it began.", 2, "On the 8 February, 2024 it began.",
                 "8 February, 2024", "b"),
        quote_of("All began 8 February 2024 in Ore.", 3, "All began 8 February 2024 in Ore.",
                 source="c"),
        quote_of("It was 9 February.", 4, "It was 9 February.", "9 February", "d"),
    )  # fmt: skip

    line = line_of(*quotes)

    assert line is not None
    # The third has the words in its sentence, and may say them of something else.
    assert (line.citations, line.agreeing) == ((1, 2), 2)


def test_sources_differ_that_give_another_value_for_it() -> None:
    quotes = (
        quote_of("It holds 31 percent.", 1, "It holds 31 percent.", "31 percent"),
        quote_of("It holds 30 percent.", 2, "It holds 30 percent.", "30 percent", "b"),
    )
    conflict = Conflict("ore", (ConflictValue("31 percent", 1), ConflictValue("30 percent", 2)))
    other = Conflict("tin", (ConflictValue("5 percent", 1), ConflictValue("6 percent", 2)))

    assert line_of(*quotes, conflicts=(conflict,)) == replace(line_of(*quotes), differing=1)  # type: ignore[type-var]
    line = line_of(*quotes, conflicts=(other,))
    assert line is not None
    assert line.differing == 0


def test_words_of_an_unlikely_sentence_are_no_line() -> None:
    quote = quote_of(LAUNCH, 1, "It began on 8 February 2024.", "8 February 2024")
    elsewhere = replace(quote, highlights=((29, 60),))

    assert line_of(quote, is_likely=False) is None
    line = line_of(elsewhere)
    assert line is not None
    assert line.kind is LineKind.SENTENCE


def test_words_that_the_cross_encoder_does_not_take_for_the_answer_are_no_line() -> None:
    quote = quote_of(LAUNCH, 1, "It began on 8 February 2024.", "8 February 2024")
    start, end = span_of(LAUNCH, "February")
    other = span_of(LAUNCH, "Five countries")

    agreed = line_of(replace(quote, relevance=Relevance(1.0, (start, end), 0.5)))
    disputed = line_of(replace(quote, relevance=Relevance(1.0, other, 0.5)))

    assert agreed is not None
    assert agreed.kind is LineKind.WORDS
    assert disputed is not None
    assert (disputed.kind, disputed.text) == (LineKind.SENTENCE, "It began on 8 February 2024.")


def test_a_likelier_sentence_has_more_evidence() -> None:
    little = SentenceEvidence(relevance=-1.0, ahead=0.5, chance=0.25, agrees=0.0)
    much = SentenceEvidence(relevance=4.0, ahead=6.0, chance=0.75, agrees=1.0)

    assert sentence_chance(little) < 0.5
    assert sentence_chance(much) > ENOUGH


def test_a_list_is_one_slice_at_the_sentence_that_answers() -> None:
    quote = quote_of(LAUNCH, 1, "Five countries take part: Ore, Tin, Zinc and two more.")

    line = line_of(quote, purpose=Purpose.LIST)

    assert line is not None
    assert (line.kind, line.text) == (LineKind.LIST, "Ore, Tin, Zinc and two more")
    denied = line_of(quote, purpose=Purpose.LIST, question="Which countries do not take part?")
    assert denied is None
    assert (
        line_of(quote_of(LAUNCH, 1, "It began on 8 February 2024."), purpose=Purpose.LIST) is None
    )


def test_the_one_sentence_that_answers_is_the_line_where_no_words_are() -> None:
    quote = quote_of(LAUNCH, 1, "It began on 8 February 2024.")

    line = line_of(quote)

    assert line is not None
    assert (line.kind, line.text) == (LineKind.SENTENCE, "It began on 8 February 2024.")
    assert line_of(quote_of("These are:", 1, "These are:")) is None
    assert line_of(quote, purpose=Purpose.OVERVIEW) is None
    assert line_of(quote, is_likely=False) is None
