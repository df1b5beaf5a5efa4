"""Questions that ask for several things: where they are split, and how each part is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from cli_calls import Pincite
from hypothesis import given
from hypothesis import strategies as st
from places import ROOT
from web_fakes import make_answer

import bot
from bot.answering.question.part_wording import worded
from bot.answering.question.parts import MOST_PARTS, parts_of
from bot.answering.several import answer_by_parts
from bot.api import answer_fields
from bot.api.answer_text import answer_text
from bot.embedding import SentenceTransformerEncoder
from bot.export.answer_json import answer_json
from bot.export.markdown import markdown
from bot.types import Answer, Exchange, Turn, Verdict
from bot.web.rendering.answers import answer_html
from bot.web.rendering.languages import language_of

pytestmark = pytest.mark.slow

DATA = ROOT / "tests" / "data" / "parts"

# What was measured, rounded down: questions split right, and expected words in the first passage.
SPLIT, FIRST = 0.97, 0.95


def lines_of(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


SEVERAL = lines_of(DATA / "several.jsonl")
SINGLE = [str(item["question"]) for item in lines_of(DATA / "single.jsonl")]


def split(question: str) -> list[str]:
    """The words of the parts, without the marks around them."""
    return [question[slice(*part.span)].strip(" ?.!,;") for part in parts_of(question)]


def asked(question: str) -> list[str]:
    """The parts as they are asked alone."""
    return [part.question for part in worded(question, parts_of(question))]


def words_of(item: Mapping[str, object]) -> list[str]:
    parts = item["parts"]
    assert isinstance(parts, list)
    return [str(part["text"]).strip(" ?.!,;") for part in parts]


def test_questions_of_several_parts_are_split_between_them() -> None:
    right = [split(str(item["question"])) == words_of(item) for item in SEVERAL]
    assert len(right) >= 40
    assert sum(right) / len(right) >= SPLIT


@pytest.mark.parametrize("question", SINGLE)
def test_names_lists_and_clauses_that_depend_on_others_stay_together(question: str) -> None:
    assert split(question) == []


@pytest.mark.parametrize(
    "aside", ["show me that bit", "Give me the exact passage.", "tell me more"]
)
def test_an_aside_that_asks_nothing_new_is_no_part(aside: str) -> None:
    assert split(f"Does the manual say what to do after a crash? {aside}") == []
    assert len(split("Who wrote the manual? Show me the rules on crashes.")) == 2


@pytest.mark.parametrize(
    ("sure", "texts"),
    [(0.4, []), (0.6, ["which gas is in the tank", "how much of it"])],
)
def test_a_part_that_cannot_be_answered_alone_stays_with_the_one_before(
    sure: float, texts: list[str]
) -> None:
    asked_for: list[str] = []

    def ask(question: str, _: Sequence[Turn]) -> Answer:
        asked_for.append(question)
        return make_answer(question, confidence=sure if question.startswith("How much") else 0.9)

    whole = "which gas is in the tank and how much of it"
    answer = answer_by_parts(whole, (), ask)

    assert [part.text for part in answer.parts] == texts
    assert (asked_for[-1] == whole) == (not texts)


def test_the_questions_of_the_corpus_are_single() -> None:
    for item in lines_of(ROOT / "tests" / "data" / "corpus_questions.jsonl"):
        assert split(str(item["question"])) == []


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        # A pronoun stands for the one thing that was named.
        (
            "When was the dialogue launched, who chaired it and which countries take part?",
            [
                "When was the dialogue launched?",
                "Who chaired the dialogue?",
                "Which countries take part?",
            ],
        ),
        (
            "Who is Daniel Rosenblum? What has he said?",
            ["Who is Daniel Rosenblum?", "What has Daniel Rosenblum said?"],
        ),
        (
            "When was the mine opened and what is its depth?",
            ["When was the mine opened?", "What is the mine's depth?"],
        ),
        (
            "What rules did the council make and when did it make them?",
            ["What rules did the council make?", "When did the council make the rules?"],
        ),
        # What may stand for several things stays as it is.
        (
            "Which firm owns the mine, and when was it founded?",
            ["Which firm owns the mine?", "When was it founded?"],
        ),
        # Verbs are shared.
        ("When and where was it held?", ["When was it held?", "Where was it held?"]),
        (
            "How much zinc does Peru have, and how much lead?",
            ["How much zinc does Peru have?", "How much lead does Peru have?"],
        ),
        (
            "What grants has the ministry issued, and to whom?",
            ["What grants has the ministry issued?", "To whom has the ministry issued grants?"],
        ),
        (
            "Who founded and who chaired the club?",
            ["Who founded the club?", "Who chaired the club?"],
        ),
        # "Tell me" is no part, and what stands before a question counts for all of it.
        (
            "Tell me when the club was founded and who leads it.",
            ["When was the club founded?", "Who leads the club?"],
        ),
        (
            "According to the FAQ, when was it held and who came?",
            ["According to the FAQ, when was it held?", "According to the FAQ, who came?"],
        ),
        # Numbered lines
        (
            "1. When was the club founded?\n2. Who leads it?",
            ["When was the club founded?", "Who leads the club?"],
        ),
        # Statements belong to the question after them.
        (
            "I read about the club. Who leads it? Where does it meet?",
            ["I read about the club. Who leads it?", "Where does it meet?"],
        ),
    ],
)
def test_each_part_is_worded_so_that_it_can_be_asked_alone(question: str, parts: list[str]) -> None:
    assert asked(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "Why? Because.",
        "When did Fernandez, who chaired it and who hosted it, speak?",
        'Where is "who came and when did they go" from?',
        "What is the role of the WHO and WHO Europe?",
        " ".join(f"Who is number {number}?" for number in range(MOST_PARTS + 1)),
        "Who is it and who was it? " * 100,
    ],
)
def test_what_is_not_told_for_sure_is_not_split(question: str) -> None:
    assert split(question) == []


@given(st.text(alphabet=st.sampled_from("whoenatis ?.,;\n'\"AZ1-–and"), max_size=200))
def test_parts_are_slices_in_their_order(question: str) -> None:
    parts = parts_of(question)
    spans = [part.span for part in parts]
    assert spans == sorted(spans)
    assert all(a < b for a, b in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert len(worded(question, parts)) == len(parts) != 1


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> bot.Engine:
    """An engine over the shipped corpus, with the packaged model."""
    place = tmp_path_factory.mktemp("shipped")
    engine = bot.open(ROOT / "corpus", place, encoder=SentenceTransformerEncoder())
    engine.sync()
    return engine


def test_each_part_finds_its_passage(shipped: bot.Engine) -> None:
    found = []
    for item in SEVERAL:
        answer = shipped.ask(str(item["question"]))
        if [part.text for part in answer.parts] != words_of(item):
            continue
        parts = item["parts"]
        assert isinstance(parts, list)
        for part, expected in zip(answer.parts, parts, strict=True):
            if not expected["expect"]:
                assert not part.answer.answered, part.text
                continue
            text = part.answer.quotes[0].text
            found.append(any(words in text for words in expected["expect"]))
    assert len(found) >= 85
    assert sum(found) / len(found) >= FIRST


def test_what_a_question_of_several_parts_gets(shipped: bot.Engine) -> None:
    question = "When was the dialogue launched, who chaired it and which countries take part?"
    answer = shipped.ask(question)

    assert [part.text for part in answer.parts] == [
        "When was the dialogue launched",
        "who chaired it",
        "which countries take part",
    ]
    first, second, third = (part.answer for part in answer.parts)
    assert first.line is not None
    assert first.line.text == "February 8, 2024"
    assert "Fernandez" in second.quotes[0].text
    assert second.reworded[0] == "it → the dialogue"
    assert "Turkmenistan" in third.quotes[0].text
    assert answer.question == question
    assert answer.verdict is Verdict.ANSWERED
    assert answer.confidence == min(part.answer.confidence for part in answer.parts)
    # A number means the same citation wherever it stands, and every passage is quoted once.
    places = {one.number: one.passage_id for one in answer.citations}
    assert [*places] == list(range(1, len(places) + 1))
    assert len(set(places.values())) == len(places)
    for part in answer.parts:
        assert {one.number: one.passage_id for one in part.answer.citations}.items() <= (
            places.items()
        )
        for quote in part.answer.quotes:
            assert set(quote.citations) <= places.keys()
        if part.answer.line:
            assert set(part.answer.line.citations) <= places.keys()
    numbers = [quote.citations[0] for quote in answer.quotes]
    assert len(set(numbers)) == len(numbers)
    assert [quote.rank for quote in answer.quotes] == list(range(1, len(numbers) + 1))
    for quote in answer.quotes:
        assert shipped.source(quote.source.id).text[quote.start : quote.end] == quote.text


HALF = "When was the dialogue with Mongolia held, and who won the World Cup in 2022?"


def test_a_part_that_is_not_answered_is_named(shipped: bot.Engine) -> None:
    answer = shipped.ask(HALF)

    first, second = (part.answer for part in answer.parts)
    assert first.answered
    assert not second.answered
    assert second.notice is not None
    assert answer.verdict is Verdict.UNSURE
    assert answer.notice == "Not answered: who won the World Cup in 2022"
    # What does not answer is no quote of the whole.
    assert {quote.citations[0] for quote in answer.quotes} == {
        quote.citations[0] for quote in first.quotes
    }


def test_where_no_part_is_answered_the_question_is_one(shipped: bot.Engine) -> None:
    answer = shipped.ask("Who won the World Cup in 2022 and where was the final played?")
    assert answer.parts == ()
    assert answer.verdict is Verdict.UNANSWERED


def test_parts_lean_on_what_the_first_leans_on(shipped: bot.Engine) -> None:
    history = [Turn("user", "What is the Middle Corridor?"), Turn("assistant", "A project.")]
    answer = shipped.ask("Why is it important and which routes does it avoid?", history=history)

    assert [turn.text for turn in answer.context] == ["What is the Middle Corridor?"]
    for part in answer.parts:
        assert "Middle Corridor" in part.answer.quotes[0].text
        assert [turn.turn for turn in part.answer.context][:1] == [0]
    alone = shipped.ask(answer.question, history=history, ignore_context=True)
    assert alone.context == ()


def test_talk_is_not_split(shipped: bot.Engine) -> None:
    answer = shipped.ask("Who are you and what can you do?")
    assert answer.reply is not None
    assert answer.parts == ()


def test_programs_get_the_parts(shipped: bot.Engine) -> None:
    told = answer_json(shipped.ask(HALF))
    answer_fields.AnswerFields.model_validate_json(json.dumps(told))
    first, second = told["parts"]
    assert first["text"] == "When was the dialogue with Mongolia held"
    assert first["question"] == "When was the dialogue with Mongolia held?"
    assert first["answered"] is True
    assert second["verdict"] == "unanswered"
    assert second["text"] == "who won the World Cup in 2022"
    assert told["verdict"] == "unsure"
    single = answer_json(shipped.ask("When was the dialogue launched?"))
    assert single["parts"] == []
    assert [*told] == [*single]


def test_a_language_model_reads_every_part_under_its_words(shipped: bot.Engine) -> None:
    text = answer_text(shipped.ask(HALF))
    assert "Parts answered: 1 of 2." in text
    first = text.index("1. When was the dialogue with Mongolia held")
    second = text.index("2. who won the World Cup in 2022")
    assert first < text.index("June 2023") < second < text.index("The sources don't answer this.")


def test_the_page_shows_every_part_under_its_words(shipped: bot.Engine) -> None:
    html = answer_html(shipped.ask(HALF), language_of("en"), 7)
    first, second = html.split('<div class="part ')[1:]
    assert html.startswith('<div class="answer several exchange-7">')
    assert '<p class="summary">Parts answered&#58; 1 of 2</p>' in html
    assert first.startswith(
        ('answered"><p class="asked" dir="auto">When was', 'answered unsure"><p class="asked"')
    )
    assert '<figure class="quote">' in first
    assert second.startswith('refused"><p class="asked" dir="auto">who won the World Cup in 2022')
    assert 'class="refusal"' in second


def test_an_export_has_every_part(shipped: bot.Engine) -> None:
    exchange = Exchange(0, "2026-11-28T00:00:00Z", HALF, False, shipped.ask(HALF), None)
    text = markdown([exchange], "2026-11-28")
    assert "### When was the dialogue with Mongolia held" in text
    assert "### who won the World Cup in 2022" in text
    assert "June 2023" in text


def test_the_command_line_numbers_the_parts(
    pincite: Pincite,
) -> None:
    done = pincite("ask", "Who discovered uranium and what is zinc used for?")
    lines = done.out.splitlines()
    assert lines[0].startswith("Parts answered: ")
    assert "1. Who discovered uranium" in lines
    assert "2. what is zinc used for" in lines
