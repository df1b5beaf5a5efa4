"""The terms of texts in many languages, and the words that have them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.question.language import language_among
from bot.retrieval.queries import forms_in
from bot.text.terms import analysed, analysed_languages, terms, words
from bot.types import SourceInfo


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("minerals", "Mineral", None),
        ("U.S.", "US", None),
        ("centre", "center", "en"),
        # The letters tell the script, whatever the language of the text.
        ("правительства", "Правительство", None),
        ("правительства", "правительством", "en"),
        ("κυβερνήσεις", "κυβέρνησης", None),
        ("Regierungen", "Regierung", "de"),
        ("Länder", "Landern", "de-AT"),
        ("gouvernements", "gouvernement", "fr"),
        ("kitapları", "kitaplar", "tr"),
        ("IŞIK", "ışık", "tr"),
        ("ﬁsh", "fish", None),
    ],
)
def test_forms_of_a_word_have_the_same_term(one: str, other: str, language: str | None) -> None:
    found = terms(one, language)

    assert len(found) == 1
    assert found == terms(other, language)


def test_function_words_of_the_language_have_no_term() -> None:
    assert terms("what is the") == terms("wo ist die", "de") == terms("когда и где") == []
    # English words are words like others elsewhere.
    assert terms("the der", "de") == ["the"]
    assert terms("the der") == ["der"]


def test_characters_without_blanks_are_terms_alone_and_in_pairs() -> None:
    assert terms("铬矿 2024年") == ["铬", "矿", "铬矿", "2024", "年"]
    assert terms("铬" * 30) == ["铬"] * 30 + ["铬铬"] * 29


def test_words_stand_where_they_are_said_to() -> None:
    text = "Das Chrom der 铬矿山!"

    found = [(text[start:end], own) for (start, end), own in words(text, "de")]

    assert found == [("Chrom", ("chrom",)), ("铬矿", ("铬矿",)), ("矿山", ("矿山",))]


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from((None, "de", "fr", "tr", "ru", "zh")))
def test_words_are_slices_of_any_text(text: str, language: str | None) -> None:
    ends = [0]
    for (start, end), own in words(text, language):
        assert 0 <= start < end <= len(text)
        assert own
        ends.append(end)
    assert ends == sorted(ends)


def test_a_language_without_a_stemmer_is_analysed_as_english() -> None:
    assert [analysed(code) for code in (None, "en-GB", "uz", "kk", "pt_BR", "DE")] == [
        "en", "en", "en", "en", "pt", "de",
    ]  # fmt: skip


def _info(language: str | None) -> SourceInfo:
    return SourceInfo("1", "corpus/a.txt", "A", None, None, None, None, language, "txt", "0")


def test_the_languages_of_a_corpus_are_those_of_its_sources() -> None:
    infos = [_info(code) for code in ("de", "de", None, "ru", "fr")]

    assert analysed_languages(infos) == ("de", "en", "fr")
    assert analysed_languages([]) == ()


@pytest.mark.parametrize(
    ("question", "languages", "wanted"),
    [
        ("Wann wurde die Brücke gebaut?", ("en", "de"), "de"),
        ("When was the bridge built?", ("de", "en"), "en"),
        ("Wann wurde die Brücke gebaut?", ("en",), "en"),
        ("Panthers 2015", ("de",), "de"),
        ("Panthers 2015", ("de", "en"), "en"),
        ("Quand le pont a-t-il été construit ?", ("de", "es"), "de"),
        ("Panthers 2015", (), "en"),
    ],
)
def test_a_question_is_analysed_as_one_of_the_languages_of_the_texts(
    question: str, languages: tuple[str, ...], wanted: str
) -> None:
    assert language_among(question, languages) == wanted


def test_a_word_is_looked_for_in_the_forms_of_all_languages() -> None:
    found = forms_in(["Wo verhandelte Biden?"], "de", ["en"])

    assert terms("Biden", "de") == ["bid"]
    assert found["bid"] == {"biden"}
    assert forms_in(["Wo verhandelte Biden?"], "de", []) == {}
