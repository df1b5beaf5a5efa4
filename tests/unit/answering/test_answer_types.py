"""What a question asks for, and where a text names such a thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.question.answer_types import (
    CLOSED,
    AnswerType,
    asked_for,
    named,
    names_more,
    repeats,
)

# What is asked for


@pytest.mark.parametrize(
    "question",
    [
        "Who launched the dialogue?",
        "who launched it",
        "Whom did they meet?",
        "Whose mine is it?",
        "To whom was it sold?",
        "And who leads it?",
        "Who's the minister?",
        "It was sold. Who bought it?",
        "Which president signed it?",
        "What American secretary spoke?",
        "What is the name of the minister who signed it?",
        "What were the names of the tankers?",
    ],
)
def test_a_name_is_asked_for(question: str) -> None:
    assert asked_for(question) is AnswerType.NAME


@pytest.mark.parametrize(
    "question",
    [
        "When did it start?",
        "when was it founded",
        "Since when has it been open?",
        "When’s the meeting?",
        "When?",
        "And when?",
        "What year was it founded?",
        "In what year was it founded?",
        "In which year did it close?",
        "On which exact date?",
        "What was the date of the meeting?",
        "How long ago was it found?",
        "The mine, when was it opened?",
    ],
)
def test_a_date_is_asked_for(question: str) -> None:
    assert asked_for(question) is AnswerType.DATE


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Where is the mine?", AnswerType.PLACE),
        ("Where’s the mine?", AnswerType.PLACE),
        ("From where does it come?", AnswerType.PLACE),
        ("Where?", AnswerType.PLACE),
        ("In which city did they meet?", AnswerType.PLACE),
        ("Which country mines most uranium?", AnswerType.COUNTRY),
        ("Which Central Asian countries mine it?", AnswerType.COUNTRY),
        ("What nation?", AnswerType.COUNTRY),
        ("How many mines are there?", AnswerType.NUMBER),
        ("how old is it", AnswerType.NUMBER),
        ("What is the population of Astana?", AnswerType.NUMBER),
        ("What is the total number of mines?", AnswerType.NUMBER),
        ("How many years did it take?", AnswerType.DURATION),
        ("How long does it take?", AnswerType.DURATION),
        ("How much uranium is mined?", AnswerType.AMOUNT),
        ("How far is it?", AnswerType.AMOUNT),
        ("How deep is the mine?", AnswerType.AMOUNT),
        ("How much money was invested?", AnswerType.MONEY),
        ("How much did the mine cost?", AnswerType.MONEY),
        ("What was the price of zinc?", AnswerType.MONEY),
        ("What percentage of uranium is theirs?", AnswerType.PERCENT),
        ("Which share of it?", AnswerType.PERCENT),
        ("How large a share is it?", AnswerType.PERCENT),
        ("What is the proportion?", AnswerType.PERCENT),
    ],
)
def test_other_things_are_asked_for(question: str, kind: AnswerType) -> None:
    assert asked_for(question) is kind


@pytest.mark.parametrize(
    "question",
    [
        "What is zinc?",
        "Why is zinc blue?",
        "How does it work?",
        "How is zinc mined?",
        "What do people who work there do?",
        "What happened when it was opened?",
        "Why did those who came leave?",
        "Which metals and when?",
        # Words of asking that do not ask.
        "When large groups meet, what happens?",
        "When large groups meet they talk.",
        "Doctor Who",
        "What did the WHO say?",
        "The WHO said so.",
        "Where the river bends",
        "zinc",
        "",
        "?!",
    ],
)
def test_nothing_of_a_known_kind_is_asked_for(question: str) -> None:
    assert asked_for(question) is None


# What is named


def things(text: str, kind: AnswerType) -> list[str]:
    return [text[start:end] for start, end in named(text, kind)]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("on 12 March 2024 and on 5 May, 2021.", ["12 March 2024", "5 May, 2021"]),
        ("on March 12, 2024, then April 1", ["March 12, 2024", "April 1"]),
        ("on 12th March and March 3rd", ["12th March", "March 3rd"]),
        ("in March 2024, in May", ["March 2024", "May"]),
        ("Jan. 5, 2020; Sept. 2019", ["Jan. 5, 2020", "Sept. 2019"]),
        ("2024-03-12", ["2024-03-12"]),
        ("from 1870 to 1939, 1870–1939, 1990-95", ["1870 to 1939", "1870–1939", "1990"]),
        ("in 1999, the 1990s, early 1990s, mid-2020", ["1999", "1990s", "early 1990s", "mid-2020"]),
        ("the 19th century, the early twentieth century",
         ["the 19th century", "the early twentieth century"]),
        ("65 million years ago, 3,000 years ago", ["65 million years ago", "3,000 years ago"]),
        ("in 44 BC", ["44 BC"]),
        ("at 5:30 p.m. or 17:45", ["5:30 p.m.", "17:45"]),
        # Figures that are no years.
        ("1,999 tonnes, 19995, 1.999, 12 and 2400 tonnes", []),
        ("Mayor Marcher may march", []),
    ],
)  # fmt: skip
def test_dates(text: str, dates: list[str]) -> None:
    assert things(text, AnswerType.DATE) == dates


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12 mines, 1,200 men and 2,500.75 tonnes", ["12", "1,200", "2,500.75"]),
        ("1.5 million people", ["1.5 million"]),
        ("Twenty-one mines and two hundred thousand", ["Twenty-one", "two hundred thousand"]),
        ("six to nine, or 10–12", ["six", "nine", "10–12"]),
        ("once or twice", ["once", "twice"]),
        # Years are none where they are dates, and are where nothing says so.
        ("In 1999 there were 12", ["12"]),
        ("in September 2010, and between 1990 and 2000", []),
        ("there were 1999 mines", ["1999"]),
        # Parts of words, and money.
        ("U235, 3D, the 5th, $5, someone, 1990s", []),
    ],
)
def test_numbers(text: str, numbers: list[str]) -> None:
    assert things(text, AnswerType.NUMBER) == numbers


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("$3.2 billion, or $3.2bn", ["$3.2 billion", "$3.2bn"]),
        ("USD 5 million and US$ 20", ["USD 5 million", "US$ 20"]),
        ("€5m and £1,000", ["€5m", "£1,000"]),
        ("five million dollars", ["five million dollars"]),
        ("100 US dollars and 12 euros", ["100 US dollars", "12 euros"]),
        ("3.2 billion tenge", ["3.2 billion tenge"]),
        ("12 mines", []),
    ],
)
def test_money(text: str, sums: list[str]) -> None:
    assert things(text, AnswerType.MONEY) == sums


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("56.2% and 30.07 percent", ["56.2%", "30.07 percent"]),
        ("six to nine percent", ["six to nine percent"]),
        ("6-9%, 6 to 9 per cent", ["6-9%", "6 to 9 per cent"]),
        ("two-thirds, one third and half of it", ["two-thirds", "one third", "half"]),
        ("56.2 tonnes", []),
    ],
)
def test_shares(text: str, shares: list[str]) -> None:
    assert things(text, AnswerType.PERCENT) == shares


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("5 years, a five-year plan", AnswerType.DURATION, ["5 years", "five-year"]),
        ("two to three weeks", AnswerType.DURATION, ["two to three weeks"]),
        ("1870 to 1939", AnswerType.DURATION, ["1870 to 1939"]),
        ("5 mines", AnswerType.DURATION, []),
        ("5 tonnes, 100 km and 30°C", AnswerType.AMOUNT, ["5 tonnes", "100 km", "30°C"]),
        ("a 5-metre pipe", AnswerType.AMOUNT, ["5-metre"]),
        # What is money or a share is that, and is named once.
        (
            "30 tonnes, $4 million, 5% and 6 to 9 percent in 2010",
            AnswerType.AMOUNT,
            ["30 tonnes", "$4 million", "5%", "6 to 9 percent"],
        ),
    ],
)
def test_durations_and_amounts(text: str, kind: AnswerType, found: list[str]) -> None:
    assert things(text, kind) == found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Charles de Gaulle met Ludwig van Beethoven.",
         ["Charles de Gaulle", "Ludwig van Beethoven"]),
        ("The Ministry of Foreign Affairs of Kazakhstan",
         ["Ministry of Foreign Affairs of Kazakhstan"]),
        ("J. R. R. Tolkien and Tony O’Neil", ["J. R. R. Tolkien", "Tony O’Neil"]),
        ("U.S. Secretary Antony Blinken", ["U.S. Secretary Antony Blinken"]),
        ("Óscar Ñuñez, Иван Петров", ["Óscar Ñuñez", "Иван Петров"]),
        # Function words and months that are only written large.
        ("However, Donald Lu spoke.", ["Donald Lu"]),
        ("In March Bob came. The man left.", ["Bob"]),
        ("Both Anna and Bob", ["Anna", "Bob"]),
        ("the president met nobody", []),
    ],
)  # fmt: skip
def test_names(text: str, names: list[str]) -> None:
    assert things(text, AnswerType.NAME) == names
    assert things(text, AnswerType.PLACE) == names


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Kyrgyzstan and the United Kingdom", ["Kyrgyzstan", "United Kingdom"]),
        ("Kazakhstan’s mines and Uzbekistan's", ["Kazakhstan’s", "Uzbekistan's"]),
        ("the United States of America and the U.S.", ["United States of America", "U.S."]),
        ("the Kyrgyz Republic and Ivory Coast", ["Kyrgyz Republic", "Ivory Coast"]),
        ("South Korea, Turkey, Türkiye, Czechia", ["South Korea", "Turkey", "Türkiye", "Czechia"]),
        ("Papua New Guinea or Guinea", ["Papua New Guinea", "Guinea"]),
        ("Georgia Jordan Chad", ["Georgia", "Jordan", "Chad"]),
        ("Kazakhstan Temir Zholy", ["Kazakhstan"]),
        # No other things are countries.
        ("the European Union, the United Nations, Asia, Astana", []),
        ("kazakhstan", []),
    ],
)
def test_countries(text: str, countries: list[str]) -> None:
    assert things(text, AnswerType.COUNTRY) == countries


def test_what_is_named_beyond_what_is_known() -> None:
    text = "Zinc was found in 1746 and not in 1900."

    assert names_more(text, AnswerType.DATE, {"1900"})
    assert not names_more(text, AnswerType.DATE, {"1900", "1746"})
    assert not names_more("Zinc was found.", AnswerType.DATE, set())
    assert repeats("the Zinc", {"zinc"})
    assert not repeats("the zinc ore", {"zinc"})
    assert not repeats("the", {"zinc"})


def test_kinds_that_are_told_by_a_closed_list() -> None:
    assert set(AnswerType) - CLOSED == {AnswerType.NAME, AnswerType.PLACE, AnswerType.COUNTRY}


KINDS = st.sampled_from(AnswerType)
PARTS = st.sampled_from(
    "1 12 1,200 1999 2024-01-02 12:30 $ € % percent one twenty-one million May Jan. the of and A "
    "U.S. Kazakhstan Anna’s years ago century 19th to - – . , US dollars é".split()
)
TEXTS = st.one_of(
    st.text(),
    st.lists(PARTS, max_size=20).map(" ".join),
    st.lists(PARTS, max_size=20).map("".join),
)


@given(text=TEXTS, kind=KINDS)
def test_things_are_named_in_order_and_within_the_text(text: str, kind: AnswerType) -> None:
    spans = named(text, kind)

    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(text[start:end].strip() == text[start:end] for start, end in spans)
    assert asked_for(text) in {None, *AnswerType}


@given(text=TEXTS, kind=KINDS)
def test_things_do_not_overlap(text: str, kind: AnswerType) -> None:
    spans = named(text, kind)

    if kind is not AnswerType.AMOUNT:  # where a sum may be a share too: "$5-6%"
        ends = [0, *(end for _, end in spans)]
        assert all(end <= start for end, (start, _) in zip(ends, spans, strict=False))


@pytest.mark.parametrize(
    ("part", "dates"),
    [("1", 0), ("111,", 0), (",", 0), ("A ", 0), ("a ", 0), ("A.", 0), ("one-", 0), (" ", 0),
     ("1999 ", 10_000), ("May ", 12_500)],
)  # fmt: skip
def test_no_text_takes_long_to_look_through(part: str, dates: int) -> None:
    # A pattern that goes back over the text at each of its characters would not come to an end.
    text = part * (50_000 // len(part))

    for kind in AnswerType:
        spans = named(text, kind)
        assert all(0 <= start < end <= len(text) for start, end in spans)
    assert len(named(text, AnswerType.DATE)) == dates


@pytest.mark.parametrize("part", ["1 ", "1% ", "$1 "])
def test_many_amounts_do_not_take_long(part: str) -> None:
    count = 50_000 // len(part)

    assert len(named(part * count, AnswerType.AMOUNT)) == count


@pytest.mark.parametrize(
    "question",
    [
        "! " * 50_000,
        "what " * 20_000,
        "what" + " " * 100_000,
        "what" + " a" * 50_000,
        "when!" * 20_000,
    ],
)
def test_no_question_takes_long_to_look_through(question: str) -> None:
    assert asked_for(question + "x") is None
