"""Words hyphenated at a line end: the text's own spellings decide, then a word list."""

from __future__ import annotations

import pytest

from bot.reading import read
from bot.reading.common.hyphenation import UNDECIDED, Spellings
from bot.reading.common.wrapping import with_whole_words

ENGLISH = "The warden of the valley keeps the records of the winter in the old house by the bridge."
GERMAN = "Der Verwalter des Tales hält die Verzeichnisse des Winters im alten Haus an der Brücke."


@pytest.mark.parametrize(
    ("line", "following", "joined"),
    [
        ("the reser-", "voir", "the reservoir"),
        ("the snow-", "ploughs", f"the snow{UNDECIDED}ploughs"),
        ("a long-", "term plan", "a long-term plan"),
        ("it is us-", "ing", "it is using"),
        ("pre-", "and post-war", "pre- and post-war"),
        ("Schleswig-", "Holstein", "Schleswig-Holstein"),
        ("ADMINI-", "STRATION", "ADMINISTRATION"),
        ("1990-", "1995", "1990-1995"),
        ("be\u00ad", "fore", "before"),
        ("http://example.org/long-", "term", "http://example.org/long-term"),
        ("a dash -", "and more", "a dash - and more"),
        ("no hyphen", "at all", "no hyphen at all"),
        ("葡萄", "酒", "葡萄酒"),
    ],
)
def test_a_cut_word_is_put_together(line: str, following: str, joined: str) -> None:
    before, between = Spellings([ENGLISH]).joined(line, following)
    assert before + between + following == joined


def test_the_text_itself_decides_first() -> None:
    own = Spellings([ENGLISH, "a long-term plan of the quernhouse"])
    assert own.joined("long-", "term") == ("long", "-")
    assert own.joined("quern-", "house") == ("quern", "")


def test_languages_that_write_compounds_as_one_word_cut_them_there() -> None:
    assert Spellings([GERMAN]).joined("Hafen-", "verwaltung") == ("Hafen", "")


def test_cut_parts_are_no_spellings() -> None:
    own = Spellings([ENGLISH, "of the quern-", "house and the quern-", "house"])
    assert own.joined("quern-", "house") == ("quern", UNDECIDED)


WRAPPED = """\
The old granary was sold in spring. The munici-
pality keeps its ploughs in the brick barn behind the sta-
tion, and nobody else has a key to the administra-
tion.

Next line."""


def test_a_wrapped_text_keeps_its_lines() -> None:
    whole = with_whole_words(WRAPPED)
    assert whole.split("\n") == [
        "The old granary was sold in spring. The municipality",
        "keeps its ploughs in the brick barn behind the station,",
        "and nobody else has a key to the administration.",
        "",
        "",
        "Next line.",
    ]
    assert read(WRAPPED.encode(), ".txt").text == whole


@pytest.mark.parametrize("text", ["- one\n- two-\n- three\n", "key: a-\nb: c\n", "x-\n"])
def test_what_is_not_wrapped_stays(text: str) -> None:
    assert with_whole_words(text) == text


def test_words_of_a_mail_are_put_together() -> None:
    document = read(b"Subject: Barn\n\n" + WRAPPED.encode(), ".eml")
    assert "municipality\nkeeps" in document.text
