"""Gradio's defaults that must not apply here.

See test_web_app.py for files that a client names, test_web_unconnected.py for telemetry, and
test_web_accessibility.py for axe.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from importlib.metadata import version
from typing import Any

import pytest
from fake_answers import make_answer, make_info, make_quote, make_source
from login import NAME, PASSWORD, basic
from packaging.requirements import Requirement
from places import ROOT
from starlette.testclient import TestClient
from web_fakes import FakeEngine

from bot.types import Verdict
from bot.web import build_app
from bot.web.rendering.answers import answer_html, fault_html, question_html
from bot.web.rendering.languages import language_of

ENGLISH = language_of("en")
EVIL = {"Origin": "https://evil.example"}
ADDRESS = "http://192.168.1.5:7860"

# Gradio's sanitizer lets all of this through.
LET_THROUGH = (
    '<form action="https://evil.example"><input name="password"></form>'
    '<p style="position:fixed;inset:0">over all</p><img src="https://evil.example/seen.png">'
    '<a href="https://evil.example">here</a>'
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The whole application as other machines reach it: at localhost, Gradio is stricter."""
    app = build_app(FakeEngine().as_engine, host="0.0.0.0", auth=(NAME, PASSWORD))
    with TestClient(app, base_url=ADDRESS, headers=basic(NAME, PASSWORD)) as client:
        yield client


@pytest.fixture(scope="module")
def config(client: TestClient) -> Any:
    """Returns the page's configuration from Gradio."""
    return json.loads(
        re.findall(r"window.gradio_config = (.*?);</script>", client.get("/").text)[0]
    )


class _Elements(HTMLParser):
    """Returns the tags of HTML and the names of their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_no_component_takes_its_value_for_a_template(config: Any) -> None:
    types = {component["type"] for component in config["components"]}

    assert types <= {"chatbot", "textbox", "button", "column", "form", "api", "json", "number"}


def test_what_the_sanitizer_lets_through_never_reaches_it() -> None:
    source = make_source(make_info("a", LET_THROUGH, publisher=LET_THROUGH), LET_THROUGH)
    quote = replace(make_quote(source, 1, (0, len(LET_THROUGH))), section=(LET_THROUGH,))
    texts: dict[str, Any] = {"reworded": (LET_THROUGH,), "unquoted": (LET_THROUGH,)}
    pages = (
        answer_html(make_answer("q", quote, **texts), ENGLISH),
        answer_html(
            make_answer("q", quote, verdict=Verdict.UNANSWERED, notice=LET_THROUGH), ENGLISH
        ),
        question_html(LET_THROUGH, ENGLISH, alone=True),
        fault_html(LET_THROUGH, ENGLISH),
    )

    for html in pages:
        read = _Elements(html)
        assert not {"form", "input", "img"} & read.tags
        assert "style" not in read.attributes
        assert 'href="https://evil' not in html


@pytest.mark.parametrize(
    "path", ["/", "/theme.css", "/config", "/gradio_api/info", "/manifest.json"]
)
def test_no_other_site_is_given_leave_to_read(client: TestClient, path: str) -> None:
    replies = [
        client.get(path, headers=EVIL),
        client.options(path, headers=EVIL | {"Access-Control-Request-Method": "POST"}),
    ]

    allowed = [
        name for reply in replies for name in reply.headers if "access-control-allow-o" in name
    ]
    assert allowed == []
    assert replies[0].status_code == 200


def test_every_event_that_a_client_can_name_only_asks_or_reads(config: Any) -> None:
    # "private" hides an event but does not protect it: any client can send its number.
    assert {item["api_name"] for item in config["dependencies"]} == {
        *("page_examples", "ask", "list_sources", "read_passage"),
    }


@pytest.mark.parametrize("path", ["/gradio_api/token", "/login"])
def test_no_address_gives_a_script_what_would_let_it_in(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert "set-cookie" not in client.get("/").headers


@pytest.mark.parametrize("path", ["/", "/theme.css", "/config", "/manifest.json"])
def test_what_gradio_serves_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'self'; script-src 'self'")
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", ["/openapi.json", "/monitoring", "/monitoring/summary"])
def test_gradio_describes_and_counts_nothing_for_visitors(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_browser_keeps_no_history_of_gradio(config: Any) -> None:
    # Calls of public events would stay in the site's storage, where a later user finds them.
    assert config["run_history"] is False


def test_no_gradio_with_known_holes_is_accepted() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (gradio,) = [
        found for line in project["dependencies"] if (found := Requirement(line)).name == "gradio"
    ]

    # Before 6.20, a client could make the server fetch any address through /file= (CVE-2026-59806).
    assert not gradio.specifier.contains("6.19.99")
    assert gradio.specifier.contains(version("gradio"))


@pytest.mark.parametrize("path", ["/gradio_api/file=", "/gradio_api/proxy="])
def test_nothing_is_fetched_for_a_visitor(client: TestClient, path: str) -> None:
    assert client.get(f"{path}http://169.254.169.254/").status_code == 404


def test_fonts_are_our_own_and_have_every_letter(client: TestClient) -> None:
    css = client.get("/theme.css").text
    faces = re.findall(r"@font-face\s*{(.*?)}", css, re.DOTALL)
    weights = {weight for face in faces for weight in re.findall(r"font-weight:\s*(\d+)", face)}
    files = [url for face in faces for url in re.findall(r"url\(['\"]?([^'\")]+)", face)]

    # The font files of weight 600 hold 55 letters.
    assert weights == {"400", "700"}
    assert files
    assert [url for url in files if "//" in url] == []
    for url in files:
        assert client.get(f"/{url.lstrip('/')}").status_code == 200


def test_no_event_waits_with_a_progress_that_cannot_be_seen(config: Any) -> None:
    assert {
        item["show_progress"]
        for item in config["dependencies"]
        if item["api_name"].startswith("page_")
    } == {"hidden"}


def test_our_styles_arrive_as_they_were_written(client: TestClient, config: Any) -> None:
    # Gradio rewrites `css=`, especially within @media.
    assert not config.get("css")
    for sheet in re.findall(r'href="(pincite/assets/[^"]+\.css)"', client.get("/").text):
        written = ROOT / "bot" / "web" / "static" / sheet.removeprefix("pincite/assets/")
        assert client.get(f"/{sheet}").text == written.read_text("utf-8")
