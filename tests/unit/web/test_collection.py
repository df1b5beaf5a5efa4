"""The page's own routes: sources, uploads, removals and index runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from fake_answers import HOSTILE, MINERALS, make_info, make_source
from fastapi import FastAPI
from starlette.testclient import TestClient
from web_fakes import FakeEngine

from bot.errors import PinciteError, SourceGone
from bot.types import Block, BlockKind, Mark, Outstanding, SourceSummary
from bot.web.conversation.readiness import Readiness
from bot.web.rendering.escaping import is_web_address
from bot.web.rendering.languages import language_of
from bot.web.routes.collection import collection_router, error_response
from bot.web.routes.presenting import source_json, states_of, summary_json
from bot.web.routes.synchronising import Synchroniser


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def make_client(engine: FakeEngine) -> Iterator[Callable[..., TestClient]]:
    synchroniser = Synchroniser(engine.as_engine)

    def make(*, read_only: bool = False) -> TestClient:
        app = FastAPI()
        readiness = Readiness(engine.as_engine)
        readiness.start()
        app.include_router(
            collection_router(engine.as_engine, readiness, synchroniser, read_only=read_only)
        )
        app.add_exception_handler(PinciteError, error_response)
        return TestClient(app)

    yield make
    engine.pause.clear()
    synchroniser.stop()


@pytest.fixture
def client(make_client: Callable[..., TestClient]) -> TestClient:
    return make_client()


def finished_run(client: TestClient) -> dict[str, Any]:
    """Waits for the current index run; returns its outcome."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        run: dict[str, Any] = client.get("/pincite/state").json()["sync"]
        if run["phase"] not in ("never", "running"):
            return run
        time.sleep(0.01)
    raise AssertionError("The index run did not end.")


def test_the_list_of_sources(client: TestClient) -> None:
    listing = client.get("/pincite/sources").json()

    first = listing["sources"][0]
    assert first["title"] == "Minerals <b>&amp;</b> more"
    assert first["publisher"] == "The Geological Review"
    assert first["passages"] == 2
    assert listing["current"] is True
    assert listing["skipped"] == [{"path": "corpus/scan.pdf", "reason": "it holds no text."}]


@pytest.mark.parametrize("source_id", ["minerals", "hostile"])
def test_a_source_comes_with_exactly_its_text(client: TestClient, source_id: str) -> None:
    source = client.get(f"/pincite/sources/{source_id}").json()

    assert source["text"] == {"minerals": MINERALS, "hostile": HOSTILE}[source_id]


def test_blocks_name_kinds_skipped_blocks_and_pages() -> None:
    text = "Title\n\nbody\n\nmenu\n\nmore\n"
    blocks = (
        Block(0, 5, BlockKind.HEADING, level=1),
        Block(7, 11, BlockKind.PARAGRAPH),
        Block(13, 17, BlockKind.LIST_ITEM, skipped="a menu"),
        Block(19, 23, BlockKind.PARAGRAPH),
    )
    marks = (Mark(0, "page 1", True), Mark(3, "row 1"), Mark(7, "page 2", True))
    source = make_source(make_info("a", "A"), text, marks=marks)
    source = type(source)(source.info, text, blocks, marks)

    described = source_json(source, language_of("en"))
    assert described["shapes"] == [
        {"kind": "heading", "level": 1, "skipped": None},
        {"kind": "paragraph", "level": 0, "skipped": None},
        {"kind": "list item", "level": 0, "skipped": "a menu"},
    ]
    assert described["blocks"] == [0, 5, 0, 7, 11, 1, 13, 17, 2, 19, 23, 1]
    assert described["marks"] == [[0, "page 1"], [7, "page 2"]]


def test_only_web_addresses_become_links(client: TestClient) -> None:
    assert client.get("/pincite/sources/minerals").json()["url"].startswith("https://")
    assert client.get("/pincite/sources/report").json()["url"] is None
    assert is_web_address("HTTPS://a.example")
    assert not is_web_address("javascript:alert(1)")
    assert not is_web_address("data:text/html,x")
    assert not is_web_address(None)


def test_an_unknown_source_is_not_found(client: TestClient) -> None:
    response = client.get("/pincite/sources/nowhere")

    assert response.status_code == 404
    assert response.json() == {"error": "No source has the id 'nowhere'."}


def test_a_source_that_was_cited_and_is_gone_says_so(
    client: TestClient, engine: FakeEngine
) -> None:
    engine.gone["minerals"] = SourceGone("a.md has changed since it was cited.", "report")

    response = client.get("/pincite/sources/minerals")

    assert response.status_code == 410
    assert response.json() == {
        "error": "a.md has changed since it was cited.",
        "gone": True,
        "now": "report",
    }


def test_an_upload_is_stored_and_indexed(client: TestClient, engine: FakeEngine) -> None:
    response = client.post("/pincite/sources?name=new.md", content=b"New text.")

    assert response.json() == {"path": "corpus/new.md"}
    run = finished_run(client)
    assert run["report"]["added"] == ["corpus/new.md"]
    assert run["report"]["skipped"][0]["reason"] == "it holds <b>no</b> text."
    assert engine.answering["new"].text == "New text."


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("page.exe", b"MZ", "not a kind of file that pincite reads"),
        ("noending", b"x", "not a kind of file that pincite reads"),
        ("empty.md", b"", "The file is empty."),
    ],
)
def test_an_upload_that_cannot_be_read_says_why(
    client: TestClient, engine: FakeEngine, name: str, data: bytes, message: str
) -> None:
    response = client.post("/pincite/sources", params={"name": name}, content=data)

    assert response.status_code == 422
    assert message in response.json()["error"]
    assert client.get("/pincite/state").json()["sync"]["phase"] == "never"
    assert len(engine.corpus) == 3


def test_archives_can_be_uploaded(client: TestClient) -> None:
    response = client.post("/pincite/sources?name=Papers.TAR.GZ", content=b"packed")

    assert response.json() == {"path": "corpus/Papers.TAR.GZ"}
    assert {".zip", ".tar.gz", ".md"} <= set(client.get("/pincite/state").json()["accepts"])


def test_removing_a_source_removes_its_file_and_updates_the_index(
    client: TestClient, engine: FakeEngine
) -> None:
    response = client.delete("/pincite/sources/report")

    assert response.json() == {"removed": ["corpus/report.md"]}
    assert finished_run(client)["report"]["removed"] == ["corpus/report.md"]
    assert "report" not in engine.answering


def test_a_run_reports_each_file_and_others_wait_for_it(
    client: TestClient, engine: FakeEngine
) -> None:
    engine.pause.set()
    client.post("/pincite/sync", json={"rebuild": True})
    deadline = time.monotonic() + 60
    while client.get("/pincite/state").json()["sync"]["progress"] is None:
        assert time.monotonic() < deadline
    progress = client.get("/pincite/state").json()["sync"]["progress"]

    client.post("/pincite/sources?name=late.md", content=b"Late.")
    engine.pause.clear()

    assert progress == {
        "stage": "reading",
        "done": 0,
        "total": 3,
        "item": "corpus/hostile.md",
        "seconds_left": None,
    }
    assert finished_run(client)["phase"] == "finished"
    assert "late" in engine.answering


def test_a_run_can_be_stopped_and_started_again(client: TestClient, engine: FakeEngine) -> None:
    engine.pause.set()
    client.post("/pincite/sync", json={})
    client.post("/pincite/sync/stop")
    assert finished_run(client)["phase"] == "stopped"

    engine.pause.clear()
    client.post("/pincite/sync", json={})
    assert finished_run(client)["phase"] == "finished"
    assert finished_run(client)["run"] == 2


def test_a_run_that_fails_says_why(client: TestClient, engine: FakeEngine) -> None:
    client.post("/pincite/sources?name=broken.md", content=b"x")

    run = finished_run(client)

    assert run["phase"] == "failed"
    assert run["fault"] == "The index cannot be written."


def test_a_file_is_looked_into_and_not_stored(client: TestClient, engine: FakeEngine) -> None:
    response = client.post("/pincite/preview?name=a%E2%80%AE.md", content=b"known")

    assert response.json() == [
        {
            "name": "a\\u202e.md",
            "reason": None,
            "title": "a\\u202e",
            "characters": 5,
            "passages": 2,
            "skipped": [["<b>menu</b>", 3], ["teaser", 1]],
            "notes": ["decoded as cp1252"],
            "known": True,
        }
    ]
    assert sorted(engine.corpus) == ["hostile", "minerals", "report"]
    refused = client.post("/pincite/preview?name=a.exe", content=b"MZ")
    assert (refused.status_code, refused.json()["error"][:26]) == (
        422,
        "a.exe: not a kind of file ",
    )


def test_the_page_is_told_which_generation_answers(client: TestClient, engine: FakeEngine) -> None:
    assert client.get("/pincite/state").json()["generation"] == 3
    client.post("/pincite/sync", json={})
    finished_run(client)
    assert client.get("/pincite/state").json()["generation"] == 4


def test_a_read_only_chat_refuses_every_change(
    make_client: Callable[..., TestClient], engine: FakeEngine
) -> None:
    client = make_client(read_only=True)

    responses = [
        client.post("/pincite/sources?name=new.md", content=b"New."),
        client.post("/pincite/preview?name=new.md", content=b"New."),
        client.delete("/pincite/sources/report"),
        client.post("/pincite/sync", json={"rebuild": True}),
        client.post("/pincite/sync/stop"),
    ]

    assert [response.status_code for response in responses] == [403] * 5
    assert all("read-only" in response.json()["error"] for response in responses)
    assert sorted(engine.corpus) == ["hostile", "minerals", "report"]
    assert client.get("/pincite/state").json()["read_only"] is True
    assert client.get("/pincite/sources").status_code == 200


def test_the_page_is_told_when_the_model_is_loaded(engine: FakeEngine) -> None:
    engine.loaded.clear()
    readiness = Readiness(engine.as_engine)
    readiness.start()
    assert not readiness.is_settled

    engine.loaded.set()
    readiness.wait()
    assert readiness.is_settled
    assert readiness.fault is None


def test_a_model_that_cannot_be_loaded_settles_with_its_fault(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise PinciteError("the model is missing. Run: pincite index")

    monkeypatch.setattr(engine, "warm_up", fail)
    readiness = Readiness(engine.as_engine)
    readiness.start()
    readiness.wait()

    assert readiness.fault == "The model is missing. Run: pincite index"


@pytest.mark.parametrize(
    ("outstanding", "state"),
    [
        (Outstanding(), "current"),
        (Outstanding(added=("corpus/c.md",)), "current"),
        (Outstanding(changed=("corpus/a.md",)), "changed"),
        (Outstanding(removed=("corpus/b.md",)), "changed"),
        (Outstanding(removed=("corpus/a.md", "corpus/b.md")), "removed"),
        (Outstanding(removed=("corpus/b.md",), changed=("corpus/a.md",)), "changed"),
        (Outstanding(renamed=(("corpus/a.md", "x"), ("corpus/b.md", "y"))), "renamed"),
    ],
)
def test_a_source_stands_as_all_its_files_do(outstanding: Outstanding, state: str) -> None:
    info = replace(make_info("a", "A"), path="corpus/a.md", also_at=("corpus/b.md",))
    summary = SourceSummary(info, passages=1, characters=1, skipped_blocks=0)
    assert summary_json(summary, states_of(outstanding))["state"] == state
