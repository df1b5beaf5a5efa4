"""Both stores say the same: rows, texts, scores, generations, what is removed, who may write."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread
from uuid import uuid4

import numpy as np
import pytest
from cli_calls import Pincite
from places import SUPPORT
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import (
    AnswersWorse,
    GenerationUnknown,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    IndexUnreachable,
    SettingsError,
    SourceGone,
    SourceUnknown,
    SyncCancelled,
    UsageError,
)
from bot.store import GenerationReader, VectorRules, store_at
from bot.store.folder.lexical import CONTEXT_WEIGHT
from bot.store.milvus.address import address_of
from bot.store.milvus.packing import coded, joined, packed, packed_bytes, unpacked, unpacked_bytes

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


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Milvus Lite for all tests, which give each index a name of its own."""
    pytest.importorskip("milvus_lite")
    with served(tmp_path_factory.mktemp("milvus")) as address:
        yield address


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


def test_a_word_of_the_context_counts_half_and_as_much_as_texts_have_it(
    corpus: Path, index: str, write: Write
) -> None:
    """Of three texts one has zinc, and each has a context as long as the others.

    Rarity is log(1 + 2.5 / 1.5) for all; what is normalised of the counts is divided by 1, since
    every text has two words and every context one.
    """
    write(
        {
            "a.md": "# Zinc\n\nSilver glows.",
            "b.md": "# Iron\n\nZinc lasts.",
            "c.md": "# Clay\n\nStones rest.",
        }
    )
    engine = opened(corpus, index)
    engine.sync()
    generation = engine.live()

    def worth(frequency: float) -> float:
        return float(np.log(1 + 2.5 / 1.5) * 2.2 * frequency / (frequency + 1.2))

    assert_ranked(generation.matching(["zinc"], 10), [(1, worth(1)), (0, worth(CONTEXT_WEIGHT))])
    # What stands in contexts alone is in no text, and known nevertheless.
    assert (generation.document_frequency("iron"), generation.occurs("iron")) == (0, True)
    rarest = float(np.log(1 + 3.5 / 0.5) * 2.2 * CONTEXT_WEIGHT / (CONTEXT_WEIGHT + 1.2))
    assert_ranked(generation.matching(["iron"], 10), [(1, rarest)])
    # What a quoted phrase needs has to stand in the text.
    assert [row for row, _ in generation.matching(["zinc"], 10, ["zinc"])] == [1]
    assert generation.matching(["iron"], 10, ["iron"]) == []


def test_some_sources_are_searched_as_if_there_were_no_others(
    corpus: Path, index: str, write: Write
) -> None:
    write(FILES)
    engine = opened(corpus, index)
    engine.sync()
    whole, expected = engine.live(), local(corpus)
    ids = list(expected.infos)

    for chosen in ([ids[0]], ids[1:3], ids[:4], ids):
        narrowed = whole.narrowed(chosen)
        assert list(narrowed.infos) == [id_ for id_ in ids if id_ in chosen]
        rows = [row for id_ in chosen for row in expected.searched(id_)]
        assert len(narrowed) == len(whole)
        for terms in TERMS:
            scores = expected.matching(terms, len(expected))
            within = [(row, score) for row, score in scores if row in rows]
            assert_ranked(narrowed.matching(terms, len(expected)), within)
            assert_ranked(narrowed.matching(terms, 1), within[:1])
        for vector in WordEncoder(MINERALS).encode_questions(QUESTIONS):
            near = expected.nearest(vector.vector, len(expected))
            within = [(row, cosine) for row, cosine in near if row in rows]
            assert_ranked(narrowed.nearest(vector.vector, len(expected)), within)
            assert narrowed.nearest(vector.vector, 1)[0][1] == pytest.approx(within[0][1])
        needed = expected.matching(("zinc", "copper"), len(expected), ("lead",))
        assert_ranked(
            narrowed.matching(("zinc", "copper"), len(expected), ("lead",)),
            [(row, score) for row, score in needed if row in rows],
        )
    # The generation itself is as it was.
    assert_alike(whole, expected)


def test_a_question_to_some_sources_is_answered_alike(
    corpus: Path, index: str, write: Write
) -> None:
    write(FILES)
    engine, other = opened(corpus, index), opened(corpus, str(corpus.parent / "other"))
    engine.sync()
    other.sync()
    only = bot.SourceFilter(types=("txt",))

    for question in QUESTIONS:
        found, expected = engine.ask(question, k=5, only=only), other.ask(question, k=5, only=only)
        assert found.citations == expected.citations
        assert {citation.source.format for citation in found.citations} <= {"txt"}
        assert found.filter == expected.filter
        assert found.confidence == pytest.approx(expected.confidence)


def test_a_renamed_file_is_found_by_its_new_name_alone(
    corpus: Path, index: str, write: Write
) -> None:
    write({"copper-ores.txt": "It is heavy.", "lead.txt": "It melts."})
    engine = opened(corpus, index)
    engine.sync()
    assert [row for row, _ in engine.live().matching(["copper"], 3)] == [0]
    (corpus / "copper-ores.txt").rename(corpus / "uranium-ores.txt")

    report = engine.sync()

    assert report.renamed == (("corpus/copper-ores.txt", "corpus/uranium-ores.txt"),)
    assert report.embedded == 1
    assert engine.live().matching(["copper"], 3) == []
    assert not engine.live().occurs("copper")
    assert [row for row, _ in engine.live().matching(["uranium"], 3)] == [1]
    assert_alike(engine.live(), local(corpus))
    assert engine.verify().faults == ()


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


# Moving between stores


@pytest.mark.parametrize("back", [False, True])
def test_an_index_is_copied_into_the_other_store(
    corpus: Path, milvus: str, write: Write, back: bool
) -> None:
    write(FILES)
    places = [str(corpus.parent / "index"), f"{milvus}/t{uuid4().hex}"]
    source, target = reversed(places) if back else places
    engine = opened(corpus, source)
    engine.sync()
    embedded = WordEncoder(MINERALS)

    status = bot.open(corpus, source, encoder=embedded).migrate_to(target)

    assert (status.generation, status.passages) == (1, len(engine.live()))
    assert embedded.embedded == []
    other = opened(corpus, target)
    assert_alike(other.live(), engine.live())
    assert other.verify().faults == ()
    assert other.is_current()
    assert engine.migrate_to(target).generation == 2


def test_an_index_is_not_copied_to_itself(corpus: Path, index: str, write: Write) -> None:
    write(FILES)
    engine = opened(corpus, index)
    engine.sync()
    with pytest.raises(UsageError, match="cannot be migrated to itself"):
        engine.migrate_to(index)
    assert engine.status().generation == 1


def test_a_copy_that_differs_is_dropped(
    corpus: Path, milvus: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(FILES)
    engine = opened(corpus, str(corpus.parent / "index"))
    engine.sync()
    target = f"{milvus}/t{uuid4().hex}"
    nothing = np.zeros(9, dtype=np.float32)
    monkeypatch.setattr("bot.store.milvus.generation.vector_of", lambda _: nothing)
    with pytest.raises(IndexDamaged, match=r"the copy differs from .* in its vectors; it was"):
        engine.migrate_to(target)
    with pytest.raises(IndexMissing):
        opened(corpus, target).status()


# Milvus alone


def test_machines_embed_for_one_index_together(
    corpus: Path, milvus: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes that know nothing of each other embed every passage once between them."""
    monkeypatch.setattr("bot.store.milvus.embedded.CLAIMED_AT_ONCE", 8)
    monkeypatch.setattr("bot.store.milvus.embedded.LOOKED_EVERY", 0.05)
    monkeypatch.setattr("bot.engine.syncing.ASKED_EVERY", 0.05)
    write({f"{number}.txt": f"Zinc is number {number}." for number in range(64)})
    index = f"{milvus}/t{uuid4().hex}"
    encoders = [Patient(MINERALS), Patient(MINERALS)]
    Patient.both = Barrier(len(encoders))
    reports: list[bot.SyncReport] = []

    def run(encoder: WordEncoder) -> None:
        reports.append(bot.open(corpus, index, encoder=encoder).sync())

    threads = [Thread(target=run, args=(encoder,)) for encoder in encoders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    done = [text for encoder in encoders for text in encoder.embedded]
    assert len(done) == len(set(done)) == 64
    assert all(encoder.embedded for encoder in encoders)
    assert [report.generation for report in reports] == [1, 1]
    assert sorted(len(report.added) for report in reports) == [0, 64]
    assert len(opened(corpus, index).live()) == 64


class Patient(WordEncoder):
    """An encoder that begins when the other machine has something to embed, too."""

    both: Barrier
    began = False

    def encode(self, texts):  # type: ignore[no-untyped-def]
        if texts and not self.began:
            self.began = True
            self.both.wait(60)
        yield from super().encode(texts)


def test_a_claim_ends_with_its_time(
    corpus: Path, milvus: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"a.txt": "Zinc is blue."})
    rules = VectorRules(exact_up_to=50_000, recall=0.99)
    store = store_at(Path(f"{milvus}/t{uuid4().hex}"), rules)
    other = store_at(Path(store.place), rules)
    with (
        store.writing(),
        pytest.raises(IndexBusy, match=r"its claim ends \d+ seconds after"),
        other.writing(),
    ):
        pass
    monkeypatch.setattr("bot.store.milvus.claims.HOLDS", 0.5)
    monkeypatch.setattr("bot.store.milvus.claims.RENEWED", 60.0)
    with store.writing():
        time.sleep(0.6)
        with other.writing():
            pass


def test_whoever_lost_the_claim_adopts_nothing(
    corpus: Path, milvus: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.milvus.claims.HOLDS", 0.0)
    write({"a.txt": "Zinc is blue."})
    engine = opened(corpus, f"{milvus}/t{uuid4().hex}")
    busy = False

    def wait(_: object, cancelled: object) -> None:
        nonlocal busy
        busy = True
        raise SyncCancelled("enough")

    monkeypatch.setattr("bot.engine.syncing.Syncer._wait", wait)
    with pytest.raises(SyncCancelled, match="enough"):
        engine.sync()
    assert busy
    with pytest.raises(IndexMissing):
        engine.status()


def test_what_was_altered_in_milvus_is_found(corpus: Path, milvus: str, write: Write) -> None:
    from pymilvus import MilvusClient

    write(FILES)
    name = f"t{uuid4().hex}"
    engine = opened(corpus, f"{milvus}/{name}")
    engine.sync()
    source = next(id_ for id_, info in engine.live().infos.items() if "zinc" in info.path)
    client = MilvusClient(milvus.removeprefix("milvus+"))
    fields = ["*"]
    (row,) = client.get(f"{name}_000001_sources", ids=[source], output_fields=fields)
    row["content"] = [part.replace("blue", "grey") for part in row["content"]]
    client.upsert(f"{name}_000001_sources", [row])

    faults = opened(corpus, f"{milvus}/{name}").verify().faults
    assert any(f"{name}_000001_sources: altered" in fault for fault in faults)
    assert any("the stored text of corpus/a-zinc.txt was altered" in fault for fault in faults)
    answer = opened(corpus, f"{milvus}/{name}").ask("What colour is zinc?")
    assert all("Zinc is a blue" not in quote.text for quote in answer.quotes)


@pytest.mark.parametrize(
    ("index", "what"),
    [
        ("milvus+http://host:19530", "not an index in Milvus"),
        ("milvus+http://host:19530/two words", "not an index in Milvus"),
        ("milvus+http://user:password@host/minerals", "PINCITE_MILVUS_TOKEN"),
        ("milvus+ftp://host/minerals", "not an index in Milvus"),
        ("milvus+file:minerals", "must end in .db"),
    ],
)
def test_an_address_of_another_form_is_refused(index: str, what: str, corpus: Path) -> None:
    with pytest.raises(SettingsError, match=what):
        opened(corpus, index)


def test_an_address_may_have_passed_through_a_path() -> None:
    for given in ("milvus+http://host:19530/minerals", "milvus+http:/host:19530/minerals"):
        address = address_of(given)
        assert address is not None
        assert (address.uri, address.name) == ("http://host:19530", "minerals")
        assert str(address) == "milvus+http://host:19530/minerals"
    assert address_of("index") is None


def test_a_server_that_does_not_answer_is_named(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.milvus.connection.CONNECTING", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"milvus+http://127.0.0.1:{taken.getsockname()[1]}/minerals"
        with pytest.raises(IndexUnreachable, match="no Milvus server answers there") as caught:
            opened(corpus, address).ask("zinc")
    assert address in str(caught.value)


def test_without_pymilvus_it_is_said_what_to_install(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(IndexUnreachable, match=r'Run: pip install .* "pincite\[milvus\]"'):
        opened(corpus, "milvus+http://127.0.0.1:1/minerals").ask("zinc")


def test_a_file_of_milvus_lite(corpus: Path, tmp_path: Path, write: Write) -> None:
    write({"a.txt": "Zinc is blue."})
    place = f"milvus+file:{tmp_path}/minerals.db"
    opened(corpus, place).sync()
    assert opened(corpus, place).ask("zinc").quotes[0].text == "Zinc is blue."
    code = (
        "import sys, bot; from word_encoder import WordEncoder, MINERALS; "
        "bot.open(*sys.argv[1:], encoder=WordEncoder(MINERALS)).status()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(corpus), place],
        cwd=SUPPORT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "IndexBusy" in done.stderr
    assert "One process at a time opens a file of Milvus Lite" in done.stderr


@pytest.mark.parametrize("kind", ["file", "server"])
def test_no_proxy_comes_between_on_this_machine(
    kind: str,
    corpus: Path,
    tmp_path: Path,
    milvus: str,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Nobody listens at this port.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    write({"a.txt": "Zinc is blue."})
    file = f"milvus+file:{tmp_path}/minerals.db"
    index = file if kind == "file" else f"{milvus}/t{uuid4().hex}"
    opened(corpus, index).sync()
    assert opened(corpus, index).ask("zinc").quotes[0].text == "Zinc is blue."


def test_two_processes_share_a_server(corpus: Path, milvus: str, write: Write) -> None:
    """Another process answers from what this one has indexed, and from the next generation."""
    write({"a.txt": "Zinc is blue."})
    index = f"{milvus}/t{uuid4().hex}"
    engine = opened(corpus, index)
    engine.sync()
    code = (
        "import sys, bot; from word_encoder import WordEncoder, MINERALS\n"
        "engine = bot.open(*sys.argv[1:], encoder=WordEncoder(MINERALS))\n"
        "for _ in sys.stdin: print(engine.ask('zinc').quotes[0].text, flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(corpus), index],
        cwd=SUPPORT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        for colour in ("blue", "grey"):
            if colour == "grey":
                write({"a.txt": "Zinc is grey."})
                engine.sync()
            other.stdin.write("\n")
            other.stdin.flush()
            assert other.stdout.readline() == f"Zinc is {colour}.\n"
        other.stdin.close()


def test_words_that_milvus_would_read_otherwise_are_coded() -> None:
    assert coded("zinc2") == "zinc2"
    assert coded("中文") == "Xe4b8ade69687"
    assert joined(["zinc", "½"]) == "zinc Xc2bd"


def test_texts_and_records_are_packed_and_unpacked() -> None:
    text = "half \udce4 of a character, \0, and " + "中" * 40_000
    parts = packed([text])
    assert unpacked(parts) == [text]
    assert max(len(part.encode()) for part in parts) <= 65_535
    content = bytes(range(256)) * 300
    assert unpacked_bytes(packed_bytes(content)) == content


def test_settings_keep_notes_of_an_index_elsewhere_in_a_folder(tmp_path: Path) -> None:
    assert bot.Settings(index=tmp_path).notes == tmp_path
    assert bot.Settings(index=Path("milvus+http://h:1/minerals")).notes == Path("index-minerals")
    assert bot.Settings(index=Path("milvus+file:a/b.db")).notes == Path("index-b")


def test_a_large_index_is_searched_in_other_ways(
    corpus: Path, milvus: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another index of vectors, and a filter for what must be there."""
    monkeypatch.setattr("bot.store.milvus.lexical.MOST_HITS", 1)
    monkeypatch.setattr("bot.store.milvus.connection.ROWS_PER_CALL", 2)
    write(FILES)
    engine = opened(corpus, f"{milvus}/t{uuid4().hex}", exact_up_to=0)
    engine.sync()
    found, expected = engine.live(), local(corpus)
    assert_alike(found, expected)
    assert expected.approximate() is None
    approximate = engine.status().approximate
    assert approximate is not None
    assert (approximate.passages, approximate.lists) == (len(found), 0)


def test_a_server_that_goes_away_is_named(
    corpus: Path, tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.milvus.connection.PATIENCE", 1.0)
    write({"a.txt": "Zinc is blue."})
    with served(tmp_path / "data") as address:
        engine = opened(corpus, f"{address}/minerals")
        engine.sync()
    with pytest.raises(IndexUnreachable, match="no Milvus server answers there"):
        engine.ask("zinc")
    with served(tmp_path / "data") as address:
        again = opened(corpus, f"{address}/minerals")
        assert again.ask("zinc").quotes[0].text == "Zinc is blue."
        assert again.sync().embedded == 0


def test_only_an_index_in_a_folder_is_exported(corpus: Path, milvus: str, write: Write) -> None:
    write({"a.txt": "Zinc is blue."})
    index = f"{milvus}/t{uuid4().hex}"
    engine = opened(corpus, index)
    engine.sync()
    with pytest.raises(UsageError, match=re.escape(f"pincite migrate {index} FOLDER")):
        engine.export(corpus.parent / "package.zip")
    with pytest.raises(UsageError, match="only an index in a folder is exported and imported"):
        engine.import_from(corpus.parent / "package.zip")


def test_a_copy_by_the_command_line(
    pincite: Pincite, own_site: Path, milvus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    index = f"{milvus}/t{uuid4().hex}"
    done = pincite("migrate", "index", index, "--json")
    assert (done.code, json.loads(done.out)["generation"]) == (0, 1)
    question = ("ask", "When was the dialogue launched?", "--json")
    here, there = pincite(*question), pincite("--index", index, *question)
    mine, theirs = json.loads(here.out), json.loads(there.out)
    assert [quote["text"] for quote in mine["passages"]]
    assert [quote["text"] for quote in mine["passages"]] == [
        quote["text"] for quote in theirs["passages"]
    ]
    assert pincite("--index", index, "verify").code == 0
    refused = pincite("--index", "milvus+http://nobody", "status")
    assert (refused.code, "not an index in Milvus" in refused.err) == (2, True)
