"""Answers, quotes and sources for tests of what shows them."""

from __future__ import annotations

from bot.types import (
    Answer,
    Block,
    BlockKind,
    Citation,
    Quote,
    Source,
    SourceInfo,
    Span,
    Timings,
    Verdict,
)

HOSTILE = (
    "<script>document.title='owned'</script> $x^2$ $$y$$ **bold** _it_ `code` ~~gone~~\n"
    "# no heading\n\n- no list\n1. no list either\n> no quote\n    no code\n"
    "[link](javascript:alert(1)) ![image](https://example.invalid/x.png) &amp; &#60; \\( z \\)\n"
    "<img src=x onerror=\"document.title='owned'\"> https://example.invalid www.example.invalid\n"
    "| a | b |\n|---|---|\n:smile: \u202eright to left\u202c e\u0301 \U0001f600\U0001f680 "
    "{{value}} ${value} <b>not bold</b> end"
)

# Characters outside the Basic Multilingual Plane reveal offsets counted in UTF-16 units.
MINERALS = (
    "Minerals 🪨🪨 of Central Asia\n\n"
    "How much chromium is there?\n\n"
    "The region is rich in ores 𝔸𝔹. It holds 30.07 percent of the world's chromium. More follows."
    "\n\nRelated news: ten things to do this summer\n\n" + "Filler paragraph about geology. " * 120
)
REPORT = "A report.\n\nThe countries hold 31 percent of the chromium. It was released in 2023."

# What the fake engine cites first of the text MINERALS, and of REPORT.
WORDS = "30.07 percent"
SENTENCE = f"It holds {WORDS} of the world's chromium."
PASSAGE = f"The region is rich in ores 𝔸𝔹. {SENTENCE}"
SECOND = "The countries hold 31 percent of the chromium. It was released in 2023."


def make_info(source_id: str, title: str, **fields: object) -> SourceInfo:
    """Returns a source's description; fields not given are None or derived from the id."""
    described: dict[str, object] = {
        "id": source_id,
        "path": f"corpus/{source_id}.md",
        "title": title,
        "publisher": None,
        "author": None,
        "date": None,
        "url": None,
        "language": "en",
        "format": "md",
        "sha256": "0" * 64,
    }
    return SourceInfo(**{**described, **fields})  # type: ignore[arg-type]


def make_source(info: SourceInfo, text: str, **fields: object) -> Source:
    """Returns a source whose blocks are the paragraphs of its text."""
    blocks = []
    position = 0
    for number, paragraph in enumerate(text.split("\n\n")):
        end = position + len(paragraph)
        skipped = "teaser" if paragraph.startswith("Related news") else None
        kind = BlockKind.HEADING if number == 0 else BlockKind.PARAGRAPH
        blocks.append(Block(position, end, kind, level=int(number == 0), skipped=skipped))
        position = end + 2
    return Source(info, text, tuple(blocks), **fields)  # type: ignore[arg-type]


def make_quote(source: Source, rank: int, span: Span, *highlights: Span, also: int = 0) -> Quote:
    """Returns the passage of a source at `span`, with the number `rank`."""
    return Quote(
        rank=rank,
        citations=(rank, also) if also else (rank,),
        text=source.text[span[0] : span[1]],
        score=0.9,
        source=source.info,
        start=span[0],
        end=span[1],
        locator=f"line {rank}",
        section=("Ores", "Metals & more"),
        highlights=highlights,
    )


def make_citation(quote: Quote, number: int | None = None) -> Citation:
    """Returns the citation that a quote's own number refers to."""
    return Citation(
        number=number or quote.citations[0],
        passage_id=f"passage-{quote.rank}",
        source=quote.source,
        start=quote.start,
        end=quote.end,
        locator=quote.locator,
        section=quote.section,
    )


def make_answer(question: str, *quotes: Quote, **fields: object) -> Answer:
    """Returns an answer that consists of quotes."""
    described: dict[str, object] = {
        "question": question,
        "verdict": Verdict.ANSWERED,
        "confidence": 0.91,
        "generation": 3,
        "context": (),
        "quotes": quotes,
        "citations": tuple(make_citation(quote) for quote in quotes),
        "conflicts": (),
        "timings": Timings(encode=1.0, search=1.0, total=3.0),
    }
    return Answer(**{**described, **fields})  # type: ignore[arg-type]


def span_of(text: str, part: str) -> Span:
    """Returns the position of `part` in `text`."""
    start = text.index(part)
    return start, start + len(part)
