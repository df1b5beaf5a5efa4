"""The routes of the notebook: checks, formats, styles and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from fastapi import FastAPI
from lxml import html
from starlette.testclient import TestClient
from web_fakes import FakeEngine

from bot.errors import PinciteError
from bot.export.styles import STYLES
from bot.types import PinnedQuote
from bot.web.rendering.languages import language_of
from bot.web.rendering.page_text import translated
from bot.web.routes.collection import error_response
from bot.web.routes.notebook import notebook_router


@pytest.fixture(autouse=True)
def as_it_was(engine: FakeEngine) -> Iterator[None]:
    """Undoes changes to the corpus after each test."""
    corpus, answering = dict(engine.corpus), dict(engine.answering)
    yield
    engine.corpus, engine.answering = corpus, answering


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(notebook_router(engine.as_engine))
    app.add_exception_handler(PinciteError, error_response)
    with TestClient(app) as client:
        yield client


def pins(engine: FakeEngine) -> list[dict[str, Any]]:
    quotes = engine.ask("chromium").quotes
    return [
        asdict(
            PinnedQuote(
                each.source,
                each.start,
                each.end,
                each.locator,
                each.section,
                each.text,
                "2024-02-08",
            )
        )
        for each in quotes
    ]


def test_pinned_quotes_are_checked(client: TestClient, engine: FakeEngine) -> None:
    quotes = pins(engine)
    del engine.corpus["report"]

    german = {"accept-language": "de"}
    result = client.post("/pincite/notebook/check", json={"quotes": quotes}, headers=german).json()

    assert result["summary"] == "2 Zitate geprüft: 1 unverändert, 1 Quelle entfernt."
    assert [(each["state"], each["locator"]) for each in result["passages"]] == [
        ("unchanged", "Zeile 1"),
        ("removed", "Zeile 2"),
    ]


def test_a_notebook_is_saved_in_the_language_of_its_reader(
    client: TestClient, engine: FakeEngine
) -> None:
    value = {"quotes": pins(engine), "format": "markdown", "style": "harvard"}

    reply = client.post("/pincite/notebook/export", json=value, headers={"accept-language": "de"})

    assert reply.headers["content-type"] == "text/markdown; charset=utf-8"
    assert reply.text.startswith("# Notizbuch\n\nAm 2")
    assert "Zeile 1 › Ores › Metals \\& more, https" in reply.text
    assert "abgerufen am 2024-02-08" in reply.text
    assert reply.text.index("## Literaturverzeichnis") < reply.text.index("Verfügbar unter")


@pytest.mark.parametrize(
    "value",
    [{"format": "pdf", "style": "apa"}, {"format": "word", "style": "../../etc/passwd"}],
)
def test_an_unknown_format_or_style_is_refused(client: TestClient, value: dict[str, str]) -> None:
    reply = client.post("/pincite/notebook/export", json={"quotes": [], **value})

    assert reply.status_code == 422
    assert reply.json()["error"].startswith("The format is one of markdown, word, and the style")


@pytest.mark.parametrize("path", ["check", "export"])
def test_what_is_no_notebook_is_refused(client: TestClient, path: str) -> None:
    value = {"quotes": [{"text": "x"}], "format": "word", "style": "apa"}

    assert client.post(f"/pincite/notebook/{path}", json=value).status_code == 422


def test_the_page_offers_every_style() -> None:
    page = html.fromstring(translated("page/frame.html", language_of("de")))
    options = page.xpath("//select[@id='notebook-style']/option")

    assert {option.get("value"): option.text for option in options} == {
        name: style.label for name, style in STYLES.items()
    }
