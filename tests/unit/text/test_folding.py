"""Ligatures, soft hyphens and numbers of notes: searched without, quoted as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.folding import folded, folded_with_places
from bot.text.rewriting import contains
from bot.text.terms import terms


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("The o\ufb03ce is \ufb02ooded.", "The office is flooded."),
        ("\ufeb3\ufefc\ufee1", "سلام"),
        ("be\u00adfore nine", "before nine"),
        ("super\u200bmarket", "supermarket"),
        ("ខ្មែរ\u200bភាសា", "ខ្មែរ\u200bភាសា"),
        ("The toll¹ was lifted.²,³", "The toll was lifted."),
        ("40 m² and 10³", "40 m² and 10³"),
    ],
)
def test_signs_within_words_are_folded(text: str, searched: str) -> None:
    assert folded(text) == folded_with_places(text)[0] == searched


@given(st.text(st.sampled_from("ab. \ufb01\ufb03\u00ad\u200b²¹,")))
def test_every_place_is_that_of_the_same_sign(text: str) -> None:
    searched, places = folded_with_places(text)
    assert len(places) == len(searched) + 1
    assert places[-1] == len(text)
    assert list(places) == sorted(places)
    for letter, place in zip(searched, places, strict=False):
        assert letter == text[place] or text[place] in "\ufb01\ufb03"


def test_what_may_be_one_word_or_two_is_found_as_both() -> None:
    assert terms("a snow-\u00adplough") == ["snowplough", "snow", "plough"]


def test_a_quoted_phrase_is_found_whatever_signs_are_within_its_words() -> None:
    text = "The o\ufb03ce keeps long-\u00adterm records.¹"
    assert contains(text, "office keeps long-term records.")
