"""British and American spellings are the same word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.spelling import american
from bot.text.terms import terms


@pytest.mark.parametrize(
    ("british", "us"),
    [
        ("colour", "color"),
        ("colours", "colors"),
        ("favourite", "favorite"),
        ("behavioural", "behavioral"),
        ("labourers", "laborers"),
        ("neighbourhood", "neighborhood"),
        ("organisation", "organization"),
        ("organisations", "organizations"),
        ("organisational", "organizational"),
        ("realised", "realized"),
        ("analyse", "analyze"),
        ("travelled", "traveled"),
        ("modelling", "modeling"),
        ("centre", "center"),
        ("centred", "centered"),
        ("theatres", "theaters"),
        ("fibre", "fiber"),
        ("catalogue", "catalog"),
        ("catalogued", "cataloged"),
        ("dialogues", "dialogs"),
        ("defence", "defense"),
        ("programmes", "programs"),
        ("aluminium", "aluminum"),
        ("sulphur", "sulfur"),
        ("sulphide", "sulfide"),
        ("anaemia", "anemia"),
        ("haemoglobin", "hemoglobin"),
        ("grey", "gray"),
        ("judgement", "judgment"),
        # Of one that follows another rule, both are applied.
        ("colourised", "colorized"),
    ],
)
def test_british_and_american_spellings_are_one(british: str, us: str) -> None:
    assert american(british) == american(us)
    assert terms(f"The {british.title()}.") == terms(us)


@pytest.mark.parametrize("word", ["our", "four", "hour", "tour", "flour", "rise", "wise", "size"])
def test_short_words_keep_their_spelling(word: str) -> None:
    assert american(word) == word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("filled", "filed"),
        ("telling", "teling"),
        ("prise", "prize"),
        ("there", "theer"),
        ("flour", "flor"),
        ("hour", "hor"),
        ("rogue", "rog"),
    ],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert american(one) != american(other)


def test_a_text_is_rewritten_word_by_word() -> None:
    assert american("grey-coloured metre2 «centre», o'colour x_grey") == (
        "gray-colored meter2 «center», o'color x_gray"
    )
    assert american("") == ""
    # Longer than any word: left as it is.
    assert american("x" * 57 + "isation") == "x" * 57 + "isation"


PARTS = st.sampled_from(
    "is ys our re ogue ence ll programme sulph an h ae grey e es ed er ers ing ation able al t b "
    "a o u x z i y lic xxxxxxxxx".split()
)


@given(text=st.one_of(st.text(), st.lists(PARTS, max_size=12).map("".join)))
def test_a_text_that_was_rewritten_stays(text: str) -> None:
    assert american(american(text)) == american(text)
