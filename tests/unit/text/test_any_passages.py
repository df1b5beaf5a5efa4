"""Passages of any document lose nothing."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import example, given, settings
from hypothesis import strategies as st
from passage_words import texts, words
from split_sources import HEADING, QUESTION, Part, make_source, signs
from word_encoder import WordEncoder

from bot.text.passages import LONGEST_CHARACTERS, PassageRules, TokenCounter, passage_id, split
from bot.types import Block, BlockKind

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
