"""The headings above a passage, and its context."""

from __future__ import annotations

import pytest
from split_sources import HEADING, Part, make_source, sections, split_words

from bot.text.passages import context

# Headings


def test_the_path_holds_the_headings_above_outermost_first() -> None:
    source = make_source(
        Part("Before all."),
        Part("Metals", HEADING, 1),
        Part("Zinc", HEADING, 2),
        Part("It is blue."),
        Part("Uses", HEADING, 3),
        Part("It coats steel."),
        Part("Lead", HEADING, 2),
        Part("It is heavy."),
        Part("Stones", HEADING, 1),
        Part("They are hard."),
    )

    passages = split_words(source, characters=600)

    assert [(passage.text, passage.section) for passage in passages] == [
        ("Before all.", ()),
        ("It is blue.", ("Metals", "Zinc")),
        ("It coats steel.", ("Metals", "Zinc", "Uses")),
        ("It is heavy.", ("Metals", "Lead")),
        ("They are hard.", ("Stones",)),
    ]


def test_a_heading_that_repeats_the_title_is_left_out_of_the_path() -> None:
    source = make_source(
        Part("Metals", HEADING, 1),
        Part("They shine."),
        Part("Zinc", HEADING, 2),
        Part("It is blue."),
        title="Metals",
    )

    assert sections(split_words(source, characters=600)) == [(), ("Zinc",)]


def test_a_skipped_heading_is_in_no_path() -> None:
    source = make_source(
        Part("Metals", HEADING, 1),
        Part("Related news", HEADING, 2, skipped="menu"),
        Part("They shine."),
    )

    assert sections(split_words(source, characters=600)) == [("Metals",)]


# The context


@pytest.mark.parametrize(
    ("title", "section", "expected"),
    [
        pytest.param("Metals", ("Ores", "Zinc"), ("Metals", "Ores", "Zinc"), id="title first"),
        pytest.param("Metals", (), ("Metals",), id="no headings"),
        pytest.param("Zinc", ("Zinc", "Ores"), ("Zinc", "Ores"), id="a heading like the title"),
        pytest.param(
            "Metals", ("Uses", "Zinc", "Uses"), ("Metals", "Uses", "Zinc"), id="a heading twice"
        ),
        pytest.param("0017_4fa2", ("Ores",), ("Ores",), id="a file name of numbers and codes"),
        pytest.param("0017_4fa2", (), (), id="nothing at all"),
        pytest.param("2024-03", (), (), id="a date"),
        pytest.param("IMG_2041", (), ("IMG_2041",), id="three letters are a word"),
        pytest.param("a1", ("1.2",), ("1.2",), id="a heading without words stays"),
        pytest.param("", ("Ores",), ("Ores",), id="no title"),
        pytest.param("łódź 7", (), ("łódź 7",), id="letters of any script"),
        pytest.param("锌", ("用途",), ("锌", "用途"), id="one character can be a word"),
        pytest.param("광석", (), ("광석",), id="Hangul"),
    ],
)
def test_the_context_is_the_title_and_the_headings_each_once(
    title: str, section: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert context(title, section) == expected
