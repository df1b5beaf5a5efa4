"""Which document a question names, and what it asks of it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from web_fakes import make_info

from bot.answering.documents import Documents, may_name, named_documents
from bot.types import SourceInfo


def _info(id_: str, title: str, path: str, publisher: str = "", url: str = "") -> SourceInfo:
    made = make_info(id_, title)
    return replace(made, path=f"corpus/{path}", publisher=publisher or None, url=url or None)


INFOS = (
    _info("tram", "Trams return: a city votes", "tram-ev.html", "The Evening Voice"),
    _info("dam", "Dam above Lower Pell is safe", "dam-ev.html", "The Evening Voice"),
    _info("dam-hw", "What the engineers found at the dam", "dam-hw.html", "Harbour Wire"),
    _info("net", "Hidden heroines", "h1.html", url="https://www.salonette.com/2019/heroines"),
    _info("kiln", "Kiln K7: Operating Manual", "kiln.pdf"),
    _info("press", "Press P2: Operating Manual", "press.pdf"),
    _info("words", "Glossary", "glossary.md"),
    _info("leave", "Staff handbook: leave and sick pay", "handbook/leave.md"),
    _info("fees", "Fees", "fees.md"),
)
DOCUMENTS = Documents(INFOS)


@pytest.mark.parametrize(
    ("question", "document", "rest"),
    [
        ("what's in the Salonette article?", "net", ""),
        ("Kiln K7 manual, visitors with a pacemaker?", "kiln", "visitors with a pacemaker"),
        ("In the glossary, what is a spandrel?", "words", "what is a spandrel"),
        ("According to the leave chapter how many days are there", "leave",
         "how many days are there"),
        ("How safe is it, going by the Harbour Wire report?", "dam-hw", "How safe is it"),
        ("What is the worst finding of the article on the dam above Lower Pell?", "dam",
         "What is the worst finding of the article on the dam above Lower Pell?"),
        ('In "What the engineers found at the dam", who paid?', "dam-hw", "who paid"),
        ('What does "What the engineers found at the dam" say about cracks?', "dam-hw",
         "What does say about cracks"),
        ("The Evening Voice article on trams, who voted?", "tram", "who voted"),
    ],
)  # fmt: skip
def test_a_document_is_named_within_a_question(question: str, document: str, rest: str) -> None:
    assert may_name(question)
    named = DOCUMENTS.asked_of(question, "", "", is_certain=False)

    assert named is not None
    assert (named.ids, named.rest) == ({document}, rest)


@pytest.mark.parametrize(
    ("question", "document", "rest"),
    [
        ("Dam above Lower Pell is safe: who found that", "dam", "who found that"),
        ("the K7 operating manual - pacemakers", "kiln", "pacemakers"),
        ("sick pay, from which day", "leave", "from which day"),
        ("what is on the page about fees and charges", "fees",
         "what is on the page about fees and charges"),
        ("what's in annex F of the kiln manual?", "kiln",
         "what's in annex F of the kiln manual?"),
    ],
)  # fmt: skip
def test_more_is_a_name_where_a_document_is_asked_for(
    question: str, document: str, rest: str
) -> None:
    named = DOCUMENTS.asked_of(question, "", "", is_certain=True)

    assert named is not None
    assert (named.ids, named.rest) == ({document}, rest)


def test_what_a_name_has_beside_its_document_is_asked() -> None:
    named = DOCUMENTS.asked_of("", "annex of the kiln K7 manual", "", is_certain=True)
    topic = DOCUMENTS.asked_of("", "the kiln manual", "pacemakers", is_certain=True)

    assert named is not None
    assert topic is not None
    assert (named.ids, named.rest, topic.rest) == ({"kiln"}, "annex", "pacemakers")


@pytest.mark.parametrize(
    "question",
    [
        "Is the page cache allocator faster?",
        "What did the guide earn?",
        "When was the report written?",
        "Can I get out of the contract?",
        "How high is the dam?",
        "Why did people leave the study of leave?",
        "who votes on trams",
        'Who wrote "The Salt Ledger"?',
        'What is "safe"?',
    ],
)
def test_other_questions_name_none(question: str) -> None:
    assert DOCUMENTS.asked_of(question, "", "", is_certain=False) is None


@pytest.mark.parametrize("words", ["the report on ", "in the page, ", '"a b" ', "the the ", "a: "])
def test_hostile_questions_take_no_time(words: str) -> None:
    question = (words * 150)[:300]
    many = Documents(replace(INFOS[0], id=str(number)) for number in range(500))
    began = time.process_time()
    many.asked_of(question, question[:90], "", is_certain=True)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Harbour Wire", {"dam-hw"}),
        ("the Evening Voice", {"tram", "dam"}),
        ("the Evening Voice's match report", {"tram", "dam"}),
        ("the Evening Voice on the dam", {"dam"}),
        ("salonette.com", {"net"}),
        ("the fees article", {"fees"}),
        ("the operating manual", {"kiln", "press"}),
        ("the Morning Voice", set()),
    ],
)
def test_a_publisher_a_host_or_a_title_names_documents(name: str, found: set[str]) -> None:
    assert named_documents(name, INFOS) == found
