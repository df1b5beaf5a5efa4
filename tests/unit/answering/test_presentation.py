"""What of an answer is shown, open and said to be missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from launch_quotes import LAUNCH, quote_of
from web_fakes import make_answer, make_info, make_quote, make_source, span_of

from bot.answering.presentation import additional_quotes, excerpt, first_span, missing_words
from bot.types import AnswerLine, Grounds, LineKind, Purpose, Span, Verdict
from bot.web.rendering.answers import answer_html
from bot.web.rendering.languages import language_of

LONG = "This sentence says very much about the matter and so needs no other beside it at all."


@pytest.mark.parametrize(
    ("lit", "shown"),
    [
        ([LONG], LONG),
        (["Short one."], f"Short one. {LONG}"),
        ([], f"Short one. {LONG} The end."),
    ],
)
def test_an_excerpt_is_whole_sentences(lit: list[str], shown: str) -> None:
    text = f"Short one. {LONG} The end."
    source = make_source(make_info("a", "A"), f"Before. {text}")
    spans: list[Span] = [span_of(source.text, one) for one in lit]
    quote = make_quote(source, 1, span_of(source.text, text), *spans)

    start, end = excerpt(quote)

    assert source.text[start:end] == shown


def test_what_the_line_names_has_no_row() -> None:
    quotes = [quote_of(LAUNCH, rank, LAUNCH) for rank in (1, 2, 3)]
    line = AnswerLine(LineKind.WORDS, "x", 0, 1, (1, 3))

    assert additional_quotes(make_answer("q", *quotes, line=line)) == [quotes[1]]
    assert additional_quotes(make_answer("q", *quotes)) == quotes[1:]


def test_what_is_in_no_source_is_named_unless_the_answer_is_sure() -> None:
    grounds = Grounds(3, 1, ("Mongolia", "yurt"), "2024-03-18")
    refused = make_answer("q", verdict=Verdict.UNANSWERED, grounds=grounds)

    assert list(missing_words(refused, str)) == [
        'No source mentions "Mongolia", "yurt".',
        "The latest source is dated 2024-03-18.",
    ]
    # Each language has its own quotation marks, and Chinese its own comma for lists.
    assert (
        next(missing_words(refused, str, language_of("zh").say))
        == "没有来源提到“Mongolia”、“yurt”。"
    )
    assert next(missing_words(refused, str, language_of("de").say)).endswith(" „Mongolia“, „yurt“.")
    assert not list(missing_words(make_answer("q", grounds=grounds), str))


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (("Mongolia", "yurt"), ['No source mentions "Mongolia".']),
        (("SKU", "2027", "iPad", "got"), ['No source mentions "SKU", "2027", "iPad".']),
        (("Length", "yurt"), []),
    ],
)
def test_under_a_caution_only_names_and_figures_are_said_to_be_missing(
    missing: tuple[str, ...], said: list[str]
) -> None:
    answer = make_answer(
        "Length of the yurts", verdict=Verdict.UNSURE, grounds=Grounds(3, 1, missing)
    )
    assert list(missing_words(answer, str)) == said


def test_the_page_names_each_side_of_a_comparison_above_its_quote() -> None:
    quotes = [
        replace(quote_of(LAUNCH, 1, LAUNCH), side="<b>the dam"),
        replace(quote_of(LAUNCH, 2, LAUNCH), side="the bridge"),
        quote_of(LAUNCH, 3, LAUNCH),
    ]
    html = answer_html(make_answer("q", *quotes, purpose=Purpose.COMPARISON), language_of("en"))

    assert html.count('class="compared-side"') == 2
    assert "&#60;b&#62;the dam</p>" in html
    assert html.index("the dam") < html.index("the bridge") < html.index('class="rows"')
    assert html.count('class="row"') == 1


def test_of_a_list_the_whole_best_quote_is_open() -> None:
    text = f"The members of the union are as follows. {'Iron Ltd and Zinc Ltd are. ' * 9}"
    source = make_source(make_info("members", "Members"), text)
    quote = make_quote(source, 1, (0, len(text)), (0, 40))
    listed = make_answer("q", quote, purpose=Purpose.LIST)
    assert first_span(quote, listed) == (0, len(text))
    assert first_span(quote, make_answer("q", quote)) == excerpt(quote) != (0, len(text))
