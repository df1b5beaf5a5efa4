"""Hostile names of files are shown escaped, and uploads get harmless ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_calls import is_harmless
from hostile_files import GOOD

import bot
from bot.cli.answers import show_answer
from bot.cli.reports import show_sources, show_status, show_sync
from bot.errors import UsageError
from bot.web.rendering.answers import answer_html
from bot.web.rendering.languages import language_of
from bot.web.routes.presenting import skipped_json, source_json, summary_json

ENGLISH = language_of("en")

pytestmark = pytest.mark.usefixtures("quick_disk")


BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
MISLEADING = re.compile("[\\x00-\\x1f\\x7f-\\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    "name",
    [
        "two\nlines",
        "\x1b[2J\x1b]0;owned\x07\r\x08bell",
        "\x9b2J \x85",
        f"gpj.{BIDI}exe",
        "\u2028line\u2029paragraph",
        "tab\there",
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".xyz"])
def test_names_are_shown_escaped(
    corpus: Path,
    engine: bot.Engine,
    capsys: pytest.CaptureFixture[str],
    name: str,
    suffix: str,
) -> None:
    (corpus / "good.txt").write_text(GOOD)
    (corpus / f"{name}{suffix}").write_text("Lead shields rays.")
    report = engine.sync()
    answer = engine.ask("lead", k=2)

    show_sync(report, "corpus")
    show_sources(engine.sources())
    show_status(engine.status())
    show_answer(answer)
    printed = capsys.readouterr().out
    assert is_harmless(printed)
    assert not re.search("[\t\u2028\u2029]", printed) or "\u2028" in name
    assert printed.count("\n") < 60

    html = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), answer_html(answer, ENGLISH))
    rows = [summary_json(summary, {}) for summary in engine.sources()]
    page = [html, *(text for row in rows for text in shown(row))]
    page += [
        text
        for s in engine.sources()
        for text in shown(source_json(engine.source(s.info.id), ENGLISH))
    ]
    page += [file["path"] for file in skipped_json(engine.status().skipped, ENGLISH)]
    assert [text for text in page if MISLEADING.search(text)] == []


def shown(described: dict[str, object]) -> list[str]:
    """What the page shows of a source as its name."""
    others = described.get("also_at", [])
    assert isinstance(others, list)
    return [str(described["path"]), str(described["title"]), *map(str, others)]


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("lead\ud800.txt", "corpus/lead.txt"),
        ("a\nb\x1b[2J.txt", "corpus/a-b--2J.txt"),
        ("\u202elead.txt", "corpus/lead.txt"),
        ("le\0ad.txt", "corpus/le-ad.txt"),
        ("../../etc/passwd.txt", "corpus/passwd.txt"),
        ("水" * 300 + ".txt", f"corpus/{'水' * 66}.txt"),
    ],
)
def test_an_upload_gets_a_harmless_name(engine: bot.Engine, name: str, stored: str) -> None:
    assert engine.add_source(name, GOOD.encode()) == stored
    assert engine.sync().added == (stored,)


def test_an_upload_with_a_surrogate_for_a_suffix_is_refused(
    engine: bot.Engine, corpus: Path
) -> None:
    with pytest.raises((UsageError, bot.PinciteError), match=r"no reader for '\.tx"):
        engine.add_source("lead.tx\ud800", GOOD.encode())
    assert list(corpus.iterdir()) == []
