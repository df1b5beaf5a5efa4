"""The HTTP API of the chat: what programs get, and what they are told when they ask wrongly."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from programs_site import FILES, ORIGIN, UNANSWERABLE, ZINC, ZINC_QUESTION, samples_of, settled
from starlette.testclient import TestClient
from web_fakes import FakeEngine
from word_encoder import WordEncoder

import bot
from bot.api.answer_fields import AnswerFields, FoundFields, PassageFields
from bot.api.fields import SourcesFields, SourceTextFields
from bot.errors import IndexMissing
from bot.export.answer_json import answer_json, found_json
from bot.retrieval.ranking import INTERCEPT, NAMES, sigmoid
from bot.types import Order, SourceFilter
from bot.web import build_app

NAME, PASSWORD = "ada", "word"


@pytest.fixture
def indexed(engine: bot.Engine, quick_disk: None) -> bot.Engine:
    return settled(engine)


@pytest.fixture
def client(indexed: bot.Engine) -> Iterator[TestClient]:
    with TestClient(build_app(indexed), base_url=ORIGIN) as client:
        yield client


def asked(client: TestClient, question: str, **fields: Any) -> dict[str, Any]:
    response = client.post("/api/v1/ask", json={"question": question, **fields})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def error_of(response: Any, status: int) -> str:
    """The message of a refusal, which has the contract's form whatever was wrong."""
    assert response.status_code == status, response.text
    assert list(response.json()) == ["version", "id", "error"]
    assert response.json()["version"] == 2
    assert response.json()["id"] is None
    assert "Traceback" not in response.text
    message: str = response.json()["error"]
    return message


def test_an_answer_is_the_contract_and_word_for_word(
    client: TestClient, indexed: bot.Engine
) -> None:
    answer = asked(client, ZINC_QUESTION)
    expected = answer_json(indexed.ask(ZINC_QUESTION))

    assert list(answer) == list(expected)
    assert answer | {"timings_ms": 0} == json.loads(json.dumps(expected)) | {"timings_ms": 0}
    assert AnswerFields.model_validate_json(json.dumps(answer))
    assert answer["answered"] is True
    assert answer["passages"][0]["text"] == ZINC
    for quote in answer["passages"]:
        text = client.get(f"/api/v1/sources/{quote['source']['id']}").json()["text"]
        assert text[quote["start"] : quote["end"]] == quote["text"]


def test_all_passages_are_found_by_source(client: TestClient, indexed: bot.Engine) -> None:
    body = {"question": ZINC_QUESTION, "order": "title", "filter": {"type": ["txt"]}}
    reply = client.post("/api/v1/find", json=body)
    expected = indexed.find(ZINC_QUESTION, only=SourceFilter(types=("txt",)), order=Order.TITLE)

    assert reply.json() == json.loads(json.dumps(found_json(expected)))
    assert FoundFields.model_validate_json(reply.text)
    assert reply.json()["sources"][-1]["passages"][0]["text"] == ZINC
    error_of(client.post("/api/v1/find", json={"question": " "}), 400)
    error_of(client.post("/api/v1/find", json={"question": "zinc", "order": "size"}), 422)


def test_the_evidence_of_a_passage_is_what_its_score_adds_up_to(client: TestClient) -> None:
    passages = asked(client, ZINC_QUESTION)["passages"]

    for passage in passages:
        assert list(passage["evidence"]) == list(NAMES)
        total = INTERCEPT + sum(part["weighed"] for part in passage["evidence"].values())
        assert passage["score"] == pytest.approx(sigmoid(total), abs=0.001)


@pytest.mark.parametrize(
    ("threshold", "sure_threshold", "verdict"),
    [(0.0, 0.0, "answered"), (0.0, 1.0, "unsure"), (1.0, 1.0, "unanswered")],
)
def test_the_thresholds_decide_on_the_verdict(
    indexed: bot.Engine,
    encoder: WordEncoder,
    threshold: float,
    sure_threshold: float,
    verdict: str,
) -> None:
    changed = {"threshold": threshold, "sure_threshold": sure_threshold}
    settings = indexed.settings.model_copy(update=changed)
    with TestClient(build_app(bot.Engine(settings, encoder=encoder)), base_url=ORIGIN) as client:
        answer = asked(client, ZINC_QUESTION)
        found = samples(client)

    assert (answer["verdict"], answer["answered"]) == (verdict, verdict != "unanswered")
    counts = {
        outcome: found[f"pincite_questions_total{outcome}"]
        for outcome in ("answered", "unsure", "unanswered", "failed")
    }
    assert counts == {"answered": 0, "unsure": 0, "unanswered": 0, "failed": 0} | {verdict: 1}


def test_a_question_that_the_sources_do_not_answer_is_no_error(client: TestClient) -> None:
    answer = asked(client, UNANSWERABLE)

    assert answer["answered"] is False
    assert answer["notice"].startswith("The sources don't answer this.")


def test_the_number_of_passages_and_earlier_turns_are_heeded(client: TestClient) -> None:
    history = [
        {"role": "user", "content": "At how many degrees does zinc melt?"},
        {"role": "assistant", "content": ZINC},
    ]
    followed = asked(client, "And lead?", history=history, k=2)
    alone = asked(client, "And lead?", history=history, k=1, ignore_context=True)

    assert [turn["turn"] for turn in followed["context"]] == [0]
    assert len(followed["passages"]) == 2
    assert alone["context"] == []
    assert len(alone["passages"]) == 1


def test_a_question_and_the_list_can_be_restricted_to_some_sources(client: TestClient) -> None:
    answer = asked(client, ZINC_QUESTION, filter={"source": ["Lead"], "type": ["txt"]})
    assert {item["source"]["path"] for item in answer["citations"]} == {"corpus/lead.txt"}
    assert answer["filter"] == {
        "source": ["Lead"],
        "publisher": [],
        "since": None,
        "until": None,
        "language": [],
        "type": ["txt"],
        "admitted": 1,
        "undated": 0,
    }
    assert AnswerFields.model_validate_json(json.dumps(answer))
    assert asked(client, ZINC_QUESTION, filter={})["filter"] is None
    assert asked(client, ZINC_QUESTION, filter=None)["filter"] is None

    listed = client.get("/api/v1/sources?type=txt&type=md&source=lead&source=dialogue.md").json()
    assert SourcesFields.model_validate_json(json.dumps(listed))
    assert [source["path"] for source in listed["sources"]] == [
        "corpus/dialogue.md",
        "corpus/lead.txt",
    ]
    assert listed["filter"]["admitted"] == 2
    assert client.get("/api/v1/sources").json()["filter"] is None


def test_a_filter_that_cannot_be_applied_is_told(client: TestClient) -> None:
    def ask(value: Any) -> Any:
        return client.post("/api/v1/ask", json={"question": "Zinc?", "filter": value})

    message = "No source has the title, path or id 'leed'. Did you mean 'lead'?"
    assert error_of(ask({"source": ["leed"]}), 404) == message
    assert error_of(client.get("/api/v1/sources?source=leed"), 404) == message
    assert "no day lies between" in error_of(ask({"since": "2024", "until": "2023"}), 404)
    assert "filter.source" in error_of(ask({"source": "lead"}), 422)
    assert "filter.kind" in error_of(ask({"kind": ["x"]}), 422)
    assert "kind" in error_of(client.get("/api/v1/sources?kind=x"), 422)


def test_sources_are_listed_and_read(client: TestClient, indexed: bot.Engine) -> None:
    listed = client.get("/api/v1/sources").json()

    assert SourcesFields.model_validate_json(json.dumps(listed))
    assert [source["path"] for source in listed["sources"]] == sorted(
        f"corpus/{name}" for name in FILES
    )
    assert listed["generation"] == 1
    for source in listed["sources"]:
        read = client.get(f"/api/v1/sources/{source['id']}").json()
        assert SourceTextFields.model_validate_json(json.dumps(read))
        assert read["text"] == indexed.source(source["id"]).text
        assert len(read["text"]) == source["characters"]
        assert read["source"].items() <= source.items()


def test_a_cited_passage_is_read_by_its_id(client: TestClient) -> None:
    citation = asked(client, ZINC_QUESTION)["citations"][0]
    passage = client.get(f"/api/v1/passages/{citation['passage']}").json()

    assert PassageFields.model_validate_json(json.dumps(passage))
    assert passage["id"] == citation["passage"]
    assert passage["text"] == ZINC
    for name in ("source", "start", "end", "locator", "section"):
        assert passage[name] == citation[name]


def test_a_passage_of_a_removed_source_is_gone_and_of_a_changed_one_too(
    client: TestClient, indexed: bot.Engine
) -> None:
    zinc, lead = (
        asked(client, question)["citations"][0] for question in (ZINC_QUESTION, "Is lead soft?")
    )
    (indexed.settings.corpus / "zinc.txt").unlink()
    (indexed.settings.corpus / "lead.txt").write_text("Lead is heavy.\n")
    indexed.sync()

    assert "was removed from the corpus" in error_of(
        client.get(f"/api/v1/passages/{zinc['passage']}"), 410
    )
    assert "has changed since it was cited" in error_of(
        client.get(f"/api/v1/passages/{lead['passage']}"), 410
    )
    assert "was removed" in error_of(client.get(f"/api/v1/sources/{zinc['source']['id']}"), 410)


@pytest.mark.parametrize("kind", ["sources", "passages"])
@pytest.mark.parametrize(
    "id_",
    [
        "0" * 16,
        "nonsense",
        "..%2f..%2fpyproject.toml",
        "%2e%2e",
        "..%5c..%5cCURRENT",
        "' OR 1=1 --",
        "%00",
        "a%0Ab",
        "x" * 5_000,
        "a/b",
        "",
    ],
)
def test_what_is_no_id_is_not_found(client: TestClient, kind: str, id_: str) -> None:
    assert error_of(client.get(f"/api/v1/{kind}/{id_}"), 404)


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (b"", 422, "The body: Field required."),
        (b"{", 400, "The body is not JSON."),
        (b"\xff", 400, "There was an error parsing the body"),
        (b"[" * 30_000, 400, "There was an error parsing the body"),
        (b'{"question":' * 5_000, 400, "There was an error parsing the body"),
        (b"[]", 422, "The body: Input should be a valid dictionary"),
        (b"{}", 422, "question: Field required."),
        (b'{"question": 5}', 422, "question: Input should be a valid string."),
        (b'{"question": {"path": "/etc/passwd"}}', 422, "question: Input should be a valid str"),
        (b'{"question": "x", "path": "/etc"}', 422, "path: Extra inputs are not permitted."),
        (b'{"question": "x", "k": "3"}', 422, "k: Input should be a valid integer."),
        (b'{"question": "x", "k": NaN}', 422, "k: Input should be a valid integer."),
        (b'{"question": "x", "k": 1.5}', 422, "k: Input should be a valid integer."),
        (b'{"question": "x", "k": 1e400}', 422, "k: Input should be a valid integer."),
        (b'{"question": "x", "k": 0}', 400, "K is 0; it must be from 1 to 1,000."),
        (b'{"question": "x", "history": "y"}', 422, "history: Input should be a valid list."),
        (
            b'{"question": "x", "history": [{"role": "system", "content": ""}]}',
            422,
            "history.0.role: Input should be 'user' or 'assistant'.",
        ),
        (b'{"question": "  "}', 400, "The question is empty."),
        (json.dumps({"question": "x" * 2_001}).encode(), 400, "The question has 2,001 characters"),
    ],
)
def test_a_body_that_is_no_question_is_told_why(
    client: TestClient, body: bytes, status: int, message: str
) -> None:
    headers = {"Content-Type": "application/json"}
    response = client.post("/api/v1/ask", content=body, headers=headers)

    assert error_of(response, status).startswith(message)


def test_an_integer_may_have_a_point(client: TestClient) -> None:
    assert len(asked(client, "zinc lead dialogue", k=2.0)["passages"]) == 2


def test_half_a_character_is_asked_without_harm(client: TestClient) -> None:
    response = client.post(
        "/api/v1/ask",
        content=rb'{"question": "zinc \ud800", "history": [{"role": "user", "content": "\udfff"}]}',
        headers={"Content-Type": "application/json"},
    )

    assert response.status_code == 200
    assert response.json()["question"] == "zinc ?"


def test_other_methods_types_and_addresses_are_refused_in_the_same_form(
    client: TestClient,
) -> None:
    typeless = client.post("/api/v1/ask", content=b'{"question": "x"}')

    assert "Content-Type: application/json" in error_of(typeless, 422)
    assert error_of(client.get("/api/v1/ask"), 405) == "Method Not Allowed"
    assert error_of(client.delete("/api/v1/sources"), 405)
    assert error_of(client.get("/api/v1/nothing"), 404)
    assert error_of(client.post("/api/v1/ask", content=b"x" * 70_000), 413)
    assert error_of(client.post("/api/v1/ask", content=(b"x" * 999 for _ in range(99))), 413)


def test_the_guard_stands_before_the_api(indexed: bot.Engine) -> None:
    question = {"question": ZINC_QUESTION}
    with TestClient(build_app(indexed, auth=(NAME, PASSWORD)), base_url=ORIGIN) as client:
        right = {"auth": (NAME, PASSWORD)}
        assert error_of(client.get("/api/v1/health"), 401)
        assert error_of(client.post("/api/v1/ask", json=question), 401)
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            response = client.post("/api/v1/ask", json=question, headers=headers, **right)
            assert error_of(response, 403)
        rebound = client.get("/api/v1/sources", headers={"Host": "evil.example"}, **right)
        assert error_of(rebound, 421)
        answered = client.post("/api/v1/ask", json=question, **right)
        assert answered.json()["answered"] is True
        assert answered.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answered.headers
        for _ in range(5):
            assert error_of(client.get("/api/v1/ready", auth=(NAME, "wrong")), 401)
        assert error_of(client.get("/api/v1/ready", **right), 429).startswith("Too many failed")


def test_alive_is_not_ready(
    engine: bot.Engine, quick_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.conversation.readiness._RETRY_SECONDS", 0.0)
    with TestClient(build_app(engine), base_url=ORIGIN) as client:
        assert client.get("/api/v1/health").json() == {"version": 2, "status": "alive"}
        waited_for(lambda: "loaded" not in client.get("/api/v1/ready").text)
        assert "pincite index" in error_of(client.get("/api/v1/ready"), 503)
        # Without a password nothing but the state is told.
        probed = client.get("/ready")
        assert (probed.status_code, probed.json()) == (503, {"status": "not ready"})
        assert probed.headers["cache-control"] == "no-store"
        assert client.get("/health").json() == {"status": "alive"}
        assert "pincite index" in error_of(client.get("/api/v1/sources"), 503)
        response = client.post("/api/v1/ask", json={"question": "zinc"})
        assert "pincite index" in error_of(response, 503)

        settled(engine)
        assert client.get("/api/v1/ready").json() == {"version": 2, "status": "ready"}
        assert client.get("/ready").json() == {"status": "ready"}
        assert asked(client, ZINC_QUESTION)["answered"] is True


def test_a_model_that_is_being_loaded_and_an_index_that_went_are_not_ready() -> None:
    engine = FakeEngine()
    engine.loaded.clear()
    with TestClient(build_app(engine.as_engine), base_url=ORIGIN) as client:
        assert error_of(client.get("/api/v1/ready"), 503) == "The model is being loaded."
        engine.loaded.set()
        waited_for(lambda: client.get("/api/v1/ready").status_code == 200)
        engine.missing = IndexMissing("there is no index.")
        assert error_of(client.get("/api/v1/ready"), 503) == "There is no index."


def test_what_nobody_foresaw_stays_inside(caplog: pytest.LogCaptureFixture) -> None:
    with TestClient(build_app(FakeEngine().as_engine), base_url=ORIGIN) as client:
        response = client.post("/api/v1/ask", json={"question": "crash please"})

    assert error_of(response, 500).startswith("An error inside pincite")
    assert "a secret detail" not in response.text
    assert "a secret detail" in caplog.text


def test_a_read_only_chat_answers_programs(indexed: bot.Engine) -> None:
    with TestClient(build_app(indexed, read_only=True), base_url=ORIGIN) as client:
        assert asked(client, ZINC_QUESTION)["answered"] is True


def samples(client: TestClient) -> dict[str, float]:
    response = client.get("/api/v1/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return samples_of(response.text)


def test_metrics_count_what_was_done(client: TestClient, indexed: bot.Engine) -> None:
    before = samples(client)
    for question in (ZINC_QUESTION, "Is lead soft?", UNANSWERABLE):
        asked(client, question)
    client.post("/api/v1/ask", json={"question": " "})
    (indexed.settings.corpus / "lead.txt").unlink()
    client.post("/pincite/sync", json={})
    waited_for(lambda: client.get("/pincite/state").json()["sync"]["phase"] == "finished")
    after = samples(client)

    assert before["pincite_questions_totalanswered"] == 0
    assert after["pincite_questions_totalanswered"] == 2
    assert after["pincite_questions_totalunanswered"] == 1
    assert after["pincite_questions_totalfailed"] == 1
    assert after["pincite_question_seconds_count"] == 4
    assert after["pincite_question_seconds_bucket+Inf"] == 4
    assert 0 < after["pincite_question_seconds_sum"] < 60
    assert after["pincite_index_runs_totalfinished"] == 1
    assert after["pincite_index_runs_totalfailed"] == 0
    assert (before["pincite_generation"], after["pincite_generation"]) == (1, 2)
    assert (before["pincite_sources"], after["pincite_sources"]) == (3, 2)
    assert (before["pincite_passages"], after["pincite_passages"]) == (3, 2)
    assert 0 <= after["pincite_generation_age_seconds"] < 60
    assert after["process_resident_memory_bytes"] > 1e6


def test_metrics_of_two_chats_are_their_own_and_need_no_index(
    client: TestClient, tmp_path: Any
) -> None:
    asked(client, ZINC_QUESTION)
    empty = bot.open(tmp_path / "none", tmp_path / "nowhere")
    with TestClient(build_app(empty), base_url=ORIGIN) as other:
        found = samples(other)

    assert found["pincite_questions_totalanswered"] == 0
    assert "pincite_generation" not in found


def test_every_field_and_address_is_described(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()

    assert sorted(described["paths"]) == [
        "/ask",
        "/find",
        "/health",
        "/metrics",
        "/passages/{id}",
        "/ready",
        "/sources",
        "/sources/{id}",
    ]
    assert described["servers"] == [{"url": "/api/v1"}]
    ours = {name: s for name, s in described["components"]["schemas"].items() if "Fields" in name}
    assert len(ours) == 30
    for name, schema in ours.items():
        assert schema["description"], name
        for field, meaning in schema.get("properties", {}).items():
            assert meaning.get("description"), f"{name}.{field}"
    answer, quote = ours["AnswerFields"]["properties"], ours["QuoteFields"]["properties"]
    assert answer["verdict"]["enum"] == ["answered", "unsure", "unanswered"]
    evidence, nothing = quote["evidence"]["anyOf"]
    assert evidence["additionalProperties"] == {"$ref": "#/components/schemas/WeighedFields"}
    assert nothing == {"type": "null"}
    assert list(ours["WeighedFields"]["properties"]) == ["value", "weighed"]
    for path in ("/api/v1/docs", "/api/v1/redoc", "/openapi.json", "/docs"):
        assert client.get(path).status_code == 404
    links = re.findall(r"https?://[^\"]+", json.dumps(described))
    assert links == []


def waited_for(condition: Callable[[], bool]) -> None:
    """Returns once the condition holds."""
    import time

    for _ in range(500):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it never came true")
