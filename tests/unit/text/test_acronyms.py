"""Acronyms are found with their definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.acronyms import definitions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Critical Minerals Dialogue (CMD)", ("CMD", "Critical Minerals Dialogue")),
        ("It is the heat shock factor (HSF).", ("HSF", "heat shock factor")),
        # Words in between, letters inside of words, and several letters of one word.
        ("the Department of State (DOS)", ("DOS", "Department of State")),
        ("research and development (R&D)", ("R&D", "research and development")),
        ("the deoxyribonucleic acid (DNA)", ("DNA", "deoxyribonucleic acid")),
        ("estimated times of arrival (ETA)", ("ETA", "estimated times of arrival")),
        (
            "European Bank for Reconstruction and Development (EBRD)",
            ("EBRD", "European Bank for Reconstruction and Development"),
        ),
        # A plural, and full stops in either form.
        ("Many rare earth elements (REEs) are", ("REEs", "rare earth elements")),
        ("in the United States (U.S.) of", ("U.S.", "United States")),
        ("The U.S. Geological Survey (USGS)", ("USGS", "U.S. Geological Survey")),
        # Broken by the end of a line.
        ("the World Trade\n  Organization (WTO)", ("WTO", "World Trade Organization")),
    ],
)
def test_a_definition_is_found(text: str, found: tuple[str, str]) -> None:
    assert list(definitions(text)) == [found]


def test_definitions_come_in_the_order_of_the_text() -> None:
    text = "Central Asia (CA) and the Minerals Security Partnership (MSP); Central Asia (CA)."

    assert list(definitions(text)) == [
        ("CA", "Central Asia"),
        ("MSP", "Minerals Security Partnership"),
        ("CA", "Central Asia"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(CMD)",
        "A dialogue of ministers (CMD)",
        # Not two capitals, too long, or no acronym at all.
        "Zinc mine (Zm)",
        "Critical (C)",
        "Critical Minerals Dialogue (criticalminerals)",
        "Critical Minerals Dialogue (2024)",
        # In another sentence, in another bracket, in another paragraph, or too far before.
        "Critical Minerals Dialogue. It (CMD)",
        "Critical Minerals Dialogue (in Tashkent) (CMD)",
        "Critical Minerals Dialogue\n\n(CMD)",
        "Critical Minerals Dialogue, which had met the year before in Astana (CMD)",
        # The first letter must begin a word, and the last word must say something.
        "subcritical mineral dialogue (BCMD)",
        "Central Asia and the (CAT)",
        # It stands there already.
        "the CMD of all CMD (CMD)",
    ],
)
def test_what_defines_nothing(text: str) -> None:
    assert list(definitions(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "(AB)" * 50_000,
        "(" * 200_000,
        "A" * 200_000,
        "a " * 100_000,
        "(A" * 100_000,
        "\n" * 200_000 + "(AB)",
        ("x" * 199 + "(ABCDEFGHI)") * 1_000,
        ("z y x w v u t s r q " * 10 + "(ABCDEFGHI)") * 1_000,
        ("A." * 100 + "(ABCDEFGHI)") * 1_000,
        ("x" * 199 + "." + "(AB)") * 1_000,
    ],
    ids=lambda text: text[:8] + "…",
)
def test_hostile_texts_define_nothing(text: str) -> None:
    assert list(definitions(text)) == []


@given(text=st.one_of(st.text(), st.lists(st.sampled_from("aAbB .()\ns&é")).map("".join)))
def test_a_definition_is_made_of_the_text(text: str) -> None:
    flat = " ".join(text.split())
    for short, long in definitions(text):
        assert f"({short})" in text
        assert long in flat
        assert long[0].lower() == short[0].lower()
