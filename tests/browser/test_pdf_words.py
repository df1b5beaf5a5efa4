"""The words of a source are found in the text of a page however they are set."""

from __future__ import annotations

from collections.abc import Callable

from browser import Page

PLACES = """async ([page, source, words, within]) => {
    const { lettersOf, matchesOn, stretchesOf } =
        await import("./pincite/assets/source/placing.js");
    const [there, here] = [lettersOf(page), lettersOf(source)];
    const span = text => [source.indexOf(text), source.indexOf(text) + text.length];
    const matches = matchesOn(there, here, ...span(within));
    const inside = source.indexOf(within) + within.indexOf(words);
    const stretches = stretchesOf(there, here, matches, inside, inside + words.length);
    return stretches.map(([from, to]) => page.slice(from, to));
}"""


# The text of a page, its text in the source, a part of that, and where it is on the page.
SET = (
    ("a b  c", "x a\nb c", "a\nb c", ["a b  c"]),
    ("exam-ple one", "exam-\nple one", "exam-\nple", ["exam-ple"]),
    ("example one", "exam-\nple one", "exam-\nple", ["example"]),
    ("a \ufb01ne o\ufb03ce", "a fine\noffice", "fine\noffice", ["\ufb01ne o\ufb03ce"]),
    ("caf\u00e9 \u201cx\u201d", 'cafe\u0301 "x"', 'cafe\u0301 "x"', ["caf\u00e9 \u201cx"]),
    ("He said: (one) two?!", "said: (one)\ntwo?! Yes", "(one)\ntwo?!", ["(one) two?!"]),
    # Columns that one program reads line by line across.
    ("one two LEFT three four", "one two\nthree four", "one two\nthree four",
     ["one two", "three four"]),
    ("\U0001d538\U0001d539 zinc", "AB zinc", "AB zinc", ["\U0001d538\U0001d539 zinc"]),
    ("zinc \U0001d538\U0001d539", "zinc AB", "zinc AB", ["zinc \U0001d538\U0001d539"]),
    ("one two", "one three", "three", []),
    ("one two", "one two\nthree four", "one two\nthree four", []),
    # Rows of a table whose labels are above them.
    ("Boat Berth Fee Tarn B-1 80 Umbra B-1 80", "Boat: Tarn | Berth: B-1 | Fee: 80\n"
     "Boat: Umbra | Berth: B-1 | Fee: 80", "Boat: Umbra | Berth: B-1 | Fee: 80",
     ["Umbra", "B-1", "80"]),
    # An annotation on the page is not part of its text.
    ("The lock is open in May. Fees are due.", "The lock is open in May.\nComment: Ask.\n"
     "Fees are due.", "The lock is open in May.\nComment: Ask.\nFees are due.",
     ["The lock is open in May", "Fees are due."]),
    ("-- **", "-- **", "--", []),
    ("\u5929\u5730 \u7384\u9ec4", "\u5929\u5730\n\u7384\u9ec4", "\u5730\n\u7384",
     ["\u5730 \u7384"]),
)  # fmt: skip


def test_words_are_found_however_they_are_set(open_page: Callable[..., Page]) -> None:
    page = open_page()
    for there, source, words, found in SET:
        assert page.evaluate(PLACES, [there, source, words, words]) == found, words


# The text of a page, its text in the source, the matched stretch, a part of it, and where that is.
PARTS = (
    ("7 7 7 zinc 7, lead 7.", "7 7 7\nzinc 7, lead 7.", "zinc 7, lead 7.", "7,", ["7,"]),
    ("one two X three four", "one two\nthree four", "one two\nthree four", "three", ["three"]),
    ("one two X three four", "one two\nthree four", "one two\nthree four", "two\nthree",
     ["two", "three"]),
    ("one two X 5 three", "one two\n5\nthree", "one two\n5\nthree", "5", []),
    ("one five X three", "one two\nthree", "one two\nthree", "one", []),
)  # fmt: skip


def test_a_part_is_found_within_what_was_found(open_page: Callable[..., Page]) -> None:
    page = open_page()
    for there, source, whole, part, found in PARTS:
        assert page.evaluate(PLACES, [there, source, part, whole]) == found, part
