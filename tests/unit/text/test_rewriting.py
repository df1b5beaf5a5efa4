"""A question is put into the words of the corpus."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.rewriting import Phrasing, Words, contains, rewrite_question
from bot.text.terms import STOP_WORDS, terms

WORDS = Words(
    acronyms={
        "CMD": ("Critical Minerals Dialogue",),
        "REEs": ("rare earth elements",),
        "U.S.": ("United States",),
        "MSP": ("Minerals Security Partnership", "multi-stage process"),
        "IT": ("information technology",),
    },
    frequencies={
        "environment": 9,
        "minerals": 20,
        "mineral": 5,
        "partnership": 3,
        "kazakhstan": 7,
        "shouldn": 1,
        "mines": 4,
        "minds": 6,
        "chromium": 2,
        "chronium": 5,
        "zinc": 8,
    },
)
COMMON = frozenset("which what is does how affect the mining cover lead hen where".split())


def question(text: str, common: bool | None = None) -> Phrasing:
    """How a question is searched for in a corpus that has the words above."""
    known = {term for word in WORDS.frequencies for term in terms(word)}
    return rewrite_question(
        text,
        WORDS,
        known.__contains__,
        lambda word: word.lower() in COMMON if common is None else common,
    )


@pytest.mark.parametrize(
    ("asked", "corrected", "changes"),
    [
        (
            "How does mining affect the enviroment?",
            "How does mining affect the environment?",
            ("enviroment → environment",),
        ),
        ("Enviroment?", "Environment?", ("Enviroment → Environment",)),
        # Two letters from a long word, and one from a short one; neighbours that are swapped are
        # one.
        ("Kazahkstn zinc", "Kazakhstan zinc", ("Kazahkstn → Kazakhstan",)),
        ("envirnmet zinc", "environment zinc", ("envirnmet → environment",)),
        ("mineralz", "minerals", ("mineralz → minerals",)),
        ("mienrals", "minerals", ("mienrals → minerals",)),
        # The same slip twice is told once.
        (
            "enviroment and enviroment",
            "environment and environment",
            ("enviroment → environment",),
        ),
        # The nearest word, and of those as near the most frequent.
        ("chromiun zinc", "chromium zinc", ("chromiun → chromium",)),
        ("the minas", "the minds", ("minas → minds",)),
        ("the mimes", "the mines", ("mimes → mines",)),
        # The first word of a question.
        ("wat minerals does it cover?", "what minerals does it cover?", ("wat → what",)),
        ("Waht is zinc?", "what is zinc?", ("Waht → what",)),
        ("Wich zinc", "which zinc", ("Wich → which",)),
        ("whn is zinc", "when is zinc", ("whn → when",)),
        ("zinc is wat", "zinc is wat", ()),
    ],
)
def test_slips_are_put_right_and_told(asked: str, corrected: str, changes: tuple[str, ...]) -> None:
    found = question(asked)

    assert (found.corrected, found.changes) == (corrected, changes)
    assert found.text == corrected


@pytest.mark.parametrize(
    "asked",
    [
        # Common: known without the corpus, though the corpus has "lead" of nothing near.
        "Which leads cover the mining?",
        "Where is the mining?",
        "Hen zinc",
        "Hat zinc",
        "Wow, zinc!",
        "How cover zinc",
        # Known to the corpus, in any form of the word.
        "chronium chromium mineral partnerships Environments",
        # In quotes, straight or typographic.
        'the "enviroment" of zinc',
        "the “Kazahstan” and «enviroment»",
        # In capitals.
        "the ENVIROMENT",
        # Too short, or nothing is near; a word begins as it was begun.
        "zinx",
        "uranium",
        "invironment",
        "nvironment",
        # A contraction is not half of itself.
        "Why shouldn't zinc?",
        "Why shouldn’t zinc?",
        "",
        "?!",
        "水 зинк 12 1,5",
    ],
)
def test_what_is_never_changed(asked: str) -> None:
    found = question(asked)

    assert found.corrected == found.text == asked
    assert found.changes == ()


def test_a_word_of_the_corpus_is_no_slip_of_an_interrogative() -> None:
    words = Words(acronyms={}, frequencies={"wat": 1})

    assert rewrite_question("Wat Pho?", words, {"wat"}.__contains__, lambda _: False).changes == ()
    other = rewrite_question("Wat zinc?", Words({}, {}), lambda _: False, lambda _: False)
    assert other.corrected == "what zinc?"


@pytest.mark.parametrize(
    ("asked", "added", "changes"),
    [
        (
            "Who leads the CMD?",
            " Critical Minerals Dialogue",
            ("CMD = Critical Minerals Dialogue",),
        ),
        (
            "who leads the cmd?",
            " Critical Minerals Dialogue",
            ("CMD = Critical Minerals Dialogue",),
        ),
        ("The CMDs’ aim", " Critical Minerals Dialogue", ("CMD = Critical Minerals Dialogue",)),
        ("the CMD's aim", " Critical Minerals Dialogue", ("CMD = Critical Minerals Dialogue",)),
        # The other way round.
        (
            "Who leads the critical minerals dialogue?",
            " CMD",
            ("Critical Minerals Dialogue = CMD",),
        ),
        ("a rare earth element", " REEs", ("rare earth elements = REEs",)),
        ("REE or REEs", " rare earth elements", ("REEs = rare earth elements",)),
        # All of several long forms.
        (
            "the MSP",
            " Minerals Security Partnership multi-stage process",
            ("MSP = Minerals Security Partnership", "MSP = multi-stage process"),
        ),
        # With full stops and without.
        ("the U.S.", " United States", ("U.S. = United States",)),
        ("the US?", " United States", ("U.S. = United States",)),
        ("the united states", " U.S.", ("United States = U.S.",)),
        # One that is a word is one in capitals only.
        ("is it zinc", "", ()),
        ("the IT", " information technology", ("IT = information technology",)),
        # Both are there already.
        ("Critical Minerals Dialogue, or CMD", "", ()),
        # Only a part, or other words between.
        ("the critical dialogue on minerals", "", ()),
    ],
)
def test_acronyms_go_with_their_long_forms(
    asked: str, added: str, changes: tuple[str, ...]
) -> None:
    found = question(asked, common=True)

    assert found.corrected == asked
    assert (found.text, found.changes) == (asked + added, changes)


@pytest.mark.parametrize(
    ("longs", "named"),
    [
        (("Interagency Agreement", "inter-agency agreements"), ["IAA = Interagency Agreement"]),
        (("Async Task Framework", "Asynchronous Task Framework"), ["IAA = Async Task Framework"]),
        (("U.S. Geological Survey", "United States Geological Survey"),
         ["IAA = U.S. Geological Survey"]),
        (("United States Geological Survey", "U.S. Geological Survey"),
         ["IAA = United States Geological Survey"]),
        (("National Park Service", "National Postal Service"),
         ["IAA = National Park Service", "IAA = National Postal Service"]),
        (("Online University", "Online University Library"),
         ["IAA = Online University", "IAA = Online University Library"]),
    ],
)  # fmt: skip
def test_two_spellings_of_one_long_form_are_named_once(
    longs: tuple[str, ...], named: list[str]
) -> None:
    words = Words(acronyms={"IAA": longs, "IAAs": (longs[0],)}, frequencies={})

    found = rewrite_question("the IAA", words, lambda _: True, lambda _: True)

    assert list(found.changes) == named
    # It is still searched for in each.
    assert all(long in found.text for long in longs)


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("What does CMD mean?", "Critical Minerals Dialogue (CMD)"),
        ("what is CMD short for", "Critical Minerals Dialogue (CMD)"),
        ("What's the CMD?", "Critical Minerals Dialogue (CMD)"),
        ("What do REEs stand for?", "rare earth elements (REEs)"),
        ("What is an MSP?", "Minerals Security Partnership (MSP) multi-stage process (MSP)"),
    ],
)
def test_a_question_about_an_acronym_is_one_about_its_forms(asked: str, searched: str) -> None:
    found = question(asked, common=True)

    assert (found.text, found.corrected) == (searched, searched)


@pytest.mark.parametrize("asked", ["What does the CMD cover?", "The CMD?", "What does zinc mean?"])
def test_any_other_question_keeps_its_words(asked: str) -> None:
    assert question(asked, common=True).corrected == asked


def test_slips_are_put_right_before_acronyms_are_looked_for() -> None:
    words = Words({"CMD": ("Critical Minerals Dialogue",)}, {"minerals": 1, "dialogue": 1})

    found = rewrite_question(
        "critical minerols dialogue", words, {"critic"}.__contains__, lambda _: False
    )

    assert found.corrected == "critical minerals dialogue"
    assert found.text == "critical minerals dialogue CMD"
    assert found.changes == ("minerols → minerals", "Critical Minerals Dialogue = CMD")


@pytest.mark.parametrize(
    ("asked", "phrases"),
    [
        ('Who said "zinc coats steel"?', ("zinc coats steel",)),
        ("Who said “zinc coats steel”?", ("zinc coats steel",)),
        ("Who said „zinc coats steel“ or «lead»?", ("zinc coats steel", "lead")),
        ('"  zinc " and "lead"', ("zinc", "lead")),
        # Quotes are paired from the left, however little is in them.
        ('What is "T" in "zinc ore"?', ("T", "zinc ore")),
        ('"" zinc "ore"', ("ore",)),
        (f'"{"zinc " * 60}" of "lead"', (("zinc " * 60).strip(), "lead")),
        ('a 5" pipe', ()),
        ("the miner's 'zinc'", ()),
        ("zinc", ()),
    ],
)
def test_quoted_phrases(asked: str, phrases: tuple[str, ...]) -> None:
    assert question(asked, common=True).phrases == phrases


@pytest.mark.parametrize(
    ("text", "phrase", "has"),
    [
        ("Zinc coats STEEL.", "zinc Coats steel", True),
        ("Zinc coats\n  steel.", "coats steel", True),
        ("The miner’s zinc", "miner's zinc", True),
        ("The miner's zinc", "miner’s  zinc", True),
        ("Zinc coats steel.", "zinc steel", False),
        ("Zink coats steel.", "zinc", False),
        ("Straße", "STRASSE", True),
    ],
)
def test_a_text_has_a_phrase_as_it_stands(text: str, phrase: str, has: bool) -> None:
    assert contains(text, phrase) == has


HOSTILE = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(["CMD", '"', "“", "wat", "enviroment", "'", "-", " ", "."])).map(
        "".join
    ),
)


@given(text=HOSTILE, common=st.booleans())
def test_any_text_can_be_phrased(text: str, common: bool) -> None:
    found = question(text, common)

    assert found.text.startswith(found.corrected)
    assert (found.changes == ()) == (found.text == text)


@given(text=HOSTILE)
def test_a_question_in_words_of_the_corpus_is_searched_for_as_it_is(text: str) -> None:
    found = rewrite_question(text, Words({}, WORDS.frequencies), lambda _: True, lambda _: False)

    assert found.text == found.corrected == text
    assert found.changes == ()


CLEAN = st.sampled_from([*STOP_WORDS, *COMMON, *WORDS.frequencies, "Zinc", "IN", "12", "…"])


@given(words=st.lists(CLEAN, max_size=12), mark=st.sampled_from(["", "?", " ?", ".", '"']))
def test_a_clean_question_is_not_corrected(words: Sequence[str], mark: str) -> None:
    text = " ".join(words) + mark

    assert question(text).corrected == text
