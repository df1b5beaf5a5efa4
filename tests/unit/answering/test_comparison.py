"""A comparison names both sides and what differs."""

from __future__ import annotations

from pathlib import Path

import pytest
from word_encoder import WordEncoder, engine_over

import bot
from bot.types import Purpose, Turn, Verdict

pytestmark = pytest.mark.usefixtures("quick_disk")


def test_a_comparison_names_both_sides_and_what_differs(mines: bot.Engine) -> None:
    answer = mines.ask("compare lead and copper")

    assert answer.purpose is Purpose.COMPARISON
    assert {quote.source.title for quote in answer.quotes[:2]} == {"Lead report", "Copper report"}

    assert [quote.side for quote in answer.quotes] == ["lead", "copper"]

    differing = mines.ask("How do the sources differ on the output of zinc in 2020?")
    assert [{value.text for value in each.values} for each in differing.conflicts] == [{"30", "31"}]


def test_a_side_that_is_told_of_less_well_is_not_behind_the_other(tmp_path: Path) -> None:
    pages = "".join(
        f"\n## Lead {number}\n\nThe price of lead is {number}.\n" for number in range(9)
    )
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "lead.md").write_text(f"# Lead\n{pages}", "utf-8")
    (corpus / "copper.md").write_text("# Copper\n\nCopper has a price of 7.\n", "utf-8")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(("price", "lead", "copper")))
    engine.sync()

    answer = engine.ask("price of lead vs copper: which is higher?")

    assert [quote.side for quote in answer.quotes[:3]] == ["price of lead", "copper", ""]
    assert [quote.source.title for quote in answer.quotes[:2]] == ["Lead", "Copper"]


@pytest.mark.parametrize(
    ("question", "is_sure"),
    [
        # Both sentences tell of the output.
        ("How does the output of zinc differ from the output of lead?", True),
        ("Which is older, the zinc mine or the lead mine?", False),
        ("compare the zinc and the tin", False),
    ],
)
def test_a_comparison_is_sure_where_both_sides_tell_what_is_asked(
    question: str, is_sure: bool, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "zinc.md").write_text("# Zinc mine\n\nIts output of zinc was 30 tons.\n", "utf-8")
    (corpus / "lead.md").write_text("# Lead mine\n\nIts output of lead was 31 tons.\n", "utf-8")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(("zinc", "lead", "output")))
    engine.sync()

    assert (engine.ask(question).verdict is Verdict.ANSWERED) == is_sure


def test_of_two_named_sides_they_means_these(mines: bot.Engine) -> None:
    earlier = (Turn("user", "Who mines zinc?"), Turn("assistant", "Two companies."))
    answer = mines.ask("Compare lead and copper: where are they mined?", history=earlier)
    assert (answer.purpose, answer.context) == (Purpose.COMPARISON, ())


def test_a_side_is_named_only_where_what_is_marked_names_it(tmp_path: Path) -> None:
    files = {
        "zinc.md": "# Zinc\n\nThe old mine had an output of zinc of 30 tons.\n",
        "pits.md": "# Pits\n\n## Lead\n\nThe new pit had an output of 31 tons.\n",
    }
    answer = engine_over(tmp_path, files).ask("Compare the output of zinc and lead")
    sides = {quote.text: quote.side for quote in answer.quotes}
    assert sides["The old mine had an output of zinc of 30 tons."].endswith("zinc")
    assert sides["The new pit had an output of 31 tons."] == ""


def test_reports_that_are_compared_come_first_each_with_its_best(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    pages = "".join(f"\n## Part {at}\n\nThe flood took {at} bridges.\n" for at in range(2, 6))
    (corpus / "a.md").write_text(f"# Herald\n{pages}", "utf-8")
    (corpus / "b.md").write_text("# Courier\n\nThere was a flood, and a bridge.\n", "utf-8")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(("flood", "bridges")))
    engine.sync()

    answer = engine.ask("How do the two reports on the flood and the bridges differ?")

    assert {quote.source.title for quote in answer.quotes[:2]} == {"Herald", "Courier"}
