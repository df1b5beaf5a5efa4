"""Splitting: passages are slices, none loses a character, and questions keep their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from passage_words import texts, words
from word_encoder import WordEncoder

from bot.text.passages import (
    LONGEST_CHARACTERS,
    PassageRules,
    TokenCounter,
    context,
    passage_id,
    split,
)
from bot.types import CAPTION_LEVEL, Block, BlockKind, Mark, Passage, Source, SourceInfo

HEADING, QUESTION, PARAGRAPH, LIST_ITEM, TABLE, CODE = BlockKind


@dataclass(frozen=True)
class Part:
    """A block to be, and what parts it from the block before it."""

    text: str
    kind: BlockKind = PARAGRAPH
    level: int = 0
    skipped: str | None = None
    gap: str = "\n\n"


def make_source(
    *parts: Part,
    title: str = "A title",
    language: str | None = "en",
    marks: tuple[Mark, ...] = (),
    first_line: int | None = None,
) -> Source:
    text = ""
    blocks = []
    for part in parts:
        text += part.gap if text else ""
        blocks.append(
            Block(len(text), len(text) + len(part.text), part.kind, part.level, part.skipped)
        )
        text += part.text
    info = SourceInfo(
        id="source",
        path="corpus/source.txt",
        title=title,
        publisher=None,
        author=None,
        date=None,
        url=None,
        language=language,
        format="txt",
        sha256="0" * 64,
    )
    return Source(info, text, tuple(blocks), marks, first_line)


def signs(texts: Sequence[str]) -> list[int]:
    return [sum(not sign.isspace() for sign in text) for text in texts]


def split_words(source: Source, characters: int, tokens: int = 254) -> tuple[Passage, ...]:
    return split(source, PassageRules(characters, tokens), words)


def sections(passages: Sequence[Passage]) -> list[tuple[str, ...]]:
    return [passage.section for passage in passages]


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


# Questions and answers


def test_a_question_and_its_answer_are_one_passage() -> None:
    source = make_source(
        Part("Introduction to metals."),
        Part("What is zinc?", QUESTION),
        Part("Zinc is a metal."),
        Part("- It is blue.", LIST_ITEM, gap="\n"),
        Part("What is lead?", QUESTION),
        Part("Lead is heavy."),
    )

    assert texts(split_words(source, characters=600)) == [
        "Introduction to metals.",
        "What is zinc?\n\nZinc is a metal.\n- It is blue.",
        "What is lead?\n\nLead is heavy.",
    ]


def test_an_answer_may_outgrow_the_target_as_long_as_the_encoder_reads_it() -> None:
    answer = " ".join(["Zinc is used for coating steel."] * 6)
    source = make_source(Part("Why zinc now?", QUESTION), Part(answer))

    assert texts(split_words(source, characters=100, tokens=39)) == [f"Why zinc now?\n\n{answer}"]


def test_a_long_answer_carries_its_question_in_the_path_of_later_parts() -> None:
    pair = "Zinc is used for coating steel. Zinc is used for coating steel."
    source = make_source(
        Part("Metals", HEADING, 1),
        Part("Why zinc now?", QUESTION),
        Part(f"{pair} {pair} {pair}"),
        Part("Why lead?", QUESTION),
        Part("It is heavy."),
    )

    passages = split_words(source, characters=100, tokens=20)

    assert texts(passages) == [
        f"Why zinc now?\n\n{pair}",
        pair,
        pair,
        "Why lead?\n\nIt is heavy.",
    ]
    assert sections(passages) == [
        ("Metals",),
        ("Metals", "Why zinc now?"),
        ("Metals", "Why zinc now?"),
        ("Metals",),
    ]


def test_the_first_part_of_a_long_answer_leaves_room_for_its_question() -> None:
    source = make_source(
        Part("Which of them is soft?", QUESTION), Part(" ".join(["Tin is soft."] * 6))
    )

    assert texts(split_words(source, characters=600, tokens=11)) == [
        "Which of them is soft?\n\nTin is soft. Tin is soft.",
        "Tin is soft. Tin is soft.",
        "Tin is soft. Tin is soft.",
    ]


def test_a_question_stands_alone_before_a_sentence_that_leaves_it_no_room() -> None:
    source = make_source(
        Part("What is tin?", QUESTION), Part("Tin is a soft metal of silver hue. It melts.")
    )

    passages = split_words(source, characters=600, tokens=10)

    assert texts(passages) == ["What is tin?", "Tin is a soft metal of silver hue. It melts."]
    assert sections(passages) == [(), ("What is tin?",)]


def test_a_question_that_is_a_heading_stands_under_the_headings_above_it() -> None:
    source = make_source(
        Part("Metals", HEADING, 1),
        Part("Facts", HEADING, 2),
        Part("They shine."),
        Part("What is zinc?", QUESTION, 2),
        Part("Zinc is a metal."),
        Part("Its uses", HEADING, 3),
        Part("It coats steel."),
        Part("What is lead?", QUESTION, 2),
        Part("Lead is heavy."),
    )

    passages = split_words(source, characters=600)

    assert texts(passages) == [
        "They shine.",
        "What is zinc?\n\nZinc is a metal.",
        "It coats steel.",
        "What is lead?\n\nLead is heavy.",
    ]
    assert sections(passages) == [
        ("Metals", "Facts"),
        ("Metals",),
        ("Metals", "What is zinc?", "Its uses"),
        ("Metals",),
    ]


def test_a_long_answer_under_a_heading_question() -> None:
    source = make_source(
        Part("Metals", HEADING, 1),
        Part("What is zinc?", QUESTION, 2),
        Part("Tin is soft. It melts."),
        Part("Lead is heavy. It bends."),
    )

    passages = split_words(source, characters=25, tokens=10)

    assert texts(passages) == [
        "What is zinc?\n\nTin is soft. It melts.",
        "Lead is heavy. It bends.",
    ]
    assert sections(passages) == [("Metals",), ("Metals", "What is zinc?")]


def test_a_question_too_long_to_be_repeated_is_packed_like_any_text() -> None:
    source = make_source(
        Part("One two three four five six?", QUESTION), Part("Tin is soft. It melts.")
    )

    passages = split_words(source, characters=30, tokens=10)

    assert texts(passages) == ["One two three four five six?", "Tin is soft. It melts."]
    assert sections(passages) == [(), ("One two three four five six?",)]


def test_a_question_whose_answer_was_skipped_stands_alone() -> None:
    source = make_source(
        Part("What is zinc?", QUESTION),
        Part("Share this page", skipped="sharing"),
        Part("Lead is heavy."),
    )

    assert texts(split_words(source, characters=600)) == ["What is zinc?", "Lead is heavy."]


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


# Locators


def locators(source: Source, characters: int) -> list[str]:
    return [passage.locator for passage in split_words(source, characters)]


def test_lines_are_counted_from_the_first_line_of_the_text() -> None:
    parts = (Part("Aa.\nBb."), Part("Cc."), Part("Dd.\nEe.\nFf."))

    assert locators(make_source(*parts, first_line=1), 11) == ["lines 1–2", "line 4", "lines 6–8"]
    assert locators(make_source(*parts, first_line=6), 12) == ["lines 6–9", "lines 11–13"]


def pages(*starts: int) -> tuple[Mark, ...]:
    return tuple(Mark(start, f"page {number}") for number, start in enumerate(starts, start=1))


@pytest.mark.parametrize(
    ("first", "last", "locator"),
    [
        ("sheet Ores, row 2", "sheet Ores, row 9", "sheet Ores, rows 2–9"),
        ("sheet Ores, row 2", "sheet Mines, row 2", "sheet Ores, row 2–sheet Mines, row 2"),
        ("00:00:05", "00:01:00", "00:00:05–00:01:00"),
        ("/ores/0/name", "/ores/1/name", "/ores/0/name–/ores/1/name"),
        ("slide 1", "slide 1", "slide 1"),
    ],
)
def test_places_of_all_kinds_are_joined(first: str, last: str, locator: str) -> None:
    source = make_source(Part("One."), Part("Two."), marks=(Mark(0, first), Mark(6, last)))

    assert locators(source, 20) == [locator]


def test_pages_are_counted_from_where_they_begin() -> None:
    parts = (Part("One."), Part("Two."), Part("Three."), Part("Four."))
    source = make_source(*parts, marks=pages(0, 6, 20), first_line=3)

    assert source.text[6:].startswith("Two.")
    assert source.text[20:].startswith("Four.")
    assert locators(source, 6) == ["page 1", "page 2", "page 2", "page 3"]
    assert locators(source, 13) == ["pages 1–2", "pages 2–3"]


def test_an_empty_page_counts() -> None:
    source = make_source(Part("One."), Part("Three."), marks=pages(0, 5, 6))

    assert locators(source, 5) == ["page 1", "page 3"]


def test_paragraphs_are_counted_without_those_that_were_skipped() -> None:
    source = make_source(
        Part("Home", skipped="menu"),
        Part("Zinc", HEADING, 1),
        Part("One."),
        Part("Two."),
        Part("Ad", skipped="promotion"),
        Part("Three."),
    )

    assert locators(source, 600) == ["paragraphs 2–3", "paragraph 4"]


# Whatever a document looks like

GAPS = st.sampled_from(["\n", "\n\n", " ", "\n \t\n", "\u2028"])
SENTENCES = st.sampled_from(
    [
        "Zinc is a metal.",
        "Is it?",
        "水は青い。空も青い。",
        "Мырыш — металл, иә.",
        "الزنك معدن؟",
        "😀👩‍👩‍👧 flags 🇰🇿! ",
        "𝕫𝕚𝕟𝕔, 𐌰𐌱;",
        "x" * 150,
        "水" * 90,
        "a,b;c:d",
        "e.g. the U.S. Dept. of Zn (v1.2)",
        "\n",
        "\t",
        "  ",
        "\u00a0",
        "\x1c",
        "\x85",
        "e\u0301\u200b\ufeff",
    ]
)
BLOCK_TEXTS = st.one_of(
    st.lists(SENTENCES, min_size=1, max_size=12).map(" ".join),
    st.lists(SENTENCES, min_size=1, max_size=12).map("".join),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=60),
).filter(str.strip)


@st.composite
def parts(draw: st.DrawFn) -> Part:
    kind = draw(st.sampled_from(BlockKind))
    lowest, highest = {HEADING: (1, 6), QUESTION: (0, 3)}.get(kind, (0, 0))
    return Part(
        text=draw(BLOCK_TEXTS),
        kind=kind,
        level=draw(st.integers(lowest, highest)),
        skipped=draw(st.sampled_from([None, None, None, "menu"])),
        gap=draw(GAPS),
    )


@settings(max_examples=100, deadline=None)
@given(
    blocks=st.lists(parts(), max_size=8),
    language=st.sampled_from([None, "en", "de", "ja", "kk", "zh", "ar", "tlh"]),
    characters=st.integers(1, 400),
    tokens=st.integers(1, 60),
    count=st.sampled_from([words, signs]),
)
@example(blocks=[], language=None, characters=1, tokens=1, count=words)
@example(
    blocks=[Part("Why?", QUESTION), Part("x" * 150)],
    language="en",
    characters=1,
    tokens=2,
    count=signs,
)
def test_passages_are_slices_that_lose_nothing(
    blocks: list[Part],
    language: str | None,
    characters: int,
    tokens: int,
    count: TokenCounter,
) -> None:
    source = make_source(*blocks, language=language)

    passages = split(source, PassageRules(characters, tokens), count)

    cited = [0] * len(source.text)
    for passage in passages:
        assert source.text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
        assert passage.id == passage_id("source", passage.start, passage.end)
        for at in range(passage.start, passage.end):
            cited[at] += 1
    starts = [passage.start for passage in passages]
    assert starts == sorted(starts)
    assert all(number <= tokens for number in count(texts(passages)))
    wanted = [0] * len(source.text)
    for place, block in enumerate(source.blocks):
        is_heading = block.kind is HEADING and has_text_below(source.blocks, place)
        if block.skipped is None and not is_heading:
            wanted[block.start : block.end] = [1] * (block.end - block.start)
    seen = [at for at, sign in enumerate(source.text) if not sign.isspace()]
    assert [cited[at] for at in seen] == [wanted[at] for at in seen]


def has_text_below(blocks: tuple[Block, ...], place: int) -> bool:
    for block in blocks[place + 1 :]:
        if block.skipped is None:
            if block.level and block.level <= blocks[place].level:
                return False
            if block.kind is not HEADING:
                return True
    return False


def test_the_word_encoder_counts_like_these_tests() -> None:
    assert WordEncoder(()).count_tokens(["Zinc is a metal.", ""]) == words(["Zinc is a metal.", ""])


def test_a_line_of_encoded_data_is_cut_though_it_is_one_word_to_the_encoder() -> None:
    source = make_source(Part("z" * 18_000))

    passages = split(source, PassageRules(600, 100), lambda texts: [1 for _ in texts])

    assert [(passage.start, passage.end) for passage in passages] == [
        (0, 2250), (2250, 4500), (4500, 6750), (6750, 9000),
        (9000, 11250), (11250, 13500), (13500, 15750), (15750, 18000),
    ]  # fmt: skip


def test_word_pieces_of_a_long_line_are_counted_once_it_is_cut_up() -> None:
    source = make_source(Part("zinc mine " * 4_000))
    counted: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        counted.extend(map(len, texts))
        return words(texts)

    passages = split(source, PassageRules(600, 100), count)

    assert max(len(passage.text.split()) for passage in passages) <= 100
    assert sum(len(passage.text.split()) for passage in passages) == 8_000
    assert [length for length in counted if length > LONGEST_CHARACTERS] == [39_999]


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
