"""Looks that tell two texts apart: none may part what a closer reading finds together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.comparing import alignment, paraphrases
from bot.answering.comparing.prefilter import (
    MOSTLY,
    OF_A_NAME,
    alike,
    outline,
)
from bot.answering.comparing.tokens import ProperNames, wording

WORDS = (
    "zinc lead chromium mined exported refined Kazakhstan Kyrgyzstan Tajikistan Astana 2019 2024 "
    "12 15 percent million tons not the and with from Minister minister president report Report "
    "ore ores US United States that 3rd third"
).split()

sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(
    lambda words: " ".join(words).capitalize() + "."
)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=80)


@given(sentences | texts, sentences | texts)
def test_a_text_may_lack_a_quarter_of_its_words(left: str, right: str) -> None:
    one, other = outline(left), outline(right)
    lacking = len(one.words - other.words)
    expected = lacking <= OF_A_NAME or lacking <= (1 - MOSTLY) * len(one.words)
    assert one.mostly_in(other) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", set()),
        ("Zinc-coated STEEL, by the ton", {"zinc", "coat", "stee"}),
        ("rare_earths: 2024’s naïveté", {"rare", "eart", "2024", "naïv"}),
        ("Цинк и свинец", {"цинк", "свин"}),
    ],
)
def test_an_outline_is_how_longer_words_begin(text: str, words: set[str]) -> None:
    assert outline(text).words == words


@given(st.lists(sentences | texts, max_size=6), st.sampled_from([0.0, 0.15, 0.3, 1.0]))
def test_pairs_are_found_together_as_one_by_one(several: list[str], share: float) -> None:
    looked = [outline(text) for text in several]
    expected = [[one.shares(other, share) for other in looked] for one in looked]
    assert alike(several, share).tolist() == expected


@given(sentences, sentences, st.sampled_from([0.75, 0.8]))
def test_what_matches_is_let_pass(left: str, right: str, share: float) -> None:
    one, other = wording(left), wording(right)
    if alignment.compare(one, other, ProperNames([one, other])).share >= share:
        assert alignment.may_match(one, other, share)
        # A look tells no titles from words that begin like them.
        titled = one.has_title or other.has_title
        assert titled or outline(left).may_match(outline(right), share)


@given(sentences, sentences)
def test_what_differs_loosely_is_let_pass(left: str, right: str) -> None:
    one, other = wording(left), wording(right)
    known = ProperNames([one, other])
    comparison = alignment.compare(one, other, known)
    if list(paraphrases.paraphrase_differences(one, other, comparison, known)):
        assert paraphrases.may_differ(one, other)


def test_halves_of_other_sentences_are_told_apart() -> None:
    one = (
        "The furnaces of the northern plant were rebuilt while prices of ferrous scrap had fallen."
    )
    other = (
        "The furnaces of the northern plant were painted by volunteers during a summer festival."
    )
    assert not outline(one).may_match(outline(other), 0.75)
    assert not alignment.may_match(wording(one), wording(other), 0.75)
    assert outline(one).may_match(outline(one.replace("northern", "southern")), 0.75)


def test_names_are_read_when_they_are_asked_for() -> None:
    read = []

    def sentences() -> object:
        for text in ("It is mined in Kazakhstan.", "Zinc is a metal.", "They sell zinc."):
            read.append(text)
            yield wording(text)

    names = ProperNames(sentences())  # type: ignore[arg-type]
    assert read == []
    assert "kazakhstan" in names
    assert len(read) == 3
    assert "zinc" not in names, "it is written small elsewhere"
    assert len(read) == 3
