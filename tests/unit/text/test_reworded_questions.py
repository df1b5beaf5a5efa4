"""Reworded questions and quoted phrases find passages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.export import answer_json
from bot.types import Answer

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


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
