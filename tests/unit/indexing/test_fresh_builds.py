"""Any edits lead to the index of a fresh build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from indexed_passages import generation_of, passages_of
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import CorpusEmpty
from bot.export.answer_json import answer_json
from bot.store import IndexLayout

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

NAMES = ("a.txt", "b.txt", "c.md", "inner/d.md")
CONTENTS = (
    "Zinc is a metal.",
    "Lead is heavy.\n\nCopper is red. It bends.",
    "# Metals\n\n## Zinc\n\nLead is heavy.\n\n- Zinc\n- Lead is heavy.",
    "# Metals\n\nZinc\nLead is heavy.",
    "What is zinc?\n\nZinc is a metal.\n\nWhat is lead?\n\nLead is heavy.",
    "Zinc holds 20 percent of the market. " * 30,
    "Zinc holds 30 percent of the market.",
    "",
    "\x00\x01\x02",
)
QUESTIONS = ("What is zinc?", "lead copper", "20 percent of the market", "uranium")

Edit = tuple[str, str, str | int]
EDITS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.integers(0, len(CONTENTS) - 1)),
    st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just("")),
)


def apply(edit: Edit, corpus: Path) -> None:
    what, name, other = edit
    file = corpus / name
    file.parent.mkdir(exist_ok=True)
    if isinstance(other, int):
        file.write_text(CONTENTS[other], encoding="utf-8")
    elif file.exists() and what == "delete":
        file.unlink()
    elif file.exists():
        (corpus / other).parent.mkdir(exist_ok=True)
        file.replace(corpus / other)


def everything(engine: bot.Engine) -> dict[str, Any]:
    """All that an index says, but for the generation's number and times."""
    generation = generation_of(engine)
    rows = range(len(generation))
    answers = [answer_json(engine.ask(question)) for question in QUESTIONS]
    for answer in answers:
        del answer["generation"], answer["timings_ms"]
    return {
        "passages": generation.passages(rows),
        "sources": engine.sources(),
        "texts": [engine.source(summary.info.id) for summary in engine.sources()],
        "files": generation.files(),
        "skipped": engine.status().skipped,
        "answers": answers,
        "suggestions": engine.suggestions(),
        "vectors": generation.vectors(rows).tolist(),
        "pieces": [generation.pieces(row).codes.tolist() for row in rows],
        "spans": [generation.pieces(row).spans.tolist() for row in rows],
    }


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=1, max_size=4))
@example(steps=[[("write", "a.txt", 0)], [("write", "b.txt", 0)], [("delete", "a.txt", "")]])
@example(steps=[[("write", "c.md", 3)], [("write", "c.md", 2), ("write", "inner/d.md", 3)]])
def test_edits_lead_to_the_index_of_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[Edit]]
) -> None:
    folder = tmp_path_factory.mktemp("edits")
    corpus = folder / "corpus"
    corpus.mkdir()
    engine = bot.open(corpus, folder / "index", encoder=WordEncoder(MINERALS))
    for number, edits in enumerate(steps):
        for edit in edits:
            apply(edit, corpus)
        fresh = bot.open(corpus, folder / f"fresh{number}", encoder=WordEncoder(MINERALS))
        try:
            fresh.sync()
        except CorpusEmpty:
            if IndexLayout(folder / "index").numbers():
                engine.sync()
                assert passages_of(engine) == []
            continue
        engine.sync()
        assert everything(engine) == everything(fresh)
        assert engine.verify().faults == ()


def test_vectors_are_of_unit_length(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc, zinc and lead.", "b.txt": "Copper."})
    engine.sync()

    vectors = generation_of(engine).vectors([0, 1])

    np.testing.assert_allclose(vectors[0][[0, 1, -1]], np.array([2, 1, 1]) / np.sqrt(6), rtol=1e-6)
    assert vectors[1].tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 0]
