"""The log of gaps, their clusters and the files of them."""

from __future__ import annotations

import csv
import io
import json
import threading
from pathlib import Path

import numpy as np
import pytest
from word_encoder import WordEncoder

from bot.gaps import Cluster, GapLog, Remark, asked_before, clustered, exported
from bot.gaps.exporting import cell
from bot.gaps.log import closing


def remark(question: str, kind: str = "unanswered", at: int = 0, **fields: str) -> Remark:
    return Remark(f"2026-01-02T03:04:{at:02}+00:00", question, kind, **fields)


def test_a_remark_is_kept_whole(tmp_path: Path) -> None:
    log = GapLog(tmp_path / "index")
    assert list(log.remarks()) == []
    whole = Remark(
        "2026-01-02T03:04:05+00:00",
        "What \u2028 of <b>zinc</b>?\nAnd lead?",
        "down",
        "0123456789abcdef",
        "incomplete",
        "Half is missing.",
        3,
        "1" * 16,
        "2" * 16,
        "corpus/a.md",
    )

    log.add(whole, remark("lead"))

    assert list(log.remarks()) == [whole, remark("lead")]
    assert len((tmp_path / "index" / "gaps.jsonl").read_text("utf-8").split("\n")) == 3


def test_lines_that_are_no_remarks_cost_nothing_but_themselves(tmp_path: Path) -> None:
    log = GapLog(tmp_path)
    log.add(remark("one"))
    file = tmp_path / "gaps.jsonl"
    bad = [b"[]", b"{}", b"\xff\xfe", b"[" * 100_000]
    bad.append(b'{"time": 1, "question": "x", "kind": "down"}')
    bad.append(b'{"time": "t", "question": "x", "kind": "seen"}')
    file.write_bytes(file.read_bytes() + b"\n".join(bad) + b'\n{"time": "2026", "quest')

    log.add(remark("two"))

    assert [each.question for each in log.remarks()] == ["one", "two"]


def test_the_newest_lines_are_kept(tmp_path: Path) -> None:
    log = GapLog(tmp_path, kept=10)
    for number in range(25):
        log.add(remark(f"{number} " + "x" * 100))

    kept = [int(each.question.split()[0]) for each in log.remarks()]

    assert kept == list(range(25 - len(kept), 25))
    assert 10 <= len(kept) <= 11


def test_writers_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    def write(name: int) -> None:
        log = GapLog(tmp_path)
        for number in range(25):
            log.add(remark(f"{name} {number} " + "x" * 5_000))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = [tuple(map(int, each.question.split()[:2])) for each in GapLog(tmp_path).remarks()]
    assert sorted(found) == [(name, number) for name in range(6) for number in range(25)]


def test_what_was_taken_back_changed_or_closed_does_not_stand(tmp_path: Path) -> None:
    log = GapLog(tmp_path)
    log.add(
        remark("Zinc?", "down", id="a", reason="other"),
        remark("Zinc?", "up", id="a"),
        remark("Lead?", "down", id="b"),
        remark("Lead?", "withdrawn", id="b"),
        remark("  ZINC? "),
        remark("Copper?"),
    )
    assert [(one.question, one.kind) for one in log.remarks_in_force()] == [
        ("Zinc?", "up"),
        ("  ZINC? ", "unanswered"),
        ("Copper?", "unanswered"),
    ]

    log.add(*closing(["zinc?"], "2026-01-03"), remark("zinc?"))

    assert [one.question for one in log.remarks_in_force()] == ["Copper?", "zinc?"]


def test_equal_questions_are_counted_and_the_newest_are_looked_at() -> None:
    remarks = [remark("Zinc?", at=1), remark("Lead?", at=2), remark("zinc?", "down", at=3)]
    remarks += [remark("Good", "up", at=4), remark("Copper?", at=0)]

    found = asked_before(remarks, most=2)

    assert [(one.question, len(one.remarks)) for one in found] == [("zinc?", 2), ("Lead?", 1)]


def test_questions_alike_in_meaning_are_one_cluster() -> None:
    """Cosines within the first cluster: 2/√5, 3/√10 and 7/√50, all above .65; "lead" has 0,
    1/√5 and 1/√10 with them.
    """
    encoder = WordEncoder(("zinc", "lead", "copper"))
    texts = ["zinc zinc lead", "zinc", "zinc zinc zinc lead", "copper", "lead"]
    asked = asked_before(remark(text, at=number) for number, text in enumerate(texts))
    vectors = np.stack(
        [one.vector for one in encoder.encode_questions([a.question for a in asked])]
    )

    clusters = clustered(asked, vectors)

    found = [[one.question for one in cluster.questions] for cluster in clusters]
    assert found == [["zinc", "zinc zinc lead", "zinc zinc zinc lead"], ["lead"], ["copper"]]
    assert [cluster.count for cluster in clusters] == [3, 1, 1]
    assert clusters[0].latest == "2026-01-02T03:04:02+00:00"
    assert clustered([], np.empty((0, 0), dtype=np.float32)) == []


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("x")',
        "+1",
        "-1",
        "@SUM(1)",
        "  =1",
        "\t=1",
        "\n=1",
        "＝1",
        "|x",
        "\x00=1",
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text).startswith("'")
    assert cell("a" + text) == "a" + text.replace("\x00", " ")


def test_files_of_gaps() -> None:
    remarks = (
        remark('=1+1 "quoted",\nnext', at=1),
        remark('=1+1 "quoted",\nnext', "down", at=2, reason="other", text="@x"),
    )
    clusters = [Cluster(tuple(asked_before(remarks)))]

    rows = list(csv.DictReader(io.StringIO(exported(clusters, "csv").removeprefix("\ufeff"))))
    value = json.loads(exported(clusters, "json"))

    assert rows == [
        {
            "cluster": "1",
            "question": '\'=1+1 "quoted",\nnext',
            "times": "2",
            "unanswered": "1",
            "down": "1",
            "latest": "2026-01-02T03:04:02+00:00",
            "reasons": "other",
            "remarks": "'@x",
        }
    ]
    (cluster,) = value["clusters"]
    assert cluster["kinds"] == {"unanswered": 1, "down": 1}
    assert cluster["questions"][0]["question"] == '=1+1 "quoted",\nnext'
    assert cluster["questions"][0]["remarks"][0]["text"] == "@x"
