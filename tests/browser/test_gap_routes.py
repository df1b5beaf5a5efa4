"""The routes of thumbs and gaps: what is noted, judged, grouped and exported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from gap_site import OTHER, TAB, Site
from starlette.testclient import TestClient

from bot.gaps import GapLog
from bot.types import Exchange, Vectors


@pytest.fixture
def site() -> Site:
    return Site()


def judged(client: TestClient, number: int = 0, **value: Any) -> tuple[int, Any]:
    response = client.post("/pincite/feedback", json={"tab": TAB, "number": number, **value})
    return response.status_code, response.json()


def test_questions_without_an_answer_are_noted(site: Site) -> None:
    site.asks("chromium")
    site.asks("weather")

    assert site.log() == [("weather", "unanswered", None)]
    (remark,) = GapLog(site.engine.settings.index).remarks()
    assert (remark.generation, remark.source_id, remark.path) == (3, "report", "corpus/report.md")


def test_what_cannot_be_noted_is_answered_all_the_same(site: Site) -> None:
    site.engine.settings.index.write_text("no folder")

    site.asks("weather")

    assert site.conversations.of(TAB).shown[0].exchange.answer is not None
    status, reply = judged(site.client(), verdict="down")
    assert status == 422
    assert "cannot be used" in reply["error"]


def test_a_thumb_is_given_changed_and_taken_back(site: Site) -> None:
    client = site.client()
    site.asks("chromium")
    assert judged(client, verdict="up") == (200, {"verdict": "up"})
    judged(client, verdict="down", reason="incomplete", text=" " + "x" * 600)
    gaps = client.get("/pincite/gaps").json()

    assert gaps["thumbs"] == {"up": 0, "down": 1}
    (cluster,) = gaps["clusters"]
    assert (cluster["count"], cluster["kinds"], cluster["reasons"]) == (
        1,
        {"down": 1},
        {"incomplete": 1},
    )
    (remark,) = cluster["questions"][0]["remarks"]
    assert (remark["text"], remark["path"]) == ("x" * 500, "corpus/minerals.md")

    judged(client, verdict="none")
    assert client.get("/pincite/gaps").json() == {
        "clusters": [],
        "thumbs": {"up": 0, "down": 0},
        "approved": [],
    }


def test_nobody_judges_what_another_was_answered(site: Site) -> None:
    site.asks("chromium", OTHER)
    client = site.client()
    unknown = (422, {"error": "This answer is not known here any more; ask again to judge it."})

    assert judged(client, verdict="down") == unknown
    assert judged(client, verdict="down", tab="x") == unknown
    assert judged(client, 1, verdict="down", tab=OTHER) == unknown
    # The question and passage that a client sends are ignored.
    judged(client, verdict="down", tab=OTHER, question="forged", path="corpus/forged.md")
    assert site.log() == [("chromium", "down", None)]


def test_what_a_browser_gave_back_is_cut_before_it_is_noted(site: Site) -> None:
    answer = site.engine.ask("weather")
    info = replace(answer.citations[0].source, path="x" * 100_000)
    citation = replace(answer.citations[0], source=info, passage_id="y" * 100_000)
    forged = replace(answer, citations=(citation,))
    exchange = Exchange(0, "then", "z" * 100_000, False, forged, None)
    site.conversations.of(TAB).restore([exchange])

    judged(site.client(), verdict="down")

    (remark,) = GapLog(site.engine.settings.index).remarks()
    assert (len(remark.question), len(remark.path or ""), len(remark.passage_id or "")) == (
        2_000,
        1_000,
        1_000,
    )


def test_the_log_does_not_tell_who_asked(site: Site) -> None:
    site.asks("chromium")
    judged(site.client(), verdict="down", text="bad")

    line = json.loads((site.engine.settings.index / "gaps.jsonl").read_text())

    assert TAB not in json.dumps(line)
    assert set(line) == {
        "time", "question", "kind", "id", "text", "generation", "passage_id", "source_id", "path"
    }  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        {"verdict": "maybe"},
        {"verdict": "down", "reason": "ugly"},
        {"verdict": "up", "reason": "other"},
        {"verdict": "down", "text": "x" * 2_001},
        {"verdict": "down", "number": -1},
        {},
    ],
)
def test_what_is_no_judgement_is_refused(site: Site, value: dict[str, Any]) -> None:
    site.asks("chromium")
    assert judged(site.client(), **value)[0] == 422
    assert site.log() == []


def test_a_read_only_chat_takes_thumbs_and_shows_nothing(site: Site) -> None:
    site.asks("weather")
    client = site.client(read_only=True)

    assert judged(client, verdict="down")[0] == 200
    replies = [
        client.get("/pincite/gaps"),
        client.get("/pincite/gaps/export?format=json"),
        client.post("/pincite/gaps/close", json={"questions": ["weather"]}),
        client.post("/pincite/gaps/passages", json={"text": "weather"}),
        client.post("/pincite/gaps/approve", json={"question": "weather", "passage_id": "1"}),
        client.post("/pincite/gaps/withdraw", json={"question": "weather"}),
    ]

    assert [reply.status_code for reply in replies] == [403] * 6
    assert site.changes == []
    assert all("weather" not in reply.text for reply in replies)
    assert len(site.log()) == 2


def test_nothing_is_collected_where_that_is_switched_off(site: Site) -> None:
    settings = site.engine.settings
    site.engine.settings = settings.model_copy(update={"collect_gaps": False})
    site.asks("weather")

    assert judged(site.client(), verdict="down")[0] == 422
    assert site.client().get("/pincite/gaps").status_code == 422
    assert site.log() == []
    assert not settings.index.exists()


def test_alike_questions_are_one_gap_until_it_is_closed(site: Site) -> None:
    client = site.client()
    for question in ("Is there weather?", "is  there WEATHER?", "Tides?"):
        site.asks(question)
    found = client.get("/pincite/gaps").json()["clusters"]
    assert [(one["count"], one["questions"][0]["question"]) for one in found] == [
        (2, "is  there WEATHER?"),
        (1, "Tides?"),
    ]

    client.post("/pincite/gaps/close", json={"questions": ["Is there weather?"]})
    assert [one["count"] for one in client.get("/pincite/gaps").json()["clusters"]] == [1]
    site.asks("Is there weather?")
    assert [one["count"] for one in client.get("/pincite/gaps").json()["clusters"]] == [1, 1]


def test_a_look_at_many_gaps_keeps_nobody_waiting(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, sizes = site.engine.encode_questions, []

    def encode_questions(questions: Sequence[str]) -> Vectors:
        sizes.append(len(questions))
        return encode(questions)

    monkeypatch.setattr(site.engine, "encode_questions", encode_questions)
    for number in range(20):
        site.asks(f"Is there {number}?")
    site.desk.clusters()
    site.asks("Tides?")
    site.desk.clusters()

    assert sizes == [16, 4, 1]


def test_gaps_are_exported(site: Site) -> None:
    site.asks("=1+1")
    client = site.client()

    table = client.get("/pincite/gaps/export?format=csv")
    value = client.get("/pincite/gaps/export?format=json")

    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.headers["content-disposition"] == 'attachment; filename="pincite-gaps.csv"'
    assert '"1","\'=1+1","1","1","0"' in table.text
    assert value.json()["clusters"][0]["questions"][0]["question"] == "=1+1"
    assert client.get("/pincite/gaps/export?format=xlsx").status_code == 422
