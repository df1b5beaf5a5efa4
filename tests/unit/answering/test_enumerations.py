"""Enumerations within a text are found as slices of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.question.answer_types import AnswerType
from bot.answering.spans.enumerations import enumerations


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Five: Chad, the Kyrgyz Republic, Mali, and Peru. Others.", AnswerType.COUNTRY,
         [("Chad, the Kyrgyz Republic, Mali, and Peru", 4)]),
        ("Chad and Mali agreed.", AnswerType.COUNTRY, []),
        ("You need: a form, a photo and ten pounds. Then go.", None,
         [("a form, a photo and ten pounds", 3)]),
        ("Bring:\n\n- a form\n- a photo\n  in colour\n\nThen go.", None,
         [("- a form\n- a photo\n  in colour", 2)]),
        ("1. Ask.\n2. Wait.\n   - long\n3. Go.", None,
         [("1. Ask.\n2. Wait.\n   - long\n3. Go.", 3)]),
        ("- alone\n\nText.", None, []),
        ("He came, saw and won.", None, []),
        ("", None, []),
    ],
)  # fmt: skip
def test_enumerations(text: str, kind: AnswerType | None, found: list[tuple[str, int]]) -> None:
    assert [(text[slice(*one.span)], one.items) for one in enumerations(text, kind)] == found


@given(st.text(st.sampled_from("ab-•1.:,; \n\tA"), max_size=80))
def test_an_enumeration_is_a_slice_of_its_text(text: str) -> None:
    for one in enumerations(text):
        start, end = one.span
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip()
        assert one.items >= 2
