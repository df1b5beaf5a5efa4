"""The whole application, including Gradio: what it serves, and what it must never serve."""

from __future__ import annotations

import html
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_requests import ask
from places import ROOT, SUPPORT
from programs_site import ORIGIN
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from web_fakes import FakeEngine

from bot.errors import ServeError
from bot.web import build_app, serve

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(build_app(engine.as_engine), base_url=ORIGIN) as client:
        yield client


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
