"""Answers as HTML: verbatim whatever the text, and every part of an answer in its place."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from fake_answers import (
    HOSTILE,
    MINERALS,
    REPORT,
    make_answer,
    make_info,
    make_quote,
    make_source,
    span_of,
)
from hypothesis import example, given
from hypothesis import strategies as st
from web_fakes import FakeEngine

from bot.answering.presentation import likelihood
from bot.types import (
    AnswerLine,
    CarriedTurn,
    Conflict,
    ConflictKind,
    ConflictValue,
    Grounds,
    Holding,
    LineKind,
    Purpose,
    Reply,
    Span,
    Talk,
    Verdict,
)
from bot.web.rendering.answers import answer_html, fault_html, plain_reply, question_html
from bot.web.rendering.escaping import highlighted, named, verbatim, well_formed
from bot.web.rendering.languages import language_of
from bot.web.rendering.quoting import source_href

ENGLISH = language_of("en")


class _Reader(HTMLParser):
    """What a browser would make of the HTML: its text, its tags and its links."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.inside: list[tuple[str, ...]] = []
        self._open: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open.append(tag)
        if tag == "a" and dict(attrs).get("class") not in ("answer-link", "all-found"):
            self.links.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        self.inside += [tuple(self._open)] * len(data)


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "<script>alert(1)</script>",
        "$x$ and $$y$$",
        "**b** __b__ *i*",
        "[a](javascript:alert(1))",
        "&amp; &lt;b&gt; &#60;",
        "abc\u202edef\u202c",
        "😀 𝔸 e\u0301",
        "  leading,  double and trailing  ",
        "tab\tand\r\nlines\n\n\n",
        "1. one\n\n    code",
        "",
    ],
)
def test_verbatim_text_reads_back_as_itself(text: str) -> None:
    escaped = verbatim(text)

    assert _Reader(escaped).text == text
    assert not _Reader(escaped).tags
    # Nothing that HTML, Markdown or LaTeX could act on is left but the references themselves.
    assert re.fullmatch(r"(?:[A-Za-z0-9 \u0080-\U0010ffff]|&#\d+;)*", escaped)
    assert "\n" not in escaped


def test_highlights_are_offsets_of_the_source_in_code_points() -> None:
    source = make_source(make_info("a", "A"), MINERALS)
    start, end = MINERALS.index("The region"), MINERALS.index(" More follows")
    sentence = "It holds 30.07 percent of the world's chromium."
    begin = MINERALS.index(sentence)

    html = highlighted(source.text[start:end], start, [(begin, begin + len(sentence))])

    assert _Reader(html).text == MINERALS[start:end]
    marked = re.findall(r"<mark>(.*?)</mark>", html)
    assert [_Reader(part).text for part in marked] == [sentence]


@pytest.mark.parametrize(
    ("spans", "marked"),
    [
        ([], []),
        ([(10, 12)], ["ab"]),
        ([(12, 13), (10, 11)], ["a", "c"]),
        ([(12, 14), (10, 12)], ["abcd"]),
        ([(5, 12)], ["ab"]),
        ([(14, 99)], ["ef"]),
        ([(10, 13), (12, 16)], ["abcdef"]),
        ([(12, 12), (30, 40)], []),
    ],
)
def test_highlights_beyond_the_quote_or_over_each_other_lose_no_text(
    spans: list[tuple[int, int]], marked: list[str]
) -> None:
    html = highlighted("abcdef", 10, spans)

    assert re.findall(r"<mark>(.*?)</mark>", html) == marked
    assert _Reader(html).text == "abcdef"


def test_highlights_with_blanks_between_them_are_one() -> None:
    html = highlighted("One. Two.\n\nThree, four", 0, [(0, 4), (5, 9), (11, 16), (18, 22)])

    assert [_Reader(mark).text for mark in re.findall(r"<mark>(.*?)</mark>", html)] == [
        "One. Two.\n\nThree",
        "four",
    ]


@pytest.mark.parametrize(
    ("highlights", "words", "html"),
    [
        ([(11, 15)], (12, 14), "a<mark>b<strong>cd</strong>e</mark>f"),
        ([(11, 15)], (11, 13), "a<mark><strong>bc</strong>de</mark>f"),
        ([(11, 15)], (13, 15), "a<mark>bc<strong>de</strong></mark>f"),
        ([(10, 16)], (10, 16), "<mark><strong>abcdef</strong></mark>"),
        ([(10, 12), (13, 16)], (14, 15), "<mark>ab</mark>c<mark>d<strong>e</strong>f</mark>"),
        # Outside all highlights: marked by itself.
        ([], (12, 14), "ab<mark><strong>cd</strong></mark>ef"),
        ([(10, 11)], (12, 14), "<mark>a</mark>b<mark><strong>cd</strong></mark>ef"),
        ([(10, 12)], (12, 14), "<mark>ab</mark><mark><strong>cd</strong></mark>ef"),
        # Over the edge of a highlight, of two, or of the quote.
        ([(9, 12)], (11, 13), "<mark>a<strong>b</strong></mark><mark><strong>c</strong></mark>def"),
        ([(12, 14)], (11, 13), "a<mark><strong>bc</strong></mark><mark>d</mark>ef"),
        ([(9, 12)], (8, 11), "<mark><strong>a</strong></mark><mark>b</mark>cdef"),
        ([(14, 20)], (15, 30), "abcd<mark>e<strong>f</strong></mark>"),
        ([(11, 13)], (13, 13), "a<mark>bc</mark>def"),
        ([(11, 13)], (30, 40), "a<mark>bc</mark>def"),
    ],
)  # fmt: skip
def test_the_words_that_answer_stand_out_in_their_highlight(
    highlights: list[Span], words: Span, html: str
) -> None:
    assert highlighted("abcdef", 10, highlights, words) == html


_HTML_TEXT = st.text(st.sampled_from("ab 0<>&\"'/;#\n\t*_$[]\u202e\U0001f600")) | st.text(
    # Of control characters HTML has few, and lone surrogates are replaced before.
    st.characters(exclude_categories=["Cc", "Cs"])
)
_SPANS = st.tuples(st.integers(0, 40), st.integers(0, 40))


@given(
    text=_HTML_TEXT,
    start=st.integers(0, 20),
    highlights=st.lists(_SPANS, max_size=6),
    words=st.none() | _SPANS,
)
@example("00", 1, [(0, 0), (2, 2)], None)
def test_however_spans_lie_the_text_and_what_they_mark_read_back(
    text: str, start: int, highlights: list[Span], words: Span | None
) -> None:
    read = _Reader(highlighted(text, start, highlights, words))

    lit = [any(a <= start + at < b for a, b in [*highlights, words or (0, 0)])
           for at in range(len(text))]  # fmt: skip
    strong = [bool(words and words[0] <= start + at < words[1]) for at in range(len(text))]
    assert read.text == text
    assert ["mark" in inside for inside in read.inside] == lit
    assert ["strong" in inside for inside in read.inside] == strong
    assert set(read.tags) <= {"mark", "strong"}
    assert all(inside in ((), ("mark",), ("mark", "strong")) for inside in read.inside)


def test_lone_surrogates_are_replaced() -> None:
    assert well_formed("a\ud800b") == "a?b"
    assert well_formed("𝔸") == "𝔸"


def test_a_link_names_source_passage_highlights_and_the_words_that_answer() -> None:
    assert source_href("a/b#c", 1, 20, [(3, 4), (6, 9)]) == "#src/a%2Fb%23c/1-20/3-4,6-9"
    assert source_href("ab", 1, 20) == "#src/ab/1-20"
    assert source_href("ab", 1, 20, [(3, 9)], (4, 6)) == "#src/ab/1-20/3-9/4-6"
    assert source_href("ab", 1, 20, [], (4, 6)) == "#src/ab/1-20//4-6"


def test_an_answer_shows_quotes_citations_corroboration_and_conflicts() -> None:
    engine = FakeEngine()

    html = answer_html(engine.ask("How much chromium?"), ENGLISH)
    read = _Reader(html)

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
    assert _Reader(rows[0]).text.startswith("30[1] ")
    assert "[3] A report" in _Reader(rows[0]).text


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
    text = _Reader(answer_html(make_answer("q", conflicts=(whole,)), ENGLISH)).text
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
    (link,) = _Reader(html).links
    assert link["href"] == "#src/report/11-82/58-82/77-81"

    refused = answer_html(make_answer("When?", quote, verdict=Verdict.UNANSWERED), ENGLISH)
    assert "<mark>It was released in 2023&#46;</mark>" in refused
    assert _Reader(refused).links[0]["href"] == "#src/report/11-82/58-82"


def test_what_was_searched_for_instead_is_said_quietly() -> None:
    quote = make_quote(FakeEngine().answering["report"], 1, (0, 9))
    changes = ("enviroment → environment", "CMD = <b>Critical</b> **Minerals** Dialogue")

    html = answer_html(make_answer("q", quote, reworded=changes), ENGLISH)

    assert html.startswith(
        f'<div class="answer answered"><p class="remark">{verbatim("Searched for: ")}'
        f"<bdi>enviroment → environment</bdi>; <bdi>{verbatim(changes[1])}</bdi></p>"
        '<p class="summary"'
    )
    assert f"Searched for: {changes[0]}; {changes[1]}" in _Reader(html).text
    assert "b" not in _Reader(html).tags
    assert "remark" not in answer_html(make_answer("q", quote), ENGLISH)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_phrases_that_no_passage_has_are_named(verdict: Verdict) -> None:
    def remark(*phrases: str) -> str:
        html = answer_html(make_answer("q", verdict=verdict, unquoted=phrases), ENGLISH)
        (line,) = re.findall('<p class="remark">(.*?)</p>', html)
        assert set(_Reader(line).tags) == {"bdi"}
        return _Reader(line).text

    assert remark("no such words") == (
        'No passage has the exact words "no such words"; searched without the quotes.'
    )
    assert remark(HOSTILE, "a\u202eb") == (
        f'No passage has the exact words "{HOSTILE}", "a\u202eb"; searched without the quotes.'
    )


def test_a_refusal_does_not_look_like_an_answer() -> None:
    html = answer_html(FakeEngine().ask("What is the weather?"), ENGLISH)
    read = _Reader(html)

    assert 'class="answer refused"' in html
    assert read.text.startswith("The sources don't answer this.Try other words.")
    assert read.text.count("The sources don't answer this.") == 1
    assert "These are near your question but do not answer it.A report." in read.text
    assert read.tags.index("details") < read.tags.index("blockquote")
    assert "ikely" not in read.text


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
    shown = [[_Reader(line).text for line in each] for each in lines]
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
        assert _Reader(whole).text == quote.text
        assert "strong" not in _Reader(whole).tags
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
    # All are of the source that stands at the open one; its title is told on hover.
    assert html.count(f'<span class="where" title="{verbatim(source.info.title)}">') == 4
    assert html.count(f">{verbatim('Same source')}</bdi>") == 4
    # Only the sentence that answers is seen of the first; the text of none is lost.
    assert html.count('class="rest before"') == 1
    texts = re.findall("<blockquote.*?</blockquote>", html)
    assert [_Reader(text).text for text in texts] == [quotes[0].text] * 5


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
    text = _Reader(html).text
    assert text.startswith("20<23> [1][3] 2 sources agree 1 source differs")
    # What the line names says no more than it: it has no row of its own.
    assert re.findall(r'<span class="number">&#91;(\d)', html) == ["2"]


def test_what_the_confidence_rests_on_is_in_the_tooltip() -> None:
    quote = make_quote(FakeEngine().answering["report"], 1, (0, 9))

    html = answer_html(make_answer("q", quote, grounds=Grounds(5, 4)), ENGLISH)

    assert "Words met: 4 of 5. Confidence 0.91 of 1." in _titles(html)


def test_an_overview_is_rows_below_the_titles_of_their_sources() -> None:
    engine = FakeEngine()
    report = engine.answering["report"]
    quotes = [make_quote(report, rank, (11, 82), (11, 20)) for rank in (1, 2)]
    quotes.append(make_quote(engine.answering["hostile"], 3, (0, len(HOSTILE)), (0, 8)))

    html = answer_html(make_answer("q", *quotes, purpose=Purpose.OVERVIEW), ENGLISH)

    titles = [_Reader(each).text for each in re.findall("<cite.*?</cite>", html)]
    headings = re.findall('<p class="origin">', html)
    assert len(headings) == 2
    assert titles[0] == "A report"
    assert html.count('<details class="row">') == 3
    assert _Reader(html).text.startswith("Key sentences of 2 sources")


def test_a_reply_names_the_documents_and_offers_questions() -> None:
    reply = Reply(Talk.GREETING, 9, (Holding("a/b", "<b>One</b>", "2024"),), ("What is **tin**?",))

    html = answer_html(
        make_answer("hello", verdict=Verdict.UNANSWERED, purpose=Purpose.TALK, reply=reply),
        ENGLISH,
        3,
    )
    read = _Reader(html)

    assert html.startswith('<div class="answer replied exchange-3"><div class="reply">')
    assert read.text == (
        "Hello. Ask anything about these documents: the answers are quoted from them."
        "9 sources<b>One</b> 2024and 8 more, under SourcesYou could ask:What is **tin**?"
    )
    assert read.links[0]["href"] == "#src/a%2Fb/0-0"
    assert "b" not in read.tags


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
    assert _Reader(sure).links[0]["href"] == "#src/report/11-82/77-81/77-81"
    assert _Reader(unsure).links[0]["href"] == "#src/report/11-82/77-81"
    assert _Reader(sure).text.startswith("Likely")
    assert _Reader(unsure).text.startswith("This may not answer your question.")


def test_a_refusal_without_passages_offers_none() -> None:
    html = answer_html(make_answer("q", verdict=Verdict.UNANSWERED, confidence=0.0), ENGLISH)

    assert "details" not in _Reader(html).tags


def test_carried_context_is_shown_with_a_way_to_drop_it() -> None:
    quote = make_quote(FakeEngine().answering["report"], 1, (0, 9))
    carried = (CarriedTurn(0, "How much **zinc**?"), CarriedTurn(2, "And <b>tin</b>?"))

    read = _Reader(answer_html(make_answer("And lead?", quote, context=carried), ENGLISH))

    assert "About: How much **zinc**?" in read.text
    assert "About: And <b>tin</b>?" in read.text
    assert "Ask again without it" in read.text


def test_withheld_passages_are_named() -> None:
    quote = make_quote(FakeEngine().answering["report"], 1, (0, 9))

    text = _Reader(answer_html(make_answer("q", quote, withheld=("p1", "p2")), ENGLISH)).text

    assert "2 passages withheld" in text


def test_a_number_without_citation_is_text_and_not_a_broken_link() -> None:
    quote = make_quote(FakeEngine().answering["report"], 1, (0, 9), also=9)

    read = _Reader(answer_html(make_answer("q", quote), ENGLISH))

    assert "Also in [9]" in read.text
    assert len(read.links) == 1


def test_hostile_titles_questions_and_faults_stay_text() -> None:
    engine = FakeEngine()
    for html in (
        question_html(HOSTILE, ENGLISH, alone=True),
        fault_html(HOSTILE, ENGLISH),
        answer_html(engine.ask("hostile"), ENGLISH),
    ):
        read = _Reader(html)
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
    return " ".join(_Reader(title).text for title in re.findall(r'title="([^"]*)"', html))
