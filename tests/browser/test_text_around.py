"""The text around a passage is cut at words and is never endless."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fake_answers import MINERALS, make_info, make_source, span_of
from starlette.testclient import TestClient
from web_fakes import FakeEngine

from bot.types import Block, BlockKind, Source
from bot.web import build_app
from bot.web.rendering.languages import language_of
from bot.web.routes.presenting import around_json

ENGLISH = language_of("en")


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(build_app(engine.as_engine), base_url="http://127.0.0.1:7860") as client:
        yield client


def test_the_text_around_a_passage_is_cut_at_words() -> None:
    text = f"{'early ' * 50}before. CITED after {'later ' * 50}"
    source = make_source(make_info("a", "A"), text)
    start, end = span_of(text, "CITED")

    around = around_json(source, start, end, ENGLISH)

    assert around["text"] == "CITED"
    # The context is 200 characters, without a possibly incomplete word.
    assert around["before"] == f"{'early ' * 31}before. "
    assert around["after"] == f" after {'later ' * 32}".rstrip()
    assert (around["begins"], around["ends"]) == (False, False)
    assert around["locator"] == "paragraph 1"


def test_the_text_around_a_passage_ends_where_searching_did() -> None:
    text = "A menu\n\nBefore.\n\nCited.\n\nAfter.\n\nA footer"
    whole = make_source(make_info("a", "A"), text)
    blocks = tuple(
        Block(block.start, block.end, BlockKind.PARAGRAPH, skipped=skipped)
        for block, skipped in zip(
            whole.blocks, ("a menu", None, None, None, "a footer"), strict=True
        )
    )
    around = around_json(Source(whole.info, text, blocks), *span_of(text, "Cited."), ENGLISH)

    assert (around["before"], around["after"]) == ("Before.\n\n", "\n\nAfter.")
    assert (around["begins"], around["ends"]) == (False, False)


def test_text_without_blanks_is_cut_anywhere() -> None:
    around = around_json(make_source(make_info("a", "A"), "山" * 900), 400, 500, ENGLISH)
    assert (around["before"], around["after"]) == ("山" * 200, "山" * 200)
    around = around_json(make_source(make_info("a", "A"), "Whole."), 0, 6, ENGLISH)
    assert (around["begins"], around["before"], around["after"], around["ends"]) == (
        True,
        "",
        "",
        True,
    )


def test_any_span_is_answered_and_none_is_endless(client: TestClient) -> None:
    def around(start: object, end: object) -> Any:
        return client.get(f"/pincite/sources/minerals/around?start={start}&end={end}")

    assert around(0, 8).json()["text"] == "Minerals"
    assert around(0, 10**9).json()["text"] == MINERALS[:6_000]
    assert around(10**9, 5).json()["text"] == ""
    assert around(9, 5).json()["text"] == ""
    assert around(-1, 5).status_code == 422
    assert client.get("/pincite/sources/nowhere/around?start=0&end=1").status_code == 404
