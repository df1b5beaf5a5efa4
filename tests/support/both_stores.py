"""Indexes in either store, and what must be the same in both."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.store import GenerationReader

FILES = {
    "b-copper.md": "# Metals\n\n## Copper\n\nCopper is red. Copper conducts.\n\n"
    "## Chromium\n\nChromium is hard; chromium plates steel.\n",
    "a-zinc.txt": "Zinc is a blue metal, found with lead.\n\nLead is heavy, and zinc is not.",
    "c-news.txt": "The dialogue was launched in February 2023.\n\nIt is about uranium and copper.",
    "d-signs.txt": "Die Größe der Erze: “Zinkblende”, łódź, “中文” und ½ Tonne.",
    "e-empty-of-terms.txt": "It is what it is.",
}

QUESTIONS = (
    "What colour is zinc?",
    "When was the dialogue launched?",
    "copper chromium",
    '"zinc is not"',
    "Größe łódź",
    "Is it?",
    "Where is gold mined in Peru?",
)

TERMS = (("zinc",), ("copper", "red"), ("metal",), ("große", "grosse"), ("nothing",), ())


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a Milvus Lite that serves a folder, as pincite takes it, without a name."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "import sys; from milvus_lite.cmdline import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "server", "--data-dir", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not listens(port):
            assert server.poll() is None, "Milvus Lite does not start"
            assert time.monotonic() < deadline, "Milvus Lite does not answer"
            time.sleep(0.1)
        yield f"milvus+http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def opened(corpus: Path, index: str, **settings: int) -> bot.Engine:
    return bot.open(corpus, index, encoder=WordEncoder(MINERALS), **settings)


def local(corpus: Path) -> GenerationReader:
    """The generation of a fresh index in a folder, against which the other is held."""
    engine = opened(corpus, str(corpus.parent / f"fresh-{uuid4().hex}"))
    engine.sync()
    return engine.live()


def assert_alike(found: GenerationReader, expected: GenerationReader) -> None:
    """Whatever is asked of two generations, they say the same."""
    rows = range(len(expected))
    assert len(found) == len(expected)
    assert found.passages(rows) == expected.passages(rows)
    assert found.infos == expected.infos
    assert list(found.infos) == [summary.info.id for summary in expected.summaries()]
    assert found.summaries() == expected.summaries()
    assert found.files() == expected.files()
    assert found.words == expected.words
    assert found.manifest.stamp == expected.manifest.stamp
    assert found.manifest.skipped == expected.manifest.skipped
    np.testing.assert_array_equal(found.vectors(rows), expected.vectors(rows))
    for some in ([row] for row in rows), (rows,):
        for chosen in some:
            pieces = zip(found.pieces_of(chosen), expected.pieces_of(chosen), strict=True)
            for one, another in pieces:
                np.testing.assert_array_equal(one.codes, another.codes)
                np.testing.assert_array_equal(one.spans, another.spans)
    for id_ in expected.infos:
        assert found.source(id_) == expected.source(id_)
        assert found.passages_of(id_) == expected.passages_of(id_)
        assert found.passage_ids(id_) == expected.passage_ids(id_)
        assert found.searched(id_) == expected.searched(id_)
        assert found.entry(id_) == expected.entry(id_)
    for passage in expected.passages(rows).values():
        assert found.passage(passage.id) == passage
    assert found.passage("0" * 16) is None
    for terms in TERMS:
        assert_ranked(found.matching(terms, 3), expected.matching(terms, 3))
    assert_ranked(
        found.matching(("zinc", "copper"), len(found), ("lead",)),
        expected.matching(("zinc", "copper"), len(expected), ("lead",)),
    )
    for vector in WordEncoder(MINERALS).encode_questions(QUESTIONS):
        # All of them: of several that are as far, a folder may leave out any.
        everything = len(expected)
        assert_ranked(
            found.nearest(vector.vector, everything), expected.nearest(vector.vector, everything)
        )
    for term in ("zinc", "copper", "metal", "fresh", "grosse", "nothing"):
        assert found.document_frequency(term) == expected.document_frequency(term), term
        assert found.occurs(term) == expected.occurs(term), term


def assert_ranked(found: list[tuple[int, float]], expected: list[tuple[int, float]]) -> None:
    assert [row for row, _ in found] == [row for row, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected])
