"""What reaches a terminal or a pipe: reports as text, harmless whatever the sources hold."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_calls import (
    FILES,
    HOSTILE,
    HOSTILE_NAME,
    UNANSWERABLE,
    UNREADABLE,
    Done,
    Pincite,
    is_harmless,
    process,
)

import bot
from bot.cli.context import Invocation
from bot.cli.reports import show_skipped_blocks, show_status, show_sync
from bot.indexing import paced
from bot.types import Block, BlockKind, Mark, Source, SourceInfo, Status, SyncProgress, SyncReport

pytestmark = pytest.mark.slow


def test_sizes_are_readable(capsys: pytest.CaptureFixture[str]) -> None:
    for count, shown in ((40_400, "40 kB"), (999_600, "1000 kB"), (1_234_567_890, "1,234.6 MB")):
        when = "2024-02-08T00:00:00+00:00"
        show_status(Status("/corpus\n", "/index\x07", 1, when, "m", 12_345, 67_890, count))
        places, rest = (lines := capsys.readouterr().out.splitlines())[:2], lines[4:]
        assert places == ["corpus      /corpus\\n", "index       /index\\x07"]
        assert rest == [
            "sources     12,345",
            "passages    67,890",
            "search      exact",
            f"on disk     {shown}",
        ]


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_closed_pipe_makes_no_noise(unbuffered: str, tiny_site: Path) -> None:
    for arguments in (["sources", "--json"], ["--help"]):
        reading, writing = os.pipe()
        os.close(reading)
        try:
            done = process(*arguments, cwd=tiny_site, stdout=writing, PYTHONUNBUFFERED=unbuffered)
        finally:
            os.close(writing)
        assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_output_that_cannot_be_written_is_one_line(tiny_site: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = process("status", cwd=tiny_site, stdout=full)
    assert done.returncode == 1
    assert done.stderr == (
        "pincite: [Errno 28] No space left on device (OSError). "
        "For the whole trace add: --verbose\n"
    )


def test_the_bar_of_a_terminal_shows_names_as_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda _: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")
    invocation = Invocation(None, None, None, None, verbose=False, quiet=False)
    with invocation.progress() as listener:
        for item in ("corpus/[red]marked.txt", f"corpus/{HOSTILE_NAME}"):
            listener(SyncProgress("reading", 1, 3, item))
            time.sleep(0.3)  # the bar is drawn ten times a second
        listener(SyncProgress("embedding", 16, 48, rate=12.34, seconds_left=61.0))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "corpus/[red]marked.txt" in printed.err
    assert r"corpus/evil\x1b[31m\u202ename\nsecond.txt" in printed.err
    assert "\u202e" not in printed.err
    assert "16/48" in printed.err
    assert "12.3 a second, about 2 min left" in printed.err

    with replace(invocation, quiet=True).progress() as listener:
        listener(SyncProgress("reading", 1, 3, "corpus/a.txt"))
    assert capsys.readouterr().err == ""


def test_the_pace_of_a_run_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    invocation = Invocation(None, None, None, None, verbose=False, quiet=False)
    seconds = iter((0.0, 10.0, 12.0, 14.0, 18.0, 19.0))
    with invocation.progress() as listener:
        tell = paced(listener, lambda: next(seconds))
        # What passes before the first batch is done is for loading the model.
        for done in (0, 32, 64, 96, 160):
            tell(SyncProgress("embedding", done, 160))
        tell(SyncProgress("writing", 0, 1))
    assert capsys.readouterr().err.splitlines() == [
        "embedding 0/160 passages",
        "embedding 32/160 passages",
        "embedding 64/160 passages",
        "embedding 96/160 passages, 16.0 a second, about 4 s left",
        "embedding 160/160 passages",
    ]


def test_hostile_text_never_reaches_the_terminal_raw(
    pincite: Pincite, own_site: Path, tmp_path: Path
) -> None:
    options = ["--corpus", str(own_site / "corpus"), "--index", str(own_site / "index")]
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps({"id": HOSTILE, "question": HOSTILE, "expect": "none"}))
    escaped_name = r"corpus/evil\x1b[31m\u202ename\nsecond.txt"
    escaped_text = r"Hafnium \x1b[31mred\x1b[0m \u202eevil\u202c \x9b2J over\x07 is used"
    for arguments, expected in (
        (["index", "--rebuild"], [escaped_name, r"skipped   corpus/notes\x1b[2J.xyz"]),
        (["ask", "control rods of reactors"], [escaped_name, escaped_text]),
        (["ask", UNANSWERABLE, "--k", "100"], [escaped_name, escaped_text]),
        (["sources"], [escaped_name]),
        (["sources", "--show-skipped"], [escaped_name, r"skipped file corpus/notes\x1b[2J.xyz"]),
        (["status"], [r"skipped     corpus/notes\x1b[2J.xyz"]),
        (["eval", str(questions)], [r"\x1b[31mred"]),
        (["sources", "--text", HOSTILE], [r"\x1b[31mred"]),
        (["ask", "a", "--history", HOSTILE], [r"\x1b[31mred"]),
    ):
        done = pincite(*options, *arguments)
        assert is_harmless(done.out)
        assert is_harmless(done.err)
        assert all(text in done.out + done.err for text in expected), arguments
    reading = pincite(*options, "index", "--rebuild").err
    assert f"/6 {escaped_name}\n" in reading

    missing = pincite("status", "--index", f"no{HOSTILE}\n")
    assert missing == Done(
        1,
        "",
        r"pincite: no\x1b[31mred\x1b[0m \u202eevil\u202c \x9b2J over\x07\n: "
        "there is no index yet. Run: pincite "
        r"--index 'no\x1b[31mred\x1b[0m \u202eevil\u202c \x9b2J over\x07\n' index"
        "\n",
    )


def test_json_is_harmless_too_and_parses_back_to_the_original(pincite: Pincite) -> None:
    answer = pincite("ask", "control rods of reactors", "--json")
    sources = pincite("sources", "--json")
    status = pincite("status", "--json")
    for done in (answer, sources, status):
        assert is_harmless(done.out)
    first = answer.json["passages"][0]
    assert first["text"] == FILES[HOSTILE_NAME].strip()
    assert first["source"]["path"] == f"corpus/{HOSTILE_NAME}"
    id_ = first["source"]["id"]
    assert {item["path"]: item["id"] for item in sources.lines}[f"corpus/{HOSTILE_NAME}"] == id_
    assert status.json["skipped"][0]["path"] == f"corpus/{UNREADABLE}"
    text = pincite("sources", "--text", id_, "--json")
    assert is_harmless(text.out)
    assert text.json["text"].strip() == FILES[HOSTILE_NAME].strip()


def test_sources_text_is_escaped_on_a_terminal_alone(
    pincite: Pincite, tiny_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summaries = bot.open(tiny_site / "corpus", tiny_site / "index").sources()
    id_ = next(s.info.id for s in summaries if s.info.path == f"corpus/{HOSTILE_NAME}")
    assert pincite("sources", "--text", id_).out.strip() == FILES[HOSTILE_NAME].strip()
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)
    on_terminal = pincite("sources", "--text", id_).out
    assert is_harmless(on_terminal)
    assert r"\x1b[31mred\x1b[0m \u202eevil\u202c \x9b2J over\x07" in on_terminal


def test_reports_of_one_thing_are_in_the_singular(capsys: pytest.CaptureFixture[str]) -> None:
    show_sync(SyncReport(1, ("a",), (), (), (), (), (), passages=1, embedded=1), "corpus")
    assert "generation 1: 1 passage, 1 newly embedded\n" in capsys.readouterr().out


INFO = SourceInfo("5", "a.md", "A", None, None, None, None, None, "md", "0")
TEXT = "Menu\n\nZinc coats steel.\n\nAd\n\nLead shields\nrays.\n\nImprint\nPrivacy"
SPANS = ((0, 4, "menu"), (6, 23, None), (25, 27, "teaser"), (29, 47, None), (49, 64, "footer"))
BLOCKS = tuple(
    Block(start, end, BlockKind.PARAGRAPH, skipped=skipped) for start, end, skipped in SPANS
)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ({"first_line": 4}, ["line 4: menu: Menu", "line 8: teaser: Ad", "lines 13–14: footer"]),
        (
            {"marks": (Mark(0, "page 1"), Mark(25, "page 2"), Mark(57, "page 3"))},
            ["page 1: menu: Menu", "page 2: teaser: Ad", "pages 2–3: footer"],
        ),
        (
            {"marks": (Mark(0, "slide 1"), Mark(40, "slide 1, notes")), "first_line": 1},
            ["slide 1: menu: Menu", "slide 1: teaser: Ad", "slide 1, notes: footer"],
        ),
        (
            {},
            [
                "before paragraph 1: menu: Menu",
                "after paragraph 1: teaser: Ad",
                "after paragraph 2: footer",
            ],
        ),
    ],
)
def test_a_skipped_block_is_where_readers_of_its_format_find_it(
    capsys: pytest.CaptureFixture[str], places: dict[str, Any], said: list[str]
) -> None:
    show_skipped_blocks(Source(INFO, TEXT, BLOCKS, **places))

    shown = capsys.readouterr().out.splitlines()
    assert [line[:4] for line in shown] == ["    "] * 3
    assert [line[4:].removesuffix(r": Imprint\nPrivacy") for line in shown] == said
