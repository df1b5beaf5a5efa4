"""Hostile files beside a good one: it answers, and they are harmless or skipped."""

from __future__ import annotations

import os
import re
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_files import GOOD, reason, text_of

import bot
from bot.cli.answers import show_answer
from bot.export.answer_json import answer_json
from bot.reading.sandbox.bounded import BoundedReader
from bot.text.terminal_escaping import json_line
from bot.web.rendering.answers import answer_html
from bot.web.rendering.languages import language_of

ENGLISH = language_of("en")

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]


# Things that are no files


def test_devices_and_sockets_are_not_opened(corpus: Path, engine: bot.Engine) -> None:
    (corpus / "good.txt").write_text(GOOD)
    (corpus / "zero.txt").symlink_to("/dev/zero")
    expected = {"corpus/zero.txt": "a link that leads out of the corpus. Copy the file instead"}
    regular = "not a regular file. Replace it by a copy of its content"
    try:
        os.mknod(corpus / "random.txt", stat.S_IFCHR | 0o666, os.makedev(1, 9))
        expected["corpus/random.txt"] = regular
    except OSError:
        pass  # only root may
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(corpus)  # the address of a socket is short
        try:
            listening.bind("socket.txt")
        finally:
            os.chdir(here)
        expected["corpus/socket.txt"] = regular
        began = time.monotonic()
        assert reason(engine, "zero.txt") == expected["corpus/zero.txt"]
        assert time.monotonic() - began < 10
    assert {file.path: file.reason for file in engine.status().skipped} == expected


# Text


UMLAUTS = "Größe, Maß und Gewöhnung überprüfen.\n".encode()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("nul.txt", b"Lead shields\0 rays.", "binary, not text"),
        ("nul.md", b"# Lead\n\nLead\0 shields rays.", "binary, not text"),
        ("nul.html", b"<p>Lead\0 shields rays.</p>", "binary, not text"),
        ("nul.csv", b"Ore,Price\nlead\0,2\n", "binary, not text"),
        ("nul.json", b'{"lead": "\0"}', "binary, not text"),
        (
            "mixed.txt",
            UMLAUTS * 3 + "Gemälde\n".encode("cp1252"),
            "damaged UTF-8 at byte 132, line 4",
        ),
        ("mixed.md", UMLAUTS * 3 + b"\xff\xfeG\0r\0", "binary, not text"),
    ],
)
def test_text_that_is_none_is_skipped(
    beside: Callable[[str, bytes], str | None], name: str, data: bytes, why: str
) -> None:
    found = beside(name, data) or ""
    assert found.startswith(why)
    assert found.endswith((" Save the file again as UTF-8.", " or remove it."))


def test_surrogates_in_json_do_not_stop_answers(
    beside: Callable[[str, bytes], str | None],
    engine: bot.Engine,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert (
        beside("a.json", rb'{"title": "\ud800 Lead", "lead": "Lead \udfff shields rays."}') is None
    )

    answer = engine.ask("lead", k=5)
    show_answer(answer)
    for text in (
        capsys.readouterr().out,
        json_line(answer_json(answer)),
        answer_html(answer, ENGLISH),
    ):
        assert "Lead" in text.encode().decode()


def test_a_gigabyte_is_refused_by_its_size(corpus: Path, engine: bot.Engine) -> None:
    with (corpus / "huge.txt").open("wb") as stream:
        stream.truncate(1_000_000_000)
    (corpus / "good.txt").write_text(GOOD)
    began = time.monotonic()
    assert reason(engine, "huge.txt") == "larger than 64 MB. Split it, or raise max_file_megabytes"
    assert time.monotonic() - began < 10


def test_a_line_of_twenty_megabytes_is_read_within_its_bounds() -> None:
    reader = BoundedReader(memory_bytes=1024**3)
    try:
        document = reader.read(b"lead " * 4_000_000, ".txt")
    finally:
        reader.close()
    assert (len(document.text), len(document.blocks)) == (20_000_000, 1)


def test_a_line_without_blanks_is_cut_and_answered_from(
    beside: Callable[[str, bytes], str | None], engine: bot.Engine
) -> None:
    assert beside("line.txt", b"lead" + b"x" * 1_000_000) is None
    passages = {summary.info.path: summary.passages for summary in engine.sources()}
    assert passages["corpus/line.txt"] > 200


def test_a_page_with_more_text_in_one_element_than_is_parsed_is_no_empty_one(
    beside: Callable[[str, bytes], str | None],
) -> None:
    assert beside("line.html", b"<p>" + b"lead " * 2_200_000 + b"</p><p>Lead shields.</p>") == (
        "holds more text in one element than a web page has. Split it, or convert it to text."
    )


HOSTILE_PAGE = (
    b"<!DOCTYPE html><title>Lead <script>alert(1)</script></title><article><h1>Lead</h1>"
    b"<script>document.title = 'owned'</script><p onclick='alert(1)'>Lead shields rays, says "
    b"&lt;script&gt;alert(1)&lt;/script&gt; and &lt;img src=x onerror=alert(1)&gt; too.</p>"
    b"<a href='javascript:alert(1)'>Lead more</a></article>"
)
HOSTILE_MARKDOWN = (
    b"# Lead <script>alert(1)</script>\n\n<script>document.title = 'owned'</script>\n\n"
    b"Lead shields rays, says `<script>alert(1)</script>` and \\<img src=x onerror=alert(1)\\> and "
    b"[more](javascript:alert(1)).\n"
)


@pytest.mark.parametrize(("name", "data"), [("a.html", HOSTILE_PAGE), ("a.md", HOSTILE_MARKDOWN)])
def test_script_in_a_page_is_text_in_an_answer(
    beside: Callable[[str, bytes], str | None], engine: bot.Engine, name: str, data: bytes
) -> None:
    assert beside(name, data) is None

    quotes = engine.ask("lead shields", k=5).quotes
    assert any("<script>alert(1)</script>" in quote.text for quote in quotes)
    assert "owned" not in text_of(engine, name)
    html = answer_html(engine.ask("lead shields", k=5), ENGLISH)
    assert not re.search(r"<(?:script|img)|javascript:|onerror=|onclick=", html)
