"""Answers on a terminal: conflicts, cautions, carried turns and ranks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import bot
from bot.cli.answers import show_answer
from bot.types import (
    Answer,
    CarriedTurn,
    Citation,
    Conflict,
    ConflictKind,
    ConflictValue,
    Quote,
    RankingEvidence,
    SourceInfo,
    Span,
    Timings,
    Verdict,
)


def test_ask_shows_conflicts_carried_turns_and_what_was_withheld(
    capsys: pytest.CaptureFixture[str],
) -> None:
    info = SourceInfo(
        id="5",
        path="corpus/a\n.md",
        title="A",
        publisher="The press",
        author=None,
        date="2024-02-08",
        url=None,
        language="en",
        format="md",
        sha256="0",
    )
    other = replace(info, title="B")
    text = "One ton. Two tons. Three."
    place: dict[str, Any] = {"start": 10, "end": 35, "locator": "line 2", "section": ()}
    quote = Quote(
        1, (1, 2), text, 1.0, info, highlights=((10, 18), (29, 35)), answer=(10, 13), **place
    )
    answer = Answer(
        question="How much?",
        verdict=Verdict.ANSWERED,
        confidence=0.756,
        generation=1,
        context=(CarriedTurn(0, "Zinc,\nplease"),),
        quotes=(quote,),
        citations=(
            Citation(1, "p", info, **place),
            Citation(2, "q", other, **{**place, "locator": "page 3"}),
        ),
        conflicts=(Conflict("tons\x07", (ConflictValue("one", 1), ConflictValue("two\n[9]", 2))),),
        timings=Timings(1.0, 1.0, 2.0),
        reworded=("metrik → metric", "t = ton\x1b[2J\n"),
        unquoted=("no\u202e such", "words"),
        withheld=("corpus/b\x9b.md, line 3: the quote differs from its source.",),
    )
    show_answer(answer)
    assert capsys.readouterr().out == (
        "(read with an earlier question: Zinc,\\nplease)\n"
        "Searched for: metrik → metric; t = ton\\x1b[2J\\n\n"
        'No passage has the exact words "no\\u202e such", "words"; '
        "searched without the quotes.\n"
        "Likely (76%)\n"
        "\n"
        "[1][2] »**One** ton.« Two tons. »Three.«\n"
        "    [1] A · The press · 2024-02-08 · line 2\n"
        "        corpus/a\\n.md  (id 5)\n"
        "    [2] B · The press · 2024-02-08 · page 3\n"
        "        corpus/a\\n.md  (id 5)\n"
        "\n"
        "Figures differ between sources: tons\\x07\n"
        "    one [1]\n"
        "    two\\n[9] [2]\n"
        "\n"
        "Withheld: corpus/b\\x9b.md, line 3: the quote differs from its source.\n"
    )

    show_answer(replace(answer, verdict=Verdict.UNANSWERED, notice="No."))
    refused = capsys.readouterr().out
    assert "No.\n\nClosest passages:\n\n[1][2] »One ton.« Two tons. »Three.«\n" in refused


@pytest.mark.parametrize(
    ("highlights", "words", "shown"),
    [
        ((), None, "One ton."),
        (((10, 18),), None, "»One ton.«"),
        (((10, 18),), (14, 17), "»One **ton**.«"),
        ((), (14, 17), "One »**ton**«."),
        (((10, 13),), (14, 17), "»One« »**ton**«."),
        (((14, 30), (5, 13)), (10, 13), "»**One**« »ton.«"),
    ],
)
def test_ask_marks_the_words_that_answer(
    highlights: tuple[Span, ...],
    words: Span | None,
    shown: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    info = SourceInfo("5", "a.md", "A", None, None, None, None, None, "md", "0")
    place: dict[str, Any] = {"start": 10, "end": 18, "locator": "line 2", "section": ()}
    quote = Quote(1, (1,), "One ton.", 1.0, info, highlights=highlights, answer=words, **place)
    cited = (Citation(1, "p", info, **place),)
    show_answer(
        Answer("q", Verdict.ANSWERED, 0.5, 1, (), (quote,), cited, (), Timings(1.0, 1.0, 2.0))
    )
    assert capsys.readouterr().out == (
        f"Likely (50%)\n\n[1] {shown}\n    [1] A · line 2\n        a.md  (id 5)\n"
    )


def make_answer(verdict: Verdict, *evidence: RankingEvidence | None) -> Answer:
    """An answer of one passage for each, all of the words "One ton"."""
    info = SourceInfo("5", "a.md", "A", None, None, None, None, None, "md", "0")
    place: dict[str, Any] = {"start": 0, "end": 8, "locator": "line 2", "section": ()}
    quotes = tuple(
        Quote(
            rank,
            (rank,),
            "One ton.",
            0.25,
            info,
            highlights=((0, 8),),
            answer=(0, 3),
            evidence=item,
            **place,
        )
        for rank, item in enumerate(evidence, start=1)
    )
    cited = tuple(Citation(quote.rank, "p", info, **place) for quote in quotes)
    notice = "No." if verdict is Verdict.UNANSWERED else None
    return Answer("q", verdict, 0.45, 1, (), quotes, cited, (), Timings(1.0, 1.0, 2.0), notice)


def test_an_unsure_answer_begins_with_a_caution_and_marks_no_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    quoted = "    [1] A · line 2\n        a.md  (id 5)\n"
    for verdict, shown in (
        (Verdict.ANSWERED, "Likely (45%)\n\n[1] »**One** ton.«\n"),
        (
            Verdict.UNSURE,
            "This may not answer your question. (45%)\n\n[1] »One ton.«\n",
        ),
        (Verdict.UNANSWERED, "No.\n\nClosest passages:\n\n[1] »One ton.«\n"),
    ):
        show_answer(make_answer(verdict, None))
        assert capsys.readouterr().out == shown + quoted


@pytest.mark.parametrize("verdict", list(Verdict))
def test_explaining_shows_what_each_rank_rests_on(
    verdict: Verdict, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bot.retrieval.ranking, "INTERCEPT", -2.0)
    monkeypatch.setattr(
        bot.retrieval.ranking, "WEIGHTS", RankingEvidence(2.0, 4.0, 0.0, 1.0, 0.5, 10.0, -1.0)
    )
    evidence = RankingEvidence(0.5, 0.125, 0.75, 0.25, 1.0, 0.05, 1.0)
    answer = make_answer(verdict, evidence, None)
    show_answer(answer)
    plain = capsys.readouterr().out
    show_answer(answer, explain=True)
    # -2 + 1 + 0.5 + 0 + 0.25 + 0.5 + 0.5 - 1; the second passage was not read closely.
    explained = (
        "    score 0.250; logit -0.25, of which -2.00 for all\n"
        "        cosine                 0.500   +1.00\n"
        "        lexical                0.125   +0.50\n"
        "        interaction            0.750   +0.00\n"
        "        even_interaction       0.250   +0.25\n"
        "        sentence_cosine        1.000   +0.50\n"
        "        sentence_interaction   0.050   +0.50\n"
        "        question_cosine        1.000   -1.00\n"
    )
    assert capsys.readouterr().out == plain.replace("(id 5)\n\n[2]", f"(id 5)\n{explained}\n[2]")


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (ConflictKind.FIGURE, "Figures differ between sources: It was mined in …"),
        (ConflictKind.DATE, "Dates differ between sources: It was mined in …"),
        (ConflictKind.NAME, "Names differ between sources: It was mined in …"),
    ],
)
def test_ask_says_what_kind_of_thing_differs(
    kind: ConflictKind, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    conflict = Conflict("It was mined in ….", (ConflictValue("1", 1), ConflictValue("2", 2)), kind)
    show_answer(
        Answer("q", Verdict.ANSWERED, 0.5, 1, (), (), (), (conflict,), Timings(1.0, 1.0, 2.0))
    )
    assert capsys.readouterr().out == f"Likely (50%)\n\n{line}\n    1 [1]\n    2 [2]\n"
