"""What only the store in Milvus does."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from both_stores import FILES, assert_alike, local, opened, served
from places import SUPPORT
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import IndexBusy, IndexMissing, IndexUnreachable, SettingsError, SyncCancelled
from bot.store import VectorRules, store_at
from bot.store.milvus.address import address_of
from bot.store.milvus.packing import coded, joined, packed, packed_bytes, unpacked, unpacked_bytes

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]

Write = Callable[[Mapping[str, str]], None]


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
