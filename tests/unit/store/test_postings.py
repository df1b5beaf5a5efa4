"""Postings tell where each term stands, and merge."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from folder_index import opened
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.folder.postings import Postings, Searched, merge_postings, write_postings

pytestmark = pytest.mark.usefixtures("quick_disk")


def test_postings_say_where_each_term_stands_and_how_often(tmp_path: Path) -> None:
    write_postings(
        [("Zinc and zinc ore", "Metals Zinc", None), ("Lead", "Zinc", "en"), ("", "", None)],
        tmp_path / "postings",
    )

    postings = Postings(tmp_path / "postings")

    rows, counts = postings.find("zinc")
    assert (rows.tolist(), counts.tolist()) == ([0, 1], [[2, 1], [0, 1]])
    rows, counts = postings.find("metal")
    assert (rows.tolist(), counts.tolist()) == ([0], [[0, 1]])
    assert postings.find("zin")[0].tolist() == postings.find("zincograph")[0].tolist() == []
    assert postings.lengths.tolist() == [[3, 2], [1, 1], [0, 0]]


def test_every_passage_is_searched_with_its_title_and_headings_once_each(folder: Path) -> None:
    (folder / "corpus" / "ores.md").write_text(
        "# Ores\n\n# Ores\n\nZinc blende.\n\n## Rare ores\n\nEmeralds.\n", encoding="utf-8"
    )
    (folder / "corpus" / "0017_4fa2.txt").write_text("Lead glance.", encoding="utf-8")
    engine = opened(folder)
    engine.sync(rebuild=True)
    generation = engine.live()

    rows = {
        passage.text: row
        for row, passage in generation.passages(range(len(generation))).items()
        if passage.text in ("Zinc blende.", "Emeralds.", "Lead glance.")
    }
    (segment,) = (part.segment for part in generation.parts)
    found, counts = segment.postings.find("ore")
    having = dict(zip(found.tolist(), counts.tolist(), strict=True))
    assert {text: having.get(row) for text, row in rows.items()} == {
        "Zinc blende.": [0, 1],
        "Emeralds.": [0, 2],
        "Lead glance.": None,
    }
    # The name of a file that has no word is nothing to search with.
    assert segment.postings.lengths[rows["Lead glance."]].tolist() == [2, 0]
    assert not generation.occurs("0017")
    assert generation.occurs("rare")
    assert generation.document_frequency("rare") == 0


PASSAGES = st.lists(
    st.tuples(*[st.text(alphabet="abcde ü", max_size=12)] * 2, st.sampled_from((None, "de"))),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(PASSAGES, max_size=3), dropped=st.sets(st.integers(0, 23)))
def test_merged_postings_are_those_of_the_passages_at_once(
    parts: list[list[Searched]], dropped: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        merging = []
        kept: list[Searched] = []
        for number, passages in enumerate(parts):
            write_postings(passages, Path(scratch, str(number)))
            rows = np.full(len(passages), -1, dtype=np.int32)
            for row, passage in enumerate(passages):
                if number * 8 + row not in dropped:
                    rows[row] = len(kept)
                    kept.append(passage)
            merging.append((Postings(Path(scratch, str(number))), rows))
        merge_postings(merging, len(kept), Path(scratch, "merged"))
        write_postings(kept, Path(scratch, "at once"))
        for file in Path(scratch, "at once").iterdir():
            merged = np.load(Path(scratch, "merged", file.name), allow_pickle=False)
            assert merged.tolist() == np.load(file, allow_pickle=False).tolist(), file.name
