"""Answers on a terminal: wrapped to its width, styled in place of marks, and harmless."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cli_calls import ANSWERABLE, HOSTILE, Pincite, environment, is_harmless
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.cli.answers import show_answer
from bot.cli.wrapping import line_starts
from bot.types import (
    Answer,
    Citation,
    Conflict,
    ConflictValue,
    Quote,
    SourceInfo,
    Span,
    Timings,
    Verdict,
)

pytestmark = pytest.mark.slow

STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output, which is captured, is a terminal of 40 columns."""
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.delenv("NO_COLOR", raising=False)


def answer_of(
    text: str,
    *highlights: Span,
    words: Span | None = None,
    verdict: Verdict = Verdict.ANSWERED,
    title: str = "A",
    conflicts: tuple[Conflict, ...] = (),
) -> Answer:
    """An answer of one quote, which begins its source."""
    info = SourceInfo("5", "a.md", title, None, None, None, None, None, "md", "0")
    place: dict[str, Any] = {"start": 0, "end": len(text), "locator": "line 2", "section": ()}
    quote = Quote(1, (1,), text, 1.0, info, highlights=highlights, answer=words, **place)
    cited = (Citation(1, "p", info, **place),)
    notice = "The sources don't answer this." if verdict is Verdict.UNANSWERED else None
    timings = Timings(1.0, 1.0, 2.0)
    return Answer("q", verdict, 0.5, 1, (), (quote,), cited, conflicts, timings, notice)


TON = "One ton of zinc, and a second ton of it.\n\nThree."


@pytest.mark.usefixtures("terminal")
def test_an_answer_is_wrapped_and_styled(capsys: pytest.CaptureFixture[str]) -> None:
    conflict = Conflict("tons", (ConflictValue("one", 1), ConflictValue("two", 1)))
    show_answer(answer_of(TON, (0, 40), words=(23, 33), conflicts=(conflict,)))
    assert capsys.readouterr().out == (
        "Likely (50%)\n"
        "\n"
        "[1] \x1b[4mOne ton of zinc, and a \x1b[0m\x1b[1;4msecond ton\x1b[0m\x1b[4m of\x1b[0m\n"
        "    \x1b[4mit.\x1b[0m\n"
        "\n"
        "    Three.\n"
        "    [1] \x1b[2mA · line 2\x1b[0m\n"
        "        \x1b[2ma.md  (id 5)\x1b[0m\n"
        "\n"
        "\x1b[1mFigures differ between sources: tons\x1b[0m\n"
        "    one [1]\n"
        "    two [1]\n"
    )


@pytest.mark.usefixtures("terminal")
def test_what_is_not_sure_begins_with_its_caution_in_bold(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_answer(answer_of("One ton.", (0, 8), words=(0, 3), verdict=Verdict.UNSURE))
    assert capsys.readouterr().out.partition("    [1]")[0] == (
        "\x1b[1mThis may not answer your question. \x1b[0m(50%)\n\n[1] \x1b[4mOne ton.\x1b[0m\n"
    )
    show_answer(answer_of("One ton.", (0, 8), words=(0, 3), verdict=Verdict.UNANSWERED))
    assert capsys.readouterr().out.partition("    [1]")[0] == (
        "\x1b[1mThe sources don't answer this.\x1b[0m\n\nClosest passages:\n\n"
        "[1] \x1b[4mOne ton.\x1b[0m\n"
    )


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    ("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", ""), ("TERM", None)]
)
def test_a_terminal_without_styles_gets_what_a_pipe_gets(
    name: str,
    value: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    show_answer(answer_of(TON, (0, 40), words=(23, 33)))
    on_terminal = capsys.readouterr().out
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: False)
    show_answer(answer_of(TON, (0, 40), words=(23, 33)))
    assert on_terminal == capsys.readouterr().out
    assert on_terminal.startswith(
        "Likely (50%)\n\n[1] »One ton of zinc, and a **second ton** of it.«\n\nThree.\n    [1] A"
    )


@pytest.mark.usefixtures("terminal")
def test_an_empty_no_color_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    show_answer(answer_of("One ton.", (0, 8)))
    assert "\x1b[4mOne ton.\x1b[0m" in capsys.readouterr().out


@pytest.mark.usefixtures("terminal")
def test_text_of_others_is_neither_obeyed_nor_read_as_markup(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = f"{HOSTILE} [red]x[/red] [/] :smile: \\[b] tab\there"
    show_answer(answer_of(text, (0, 5), words=(0, 5), title="[bold]T\x1b[2J[link=file:///x]"))
    printed = capsys.readouterr().out
    plain = STYLE.sub("", printed)
    assert is_harmless(plain)
    # Nothing but the styles that are ours.
    assert set(STYLE.findall(printed)) == {"\x1b[1;4m", "\x1b[2m", "\x1b[0m"}
    flowing = " ".join(plain.split())
    assert (
        r"\x1b[31mred\x1b[0m \u202eevil\u202c \x9b2J over\x07 "
        r"[red]x[/red] [/] :smile: \[b] tab here"
    ) in flowing
    assert r"[bold]T\x1b[2J[link=file:///x]" in flowing


@pytest.mark.usefixtures("terminal")
def test_chinese_is_wrapped_between_its_characters(capsys: pytest.CaptureFixture[str]) -> None:
    text = "2024年2月8日，美国与中亚五国在“C5+1”框架下举行了关键矿产对话的第一次会议（在线）。"
    show_answer(answer_of(text, (0, len(text))))
    lines = STYLE.sub("", capsys.readouterr().out).splitlines()[2:5]
    assert lines == [
        "[1] 2024年2月8日，美国与中亚五国在“C5+1”",
        "    框架下举行了关键矿产对话的第一次会议",
        "    （在线）。",
    ]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("zinc", 4, ["zinc"]),
        ("zinc and lead", 8, ["zinc and ", "lead"]),
        ("zinc  and", 5, ["zinc  ", "and"]),
        ("  zinc and", 7, ["  zinc ", "and"]),
        ("corrosion of it", 5, ["corro", "sion ", "of it"]),
        ("a corrosion", 5, ["a ", "corro", "sion"]),
        ("420\u00a0kg of", 6, ["420\u00a0kg ", "of"]),
        ("don’t go", 4, ["don’", "t go"]),  # no place to break, and too wide: cut
        ("don’t go", 6, ["don’t ", "go"]),
        ("锌锌锌", 4, ["锌锌", "锌"]),
        ("锌锌锌", 5, ["锌锌", "锌"]),
        ("锌锌。铅", 4, ["锌", "锌。", "铅"]),
        ("锌（铅）", 4, ["锌", "（铅", "）"]),  # too wide for its line: cut
        ("锌（铅）", 6, ["锌", "（铅）"]),
        ("ab锌", 3, ["ab", "锌"]),
        ("か\u3099か", 2, ["か\u3099", "か"]),
        ("e\u0301e\u0301", 1, ["e\u0301", "e\u0301"]),
    ],
)
def test_lines_begin_where_they_may(text: str, width: int, lines: list[str]) -> None:
    bounds = [0, *line_starts(text, width), len(text)]
    assert [text[start:end] for start, end in pairwise(bounds)] == lines


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\n\t", exclude_categories=["Cc", "Cs"])))
def test_no_line_is_wider_than_the_terminal_and_nothing_is_lost(text: str) -> None:
    starts = line_starts(text, 20)
    assert starts == sorted(set(starts))
    bounds = [0, *starts, len(text)]
    lines = [text[start:end] for start, end in pairwise(bounds)]
    assert "".join(lines) == text
    assert [line for line in lines if cell_len(line.rstrip()) > 20] == []


def test_a_real_terminal_shows_the_answer(pincite: Pincite, tiny_site: Path) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        child = subprocess.Popen(
            [sys.executable, "-m", "bot", "ask", ANSWERABLE, "--k", "1"],
            cwd=tiny_site,
            stdout=theirs,
            env=environment(TERM="xterm", COLUMNS="50", NO_COLOR=""),
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = screen.read(65_536)
            except OSError:  # Linux says so of a terminal that nobody writes to any more
                break
            if not part:
                break
            shown += part
        assert child.wait(timeout=60) == 0
    lines = shown.decode().replace("\r\n", "\n").splitlines()
    assert lines[0] == "\x1b[1;4mMartin Heinrich Klaproth\x1b[0m [1]"
    assert lines[4:6] == [
        "[1] \x1b[4mUranium was discovered in 1789 by \x1b[0m\x1b[1;4mMartin\x1b[0m",
        "    \x1b[1;4mHeinrich Klaproth\x1b[0m\x1b[4m in Berlin.\x1b[0m",
    ]
    assert max(cell_len(STYLE.sub("", line)) for line in lines) <= 50
    piped = pincite("ask", ANSWERABLE, "--k", "1").out
    assert (
        "[1] »Uranium was discovered in 1789 by **Martin Heinrich Klaproth** in Berlin.«" in piped
    )
