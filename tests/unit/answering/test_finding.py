"""All passages found for a question: which, in which order, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
from cli_calls import Pincite
from web_fakes import make_info

import bot
from bot.answering import selecting
from bot.answering.finding import ordered
from bot.errors import FilterError, QuestionError
from bot.export.answer_json import found_json
from bot.types import FoundPassage, FoundSource, Order, SourceFilter, Turn

Write = Callable[[Mapping[str, str]], None]

FILES = {
    "a.md": "---\ntitle: Zebra notes\ndate: 2021\n---\n\nZinc is a blue metal.\n\n"
    + "Copper is red, and zinc is not. It has been so for a long time. " * 12,
    "b.md": "---\ntitle: apple notes\ndate: 2023-05-01\n---\n\nZinc is blue, says the other.\n",
    "c.md": "---\ntitle: Middle\n---\n\nZinc is found in ores.\n",
    "d.md": "---\ntitle: Lead\ndate: 2024\n---\n\nLead is heavy.\n",
}


@pytest.fixture
def ready(engine: bot.Engine, write: Write) -> bot.Engine:
    write(FILES)
    engine.sync()
    return engine


def titles(found: bot.types.Found) -> list[str]:
    return [each.source.title for each in found.sources]


def test_every_passage_is_a_slice_of_its_source_and_ranked_once(ready: bot.Engine) -> None:
    found = ready.find("What is zinc?")

    assert set(titles(found)) == {"Zebra notes", "apple notes", "Middle"}
    passages = [passage for each in found.sources for passage in each.passages]
    assert sorted(passage.rank for passage in passages) == list(range(1, len(passages) + 1))
    assert found.passages == len(passages) > 3
    for each in found.sources:
        text = ready.source(each.source.id).text
        for passage in each.passages:
            assert text[passage.start : passage.end] == passage.text
            assert ready.passage(passage.passage_id).text == passage.text
            assert all(
                passage.start <= start < end <= passage.end for start, end in passage.highlights
            )
        ranks = [passage.rank for passage in each.passages]
        assert ranks == sorted(ranks)
    assert not found.is_cut


def test_an_answer_counts_what_is_found_for_it(ready: bot.Engine) -> None:
    answer, found = ready.ask("What is zinc?"), ready.find("What is zinc?")

    assert answer.found is not None
    assert (answer.found.passages, answer.found.sources) == (found.passages, len(found.sources))
    assert len(answer.quotes) < found.passages
    assert found.answer.quotes == answer.quotes
    # Neither a greeting nor an overview of everything looks for passages.
    for question in ("Hello", "What is this about?"):
        assert ready.ask(question).found is None
        assert ready.find(question).sources == ()


def test_sources_are_ordered(ready: bot.Engine) -> None:
    by_date = ready.find("What is zinc?", order=Order.DATE)
    by_title = ready.find("What is zinc?", order=Order.TITLE)

    assert titles(by_date) == ["apple notes", "Zebra notes", "Middle"]
    assert titles(by_title) == ["apple notes", "Middle", "Zebra notes"]
    best = [min(each.passages, key=lambda passage: passage.rank).rank for each in
            ready.find("What is zinc?").sources]  # fmt: skip
    assert best == sorted(best)


def test_what_is_alike_keeps_its_rank() -> None:
    def source(title: str, rank: int, date: str | None) -> FoundSource:
        passage = FoundPassage(rank, "p", "text", 0.5, 0, 4, "line 1", (), ())
        return FoundSource(make_info(f"{title}{rank}", title, date=date), (passage,))

    listed = [source("B", 3, None), source("A", 2, "2024"), source("a", 1, "2024-12-31")]
    for order in Order:
        ranks = [each.passages[0].rank for each in ordered(listed, order)]
        assert ranks == {"relevance": [1, 2, 3], "date": [1, 2, 3], "title": [1, 2, 3]}[order]


def test_a_filter_and_earlier_questions_hold(ready: bot.Engine) -> None:
    only = SourceFilter(since="2022")
    found = ready.find("What is zinc?", only=only)
    assert titles(found) == ["apple notes"]
    assert found.answer.filter is not None
    assert found.answer.filter.undated == 1
    with pytest.raises(FilterError, match="no source is of the file type"):
        ready.find("What is zinc?", only=SourceFilter(types=("pdf",)))
    with pytest.raises(QuestionError, match="empty"):
        ready.find("  ")

    history = [Turn("user", "What is zinc?")]
    leaning = ready.find("And where is it found?", history=history)
    assert [turn.text for turn in leaning.answer.context] == ["What is zinc?"]
    assert ready.find("And zinc?", history=history, ignore_context=True).answer.context == ()


def test_it_is_bounded(ready: bot.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selecting, "MOST_FOUND", 2)
    found = ready.find("What is zinc?")
    assert (found.passages, found.is_cut) == (2, True)
    answer = ready.ask("What is zinc?")
    assert answer.found is not None
    assert answer.found.passages == 2


def test_a_passage_that_fails_its_check_is_not_listed(
    ready: bot.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = "b.md, line 6: the quote differs from its source."
    target = next(each for each in ready.find("zinc").sources if each.source.title == "apple notes")
    name = target.passages[0].passage_id
    monkeypatch.setattr("bot.answering.finding.faults", lambda _, hits: {name: broken})
    found = ready.find("zinc")
    assert found.withheld == (broken,)
    assert "apple notes" not in titles(found)


def test_programs_get_the_same(ready: bot.Engine) -> None:
    value = found_json(ready.find("What is zinc?", order=Order.TITLE))

    assert value["order"] == "title"
    assert [each["source"]["title"] for each in value["sources"]] == [
        *("apple notes", "Middle", "Zebra notes"),
    ]
    assert value["passages"] == sum(len(each["passages"]) for each in value["sources"])
    first = value["sources"][0]["passages"][0]
    assert first["text"] == "Zinc is blue, says the other."
    assert json.loads(json.dumps(value)) == value


def test_on_the_command_line(pincite: Pincite) -> None:
    done = pincite("find", "When was the dialogue launched?", "--sort", "title")
    assert done.code == 0
    first, *lines = done.out.splitlines()
    assert first.startswith("Passages found: ")
    assert any("dialogue" in line for line in lines)

    value = json.loads(pincite("find", "When was the dialogue launched?", "--json").out)
    assert first == f"Passages found: {value['passages']} in {len(value['sources'])} sources"

    wrong = pincite("find", "zinc", "--sort", "size")
    assert wrong.code == 2
    assert "--sort is one of relevance, date, title" in wrong.err
