"""Conversations: what the server has, what a browser keeps and restores, and files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fake_answers import HOSTILE
from fastapi import FastAPI
from starlette.testclient import TestClient
from web_fakes import FakeEngine

from bot.errors import PinciteError
from bot.types import Exchange
from bot.web.conversation.conversations import EXCHANGES_KEPT, Conversation, Conversations, Shown
from bot.web.rendering.languages import language_of
from bot.web.routes.collection import error_response
from bot.web.routes.keeping import keeping_router

TAB = "1" * 32


def exchange(number: int = 0, question: str = "chromium", **fields: Any) -> Exchange:
    """Returns an exchange with the engine's answer, as it is stored."""
    answer = FakeEngine().ask(question)
    asked = f"2024-02-08T10:15:{number:02}+00:00"
    kept = Exchange(number, asked, question, alone=False, answer=answer, fault=None)
    return replace(kept, **fields)


@pytest.fixture
def conversations() -> Conversations:
    return Conversations()


@pytest.fixture
def client(conversations: Conversations) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(keeping_router(conversations))
    app.add_exception_handler(PinciteError, error_response)
    with TestClient(app) as client:
        yield client


def posted(client: TestClient, path: str, **value: Any) -> Any:
    response = client.post(f"/pincite/{path}", json=value)
    assert response.status_code == 200, response.text
    return response.json()


def test_the_history_is_plain_text_without_errors_and_has_an_end() -> None:
    conversation = Conversation()
    for number in range(EXCHANGES_KEPT):
        conversation.add(exchange(question=f"chromium {number}"))
    assert not conversation.has_forgotten

    conversation.add(exchange(answer=None, fault="No."))

    assert [shown.exchange.number for shown in conversation.shown] == list(
        range(1, EXCHANGES_KEPT + 1)
    )
    assert conversation.has_forgotten
    assert len(conversation.history) == 2 * (EXCHANGES_KEPT - 1)
    assert conversation.history[0].content == "chromium 1"
    assert {turn.content for turn in conversation.history[1::2]} == {
        "The region is rich in ores 𝔸𝔹. It holds 30.07 percent of the world's chromium."
    }


def test_conversations_are_kept_apart_and_bounded() -> None:
    conversations = Conversations(capacity=2)
    one, two, three = ("1" * 32, "2" * 32, "3" * 32)
    conversations.of(one).add(exchange())
    conversations.of(two).add(exchange())
    conversations.of(one)
    conversations.of(three)

    assert len(conversations.of(one).shown) == 1
    assert len(conversations.of(two).shown) == 0


@pytest.mark.parametrize("name", ["", "1", "x" * 32, "1" * 33, "1" * 31 + "\n"])
def test_tabs_without_a_proper_name_share_nothing(name: str) -> None:
    conversations = Conversations()
    conversations.of(name).add(exchange())

    assert conversations.of(name).shown == ()


def test_what_a_browser_took_is_given_back_whole(
    client: TestClient, conversations: Conversations
) -> None:
    for question in ("chromium", "hostile", "nothing"):
        conversations.of(TAB).add(exchange(question=question))
    conversations.of(TAB).add(exchange(answer=None, fault="No <b>.", alone=True))
    before = conversations.of(TAB).shown
    taken = posted(client, "conversation", tab=TAB)
    assert (taken["next_number"], [item["number"] for item in taken["exchanges"]]) == (
        4,
        [0, 1, 2, 3],
    )

    assert posted(client, "conversation/forget", tab=TAB) == {}
    assert posted(client, "conversation", tab=TAB) == {"next_number": 0, "exchanges": []}
    # Through JSON text, as a browser stores it.
    exchanges = json.loads(json.dumps(taken["exchanges"]))
    posted(client, "conversation/restore", tab=TAB, exchanges=exchanges)

    assert conversations.of(TAB).shown == before
    assert posted(client, "conversation", tab=TAB, after=2)["exchanges"] == taken["exchanges"][3:]


def test_what_was_kept_before_there_were_verdicts_is_given_back(
    client: TestClient, conversations: Conversations
) -> None:
    for number, question in enumerate(("chromium", "nothing")):
        conversations.of(TAB).add(exchange(number, question))
    before = conversations.of(TAB).shown
    exchanges = posted(client, "conversation", tab=TAB)["exchanges"]
    for item in exchanges:
        item["answer"]["answered"] = item["answer"].pop("verdict") == "answered"

    posted(client, "conversation/restore", tab="2" * 32, exchanges=exchanges)

    assert conversations.of("2" * 32).shown == before


def test_a_conversation_that_goes_on_is_not_overwritten(
    client: TestClient, conversations: Conversations
) -> None:
    taken = [exchange(5), exchange(6)]
    value = [json.loads(_json(item)) for item in taken]
    conversations.of(TAB).add(exchange(question="hostile"))
    posted(client, "conversation/restore", tab=TAB, exchanges=value)
    assert [shown.exchange.question for shown in conversations.of(TAB).shown] == ["hostile"]

    posted(client, "conversation/restore", tab="2" * 32, exchanges=value)
    restored = conversations.of("2" * 32)
    assert [shown.exchange.number for shown in restored.shown] == [5, 6]
    assert (restored.has_forgotten, restored.next_number) == (True, 7)


def test_what_a_browser_gives_back_is_shown_as_text(
    client: TestClient, conversations: Conversations
) -> None:
    value = json.loads(_json(exchange(question="hostile")))
    value["question"] = value["answer"]["notice"] = HOSTILE
    value["answer"]["verdict"] = "unanswered"
    posted(client, "conversation/restore", tab=TAB, exchanges=[value])

    (shown,) = conversations.of(TAB).shown
    for html in shown.html(language_of("en")):
        assert "<script" not in html
        assert "<img" not in html
        assert "javascript&#58;" in html
        assert "javascript:" not in html


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"number": "x"}, 422),
        ({"answer": {"quotes": "no"}}, 422),
        ({"asked": 3}, 422),
        ({"question": None}, 422),
    ],
)
def test_what_is_no_exchange_is_refused(
    client: TestClient, change: dict[str, Any], status: int
) -> None:
    value = {**json.loads(_json(exchange())), **change}
    response = client.post("/pincite/conversation/restore", json={"tab": TAB, "exchanges": [value]})
    assert response.status_code == status


def test_exchanges_come_in_order(client: TestClient) -> None:
    value = [json.loads(_json(exchange(number))) for number in (1, 3)]
    response = client.post("/pincite/conversation/restore", json={"tab": TAB, "exchanges": value})
    assert response.json() == {
        "error": "The exchanges of a conversation are numbered one after another."
    }


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("markdown", "# chromium\n"),
        ("json", '{\n  "version": 1,'),
        ("bibtex", "@online{minerals-"),
        ("ris", "TY  - ELEC\r\nID  - minerals-"),
        ("csl", '[\n  {\n    "id": "minerals-'),
    ],
)
def test_a_conversation_is_saved_as_a_file(client: TestClient, name: str, beginning: str) -> None:
    value = [json.loads(_json(exchange()))]
    response = client.post("/pincite/export", json={"format": name, "exchanges": value})

    assert response.status_code == 200
    assert response.headers["content-disposition"] == "attachment"
    assert response.headers["content-type"].endswith("; charset=utf-8")
    assert response.content.decode().startswith(beginning)


def test_an_unknown_format_is_named(client: TestClient) -> None:
    response = client.post("/pincite/export", json={"format": "docx", "exchanges": []})
    assert response.json() == {"error": "The format is one of markdown, json, bibtex, ris, csl."}


def _json(kept: Exchange) -> str:
    from pydantic import TypeAdapter

    return TypeAdapter(Exchange).dump_json(kept).decode()


def test_what_a_browser_kept_is_drawn_as_the_chat_draws_it(
    client: TestClient, conversations: Conversations
) -> None:
    hostile = exchange(number=7, question="hostile <script>1</script>")
    drawn = posted(client, "conversation/drawn", exchanges=[json.loads(_json(hostile))])

    assert drawn == [list(Shown(hostile).html(language_of("en")))]
    assert "<script" not in "".join(drawn[0])
    assert 'class="answer answered exchange-7"' in drawn[0][1]
    assert posted(client, "conversation", tab=TAB)["exchanges"] == []
