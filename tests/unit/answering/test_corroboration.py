"""Passages that say the same corroborate each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from hits import make_hit

import bot
from bot.answering.comparing.corroboration import corroborate
from bot.types import Hit

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

ZINC = "Zinc is a blue metal that coats steel sheets against rust"


def groups(hits: Sequence[Hit], count: int = 5) -> list[list[tuple[str, str]]]:
    return [
        [(hit.passage.source_id, hit.passage.text) for hit in group]
        for group in corroborate(hits, count)
    ]


@pytest.mark.parametrize(
    "text",
    [
        ZINC,
        f"{ZINC.upper()}!",
        f"“{ZINC.replace(' ', '  ')}”",
        "Zinc is the blue metal which coats steel sheets against rust",
        "A blue metal that coats steel sheets against rust",
    ],
)
def test_a_passage_that_repeats_another_corroborates_it(text: str) -> None:
    assert groups([make_hit(ZINC, "a"), make_hit(text, "b")]) == [[("a", ZINC), ("b", text)]]


@pytest.mark.parametrize(
    "text",
    [
        "Zinc is a blue metal. It is traded in London.",
        f"{ZINC} and is traded in London by many merchants",
        "Zinc is not a blue metal that coats steel sheets against rust",
        "Zinc isn't a blue metal that coats steel sheets against rust",
        "…",
    ],
)
def test_a_passage_that_says_something_else_is_shown_apart(text: str) -> None:
    assert groups([make_hit(ZINC, "a"), make_hit(text, "b")]) == [[("a", ZINC)], [("b", text)]]


def test_a_figure_sets_passages_apart_that_are_else_the_same() -> None:
    long = "Zinc holds {} percent of the market. " + ZINC * 5
    texts = [long.format(figure) for figure in ("30.07", "31", "30.07")]

    found = groups([make_hit(text, source) for text, source in zip(texts, "abc", strict=True)])

    assert found == [[("a", texts[0]), ("c", texts[2])], [("b", texts[1])]]


def test_corroboration_counts_groups_and_keeps_the_ranks() -> None:
    hits = [
        make_hit(ZINC, "a", 0.9),
        make_hit("Lead is heavy and soft", "b", 0.8),
        make_hit("Copper is red and bends", "c", 0.7),
        make_hit("Lead is heavy and soft!", "d", 0.6),
    ]

    assert groups(hits, 2) == [
        [("a", ZINC)],
        [("b", "Lead is heavy and soft"), ("d", "Lead is heavy and soft!")],
    ]
    assert groups([], 2) == []


def test_a_statement_of_many_sources_has_all_its_citations(
    engine: bot.Engine, write: Write
) -> None:
    said = "Zinc was mined in Astana in 2019."
    write({f"{at:02}.md": f"# Report {at}\n\n## Mines\n\n{said}" for at in range(35)})
    write({"osh.md": "# Another\n\n## Mines\n\nSome zinc and lead came from Osh."})
    engine.sync()

    first, second = engine.ask("Where was zinc mined in 2019?", k=2).quotes

    assert first.text == said
    # The other quote has the second number.
    assert first.citations == (1, *range(3, 37))
    assert (second.text, second.citations) == ("Some zinc and lead came from Osh.", (2,))


def test_a_corroborated_quote_has_all_its_citations(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": f"{ZINC}.", "b.txt": f"{ZINC}!", "c.txt": "Lead, not zinc, is heavy."})
    engine.sync()

    found = engine.ask("Is zinc a metal that coats steel?", k=5)

    assert [(quote.text, quote.citations) for quote in found.quotes] == [
        (f"{ZINC}.", (1, 3)),
        ("Lead, not zinc, is heavy.", (2,)),
    ]
    assert [(c.number, c.source.path) for c in found.citations] == [
        (1, "corpus/a.txt"),
        (2, "corpus/c.txt"),
        (3, "corpus/b.txt"),
    ]
    assert [quote.rank for quote in found.quotes] == [1, 2]
    assert found.citations[2].passage_id != found.citations[0].passage_id
