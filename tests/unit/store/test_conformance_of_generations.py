"""Both stores keep, remove and write generations alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread

import pytest
from both_stores import opened
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import (
    AnswersWorse,
    GenerationUnknown,
    IndexBusy,
    IndexMismatch,
    IndexMissing,
    SourceGone,
    SourceUnknown,
)

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]

Write = Callable[[Mapping[str, str]], None]


def test_what_is_removed_is_gone_for_good(corpus: Path, index: str, write: Write) -> None:
    write({"a.txt": "Zinc is blue.", "b.txt": "Lead is heavy."})
    engine = opened(corpus, index, generations_kept=2)
    engine.sync()
    gone = next(id_ for id_, info in engine.live().infos.items() if info.path == "corpus/b.txt")
    (corpus / "b.txt").unlink()
    engine.sync()

    assert engine.verify_deleted(gone).remains == ()
    assert engine.verify_deleted(gone).kept_in == (1,)
    with pytest.raises(SourceGone, match="was removed from the corpus"):
        engine.source(gone)
    assert engine.erase_older() == (1,)
    found = engine.verify_deleted(gone)
    assert (found.remains, found.kept_in, found.hidden_in) == ((), (), ())
    assert list(engine.live().records([_key("Lead is heavy.")])) == []
    assert len(list(engine.live().records([_key("Zinc is blue.")]))) == 1


def _key(text: str) -> bytes:
    from hashlib import sha256

    return sha256(f'["{text}"]'.encode()).digest()


def test_generations_are_kept_and_gone_back_to(corpus: Path, index: str, write: Write) -> None:
    engine = opened(corpus, index, generations_kept=2)
    for colour in ("blue", "grey", "white"):
        write({"a.txt": f"Zinc is {colour}."})
        engine.sync()

    assert [(kept.number, kept.is_live) for kept in engine.status().kept] == [(2, False), (3, True)]
    assert engine.rollback().generation == 2
    assert engine.ask("zinc").quotes[0].text == "Zinc is grey."
    with pytest.raises(GenerationUnknown, match="no generation 1 on disk, only 2, 3"):
        engine.rollback(1)
    with pytest.raises(GenerationUnknown, match="generation 2 is the oldest"):
        engine.rollback()
    # It serves until the next sync, which goes on from it.
    assert engine.sync().generation == 4
    assert engine.ask("zinc").quotes[0].text == "Zinc is white."


def test_a_rejected_generation_leaves_nothing(corpus: Path, index: str, write: Write) -> None:
    engine = opened(corpus, index)
    write({"a.txt": "Zinc is blue."})
    engine.sync()
    write({"a.txt": "Zinc is grey."})

    def reject(_: object, ask: Callable[..., bot.Answer]) -> tuple[str, ...]:
        assert ask("zinc", (), 1).quotes[0].text == "Zinc is grey."
        raise AnswersWorse("no")

    with pytest.raises(AnswersWorse):
        engine.sync(gate=reject)
    assert engine.status().generation == 1
    assert [kept.number for kept in engine.status().kept] == [1]
    assert engine.ask("zinc").quotes[0].text == "Zinc is blue."


class Breaking(WordEncoder):
    """Embeds some passages, and then fails."""

    left = 0

    def encode(self, texts):  # type: ignore[no-untyped-def]
        for encoded in super().encode(texts):
            if not self.left:
                raise RuntimeError("it was killed")
            self.left -= 1
            yield encoded


def test_a_run_goes_on_where_another_stopped(corpus: Path, index: str, write: Write) -> None:
    words = ("zinc", "lead", "copper", "chromium", "uranium")
    write({f"{word}.txt": f"{word.title()} is a metal." for word in words})
    broken = Breaking(MINERALS)
    broken.left = 3
    with pytest.raises(RuntimeError, match="it was killed"):
        bot.open(corpus, index, encoder=broken).sync()
    with pytest.raises(IndexMissing, match="there is no index yet"):
        bot.open(corpus, index, encoder=broken).live()

    assert opened(corpus, index).sync().embedded == 2


def test_reading_goes_on_while_generations_change(corpus: Path, index: str, write: Write) -> None:
    write({"a.txt": "Zinc is of colour number 0.", "b.txt": "Lead is heavy."})
    engine = opened(corpus, index)
    engine.sync()
    reader = opened(corpus, index)
    first = reader.live()
    answers: list[str] = []
    errors: list[Exception] = []
    done = False

    def ask() -> None:
        while not done:
            try:
                answers.append(reader.ask("zinc").quotes[0].text)
            except Exception as error:
                errors.append(error)

    asking = Thread(target=ask)
    asking.start()
    try:
        for number in range(1, 4):
            write({"a.txt": f"Zinc is of colour number {number}."})
            engine.sync()
    finally:
        done = True
        asking.join()

    assert errors == []
    assert reader.ask("zinc").quotes[0].text == "Zinc is of colour number 3."
    numbers = [int(text.rstrip(".").rpartition(" ")[2]) for text in answers]
    assert numbers == sorted(numbers)
    assert first.number == 1


def test_one_writes_at_a_time(corpus: Path, index: str, write: Write) -> None:
    write({"a.txt": "Zinc is blue."})
    first, second = opened(corpus, index), opened(corpus, index)
    first.sync()

    def meanwhile(*_: object) -> tuple[str, ...]:
        with pytest.raises(IndexBusy, match="another process is writing this index"):
            second.rollback()
        return ()

    write({"a.txt": "Zinc is grey."})
    first.sync(gate=meanwhile)
    assert second.ask("zinc").quotes[0].text == "Zinc is grey."


def test_an_index_of_other_settings_is_refused(corpus: Path, index: str, write: Write) -> None:
    write({"a.txt": "Zinc is blue."})
    opened(corpus, index).sync()
    other = opened(corpus, index, passage_characters=900)
    with pytest.raises(IndexMismatch, match="its passages aim at 600 characters, not at 900"):
        other.ask("zinc")
    assert other.sync(rebuild=True).generation == 2
    assert other.ask("zinc").quotes[0].text == "Zinc is blue."


def test_a_source_that_nobody_knows_is_refused(corpus: Path, index: str, write: Write) -> None:
    write({"a.txt": "Zinc is blue."})
    engine = opened(corpus, index)
    engine.sync()
    for read in ("source", "passages_of", "passage_ids", "entry"):
        with pytest.raises(SourceUnknown, match="no source has the id"):
            getattr(engine.live(), read)("0" * 16)


def test_nothing_is_there_before_the_first_run(corpus: Path, index: str) -> None:
    with pytest.raises(IndexMissing, match="there is no index yet"):
        opened(corpus, index).ask("zinc")
