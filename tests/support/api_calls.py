"""Calls of the HTTP API, and what they return."""

from __future__ import annotations

from typing import Any

from programs_site import samples_of
from starlette.testclient import TestClient


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


def samples(client: TestClient) -> dict[str, float]:
    response = client.get("/api/v1/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return samples_of(response.text)
