"""What programs are told when they ask wrongly, or when something fails."""

from __future__ import annotations

import json

import pytest
from api_calls import asked, error_of
from programs_site import ORIGIN, ZINC_QUESTION
from starlette.testclient import TestClient
from web_fakes import FakeEngine

import bot
from bot.web import build_app

pytestmark = pytest.mark.slow

NAME, PASSWORD = "ada", "word"


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


def test_what_nobody_foresaw_stays_inside(caplog: pytest.LogCaptureFixture) -> None:
    with TestClient(build_app(FakeEngine().as_engine), base_url=ORIGIN) as client:
        response = client.post("/api/v1/ask", json={"question": "crash please"})

    assert error_of(response, 500).startswith("An error inside pincite")
    assert "a secret detail" not in response.text
    assert "a secret detail" in caplog.text
