"""Thumbs, and the owner's view of gaps: the routes, and what a person sees of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from browser import Page, ask, reload, serve_in_background
from fastapi import FastAPI
from starlette.testclient import TestClient
from web_fakes import HOSTILE, FakeEngine
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import PinciteError
from bot.gaps import GapLog, GapService
from bot.types import Exchange, Vectors
from bot.web.conversation.conversations import Conversations
from bot.web.routes.collection import error_response
from bot.web.routes.gaps import gaps_router

TAB, OTHER = "1" * 32, "2" * 32


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def address(browser: Any, engine: FakeEngine) -> str:
    return serve_in_background(engine)


class Site:
    """The routes on an engine of their own."""

    def __init__(self, engine: Any = None) -> None:
        self.engine = engine or FakeEngine()
        self.changes: list[str] = []
        self.conversations = Conversations()
        self.desk = GapService(self.engine.as_engine)

    def client(self, *, read_only: bool = False) -> TestClient:
        app = FastAPI()
        router = gaps_router(
            self.engine.as_engine,
            self.desk,
            self.conversations,
            lambda: self.changes.append("changed"),
            read_only=read_only,
        )
        app.include_router(router)
        app.add_exception_handler(PinciteError, error_response)
        return TestClient(app)

    def asks(self, question: str, tab: str = TAB) -> None:
        """A question as the chat would ask it."""
        answer = self.desk.recording_gaps(self.engine.ask)(
            question, history=(), ignore_context=False
        )
        exchange = Exchange(0, "2026-01-02T03:04:05+00:00", question, False, answer, None)
        self.conversations.of(tab).add(exchange)

    def log(self) -> list[tuple[str, str, str | None]]:
        """Question, kind and reason of every line."""
        remarks = GapLog(self.engine.settings.index).remarks()
        return [(one.question, one.kind, one.reason) for one in remarks]


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
    # What a client says of question and passage is not so much as looked at.
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


TARGET = "Uranium leaves the valley by rail <b>every</b> week."


@pytest.fixture
def real(engine_with_words: bot.Engine) -> Any:
    """An engine that finds passages, as the fakes are served."""
    return SimpleNamespace(
        as_engine=engine_with_words,
        settings=engine_with_words.settings,
        ask=engine_with_words.ask,
    )


@pytest.fixture
def engine_with_words(tmp_path: Path, quick_disk: None) -> bot.Engine:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "rail.txt").write_text(f"{TARGET}\n")
    (folder / "pits.md").write_text("# Pits\n\nThe copper dialogue was launched in the hills.\n")
    engine = bot.open(folder, tmp_path / "index", encoder=WordEncoder(MINERALS))
    engine.sync()
    return engine


def test_a_question_is_approved_and_withdrawn(real: Any) -> None:
    site = Site(real)
    client = site.client()
    site.asks("zinc and lead?")
    found = client.post("/pincite/gaps/passages", json={"text": "uranium by rail"}).json()
    assert (found[0]["title"], found[0]["locator"], found[0]["text"]) == ("rail", "line 1", TARGET)

    value = {"question": "zinc and lead?", "passage_id": found[0]["passage_id"]}
    assert client.post("/pincite/gaps/approve", json=value).json() == {"question": "zinc and lead?"}
    real.as_engine.sync()
    (approved,) = client.get("/pincite/gaps").json()["approved"]
    assert (approved["quote"], approved["path"], approved["state"]) == (
        TARGET,
        "corpus/rail.txt",
        "answers",
    )
    assert real.ask("zinc and lead?").quotes[0].text == TARGET

    client.post("/pincite/gaps/withdraw", json={"question": "zinc and lead?"})
    assert client.get("/pincite/gaps").json()["approved"] == []
    assert site.changes == ["changed"] * 2
    unknown = client.post("/pincite/gaps/approve", json={**value, "passage_id": "../x"})
    assert unknown.status_code == 422


def test_the_owner_attaches_a_passage(open_page: Callable[..., Page], real: Any) -> None:
    page = open_page(at=serve_in_background(real))
    answer = ask(page, "zinc and lead?")
    answer.locator(".refusal").wait_for()
    page.locator("#masthead a", has_text="Gaps").click()
    page.locator(".gap button", has_text="Attach a passage").click()
    assert page.locator("#attach-question").input_value() == "zinc and lead?"
    page.fill("#attach-words", "uranium by rail")
    page.keyboard.press("Enter")
    page.locator("#attach cite", has_text="rail, line 1").wait_for()
    assert page.locator(".attach-passages span").first.inner_text() == TARGET
    assert page.locator(".attach-save").is_disabled()
    page.locator(".attach-passages label").first.click()
    page.locator(".attach-save").click()

    page.locator(".gaps-note", has_text="Approved.").wait_for()
    assert page.locator(".gap").count() == 0
    assert page.locator(".approved-list blockquote").inner_text() == TARGET
    page.locator("#masthead a", has_text="Sources").click()
    page.locator(".run-text", has_text="1 added").wait_for()
    page.locator("#masthead a", has_text="Chat").click()
    answer = ask(page, "lead and zinc?")
    assert answer.locator("blockquote").first.text_content() == TARGET

    page.locator("#masthead a", has_text="Gaps").click()
    page.locator(".approved-list a").click()
    page.locator("#source .passage", has_text="Uranium").wait_for()
    page.keyboard.press("Escape")
    page.locator(".approved-list button", has_text="Remove").click()
    page.wait_for_function("() => !document.querySelector('.approved-list li')")
    assert list((real.settings.corpus).glob("approved*")) == []


def thumb(answer: Any, verdict: str) -> Any:
    return answer.locator(f".thumb[data-verdict={verdict}]")


def test_thumbs_and_the_reason(open_page: Callable[..., Page], engine: FakeEngine) -> None:
    page = open_page()
    answer = ask(page, "How much chromium is there?")
    thumb(answer, "up").click()
    answer.locator(".thumbs-line", has_text="Noted").wait_for()
    assert thumb(answer, "up").get_attribute("aria-pressed") == "true"

    thumb(answer, "down").click()
    page.keyboard.press("Escape")
    assert thumb(answer, "up").get_attribute("aria-pressed") == "true"
    thumb(answer, "down").click()
    page.locator("#why label", has_text="Out of date").click()
    page.fill("#why-text", "It is 2026.")
    page.locator("#why .primary").click()
    page.locator('.thumb[data-verdict=down][aria-pressed="true"]').wait_for()
    assert thumb(answer, "up").get_attribute("aria-pressed") == "false"

    last = list(GapLog(engine.settings.index).remarks())[-1]
    assert (last.kind, last.reason, last.text) == ("down", "out of date", "It is 2026.")
    reload(page)
    page.locator('.thumb[data-verdict=down][aria-pressed="true"]').wait_for()
    page.locator(".thumb[data-verdict=down]").click()
    page.locator(".thumbs-line", has_text="Taken back").wait_for()
    assert list(GapLog(engine.settings.index).remarks())[-1].kind == "withdrawn"


def test_the_owner_sees_asks_exports_and_dismisses_gaps(
    open_page: Callable[..., Page], engine: FakeEngine, tmp_path: Path
) -> None:
    (engine.settings.index / "gaps.jsonl").unlink(missing_ok=True)
    page = open_page()
    question = HOSTILE.replace("\n", " ").replace("chromium", "").replace("hostile", "")[:300]
    for asked in (question, "What are the tides?", "what are the TIDES?"):
        ask(page, asked)
    page.locator("#masthead a", has_text="Gaps").click()
    page.locator(".gap").first.wait_for()

    assert page.locator(".gap h3").all_inner_texts() == ["what are the TIDES?", question.strip()]
    assert page.locator(".gap-count").all_inner_texts() == ["2", "1"]
    assert page.locator("#gaps :is(img, script, b)").count() == 0
    assert (
        page.locator(".gaps-summary").inner_text()
        == "2 gaps, 2 questions · 0 thumbs up, 0 thumbs down"
    )

    page.locator(".gaps-save summary").click()
    with page.expect_download() as download:
        page.locator("[data-gaps=json]").click()
    assert download.value.suggested_filename.startswith("pincite gaps 20")
    download.value.save_as(tmp_path / "gaps.json")
    assert json.loads((tmp_path / "gaps.json").read_text())["clusters"][0]["count"] == 2

    page.locator(".gap button", has_text="Dismiss").last.click()
    page.wait_for_function("() => document.querySelectorAll('.gap').length === 1")
    page.locator("#question textarea").evaluate(
        "box => { box.value = 'half a que'; box.dispatchEvent(new Event('input')); }"
    )
    page.locator(".gap button", has_text="Ask in the chat").click()
    page.wait_for_function("() => document.querySelectorAll('.answer').length === 4")
    assert page.locator("#conversation .question").last.inner_text() == "what are the TIDES?"
    assert page.input_value("#question textarea") == "half a que"


def test_a_visitor_of_a_read_only_chat_sees_no_gaps(
    open_page: Callable[..., Page], browser: Any
) -> None:
    page = open_page(at=serve_in_background(FakeEngine(), read_only=True))
    page.locator("body.read-only").wait_for()

    assert page.locator("#masthead a", has_text="Gaps").is_hidden()
    assert page.locator("#masthead a", has_text="Sources").is_visible()


@pytest.mark.parametrize("way", ["read-only", "nothing is collected"])
def test_an_address_of_gaps_that_are_not_shown_leads_to_the_chat(
    open_page: Callable[..., Page], browser: Any, way: str
) -> None:
    engine = FakeEngine()
    if way != "read-only":
        engine.settings = engine.settings.model_copy(update={"collect_gaps": False})
    page = open_page("/#gaps", at=serve_in_background(engine, read_only=way == "read-only"))

    page.locator("#conversation .welcome").wait_for()
    assert page.locator("#gaps").is_hidden()
    assert page.locator("#masthead nav [aria-current]").inner_text() == "Chat"
    assert page.evaluate("location.hash") == "#chat"
    # Neither later.
    page.evaluate("location.hash = '#gaps'")
    page.wait_for_function("() => location.hash === '#chat'")
    assert page.locator("#gaps").is_hidden()
    assert ask(page, "chromium").is_visible()


def test_without_collecting_there_are_no_thumbs(
    open_page: Callable[..., Page], browser: Any
) -> None:
    engine = FakeEngine()
    engine.settings = engine.settings.model_copy(update={"collect_gaps": False})
    page = open_page(at=serve_in_background(engine))
    page.locator("body.collects-nothing").wait_for()

    answer = ask(page, "chromium")

    assert thumb(answer, "up").is_hidden()
    assert page.locator("#masthead a", has_text="Gaps").is_hidden()
