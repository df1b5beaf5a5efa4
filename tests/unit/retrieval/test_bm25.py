"""Passages are found by the words that they share with a question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.folder import lexical as bm25
from bot.store.folder.lexical import LexicalIndex
from bot.store.folder.postings import Postings, write_postings
from bot.text.terms import terms

pytestmark = pytest.mark.usefixtures("quick_disk")


def lexical(folder: Path, *texts: str | tuple[str, str]) -> LexicalIndex:
    """The words of texts, each in its context or in "Zinc ore", in a segment of their own."""
    folder.mkdir(exist_ok=True)
    pairs = [(text, "Zinc ore") if isinstance(text, str) else text for text in texts]
    write_postings([(*pair, None) for pair in pairs], folder / "postings")
    rows = np.arange(len(texts), dtype=np.int32)
    return LexicalIndex([(Postings(folder / "postings"), rows)], len(texts))


def test_needed_terms_must_occur_in_the_text(tmp_path: Path) -> None:
    index = lexical(tmp_path, "Zinc shaft", "Ore shaft", "Shaft of zinc ore")

    def rows(*needed: str) -> list[int]:
        return sorted(row for row, _ in index.search(terms("zinc ore shaft"), 3, needed))

    assert rows() == [0, 1, 2]
    # Headings do not count.
    assert rows("zinc") == [0, 2]
    assert rows("zinc", "ore") == [2]
    assert rows("lead") == []


WORDS = st.lists(st.sampled_from("abcdefg"), max_size=9)


@settings(deadline=None)
@given(
    st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=40),
    st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=7),
    st.integers(1, 12),
)
def test_what_common_terms_gave_changes_no_later_search(
    tmp_path_factory: pytest.TempPathFactory,
    passages: list[tuple[list[str], list[str]]],
    asked: list[str],
    count: int,
) -> None:
    def said(letters: Sequence[str]) -> str:
        return " ".join(f"ore{ord(letter)}" for letter in letters)

    texts = [(said(text), said(context)) for text, context in passages]
    index = lexical(tmp_path_factory.mktemp("words"), *texts)
    query = said(asked).split()
    everything = index.search(query, len(texts) + 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bm25, "COMMON", 1)
        for end in range(1, len(query)):
            index.search(query[:end], count)
        best = index.search(query, count)

    assert best == everything[:count]
    assert {row for row, _ in everything} == {
        row for row, pair in enumerate(texts) if set(" ".join(pair).split()) & set(query)
    }


@given(st.lists(st.integers(0, 9), max_size=400), st.integers(0, 6))
def test_what_the_best_reach_whatever_a_sample_tells(scores: list[int], count: int) -> None:
    expected = sorted(scores, reverse=True)[count - 1] if len(scores) >= count > 0 else 0
    assert bm25._least(np.array(scores, dtype=np.float64), count) == expected


def test_bm25_by_hand(tmp_path: Path) -> None:
    index = lexical(tmp_path, "Lead lead", "Lead, tin and tin again of Tin", "Gold")

    found = dict(index.search(["lead"], 3))

    # Lengths 2, 5 and 1 (the stop words do not count): on average 8 / 3; two of three have it.
    rarity = math.log(1 + 1.5 / 2.5)
    twice = 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 2 / (8 / 3)))
    once = 2.2 / (1 + 1.2 * (0.25 + 0.75 * 5 / (8 / 3)))
    assert found == pytest.approx({0: rarity * twice, 1: rarity * once})
    assert index.document_frequency("lead") == 2


def test_a_word_of_the_context_counts_half_as_often_as_one_of_the_text(tmp_path: Path) -> None:
    index = lexical(
        tmp_path,
        ("Zinc lead", "Zinc"),
        ("Tin", "Zinc zinc ore"),
        ("Gold silver copper", "Tin ore"),
    )

    # The texts have 2, 1 and 3 words, the contexts 1, 3 and 2: the norm of a length is 0.25 and
    # 0.375 a word. Text and context are added up before more of the same counts less, and how
    # rare a word is, is told by the texts alone: one of three has zinc, and one has tin.
    rarity = math.log(1 + 2.5 / 1.5)

    def score(frequency: float) -> float:
        return rarity * 2.2 * frequency / (frequency + 1.2)

    assert dict(index.search(["zinc"], 3)) == pytest.approx(
        {0: score(1 / 1 + 0.5 * 1 / 0.625), 1: score(0.5 * 2 / 1.375)}
    )
    assert dict(index.search(["tin"], 3)) == pytest.approx(
        {1: score(1 / 0.625), 2: score(0.5 * 1 / 1)}
    )
    assert [index.document_frequency(term) for term in ("zinc", "tin", "ore")] == [1, 1, 0]
    assert index.occurs("ore")


def test_passages_of_equal_score_are_found_by_row(tmp_path: Path) -> None:
    index = lexical(tmp_path, "Tin", "Lead", "Tin", "Tin")

    assert [row for row, _ in index.search(["tin"], 2)] == [0, 2]
