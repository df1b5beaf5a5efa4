"""Programs are told whether the chat is alive and ready, and what it has done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from api_calls import asked, error_of, samples
from programs_site import ORIGIN, UNANSWERABLE, ZINC_QUESTION, settled
from starlette.testclient import TestClient
from web_fakes import FakeEngine

import bot
from bot.errors import IndexMissing
from bot.web import build_app


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


def waited_for(condition: Callable[[], bool]) -> None:
    """Returns once the condition holds."""
    import time

    for _ in range(500):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it never came true")
