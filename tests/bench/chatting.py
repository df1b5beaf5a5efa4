"""How fast the chat answers: on the screen of one person, and for fifty people at once.

    python tests/bench/chatting.py --corpus corpus --questions tests/data/corpus_questions.jsonl

`pincite chat` is started as a process of its own. First the questions, again and again up to
`--asked`, are typed into a headless Chromium: milliseconds from the key to the frame in which the
answer was painted. The conversation begins anew every ten questions. Then `--people` ask through
the same route, each with a pause of `--pause` seconds between questions, for `--minutes`:
milliseconds from the request to the answer, and how many failed.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from browser import launched_browser

ROOT = Path(__file__).parents[2]

A_CONVERSATION = 10

_WATCH = """() => {
    const shown = () => document.querySelectorAll("#conversation .answer, #conversation .fault");
    window.painted = new Promise(done => {
        document.addEventListener("keydown", event => {
            const start = performance.now();
            const before = shown().length;
            const look = () => {
                if (shown().length === before) return requestAnimationFrame(look);
                const channel = new MessageChannel();
                channel.port1.onmessage = () => done(performance.now() - start);
                requestAnimationFrame(() => channel.port2.postMessage(null));
            };
            look();
        }, { once: true, capture: true });
    });
}"""


def main() -> None:
    """Prints the figures in a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--asked", type=int, default=50)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--pause", type=float, default=5)
    parser.add_argument("--minutes", type=float, default=2)
    arguments = parser.parse_args()
    questions = questions_of(arguments.questions)
    with tempfile.TemporaryDirectory() as index, served(arguments.corpus, Path(index)) as chat:
        if arguments.asked:
            (taken,) = painted([chat.address], questions, arguments.asked)
            tell("painted", taken, 0)
        if arguments.people:
            people = People(chat.address, questions, arguments.pause)
            asyncio.run(people.ask(arguments.people, arguments.minutes * 60))
            tell(f"{arguments.people} people", people.taken, people.failed)


def questions_of(file: Path) -> list[str]:
    """The questions of a file of expected passages."""
    return [json.loads(line)["question"] for line in file.read_text("utf-8").splitlines()]


def tell(name: str, taken: Sequence[float], failed: int) -> None:
    """Prints percentiles of milliseconds."""
    middle, high = np.percentile(taken, [50, 95])
    print(
        f"{name}: {len(taken)} answers, p50 {middle:.0f} ms, p95 {high:.0f} ms, "
        f"most {max(taken):.0f} ms, {failed} failed",
        flush=True,
    )


class Served(NamedTuple):
    """A chat in a process of its own."""

    address: str
    process: int


@contextmanager
def served(corpus: Path, index: Path, tree: Path = ROOT, *options: str) -> Iterator[Served]:
    """A chat of the code in a tree, its model loaded; tells how long its start took."""
    began = time.perf_counter()
    command = ["--corpus", str(corpus), "--index", str(index), "--quiet", "chat", "--port", "0"]
    command += options
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", *command], cwd=tree, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            address = re.findall(r"http://\S+", process.stderr.readline())[0]
            moments = {"page": b"<", "chat": b'id="masthead"'}
            for name, sign in moments.items():
                waited_for(address, sign)
                print(f"{name} after {time.perf_counter() - began:.1f} s", flush=True)
            waited_for(f"{address}/pincite/state", b'"ready":true')
            print(f"model after {time.perf_counter() - began:.1f} s", flush=True)
            yield Served(address, process.pid)
        finally:
            process.terminate()


def waited_for(address: str, sign: bytes) -> None:
    """Asks until the reply has a sign in it."""
    while True:
        try:
            if sign in httpx.get(address, timeout=30).content:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.02)


def distinct(question: str, number: int) -> str:
    """A question that nobody has asked so far, for what is asked again is not encoded again: in
    the same words, with blanks doubled as the bits of a number say.
    """
    words = question.split()
    blanks = ("  " if number >> place & 1 else " " for place in range(len(words)))
    return "".join(map("".join, zip(words, blanks, strict=True))).strip()


def painted(addresses: Sequence[str], questions: Sequence[str], count: int) -> list[list[float]]:
    """Milliseconds from Enter to the painted answer at each address, of which one is asked after
    the other.
    """
    taken: list[list[float]] = [[] for _ in addresses]
    with launched_browser() as browser:
        pages = []
        for address in addresses:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(address)
            page.wait_for_selector(".example")
            pages.append(page)
        for number, question in enumerate(itertools.islice(itertools.cycle(questions), count + 1)):
            for page, times in zip(pages, taken, strict=True):
                if number % A_CONVERSATION == 1:
                    page.click("#start-over")
                    page.locator(".welcome").wait_for()
                page.evaluate(_WATCH)
                page.fill("#question textarea", distinct(question, number))
                page.press("#question textarea", "Enter")
                times.append(page.evaluate("window.painted"))
                page.wait_for_timeout(500)
    return [times[1:] for times in taken]


class People:
    """Who ask at once, each in a conversation of their own."""

    def __init__(self, address: str, questions: Sequence[str], pause: float) -> None:
        self._address = address
        self._questions = questions
        self._pause = pause
        self.taken: list[float] = []
        self.failed = 0

    async def ask(self, count: int, seconds: float) -> None:
        """Asks until the time is up."""
        end = time.perf_counter() + seconds
        limits = httpx.Limits(max_connections=2 * count)
        async with httpx.AsyncClient(base_url=self._address, timeout=60, limits=limits) as client:
            await asyncio.gather(*(self._person(client, end, n) for n in range(count)))

    async def _person(self, client: httpx.AsyncClient, end: float, number: int) -> None:
        chance = random.Random(number)
        tab = secrets.token_hex(16)
        await asyncio.sleep(chance.uniform(0, self._pause))
        while time.perf_counter() < end:
            question = distinct(chance.choice(self._questions), chance.getrandbits(30))
            content = {"tab": tab, "key": secrets.token_hex(16), "question": question}
            began = time.perf_counter()
            try:
                (await client.post("/pincite/ask", json=content)).raise_for_status()
                self.taken.append((time.perf_counter() - began) * 1000)
            except httpx.HTTPError:
                self.failed += 1
            await asyncio.sleep(chance.uniform(0.5, 1.5) * self._pause)


if __name__ == "__main__":
    main()
