"""The examples of the page for programs, run as they stand but for names and places."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_calls import environment
from places import ROOT
from programs_site import served, settled

import bot
from bot.embedding import SentenceTransformerEncoder
from bot.web import build_app

pytestmark = pytest.mark.slow

PAGE = (ROOT / "bot" / "api" / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
ADDRESSES = re.findall(r"`GET (/[\w./]+)`", PAGE)

LAUNCHED = "The dialogue was launched in February 2024."
AUTH = ("USER", "PASSWORD")

# What an example looks up or connects to beside this machine is noted, and refused.
WATCHED = """
import socket, sys
noted = []
real = socket.getaddrinfo
def look_up(host, *args, **kwargs):
    if host not in ("127.0.0.1", "localhost", None):
        noted.append(host)
        raise OSError("refused")
    return real(host, *args, **kwargs)
socket.getaddrinfo = look_up
exec(compile(sys.stdin.read(), "README.md", "exec"), {"__name__": "__main__"})
assert noted == [], noted
"""


def example(language: str, word: str) -> str:
    """The one example in a language that has a word."""
    (found,) = [block for kind, block in BLOCKS if kind == language and word in block]
    assert isinstance(found, str)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def indexed(
    folder: Path, packaged_model: SentenceTransformerEncoder, quick_disk: None
) -> bot.Engine:
    return settled(bot.open(folder / "corpus", folder / "index", encoder=packaged_model))


@pytest.fixture(scope="module")
def locked(indexed: bot.Engine) -> Iterator[str]:
    with served(build_app(indexed, auth=AUTH)) as address:
        yield address


@pytest.fixture(scope="module")
def unlocked(indexed: bot.Engine) -> Iterator[str]:
    with served(build_app(indexed)) as address:
        yield address


def run_python(code: str) -> str:
    """What an example prints in an interpreter of its own, from which nothing leaves."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        input=code,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_example_is_run() -> None:
    assert [kind for kind, _ in BLOCKS] == ["python", "", "", "python", "python", "json", "python"]


def test_python(
    indexed: bot.Engine,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    exec(compile(example("python", "answer.verdict"), "README.md", "exec"), {})

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(LAUNCHED)
    assert lines[-1].startswith("answered ")


def test_http(locked: str) -> None:
    command = example("", "--user").replace("http://127.0.0.1:7860", locked)
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True
    )

    assert json.loads(done.stdout)["passages"][0]["text"] == LAUNCHED


def test_some_sources_by_http(unlocked: str) -> None:
    commands = example("", "sources?").replace("http://127.0.0.1:7860", unlocked)
    done = subprocess.run(
        ["bash", "-c", commands], capture_output=True, text=True, timeout=60, check=True
    )

    answer, at = json.JSONDecoder().raw_decode(done.stdout)
    listed = json.loads(done.stdout[at:])
    assert answer["passages"][0]["text"] == LAUNCHED
    assert (answer["filter"]["type"], answer["filter"]["admitted"]) == (["md"], 1)
    assert (listed["filter"]["type"], listed["filter"]["admitted"]) == (["md", "txt"], 3)


def test_some_sources_in_python(
    indexed: bot.Engine,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    exec(compile(example("python", "SourceFilter"), "README.md", "exec"), {})

    assert capsys.readouterr().out == f"{LAUNCHED} 1\n"


@pytest.mark.parametrize("address", [one for one in ADDRESSES if not one.endswith("/ID")])
def test_the_addresses_named_are_there(locked: str, address: str) -> None:
    import httpx

    assert httpx.get(f"{locked}{address}", auth=AUTH).status_code == 200


@pytest.mark.parametrize("address", ["/health", "/ready"])
def test_operators_need_no_password(locked: str, address: str) -> None:
    import httpx

    assert httpx.get(f"{locked}{address}").status_code == 200


@pytest.mark.parametrize("kind", ["sources", "passages"])
def test_what_has_an_id_is_found_by_it(locked: str, kind: str) -> None:
    import httpx

    assert f"/api/v1/{kind}/ID" in ADDRESSES
    asked = httpx.post(
        f"{locked}/api/v1/ask", auth=AUTH, json={"question": "When was it launched?"}
    )
    cited = asked.json()["citations"][0]
    id_ = cited["source"]["id"] if kind == "sources" else cited["passage"]
    found = httpx.get(f"{locked}/api/v1/{kind}/{id_}", auth=AUTH).json()
    assert LAUNCHED in found["text"]


def test_gradio(locked: str) -> None:
    code = example("python", "gradio_client").replace("http://127.0.0.1:7860", locked)

    assert run_python(code).splitlines()[-1] == LAUNCHED


def test_mcp_over_http(unlocked: str) -> None:
    code = example("python", "mcp").replace("http://127.0.0.1:7860", unlocked)

    assert f"[1] “{LAUNCHED}”" in run_python(code)


def test_mcp_from_a_process_of_its_own(indexed: bot.Engine, folder: Path) -> None:
    from mcp import Client, StdioServerParameters

    settings = json.loads(example("json", "mcpServers"))["mcpServers"]["pincite"]
    assert settings["command"] == "pincite"
    places = {"/path/to/corpus": str(folder / "corpus"), "/path/to/index": str(folder / "index")}
    arguments = [places.get(argument, argument) for argument in settings["args"]]
    started = StdioServerParameters(
        command=sys.executable, args=["-m", "bot.cli", *arguments], env=environment(), cwd=ROOT
    )

    async def conversation() -> str:
        async with Client(started) as client:
            result = await client.call_tool("ask", {"question": "When was the dialogue launched?"})
            return result.content[0].text  # type: ignore[union-attr]

    assert f"[1] “{LAUNCHED}”" in asyncio.run(asyncio.wait_for(conversation(), 120))
