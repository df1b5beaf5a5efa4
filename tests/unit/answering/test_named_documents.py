"""A document that the question names is the one asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from highlighted_texts import lit
from web_fakes import make_info

import bot
from bot.answering.documents import named_documents
from bot.answering.presentation import restrictions
from bot.types import Purpose, SourceFilter

pytestmark = pytest.mark.usefixtures("quick_disk")


def test_a_document_that_is_named_is_the_only_one_asked(mines: bot.Engine) -> None:
    answer = mines.ask("What does the lead report say about the output of zinc?")

    assert answer.purpose is Purpose.DOCUMENT
    assert {quote.source.title for quote in answer.quotes} == {"Lead report"}
    assert answer.filter is not None
    assert answer.filter.named == ("Lead report",)

    whole = mines.ask("open the lead report")
    assert whole.purpose is Purpose.OVERVIEW
    assert {quote.source.title for quote in whole.quotes} == {"Lead report"}


@pytest.mark.parametrize(
    "question",
    [
        "Lead report, output of zinc?",
        "How large was the output of zinc, according to the lead report?",
        "In the lead report, what was the output of zinc?",
        'In "Lead report", what was the output of zinc?',
    ],
)
def test_what_is_left_of_a_question_is_searched_for_in_its_document(
    question: str, mines: bot.Engine
) -> None:
    answer = mines.ask(question)

    assert answer.purpose is Purpose.DOCUMENT
    assert {quote.source.title for quote in answer.quotes} == {"Lead report"}
    assert lit(answer)[0] == "The output of zinc was 31 tons in 2020."
    assert answer.unquoted == ()


def test_a_question_that_its_document_does_not_answer_is_asked_of_all(mines: bot.Engine) -> None:
    answer = mines.ask("According to the copper report, what was the output of zinc in 2020?")

    assert answer.filter is None
    assert {quote.source.title for quote in answer.quotes} >= {"Zinc report", "Lead report"}


def test_a_named_document_is_shown_beside_a_filter(mines: bot.Engine) -> None:
    only = SourceFilter(types=("md",))
    answer = mines.ask("What does the lead report say about the output of zinc?", only=only)

    assert answer.filter is not None
    assert answer.filter.named == ("Lead report",)
    assert answer.filter.only.types == ("md",)
    assert answer.filter.admitted == 1
    assert list(restrictions(answer, str)) == ["Only: Lead report, type md"]


def test_a_document_that_is_not_there_is_no_restriction(mines: bot.Engine) -> None:
    answer = mines.ask("What does the mayor say about the output of zinc?")

    assert (answer.purpose, answer.filter) == (Purpose.DOCUMENT, None)
    assert {quote.source.title for quote in answer.quotes} >= {"Zinc report", "Lead report"}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("the FAQ", {"b"}),
        ("the annual report", {"a"}),
        ("the report", {"a", "c"}),
        ("documents", set()),
        ("the mayor", set()),
        ("the quarterly report of the harbour board", set()),
        ("State Department", {"b"}),
    ],
)
def test_a_document_is_named_by_title_file_or_publisher(name: str, found: set[str]) -> None:
    infos = [
        replace(make_info("a", "Annual report 2020"), path="corpus/a.pdf", publisher=None),
        replace(make_info("b", "Questions"), path="corpus/faq.md", publisher="State Department"),
        replace(make_info("c", "Report on lead"), path="corpus/c.txt", publisher=None),
        replace(make_info("d", "Menu"), path="corpus/d.txt", publisher=None),
    ]

    assert named_documents(name, infos) == found
