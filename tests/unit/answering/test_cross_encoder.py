"""The packaged cross-encoder, and the second look that it takes at the first passages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_encoder import MINERALS, WordEncoder

import bot
from bot.answering import second_look
from bot.answering.prepared_question import prepare
from bot.answering.second_look import rerank_first
from bot.answering.spans.highlights import SentenceScore, highlighted, holding
from bot.answering.trust import NOTHING, sentence_evidence
from bot.answering.weighing import Reading, read_closely
from bot.embedding import SentenceTransformerEncoder, cross_encoder
from bot.embedding.cross_encoder import LONGEST_ANSWER, CrossEncoder
from bot.errors import EncoderError
from bot.retrieval import ranking
from bot.retrieval.ranking import logit_of
from bot.store import GenerationReader
from bot.types import Hit, Relevance

Write = Callable[[Mapping[str, str]], None]

LAUNCH = "The ferry was moved on 3 May 1987, when the old pier had rotted. It has forty seats."
BREAD = "Rye bread keeps for a week. Put it into a cloth, never into plastic."


# The model


def test_it_tells_what_answers_and_with_which_words() -> None:
    question = "In what year did they relocate the boat?"

    answers, does_not = CrossEncoder.shipped().read(
        question, [("Island news > Ferry", LAUNCH), ("Baking", BREAD)]
    )

    assert answers.logit > 0 > does_not.logit
    assert answers.span is not None
    assert "1987" in LAUNCH[slice(*answers.span)]
    assert 0 < answers.chance <= 1


def test_a_passage_is_read_the_same_beside_any_other() -> None:
    shipped = CrossEncoder.shipped()
    passages = [("Ferry", LAUNCH), ("", BREAD), ("Long", "Salt. " * 900), ("", "")]
    alone = [shipped.read("How many seats?", [one])[0] for one in passages]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda _: shipped.read("How many seats?", passages), range(4)))

    assert together == [alone] * 4
    assert alone[-1].span is None


@given(text=st.text(max_size=300), context=st.text(max_size=40), question=st.text(max_size=80))
def test_whatever_is_read_the_words_lie_in_the_text(text: str, context: str, question: str) -> None:
    (found,) = CrossEncoder.shipped().read(question, [(context, text)])

    assert np.isfinite(found.logit)
    if found.span is not None:
        begin, end = found.span
        assert 0 <= begin <= end <= len(text)


def test_the_likeliest_words_are_no_longer_than_an_answer() -> None:
    logits = np.full((60, 2), -9.0, np.float32)
    logits[5, 0] = logits[50, 1] = 9.0
    logits[5 + LONGEST_ANSWER - 1, 1] = 1.0

    begin, end, chance = cross_encoder._likeliest(logits) or (0, 0, 0.0)

    assert (begin, end) == (5, 5 + LONGEST_ANSWER - 1)
    assert chance < 0.01
    assert cross_encoder._likeliest(logits[:0]) is None


def test_a_damaged_graph_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = (cross_encoder._FOLDER / "graph.onnx").read_bytes()
    (tmp_path / "graph.onnx").write_bytes(graph[:-1] + b"\0")
    described = json.loads((cross_encoder._FOLDER / "described.json").read_text("utf-8"))
    (tmp_path / "described.json").write_text(json.dumps(described), encoding="utf-8")
    monkeypatch.setattr(cross_encoder, "_FOLDER", tmp_path)

    with pytest.raises(EncoderError, match=r"is damaged\. Install pincite again"):
        CrossEncoder().read("What?", [("", "Zinc.")])


def test_it_goes_with_the_model_that_is_packaged() -> None:
    assert CrossEncoder.shipped().encoder == SentenceTransformerEncoder().fingerprint


# The second look


class Told:
    """Gives texts the logits that it is told; the words that answer are the last of the text."""

    encoder = "told"

    def __init__(self, logits: Mapping[str, float]) -> None:
        self._logits = logits
        self.asked: list[tuple[str, Sequence[tuple[str, str]]]] = []

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Relevance]:
        self.asked.append((question, passages))
        return [
            Relevance(self._logits[text], (text.rindex(" ") + 1, len(text)), 0.5)
            for _, text in passages
        ]


@pytest.fixture
def looked(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> tuple[GenerationReader, list[Hit], Told]:
    texts = ["Zinc one", "Zinc two", "Zinc three", "Zinc four", "Zinc five"]
    write({f"{place}.txt": text for place, text in enumerate(texts)})
    engine.sync()
    generation = engine.live()
    told = Told(dict(zip(texts, (0.0, 3.0, -3.0, 1.0, 99.0), strict=True)))
    monkeypatch.setattr(CrossEncoder, "shipped", lambda: told)
    monkeypatch.setattr(ranking, "JOINING", (1.0, 2.0))
    hits = [
        Hit(row, passage, 0.0, 0.0, score)
        for (row, passage), score in zip(
            generation.passages(range(5)).items(), (0.9, 0.8, 0.7, 0.6, 0.5), strict=True
        )
    ]
    return generation, hits, told


def test_the_first_passages_are_ordered_by_both(
    looked: tuple[GenerationReader, list[Hit], Told], engine: bot.Engine
) -> None:
    generation, hits, told = looked
    asked = prepare(generation, WordEncoder(MINERALS), engine.settings, "zinc?")

    found = rerank_first(generation, asked, hits)

    assert [hit.passage.text for hit in found] == [
        "Zinc two", "Zinc four", "Zinc one", "Zinc three", "Zinc five",
    ]  # fmt: skip
    ranked = [logit_of(score) for score in (0.8, 0.6, 0.9, 0.7)]
    logits = [one + 2 * relevance for one, relevance in zip(ranked, (3, 1, 0, -3), strict=True)]
    level = fmean(ranked) - fmean(logits)
    assert [logit_of(hit.score) for hit in found[:4]] == pytest.approx(
        [level + logit for logit in logits]
    )
    # What was not read stays behind what was.
    assert found[4] == replace(hits[4], score=min(hits[4].score, found[3].score))
    assert told.asked == [("zinc?", [("", hit.passage.text) for hit in hits[:4]])]


@pytest.mark.parametrize("kind", ["another language", "approved"])
def test_what_cannot_be_read_leaves_the_order_as_it_was(
    kind: str,
    looked: tuple[GenerationReader, list[Hit], Told],
    engine: bot.Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generation, hits, told = looked
    asked = prepare(generation, WordEncoder(MINERALS), engine.settings, "zinc?")
    if kind == "approved":
        hits[3] = replace(hits[3], via=hits[4])
    else:
        source = hits[3].passage.source_id
        russian = replace(generation.infos[source], language="ru")
        monkeypatch.setitem(generation.infos, source, russian)

    assert rerank_first(generation, asked, hits) == hits
    assert told.asked == []


def test_it_goes_with_the_packaged_model_alone(
    looked: tuple[GenerationReader, list[Hit], Told], engine: bot.Engine
) -> None:
    generation, hits, told = looked
    encoder = WordEncoder(MINERALS)
    asked = prepare(generation, encoder, engine.settings, "zinc?")
    look = second_look.second_look(engine.settings, encoder)

    assert look is not None
    assert look(generation, asked, hits) == hits
    told.encoder = encoder.fingerprint
    assert look(generation, asked, hits)[0].passage.text == "Zinc two"


def test_it_is_loaded_where_it_will_be_asked(
    looked: tuple[GenerationReader, list[Hit], Told], engine: bot.Engine
) -> None:
    told = looked[2]
    encoder = WordEncoder(MINERALS)
    told.read = lambda question, passages: told.asked.append((question, passages)) or []  # type: ignore[method-assign, func-returns-value]

    second_look.load(engine.settings, encoder)
    assert told.asked == []
    told.encoder = encoder.fingerprint
    second_look.load(engine.settings.model_copy(update={"cross_encoder": "none"}), encoder)
    assert told.asked == []
    second_look.load(engine.settings, encoder)
    assert told.asked == [("", [("", "")])]


def test_none_looks_twice_where_none_is_to(engine: bot.Engine) -> None:
    settings = engine.settings.model_copy(update={"cross_encoder": "none"})

    assert second_look.second_look(settings, WordEncoder(MINERALS)) is None


# What is made of it


def score(span: tuple[int, int], meaning: float) -> SentenceScore:
    return SentenceScore(span, meaning=meaning, covered=0.0)


def test_the_sentence_with_the_words_that_answer_is_marked() -> None:
    scores = [score((0, 10), 0.9), score((11, 20), 0.88), score((21, 30), 0.2)]

    assert highlighted(scores, None) == ((0, 10), (11, 20))
    assert highlighted(scores, None, scores[2]) == ((21, 30),)
    assert highlighted(scores, (12, 14), scores[2]) == ((11, 20), (21, 30))
    assert highlighted(scores, None, scores[0]) == ((0, 10), (11, 20))
    assert holding(scores, (12, 14)) is scores[1]
    assert holding(scores, (10, 14)) is None


def test_a_passage_is_read_for_the_words_that_answer(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc zinc zinc. Lead is meant."})
    engine.sync()
    generation = engine.live()
    asked = prepare(generation, WordEncoder(MINERALS), engine.settings, "zinc?")
    hit = Hit(0, generation.passages([0])[0], 0.0, 0.0, 0.5)

    unread = read_closely(generation, asked, hit)
    read = read_closely(generation, asked, replace(hit, relevance=Relevance(1.0, (16, 20), 0.5)))
    agreed = read_closely(generation, asked, replace(hit, relevance=Relevance(1.0, (5, 9), 0.5)))

    assert (unread.highlights, unread.agrees) == (((0, 15),), False)
    assert (read.highlights, read.agrees) == (((16, 30),), False)
    assert (agreed.highlights, agreed.agrees) == (((0, 15),), True)


def test_what_speaks_for_a_sentence(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc.", "b.txt": "Lead.", "c.txt": "Tin."})
    engine.sync()
    first, second, third = (
        Hit(row, passage, 0.0, 0.0, 0.5)
        for row, passage in engine.live().passages([0, 1, 2]).items()
    )
    first = replace(first, relevance=Relevance(2.0, (0, 4), 0.75))
    second = replace(second, relevance=Relevance(0.5, (0, 4), 0.75))
    reading = Reading((), None, lacking=False, best=score((0, 5), 0.5), agrees=True)

    found = sentence_evidence(first, reading, [first, second, third])
    alone = sentence_evidence(first, reading, [first, third])

    assert found is not None
    assert (found.relevance, found.ahead, found.chance, found.agrees) == (2.0, 1.5, 0.75, 1.0)
    assert alone is not None
    assert alone.ahead == 2.0 - NOTHING
    assert sentence_evidence(third, reading, [first, third]) is None
    assert sentence_evidence(first, replace(reading, best=None), [first]) is None
