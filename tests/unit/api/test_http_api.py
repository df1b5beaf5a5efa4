"""The HTTP API of the chat: answers, passages and sources for programs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from api_calls import asked, error_of, samples
from programs_site import FILES, ORIGIN, UNANSWERABLE, ZINC, ZINC_QUESTION
from starlette.testclient import TestClient
from word_encoder import WordEncoder

import bot
from bot.api.answer_fields import AnswerFields, FoundFields, PassageFields
from bot.api.fields import SourcesFields, SourceTextFields
from bot.export.answer_json import answer_json, found_json
from bot.retrieval.ranking import INTERCEPT, NAMES, sigmoid
from bot.types import Order, SourceFilter
from bot.web import build_app

pytestmark = pytest.mark.slow


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


def test_a_read_only_chat_answers_programs(indexed: bot.Engine) -> None:
    with TestClient(build_app(indexed, read_only=True), base_url=ORIGIN) as client:
        assert asked(client, ZINC_QUESTION)["answered"] is True


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
