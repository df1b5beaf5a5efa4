"""An earlier turn counts by its weight."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pytest
from searches import by_text, evidence_of, found, generation_of, query

import bot
from bot.retrieval.ranking import sigmoid

pytestmark = pytest.mark.usefixtures("quick_disk", "rank_by")

Write = Callable[[Mapping[str, str]], None]
RankBy = Callable[..., None]


def test_an_earlier_turn_counts_by_its_weight(
    engine: bot.Engine, write: Write, rank_by: RankBy
) -> None:
    write({"a.txt": "Copper.", "b.txt": "Lead.", "c.txt": "Zinc."})
    generation = generation_of(engine)
    rank_by(-3.0, cosine=1.0, interaction=6.0)

    alone = found(generation, query("copper"))
    leaned = found(generation, query("copper"), query("zinc", weight=0.5))

    assert by_text(alone) == pytest.approx(
        {"Copper.": sigmoid(4), "Lead.": sigmoid(-3), "Zinc.": sigmoid(-3)}
    )
    assert by_text(leaned) == pytest.approx(
        {
            "Copper.": sigmoid(-3 + 7 * 2 / 3),
            "Zinc.": sigmoid(-3 + 7 / 3),
            "Lead.": sigmoid(-3),
        }
    )
    assert [hit.passage.text for hit in leaned] == ["Copper.", "Zinc.", "Lead."]
    # The evidence is the mean over both by their weight: a word that one of three texts has, and
    # that is alone there, has a BM25 of its rarity.
    lexical = math.log(1 + 2.5 / 1.5) / 2.2
    assert [evidence_of(hit) for hit in leaned] == [
        pytest.approx([share * value for value in (1, lexical, 1, 1, 1, 1, 0)])
        for share in (2 / 3, 1 / 3, 0)
    ]
    # The cosine and BM25F of a hit are those of the question itself.
    assert [hit.dense for hit in leaned] == pytest.approx([1, 0, 0])
    assert [hit.lexical for hit in leaned] == pytest.approx([2.2 * lexical, 0, 0])


def test_a_passage_that_only_an_earlier_turn_finds_is_weighed_by_all(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Copper.", "b.txt": "Zinc copper lead."})
    generation = generation_of(engine)

    hits = found(generation, query("copper"), query("lead", weight=1.0), candidates=1)

    # Each finds one of the two, and the first of both searches is the best of both together.
    assert [hit.passage.text for hit in hits] == ["Zinc copper lead."]
    assert hits[0].score == pytest.approx(sigmoid(math.sqrt(1 / 3)))
    assert evidence_of(hits[0])[2] == pytest.approx(1)
