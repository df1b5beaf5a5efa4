"""The whole application, Gradio included: what it serves, and what it must never serve."""

from __future__ import annotations

import html
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from web_fakes import FakeEngine

from bot.errors import ServeError
from bot.web import build_app, serve
from bot.web.chat import CONCURRENT_QUESTIONS

ORIGIN = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(build_app(engine.as_engine), base_url=ORIGIN) as client:
        yield client


def join(client: TestClient, name: str, *typed: Any, tab: int, page: int) -> str:
    """Sends an event as a page that shows the conversation of a tab does; the page's session."""
    data, session = [*typed, f"{tab:032x}"], f"session {page}"
    config = json.loads(
        re.findall(r"window.gradio_config = (.*?);</script>", client.get("/").text)[0]
    )
    numbers = [item["id"] for item in config["dependencies"] if item["api_name"] == f"page_{name}"]
    client.post(
        "/gradio_api/queue/join",
        content=json.dumps({"data": data, "fn_index": numbers[0], "session_hash": session}),
        headers={"Content-Type": "application/json"},
    ).raise_for_status()
    return session


def event(
    client: TestClient, name: str, *typed: Any, tab: int = 0, page: int | None = None
) -> dict[str, Any]:
    """The last message about an event; each tab has a page of its own, unless one is given."""
    session = join(client, name, *typed, tab=tab, page=tab if page is None else page)
    stream = client.get("/gradio_api/queue/data", params={"session_hash": session}).text
    messages = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
    return next(item for item in messages if item["msg"] == "process_completed")


def ask(client: TestClient, question: str, key: str = "", *, tab: int) -> dict[str, Any]:
    """The last message about a question that a page in a numbered tab would send under a key."""
    return event(client, "ask", question, key, "", tab=tab)


def test_a_question_is_asked_with_its_filter_and_asked_alone_with_the_same(
    client: TestClient,
) -> None:
    only = json.dumps({"source": ["report"], "since": None})
    first = event(client, "ask", "How much chromium?", "", only, tab=60)
    alone = event(client, "ask_alone", "", tab=60)
    everywhere = ask(client, "How much chromium?", tab=60)

    for reply, lines in ((first, 1), (alone, 2), (everywhere, 2)):
        drawn = html.unescape(str(reply["output"]["data"][0]))
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
    reply = str(event(client, "ask", "How much chromium?", "", only, tab=61)["output"])
    assert 'class="fault"' in reply
    assert message in html.unescape(reply)


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
    first = ask(client, "How much chromium is there?", tab=1)
    second = ask(client, "And the other chromium?", tab=1)
    third = event(client, "ask_alone", "", tab=1)
    elsewhere = ask(client, "chromium elsewhere", tab=2)

    [messages] = first["output"]["data"]
    assert [message["role"] for message in messages] == ["user", "assistant"]
    history = engine.histories[-3]
    assert [turn.role for turn in history] == ["user", "assistant"]
    assert history[0].content == "How much chromium is there?"
    assert history[1].content.startswith("The region is rich in ores")
    assert "About" in str(second["output"])
    assert len(second["output"]["data"][0]) == 4
    assert "asked on its own" in str(third["output"])
    assert len(elsewhere["output"]["data"][0]) == 2
    assert engine.histories[-1] == ()


def test_what_is_sent_again_under_its_key_is_asked_once(
    client: TestClient, engine: FakeEngine
) -> None:
    key = "0123456789abcdef" * 2
    asked = len(engine.histories)
    replies = [ask(client, "How much chromium?", key, tab=10) for _ in range(3)]
    alone = [event(client, "ask_alone", key[::-1], tab=10) for _ in range(2)]
    assert len(engine.histories) == asked + 2
    assert replies[0]["output"]["data"] == replies[2]["output"]["data"]
    assert len(replies[2]["output"]["data"][0]) == 2
    assert len(alone[1]["output"]["data"][0]) == 4
    assert f'class="question asked-{key}"' in str(replies[2]["output"])

    # It is a key to one conversation, and a question without one is asked each time.
    ask(client, "How much chromium?", key, tab=11)
    for _ in range(2):
        ask(client, "How much chromium?", tab=11)
    assert len(engine.histories) == asked + 5


@pytest.mark.parametrize("key", ["0", "0" * 31 + "A", '"><script>' + "0" * 22, "0" * 32 + "\n", 7])
def test_a_key_that_no_page_draws_is_none(client: TestClient, engine: FakeEngine, key: Any) -> None:
    asked = len(engine.histories)
    for _ in range(2):
        reply = ask(client, "How much chromium?", key, tab=12)
    assert len(engine.histories) == asked + 2
    assert 'class="question"' in str(reply["output"])
    assert "asked-" not in str(reply["output"])


def test_a_question_that_is_begun_late_is_not_drawn_over_another_conversation(
    client: TestClient,
) -> None:
    event(client, "resume", tab=20, page=20)
    event(client, "resume", tab=21, page=20)
    late = event(client, "ask", "chromium", "", "", tab=20, page=20)
    assert late["output"]["data"] == [{"__type__": "update"}]
    assert event(client, "ask_alone", "", tab=20, page=20)["output"]["data"] == [
        {"__type__": "update"}
    ]
    here = event(client, "ask", "chromium", "", "", tab=21, page=20)
    assert len(here["output"]["data"][0]) == 2
    # It is answered all the same.
    assert len(event(client, "resume", tab=20, page=20)["output"]["data"][0]["value"]) == 4


def test_whoever_opens_a_page_does_not_wait_for_questions_of_others(
    client: TestClient, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "slow", threading.Event())
    asked = len(engine.histories)
    for tab in range(30, 30 + CONCURRENT_QUESTIONS):
        join(client, "ask", "A slow question", "", "", tab=tab, page=tab)
    deadline = time.monotonic() + 30
    try:
        while len(engine.histories) < asked + CONCURRENT_QUESTIONS:
            assert time.monotonic() < deadline, "Not all of them are being answered."
            time.sleep(0.02)
        opened = event(client, "resume", tab=40)["output"]["data"][0]
        assert not engine.slow.is_set()
        assert opened["examples"][0] == {"text": "How much chromium is there?"}
    finally:
        engine.slow.set()


def test_another_name_is_another_conversation(client: TestClient, engine: FakeEngine) -> None:
    ask(client, "chromium", tab=3)
    assert event(client, "resume", tab=5)["output"]["data"][0]["value"] == []
    ask(client, "chromium", tab=5)

    assert engine.histories[-1] == ()
    assert len(event(client, "resume", tab=3)["output"]["data"][0]["value"]) == 2


def test_errors_are_shown_and_leave_no_trace(
    client: TestClient, engine: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    invalid = str(ask(client, "an unacceptable question", tab=4)["output"])
    crash = str(ask(client, "crash please \ud800", tab=4)["output"])
    ask(client, "chromium", tab=4)

    assert "That did not work" in invalid
    assert "<b>" not in invalid
    assert "a secret detail" not in crash
    assert "a secret detail" in caplog.text
    assert engine.histories[-1] == ()


def test_an_empty_question_changes_nothing(client: TestClient) -> None:
    for output in (ask(client, "  \n ", tab=13), event(client, "ask_alone", "", tab=13)):
        assert output["output"]["data"] == [{"__type__": "update"}]


def test_a_page_that_is_loaded_again_goes_on_where_it_was(client: TestClient) -> None:
    fresh = event(client, "resume", tab=6)["output"]["data"][0]
    ask(client, "chromium", tab=6)
    resumed = event(client, "resume", tab=6)["output"]["data"][0]

    assert fresh["value"] == []
    assert fresh["examples"][0] == {"text": "How much chromium is there?"}
    assert len(resumed["value"]) == 2


def test_a_tab_whose_name_could_be_guessed_shares_nothing(client: TestClient) -> None:
    for name in ("", "1", "g" * 32, None, 7):
        client.post(
            "/gradio_api/queue/join",
            json={"data": ["chromium", name], "fn_index": 0, "session_hash": "guess"},
        )

    assert event(client, "resume", tab=7)["output"]["data"][0]["value"] == []


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
        """In place of the guard, so that only Gradio's own check is left."""

        def __init__(self, app: ASGIApp, **_: object) -> None:
            self._app = app

        async def __call__(self, *args: Any) -> None:
            await self._app(*args)

    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    cache = tmp_path / "cache"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(cache))
    monkeypatch.setattr("bot.web.guard.Guard", Open)
    file = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}

    with TestClient(build_app(FakeEngine().as_engine), base_url=ORIGIN) as client:
        completed = event(client, "ask", file)

    assert completed["success"] is False
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
for path in ("/", "/theme.css", "/pincite/sources", "/pincite/assets/main.js"):
    assert urllib.request.urlopen(addresses[0] + path).status == 200
time.sleep(1)
print("attempts:", attempts)
"""
    finished = subprocess.run(
        [sys.executable, "-c", script, str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=Path(__file__).parent.parent,
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
