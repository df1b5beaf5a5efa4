"""An overview has telling sentences of every source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from highlighted_texts import lit
from word_encoder import WordEncoder

import bot
from bot.answering.leads import MOST_DOCUMENTS
from bot.types import Purpose, Verdict

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def test_an_overview_of_everything_has_sentences_of_every_source(mines: bot.Engine) -> None:
    answer = mines.ask("What is this about?")

    assert (answer.purpose, answer.verdict) == (Purpose.OVERVIEW, Verdict.ANSWERED)
    assert {quote.source.title for quote in answer.quotes} == {
        "Zinc report", "Lead report", "Copper report"
    }  # fmt: skip
    assert len(set(lit(answer))) == len(lit(answer)) <= 10
    texts = {summary.info.id: mines.source(summary.info.id).text for summary in mines.sources()}
    for quote in answer.quotes:
        assert texts[quote.source.id][quote.start : quote.end] == quote.text
    # In the order of their sources.
    order = [quote.source.id for quote in answer.quotes]
    assert order == sorted(order, key=order.index)
    assert answer.line is None
    # That by which it begins, and not one that is about many things.
    assert "Zinc is mined in the northern hills by two companies." in lit(answer)
    assert "The output of zinc was 31 tons in 2020." not in lit(answer)


def test_an_overview_of_many_documents_has_some_unlike_each_other(
    engine: bot.Engine, write: Write
) -> None:
    minerals = ("zinc", "lead", "copper")
    write({
        f"{number:02}.md": f"# Report {number}\n\nThe mine of {minerals[number % 3]} had a long and"
        f" busy year {number}.\n"
        for number in range(MOST_DOCUMENTS + 4)
    })  # fmt: skip
    engine.sync()
    quotes = engine.ask("What are these documents about?").quotes

    assert len({quote.source.id for quote in quotes}) == len(quotes) == MOST_DOCUMENTS
    assert [quote.source.title for quote in quotes] == sorted(
        (quote.source.title for quote in quotes), key=lambda title: int(title.split()[1])
    )


def test_an_overview_of_a_topic_tells_of_it(mines: bot.Engine) -> None:
    answer = mines.ask("tell me about copper")

    assert answer.purpose is Purpose.OVERVIEW
    assert answer.answered
    assert "Copper is mined near the old harbour by many people." in lit(answer)


STRAY = (
    '^ "Introduction to the copper mines of the old harbour."',
    "Retrieved 2014-07-01 from the copper archive.",
    "(Copper II: the return of the old harbour mines).",
    "Copper mined (ha) Copper harbour 2003 (%)",
    'Ask about copper in {% slack_channel "copper-harbour" %} before you dig.',
    "For more information on copper, see the guide of the harbour office.",
)


@pytest.mark.parametrize("stray", STRAY)
def test_an_overview_has_no_stray_lines(stray: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = f"# Copper\n\nCopper is mined near the old harbour by many people.\n\n{stray}\n"
    (corpus / "copper.md").write_text(text, "utf-8")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(("copper", "harbour")))
    engine.sync()

    said = lit(engine.ask("tell me about copper"))

    assert said == ["Copper is mined near the old harbour by many people."]


def test_a_link_with_the_marks_of_a_template_is_no_stray_line(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = '# Copper\n\nCopper, as [Tin]({% page "/tin" %}), is mined near the old harbour.\n'
    (corpus / "copper.md").write_text(text, "utf-8")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(("copper", "harbour")))
    engine.sync()

    assert len(lit(engine.ask("tell me about copper"))) == 1
