"""The gate in front of the chat, with a plain application behind it."""

from __future__ import annotations

import json

import pytest
from login import NAME, PASSWORD, basic
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.web.serving.access import Allowance, logins_of
from bot.web.serving.guard import ASK_PATH, Guard
from bot.web.serving.hosts import HostNames, is_loopback

pytestmark = pytest.mark.slow

ORIGIN = "http://127.0.0.1:7860"


async def _echo(request: Request) -> JSONResponse:
    body = await request.body()
    return JSONResponse({"size": len(body), "body": body.decode()})


_METHODS = ["GET", "POST", "DELETE"]
_BEHIND = Starlette(routes=[Route("/{path:path}", _echo, methods=_METHODS)])


def guarded(
    *, host: str = "127.0.0.1", allowed: tuple[str, ...] = (), login: bool = False
) -> TestClient:
    app: ASGIApp = Guard(
        _BEHIND,
        hosts=HostNames(host, allowed),
        upload_bytes=100_000,
        logins=logins_of((NAME, PASSWORD), None) if login else None,
    )
    return TestClient(app, base_url=ORIGIN)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("localhost", 200),
        ("LOCALHOST:7860", 200),
        ("[::1]:7860", 200),
        ("chat.example.org", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("192.168.1.5", 421),
        ("", 421),
    ],
)
def test_only_our_own_names_are_answered_to(host: str, status: int) -> None:
    client = guarded(allowed=("chat.example.org",))

    assert client.get("/", headers={"Host": host}).status_code == status


def test_beyond_loopback_bare_addresses_are_names_of_ours() -> None:
    names = HostNames("0.0.0.0")

    assert names.accepts("192.168.1.5:7860")
    assert names.accepts("[fe80::1]:7860")
    assert not names.accepts("rebound.example:7860")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.1", False),
        ("example.org", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/pincite/sources", "/api/v1/ask", "/mcp", ASK_PATH])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_other_sites_change_nothing(method: str, path: str, headers: dict[str, str]) -> None:
    assert guarded().request(method, path, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": ORIGIN}, {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}]
)
def test_the_page_itself_and_programs_may(headers: dict[str, str]) -> None:
    assert guarded().post("/pincite/sync", json={}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/docs",
        "/openapi.json",
        "/config/",
        "/login",
        "/monitoring/summary",
        "/gradio_api/info/",
        "/gradio_api/openapi.json",
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://169.254.169.254/",
        "/gradio_api/component_server",
        "/gradio_api/run/ask",
        "/gradio_api/call/ask",
        "/gradio_api/vibe-code",
        "/gradio_api/token",
        "/gradio_api/heartbeat/x",
        "/gradio_api/cancel",
        "/gradio_api/reset",
        "/pincite",
        "/api/v1",
        "/api/v2/ask",
        "/mcp/",
        "/mcp/sse",
        "/api/v1/passages/a%0Ab",
        "/pincite/sources/a%0Ab",
        "/assets/a%00b",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_the_page_does_not_use_is_closed(method: str, path: str) -> None:
    assert guarded().request(method, path).status_code == 404


@pytest.mark.parametrize("path", ["/config", "/gradio_api/info"])
def test_descriptions_are_read_without_parameters_and_forwarded_names(path: str) -> None:
    async def seen(request: Request) -> JSONResponse:
        return JSONResponse({"query": request.url.query, "headers": dict(request.headers)})

    behind = Starlette(routes=[Route("/{path:path}", seen)])
    client = TestClient(
        Guard(behind, hosts=HostNames("127.0.0.1"), upload_bytes=1), base_url=ORIGIN
    )
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    reply = client.get(f"{path}?deep_link=../x&page=y", headers=headers).json()

    assert reply["query"] == ""
    assert not any("forwarded" in name for name in reply["headers"])
    assert reply["headers"]["host"] == "127.0.0.1:7860"
    refused = client.post(path, json={})
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


def test_programs_are_told_in_their_own_form_why_they_are_refused() -> None:
    client = guarded(login=True)
    unknown = client.get("/api/v1/sources")
    foreign = client.post(
        "/api/v1/ask",
        content=b"{}",
        headers={**basic(NAME, PASSWORD), "Origin": "https://evil.example"},
    )

    assert (unknown.status_code, unknown.json()) == (
        401,
        {"version": 2, "id": None, "error": "A name and password are needed."},
    )
    assert (foreign.status_code, foreign.json()) == (
        403,
        {"version": 2, "id": None, "error": "Requests from other sites are refused."},
    )
    assert foreign.headers["cache-control"] == "no-store"


def test_events_carry_plain_values_only() -> None:
    client = guarded()
    file = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}

    for data in ([file], [[file]], [{"role": "user", "content": [file]}], {"0": file}, "text"):
        assert client.post(ASK_PATH, json={"data": data}).status_code == 400
    for body in (b"", b"[]", b"null", b"{}", b"{", b"\xff", b"[" * 50_000):
        assert client.post(ASK_PATH, content=body).status_code == 400
    response = client.post(ASK_PATH, json={"data": ["text", None, 1], "fn_index": 2})
    assert json.loads(response.json()["body"]) == {"data": ["text", None, 1], "fn_index": 2}


def test_what_was_checked_is_what_arrives() -> None:
    body = b'{"data": [{"path": "x"}], "data": ["plain"]}'

    assert guarded().post(ASK_PATH, content=body).json()["body"] == '{"data": ["plain"]}'


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/pincite/sync", 60_000, 200),
        ("/pincite/sync", 70_000, 413),
        (ASK_PATH, 70_000, 413),
        ("/api/v1/ask", 60_000, 200),
        ("/api/v1/ask", 70_000, 413),
        ("/mcp", 70_000, 413),
        ("/pincite/sources", 100_000, 200),
        ("/pincite/check", 5_000_000, 200),
        ("/pincite/check", 17_000_000, 413),
        ("/pincite/notebook/check", 5_000_000, 200),
        ("/pincite/notebook/export", 5_000_000, 200),
        ("/pincite/sources", 100_001, 413),
    ],
)
@pytest.mark.parametrize("announced", [True, False])
def test_bodies_are_limited_whether_announced_or_not(
    path: str, size: int, status: int, announced: bool
) -> None:
    data = b"x" * size
    chunks = (data[start : start + 1000] for start in range(0, size, 1000))

    response = guarded().post(path, content=data if announced else chunks)

    assert response.status_code == status


def test_a_length_that_is_no_number_is_refused() -> None:
    response = guarded().post("/pincite/sync", headers={"Content-Length": "-1"})

    assert response.status_code == 413


def test_replies_carry_the_security_headers() -> None:
    for path in ("/", "/nowhere", "/pincite/state"):
        headers = guarded().get(path).headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers


def test_too_many_changes_have_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.serving.guard._BURST", 3)
    monkeypatch.setattr("bot.web.serving.guard._REFILL_SECONDS", 60.0)
    client = guarded()
    statuses = [client.post("/pincite/sync", json={}).status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 429, 429]
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/pincite/sources",
        "/assets/x.js",
        ASK_PATH,
        "/nowhere",
        "/config",
        "/gradio_api/info",
        "/api/v1/health",
        "/api/v1/metrics",
        "/mcp",
    ],
)
def test_every_address_asks_for_the_password(path: str) -> None:
    client = guarded(login=True)

    refused = client.get(path)
    admitted = client.get(path, headers=basic(NAME, PASSWORD))

    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic ")
    assert "immutable" not in refused.headers.get("cache-control", "")
    assert admitted.status_code != 401


@pytest.mark.parametrize(
    "authorization",
    [
        basic(NAME, "wrong")["Authorization"],
        basic("other", PASSWORD)["Authorization"],
        basic("", "")["Authorization"],
        "Basic",
        "Basic !!!",
        "Basic YWRh",
        "Bearer abc",
        "",
    ],
)
def test_wrong_credentials_are_refused(authorization: str) -> None:
    response = guarded(login=True).get("/", headers={"Authorization": authorization})

    assert response.status_code == 401


def test_repeated_failures_lock_out_even_the_right_password() -> None:
    client = guarded(login=True)
    wrong, right = basic(NAME, "wrong"), basic(NAME, PASSWORD)

    statuses = [client.get("/", headers=wrong).status_code for _ in range(7)]
    locked = client.get("/", headers=right)

    assert statuses == [401] * 5 + [429] * 2
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 60


def test_coming_without_credentials_is_no_failed_attempt() -> None:
    client = guarded(login=True)
    for _ in range(20):
        client.get("/")

    assert client.get("/", headers=basic(NAME, PASSWORD)).status_code == 200


def test_an_allowance_recovers_with_time_and_is_kept_per_client() -> None:
    now = 1000.0
    allowance = Allowance(burst=2, seconds_each=10, clock=lambda: now)
    allowance.spend("a")
    assert not allowance.is_spent("a")
    allowance.spend("a")
    assert allowance.is_spent("a")
    assert not allowance.is_spent("b")
    assert allowance.wait_seconds("a") == 10

    now += 10
    assert not allowance.is_spent("a")
    now += 1000
    allowance.spend("a")
    allowance.spend("a")
    assert allowance.is_spent("a")


def test_websockets_are_closed() -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), guarded().websocket_connect("/"):
        pass
