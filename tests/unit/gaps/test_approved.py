"""Approved questions: what the file says, and that the passage answers in their place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.embedding import SentenceTransformerEncoder
from bot.errors import CorpusMissing, PassageUnknown, QuestionError, ReadError, UsageError
from bot.gaps import approve, approved_questions, withdraw
from bot.reading import read
from bot.reading.formats.approved import (
    KIND,
    ApprovedQuestion,
    approved_at,
    line_of,
    parsed,
    sha256_of,
)
from bot.types import BlockKind

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

NAME = "approved-questions.jsonl"
PATH = f"corpus/{NAME}"
TARGET = "Uranium leaves the valley by rail every week."
FILES = {
    "rail.md": f"# Rail\n\n{TARGET}\n",
    "pits.md": "# Pits\n\nThe copper dialogue was launched in the hills.\n",
    "faq.md": "# Questions\n\nWho digs for chromium?\n\nNobody digs for chromium there.\n",
}
COPPER = "The copper dialogue was launched in the hills."
QUESTION = "zinc and lead?"

LINE = ApprovedQuestion("Zinc?", "corpus/a.md", "0" * 64, 3, 9, sha256_of("Copper"), "2026-01-02")


@pytest.fixture
def ready(engine: bot.Engine, write: Write) -> bot.Engine:
    write(FILES)
    engine.sync()
    return engine


def passage_id(engine: bot.Engine, text: str = TARGET) -> str:
    answer = engine.ask(text, k=10)
    quote = next(quote for quote in answer.quotes if quote.text == text)
    number = quote.citations[0]
    return next(item.passage_id for item in answer.citations if item.number == number)


def shown(engine: bot.Engine, question: str = QUESTION) -> tuple[bool, list[str]]:
    answer = engine.ask(question)
    assert answer.withheld == ()
    return answer.answered, [quote.text for quote in answer.quotes]


def test_a_line_is_read_back() -> None:
    hostile = replace(LINE, question='"\\ \u2028 <b>', source="corpus/ä.md")
    assert parsed(line_of(hostile)) == hostile
    assert "\n" not in line_of(hostile)


@pytest.mark.parametrize(
    "change",
    [
        {"start": "3"},
        {"start": True},
        {"start": -1},
        {"end": 3},
        {"question": " "},
        {"question": None},
        {"sha256": 1},
        {"passage_sha256": ["x"]},
    ],
)
def test_what_is_no_approved_question_is_left_out(change: Mapping[str, object]) -> None:
    line = json.loads(line_of(LINE)) | change
    assert parsed(json.dumps(line)) is None
    with pytest.raises(ReadError, match="no line of it is an approved question"):
        read(json.dumps(line).encode(), KIND)


def test_only_the_questions_are_content_whatever_the_settings() -> None:
    second = line_of(replace(LINE, question="Lead \n  there?"))
    data = f"{line_of(LINE)}\n\nno json\n{'[' * 100_000}\n{second}\n".encode()

    document = read(data, KIND, keep_boilerplate=True)

    content = [block for block in document.blocks if block.skipped is None]
    texts = [document.text[block.start : block.end] for block in content]
    assert texts == ["Zinc?", "Lead there?"]
    assert {block.kind for block in document.blocks} == {BlockKind.PARAGRAPH}
    assert [mark.name for mark in document.marks] == ["line 1", "line 5"]
    assert document.notes == ("line 3 is no approved question", "line 4 is no approved question")


def test_a_question_that_found_nothing_finds_the_approved_passage(ready: bot.Engine) -> None:
    assert not shown(ready)[0]

    approved = approve(ready, f"  {QUESTION} ", passage_id(ready))
    report = ready.sync()

    assert report.added == (PATH,)
    answered, texts = shown(ready)
    assert answered
    assert texts[0] == TARGET
    answer = ready.ask(QUESTION)
    quote = answer.quotes[0]
    source = ready.source(quote.source.id)
    assert (quote.source.path, quote.locator) == ("corpus/rail.md", "line 3")
    assert source.text[quote.start : quote.end] == TARGET
    assert all(quote.start <= start < end <= quote.end for start, end in quote.highlights)
    assert {item.source.path for item in answer.citations} <= {f"corpus/{name}" for name in FILES}
    assert answer.conflicts == ()
    (standing,) = approved_questions(ready)
    assert (standing.approved, standing.state) == (approved, "answers")
    assert (approved.question, approved.passage_sha256) == (QUESTION, sha256_of(TARGET))
    # In another order, and with a word that is in neither.
    assert shown(ready, "lead or zinc?")[1][0] == TARGET


def test_the_file_is_a_source_and_no_suggestion(ready: bot.Engine) -> None:
    suggested = ready.suggestions(10)
    approve(ready, QUESTION, passage_id(ready))
    ready.sync()

    assert ready.suggestions(10) == suggested
    (listed,) = [one for one in ready.sources() if one.info.path == PATH]
    assert (listed.passages, listed.info.title) == (1, "Approved questions")
    found = approved_at(ready.source(listed.info.id), 0)
    assert found is not None
    assert found.question == QUESTION
    assert ready.verify().faults == ()


def test_an_approved_question_is_never_quoted(ready: bot.Engine) -> None:
    approve(ready, QUESTION, passage_id(ready))
    ready.sync()
    for question in (QUESTION, "zinc", "copper", "chromium zinc uranium", "hills and rail"):
        answer = ready.ask(question, k=20)
        assert all(quote.source.path != PATH for quote in answer.quotes)
        assert all(item.source.path != PATH for item in answer.citations)


def test_other_questions_are_answered_as_before(ready: bot.Engine) -> None:
    questions = ("copper dialogue launched", "chromium", "uranium by rail")
    before = [shown(ready, question) for question in questions]
    approve(ready, QUESTION, passage_id(ready))
    ready.sync()
    assert [shown(ready, question) for question in questions] == before


def test_a_changed_passage_answers_no_more(ready: bot.Engine, corpus: Path) -> None:
    approve(ready, QUESTION, passage_id(ready))
    ready.sync()
    assert shown(ready)[0]

    (corpus / "rail.md").write_text(FILES["rail.md"].replace("week", "month"))
    ready.sync()

    assert not shown(ready)[0]
    assert [one.state for one in approved_questions(ready)] == ["gone"]
    # The same bytes again, under another name: it is the passage that was approved.
    (corpus / "rail.md").unlink()
    (corpus / "tracks.md").write_text(FILES["rail.md"])
    ready.sync()
    assert shown(ready)[1][0] == TARGET
    assert [one.state for one in approved_questions(ready)] == ["answers"]


@pytest.mark.parametrize(
    "change",
    [
        {"passage_sha256": sha256_of("Uranium leaves")},
        {"start": 0},
        {"sha256": "0" * 64},
        {"end": 10_000},
    ],
)
def test_a_line_that_claims_what_is_not_so_answers_nothing(
    ready: bot.Engine, corpus: Path, change: Mapping[str, object]
) -> None:
    approve(ready, QUESTION, passage_id(ready))
    line = json.loads((corpus / NAME).read_text()) | change
    (corpus / NAME).write_text(json.dumps(line))
    ready.sync()
    assert not shown(ready)[0]
    assert [one.state for one in approved_questions(ready)] == ["gone"]


def test_without_the_file_it_is_as_it_was(ready: bot.Engine, corpus: Path) -> None:
    before = shown(ready)
    approve(ready, QUESTION, passage_id(ready))
    approve(ready, "Lead!", passage_id(ready))
    ready.sync()
    withdraw(ready, "ZINC  and lead?")
    assert [one.approved.question for one in approved_questions(ready)] == ["Lead!"]
    withdraw(ready, "Lead!")
    assert not (corpus / NAME).exists()
    assert approved_questions(ready) == []

    assert ready.sync().removed == (PATH,)

    assert shown(ready) == before
    assert sorted(file.name for file in corpus.iterdir()) == sorted(FILES)


def test_a_question_has_one_passage_and_what_others_wrote_stays(
    ready: bot.Engine, corpus: Path
) -> None:
    (corpus / NAME).write_text("# a remark\n")
    approve(ready, QUESTION, passage_id(ready))
    approve(ready, QUESTION.upper(), passage_id(ready, COPPER))

    lines = (corpus / NAME).read_text().split("\n")

    assert (lines[0], len(lines)) == ("# a remark", 3)
    assert json.loads(lines[1])["passage_sha256"] == sha256_of(COPPER)
    # Nothing of a source stays behind in it when the source is removed.
    assert COPPER not in lines[1]


def test_an_index_that_followed_is_that_of_a_fresh_build(
    ready: bot.Engine, corpus: Path, tmp_path: Path
) -> None:
    approve(ready, QUESTION, passage_id(ready))
    ready.sync()
    approve(ready, "copper?", passage_id(ready))
    ready.sync()
    fresh = bot.open(corpus, tmp_path / "fresh", encoder=WordEncoder(MINERALS))
    fresh.sync()

    assert fresh.sources() == ready.sources()
    for question in (QUESTION, "copper", "uranium", "chromium"):
        one, other = fresh.ask(question), ready.ask(question)
        assert (one.quotes, one.confidence) == (other.quotes, other.confidence)


def test_other_passage_sizes_leave_the_answer_where_it_began(
    corpus: Path, tmp_path: Path, write: Write
) -> None:
    text = " ".join(f"Uranium number {number} leaves by rail every week." for number in range(9))
    write({**FILES, "rail.md": text})
    small = bot.open(
        corpus, tmp_path / "small", encoder=WordEncoder(MINERALS), passage_characters=100
    )
    small.sync()
    quote = small.ask("uranium number 4", k=20).quotes[0]
    approve(small, QUESTION, passage_id(small, quote.text))
    large = bot.open(corpus, tmp_path / "large", encoder=WordEncoder(MINERALS))
    large.sync()

    assert quote.text in shown(large)[1][0]


def test_quoted_words_have_to_stand_in_the_passage(ready: bot.Engine) -> None:
    approve(ready, 'zinc "and lead"', passage_id(ready))
    ready.sync()
    answer = ready.ask('zinc "and lead"')
    assert answer.unquoted == ("and lead",)


def test_what_cannot_be_approved(ready: bot.Engine, corpus: Path) -> None:
    target = passage_id(ready)
    with pytest.raises(QuestionError):
        approve(ready, " ", target)
    with pytest.raises(PassageUnknown):
        approve(ready, QUESTION, "0" * 16)
    with pytest.raises(UsageError, match="no words"):
        approve(ready, "\x01\x02", target)
    approve(ready, QUESTION, target)
    ready.sync()
    (source,) = [one.info for one in ready.sources() if one.info.path == PATH]
    (_, passage), *_ = ready.live().passages_of(source.id)
    with pytest.raises(UsageError, match="no passage of a document"):
        approve(ready, "Lead?", passage.id)
    (corpus / NAME).unlink()
    (corpus / NAME).mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        approve(ready, QUESTION, target)
    (corpus / NAME).rmdir()
    for file in corpus.iterdir():
        file.unlink()
    corpus.rmdir()
    with pytest.raises(CorpusMissing):
        approve(ready, QUESTION, target)


def test_with_the_packaged_model(
    corpus: Path, tmp_path: Path, write: Write, packaged_model: SentenceTransformerEncoder
) -> None:
    target = "Visitors may leave vehicles in lot C between 6 am and 10 pm."
    write(
        {
            "site.md": f"# The depot\n\n{target}\n",
            "work.md": "# Work\n\nThe depot employs forty people, who load ore onto trains.\n",
        }
    )
    engine = bot.open(corpus, tmp_path / "index", encoder=packaged_model)
    engine.sync()
    question = "How late can I still pick up my Škoda?"
    assert not engine.ask(question).answered

    approve(engine, question, passage_id(engine, target))
    engine.sync()

    for asked in (question, "How late can I pick up my Škoda"):
        answer = engine.ask(asked)
        assert (answer.answered, answer.quotes[0].text) == (True, target)
    assert not engine.ask("Who painted the ceiling of the chapel?").answered
