"""A question in the words of the corpus: spellings, acronyms, slips of the pen, and quotes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_encoder import MINERALS, WordEncoder

import bot
from bot.export import answer_json
from bot.text.acronyms import definitions
from bot.text.rewriting import Phrasing, Words, contains, rewrite_question
from bot.text.spelling import american
from bot.text.terms import STOP_WORDS, terms
from bot.types import Answer

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

# Spelling


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


# Acronyms


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


# Phrasing

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


# End to end


class CommonEncoder(WordEncoder):
    """Knows only the words of its vocabulary and short ones whole."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Two pieces for a word of five letters and more that it does not know."""
        return [
            sum(1 + (len(word) > 4 and word.lower() not in self.vocabulary) for word in words)
            for words in (text.split() for text in texts)
        ]


@pytest.fixture
def encoder() -> WordEncoder:
    return CommonEncoder(MINERALS)


def texts(found: Answer) -> list[str]:
    return [quote.text for quote in found.quotes]


@pytest.fixture
def dialogue(engine: bot.Engine, write: Write) -> bot.Engine:
    write(
        {
            "a.txt": "The Copper Uranium Dialogue (CUD) was launched in February.",
            "b.txt": "The CUD covers the environment.",
            "c.txt": "Lead is heavy.",
        }
    )
    engine.sync()
    return engine


def test_a_slip_finds_what_was_meant_and_is_told(dialogue: bot.Engine) -> None:
    found = dialogue.ask("Does it cover the enviroment?", k=1)

    assert texts(found) == ["The CUD covers the environment."]
    assert found.reworded == ("enviroment → environment",)
    assert found.question == "Does it cover the enviroment?"
    assert dialogue.ask("Does it cover the environment?").reworded == ()


def test_an_acronym_finds_its_long_form_and_is_told(dialogue: bot.Engine) -> None:
    short = dialogue.ask("When was the CUD launched?", k=3)
    long = dialogue.ask("When was the copper uranium dialogue launched?", k=3)

    assert short.reworded == ("CUD = Copper Uranium Dialogue",)
    assert long.reworded == ("Copper Uranium Dialogue = CUD",)
    assert texts(short)[0] == texts(long)[0]
    assert texts(long)[1] == "The CUD covers the environment."


def test_the_contract_says_what_was_reworded(dialogue: bot.Engine) -> None:
    found = dialogue.ask('When was the "copper uranium dialogue" launched? Enviroment "of tin"')

    shown = answer_json.answer_json(found)

    assert shown["reworded"] == ["Enviroment → Environment", "Copper Uranium Dialogue = CUD"]
    assert shown["unquoted"] == ["copper uranium dialogue", "of tin"]
    (start, end) = shown["passages"][0]["answer"]
    quote = found.quotes[0]
    assert quote.text[start - quote.start : end - quote.start] == "February"
    plain = answer_json.answer_json(dialogue.ask("Is lead heavy?"))
    assert (plain["reworded"], plain["unquoted"]) == ([], [])
    assert plain["passages"][0]["answer"] is None


@pytest.fixture
def sayings(engine: bot.Engine, write: Write) -> bot.Engine:
    write(
        {
            "a.txt": "Zinc zinc zinc: steel coats zinc.",
            "b.txt": "They say that ZINC coats\nsteel, and lead.",
            "c.txt": "Copper, which is red. The zinc coats steel.",
            "d.txt": "Steel of zinc coats.",
            "e.txt": "It is what it is.",
        }
    )
    engine.sync()
    return engine


@pytest.mark.parametrize("quotes", ['""', "“”", "«»", "„“"])
def test_only_passages_that_have_a_quoted_phrase(sayings: bot.Engine, quotes: str) -> None:
    found = sayings.ask(f"Who said {quotes[0]}zinc coats steel{quotes[1]}?", k=10)

    assert {quote.source.path for quote in found.quotes} == {"corpus/b.txt", "corpus/c.txt"}
    assert found.unquoted == ()
    assert len(sayings.ask("Who said zinc coats steel?", k=10).quotes) == 5


def test_all_of_several_phrases_are_needed(sayings: bot.Engine) -> None:
    found = sayings.ask('"zinc coats steel" and "Lead"', k=10)

    assert [quote.source.path for quote in found.quotes] == ["corpus/b.txt"]
    assert found.unquoted == ()


def test_a_phrase_counts_as_it_stands_and_not_by_its_terms(sayings: bot.Engine) -> None:
    # "steel of zinc" has the terms of "steel zinc", and "coat" the stem of "coats".
    found = sayings.ask('"steel of zinc"', k=10)
    assert [quote.source.path for quote in found.quotes] == ["corpus/d.txt"]

    other = sayings.ask('"steel with zinc"', k=10)
    assert other.unquoted == ("steel with zinc",)
    assert sayings.ask('"zinc coat steel"', k=10).unquoted == ("zinc coat steel",)


def test_a_phrase_that_nobody_says_is_searched_for_as_words(sayings: bot.Engine) -> None:
    plain = sayings.ask("red copper zinc", k=10)
    found = sayings.ask('"red copper" "zinc"', k=10)

    assert texts(found) == texts(plain)
    assert found.unquoted == ("red copper", "zinc")
    assert plain.unquoted == ()


@pytest.mark.parametrize("phrase", ["it is what it is", "?!", "   "])
def test_a_phrase_without_terms_is_not_asked_for(sayings: bot.Engine, phrase: str) -> None:
    found = sayings.ask(f'zinc "{phrase}"', k=10)

    assert len(found.quotes) == 5
    assert found.unquoted == ()


def test_a_slip_within_a_phrase_is_meant(sayings: bot.Engine) -> None:
    found = sayings.ask('"zinc coatz steel"', k=10)

    assert found.reworded == ()
    assert found.unquoted == ("zinc coatz steel",)


def test_all_of_it_works_where_the_index_was_made_elsewhere(
    dialogue: bot.Engine, tmp_path: Path
) -> None:
    other = bot.open(tmp_path / "nowhere", dialogue.settings.index, encoder=CommonEncoder(MINERALS))

    assert other.ask("the enviroment", k=1).reworded == ("enviroment → environment",)
