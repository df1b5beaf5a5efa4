"""A question is looked up by its words while the encoder computes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event

import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import EncoderError, IndexDamaged
from bot.retrieval.queries import prepare_query, propose_rows
from bot.store import Generation, IndexLayout
from bot.types import Encoded

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def generation(engine: bot.Engine, write: Callable[[Mapping[str, str]], None]) -> Generation:
    write({"a.txt": "Zinc is soft.", "b.txt": "Lead is heavy.", "c.txt": "Zinc, zinc and lead."})
    engine.sync()
    layout = IndexLayout(engine.settings.index)
    return Generation(layout, layout.live())


class WaitingEncoder(WordEncoder):
    """Computes until something has happened, or for too long."""

    def __init__(self, happened: Event) -> None:
        super().__init__(MINERALS)
        self._happened = happened

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        """Questions, once it has happened."""
        assert self._happened.wait(30)
        return super().encode_questions(questions)


def test_words_are_looked_up_while_the_encoder_computes(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened, passages = Event(), generation.passages

    def read(rows: Sequence[int]) -> object:
        found = passages(rows)
        happened.set()
        return found

    monkeypatch.setattr(generation, "passages", read)
    found = prepare_query(generation, WaitingEncoder(happened), [("Soft zinc?", 1.0)], candidates=2)

    (query,) = found.queries
    assert query.proposal is not None
    assert list(query.proposal.matching) == [0, 2]
    assert list(query.proposal.nearest) == [0, 2]
    assert query.proposal.matching == dict(generation.matching(["soft", "zinc"], 2))
    # Of three passages one has "soft", two have "zinc".
    assert found.rarity == pytest.approx({"soft": 0.98083, "zinc": 0.47000}, abs=1e-5)
    assert query.rarity == (found.rarity["soft"], found.rarity["zinc"])


def test_a_repeated_term_is_rare_once(generation: Generation) -> None:
    found = prepare_query(
        generation,
        WordEncoder(MINERALS),
        [("Zinc, zinc and tin?", 1.0), ("?", 0.5), ("lead", 1.0)],
        candidates=0,
    )

    assert [query.terms for query in found.queries] == [("zinc", "zinc", "tin"), (), ("lead",)]
    # Two of three passages have zinc and lead, none has tin.
    two, none = math.log(1 + 1.5 / 2.5), math.log(1 + 3.5 / 0.5)
    assert [query.rarity for query in found.queries] == [
        pytest.approx((two, none)),
        (),
        pytest.approx((two,)),
    ]


def test_what_is_not_looked_up_at_once_is_when_it_is_needed(generation: Generation) -> None:
    encoder = WordEncoder(MINERALS)
    texts = [("Zinc?", 1.0), ("Lead?", 0.5)]
    ahead = prepare_query(generation, encoder, texts, candidates=2)
    later = prepare_query(generation, encoder, texts, candidates=0)

    assert [query.weight for query in ahead.queries] == [1.0, 0.5]
    assert all(query.proposal is not None for query in ahead.queries)
    assert all(query.proposal is None for query in later.queries)
    for one, other in zip(ahead.queries, later.queries, strict=True):
        assert one.proposal == propose_rows(generation, other, 2)
    assert ahead.rarity == later.rarity


def test_an_error_on_either_side_is_that_of_the_question(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> object:
        raise IndexDamaged("a row that no passage has")

    def failing(*_: object) -> object:
        raise EncoderError("no such device")

    encoder = WordEncoder(MINERALS)
    monkeypatch.setattr(generation, "matching", damaged)
    with pytest.raises(IndexDamaged, match="a row that no passage has"):
        prepare_query(generation, encoder, [("Zinc?", 1.0)], candidates=2)
    monkeypatch.setattr(encoder, "encode_questions", failing)
    with pytest.raises(EncoderError, match="no such device"):
        prepare_query(generation, encoder, [("Zinc?", 1.0)], candidates=2)


def test_the_time_of_encoding_is_that_of_the_encoder(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    matching = generation.matching

    def slow(*arguments: object) -> object:
        time.sleep(0.2)
        return matching(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(generation, "matching", slow)
    found = prepare_query(generation, WordEncoder(MINERALS), [("Zinc?", 1.0)], candidates=2)
    assert 0 < found.encoding < 0.1
