"""Sources with every kind of block, for tests of their layout."""

from __future__ import annotations

import random

from fake_answers import HOSTILE, make_info, make_source, span_of

from bot.reading import read
from bot.types import Block, BlockKind, Mark, Source

MANUAL = """# Smelting

Ore is crushed, and then it is roasted until nothing but the oxide is left; what
remains goes into the furnace together with coke and is heated for a whole day and
a night.

## Ores by colour

- galena, which is grey
- sphalerite
  - a variety that is black
1. first wash
2. then dry

| Metal | Melts at |
|-------|----------|
| zinc  | 420      |
| lead  | 327      |

```
heat(ore,
     hours=24)
```
"""
ROWS = "metal,price,mine\nzinc,3,north\nlead,2,\ncopper,9,south\n"
FOUND = (
    "Caf\u00e9 one.\n\nA CAFE\u0301\u0323 two, the old\nfurnace.\n\nMenu with a cafe \U0001f600\n\n"
    "THE  OLD furnace\u00ad is not the \u201cfurnace of old\u201d. Stra\u00dfe."
)


def source_of(name: str, text: str) -> Source:
    """Returns the source that reading makes of a file."""
    document = read(text.encode(), f".{name.rpartition('.')[2]}")
    info = make_info(name.partition(".")[0], "A title", path=f"corpus/{name}")
    return Source(info, document.text, document.blocks, document.marks)


def paged_source() -> Source:
    """Two pages and an empty one; the second begins within a paragraph."""
    text = "First page ends here\nand goes on.\n\nA footer\n\nA header\n\nLast page."
    blocks = (
        Block(*span_of(text, "First page ends here\nand goes on."), BlockKind.PARAGRAPH),
        Block(*span_of(text, "A footer"), BlockKind.PARAGRAPH, skipped="running header"),
        Block(*span_of(text, "A header"), BlockKind.PARAGRAPH, skipped="running header"),
        Block(*span_of(text, "Last page."), BlockKind.PARAGRAPH),
    )
    marks = (
        Mark(0, "page 1", True),
        Mark(text.index("and goes"), "page 2", True),
        Mark(text.index("A header"), "page 3", True),
        Mark(text.index("A header"), "page 4", True),
    )
    return Source(make_info("paged", "Paged"), text, blocks, marks)


def found_source() -> Source:
    """A source with a fold in its middle."""
    source = make_source(make_info("found", "Found"), FOUND)
    blocks = tuple(
        Block(block.start, block.end, BlockKind.PARAGRAPH, skipped=skipped)
        for block, skipped in zip(source.blocks, (None, None, "a menu", None), strict=True)
    )
    return Source(source.info, FOUND, blocks)


def tangled_source() -> Source:
    """Blocks of every kind with any content that documents can have, with page borders in them."""
    chance = random.Random(7)
    samples = [
        HOSTILE,
        "</span></p><script>document.title='owned'</script>",
        "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 123 \u202eabc\u202c",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001d538\U0001d539",
        "e\u0301\u0323 \u0928\u093f",
        "$$\\frac{1}{2}$$ **x** \\( y \\) | a | b | c",
        "name: zinc | price: 3 | note: a: b",
        "- an item\n  that goes on",
        "3.1. numbered\n\n\nand parted",
        "one | two\n\nthree | four | five\nsix",
        "a\tb\u00a0c\u2028d\u0085e",
    ]
    kinds = list(BlockKind)
    text = " \n"
    blocks = []
    marks = []
    for number in range(400):
        start = len(text)
        text += chance.choice(samples).strip()
        kind = chance.choice(kinds)
        level = chance.randint(1, 6) if kind is BlockKind.HEADING else 0
        skipped = "a menu" if chance.random() < 0.2 else None
        blocks.append(Block(start, len(text), kind, level, skipped))
        if chance.random() < 0.1:
            marks.append(Mark(chance.randint(start, len(text)), f"page {number}", True))
        text += chance.choice(["\n", "\n\n", "\n  ", "\n\n\n\t", " "])
    return Source(make_info("tangled", "Tangled"), text, tuple(blocks), tuple(marks))


def giant_source() -> Source:
    """Blocks far larger than one part, with and without a place to cut them."""
    texts = (
        "word \u05e9\u05dc\u05d5\u05dd " * 4_000,
        "\U0001f469\u200d\U0001f52ce\u0301" * 8_000,
        "one | two\n" * 4_000,
        "name: zinc | price: 3\n" * 3_000,
        "x = 1\n\n" * 5_000,
    )
    kinds = (BlockKind.PARAGRAPH, BlockKind.PARAGRAPH, BlockKind.TABLE, BlockKind.TABLE)
    text = ""
    blocks = []
    for part, kind in zip(texts, (*kinds, BlockKind.CODE), strict=True):
        blocks.append(Block(len(text), len(text) + len(part.strip()), kind))
        text += part.strip() + "\n\n"
    return Source(make_info("giant", "Giant"), text, tuple(blocks))


SOURCES = {
    source.info.id: source
    for source in (
        source_of("manual.md", MANUAL),
        source_of("rows.csv", ROWS),
        paged_source(),
        found_source(),
        tangled_source(),
        giant_source(),
    )
}
