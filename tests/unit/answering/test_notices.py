"""The notice of a refusal gives its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.answering.notices import REFUSAL
from bot.types import Verdict

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

ENGLISH = (
    "Zinc is a metal that is used for coating sheets of steel, so that rain and salt do not "
    "harm them, and most of it is mined in the mountains of the north."
)
RUSSIAN = "Какие полезные ископаемые добывают сегодня в горах на севере этой большой страны?"


def refusing(engine: bot.Engine) -> bot.Engine:
    return bot.open(
        engine.settings.corpus,
        engine.settings.index,
        encoder=WordEncoder(MINERALS),
        threshold=1.0,
    )


def test_a_question_in_another_language_is_told_so(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": ENGLISH})
    engine.sync()

    found = refusing(engine).ask(RUSSIAN)

    assert found.notice == (
        f"{REFUSAL} The question seems to be in another language (Russian) than the sources "
        "(English). Ask in a language of the sources."
    )
    same = refusing(engine).ask("Which minerals are mined today in the mountains of the north?")
    assert same.notice is not None
    assert "another language" not in same.notice


def test_an_index_without_passages_is_told_so(engine: bot.Engine, write: Write) -> None:
    write({"a.xyz": "not read"})
    engine.sync()

    found = engine.ask(RUSSIAN)

    assert (found.answered, found.confidence, found.quotes) == (False, 0.0, ())
    assert found.notice == (
        "No sources yet. Add documents on the Sources tab, or put them into the folder of the "
        "corpus and run: pincite index"
    )
    assert engine.ask('Is there any "zinc ore"?').notice == found.notice


@pytest.mark.parametrize(
    ("question", "is_sure"),
    [
        ("Wieviel kostet dieses Fahrrad heute", False),
        ("Wieviel kostet dieses Zinc heute", True),
        ("kostet dieses Fahrrad", True),
    ],
    ids=["four words, none known", "one of them known", "too few to tell"],
)
def test_a_question_without_a_word_of_the_corpus_has_no_confidence(
    engine: bot.Engine, write: Write, question: str, is_sure: bool
) -> None:
    write({"a.txt": "Zinc is blue.", "b.txt": "Lead is grey."})
    engine.sync()

    answer = engine.ask(question)

    assert (answer.confidence > 0) == is_sure
    assert is_sure or answer.verdict is Verdict.UNANSWERED
