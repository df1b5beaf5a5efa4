"""Passages below the first quote are rows with their source and place."""

from __future__ import annotations

import re
from dataclasses import replace

from fake_answers import HOSTILE, REPORT, make_answer, make_quote, span_of
from html_reader import HtmlReader
from web_fakes import FakeEngine

from bot.types import Holding, Purpose, Reply, Talk, Verdict
from bot.web.rendering.answers import answer_html
from bot.web.rendering.escaping import named, verbatim
from bot.web.rendering.languages import language_of

ENGLISH = language_of("en")


def test_each_closest_passage_is_a_row_with_its_sentence_source_and_place() -> None:
    engine = FakeEngine()
    first = make_quote(engine.answering["hostile"], 1, (0, len(HOSTILE)), (0, 8))
    second = replace(
        make_quote(engine.answering["report"], 2, (0, len(REPORT))), answer=span_of(REPORT, "31")
    )
    answer = make_answer("q", first, second, verdict=Verdict.UNANSWERED, confidence=0.1)

    html = answer_html(answer, ENGLISH)

    rows = re.findall(r'<details class="row">.*?</details>', html)
    lines = [re.findall("<summary>(.*?)</summary>", each) for each in rows]
    shown = [[HtmlReader(line).text for line in each] for each in lines]
    title = engine.answering["hostile"].info.title
    assert shown == [
        [f"{' '.join(HOSTILE[:8].split())} [1] {named(title)} · line 1"],
        [f"{' '.join(REPORT.split())} [2] A report · line 2"],
    ]
    assert "<script" not in html
    assert "javascript:" not in html
    assert html.count("<figure") == 2
    for each, quote in zip(rows, (first, second), strict=True):
        (whole,) = re.findall("<blockquote.*?</blockquote>", each)
        assert HtmlReader(whole).text == quote.text
        assert "strong" not in HtmlReader(whole).tags
    assert html.count('<p class="caution">') == 1
    assert "\n" not in html


def test_the_best_quote_is_open_and_the_others_are_rows() -> None:
    source = FakeEngine().answering["report"]
    sentence = span_of(REPORT, "It was released in 2023.")
    quotes = [make_quote(source, rank, (11, 82), sentence) for rank in (1, 2, 3, 4, 5)]

    html = answer_html(make_answer("q", *quotes), ENGLISH)

    before, _, others = html.partition('<details class="others">')
    assert before.count("<figure") == 3
    assert before.count('<details class="row">') == 2
    assert others.startswith(f"<summary>{verbatim('Show 2 more')}</summary>")
    assert others.count('<details class="row">') == 2
    # All rows are from the source of the open quote; the tooltip has its title.
    assert html.count(f'<span class="where" title="{verbatim(source.info.title)}">') == 4
    assert html.count(f">{verbatim('Same source')}</bdi>") == 4
    # Only the answering sentence of the first quote is visible; no text is lost.
    assert html.count('class="rest before"') == 1
    texts = re.findall("<blockquote.*?</blockquote>", html)
    assert [HtmlReader(text).text for text in texts] == [quotes[0].text] * 5


def test_a_row_names_its_source_unless_it_is_the_one_above() -> None:
    answering = FakeEngine().answering
    report, hostile = answering["report"], answering["hostile"]
    sources = (report, hostile, hostile, report)
    quotes = [make_quote(source, rank, (0, 9)) for rank, source in enumerate(sources, start=1)]

    html = answer_html(make_answer("q", *quotes), ENGLISH)

    places = re.findall('<span class="where".*?</summary>', html)
    assert [f">{verbatim('Same source')}</bdi>" in place for place in places] == [
        False,
        True,
        False,
    ]
    assert verbatim(named(hostile.info.title)) in places[0]


def test_an_overview_is_rows_below_the_titles_of_their_sources() -> None:
    engine = FakeEngine()
    report = engine.answering["report"]
    quotes = [make_quote(report, rank, (11, 82), (11, 20)) for rank in (1, 2)]
    quotes.append(make_quote(engine.answering["hostile"], 3, (0, len(HOSTILE)), (0, 8)))

    html = answer_html(make_answer("q", *quotes, purpose=Purpose.OVERVIEW), ENGLISH)

    titles = [HtmlReader(each).text for each in re.findall("<cite.*?</cite>", html)]
    headings = re.findall('<p class="origin">', html)
    assert len(headings) == 2
    assert titles[0] == "A report"
    assert html.count('<details class="row">') == 3
    assert HtmlReader(html).text.startswith("Key sentences of 2 sources")


def test_a_reply_names_the_documents_and_offers_questions() -> None:
    reply = Reply(Talk.GREETING, 9, (Holding("a/b", "<b>One</b>", "2024"),), ("What is **tin**?",))

    html = answer_html(
        make_answer("hello", verdict=Verdict.UNANSWERED, purpose=Purpose.TALK, reply=reply),
        ENGLISH,
        3,
    )
    read = HtmlReader(html)

    assert html.startswith('<div class="answer replied exchange-3"><div class="reply">')
    assert read.text == (
        "Hello. Ask anything about these documents: the answers are quoted from them."
        "9 sources<b>One</b> 2024and 8 more, under SourcesYou could ask:What is **tin**?"
    )
    assert read.links[0]["href"] == "#src/a%2Fb/0-0"
    assert "b" not in read.tags
