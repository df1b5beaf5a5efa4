"""`pincite ask`: what it shows, its JSON, and batches."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from cli_calls import (
    ANSWERABLE,
    HOSTILE,
    UNANSWERABLE,
    Done,
    Pincite,
    check_contract,
    environment,
    is_harmless,
)

import bot

pytestmark = pytest.mark.slow


def test_ask_shows_quotes_under_numbered_citations(pincite: Pincite, tiny_site: Path) -> None:
    done = pincite("ask", ANSWERABLE)
    assert (done.code, done.err) == (0, "")
    id_ = next(
        summary.info.id
        for summary in bot.open(tiny_site / "corpus", tiny_site / "index").sources()
        if summary.info.path == "corpus/uranium.txt"
    )
    line, empty, likely, *rest = done.out.splitlines()
    assert (line, empty) == ("Martin Heinrich Klaproth [1]", "")
    assert re.fullmatch(r"Likely \((8[2-9]|9[0-4])%\)|Very likely \((9[5-9]|100)%\)", likely)
    assert rest[:4] == [
        "",
        "[1] »Uranium was discovered in 1789 by **Martin Heinrich Klaproth** in Berlin.«",
        "    [1] uranium · line 1",
        f"        corpus/uranium.txt  (id {id_})",
    ]


def test_ask_says_in_which_other_words_was_searched(pincite: Pincite) -> None:
    done = pincite("ask", 'Who discoverd uraniun in "a \x1b[2J place"?')
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:2] == [
        "Searched for: discoverd → discovered; uraniun → uranium",
        r'No passage has the exact words "a \x1b[2J place"; searched without the quotes.',
    ]


def test_ask_says_when_the_sources_do_not_answer(pincite: Pincite) -> None:
    done = pincite("ask", UNANSWERABLE)
    assert done.code == 0
    notice, _, rest = done.out.partition("\n\nClosest passages:\n")
    refusal, missing = notice.split("\n")
    assert refusal.startswith("The sources don't answer this. ")
    assert missing == 'No source mentions "1998", "team", "football".'
    assert rest.startswith("\n[1] ")


@pytest.mark.parametrize(
    "question", [ANSWERABLE, UNANSWERABLE, "copper wires?", "control rods", "Zinc or lead?"]
)
def test_ask_json_keeps_the_contract(question: str, pincite: Pincite) -> None:
    done = pincite("ask", question, "--json")
    assert (done.code, done.err) == (0, "")
    answer = done.json
    check_contract(answer, pincite)
    assert (answer["id"], answer["question"], answer["generation"]) == (None, question, 1)
    assert answer["answered"] == (question != UNANSWERABLE)
    assert answer["context"] == answer["withheld"] == []


def test_ask_k_gives_so_many_passages_even_when_refused(pincite: Pincite) -> None:
    for question in (ANSWERABLE, UNANSWERABLE):
        for k in (1, 3, 4):
            answer = pincite("ask", question, "--k", str(k), "--json").json
            check_contract(answer, pincite)
            assert len(answer["passages"]) == k
            assert answer["answered"] == (question == ANSWERABLE)
    total = bot.open("corpus", "index").status().passages
    answer = pincite("ask", UNANSWERABLE, "--k", "1000", "--json").json
    assert len(answer["citations"]) == total


def test_ask_with_history_leans_on_it(pincite: Pincite, tmp_path: Path) -> None:
    history = tmp_path / "turns.json"
    turns = [
        {"role": "user", "content": f"At how many degrees does zinc melt? {HOSTILE}"},
        {"role": "assistant", "content": "It melts at 420 degrees."},
    ]
    history.write_text(json.dumps(turns), encoding="utf-8-sig")
    answer = pincite("ask", "And lead?", "--history", str(history), "--json").json
    check_contract(answer, pincite)
    assert answer["context"] == [{"turn": 0, "text": turns[0]["content"]}]
    assert "327 degrees" in answer["passages"][0]["text"]

    shown = pincite("ask", "And lead?", "--history", str(history)).out.splitlines()
    assert shown[0].startswith(
        r"(read with an earlier question: At how many degrees does zinc melt? \x1b[31mred"
    )


def test_ask_explains_the_rank_of_every_passage(pincite: Pincite) -> None:
    for question in (ANSWERABLE, UNANSWERABLE):
        answer = pincite("ask", question, "--k", "3", "--json").json
        shown = pincite("ask", question, "--k", "3", "--explain").out
        explained = re.findall(r"^    score (\d\.\d{3}); logit ", shown, re.MULTILINE)
        assert [float(score) for score in explained] == pytest.approx(
            [passage["score"] for passage in answer["passages"]], abs=1e-3
        )
        for name, part in answer["passages"][0]["evidence"].items():
            assert f"        {name:<21}{part['value']:7.3f}{part['weighed']:+8.2f}" in shown
        without = pincite("ask", question, "--k", "3").out
        assert "logit" not in without


def test_explaining_is_for_reading_only(pincite: Pincite) -> None:
    message = "--explain is for reading; JSON always has the evidence. Leave it out."
    for arguments in (
        (ANSWERABLE, "--explain", "--json"),
        ("--explain", "--batch", "-"),
        ("--explain", "--batch", "-", "--json"),
    ):
        done = pincite("ask", *arguments)
        assert (done.code, done.out) == (2, "")
        assert message in done.err


def test_ask_can_fail_where_the_sources_do_not_answer(pincite: Pincite) -> None:
    for question, options, code in (
        (ANSWERABLE, (), 0),
        (UNANSWERABLE, (), 3),
        (UNANSWERABLE, ("--json",), 3),
        (ANSWERABLE, ("--json",), 0),
    ):
        done = pincite("ask", question, "--fail-unanswered", *options)
        assert (done.code, done.err) == (code, "")
        usual = pincite("ask", question, *options)
        assert usual.code == 0
        if not options:
            assert done.out == usual.out
    assert pincite("ask", "", "--fail-unanswered").code == 2


def test_an_unsure_answer_is_no_failure(pincite: Pincite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINCITE_SURE_THRESHOLD", "1.0")
    done = pincite("ask", ANSWERABLE, "--fail-unanswered", "--json")
    assert (done.code, done.json["verdict"]) == (0, "unsure")


# ask --batch


@pytest.mark.parametrize(
    ("questions", "options", "code"),
    [
        ((ANSWERABLE, UNANSWERABLE, ANSWERABLE), (), 0),
        ((ANSWERABLE, UNANSWERABLE, ANSWERABLE), ("--fail-unanswered",), 3),
        ((ANSWERABLE,), ("--fail-unanswered",), 0),
        # A line that could not be asked at all is the worse of the two.
        ((UNANSWERABLE, ""), ("--fail-unanswered",), 1),
        ((), ("--fail-unanswered",), 0),
    ],
)
def test_a_batch_can_fail_where_the_sources_do_not_answer(
    questions: tuple[str, ...], options: tuple[str, ...], code: int, pincite: Pincite
) -> None:
    lines = "\n".join(json.dumps({"question": question}) for question in questions)
    done = pincite("ask", "--batch", "-", *options, stdin=lines.encode())
    assert (done.code, done.err) == (code, "")
    assert [line.get("answered") for line in done.lines] == [
        None if not question else question == ANSWERABLE for question in questions
    ]


def test_a_batch_answers_every_line_in_order(pincite: Pincite, tmp_path: Path) -> None:
    items: list[dict[str, Any]] = [
        {"id": 7, "question": ANSWERABLE},
        {"question": UNANSWERABLE},
        {"id": None, "question": "What is copper used for?", "history": None},
        {"id": {"a": [1, "\u2028\x1b"]}, "question": "And lead?", "extra": 1}
        | {"history": [{"role": "user", "content": "At how many degrees does zinc melt?"}]},
    ]
    lines = [json.dumps(item, ensure_ascii=False) for item in items]
    text = "\ufeff" + "\r\n\n".join(lines)
    file = tmp_path / "questions.jsonl"
    file.write_bytes(text.encode())
    for done in (
        pincite("ask", "--batch", str(file)),
        pincite("ask", "--batch", "-", stdin=text.encode()),
        pincite("ask", "--json", "--batch", "-", stdin=text.encode() + b"\n"),
    ):
        assert (done.code, done.err) == (0, "")
        assert is_harmless(done.out)
        answers = done.lines
        assert [answer["id"] for answer in answers] == [item.get("id") for item in items]
        assert [answer["question"] for answer in answers] == [item["question"] for item in items]
        for answer in answers:
            check_contract(answer, pincite)
        assert [answer["answered"] for answer in answers] == [True, False, True, True]
        assert [len(answer["context"]) for answer in answers] == [0, 0, 0, 1]

    few = pincite("ask", "--batch", str(file), "--k", "2")
    assert [len(answer["passages"]) for answer in few.lines] == [2, 2, 2, 2]
    assert pincite("ask", "--batch", "-", stdin=b"") == Done(0, "", "")


def test_a_faulty_line_gets_an_error_in_its_place(pincite: Pincite) -> None:
    faulty: list[tuple[object, object, str]] = [
        ("nonsense", None, "line 1 is not JSON: "),
        ("[1]", None, 'line 2 must be an object with a "question".'),
        ({"id": 3}, 3, 'line 3: "question" must be a text.'),
        ({"id": "x", "question": ["a"]}, "x", 'line 4: "question" must be a text.'),
        ({"id": 5, "question": "  "}, 5, "the question is empty. Ask in a few words or"),
        (
            {"id": 6, "question": "q" * 100_000},
            6,
            "the question has 100,000 characters; the limit is 2,000. Ask a shorter one, or raise "
            "max_question_characters.",
        ),
        ({"id": 7, "question": "q", "history": {}}, 7, "the history must be a list of "),
        ({"id": 8, "question": "q", "history": [{}]}, 8, 'turn 0 of the history needs "role": '),
        ('{"id": NaN, "question": "q"}', None, "line 9 is not JSON: "),
        ('{"id": 1e999, "question": "q"}', None, "line 10 is not JSON: "),
        ("[" * 5_000, None, "line 11 is nested too deeply."),
    ]
    lines = [item if isinstance(item, str) else json.dumps(item) for item, _, _ in faulty]
    good = json.dumps({"id": "good", "question": ANSWERABLE})
    done = pincite("ask", "--batch", "-", stdin="\n".join([*lines, good]).encode())
    assert (done.code, done.err) == (1, "")
    *errors, last = done.lines
    assert len(errors) == len(faulty)
    for error, (_, id_, message) in zip(errors, faulty, strict=True):
        assert list(error) == ["version", "id", "error"]
        assert (error["version"], error["id"]) == (2, id_)
        assert error["error"].startswith(message)
    check_contract(last, pincite)
    assert last["id"] == "good"


def test_an_id_of_any_depth_stops_nothing(pincite: Pincite) -> None:
    depths = range(0, sys.getrecursionlimit(), 7)
    items = [f'{{"id": {"[" * depth}{"]" * depth}, "question": ""}}' for depth in depths]
    done = pincite("ask", "--batch", "-", stdin="\n".join(items).encode())
    assert (done.code, done.err) == (1, "")
    errors = [item["error"] for item in done.lines]
    assert len(errors) == len(items)
    assert errors[1].startswith("the question is empty")
    assert errors[-1] == f"line {len(items)} is nested too deeply."


def test_text_that_is_not_valid_unicode_is_answered(pincite: Pincite) -> None:
    turns = [{"role": "user", "content": "At how many degrees does \ud800 zinc melt?"}]
    items = [
        json.dumps({"id": "\udfff", "question": "Who discovered uranium \ud800?"}).encode(),
        json.dumps({"question": "And lead?", "history": turns}).encode(),
        b'{"question": "Who discovered \xff uranium?"}',
    ]
    done = pincite("ask", "--batch", "-", stdin=b"\n".join(items))
    assert (done.code, done.err) == (0, "")
    first, second, third = done.lines
    assert (first["id"], first["question"]) == ("\udfff", "Who discovered uranium ??")
    assert second["context"] == [{"turn": 0, "text": "At how many degrees does ? zinc melt?"}]
    assert third["question"] == "Who discovered \ufffd uranium?"


def test_a_batch_answers_each_line_before_it_reads_the_next(tiny_site: Path) -> None:
    """A real process with the real model, which a program talks to over two pipes."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "ask", "--batch", "-", "--k", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tiny_site,
        env=environment(),
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        patience = threading.Timer(100, child.kill)  # an answer kept back would never come
        patience.daemon = True
        patience.start()
        for number, question in enumerate((ANSWERABLE, "", "What protects steel?")):
            child.stdin.write(json.dumps({"id": number, "question": question}) + "\n")
            child.stdin.flush()
            answer = json.loads(child.stdout.readline())
            assert answer["id"] == number
            if question:
                assert len(answer["passages"]) == 1
                assert answer["answered"] is True
            else:
                assert answer["error"].startswith("the question is empty")
        child.stdin.close()
        assert child.stdout.read() == ""
        assert child.stderr.read() == ""
        assert child.wait(timeout=60) == 1
        patience.cancel()
