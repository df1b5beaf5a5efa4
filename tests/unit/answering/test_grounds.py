"""The grounds of an answer name missing words and the latest source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from word_encoder import engine_over

import bot
from bot.types import SourceFilter

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def test_the_grounds_count_the_words_and_name_what_is_missing(mines: bot.Engine) -> None:
    grounds = mines.ask("How much zinc was mined in Mongolia in 2031?").grounds

    assert grounds is not None
    assert grounds.missing[0] in ("Mongolia", "2031")
    assert set(grounds.missing) == {"Mongolia", "2031"}
    assert grounds.words == 4


def test_what_stands_in_headings_or_names_a_publisher_is_not_missing(tmp_path: Path) -> None:
    wire = '<meta property="og:site_name" content="Meridian Wire"><title>Strikes</title>'
    files = {
        "lead.md": "# Lead report\n\nLead is mined in the south by one company.\n",
        "wire.html": f"<html><head>{wire}</head><body><p>Zinc miners rest.</p></body></html>",
    }
    engine = engine_over(tmp_path, files)
    grounds = engine.ask("Which yurt does the report of Meridian Wire on strikes name?").grounds
    assert grounds is not None
    assert grounds.missing == ("yurt", "name")


def test_a_word_is_not_missing_where_its_singular_occurs(tmp_path: Path) -> None:
    engine = engine_over(tmp_path, {"bus.md": "# Fares\n\nA bus and a tram pass the zinc mine.\n"})
    grounds = engine.ask("Which buses and yurts pass the zinc mine?").grounds
    assert grounds is not None
    assert grounds.missing == ("yurts",)


def test_no_source_is_called_the_latest_beside_one_without_a_date(tmp_path: Path) -> None:
    dated = '<meta property="article:published_time" content="2024-03-18"><title>Zinc</title>'
    files = {
        "zinc.html": f"<html><head>{dated}</head><body><p>Zinc was sold.</p></body></html>",
        "lead.md": "# Lead\n\nLead was sold.\n",
    }
    engine = engine_over(tmp_path, files)
    for only, latest in ((SourceFilter(types=("html",)), "2024-03-18"), (None, None)):
        grounds = engine.ask("Was zinc sold in 2031?", only=only).grounds
        assert grounds is not None
        assert grounds.latest == latest


@pytest.mark.parametrize(
    ("dates", "latest"),
    [
        (("2024-3-1", "2024-02-28"), "2024-3-1"),
        (("2023", "2022-12-31"), "2023"),
        (("2024-09-30", "2024-10"), "2024-10"),
        (("March 2024", "2023-12-01"), "March 2024"),
    ],
)
def test_the_latest_source_is_told_by_its_days(
    dates: tuple[str, str], latest: str, engine: bot.Engine, write: Write
) -> None:
    write({
        f"{number}.md": f"---\ndate: {date}\n---\n\nThe zinc mine is open.\n"
        for number, date in enumerate(dates)
    })  # fmt: skip
    engine.sync()
    shown = {info.info.date for info in engine.sources()}
    grounds = engine.ask("Who will own the zinc mine in 2031?").grounds
    assert grounds is not None
    assert grounds.latest == (latest if latest in shown else max(filter(None, shown)))
