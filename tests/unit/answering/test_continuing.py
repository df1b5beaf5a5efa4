"""Of a list that goes on in the next passages, those are shown, too."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from word_encoder import engine_over

from bot.answering.presentation import open_quotes
from bot.types import Purpose

pytestmark = pytest.mark.usefixtures("quick_disk")

ITEMS = [f"- Mine {number} digs zinc in the valley of the {name} river, day and night, all year."
         for number, name in enumerate(("Ob", "Chu", "Ili", "Naryn", "Talas") * 4)]  # fmt: skip
LISTED = "# Mines\n\nThe zinc mines are:\n\n" + "\n".join(ITEMS) + "\n\nRoads are long.\n"


def test_a_list_goes_on_after_the_best_passage(tmp_path: Path) -> None:
    engine = engine_over(tmp_path, {"mines.md": LISTED})
    answer = engine.ask("List all zinc mines")
    assert answer.purpose is Purpose.LIST
    text = engine.source(answer.quotes[0].source.id).text
    opened = open_quotes(answer)
    assert len(opened) == 3
    shown = text[opened[0].start : opened[-1].end]
    assert shown.count("digs zinc") == sum(quote.text.count("digs zinc") for quote in opened)
    for before, after in pairwise(opened):
        assert text[before.end : after.start].strip(" -\n") == ""
    # Each passage is shown once.
    starts = [quote.start for quote in answer.quotes]
    assert len(set(starts)) == len(starts)


def test_there_are_no_more_passages_than_were_asked_for(tmp_path: Path) -> None:
    engine = engine_over(tmp_path, {"mines.md": LISTED})
    assert len(engine.ask("List all zinc mines", k=1).quotes) == 1
    assert len(engine.ask("List all zinc mines", k=2).quotes) == 2


@pytest.mark.parametrize("question", ["How many zinc mines are there?", "zinc"])
def test_other_questions_are_answered_by_what_fits_them(tmp_path: Path, question: str) -> None:
    engine = engine_over(tmp_path, {"mines.md": LISTED})
    assert len(open_quotes(engine.ask(question))) == 1


def test_a_paragraph_after_the_list_is_no_part_of_it(tmp_path: Path) -> None:
    text = "# Mines\n\nThe zinc mines are:\n\n- Ob\n- Chu\n\n" + "Roads are long. " * 60
    engine = engine_over(tmp_path, {"mines.md": text})
    assert len(open_quotes(engine.ask("List all zinc mines"))) == 1
