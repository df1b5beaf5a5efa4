"""Reading in a separate process: the same documents, and bounds on time, memory and crashes."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import ReadError, ReaderUnavailable
from bot.reading import read
from bot.reading.sandbox import bounded, worker
from bot.reading.sandbox.bounded import BoundedReader
from bot.reading.sandbox.exchange import from_json, to_json
from bot.types import Block, BlockKind, Document, Mark, Metadata

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]

# A worker whose reader does what the file suffix says.
MISCHIEF = """
import os, sys, time
from bot.errors import ReaderUnavailable, ReadError
from bot.reading import read
from bot.reading.sandbox import worker

def mischief(data, suffix, keep_boilerplate):
    if suffix == ".loop":
        while True:
            pass
    if suffix == ".sleep":
        time.sleep(600)
    if suffix == ".memory":
        return bytearray(1 << 40)
    if suffix == ".crash":
        os.abort()
    if suffix == ".bug":
        return 1 // 0
    if suffix == ".write":
        with open(data.decode(), "w") as stream:
            stream.write("found")
    if suffix == ".print":
        print("noise on standard output", flush=True)
        os.write(1, b"more noise")
        suffix = ".txt"
    return read(data, suffix, keep_boilerplate)

worker.read_document = mischief
worker.main()
"""


@pytest.fixture
def reader() -> Iterator[BoundedReader]:
    reader = BoundedReader()
    yield reader
    reader.close()


@pytest.fixture
def mischievous(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BoundedReader]:
    """A reader with a timeout of one second, whose process misbehaves as the suffix says."""
    script = tmp_path / "mischief.py"
    script.write_text(MISCHIEF)
    start = subprocess.Popen

    def started(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        assert command[:4] == [sys.executable, "-P", "-m", "bot.reading.sandbox.worker"]
        return start([sys.executable, str(script), *command[4:]], **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(bounded.subprocess, "Popen", started)
    reader = BoundedReader(seconds=1)
    yield reader
    reader.close()


@pytest.fixture
def starting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Starts another program in place of the reading worker."""
    start = subprocess.Popen

    def use(program: str) -> None:
        script = tmp_path / "program.py"
        script.write_text(program)

        def started(command: list[str], **options: object) -> subprocess.Popen[bytes]:
            return start([sys.executable, str(script), *command[4:]], **options)  # type: ignore[call-overload, no-any-return]

        monkeypatch.setattr(bounded.subprocess, "Popen", started)

    return use


DOCUMENTS = st.builds(
    Document,
    text=st.text(),
    metadata=st.builds(Metadata, title=st.none() | st.text(), date=st.none() | st.text()),
    blocks=st.lists(
        st.builds(
            Block,
            start=st.integers(0, 9),
            end=st.integers(0, 9),
            kind=st.sampled_from(BlockKind),
            level=st.integers(0, 6),
            skipped=st.none() | st.text(),
        )
    ).map(tuple),
    marks=st.lists(
        st.builds(Mark, start=st.integers(0, 9), name=st.text(), divides=st.booleans())
    ).map(tuple),
    first_line=st.none() | st.integers(1, 9),
    notes=st.lists(st.text()).map(tuple),
)


@given(document=DOCUMENTS)
def test_a_document_survives_its_journey(document: Document) -> None:
    assert from_json(to_json(document)) == document


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".txt", "Title\n\nZinc coats steel – “always”. 锌 زنك 𝔸\n".encode()),
        (".html", b"<title>T</title><nav><a href='/'>Home</a></nav><p>Zinc coats steel.</p>"),
        (".csv", b"Ore,Price\nzinc,3\nlead,2\n"),
    ],
)
def test_the_document_is_the_same_as_without_a_process(
    reader: BoundedReader, suffix: str, data: bytes
) -> None:
    assert reader.read(data, suffix) == read(data, suffix)
    assert reader.read(data, suffix, keep_boilerplate=True) == read(data, suffix, True)


def test_what_is_wrong_with_a_file_is_said_as_without_a_process(reader: BoundedReader) -> None:
    for suffix, data in ((".pdf", b"no pdf"), (".xyz", b"?"), (".txt", b""), (".docx", b"PK")):
        with pytest.raises(ReadError) as plain:
            read(data, suffix)
        with pytest.raises(ReadError) as bounded_error:
            reader.read(data, suffix)
        assert str(bounded_error.value) == str(plain.value)


@pytest.mark.parametrize(
    ("suffix", "reason"),
    [
        (".loop", r"took longer than 1 s to read\. Split it, or convert it to text\."),
        (".sleep", r"took longer than 1 s to read\. Split it, or convert it to text\."),
        (".memory", "needs more memory to be read than is allowed"),
        (".crash", r"brought its parser down \(SIGABRT\)"),
        (".bug", r"its reader failed \(ZeroDivisionError: "),
    ],
)
def test_the_next_file_is_read_whatever_one_did(
    mischievous: BoundedReader, suffix: str, reason: str
) -> None:
    with pytest.raises(ReadError, match=reason):
        mischievous.read(b"zinc", suffix)
    assert mischievous.read(b"Lead shields rays.", ".txt").text == "Lead shields rays."


def test_a_parser_can_write_no_file(mischievous: BoundedReader, tmp_path: Path) -> None:
    target = tmp_path / "found"
    with pytest.raises(ReadError, match="File too large"):
        mischievous.read(os.fsencode(target), ".write")
    assert target.read_bytes() == b""


def test_what_a_parser_prints_is_not_taken_for_its_answer(mischievous: BoundedReader) -> None:
    assert mischievous.read(b"Zinc.", ".print").text == "Zinc."


def test_a_process_that_was_killed_is_started_anew(reader: BoundedReader) -> None:
    assert reader.read(b"Zinc.", ".txt").text == "Zinc."
    process = reader._process
    assert process is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert reader.read(b"Lead.", ".txt").text == "Lead."


def test_an_answer_that_nobody_waited_for_is_not_taken_for_the_next(
    reader: BoundedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reader.read(b"Zinc.", ".txt").text == "Zinc."
    with monkeypatch.context() as patched:
        patched.setattr(bounded, "receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            reader.read(b"Lead.", ".txt")
    assert reader.read(b"Tin.", ".txt").text == "Tin."


def interrupted(*_: object) -> bytes:
    raise KeyboardInterrupt


def test_a_text_beyond_all_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LARGEST_TEXT", 3)

    outcome, content = worker._read(b"Zinc.", ".txt", False)

    assert outcome == b"refused"
    assert content == b"holds 5 characters of text, more than 3. Split it into several files."


def ran(code: str) -> subprocess.CompletedProcess[str]:
    """Runs a program in its own process; returns the outcome."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(bot.__file__).parents[1])},
    )


def test_the_process_ends_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import os, signal\n"
        "from bot.reading.sandbox.bounded import reader\n"
        "reader.read(b'Zinc.', '.txt')\n"
        "print(reader._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = ran(code)
    assert done.returncode == -signal.SIGKILL
    pid = int(done.stdout)
    for _ in range(100):
        if not _runs(pid):
            break
        time.sleep(0.1)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_modules_beside_the_corpus_are_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: BoundedReader
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)

    assert reader.read(b"Zinc.", ".txt").text == "Zinc."


def test_an_index_run_goes_on_after_a_file_that_brings_its_parser_down(
    tmp_path: Path, mischievous: BoundedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: Mapping[str, str] = {"a.txt": "Zinc.", "b.txt": "crash", "c.txt": "Lead."}
    (tmp_path / "corpus").mkdir()
    for name, text in files.items():
        (tmp_path / "corpus" / name).write_text(text)

    class Crashing:
        def read(self, data: bytes, suffix: str, keep_boilerplate: bool) -> Document:
            return mischievous.read(data, ".crash" if data == b"crash" else suffix)

    monkeypatch.setattr(importlib.import_module("bot.indexing.build"), "reader", Crashing())
    engine = bot.open(tmp_path / "corpus", tmp_path / "index", encoder=WordEncoder(MINERALS))

    report = engine.sync()

    assert report.added == ("corpus/a.txt", "corpus/c.txt")
    assert [(file.path, file.reason) for file in report.skipped] == [
        (
            "corpus/b.txt",
            "brought its parser down (SIGABRT). Open it in its program and save it anew.",
        )
    ]


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import no_such_library", "ModuleNotFoundError: No module named 'no_such_library'"),
        ("import os; os.abort()", "SIGABRT"),
        ("raise SystemExit(3)", "exit status 3"),
        ("print('a banner that somebody put here', flush=True)", "exit status 0"),
        ("import time; time.sleep(600)", "SIGKILL"),
    ],
)
def test_a_process_that_does_not_start_is_no_fault_of_the_file(
    starting: Callable[[str], None],
    reader: BoundedReader,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    reason: str,
) -> None:
    monkeypatch.setattr(bounded, "STARTING_SECONDS", 2)
    monkeypatch.setattr(bounded, "ENDING_SECONDS", 0.5)
    starting(program)

    with pytest.raises(ReaderUnavailable) as unavailable:
        reader.read(b"Zinc.", ".txt")

    assert str(unavailable.value) == (
        f"the process that reads files does not start: {reason}. No file is to blame, and the "
        "index stays as it is. Check the installation and the limits on processes and memory "
        "(ulimit -a), then try again."
    )


def test_a_program_that_cannot_be_run_is_no_fault_of_the_file(
    reader: BoundedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    with pytest.raises(ReaderUnavailable, match="does not start: No such file or directory"):
        reader.read(b"Zinc.", ".txt")


def test_an_index_run_without_a_reader_stops_and_leaves_the_index(
    tmp_path: Path,
    starting: Callable[[str], None],
    reader: BoundedReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "zinc.txt").write_text("Zinc coats steel.")
    engine = bot.open(tmp_path / "corpus", tmp_path / "index", encoder=WordEncoder(MINERALS))
    engine.sync()
    monkeypatch.setattr(sys.modules["bot.indexing.build"], "reader", reader)
    starting("import no_such_library")

    for name in ("zinc.txt", "lead.txt"):
        (tmp_path / "corpus" / name).write_text("Lead shields rays.")
    with pytest.raises(ReaderUnavailable):
        engine.sync(rebuild=True)
    with pytest.raises(ReaderUnavailable):
        engine.sync()

    assert engine.status().generation == 1
    assert [quote.text for quote in engine.ask("zinc").quotes] == ["Zinc coats steel."]


def test_a_system_that_allows_less_memory_is_obeyed() -> None:
    code = (
        "import resource\n"
        "least = 3 * 1024**3\n"
        "resource.setrlimit(resource.RLIMIT_AS, (least, least))\n"
        "from bot.reading.sandbox.bounded import reader\n"
        "print(reader.read(b'Zinc.', '.txt').text)\n"
        "print(resource.prlimit(reader._process.pid, resource.RLIMIT_AS) == (least, least))\n"
    )
    done = ran(code)
    assert (done.stdout, done.returncode) == ("Zinc.\nTrue\n", 0), done.stderr
