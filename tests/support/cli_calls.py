"""Calls the command line on a tiny corpus, and checks the form of its output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from bot.retrieval.ranking import NAMES
from bot.text.terminal_escaping import UNPRINTABLE

# An escape sequence, a bidi override, a C1 control sequence, a carriage return, a bell.
HOSTILE = "\x1b[31mred\x1b[0m \u202eevil\u202c \x9b2J over\x07"
HOSTILE_NAME = "evil\x1b[31m\u202ename\nsecond.txt"

FILES = {
    "dialogue.md": (
        "# The dialogue\n\n"
        "The minerals dialogue was launched in February 2024 in Tashkent.\n\n"
        "## Members\n\nSix countries take part in the minerals dialogue.\n"
    ),
    "metals.md": (
        "# Metals\n\n## Zinc\n\nZinc protects steel from corrosion. It melts at 420 degrees.\n\n"
        "## Lead\n\nLead is used in car batteries. It melts at 327 degrees.\n"
    ),
    "uranium.txt": "Uranium was discovered in 1789 by Martin Heinrich Klaproth in Berlin.\n",
    "page.html": (
        "<html><head><title>Copper 𝔸 page</title></head><body>"
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/c">Contact us</a></li></ul></nav>'
        "<article><h1>Copper 𝔸 page</h1><p>Copper conducts electricity very well, and most wires "
        "in houses are therefore made of copper.</p><p>Subscribe to our newsletter</p></article>"
        "<footer><p>All rights reserved.</p></footer></body></html>"
    ),
    HOSTILE_NAME: f"Hafnium {HOSTILE} is used in the control rods of nuclear reactors.\n",
}
UNREADABLE = "notes\x1b[2J.xyz"

ANSWERABLE = "Who discovered uranium?"
UNANSWERABLE = "Which team won the football world cup in 1998?"

INFO_FIELDS = {
    "id": str,
    "path": str,
    "title": str,
    "publisher": str | None,
    "author": str | None,
    "date": str | None,
    "url": str | None,
    "language": str | None,
    "format": str,
    "sha256": str,
    "also_at": list,
}
PASSAGE_FIELDS = {
    "rank": int,
    "citations": list,
    "text": str,
    "score": float,
    "source": dict,
    "start": int,
    "end": int,
    "locator": str,
    "place": str,
    "ocr": int | None,
    "side": str,
    "section": list,
    "highlights": list,
    "answer": list | None,
    "evidence": dict | None,
}
CITATION_FIELDS = {
    "number": int,
    "passage": str,
    "source": dict,
    "start": int,
    "end": int,
    "locator": str,
    "ocr": int | None,
    "section": list,
}
FILTER_FIELDS = {
    "source": list,
    "publisher": list,
    "since": str | None,
    "until": str | None,
    "language": list,
    "type": list,
    "admitted": int,
    "undated": int,
}
ANSWER_FIELDS = {
    "version": int,
    "id": object,
    "question": str,
    "verdict": str,
    "answered": bool,
    "confidence": float,
    "generation": int,
    "context": list,
    "passages": list,
    "citations": list,
    "conflicts": list,
    "notice": str | None,
    "withheld": list,
    "reworded": list,
    "unquoted": list,
    "purpose": str,
    "line": dict | None,
    "grounds": dict | None,
    "reply": dict | None,
    "filter": dict | None,
    "found": dict | None,
    "parts": list,
    "timings_ms": dict,
}


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a call: its exit code and its output."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value printed, on one line."""
        assert self.out.count("\n") == 1
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON values printed, one per line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Pincite(Protocol):
    """Calls the command line in this process."""

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Done:
        """Runs `pincite ARGUMENTS`."""
        ...


def fill(corpus: Path) -> None:
    """Writes the tiny corpus."""
    corpus.mkdir()
    for name, text in FILES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    (corpus / UNREADABLE).write_text("not read")


def process(
    *arguments: str,
    cwd: Path,
    program: tuple[str, str] = ("-m", "bot.cli"),
    stdout: int | IO[str] = subprocess.PIPE,
    **changed: str,
) -> subprocess.CompletedProcess[str]:
    """Runs `pincite` in a separate process, with changes to the environment."""
    return subprocess.run(
        [sys.executable, *program, *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environment(**changed),
        timeout=120,
        check=False,
    )


def environment(**changed: str) -> dict[str, str]:
    """Returns the environment of a user: Python buffers its output by default."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONUNBUFFERED" and not name.upper().startswith("PINCITE_")
    }
    return kept | changed


def is_harmless(text: str) -> bool:
    """Whether a terminal shows every character of the text and interprets none."""
    return UNPRINTABLE.search(text) is None


def typed(value: dict[str, Any], fields: dict[str, Any]) -> None:
    """Checks that an object has exactly these fields, in this order, of these types."""
    assert list(value) == list(fields)
    for name, expected in fields.items():
        assert isinstance(value[name], expected), (name, value[name])
        if expected is int:
            assert not isinstance(value[name], bool), name


def check_contract(answer: dict[str, Any], pincite: Pincite) -> None:
    """Checks an answer against version 2 of the contract, and its offsets against the texts."""
    typed(answer, ANSWER_FIELDS)
    assert answer["version"] == 2
    assert answer["verdict"] in ("answered", "unsure", "unanswered")
    assert answer["answered"] == (answer["verdict"] != "unanswered")
    assert 0 <= answer["confidence"] <= 1
    assert (answer["notice"] is None) == (answer["answered"] or answer["reply"] is not None)
    if answer["filter"] is not None:
        typed(answer["filter"], FILTER_FIELDS)
    typed(answer["timings_ms"], {"encode": float, "search": float, "total": float})
    for turn in answer["context"]:
        typed(turn, {"turn": int, "text": str})
    for conflict in answer["conflicts"]:
        typed(conflict, {"about": str, "values": list, "kind": str})
        assert conflict["kind"] in ("figure", "date", "name")
        for value in conflict["values"]:
            typed(value, {"text": str, "citation": int})
    assert [citation["number"] for citation in answer["citations"]] == list(
        range(1, len(answer["citations"]) + 1)
    )
    texts: dict[str, str] = {}
    for item in (*answer["passages"], *answer["citations"]):
        typed(item["source"], INFO_FIELDS)
        id_ = item["source"]["id"]
        texts.setdefault(id_, pincite("sources", "--text", id_).out)
        assert item["locator"]
        assert all(isinstance(heading, str) for heading in item["section"])
    for citation in answer["citations"]:
        typed(citation, CITATION_FIELDS)
        assert 0 <= citation["start"] < citation["end"] <= len(texts[citation["source"]["id"]])
    scores = [passage["score"] for passage in answer["passages"]]
    if answer["purpose"] not in ("comparison", "overview"):
        assert scores == sorted(scores, reverse=True)
    if line := answer["line"]:
        assert texts[line["source"]][line["start"] : line["end"]] == line["text"]
        assert line["citations"]
    for rank, passage in enumerate(answer["passages"], start=1):
        typed(passage, PASSAGE_FIELDS)
        assert passage["rank"] == rank
        start, end = passage["start"], passage["end"]
        assert texts[passage["source"]["id"]][start:end] == passage["text"]
        own = answer["citations"][passage["citations"][0] - 1]
        shared = set(CITATION_FIELDS) - {"number", "passage"}
        assert {name: own[name] for name in shared} == {name: passage[name] for name in shared}
        edges = [edge for span in passage["highlights"] for edge in span]
        assert edges == sorted(edges)
        assert all(start <= edge <= end for edge in edges)
        assert all(begin < stop for begin, stop in passage["highlights"])
        if passage["evidence"] is not None:
            names = [name for name in (*NAMES, "relevance") if name in passage["evidence"]]
            assert names[: len(NAMES)] == list(NAMES)
            typed(passage["evidence"], dict.fromkeys(names, dict))
            for part in passage["evidence"].values():
                typed(part, {"value": float, "weighed": float})
        if passage["answer"] is not None:
            begin, stop = passage["answer"]
            assert start <= begin < stop <= end
