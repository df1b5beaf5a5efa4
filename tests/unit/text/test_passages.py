"""Passages are slices of their source in good sizes."""

from __future__ import annotations

import pytest
from passage_words import texts
from split_sources import CODE, HEADING, PARAGRAPH, TABLE, Part, make_source, signs, split_words

from bot.text.passages import PassageRules, passage_id, split
from bot.types import CAPTION_LEVEL, Passage


def test_a_passage_names_its_slice_of_its_source() -> None:
    source = make_source(Part("Zinc is a metal."), Part("Lead is heavy."), first_line=1)

    assert split_words(source, characters=20) == (
        Passage(
            id=passage_id("source", 0, 16),
            source_id="source",
            start=0,
            end=16,
            text="Zinc is a metal.",
            section=(),
            locator="line 1",
        ),
        Passage(
            id=passage_id("source", 18, 32),
            source_id="source",
            start=18,
            end=32,
            text="Lead is heavy.",
            section=(),
            locator="line 3",
        ),
    )


def test_an_identifier_depends_on_the_source_and_the_slice() -> None:
    ids = {passage_id("a", 1, 23), passage_id("a", 12, 3), passage_id("a1", 1, 23)}

    assert len(ids) == 3
    assert passage_id("a", 1, 23) == passage_id("a", 1, 23)


# Sizes


def test_paragraphs_are_joined_up_to_the_target() -> None:
    forty = "Zinc is a blue metal that coats steel ok"
    source = make_source(Part(forty), Part(forty), Part(forty))

    assert texts(split_words(source, characters=82)) == [f"{forty}\n\n{forty}", forty]
    assert texts(split_words(source, characters=81)) == [forty, forty, forty]
    assert texts(split_words(source, characters=82, tokens=17)) == [forty, forty, forty]
    assert texts(split_words(source, characters=82, tokens=18)) == [f"{forty}\n\n{forty}", forty]


@pytest.mark.parametrize(
    ("count", "sizes"), [(4, [4]), (5, [3, 2]), (7, [2, 3, 2]), (10, [3, 4, 3]), (13, [3, 3, 4, 3])]
)
def test_a_long_paragraph_is_split_at_sentences_in_nearly_equal_parts(
    count: int, sizes: list[int]
) -> None:
    sentence = "Zinc is a metal of blue hue."
    source = make_source(Part(" ".join([sentence] * count)))

    passages = split_words(source, characters=100)

    assert texts(passages) == [" ".join([sentence] * size) for size in sizes]


def test_a_paragraph_a_little_above_the_target_stays_whole() -> None:
    sentence = "Zinc is a metal of blue hue."
    four = " ".join([sentence] * 4)
    source = make_source(Part(four))

    assert len(four) == 115
    assert texts(split_words(source, characters=92)) == [four]
    two = " ".join([sentence] * 2)
    assert texts(split_words(source, characters=91)) == [two, two]


def test_the_end_of_a_long_paragraph_is_joined_with_a_short_one_after_it() -> None:
    source = make_source(Part(" ".join(["Tin is soft."] * 5)), Part("It melts."))

    assert texts(split_words(source, characters=25)) == [
        "Tin is soft. Tin is soft.",
        "Tin is soft. Tin is soft.",
        "Tin is soft.\n\nIt melts.",
    ]


def test_a_sentence_is_never_cut_for_the_target_alone() -> None:
    sentence = "Zinc is a metal of blue hue that is used for coating steel and for making brass."
    source = make_source(Part(sentence))

    assert texts(split_words(source, characters=10)) == [sentence]


def test_tables_and_code_are_split_at_lines() -> None:
    table = "Metal | Colour. And price?\nZinc | Blue. Cheap.\nLead | Grey. Cheap."
    source = make_source(Part(table, TABLE), Part("a = 1. b\nc = 2", CODE))

    assert texts(split_words(source, characters=20)) == [
        *table.split("\n"),
        "a = 1. b\nc = 2",
    ]


# Sentences that the encoder cannot read as a whole


def test_an_overlong_sentence_is_cut_at_the_clause_nearest_its_middle() -> None:
    source = make_source(Part("Alpha beta gamma; delta epsilon, zeta eta theta iota."))

    assert texts(split_words(source, characters=600, tokens=6)) == [
        "Alpha beta gamma; delta epsilon,",
        "zeta eta theta iota.",
    ]


def test_an_overlong_sentence_without_a_clause_near_its_middle_is_cut_at_a_blank() -> None:
    source = make_source(Part("So, beta gamma delta epsilon zeta eta theta"))

    assert texts(split_words(source, characters=600, tokens=5)) == [
        "So, beta gamma delta",
        "epsilon zeta eta theta",
    ]


def test_a_word_longer_than_the_encoder_reads_is_cut_anywhere_and_kept_whole() -> None:
    source = make_source(Part("x" * 25))

    passages = split(source, PassageRules(600, 10), signs)

    assert [(p.start, p.end) for p in passages] == [(0, 6), (6, 12), (12, 18), (18, 25)]
    assert "".join(texts(passages)) == "x" * 25


def test_parts_of_an_overlong_sentence_are_joined_again_as_far_as_the_encoder_reads() -> None:
    source = make_source(Part("A b c d e f g h i j."))

    # Halved twice: two or three words each, of which two fit together.
    assert texts(split_words(source, characters=600, tokens=5)) == ["A b c d e", "f g h i j."]
    assert texts(split_words(source, characters=600, tokens=4)) == [
        "A b",
        "c d e",
        "f g h",
        "i j.",
    ]


# Skipped blocks


def test_a_skipped_block_is_never_inside_a_passage() -> None:
    source = make_source(
        Part("Home", skipped="menu"),
        Part("Zinc is a metal."),
        Part("Share this page", skipped="sharing"),
        Part("Lead is heavy."),
        Part("Tin is soft."),
        Part("© 2024", skipped="copyright"),
    )

    assert texts(split_words(source, characters=600)) == [
        "Zinc is a metal.",
        "Lead is heavy.\n\nTin is soft.",
    ]


def test_a_source_of_skipped_blocks_has_no_passage() -> None:
    assert split_words(make_source(Part("Home", skipped="menu")), characters=600) == ()
    assert split_words(make_source(), characters=600) == ()


def test_headings_without_text_below_them_are_passages() -> None:
    source = make_source(
        Part("Zinc", HEADING, 1),
        Part("It is bluish.", PARAGRAPH),
        Part("The mine is closed", HEADING, 2),
        Part("The shop is open", HEADING, 2),
        Part("Tin", HEADING, 1),
        Part("Ore", HEADING, 2),
        Part("It is brown.", PARAGRAPH),
        Part("No guided tours", HEADING, 3),
    )

    found = [(passage.text, passage.section) for passage in split_words(source, characters=600)]

    assert found == [
        ("It is bluish.", ("Zinc",)),
        ("The mine is closed\n\nThe shop is open", ("Zinc",)),
        ("It is brown.", ("Tin", "Ore")),
        ("No guided tours", ("Tin", "Ore")),
    ]


def test_a_caption_heads_the_rows_of_its_table_and_no_more() -> None:
    source = make_source(
        Part("Ores", HEADING, 2),
        Part("Mines by land", HEADING, CAPTION_LEVEL),
        Part("Land: Peru | Mines: 9", TABLE),
        Part("They are counted yearly.", PARAGRAPH),
        Part("Mines by metal", HEADING, CAPTION_LEVEL),
        Part("Metal: Tin | Mines: 4", TABLE),
        Part("By hand", HEADING, 3),
        Part("Few are.", PARAGRAPH),
    )

    found = [(passage.text, passage.section) for passage in split_words(source, characters=600)]

    assert found == [
        ("Land: Peru | Mines: 9", ("Ores", "Mines by land")),
        ("They are counted yearly.", ("Ores",)),
        ("Metal: Tin | Mines: 4", ("Ores", "Mines by metal")),
        ("Few are.", ("Ores", "By hand")),
    ]
