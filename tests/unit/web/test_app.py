"""The whole application, including Gradio: what it serves, and what it must never serve."""

from __future__ import annotations

import asyncio
import html
import json
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from places import ROOT, SUPPORT
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from web_fakes import FakeEngine

from bot.errors import ServeError
from bot.web import build_app, serve
from bot.web.conversation.chat import CONCURRENT_QUESTIONS

ORIGIN = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(build_app(engine.as_engine), base_url=ORIGIN) as client:
        yield client


def post(client: TestClient, path: str, *, tab: int, **values: Any) -> Any:
    """What one of the page's routes replies to a page in a numbered tab."""
    reply = client.post(f"/pincite/{path}", json={"tab": f"{tab:032x}", **values})
    return reply.raise_for_status().json()


def ask(client: TestClient, question: str = "", key: str = "", *, tab: int, **values: Any) -> Any:
    """The question and the answer as HTML; without a key a new one is drawn."""
    key = key or secrets.token_hex(16)
    return post(client, "ask", tab=tab, question=question, key=key, **values)


def shown(client: TestClient, *, tab: int) -> Any:
    """The exchanges that a page shows which opens the conversation of a tab."""
    return post(client, "conversation/shown", tab=tab)["exchanges"]


def test_a_question_is_asked_with_its_filter_and_asked_alone_with_the_same(
    client: TestClient,
) -> None:
    only = json.dumps({"source": ["report"], "since": None})
    first = ask(client, "How much chromium?", tab=60, filter=only)
    alone = ask(client, tab=60, alone=True)
    everywhere = ask(client, "How much chromium?", tab=60)

    for reply, lines in ((first, 1), (alone, 1), (everywhere, 0)):
        drawn = html.unescape(reply["answer"])
        assert drawn.count("Only: <bdi>A report</bdi>") == lines


@pytest.mark.parametrize(
    ("only", "message"),
    [
        ("{", "The filter must be a JSON object, in a text."),
        ("[" * 30_000, "The filter must be a JSON object, in a text."),
        ('{"kind": []}', "The filter must be an object with some of"),
        ('{"type": ["pdf"]}', "No source is of the file type"),
    ],
)
def test_a_filter_that_cannot_be_applied_stands_in_the_place_of_the_answer(
    only: str, message: str, client: TestClient
) -> None:
    answer = ask(client, "How much chromium?", tab=61, filter=only)["answer"]
    assert 'class="fault"' in answer
    assert message in html.unescape(answer)


def test_the_page_is_told_by_what_sources_differ(client: TestClient, engine: FakeEngine) -> None:
    told = client.get("/pincite/filters").json()
    assert told["sources"] == len(engine.answering)
    assert told["source"] == []
    assert [offer["value"] for offer in told["publisher"]] == [
        "[x](javascript:alert(1)) $p$",
        "The Geological Review",
    ]
    assert told["dates"] is True
    named = client.get("/pincite/filters?titles=true").json()["source"]
    assert {"value": "corpus/report.md", "name": "A report"} in named
    assert client.get("/pincite/filters?titles=x").status_code == 422


def test_the_page_is_ours_from_the_first_byte(client: TestClient) -> None:
    response = client.get("/", headers={"Accept-Encoding": "br, gzip"})
    page = response.text

    assert 'id="masthead"' in page
    assert 'id="collection"' in page
    assert 'id="source"' in page
    assert "<title>" not in page or "Gradio" not in page
    assert "twitter:" not in page
    assert "raw.githubusercontent.com" not in page
    nonce = re.findall(r"'nonce-([^']+)'", response.headers["content-security-policy"])[0]
    scripts = re.findall(r"<script[^>]*>", page)
    assert scripts
    assert all(f'nonce="{nonce}"' in script for script in scripts)
    assert nonce not in client.get("/").text
    policy = response.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'nonce-" in policy


def test_every_asset_is_there_and_asked_for_anew(client: TestClient) -> None:
    page = client.get("/").text
    assets = re.findall(r'(?:href|src)="(pincite/assets/[^"]+)"', page)

    assert len(assets) >= 7
    for asset in assets:
        response = client.get(f"/{asset}")
        assert response.status_code == 200
        assert response.headers["cache-control"] == "no-cache"
    script = re.findall(r'src="\./(assets/[^"]+)"', page)[0]
    assert "immutable" in client.get(f"/{script}").headers["cache-control"]
    assert client.get("/favicon.ico").headers["content-type"].startswith("image/svg")
    assert client.get("/pincite/assets/../guard.py").status_code == 404


def test_nothing_of_the_corpus_is_in_the_page_itself(client: TestClient) -> None:
    assert "chromium" not in client.get("/").text


def test_a_question_is_answered_and_followed_up(client: TestClient, engine: FakeEngine) -> None:
    ask(client, "How much chromium is there?", tab=1)
    second = ask(client, "And the other chromium?", tab=1)
    third = ask(client, tab=1, alone=True)
    ask(client, "chromium elsewhere", tab=2)

    history = engine.histories[-3]
    assert [turn.role for turn in history] == ["user", "assistant"]
    assert history[0].content == "How much chromium is there?"
    assert history[1].content.startswith("The region is rich in ores")
    assert "About" in second["answer"]
    assert "asked on its own" in third["question"]
    assert [one["number"] for one in shown(client, tab=1)] == [0, 1, 2]
    assert shown(client, tab=1)[1:] == [second, third]
    assert engine.histories[-1] == ()


def test_what_is_sent_again_under_its_key_is_asked_once(
    client: TestClient, engine: FakeEngine
) -> None:
    key = "0123456789abcdef" * 2
    asked = len(engine.histories)
    replies = [ask(client, "How much chromium?", key, tab=10) for _ in range(3)]
    alone = [ask(client, key=key[::-1], tab=10, alone=True) for _ in range(2)]
    assert len(engine.histories) == asked + 2
    assert replies[0] == replies[1] == replies[2]
    assert alone[0] == alone[1]
    assert shown(client, tab=10) == [replies[0], alone[0]]

    # It is a key to one conversation.
    ask(client, "How much chromium?", key, tab=11)
    assert len(engine.histories) == asked + 3


@pytest.mark.parametrize("key", ["0", "0" * 31 + "A", '"><script>' + "0" * 22, "0" * 32 + "\n", 7])
def test_a_key_that_no_page_draws_is_refused(client: TestClient, key: Any) -> None:
    asked = {"tab": "c" * 32, "key": key, "question": "How much chromium?"}
    assert client.post("/pincite/ask", json=asked).status_code == 422


@pytest.fixture
def slow(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Slow questions are answered when it is set."""
    slow = threading.Event()
    monkeypatch.setattr(engine, "slow", slow)
    yield slow
    slow.set()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Returns once something is so."""
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_questions_of_a_conversation_are_answered_in_their_order(
    client: TestClient, engine: FakeEngine, slow: threading.Event
) -> None:
    def under_way() -> list[str]:
        told = post(client, "conversation/shown", tab=80)["under_way"]
        return [one["question"] for one in told]

    with ThreadPoolExecutor() as people:
        first = people.submit(ask, client, "A slow question", "a" * 32, tab=80)
        wait_until(lambda: under_way() == ["A slow question"])
        second = people.submit(ask, client, "How much chromium?", "b" * 32, tab=80)
        wait_until(lambda: under_way() == ["A slow question", "How much chromium?"])
        # Another tab that shows the conversation waits for the same answer.
        again = people.submit(ask, client, "A slow question", "a" * 32, tab=80)
        assert shown(client, tab=80) == []
        slow.set()
        assert again.result(30) == first.result(30)
        assert second.result(30)["number"] == 1

    assert under_way() == []
    assert [one["key"] for one in shown(client, tab=80)] == ["a" * 32, "b" * 32]


def test_a_question_is_answered_though_its_page_goes_away(slow: threading.Event) -> None:
    async def leave() -> list[Any]:
        app = build_app(FakeEngine().as_engine)
        transport = httpx.ASGITransport(app)
        asked = {"tab": "d" * 32, "key": "e" * 32, "question": "How much chromium?"}
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
        ):
            asking = asyncio.create_task(client.post("/pincite/ask", json=asked))
            await asyncio.sleep(0)
            told: dict[str, Any] = {"under_way": [], "exchanges": []}
            while not told["under_way"] and not told["exchanges"]:
                reply = await client.post("/pincite/conversation/shown", json={"tab": "d" * 32})
                told = reply.json()
            asking.cancel()
            while not told["exchanges"]:
                reply = await client.post("/pincite/conversation/shown", json={"tab": "d" * 32})
                told = reply.json()
        return [one["key"] for one in told["exchanges"]]

    assert asyncio.run(leave()) == ["e" * 32]


def test_more_questions_than_may_wait_are_refused(
    client: TestClient, engine: FakeEngine, slow: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.conversation.chat.WAITING_QUESTIONS", 0)
    asked = len(engine.histories)
    with ThreadPoolExecutor(CONCURRENT_QUESTIONS) as people:
        for tab in range(30, 30 + CONCURRENT_QUESTIONS):
            people.submit(ask, client, "A slow question", tab=tab)
        wait_until(lambda: len(engine.histories) == asked + CONCURRENT_QUESTIONS)
        # Other requests do not wait for answers.
        assert shown(client, tab=40) == []
        more = {"tab": "f" * 32, "key": "0" * 32, "question": "How much chromium?"}
        assert client.post("/pincite/ask", json=more).status_code == 503
        slow.set()
    assert client.post("/pincite/ask", json=more).status_code == 200


def test_another_name_is_another_conversation(client: TestClient, engine: FakeEngine) -> None:
    ask(client, "chromium", tab=3)
    assert shown(client, tab=5) == []
    ask(client, "chromium", tab=5)

    assert engine.histories[-1] == ()
    assert len(shown(client, tab=3)) == 1


def test_errors_are_shown_and_leave_no_trace(
    client: TestClient, engine: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    invalid = ask(client, "an unacceptable question", tab=4)["answer"]
    crash = ask(client, "crash please", tab=4)["answer"]
    ask(client, "chromium", tab=4)

    assert "That did not work" in invalid
    assert "<b>" not in invalid
    assert "a secret detail" not in crash
    assert "a secret detail" in caplog.text
    assert engine.histories[-1] == ()


def test_an_empty_question_changes_nothing(client: TestClient) -> None:
    for values in ({"question": "  \n "}, {"alone": True}):
        asked = {"tab": f"{13:032x}", "key": "0" * 32, **values}
        assert client.post("/pincite/ask", json=asked).status_code == 422
    assert shown(client, tab=13) == []


def test_a_tab_whose_name_could_be_guessed_shares_nothing(client: TestClient) -> None:
    for name in ("", "1", "g" * 32):
        asked = {"tab": name, "key": "0" * 32, "question": "chromium"}
        assert client.post("/pincite/ask", json=asked).status_code == 200
        reply = client.post("/pincite/conversation/shown", json={"tab": name})
        assert reply.json()["exchanges"] == []


@pytest.mark.parametrize("kind", ["local file", "address"])
def test_gradio_neither_copies_nor_fetches_what_a_client_calls_an_upload(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    cache = tmp_path / "cache"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(cache))
    path = str(secret) if kind == "local file" else "http://127.0.0.1:9/secret.txt"
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    claimed = [file, [{"role": "user", "content": [{"type": "file", "file": file}]}]]

    with TestClient(build_app(FakeEngine().as_engine), base_url=ORIGIN) as client:
        for value in claimed:
            response = client.post(
                "/gradio_api/queue/join",
                json={"data": [value], "fn_index": 0, "session_hash": "files"},
            )
            assert response.status_code == 400

    assert not list(cache.rglob("secret*"))


def test_gradio_itself_checks_the_paths_that_a_client_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Open:
        """Replaces the guard, so that only Gradio's own check remains."""

        def __init__(self, app: ASGIApp, **_: object) -> None:
            self._app = app

        async def __call__(self, *args: Any) -> None:
            await self._app(*args)

    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    cache = tmp_path / "cache"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(cache))
    monkeypatch.setattr("bot.web.serving.guard.Guard", Open)
    file = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}

    with TestClient(build_app(FakeEngine().as_engine), base_url=ORIGIN) as client:
        config = client.get("/config").json()
        number = next(one["id"] for one in config["dependencies"] if one["api_name"] == "ask")
        event = {"data": [file], "fn_index": number, "session_hash": "files"}
        client.post("/gradio_api/queue/join", json=event).raise_for_status()
        stream = client.get("/gradio_api/queue/data", params={"session_hash": "files"}).text

    assert '"success":false' in stream
    assert not list(cache.rglob("secret*"))


def test_nothing_leaves_this_machine() -> None:
    script = """
import socket, sys, threading, time, urllib.request
attempts = []
real_connect, real_lookup = socket.socket.connect, socket.getaddrinfo
def connect(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1"):
        attempts.append(address)
        raise OSError("blocked")
    return real_connect(self, address)
def look_up(host, *args, **kwargs):
    if host not in ("127.0.0.1", "localhost", "::1", None):
        attempts.append(host)
        raise OSError("blocked")
    return real_lookup(host, *args, **kwargs)
socket.socket.connect, socket.getaddrinfo = connect, look_up
sys.path.insert(0, sys.argv[1])
from web_fakes import FakeEngine
from bot.web import serve
ready = threading.Event()
addresses = []
def on_ready(address):
    addresses.append(address)
    ready.set()
threading.Thread(
    target=lambda: serve(FakeEngine().as_engine, host="127.0.0.1", port=0, on_ready=on_ready),
    daemon=True,
).start()
assert ready.wait(60)
for path in ("/", "/theme.css", "/pincite/sources", "/pincite/assets/page/main.js"):
    assert urllib.request.urlopen(addresses[0] + path).status == 200
time.sleep(1)
print("attempts:", attempts)
"""
    finished = subprocess.run(
        [sys.executable, "-c", script, str(SUPPORT)],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=ROOT,
        check=False,
    )

    assert "attempts: []" in finished.stdout, finished.stderr


def test_a_taken_port_is_told_before_anything_loads() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            ServeError, match=f"{port} is in use already; choose another with --port"
        ):
            serve(FakeEngine().as_engine, host="127.0.0.1", port=port)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::"])
def test_other_machines_are_let_in_with_a_password_only(host: str) -> None:
    with pytest.raises(ServeError, match="PINCITE_AUTH"):
        serve(FakeEngine().as_engine, host=host, port=0)


def test_an_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(ServeError, match="choose another --host"):
        serve(FakeEngine().as_engine, host="198.51.100.7", port=0, auth=("ada", "x"))


def test_importing_the_room_loads_nothing_heavy() -> None:
    script = "import bot.web, sys; print({'gradio', 'torch', 'fastapi'} & set(sys.modules))"
    finished = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )

    assert finished.stdout.strip() == "set()"


def test_threads_are_not_left_behind(client: TestClient) -> None:
    names = {thread.name for thread in threading.enumerate()}

    assert "pincite-sync" not in names
    assert "pincite-warm-up" not in names
