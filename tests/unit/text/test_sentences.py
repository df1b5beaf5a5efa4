"""Where sentences end, and where a full stop ends none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.sentences import sentences


def cut(text: str, language: str | None = "en") -> list[str]:
    return [text[start:end] for start, end in sentences(text, 0, len(text), language)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Jose W. Fernandez is the U.S. Under Secretary for Economic Growth.",
        "Jennifer Granholm is the U.S. Secretary of Energy.",
        "It met at the U.N. General Assembly in New York.",
        "The U.S. Congress said so.",
        "Article 17. The right to erasure is granted.",
        "Section 4.2. Fees are due in May.",
        "See No. 5 of the list.",
        "Under Art. 3 it is void.",
        "Dr. Novak and Prof. Lee spoke.",
        "J. W. Fernandez chaired it.",
        "It stands on p. 12 of the report.",
        "It costs approx. 5 euros.",
        "Vol. 2 follows soon.",
        "Some metals, e.g. Zinc, are common.",
        "Fig. 3 shows it.",
    ],
)
def test_a_full_stop_of_an_abbreviation_ends_no_sentence(sentence: str) -> None:
    assert cut(f"It began. {sentence} They left.") == ["It began.", sentence, "They left."]
    assert cut(sentence, None) == [sentence]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It met in the U.S. The talks went on.", ["It met in the U.S.", "The talks went on."]),
        ("He lives in the U.S. He works there.", ["He lives in the U.S.", "He works there."]),
        ("It is in Article 17. The next is void.", ["It is in Article 17.", "The next is void."]),
        ("Article 17.\nThe right to erasure", ["Article 17.", "The right to erasure"]),
    ],
)
def test_sentences_still_end(text: str, found: list[str]) -> None:
    assert cut(text) == found


@given(
    st.lists(
        st.sampled_from(
            ["U.S.", "Under", "Secretary", "No.", "5", "Article", "17.", "e.g.", "zinc", "The", "."]
        ),
        max_size=30,
    ).map(" ".join)
    | st.text(max_size=80)
)
def test_sentences_are_slices_that_leave_out_nothing_but_blanks(text: str) -> None:
    spans = sentences(text, 0, len(text), "en")
    assert spans == sorted(spans)
    kept, at = "", 0
    for start, end in spans:
        assert at <= start < end
        assert not text[at:start].strip()
        kept, at = kept + text[start:end], end
    assert not text[at:].strip()


def test_the_number_of_a_note_belongs_to_the_sentence_before() -> None:
    text = "The board met.²,³ It is due. It ends.⁴"
    assert cut(text) == ["The board met.²,³", "It is due.", "It ends.⁴"]
