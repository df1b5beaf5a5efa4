"""Every part of an answer has its place in the HTML."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fake_answers import HOSTILE, REPORT, make_answer, make_quote, span_of
from html_reader import HtmlReader
from web_fakes import FakeEngine

from bot.answering.presentation import likelihood
from bot.types import (
    AnswerLine,
    CarriedTurn,
    Conflict,
    ConflictKind,
    ConflictValue,
    Grounds,
    LineKind,
    Verdict,
)
from bot.web.rendering.answers import answer_html, fault_html, plain_reply, question_html
from bot.web.rendering.escaping import verbatim
from bot.web.rendering.languages import language_of

ENGLISH = language_of("en")


def test_an_answer_shows_quotes_citations_corroboration_and_conflicts() -> None:
    engine = FakeEngine()

    html = answer_html(engine.ask("How much chromium?"), ENGLISH)
    read = HtmlReader(html)

    quote = engine.ask("How much chromium?").quotes[0]
    marks = f"{quote.highlights[0][0]}-{quote.highlights[0][1]}"
    assert quote.text in read.text
    assert quote.answer is not None
    marks += f"/{quote.answer[0]}-{quote.answer[1]}"
    assert f"#src/minerals/{quote.start}-{quote.end}/{marks}" in [
        link["href"] for link in read.links
    ]
    assert "Likely" in read.text
    assert "Confidence 0.91 of 1." in _titles(html)
    assert "Figures differ between sources: chromium" in read.text
    assert "30.07 percent[1] Minerals <b>&amp;</b> more" in read.text
    assert "31 percent[2] A report" in read.text
    assert "Also in [3] A report" in read.text
    assert "The Geological Review · 2024-03-18 · line 1 · Ores › Metals & more" in read.text
    assert "script" not in read.tags
    assert "b" not in read.tags
    assert "\n" not in html


def test_values_that_several_citations_share_stand_in_one_row() -> None:
    engine = FakeEngine()
    values = tuple(
        ConflictValue(text, number) for text, number in (("30", 1), ("31", 2), ("30", 3))
    )
    answer = engine.ask("chromium")
    answer = make_answer(
        "q", *answer.quotes, citations=answer.citations, conflicts=(Conflict("ore", values),)
    )

    rows = re.findall(r"<tr>.*?</tr>", answer_html(answer, ENGLISH))

    assert len(rows) == 2
    assert HtmlReader(rows[0]).text.startswith("30[1] ")
    assert "[3] A report" in HtmlReader(rows[0]).text


@pytest.mark.parametrize(
    ("kind", "caption"),
    [
        (ConflictKind.FIGURE, "Figures differ between sources: "),
        (ConflictKind.DATE, "Dates differ between sources: "),
        (ConflictKind.NAME, "Names differ between sources: "),
    ],
)
def test_a_conflict_says_of_what_kind_it_is(kind: ConflictKind, caption: str) -> None:
    conflict = Conflict("<b>*mined* in …", (ConflictValue("1 <i>", 1),), kind)

    html = answer_html(make_answer("q", conflicts=(conflict,)), ENGLISH)

    about = f"<bdi>{verbatim(conflict.about)}</bdi>"
    assert f"<caption>{verbatim(caption)}{about}</caption>" in html
    assert "<b>" not in html

    whole = replace(conflict, about="It was mined in ….")
    text = HtmlReader(answer_html(make_answer("q", conflicts=(whole,)), ENGLISH)).text
    assert "between sources: It was mined in …1 <i>" in text


def test_the_words_that_answer_are_marked_in_the_quote_and_in_its_link() -> None:
    source = FakeEngine().answering["report"]
    passage = span_of(REPORT, REPORT.split("\n\n")[1])
    sentence = span_of(REPORT, "It was released in 2023.")
    words = span_of(REPORT, "2023")
    quote = replace(make_quote(source, 1, passage, sentence), answer=words)

    html = answer_html(make_answer("When?", quote), ENGLISH)

    assert (
        '<blockquote dir="auto" lang="en"><span class="rest before">The countries hold 31 percent '
        "of the chromium&#46;&#32;</span>"
        "<mark>It was released in&#32;<strong>2023</strong>&#46;</mark></blockquote>"
    ) in html
    (link,) = HtmlReader(html).links
    assert link["href"] == "#src/report/11-82/58-82/77-81"

    refused = answer_html(make_answer("When?", quote, verdict=Verdict.UNANSWERED), ENGLISH)
    assert "<mark>It was released in 2023&#46;</mark>" in refused
    assert HtmlReader(refused).links[0]["href"] == "#src/report/11-82/58-82"


def test_what_was_searched_for_instead_is_said_quietly() -> None:
    quote = make_quote(FakeEngine().answering["report"], 1, (0, 9))
    changes = ("enviroment → environment", "CMD = <b>Critical</b> **Minerals** Dialogue")

    html = answer_html(make_answer("q", quote, reworded=changes), ENGLISH)

    assert html.startswith(
        f'<div class="answer answered"><p class="remark">{verbatim("Searched for: ")}'
        f"<bdi>enviroment → environment</bdi>; <bdi>{verbatim(changes[1])}</bdi></p>"
        '<p class="summary"'
    )
    assert f"Searched for: {changes[0]}; {changes[1]}" in HtmlReader(html).text
    assert "b" not in HtmlReader(html).tags
    assert "remark" not in answer_html(make_answer("q", quote), ENGLISH)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_phrases_that_no_passage_has_are_named(verdict: Verdict) -> None:
    def remark(*phrases: str) -> str:
        html = answer_html(make_answer("q", verdict=verdict, unquoted=phrases), ENGLISH)
        (line,) = re.findall('<p class="remark">(.*?)</p>', html)
        assert set(HtmlReader(line).tags) == {"bdi"}
        return HtmlReader(line).text

    assert remark("no such words") == (
        'No passage has the exact words "no such words"; searched without the quotes.'
    )
    assert remark(HOSTILE, "a\u202eb") == (
        f'No passage has the exact words "{HOSTILE}", "a\u202eb"; searched without the quotes.'
    )


def test_a_refusal_does_not_look_like_an_answer() -> None:
    html = answer_html(FakeEngine().ask("What is the weather?"), ENGLISH)
    read = HtmlReader(html)

    assert 'class="answer refused"' in html
    assert read.text.startswith("The sources don't answer this.Try other words.")
    assert read.text.count("The sources don't answer this.") == 1
    assert "These are near your question but do not answer it.A report." in read.text
    assert read.tags.index("details") < read.tags.index("blockquote")
    assert "ikely" not in read.text


def test_the_answer_line_comes_first_with_what_agrees_and_differs() -> None:
    source = FakeEngine().answering["report"]
    words = span_of(REPORT, "2023")
    quotes = [make_quote(source, rank, (11, 82), words) for rank in (1, 2, 3)]
    line = AnswerLine(LineKind.WORDS, "20<23>", *words, (1, 3), agreeing=2, differing=1)

    html = answer_html(make_answer("When?", *quotes, line=line), ENGLISH)

    assert html.startswith(
        '<div class="answer answered"><p class="line words">'
        '<strong dir="auto">20&#60;23&#62;</strong>'
    )
    text = HtmlReader(html).text
    assert text.startswith("20<23> [1][3] 2 sources agree 1 source differs")
    # A passage that says no more than the answer line has no row.
    assert re.findall(r'<span class="number">&#91;(\d)', html) == ["2"]


def test_what_the_confidence_rests_on_is_in_the_tooltip() -> None:
    quote = make_quote(FakeEngine().answering["report"], 1, (0, 9))

    html = answer_html(make_answer("q", quote, grounds=Grounds(5, 4)), ENGLISH)

    assert "Words met: 4 of 5. Confidence 0.91 of 1." in _titles(html)


def test_an_unsure_answer_says_so_in_one_line_above_its_quotes() -> None:
    source = FakeEngine().answering["report"]
    passage, sentence = span_of(REPORT, REPORT.split("\n\n")[1]), span_of(REPORT, "2023")
    quote = replace(make_quote(source, 1, passage, sentence), answer=sentence)

    sure = answer_html(make_answer("q", quote, confidence=0.5), ENGLISH)
    unsure = answer_html(
        make_answer("q", quote, confidence=0.5, verdict=Verdict.UNSURE), ENGLISH, 4
    )

    assert unsure.startswith('<div class="answer answered unsure exchange-4"><p class="caution"')
    assert f">{verbatim('This may not answer your question.')}</p><figure" in unsure
    assert "caution" not in sure
    assert "<strong>2023</strong>" in sure
    assert "<mark>2023</mark>" in unsure
    assert HtmlReader(sure).links[0]["href"] == "#src/report/11-82/77-81/77-81"
    assert HtmlReader(unsure).links[0]["href"] == "#src/report/11-82/77-81"
    assert HtmlReader(sure).text.startswith("Likely")
    assert HtmlReader(unsure).text.startswith("This may not answer your question.")


def test_a_refusal_without_passages_offers_none() -> None:
    html = answer_html(make_answer("q", verdict=Verdict.UNANSWERED, confidence=0.0), ENGLISH)

    assert "details" not in HtmlReader(html).tags


def test_carried_context_is_shown_with_a_way_to_drop_it() -> None:
    quote = make_quote(FakeEngine().answering["report"], 1, (0, 9))
    carried = (CarriedTurn(0, "How much **zinc**?"), CarriedTurn(2, "And <b>tin</b>?"))

    read = HtmlReader(answer_html(make_answer("And lead?", quote, context=carried), ENGLISH))

    assert "About: How much **zinc**?" in read.text
    assert "About: And <b>tin</b>?" in read.text
    assert "Ask again without it" in read.text


def test_withheld_passages_are_named() -> None:
    quote = make_quote(FakeEngine().answering["report"], 1, (0, 9))

    text = HtmlReader(answer_html(make_answer("q", quote, withheld=("p1", "p2")), ENGLISH)).text

    assert "2 passages withheld" in text


def test_a_number_without_citation_is_text_and_not_a_broken_link() -> None:
    quote = make_quote(FakeEngine().answering["report"], 1, (0, 9), also=9)

    read = HtmlReader(answer_html(make_answer("q", quote), ENGLISH))

    assert "Also in [9]" in read.text
    assert len(read.links) == 1


def test_hostile_titles_questions_and_faults_stay_text() -> None:
    engine = FakeEngine()
    for html in (
        question_html(HOSTILE, ENGLISH, alone=True),
        fault_html(HOSTILE, ENGLISH),
        answer_html(engine.ask("hostile"), ENGLISH),
    ):
        read = HtmlReader(html)
        assert HOSTILE in read.text
        assert not {"script", "img", "b"} & set(read.tags)


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(1.0, "Very likely"), (0.95, "Very likely"), (0.949, "Likely"), (0.5, "Likely")],
)
def test_confidence_in_words(confidence: float, words: str) -> None:
    assert likelihood(confidence) == words


def test_the_history_holds_the_first_quote_or_the_refusal_as_plain_text() -> None:
    engine = FakeEngine()

    assert plain_reply(engine.ask("chromium")).startswith("The region is rich in ores")
    assert plain_reply(engine.ask("weather")) == "The sources don't answer this. Try other words."
    assert (
        plain_reply(make_answer("q", verdict=Verdict.UNANSWERED))
        == "The sources don't answer this."
    )


def _titles(html: str) -> str:
    return " ".join(HtmlReader(title).text for title in re.findall(r'title="([^"]*)"', html))
