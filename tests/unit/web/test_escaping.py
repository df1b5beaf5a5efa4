"""Text of sources as HTML: verbatim whatever it holds, with highlights where they belong."""

from __future__ import annotations

import re

import pytest
from fake_answers import HOSTILE, MINERALS, make_info, make_source
from html_reader import HtmlReader
from hypothesis import example, given
from hypothesis import strategies as st

from bot.types import Span
from bot.web.rendering.escaping import highlighted, verbatim, well_formed
from bot.web.rendering.quoting import source_href


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

    assert HtmlReader(escaped).text == text
    assert not HtmlReader(escaped).tags
    # Only character references remain that HTML, Markdown or LaTeX could interpret.
    assert re.fullmatch(r"(?:[A-Za-z0-9 \u0080-\U0010ffff]|&#\d+;)*", escaped)
    assert "\n" not in escaped


def test_highlights_are_offsets_of_the_source_in_code_points() -> None:
    source = make_source(make_info("a", "A"), MINERALS)
    start, end = MINERALS.index("The region"), MINERALS.index(" More follows")
    sentence = "It holds 30.07 percent of the world's chromium."
    begin = MINERALS.index(sentence)

    html = highlighted(source.text[start:end], start, [(begin, begin + len(sentence))])

    assert HtmlReader(html).text == MINERALS[start:end]
    marked = re.findall(r"<mark>(.*?)</mark>", html)
    assert [HtmlReader(part).text for part in marked] == [sentence]


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
    assert HtmlReader(html).text == "abcdef"


def test_highlights_with_blanks_between_them_are_one() -> None:
    html = highlighted("One. Two.\n\nThree, four", 0, [(0, 4), (5, 9), (11, 16), (18, 22)])

    assert [HtmlReader(mark).text for mark in re.findall(r"<mark>(.*?)</mark>", html)] == [
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
        # Outside all highlights: marked separately.
        ([], (12, 14), "ab<mark><strong>cd</strong></mark>ef"),
        ([(10, 11)], (12, 14), "<mark>a</mark>b<mark><strong>cd</strong></mark>ef"),
        ([(10, 12)], (12, 14), "<mark>ab</mark><mark><strong>cd</strong></mark>ef"),
        # Across the edge of a highlight, of two, or of the quote.
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
    # HTML allows few control characters, and lone surrogates are replaced earlier.
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
    read = HtmlReader(highlighted(text, start, highlights, words))

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
