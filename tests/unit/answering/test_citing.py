"""Where a reader of the original finds what is marked in a quote."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from web_fakes import REPORT, FakeEngine, make_answer, make_quote
from word_encoder import engine_over

from bot.web.rendering.answers import answer_html
from bot.web.rendering.languages import language_of

pytestmark = pytest.mark.usefixtures("quick_disk")

LINES = ("The region is rich in ores.", "It holds much zinc.", "Lead is mined in the north.")


@pytest.mark.parametrize(("question", "line"), [("zinc", 2), ("Where is lead mined?", 3)])
def test_the_place_of_a_quote_is_that_of_its_marked_sentence(
    tmp_path: Path, question: str, line: int
) -> None:
    engine = engine_over(tmp_path, {"ores.txt": "\n".join(LINES)})
    (quote,) = engine.ask(question).quotes
    (highlight,) = quote.highlights
    assert engine.source(quote.source.id).text[slice(*highlight)] == LINES[line - 1]
    assert (quote.locator, quote.place) == ("lines 1–3", f"line {line}")


def test_the_page_names_that_place_in_quotes_and_in_the_links_to_them() -> None:
    engine = FakeEngine()
    whole, marked = (
        replace(make_quote(engine.answering["report"], rank, (0, len(REPORT))), locator="pages 1–2")
        for rank in (1, 2)
    )
    html = answer_html(make_answer("q", replace(marked, place="page 2")), language_of("en"))
    assert set(re.findall("pages? [0-9–]+", html)) == {"page 2"}
    # An answer that an earlier version kept does not know it.
    html = answer_html(make_answer("q", whole), language_of("en"))
    assert set(re.findall("pages? [0-9–]+", html)) == {"pages 1–2"}
