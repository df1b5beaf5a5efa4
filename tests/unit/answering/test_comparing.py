"""Comparing sources: values however spelled, what is one statement, and what is a conflict."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hits import conflicts_of, make_hit
from hypothesis import given
from hypothesis import strategies as st
from word_encoder import WordEncoder

import bot
from bot.answering.comparing.corroboration import contains, corroborate, supporting
from bot.answering.comparing.tokens import wording
from bot.answering.comparing.value_patterns import DATE, FIGURE, likely_places, matches
from bot.answering.comparing.values import values
from bot.types import Conflict, ConflictKind

Write = Callable[[Mapping[str, str]], None]


# Values


@pytest.mark.parametrize(
    "spellings",
    [
        ("8 February 2024", "February 8th, 2024", "2024-02-08", "Thursday, 8 Feb. 2024"),
        ("February 2024", "Feb 2024", "February of 2024"),
        ("22 May", "the twenty-second of May", "May 22nd"),
        ("25/12/2023", "12/25/2023", "December 25, 2023"),
        ("the 1990s", "the 1990’s"),
        ("the 18th century", "the eighteenth century"),
        ("1,500", "1500.0", "1.5 thousand", "fifteen hundred", "one thousand five hundred"),
        ("seven", "7"),
        ("$3 billion", "US$3bn", "3 billion dollars", "$3,000 million"),
        ("25 percent", "25%", "25 per cent", "twenty-five percent"),
        ("two dozen", "24"),
        ("half a million", "500,000"),
        ("two-thirds", "2/3"),
        ("a quarter of", "1/4"),
        ("the first", "the 1st"),
    ],
)
def test_spellings_of_one_value(spellings: tuple[str, ...]) -> None:
    keys = [[value.key for value in values(text)] for text in spellings]

    assert keys == [keys[0]] * len(spellings)
    assert len(keys[0]) == 1


@pytest.mark.parametrize(
    "text", ["About a thırd of the ore", "the twentıeth man", "in the twentıeth century", "ſix men"]
)
def test_letters_that_only_look_like_those_of_a_number_are_none(text: str) -> None:
    assert list(values(text)) == []


PARTS = (
    "1 12 1990 2,000 3.5 ½ % percent - − $ US$ USD three hundred a an third half of first "
    "twenty-first twentıeth ſix SİX century BC AD A.D. March May Sept. SEPT Monday the in mid- _ "
    "’s 90s 5th é 三 ٣ ² million bn 2024-01-02 12/31/1999 / , . ( ) +1 COVID-19 C5+1 \u00a0 \n"
).split(" ")


@given(st.lists(st.sampled_from(PARTS) | st.sampled_from(" -"), max_size=16).map("".join))
def test_values_are_looked_for_wherever_one_may_begin(text: str) -> None:
    likely = likely_places(text)
    for pattern in (DATE, FIGURE):
        found = [match.span() for match in matches(pattern, text, likely, 0, len(text))]
        assert found == [match.span() for match in pattern.finditer(text)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("In 1990, 25 of 1,200 men left.", ["1990", "25", "1,200"]),
        ("COVID-19 and the F-16 of C5+1", []),
        ("They may march on.", []),
        ("May they come? In May.", ["May"]),
        ("It rose from 10 to 15 percent on Monday.", ["10", "15 percent", "Monday"]),
        ("30.07 and 30,07", ["30.07", "30,07"]),
        ("300 BC", ["300 BC"]),
    ],
)
def test_values_are_found_where_they_stand(text: str, shown: list[str]) -> None:
    assert [text[value.start : value.end] for value in values(text)] == shown


# Conflicts


def found(left: str, right: str, question: str = "What is reported?") -> list[Conflict]:
    return conflicts_of(question, left, right)


@pytest.mark.parametrize(
    ("left", "right", "kind", "shown"),
    [
        (
            "The dialogue was launched on February 8, 2024 in Astana.",
            "The dialogue was launched on February 27, 2023 in Astana.",
            "date",
            ["February 8, 2024", "February 27, 2023"],
        ),
        (
            "Trade grew in 2023 with the region.",
            "Trade grew in 2022 with the region.",
            "date",
            ["2023", "2022"],
        ),
        (
            "Kazakhstan opened 12 new mines in 2023.",
            "In 2023, Kazakhstan opened fifteen new mines.",
            "figure",
            ["12", "fifteen"],
        ),
        (
            "The vaccine was 94 percent effective in the trial.",
            "In the trial the vaccine was 90% effective.",
            "figure",
            ["94 percent", "90%"],
        ),
        (
            "The first meeting of the dialogue took place in Washington.",
            "The first meeting of the dialogue took place in Astana.",
            "name",
            ["Washington", "Astana"],
        ),
        (
            "The act was signed by Jose Fernandez, the under secretary of state.",
            "The act was signed by Robert Menendez, the under secretary of state.",
            "name",
            ["Jose Fernandez", "Robert Menendez"],
        ),
        (
            "The prize went to the University of Chicago for its work.",
            "The prize went to the University of Michigan for its work.",
            "name",
            ["Chicago", "Michigan"],
        ),
        (
            "Work on the tunnel began on Monday and stopped after two days.",
            "Work on the tunnel began on Thursday and stopped after two days.",
            "date",
            ["Monday", "Thursday"],
        ),
        (
            "Half of the workers went on strike in March.",
            "A third of the workers went on strike in March.",
            "figure",
            ["Half", "A third"],
        ),
        (
            "Der Vertrag wurde 1990 in Berlin unterzeichnet.",
            "Der Vertrag wurde 1991 in Berlin unterzeichnet.",
            "date",
            ["1990", "1991"],
        ),
    ],
)
def test_what_differs_is_shown_with_its_kind(
    left: str, right: str, kind: str, shown: list[str]
) -> None:
    (conflict,) = found(left, right)

    assert conflict.kind == ConflictKind(kind)
    assert [value.text for value in conflict.values] == shown
    assert [value.citation for value in conflict.values] == [1, 2]
    assert len(corroborate([make_hit(left, "a"), make_hit(right, "b")], 2)) == 2


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("The capital of Kazakhstan is Astana.", "The capital of Uzbekistan is Tashkent."),
        ("Marie Curie found radium in Paris.", "Ernest Rutherford found radon in Leeds."),
        ("The US joined the pact of five.", "The United States joined the pact of five."),
        ("The WHO spoke of a pandemic.", "The World Health Organization spoke of a pandemic."),
        ("President Obama signed the act.", "Barack Obama signed the act."),
        ("The summit took place in 2024.", "The summit took place in February 2024."),
        ("The plant opened in the 1990s.", "The plant opened in 1994."),
        ("Kazakhstan has 12 zinc mines.", "Uzbekistan has 15 zinc mines."),
        ("Kazakhstan had 12 mines in 2022.", "Kazakhstan had 15 mines in 2023."),
        ("Zinc prices rose by 3 percent.", "Lead prices rose by 5 percent."),
        ("The price of zinc rose 3 percent.", "The price of lead rose 5 percent."),
        ("The first summit was held in Rome.", "The second summit was held in Oslo."),
        ("Uranium goes to China and India.", "Uranium goes to China."),
        ("São Paulo has 11 million people.", "Sao Paulo has 11 million people."),
        ("The mine lies 40 km north of it.", "The mine lies 40 kilometres north of it."),
        ("Table 1 shows all the results.", "Table 2 shows all the results."),
        ("See https://a.org/PMC2752805/", "See https://a.org/PMC3776769/"),
        (
            "Almaty is a city in Kazakhstan. It has 2 million people.",
            "Shymkent is a city in Uzbekistan. It has 1 million people.",
        ),
        (
            "Zinc coats 5 sheets a day. Lead coats 7 sheets a day.",
            "Lead coats 7 sheets a day. Zinc coats 5 sheets a day.",
        ),
    ],
)
def test_other_subjects_and_other_spellings_are_no_conflict(left: str, right: str) -> None:
    assert found(left, right) == []


def test_a_question_that_names_a_value_does_not_ask_for_another() -> None:
    texts = ("Trade grew by a lot in 2022 with Asia.", "Trade grew by a lot in 2023 with Asia.")

    assert found(*texts, question="How did trade grow in 2022?") == []
    assert len(found(*texts, question="Did trade grow in 2022?")) == 1
    assert len(found(*texts, question="When did trade grow?")) == 1
    assert found(*texts, question="Who let trade grow?") == []


def test_what_a_name_is_about_is_the_statement_around_it() -> None:
    (conflict,) = found("The summit was held in Astana.", "The summit was held in Tashkent.")

    assert conflict.about == "The summit was held in …."


# Corroboration


@pytest.mark.parametrize(
    ("whole", "part", "stands"),
    [
        ("It was signed on 8 February 2024.", "It was signed on February 8, 2024.", True),
        ("The U.S. signed the pact.", "The United States signed the pact.", True),
        ("Zinc, a metal, coats steel sheets well.", "Zinc coats steel sheets well.", True),
        ("Zinc coats steel sheets.", "Zinc, a metal, coats steel sheets.", False),
        ("Zinc coats steel in March.", "Zinc coats steel in May.", False),
        ("Zinc coats steel in Astana.", "Zinc coats steel in Almaty.", False),
        ("Zinc coats steel.", "Lead coats steel.", False),
        ("Zinc may coat steel sheets.", "Zinc coats steel sheets.", False),
        ("Trucks go from Rome to Oslo.", "Trucks go to Rome from Oslo.", False),
        ("Kazakhstan sells lead and buys zinc.", "Kazakhstan buys zinc.", False),
    ],
)
def test_a_sentence_stands_in_another(whole: str, part: str, *, stands: bool) -> None:
    assert contains(wording(whole), wording(part)) is stands


LONG = "The dialogue of five countries was launched in {} by {} with {} members from Asia. "


def test_a_long_passage_is_not_merged_for_one_word() -> None:
    same = "Zinc is a blue metal that coats steel sheets against rust. " * 4
    texts = [
        LONG.format(*fillings) + same
        for fillings in (
            ("Astana", "Tokayev", 5),
            ("Tashkent", "Tokayev", 5),
            ("Astana", "Mirziyoyev", 5),
            ("Astana", "Tokayev", 6),
            ("Astana", "Tokayev", "five"),
        )
    ]
    hits = [make_hit(text, source) for text, source in zip(texts, "abcde", strict=True)]

    shown = [[hit.passage.source_id for hit in group] for group in corroborate(hits, 5)]

    assert shown == [["a", "e"], ["b"], ["c"], ["d"]]


def test_a_source_with_the_highlighted_sentence_supports_the_quote() -> None:
    said = "Zinc coats steel sheets against rust."
    own = make_hit(f"{said} It is blue.", "a")
    more = make_hit(f"Tin is soft. {said}", "b")
    less = make_hit("Zinc coats steel.", "c")
    again = make_hit(f"{said} It is dear.", "a")
    against = make_hit(f"{said} Tin costs 9 dollars a ton in London.", "d")
    quoted = make_hit(f"{said} Tin costs 7 dollars a ton in London.", "a")

    assert supporting([own], [(0, len(said))], [own, less, again, more]) == (more,)
    assert supporting([quoted], [(0, len(said))], [against, more]) == (more,)
    assert supporting([own], [], [more]) == ()


def test_a_source_in_another_spelling_or_with_initials_supports_the_quote_too() -> None:
    said = "The sulphur of the Osh plant was sold to Robert Miller, its owner, for years."
    own = make_hit(said, "a")
    american = make_hit(f"Tin is soft. {said.replace('sulphur', 'sulfur')}", "b")
    lower = make_hit(f"Tin is soft. {said.replace('sold', 'given')}", "c")
    longer = make_hit(f"Tin is soft. {said.removesuffix('.')}, as its books show.", "d")

    assert supporting([own], [(0, len(said))], [own, american, lower, longer]) == (american, longer)


def test_an_answer_cites_all_who_say_it_and_shows_what_else_they_say(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    said = "Zinc coats steel sheets against rust."
    write({"a.txt": f"{said} It is blue.", "b.txt": f"{said} Tin is soft and lead heavy."})
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder, threshold=0.0)
    engine.sync()

    answer = engine.ask("What coats steel sheets against rust?", k=2)

    assert [quote.citations for quote in answer.quotes] == [(1, 2), (2, 1)]
    assert [citation.number for citation in answer.citations] == [1, 2]
    alone = engine.ask("What coats steel sheets against rust?", k=1)
    assert [quote.citations for quote in alone.quotes] == [(1, 2)]
    assert len(alone.citations) == 2
    assert answer.conflicts == ()


# Hostile texts


@pytest.mark.parametrize(
    "text",
    ["9" * 100_000, "1," * 50_000, "1/" * 50_000, "A" * 100_000, "Ab " * 33_000, "A." * 50_000,
     "one " * 25_000, "January " * 12_000, " " * 100_000, "20 May " * 14_000, "a hundred " * 10_000,
     "https://" * 12_000, "1\u00a0" * 50_000],
)  # fmt: skip
def test_a_hostile_text_takes_no_long_time(text: str) -> None:
    began = time.perf_counter()

    conflicts_of("How many?", text, f"{text}x")
    corroborate([make_hit(text, "a"), make_hit(f"{text}x", "b")], 2)

    assert time.perf_counter() - began < 20


AT_EVENT = "During which event was the dialogue announced in New York?"


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("UNGA", "U.N. General Assembly"),
        ("UNGA", "United Nations General Assembly"),
        ("U.N.G.A.", "UN General Assembly"),
        ("ITIC", "International Tax and Investment Center"),
    ],
)
def test_an_acronym_and_its_long_form_do_not_differ(short: str, long: str) -> None:
    ours = f"The dialogue was announced in New York during the {short}."
    theirs = f"The dialogue was announced in New York during the {long}."
    assert conflicts_of(AT_EVENT, ours, theirs) == []


def test_an_acronym_of_something_else_differs() -> None:
    ours = "The dialogue was announced in New York during the UNGA."
    theirs = "The dialogue was announced in New York during the World Trade Summit."
    assert conflicts_of(AT_EVENT, ours, theirs) != []
