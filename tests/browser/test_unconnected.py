"""A whole session of the real chat, with a browser, on a machine without a network."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser import Page, ask, context_in, launched_browser, marked, reload
from cli_calls import ANSWERABLE, UNANSWERABLE, fill
from places import SUPPORT
from unconnected import World

# An address and a name that are reserved and never assigned.
NOWHERE, NOBODY = "192.0.2.1", "nobody.invalid"
# The page offers headings that are questions.
QUESTIONS = """# About metals

## What is zinc used for?

Zinc protects steel from corrosion, and it is a part of brass.

## What is lead used for?

Lead is used in car batteries.

## What are wires made of?

Most wires in houses are made of copper.
"""
EVENTS = "/gradio_api/queue/data"
# The page polls this address; a reload cancels the last request.
POLLED = "/pincite/state"
STARTING = "/pincite/starting"
# What the command prints when the start goes well.
EXPECTED = re.compile(r"pincite is at |(reading|embedding) \d+/\d+ |skipped corpus/notes")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.made(tmp_path / "world")


@dataclass
class Seen:
    """The failed requests of a browser, and their targets."""

    origins: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def watch(self, context: Any) -> None:
        """Watch all pages of a browser context and their workers."""
        context.on("request", self._request)
        context.on("requestfailed", self._failure)
        context.on("response", self._response)
        context.on("console", self._line)
        context.on("weberror", lambda error: self.problems.append(str(error.error)))
        context.on("page", lambda page: page.on("websocket", lambda it: self._socket(it.url)))

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob"):
            self.origins.add(f"{parts.scheme}://{parts.netloc}")

    def _failure(self, request: Any) -> None:
        path = urlsplit(request.url).path
        # Gradio closes its event stream after the last event, and the starting page drops its
        # request when the chat's reply arrives.
        is_left = path in (EVENTS, POLLED, STARTING) and request.failure == "net::ERR_ABORTED"
        if not is_left:
            self.problems.append(f"{request.failure} for {request.method} {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.status} for {response.url}")

    def _line(self, line: Any) -> None:
        if line.type in ("error", "warning"):
            self.problems.append(f"{line.type}: {line.text}")

    def _socket(self, url: str) -> None:
        self.problems.append(f"a web socket to {url}")


@contextmanager
def served(world: World, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Runs `pincite chat` in its own process and yields its address; ends it with Ctrl+C."""
    log = folder / "log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            world.command(sys.executable, "-m", "bot.cli", "chat", "--port", "0"),
            cwd=folder,
            env=world.environment(),
            stdin=subprocess.DEVNULL,
            stdout=stderr,
            stderr=stderr,
        )
    try:
        deadline = time.monotonic() + 60
        while not (found := re.search(r"pincite is at (http://\S+)", log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield process, found[1]
        process.send_signal(signal.SIGINT)
        process.wait(30)
    finally:
        process.kill()
        process.wait(30)


def wrapped_for(process: subprocess.Popen[bytes], world: World) -> Callable[[str], str]:
    """Lets a browser into the network of a process, where alone the server can be reached."""

    def wrapped(program: str) -> str:
        if not world.is_namespace:
            return program
        script = world.folder / "browser"
        enter = f"nsenter --target {process.pid} --user --net --preserve-credentials"
        script.write_text(f'#!/bin/sh\nexec {enter} {program} "$@"\n')
        script.chmod(0o755)
        return str(script)

    return wrapped


def sent_off(world: World, script: str) -> tuple[str, list[str]]:
    """Returns what a script prints, and which of its network attempts were recorded."""
    finished = subprocess.run(
        world.command(sys.executable, "-c", script),
        env=world.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.stderr == ""
    return finished.stdout, world.recorded("attempts")


ATTEMPTS = f"""
import asyncio, socket, subprocess, sys, urllib.request

def attempt(action, *arguments):
    try:
        action(*arguments)
    except OSError as error:
        print(error.errno)
    else:
        print("through")

def stream(): return socket.socket()
def packets(): return socket.socket(type=socket.SOCK_DGRAM)

attempt(stream().connect, ("{NOWHERE}", 1))
attempt(stream().connect_ex, ("{NOWHERE}", 2))
attempt(packets().sendto, b"x", ("{NOWHERE}", 3))
attempt(packets().sendmsg, [b"x"], [], 0, ("{NOWHERE}", 4))
attempt(socket.getaddrinfo, "{NOBODY}", 5)
attempt(socket.gethostbyname, "{NOBODY}")
attempt(socket.gethostbyname_ex, "{NOBODY}")
attempt(socket.gethostbyaddr, "{NOWHERE}")
attempt(socket.getnameinfo, ("{NOWHERE}", 6), 0)
attempt(asyncio.run, asyncio.wait_for(asyncio.open_connection("{NOWHERE}", 7), 5))
with socket.create_server(("127.0.0.1", 0)) as near:
    attempt(stream().connect, near.getsockname())
attempt(socket.getaddrinfo, "localhost", 9)
"""


def test_whatever_python_sends_off_is_refused_and_recorded(world: World) -> None:
    printed, attempts = sent_off(world, ATTEMPTS)

    assert printed.split() == ["101"] * 10 + ["through"] * 2
    assert attempts == [
        f"socket.connect ('{NOWHERE}', 1)",
        f"socket.connect ('{NOWHERE}', 2)",
        f"socket.sendto ('{NOWHERE}', 3)",
        f"socket.sendmsg ('{NOWHERE}', 4)",
        f"socket.getaddrinfo {NOBODY}",
        f"socket.gethostbyname {NOBODY}",
        f"socket.gethostbyname {NOBODY}",
        f"socket.gethostbyaddr {NOWHERE}",
        f"socket.getnameinfo ('{NOWHERE}', 6)",
        f"socket.connect ('{NOWHERE}', 7)",
    ]


def test_the_processes_that_a_process_starts_are_watched_too(world: World) -> None:
    child = f"import socket; socket.create_connection(('{NOWHERE}', 1))"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-P', '-c', {child!r}],"
    _, attempts = sent_off(world, f"{script} stderr=subprocess.DEVNULL)")

    assert attempts == [f"socket.getaddrinfo {NOWHERE}"]
    assert world.recorded("programs") == [sys.executable]


def test_what_is_sent_off_by_other_means_than_python_is_counted(world: World) -> None:
    if not world.is_namespace:
        pytest.skip("this system lets nobody have a network of his own")
    script = f"""
import ctypes, os, socket, sys
from pathlib import Path
sys.path.insert(0, {str(SUPPORT)!r})
from unconnected import World
world = World(Path(), is_namespace=True)
print(world.sent(os.getpid()))
stream = socket.socket()
address = socket.AF_INET.to_bytes(2, sys.byteorder) + bytes([0, 9, 192, 0, 2, 1, *[0] * 8])
libc = ctypes.CDLL(None, use_errno=True)
print(libc.connect(stream.fileno(), address, len(address)), ctypes.get_errno())
print(world.sent(os.getpid()))
"""
    printed, attempts = sent_off(world, script)

    assert printed.splitlines() == ["0", "-1 101", "1"]
    assert attempts == []


def look_into_a_citation(page: Page) -> None:
    citation = page.locator(".answer a.cite:visible").last
    citation.hover()
    page.locator("#card .card-title").wait_for()
    citation.click()
    assert "uranium" in marked(page)[0].lower()
    page.keyboard.press("/")
    page.keyboard.type("1789")
    page.locator("#source .find-result", has_text="1 of 1").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator("#source").wait_for(state="hidden")


def change_the_sources(page: Page) -> None:
    page.click("nav a[data-view=sources]")
    page.locator("#collection tbody tr").first.wait_for()
    before = page.locator("#collection tbody tr").count()
    text = b"# Gallium\n\nGallium was discovered in 1875 by Lecoq de Boisbaudran.\n"
    page.set_input_files("#upload", [{"name": "gallium.md", "mimeType": "", "buffer": text}])
    page.locator("#review button[value=add]:enabled").click()
    page.locator(".run-text", has_text="1 added").wait_for()
    page.click("nav a[data-view=chat]")
    assert "1875" in ask(page, "When was gallium discovered?").inner_text()
    page.click("nav a[data-view=sources]")
    page.locator("#collection tr", has_text="Gallium").locator(".remove").click()
    page.click("#confirm-removal button[value=remove]")
    page.locator(".run-text", has_text="1 removed").wait_for()
    page.click(".rebuild")
    page.locator(".run-text", has_text=f"{before} added").wait_for()


def save_the_conversation(page: Page) -> None:
    page.click("nav a[data-view=chat]")
    for each in ("markdown", "json", "bibtex", "ris", "csl"):
        page.click("#save summary")
        with page.expect_download() as download:
            page.click(f"#save [data-save={each}]")
        assert download.value.failure() is None


def use(page: Page, address: str) -> None:
    """All actions of a visitor, and of the owner."""
    page.goto(address)
    page.locator("#masthead").wait_for(timeout=90_000)
    page.locator(".example").first.click()
    page.locator(".answer", has_text="corrosion").wait_for()
    page.locator(".related button").first.click()
    page.locator(".answer").nth(1).wait_for()
    ask(page, UNANSWERABLE)
    assert "1789" in ask(page, ANSWERABLE).inner_text()
    look_into_a_citation(page)
    page.locator(".thumb[data-verdict=up]").last.click()
    page.locator(".thumbs-line", has_text="Noted").wait_for()
    page.click("nav a[data-view=history]")
    page.locator("#history li[data-conversation]").first.wait_for()
    page.click("nav a[data-view=gaps]")
    page.locator(".gap h3", has_text=UNANSWERABLE).wait_for()
    change_the_sources(page)
    save_the_conversation(page)
    reload(page)
    page.locator(".answer").nth(4).wait_for()


def test_a_session_asks_nobody_for_anything(world: World, tmp_path: Path) -> None:
    fill(tmp_path / "corpus")
    (tmp_path / "corpus" / "questions.md").write_text(QUESTIONS)
    seen = Seen()
    with served(world, tmp_path) as (process, address):
        with launched_browser(wrapped_for(process, world)) as browser:
            context = context_in(browser)
            seen.watch(context)
            use(context.new_page(), address)
        if world.is_namespace:
            # This includes the browser's own attempts: it resolves no names, see browser.py.
            assert world.sent(process.pid) == 0

    assert seen.origins == {address}
    assert seen.problems == []
    assert world.recorded("attempts") == []
    # The reading worker is the only program that the chat runs, and it was watched, too. If
    # Matplotlib is installed, Gradio loads it, which lists the system's fonts once.
    assert set(world.recorded("programs")) - {"fc-list"} == {sys.executable}
    assert any("bot.reading.sandbox.worker" in line for line in world.recorded("started"))
    log = (tmp_path / "log").read_text("utf-8").splitlines()
    assert [line for line in log if not EXPECTED.match(line)] == []
