"""Plain text: hard-wrapped lines, headings, lists, questions, titles."""

from __future__ import annotations

import pytest

from bot.reading import read
from bot.types import BlockKind, Document

WRAPPED = """\
Water in the valley

The spring above the village has never run dry, not even in the summer of
1976, when the river could be crossed on foot for eleven weeks and the
bishop ordered prayers for rain.

1.2 How it was found
A shepherd followed a goat. He is said to have been called Anselm, but no
register of the parish has that name.

- it is cold, about eight degrees, and it tastes of iron
  and of stone
- it is free

THE CONTRACT

   In 1921 the town bought the rights. The price was low, and nobody but
the miller objected.
   In 1950 it sold them again, at a loss, to a brewery from the
city, which never used them.
"""


def outline(document: Document) -> list[tuple[str, int, str]]:
    """Kind, level and first words of every block."""
    return [
        (block.kind.value, block.level, document.text[block.start : block.end][:24])
        for block in document.blocks
    ]


def test_hard_wrapped_prose_is_joined_and_its_structure_is_seen() -> None:
    document = read(WRAPPED.encode(), ".txt")
    assert outline(document) == [
        ("heading", 1, "Water in the valley"),
        ("paragraph", 0, "The spring above the vil"),
        ("heading", 2, "1.2 How it was found"),
        ("paragraph", 0, "A shepherd followed a go"),
        ("list item", 0, "- it is cold, about eigh"),
        ("list item", 0, "- it is free"),
        ("heading", 2, "THE CONTRACT"),
        ("paragraph", 0, "In 1921 the town bought "),
        ("paragraph", 0, "In 1950 it sold them aga"),
    ]
    paragraph = document.blocks[1]
    assert document.text[paragraph.start : paragraph.end].count("\n") == 2
    assert document.text == WRAPPED
    assert document.first_line == 1


def test_where_lines_are_not_wrapped_each_is_a_block() -> None:
    text = "Anna: bring the keys\nBen: which keys?\nAnna: those of the shed\n"
    assert len(read(text.encode(), ".txt").blocks) == 3


def test_titles_in_a_row_are_not_prose_wrapped_at_their_length() -> None:
    titles = (
        "Ending the De Minimis Exception Brings Three Benefits\n"
        "The Tariff Shock Should Push Islands to Reform Trade\n"
        "Tariff Talks an Opportunity to Renew an Old Alliance\n"
    )
    assert len(read(titles.encode(), ".txt").blocks) == 3


def test_underlined_headings_keep_their_rule_out_of_the_way() -> None:
    text = "Manual\n======\n\nUse\n---\n\nOpen the lid and pour in the water.\n\n* * *\n\nEnd.\n"
    document = read(text.encode(), ".txt")
    assert outline(document) == [
        ("heading", 1, "Manual"),
        ("paragraph", 0, "======"),
        ("heading", 2, "Use"),
        ("paragraph", 0, "---"),
        ("paragraph", 0, "Open the lid and pour in"),
        ("paragraph", 0, "* * *"),
        ("paragraph", 0, "End."),
    ]
    assert [block.skipped for block in document.blocks] == [
        *(None, "rule", None, "rule", None, "rule", None)
    ]


BODY = "The committee met on Tuesday to discuss the supply of minerals and other matters."


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("Chapter 3", 1),
        ("Kapitel IV Der Fluss", 1),
        ("2. Method", 1),
        ("2.1 Sampling of wells", 2),
        ("2.1.4 Depth", 3),
        ("Part of the supply", 1),
        ("1.5 kg of flour and water,", 0),
        ("Supply of minerals", 1),
        ("THE SUPPLY", 1),
        ("supply of minerals", 0),
        ("The committee met.", 0),
        ("Dear members,", 0),
        ("The committee decided:", 0),
        ("- Supply", 0),
        ("Contents . . . . . . . . 12", 0),
        ("12 May" + " and later" * 12, 0),
    ],
)
def test_what_is_a_heading_above_a_paragraph(line: str, level: int) -> None:
    document = read(f"{line}\n\n{BODY}\n".encode(), ".txt")
    first = document.blocks[0]
    assert (first.level, first.kind is BlockKind.HEADING) == (level, level > 0)


def test_a_line_without_text_below_it_is_no_heading() -> None:
    text = "Anna Petrovna\n\nHarbour Road 4\n\nLeith\n"
    assert [block.kind for block in read(text.encode(), ".txt").blocks] == [
        BlockKind.PARAGRAPH,
        BlockKind.PARAGRAPH,
        BlockKind.PARAGRAPH,
    ]


@pytest.mark.parametrize(
    ("question", "is_question"),
    [
        ("What is the dialogue?", True),
        ("Q1: What is the dialogue?", True),
        ("1. What is the dialogue?", True),
        ("**Question:** What is the dialogue?", True),
        ("对话是什么？", True),
        ("ما هو الحوار؟", True),
        ("The dialogue began in 2024. But what is it?", False),
        ("What is the dialogue", False),
        ("Why " + "on and " * 50 + "on?", False),
    ],
)
def test_a_question_stands_alone_and_is_answered(question: str, is_question: bool) -> None:
    document = read(f"{question}\n\nIt is a forum of six countries.\n".encode(), ".txt")
    assert (document.blocks[0].kind is BlockKind.QUESTION) is is_question
    assert document.blocks[0].level == 0


def test_a_question_without_an_answer_is_not_one() -> None:
    text = "How high is the deposit?\n\nAre pets allowed?\n\nAsk her on Monday.\n\nWho is she?\n"
    assert [block.kind.value for block in read(text.encode(), ".txt").blocks] == [
        *("paragraph", "question", "paragraph", "paragraph")
    ]


def test_questions_on_neighbouring_lines() -> None:
    text = "Do they work in winter?\nYes, they do.\nCan I clean them?\nYou can.\n"
    assert [block.kind.value for block in read(text.encode(), ".txt").blocks] == [
        *("question", "paragraph", "question", "paragraph")
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"Minutes of the council\n\n{BODY}\n", "Minutes of the council"),
        (f"A study of the spring above\nthe village and its water\n\n{BODY}\n{BODY}\n", None),
        (f"{BODY}\n\nFurther matters\n\n{BODY}\n", "Further matters"),
        ("12 May 2024\n\nRain.\n", None),
        ("[10:32] Anna: hello\n[10:33] Ben: hello\n", None),
        ("just a few words\n", None),
    ],
)
def test_the_title_is_the_first_line_that_looks_like_one(text: str, title: str | None) -> None:
    assert read(text.encode(), ".txt").metadata.title == title


def test_a_title_may_be_wrapped() -> None:
    text = (
        "Effects of alkaline pretreatment on the recovery of rare earth elements\n"
        "from coal fly ash\n\n"
        "Coal fly ash is an abundant secondary source of rare earth elements, but\n"
        "most of them are locked in a glass that dilute acid does not dissolve.\n"
    )
    assert read(text.encode(), ".txt").metadata.title == (
        "Effects of alkaline pretreatment on the recovery of rare earth elements from coal fly ash"
    )


def test_amounts_are_no_numbered_headings() -> None:
    text = "1.5 kg of flour\n0.5 l of water\n2.2 Mixing of the dough\nslowly\n"
    kinds = [(block.kind.value, block.level) for block in read(text.encode(), ".txt").blocks]
    assert kinds == [("paragraph", 0), ("paragraph", 0), ("heading", 2), ("paragraph", 0)]
