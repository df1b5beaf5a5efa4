"""The evidence for an answer comes from the best of the first passages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest
from hits import make_evidence, make_hit
from word_encoder import MINERALS, WordEncoder

import bot
from bot.answering.confidence import LONGEST, Evidence
from bot.answering.prepared_question import prepare
from bot.answering.weighing import Reading, weigh
from bot.retrieval import ranking
from bot.types import Hit

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


@pytest.fixture
def by_cosine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The logit of a passage is its cosine."""
    monkeypatch.setattr(ranking, "INTERCEPT", 0.0)
    monkeypatch.setattr(ranking, "WEIGHTS", make_evidence(cosine=1.0))


def hit_of(text: str, **values: float) -> Hit:
    return replace(make_hit(text, "a"), evidence=make_evidence(**values))


def hits_of(*cosines: float) -> list[Hit]:
    return [hit_of("Zinc.", cosine=cosine) for cosine in cosines]


def reading(*, lacking: bool = False) -> Reading:
    return Reading((), None, lacking)


def weighed(
    engine: bot.Engine, hits: Sequence[Hit], lacking: Sequence[bool], question: str = "zinc?"
) -> Evidence | None:
    """The evidence of the first hits, one for each reading."""
    generation = engine.live()
    asked = prepare(generation, WordEncoder(MINERALS), engine.settings, question)
    (source,) = generation.infos
    hits = [replace(hit, passage=replace(hit.passage, source_id=source)) for hit in hits]
    readings = [reading(lacking=one) for one in lacking]
    return weigh(generation, asked, list(zip(hits, readings, strict=True)))


@pytest.mark.usefixtures("by_cosine")
def test_the_evidence_for_an_answer_is_the_best_of_the_first_passages(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Zinc."})
    engine.sync()
    hits = [
        hit_of("Zinc.", cosine=1.5),
        hit_of("Lead.", cosine=2.5),
        hit_of("Tin.", cosine=3.5),
    ]

    assert weighed(engine, hits[:2], [True, False]) == Evidence(
        rank_logit=2.5,
        least_met=1.0,
        length=1.0,
        unmet=0.0,
        rarest_missing=0.0,
        lacking=0.0,
    )
    # Only where all of them lack what is asked for, do they.
    found = weighed(engine, hits, [True, True, True])
    assert found is not None
    assert (found.rank_logit, found.lacking) == (3.5, 1.0)


@pytest.mark.usefixtures("by_cosine")
def test_each_kind_of_evidence_may_be_that_of_another_passage(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Zinc."})
    engine.sync()
    hits = [
        hit_of("Zinc.", cosine=0.75),
        hit_of("Lead.", cosine=0.5),
    ]

    found = weighed(engine, hits, [True, False])

    assert found is not None
    assert (found.rank_logit, found.lacking) == (0.75, 0.0)


@pytest.mark.usefixtures("by_cosine")
@pytest.mark.parametrize(
    ("question", "length", "met"),
    [
        ("zinc?", 1, 1.0),
        ("Is there zinc or copper?", 2, 0.0),
        ("zinc and lead", 2, 1.0),
        ("zinc " * (LONGEST + 2), LONGEST, 1.0),
        ("what is it?", 0, 0.0),
    ],
)
def test_the_words_of_a_question_are_counted_and_the_one_met_worst_is_evidence(
    engine: bot.Engine, write: Write, question: str, length: int, met: float
) -> None:
    write({"a.txt": "Zinc zinc, lead."})
    engine.sync()

    found = weighed(engine, hits_of(0.5), [False], question)

    assert found is not None
    assert (found.length, found.least_met) == (length, met)


@pytest.mark.usefixtures("by_cosine")
def test_what_was_not_read_closely_is_no_evidence(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc."})
    engine.sync()
    unread = make_hit("Zinc.", "a")

    assert weighed(engine, [], []) is None
    assert weighed(engine, [unread], [False]) is None
    found = weighed(engine, [unread, *hits_of(0.25)], [True, True])
    assert found is not None
    assert (found.rank_logit, found.lacking) == (0.25, 1.0)


@pytest.mark.usefixtures("by_cosine")
def test_a_passage_is_judged_by_the_approved_question_that_led_to_it_too(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Zinc."})
    engine.sync()
    question = hit_of("zinc?", cosine=0.75)
    led = replace(hit_of("Lead.", cosine=0.25), via=question)
    unread = replace(make_hit("Lead.", "a"), via=question)

    for hit in (led, unread):
        found = weighed(engine, [hit], [True])
        assert found is not None
        assert (found.rank_logit, found.lacking) == (0.75, 1.0)


@pytest.mark.parametrize(
    ("question", "shown", "expected"),
    [
        ("Has it zinc?", 2, 0.0),
        # The first passage has no word for Mongolia, and neither have its headings or its title.
        ("Has Mongolia zinc?", 1, 1.0),
        ("Has Mongolia zinc?", 2, 0.0),
        ("Has Kenya zinc?", 2, 1.0),
        # A name may stand in a heading or in the title, in another form of the word.
        ("Has Hill zinc?", 1, 0.0),
        ("Has Ore zinc?", 1, 0.0),
    ],
)
def test_a_name_is_met_by_what_meets_it_best_of_the_first_passages(
    engine: bot.Engine, write: Write, question: str, shown: int, expected: float
) -> None:
    # Each word has an axis of its own, so that none meets another by its piece.
    encoder = WordEncoder([*MINERALS, "mongolia", "kenya", "hill", "hills", "ore", "ores"])
    write({"a.md": "# Ores\n\n## Hills\n\nZinc zinc.", "b.txt": "Lead, Mongolia."})
    engine = bot.open(engine.settings.corpus, engine.settings.index, encoder=encoder)
    engine.sync()
    generation = engine.live()
    hits = [
        Hit(row, passage, 0.0, 0.0, 0.0, make_evidence())
        for row, passage in generation.passages([0, 1]).items()
    ]
    asked = prepare(generation, encoder, engine.settings, question)

    found = weigh(generation, asked, [(hit, reading()) for hit in hits[:shown]])

    assert found is not None
    assert found.unmet == expected
