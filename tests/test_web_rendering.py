"""Answers as HTML: verbatim whatever the text, and every part of an answer in its place."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from web_fakes import HOSTILE, MINERALS, FakeEngine, make_answer, make_info, make_quote, make_source

from bot.types import CarriedTurn
from bot.web.escaping import highlighted, verbatim, well_formed
from bot.web.rendering import (
    answer_html,
    confidence_words,
    fault_html,
    plain_reply,
    question_html,
    source_href,
)


class _Reader(HTMLParser):
    """What a browser would make of the HTML: its text, its tags and its links."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


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
        ([(12, 14), (10, 12)], ["ab", "cd"]),
        ([(5, 12)], ["ab"]),
        ([(14, 99)], ["ef"]),
        ([(10, 13), (12, 16)], ["abc", "def"]),
        ([(12, 12), (30, 40)], []),
    ],
)
def test_highlights_beyond_the_quote_or_over_each_other_lose_no_text(
    spans: list[tuple[int, int]], marked: list[str]
) -> None:
    html = highlighted("abcdef", 10, spans)

    assert re.findall(r"<mark>(.*?)</mark>", html) == marked
    assert _Reader(html).text == "abcdef"


def test_lone_surrogates_are_replaced() -> None:
    assert well_formed("a\ud800b") == "a?b"
    assert well_formed("𝔸") == "𝔸"


def test_a_link_names_source_passage_and_highlights() -> None:
    assert source_href("a/b#c", 1, 20, [(3, 4), (6, 9)]) == "#src/a%2Fb%23c/1-20/3-4,6-9"
    assert source_href("ab", 1, 20) == "#src/ab/1-20"


def test_an_answer_shows_quotes_citations_corroboration_and_conflicts() -> None:
    engine = FakeEngine()

    html = answer_html(engine.ask("How much chromium?"))
    read = _Reader(html)

    quote = engine.ask("How much chromium?").quotes[0]
    marks = f"{quote.highlights[0][0]}-{quote.highlights[0][1]}"
    assert quote.text in read.text
    assert f"#src/minerals/{quote.start}-{quote.end}/{marks}" in [
        link["href"] for link in read.links
    ]
    assert "High confidence" in read.text
    assert "2 passages from 2 sources" in read.text
    assert "Confidence 0.91 of 1." in _titles(html)
    assert "Sources differ on a figure: chromium" in read.text
    assert "30.07 percent[1] Minerals <b>&amp;</b> more" in read.text
    assert "31 percent[2] A report" in read.text
    assert "Also in [3] A report" in read.text
    assert "The Geological Review · 2024-03-18 · line 1 · Ores › Metals & more" in read.text
    assert "script" not in read.tags
    assert "b" not in read.tags
    assert "\n" not in html


def test_values_that_several_citations_share_stand_in_one_row() -> None:
    from bot.types import Conflict, ConflictValue

    engine = FakeEngine()
    values = tuple(
        ConflictValue(text, number) for text, number in (("30", 1), ("31", 2), ("30", 3))
    )
    answer = engine.ask("chromium")
    answer = make_answer(
        "q", *answer.quotes, citations=answer.citations, conflicts=(Conflict("ore", values),)
    )

    rows = re.findall(r"<tr>.*?</tr>", answer_html(answer))

    assert len(rows) == 2
    assert _Reader(rows[0]).text.startswith("30[1] ")
    assert "[3] A report" in _Reader(rows[0]).text


def test_a_refusal_does_not_look_like_an_answer() -> None:
    html = answer_html(FakeEngine().ask("What is the weather?"))
    read = _Reader(html)

    assert 'class="answer refused"' in html
    assert read.text.startswith("The sources don't answer this.Try other words.")
    assert read.text.count("The sources don't answer this.") == 1
    assert "Closest passages (1)" in read.text
    assert read.tags.index("details") < read.tags.index("blockquote")
    assert "High confidence" not in read.text


def test_a_refusal_without_passages_offers_none() -> None:
    html = answer_html(make_answer("q", answered=False, confidence=0.0))

    assert "details" not in _Reader(html).tags


def test_carried_context_is_shown_with_a_way_to_drop_it() -> None:
    quote = make_quote(FakeEngine().live["report"], 1, (0, 9))
    carried = (CarriedTurn(0, "How much **zinc**?"), CarriedTurn(1, "12 <b>percent</b>"))

    read = _Reader(answer_html(make_answer("And lead?", quote, context=carried)))

    assert "Read with your earlier question: How much **zinc**?" in read.text
    assert "Read with its answer: 12 <b>percent</b>" in read.text
    assert "Ask again without it" in read.text


def test_withheld_passages_are_named() -> None:
    quote = make_quote(FakeEngine().live["report"], 1, (0, 9))

    text = _Reader(answer_html(make_answer("q", quote, withheld=("p1", "p2")))).text

    assert "2 passages withheld" in text


def test_a_number_without_citation_is_text_and_not_a_broken_link() -> None:
    quote = make_quote(FakeEngine().live["report"], 1, (0, 9), also=9)

    read = _Reader(answer_html(make_answer("q", quote)))

    assert "Also in [9]" in read.text
    assert len(read.links) == 1


def test_hostile_titles_questions_and_faults_stay_text() -> None:
    engine = FakeEngine()
    for html in (
        question_html(HOSTILE, alone=True),
        fault_html(HOSTILE),
        answer_html(engine.ask("hostile")),
    ):
        read = _Reader(html)
        assert HOSTILE in read.text
        assert not {"script", "img", "b"} & set(read.tags)


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(1.0, "High confidence"), (0.8, "High confidence"), (0.7, "Good confidence"), (0.5, "Fair")],
)
def test_confidence_in_words(confidence: float, words: str) -> None:
    assert confidence_words(confidence).startswith(words)


def test_the_history_holds_the_first_quote_or_the_refusal_as_plain_text() -> None:
    engine = FakeEngine()

    assert plain_reply(engine.ask("chromium")).startswith("The region is rich in ores")
    assert plain_reply(engine.ask("weather")) == "The sources don't answer this. Try other words."
    assert plain_reply(make_answer("q", answered=False)) == "The sources don't answer this."


def _titles(html: str) -> str:
    return " ".join(_Reader(title).text for title in re.findall(r'title="([^"]*)"', html))
