"""The starting page, and how the chat replaces it."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from web_fakes import FakeEngine

from bot.errors import CorpusEmpty
from bot.types import ProgressListener, SyncProgress
from bot.web import serve
from bot.web.serving.starting import starting_page


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def fetched(listener: socket.socket, path: str, **options: Any) -> tuple[int, dict[str, str], str]:
    """Returns status, headers and text of a reply."""
    port = listener.getsockname()[1]
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", **options)
    try:
        reply = urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as error:
        reply = error
    with reply:
        return reply.status, dict(reply.headers), reply.read().decode()


def test_it_answers_at_once_and_tells_how_far_the_start_is(listener: socket.socket) -> None:
    with starting_page(listener) as observe:
        status, headers, page = fetched(listener, "/?a=b")
        assert status == 200
        assert "<h1>Starting</h1>" in page
        assert "NONCE" not in page
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert json.loads(fetched(listener, "/pincite/starting")[2]) is None

        observe(SyncProgress("reading", 1, 3, "corpus/secret.md"))

        assert json.loads(fetched(listener, "/pincite/starting")[2]) == {
            "stage": "reading",
            "done": 1,
            "total": 3,
        }


@pytest.mark.parametrize("path", ["/pincite/sources", "/../../etc/passwd", "/gradio_api/info"])
@pytest.mark.parametrize("data", [None, b"{}"])
def test_anything_else_is_asked_to_wait(
    listener: socket.socket, path: str, data: bytes | None
) -> None:
    with starting_page(listener):
        status, headers, text = fetched(listener, path, data=data)

    assert (status, headers["Retry-After"]) == (503, "1")
    assert json.loads(text) == {"error": "pincite is starting."}


def test_the_socket_is_left_as_it_was(listener: socket.socket) -> None:
    with starting_page(listener), socket.create_connection(listener.getsockname()) as silent:
        # A client that sends nothing blocks no one.
        known = silent.getsockname()
    listener.settimeout(10)
    with socket.create_connection(listener.getsockname()) as visitor:
        address = known
        while address == known:
            accepted, address = listener.accept()
            accepted.close()
        assert address == visitor.getsockname()


def test_the_index_is_brought_up_to_date_behind_the_page() -> None:
    seen: list[object] = []
    addresses: list[str] = []

    def prepare(observe: ProgressListener) -> None:
        observe(SyncProgress("embedding", 5, 9))
        with urllib.request.urlopen(f"{addresses[0]}/pincite/starting", timeout=10) as reply:
            seen.append(json.loads(reply.read()))
        raise CorpusEmpty("corpus holds no documents.")

    with pytest.raises(CorpusEmpty):
        serve(
            FakeEngine().as_engine,
            host="127.0.0.1",
            port=0,
            prepare=prepare,
            on_listening=addresses.append,
        )

    assert seen == [{"stage": "embedding", "done": 5, "total": 9}]
    # The address is free again.
    port = int(addresses[0].rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_the_chat_takes_its_place() -> None:
    heard: list[str] = []

    def run() -> None:
        serve(
            FakeEngine().as_engine,
            host="127.0.0.1",
            port=0,
            on_listening=lambda address: heard.append(f"listening {address}"),
            on_ready=lambda address: heard.append(address),
        )

    Thread(target=run, daemon=True).start()
    page = ""
    while 'id="masthead"' not in page:
        if heard:
            address = heard[0].removeprefix("listening ")
            with urllib.request.urlopen(address, timeout=60) as reply:
                page = reply.read().decode()
            assert "<h1>Starting</h1>" in page or 'id="masthead"' in page
    assert heard == [f"listening {address}", address]
    with urllib.request.urlopen(f"{address}/pincite/starting", timeout=10) as reply:
        assert (reply.status, reply.read()) == (204, b"")
