"""Markdown: readable text whose lines are those of the file."""

from __future__ import annotations

import pytest

from bot.errors import ReadError
from bot.reading import read
from bot.types import BlockKind, Document

SOURCE = """\
# Water *and* `stone`

The **spring** has [never
run dry](https://example.org
"Title"), says ![a map
of wells](map.png) &amp; the <b>parish</b>.

* it is cold
  and clear
  1. in winter
  2) in summer

     > as they say

| Year | Price |
|------|------:|
| 1921 | *low* |
| 1950 | `high`|

```python
def flow():

    return 1
```

<div class="note">
Mind the <em>step</em><!-- not
the stair -->.
</div>

Who owns it?
------------
The ~~town~~ brewery[^1] does.

[unused]: https://example.org
[^1]: Since 1950.
***
    indented code
"""


def texts(document: Document) -> list[tuple[str, int, str]]:
    return [
        (block.kind.value, block.level, document.text[block.start : block.end])
        for block in document.blocks
    ]


def test_markup_is_gone_and_structure_is_kept() -> None:
    assert texts(read(SOURCE.encode(), ".md")) == [
        ("heading", 1, "Water and stone"),
        ("paragraph", 0, "The spring has never\nrun dry, says a map\nof wells & the parish."),
        ("list item", 0, "- it is cold\n  and clear"),
        ("list item", 0, "1. in winter"),
        ("list item", 0, "2) in summer"),
        ("list item", 0, "as they say"),
        ("table", 0, "Year: 1921 | Price: low\nYear: 1950 | Price: high"),
        ("code", 0, "def flow():\n\n    return 1"),
        ("paragraph", 0, "Mind the step\n."),
        ("question", 2, "Who owns it?"),
        ("paragraph", 0, "The town brewery[1] does."),
        ("paragraph", 0, "Since 1950."),
        ("code", 0, "indented code"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        *(
            "The spring has",
            "- it is cold",
            "  and clear",
            "  1. in winter",
            "Year: 1921 | Price: low",
        ),
        *("    return 1", "Mind the step", "Who owns it?", "Since 1950.", "indented code"),
    ],
)
def test_line_n_of_the_text_is_line_n_of_the_file(words: str) -> None:
    document = read(SOURCE.encode(), ".md")
    source_lines, lines = SOURCE.split("\n"), document.text.split("\n")
    assert len(lines) == len(source_lines)
    number = next(number for number, line in enumerate(lines) if line.startswith(words))
    last_word = words.split()[-1].rstrip(".?")
    assert last_word in source_lines[number]
    assert document.first_line == 1


def test_lines_are_counted_from_the_front_matter() -> None:
    document = read(b"---\ntitle: T\n---\n\n# Water\n\nIt is wet.\n", ".md")
    assert document.first_line == 4
    assert document.text == "\nWater\n\nIt is wet.\n"
    assert document.metadata.title == "T"


def test_line_breaks_inside_code_stay_where_they_are() -> None:
    document = read(b"Call `one\ntwo` now\nand then `three\nfour`.\n", ".md")
    assert document.text == "Call one\ntwo now\nand then three\nfour.\n"


def test_a_line_break_inside_a_target_is_made_up_for_at_the_end() -> None:
    document = read(b"A [link](https://example.org\n'title') here.\nMore.\n\nNext.\n", ".md")
    assert document.text.split("\n") == ["A link here.", "More.", "", "", "Next.", ""]


def test_an_entity_cannot_add_a_line() -> None:
    assert read(b"a&#10;b&#13;c\n\n<p>d&#10;e</p>\n", ".md").text == "a b c\n\n d e \n"


def test_comments_and_scripts_vanish() -> None:
    source = (
        b"one\n\n<!-- two\n\n# three\n-->\n\n<script>\nfour\n</script>\n\nfive <!-- six --> seven\n"
    )
    document = read(source, ".md")
    assert document.text.split() == ["one", "five", "seven"]
    assert document.text.count("\n") == source.count(b"\n")


def test_the_title_is_the_first_heading() -> None:
    assert read(b"Words.\n\n## Second\n\n# First\n", ".md").metadata.title == "Second"
    assert read(b"Words.\n", ".md").metadata.title is None


def test_a_file_that_shows_nothing_is_empty() -> None:
    with pytest.raises(ReadError, match=r"^empty"):
        read(b"<!-- nothing -->\n\n[a]: https://example.org\n", ".md")


def test_questions_of_a_list_are_no_questions_unless_answered() -> None:
    source = "- Who pays?\n- Find a plumber\n\n1. What is it?\n\n   A forum.\n"
    kinds = [block.kind for block in read(source.encode(), ".md").blocks]
    assert kinds == [
        BlockKind.LIST_ITEM,
        BlockKind.LIST_ITEM,
        BlockKind.QUESTION,
        BlockKind.LIST_ITEM,
    ]


def test_a_question_may_head_sections() -> None:
    source = "## What is it?\n\n### In short\n\nA forum.\n\n## Who pays?\n\n## Why?\n"
    blocks = read(source.encode(), ".md").blocks
    assert [(block.kind.value, block.level) for block in blocks] == [
        ("question", 2),
        ("heading", 3),
        ("paragraph", 0),
        ("heading", 2),
        ("heading", 2),
    ]
