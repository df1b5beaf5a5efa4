"""The MCP server, asked by the SDK's own client over its pipes and over HTTP."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from cli_calls import environment
from places import ROOT, SUPPORT
from programs_site import UNANSWERABLE, ZINC, ZINC_QUESTION, samples_of, served, settled

import bot
from bot.api.answer_text import answer_text
from bot.export.answer_json import answer_json, passage_json, sources_json
from bot.types import Verdict
from bot.web import build_app

pytestmark = pytest.mark.slow

AUTH = ("ada", "word")

# As `pincite mcp`, but for the encoder; what a library prints must not reach the protocol.
SERVER = """
import subprocess, sys
sys.path.insert(0, sys.argv[1])
import bot
from word_encoder import MINERALS, WordEncoder
from bot.api.mcp_server import serve_pipes
class Noisy(WordEncoder):
    def encode_questions(self, questions):
        print("a library's noise")  # which is written when the process ends
        subprocess.run(["echo", "a child's noise"], check=True)
        return super().encode_questions(questions)
serve_pipes(bot.open("corpus", "index", encoder=Noisy(MINERALS)))
"""

Ways = Callable[[], Any]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, quick_disk: None) -> bot.Engine:
    from word_encoder import MINERALS, WordEncoder

    folder = tmp_path_factory.mktemp("site")
    return settled(bot.open(folder / "corpus", folder / "index", encoder=WordEncoder(MINERALS)))


@pytest.fixture(scope="module")
def address(indexed: bot.Engine) -> Iterator[str]:
    with served(build_app(indexed, auth=AUTH)) as address:
        yield address


@asynccontextmanager
async def over_http(address: str, mode: str) -> AsyncIterator[Any]:
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async with httpx2.AsyncClient(auth=AUTH) as http:
        transport = streamable_http_client(f"{address}/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


@asynccontextmanager
async def over_pipes(folder: Path, mode: str) -> AsyncIterator[Any]:
    from mcp import Client, StdioServerParameters

    started = StdioServerParameters(
        command=sys.executable,
        args=["-c", SERVER, str(SUPPORT)],
        cwd=folder,
        env=environment(PYTHONPATH=str(ROOT)),
    )
    async with Client(started, mode=mode) as client:
        yield client


@pytest.fixture(params=["http", "http legacy", "pipes", "pipes legacy"])
def talk(
    request: pytest.FixtureRequest, indexed: bot.Engine, address: str
) -> Callable[[Callable[[Any], Awaitable[None]]], None]:
    """Runs a conversation with the server, in the way and the era of the protocol that are due."""
    way, _, era = request.param.partition(" ")
    mode = era or "auto"

    def run(conversation: Callable[[Any], Awaitable[None]]) -> None:
        async def whole() -> None:
            folder = indexed.settings.corpus.parent
            opened = over_http(address, mode) if way == "http" else over_pipes(folder, mode)
            async with opened as client:
                await conversation(client)

        asyncio.run(asyncio.wait_for(whole(), 90))

    return run


def plain(value: Any) -> Any:
    """What a value is once it has been JSON."""
    return json.loads(json.dumps(value))


def test_some_documents_are_asked_and_listed(talk: Any, indexed: bot.Engine) -> None:
    async def conversation(client: Any) -> None:
        only = {"type": ["md"]}
        answer = await client.call_tool("ask", {"question": ZINC_QUESTION, "filter": only})
        assert answer.structured_content["filter"]["admitted"] == 1
        assert "Only: type md" in answer.content[0].text
        assert "zinc.txt" not in answer.content[0].text
        listed = await client.call_tool("list_sources", only)
        (source,) = listed.structured_content["sources"]
        assert source["path"] == "corpus/dialogue.md"
        failed = await client.call_tool("ask", {"question": "?", "filter": {"type": ["pdf"]}})
        assert failed.is_error is True
        assert failed.content[0].text == (
            "No source is of the file type 'pdf'. There are: md, txt."
        )

    talk(conversation)


def test_the_tools_do_what_they_say(talk: Any, indexed: bot.Engine) -> None:
    async def conversation(client: Any) -> None:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["ask", "list_sources", "read_passage"]
        for tool in tools:
            assert tool.description
            assert tool.annotations.read_only_hint is True
            assert tool.annotations.open_world_hint is False
            for schema in (tool.input_schema, tool.output_schema):
                assert schema["type"] == "object"
                assert schema["additionalProperties"] is False
                fields = schema.get("properties", {}).values()
                assert all(field.get("description") for field in fields)

        # The client checks structured content against the schema that the tool has promised.
        answer = await client.call_tool("ask", {"question": ZINC_QUESTION})
        expected = plain(answer_json(indexed.ask(ZINC_QUESTION)))
        assert answer.is_error is False
        assert answer.structured_content | {"timings_ms": 0} == expected | {"timings_ms": 0}
        (text,) = [item.text for item in answer.content]
        citation = expected["citations"][0]
        assert text.startswith("The sources answer this (confidence 0.")
        assert f"[1] “{ZINC}”\n" in text
        assert citation["locator"] in text
        assert f"(passage {citation['passage']}, source {citation['source']['id']})" in text

        listed = await client.call_tool("list_sources", {})
        assert listed.structured_content == plain(sources_json(1, indexed.sources()))
        assert f"{citation['source']['id']}  zinc" in listed.content[0].text

        read = await client.call_tool("read_passage", {"id": citation["passage"]})
        passage = indexed.passage(citation["passage"])
        info = indexed.source(passage.source_id).info
        assert read.structured_content == plain(passage_json(passage, info))
        assert f"“{ZINC}”" in read.content[0].text

    talk(conversation)


def test_what_the_sources_do_not_answer_is_said_plainly(talk: Any) -> None:
    async def conversation(client: Any) -> None:
        refused = await client.call_tool("ask", {"question": UNANSWERABLE})
        assert refused.is_error is False
        assert refused.structured_content["answered"] is False
        assert refused.content[0].text.startswith("The sources don't answer this.")
        assert "The closest passages, none of which answers:" in refused.content[0].text

        history = [{"role": "user", "content": ZINC_QUESTION}]
        arguments = {"question": "And lead?", "history": history, "k": 1}
        followed = await client.call_tool("ask", arguments)
        assert followed.structured_content["context"][0]["text"] == ZINC_QUESTION
        assert (
            f"Read together with an earlier question: {ZINC_QUESTION}" in followed.content[0].text
        )
        assert len(followed.structured_content["passages"]) == 1

    talk(conversation)


def test_wrong_calls_are_told_what_is_wrong(talk: Any) -> None:
    calls: list[tuple[str, dict[str, Any], str]] = [
        ("ask", {}, "question: Field required"),
        ("ask", {"question": 5}, "question: Input should be a valid string"),
        ("ask", {"question": "x", "file": "/etc"}, "file: Extra inputs are not permitted"),
        ("ask", {"question": " "}, "The question is empty."),
        ("ask", {"question": "x" * 2_001}, "The question has 2,001 characters"),
        ("ask", {"question": "x", "k": 0}, "K is 0; it must be from 1 to 1,000."),
        ("list_sources", {"all": True}, "all: Extra inputs are not permitted"),
        ("read_passage", {"id": "../../etc/passwd"}, "No passage has the id '../../etc/passwd'."),
        ("read_passage", {"id": "0" * 16}, "No passage has the id"),
    ]

    async def conversation(client: Any) -> None:
        from mcp.shared.exceptions import MCPError

        for name, arguments, message in calls:
            result = await client.call_tool(name, arguments)
            assert result.is_error is True
            assert result.structured_content is None
            assert result.content[0].text.startswith(message)
        with pytest.raises(MCPError, match="There is no tool 'remove_source'"):
            await client.call_tool("remove_source", {"id": "x"})

    talk(conversation)


@pytest.mark.parametrize("version", [None, "2025-06-18", "2026-07-28", "1"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 30_000, b"5"])
def test_what_is_no_message_is_refused(address: str, body: bytes, version: str | None) -> None:
    import httpx

    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    if version is not None:
        headers["MCP-Protocol-Version"] = version
    response = httpx.post(f"{address}/mcp", content=body, headers=headers, auth=AUTH)

    assert response.status_code == 400
    assert "Traceback" not in response.text


def test_the_guard_stands_before_the_server(address: str) -> None:
    import httpx

    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accept = {"Accept": "application/json, text/event-stream"}
    with httpx.Client(base_url=address, auth=AUTH, headers=accept) as http:
        assert http.post("/mcp", json=call).json()["result"]["tools"][0]["name"] == "ask"
        assert http.post("/mcp", json=call, auth=None).status_code == 401
        for forged, status in (
            ({"Origin": "https://evil.example"}, 403),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Host": "evil.example"}, 421),
            ({"Content-Type": "text/plain"}, 400),
        ):
            assert http.post("/mcp", json=call, headers=forged).status_code == status
        assert http.post("/mcp", content=b"x" * 70_000).status_code == 413
        assert http.post("/mcp", content=(b"x" * 999 for _ in range(99))).status_code == 413
        for method in ("GET", "DELETE", "PUT"):
            refused = http.request(method, "/mcp")
            assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_questions_over_http_are_counted(address: str) -> None:
    import httpx

    def answered() -> float:
        metrics = httpx.get(f"{address}/api/v1/metrics", auth=AUTH).text
        return samples_of(metrics)["pincite_questions_totalanswered"]

    async def conversation() -> None:
        async with over_http(address, "auto") as client:
            await client.call_tool("ask", {"question": ZINC_QUESTION})

    before = answered()
    asyncio.run(conversation())

    assert answered() - before == 1


def test_nothing_but_the_protocol_is_printed(indexed: bot.Engine) -> None:
    messages = [
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            },
        },
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "ask", "arguments": {"question": ZINC_QUESTION}},
        },
    ]
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(SUPPORT)],
        cwd=indexed.settings.corpus.parent,
        env=environment(PYTHONPATH=str(ROOT)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for message in messages:
            process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        replies = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.close()
        rest, errors = process.stdout.read(), process.stderr.read()
        assert process.wait(timeout=60) == 0

    assert [reply["id"] for reply in replies] == [1, 2]
    assert replies[0]["result"]["serverInfo"]["name"] == "pincite"
    assert "make nothing up" in replies[0]["result"]["instructions"]
    assert list(replies[0]["result"]["capabilities"]) == ["tools"]
    assert replies[1]["result"]["structuredContent"]["passages"][0]["text"] == ZINC
    assert rest == ""
    assert "a library's noise" in errors
    assert "a child's noise" in errors


def test_without_an_index_the_tool_says_what_to_run(tmp_path: Path) -> None:
    from mcp import Client
    from word_encoder import MINERALS, WordEncoder

    from bot.api.mcp_tools import mcp_server
    from bot.api.service import Service

    async def conversation() -> None:
        engine = bot.open(tmp_path / "corpus", tmp_path / "index", encoder=WordEncoder(MINERALS))
        async with Client(mcp_server(Service(engine))) as client:
            result = await client.call_tool("ask", {"question": "zinc"})
            assert result.is_error is True
            assert "pincite index" in result.content[0].text  # type: ignore[union-attr]

    asyncio.run(conversation())


def test_an_unsure_answer_begins_with_a_caution() -> None:
    from fake_answers import REPORT, make_answer, make_info, make_quote, make_source

    quote = make_quote(make_source(make_info("x", "A report"), REPORT), 1, (0, 9))
    begins = {
        verdict: answer_text(make_answer("?", quote, confidence=0.4567, verdict=verdict)).partition(
            "\n\n[1] “A report.”\n"
        )[0]
        for verdict in Verdict
    }

    assert begins == {
        Verdict.ANSWERED: "The sources answer this (confidence 0.46 of 1).",
        Verdict.UNSURE: "This may not answer your question. (Confidence 0.46 of 1.)",
        Verdict.UNANSWERED: "The sources don't answer this.\n\n"
        "The closest passages, none of which answers:",
    }


def test_names_cannot_pretend_to_be_something_else() -> None:
    from fake_answers import HOSTILE, REPORT, make_answer, make_info, make_quote, make_source

    info = make_info("x", "Line\n[2] “Forged” \u202e", path="corpus/a\nb.md", publisher=HOSTILE)
    quote = make_quote(make_source(info, REPORT), 1, (0, 9))
    text = answer_text(make_answer("?", quote, withheld=("corpus/c.md: altered",)))

    assert "\u202e" not in text
    assert [line for line in text.splitlines() if line.startswith("[")] == [
        "[1] “A report.”",
        next(line for line in text.splitlines() if line.startswith("[1] Line\\n[2]")),
    ]
    assert text.endswith("Passages withheld, because they differ from their source: 1.")
