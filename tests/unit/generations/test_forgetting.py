"""A process that goes on after a source was deleted keeps none of its words in memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

from word_encoder import WordEncoder

import bot
from bot.text.remembered import forget_texts, remembered

# A word in two halves, so that this file itself holds it nowhere.
HALVES = ("zorb", "leak")


def written(corpus: Path) -> None:
    word = "".join(HALVES)
    other = f"Copper was mined with zinc and uranium near {word} in February 2021."
    text = f"Copper was mined with zinc and lead near {word} in February 2020, and {word} closed."
    (corpus / "kept.txt").write_text("Zinc is a metal. Lead is heavy.")
    (corpus / "gone.md").write_text(f"# A mine\n\n{text}\n\n## What is {word}?\n\nA mine.\n")
    (corpus / "gone-too.md").write_text(f"# Another\n\n## {word}\n\n{other}\n")


def holders(engine: bot.Engine) -> Iterator[str]:
    """What holds the word, by the kind of its owner."""
    word = "".join(HALVES)
    encoder = engine._encoder
    assert isinstance(encoder, WordEncoder)
    encoder.embedded.clear()  # which it keeps for tests alone
    gc.collect()
    for owner in gc.get_objects():
        if type(owner).__name__ in ("frame", "cell"):
            continue
        for value in gc.get_referents(owner):
            if isinstance(value, str) and value is not word and word in value.lower():
                yield f"{type(owner).__name__}: {value[:60]}"


def ask(engine: bot.Engine) -> int:
    word = "".join(HALVES)
    questions = (f"Where was copper mined near the mine of {word[:4]}?", "When was copper mined?")
    answers = [engine.ask(question) for question in questions]
    engine.related(answers[0])
    engine.suggestions()
    return sum(len(answer.quotes) for answer in answers)


def test_no_cache_keeps_the_words_of_a_deleted_source(engine: bot.Engine, corpus: Path) -> None:
    written(corpus)
    engine.sync()
    assert ask(engine) > 1
    assert list(holders(engine)) != []
    for name in ("gone.md", "gone-too.md"):
        (corpus / name).unlink()
    engine.sync()
    engine.suggestions()
    engine.ask("What is zinc?")
    assert list(holders(engine)) == []


def test_a_question_that_outlives_its_generation_leaves_nothing(
    engine: bot.Engine, corpus: Path
) -> None:
    written(corpus)
    engine.sync()
    before = engine.live()
    for name in ("gone.md", "gone-too.md"):
        (corpus / name).unlink()
    engine.sync()
    engine.live()
    engine._asker.ask(before, "When was copper mined?", (), None)
    engine._index.finished(before)
    del before
    engine.ask("What is zinc?")
    assert list(holders(engine)) == []


def test_what_is_remembered_is_worked_out_once_until_it_is_forgotten() -> None:
    calls = []

    @remembered(2)
    def length(text: str) -> int:
        calls.append(text)
        return len(text)

    assert [length("zinc"), length("zinc"), length("tin")] == [4, 4, 3]
    assert calls == ["zinc", "tin"]
    forget_texts()
    assert length("zinc") == 4
    assert calls == ["zinc", "tin", "zinc"]
