"""`pincite ask` and `pincite sources`, restricted to some sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_calls import ANSWERABLE, HOSTILE_NAME, Pincite, check_contract

import bot


def test_ask_names_the_sources_that_it_is_restricted_to(pincite: Pincite) -> None:
    done = pincite(
        "ask", "At how many degrees does zinc melt?", "--source", "metals", "--type", ".md"
    )
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == "Only: Metals, type .md"
    assert "corpus/metals.md" in done.out
    refused = pincite("ask", ANSWERABLE, "--type", "md")
    assert "Only the sources that the filter admits were searched." in refused.out
    assert "uranium.txt" not in refused.out


def test_ask_json_keeps_the_contract(pincite: Pincite) -> None:
    arguments = ("--type", "md", "--type", "txt", "--source", "uranium.txt")
    answer = pincite("ask", ANSWERABLE, *arguments, "--json").json
    check_contract(answer, pincite)
    assert answer["filter"] == {
        "source": ["uranium.txt"],
        "publisher": [],
        "since": None,
        "until": None,
        "language": [],
        "type": ["md", "txt"],
        "admitted": 1,
        "undated": 0,
    }
    assert {item["source"]["path"] for item in answer["citations"]} == {"corpus/uranium.txt"}


@pytest.mark.parametrize("command", [("ask", ANSWERABLE), ("sources",)])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--source", "uraniam"),
            "no source has the title, path or id 'uraniam'. Did you mean 'uranium', 'uranium.txt'?",
        ),
        (("--publisher", "Nobody"), "no source is published by 'Nobody'. See: pincite sources"),
        (
            ("--type", "pdf"),
            "no source is of the file type 'pdf'. There are: html, md, txt.",
        ),
        (
            ("--since", "2024"),
            "no source meets the whole filter. Sources left out because they have no date: 5. "
            "Leave a part of the filter out.",
        ),
        (
            ("--until", "soon"),
            "until is 'soon'; it must be a year, a month or a day, as in 2024, 2024-06 or "
            "2024-06-30.",
        ),
    ],
)
def test_what_cannot_be_applied_is_a_line_and_exit_code_2(
    command: tuple[str, ...], arguments: tuple[str, ...], message: str, pincite: Pincite
) -> None:
    done = pincite(*command, *arguments)
    assert (done.code, done.out, done.err) == (2, "", f"pincite: {message}\n")


def test_a_batch_is_restricted_whole_or_line_by_line(pincite: Pincite, tmp_path: Path) -> None:
    lines = [
        {"id": 1, "question": ANSWERABLE},
        {"id": 2, "question": ANSWERABLE, "filter": {"type": ["txt"]}},
        {"id": 3, "question": ANSWERABLE, "filter": {"type": ["pdf"]}},
        {"id": 4, "question": ANSWERABLE, "filter": {"kind": ["pdf"]}},
    ]
    batch = tmp_path / "questions.jsonl"
    batch.write_text("".join(json.dumps(line) + "\n" for line in lines))

    done = pincite("ask", "--batch", str(batch), "--type", "md")

    assert (done.code, done.err) == (1, "")
    first, second, third, fourth = done.lines
    assert (first["answered"], first["filter"]["type"]) == (False, ["md"])
    assert (second["answered"], second["filter"]["type"]) == (True, ["txt"])
    assert third["error"] == "no source is of the file type 'pdf'. There are: html, md, txt."
    assert fourth["error"].startswith("the filter must be an object with some of source,")
    # What is wrong with the options is told before any line is answered.
    stopped = pincite("ask", "--batch", str(batch), "--type", "pdf")
    assert (stopped.code, stopped.out) == (2, "")


def test_sources_lists_those_that_are_admitted(pincite: Pincite) -> None:
    listed = pincite("sources", "--type", "md", "--json").lines
    assert [item["path"] for item in listed] == ["corpus/dialogue.md", "corpus/metals.md"]
    assert pincite("sources", "--source", "uranium").out.count("corpus/") == 1
    skipped = pincite("sources", "--type", "html", "--show-skipped")
    assert "corpus/page.html" in skipped.out
    assert "skipped file" not in skipped.out
    together = pincite("sources", "--text", "abc", "--type", "md")
    assert (together.code, together.out) == (2, "")


def test_sources_says_how_many_have_no_date(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    (own_site / "corpus" / "dated.md").write_text("---\ndate: 2024-05\n---\n\nZinc is blue.\n")
    (own_site / "corpus" / HOSTILE_NAME).unlink()
    bot.open("corpus", "index").sync()

    done = pincite("sources", "--since", "2024-05-31", "--json")

    assert [item["path"] for item in done.lines] == ["corpus/dated.md"]
    assert done.err == "Sources left out because they have no date: 4\n"
