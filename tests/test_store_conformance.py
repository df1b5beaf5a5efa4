"""Both stores say the same: rows, texts, scores, generations, what is removed, who may write."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Thread
from uuid import uuid4

import numpy as np
import pytest
from conftest import MINERALS, WordEncoder

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
from bot.store import GenerationReader

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

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


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Milvus Lite that serves, as pincite takes it, without a name."""
    pytest.importorskip("milvus_lite")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("milvus")
    code = "import sys; from milvus_lite.cmdline import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "server", "--data-dir", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert server.poll() is None, "Milvus Lite does not start"
            assert time.monotonic() < deadline, "Milvus Lite does not answer"
            time.sleep(0.1)
        yield f"milvus+http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(params=["folder", "milvus"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a test has its index: in a folder, or in Milvus."""
    if request.param == "folder":
        return str(tmp_path / "index")
    return f"{request.getfixturevalue('milvus')}/t{uuid4().hex}"


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
    for row in rows:
        for mine, other in zip(
            found.piece_vectors(row, 9), expected.piece_vectors(row, 9), strict=True
        ):
            np.testing.assert_array_equal(mine, other)
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
        assert found.matching_sources(terms) == pytest.approx(expected.matching_sources(terms))
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


def test_a_generation_holds_what_that_of_a_folder_holds(
    corpus: Path, index: str, write: Write
) -> None:
    write(FILES)
    engine = opened(corpus, index)

    report = engine.sync()

    assert (report.generation, report.embedded) == (1, report.passages)
    assert engine.is_current()
    assert_alike(engine.live(), local(corpus))


def test_answers_are_the_same(corpus: Path, index: str, write: Write) -> None:
    write(FILES)
    engine, other = opened(corpus, index), opened(corpus, str(corpus.parent / "other"))
    engine.sync()
    other.sync()

    for question in QUESTIONS:
        found, expected = engine.ask(question, k=5), other.ask(question, k=5)
        assert [quote.text for quote in found.quotes] == [quote.text for quote in expected.quotes]
        assert [quote.score for quote in found.quotes] == pytest.approx(
            [quote.score for quote in expected.quotes]
        )
        assert found.citations == expected.citations
        assert (found.answered, found.withheld) == (expected.answered, expected.withheld)
        assert found.confidence == pytest.approx(expected.confidence)


def test_scores_can_be_worked_out_by_hand(corpus: Path, index: str, write: Write) -> None:
    """Two passages of two words; one has zinc: log(1 + 1.5 / 1.5) × 2.2 × 1 / (1 + 1.2)."""
    write({"a.txt": "Zinc glows.", "b.txt": "Lead lasts."})
    engine = opened(corpus, index)
    engine.sync()

    assert engine.live().matching(["zinc"], 10) == [(0, pytest.approx(np.log(2)))]
    assert engine.live().nearest(WordEncoder(MINERALS).encode_questions(["zinc"])[0].vector, 1) == [
        (0, pytest.approx(1 / np.sqrt(2)))
    ]


def test_changes_lead_to_the_generation_of_a_fresh_build(
    corpus: Path, index: str, write: Write
) -> None:
    write(FILES)
    engine = opened(corpus, index)
    engine.sync()
    (corpus / "c-news.txt").unlink()
    (corpus / "b-copper.md").rename(corpus / "z-copper.md")
    write({"a-zinc.txt": "Zinc is grey today. Lead is heavy.", "a0.txt": "A first metal: copper."})

    report = engine.sync()

    assert (report.generation, report.removed) == (2, ("corpus/c-news.txt",))
    assert report.embedded == 2
    assert_alike(engine.live(), local(corpus))
    assert engine.verify().faults == ()


def test_nothing_changed_makes_no_generation(corpus: Path, index: str, write: Write) -> None:
    write(FILES)
    opened(corpus, index).sync()
    again = opened(corpus, index).sync()
    assert (again.generation, again.embedded) == (1, 0)
    assert [kept.number for kept in opened(corpus, index).status().kept] == [1]


def test_all_sources_may_go(corpus: Path, index: str, write: Write) -> None:
    write({"a.txt": "Zinc is blue."})
    engine = opened(corpus, index)
    engine.sync()
    (corpus / "a.txt").unlink()

    assert engine.sync().passages == 0
    assert not engine.ask("zinc").quotes
    assert engine.live().matching(["zinc"], 3) == []


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
