"""How long a citation takes to open its source, from the click to the passage on the screen.

    python tests/bench/opening.py [--megabytes 5] [--openings 20] [--shape paragraphs]

A source of random words is indexed with vectors that mean nothing and served to a headless
Chromium. A citation of a passage in its middle is clicked, the pane closed, and so again; the
first opening is told apart, for the server reads the source then. Milliseconds until the frame
with the passage was painted, and until every part of the source was laid out.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import numpy as np
from changes import RandomEncoder

import bot
from bot.types import SourceInfo
from bot.web import serve

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from browser import launched_browser

_OPEN = """async href => {
    const link = Object.assign(document.createElement("a"), { className: "cite", href });
    link.setAttribute("href", href);
    document.body.append(link);
    const painted = () => new Promise(done =>
        requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = done;
            channel.port2.postMessage(null);
        }));
    const body = document.querySelector(".source-body");
    const isShown = () => {
        const box = document.querySelector(".source-text .passage")?.getBoundingClientRect();
        const frame = body.getBoundingClientRect();
        return box?.height > 0 && box.top >= frame.top && box.top < frame.bottom;
    };
    const start = performance.now();
    link.click();
    do await painted(); while (!isShown());
    const opened = performance.now() - start;
    const text = document.querySelector(".source-text");
    while (!("complete" in text.dataset) && performance.now() - start < 20_000) await painted();
    const complete = performance.now() - start;
    const shown = [...text.querySelectorAll(".passage")].map(node => node.textContent).join("");
    document.querySelector("#source .close").click();
    link.remove();
    return [opened, complete, shown];
}"""


def main() -> None:
    """Prints the figures in a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=5)
    parser.add_argument("--openings", type=int, default=20)
    parser.add_argument("--shape", choices=["paragraphs", "rows", "line"], default="paragraphs")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, launched_browser() as browser:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        suffix = "csv" if arguments.shape == "rows" else "md"
        text = _text(int(arguments.megabytes * 1_000_000), arguments.shape)
        (corpus / f"large.{suffix}").write_text(text)
        engine = bot.open(corpus, Path(folder, "index"), encoder=RandomEncoder())
        engine.sync()
        info = engine.sources()[0].info
        href, passage = _middle(engine, info)
        print(f"{arguments.shape}, {len(engine.source(info.id).text):,} characters,", end=" ")
        print(f"{len(engine.source(info.id).blocks):,} blocks")
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(_served(engine))
        page.wait_for_selector("#question textarea")
        page.wait_for_timeout(2_000)
        taken = []
        for _ in range(arguments.openings + 1):
            opened, complete, shown = page.evaluate(_OPEN, href)
            assert shown == passage, "The pane does not show the passage."
            taken.append((opened, complete))
            page.wait_for_timeout(200)
    print(f"first opening: {taken[0][0]:.0f} ms")
    for name, values in zip(("passage", "complete"), zip(*taken[1:], strict=True), strict=True):
        middle, high = np.percentile(values, [50, 95])
        print(f"{name}: p50 {middle:.0f} ms, p95 {high:.0f} ms, most {max(values):.0f} ms")


def _text(size: int, shape: str) -> str:
    chance = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 10))) for _ in range(5_000)]
    parts: list[str] = ["name,place,note"] if shape == "rows" else []
    length = 0
    while length < size:
        some = chance.choices(words, k=12 if shape == "rows" else 80)
        if shape == "rows":
            part = f"{' '.join(some[:2])},{some[2]},{' '.join(some[3:])}"
        else:
            part = f"{' '.join(some).capitalize()}."
            if shape == "paragraphs" and chance.random() < 0.1:
                part = f"## {' '.join(some[:4])}\n\n{part}\n\n- {some[4]}\n- {some[5]}"
        parts.append(part)
        length += len(part)
    return {"rows": "\n", "paragraphs": "\n\n", "line": " "}[shape].join(parts)


def _middle(engine: bot.Engine, info: SourceInfo) -> tuple[str, str]:
    """The address of a passage in the middle of a source, and its text."""
    source = engine.source(info.id)
    half = len(source.text) // 2
    start = source.text.index(" ", half) + 1
    end = source.text.index(" ", start + 500)
    return f"#src/{info.id}/{start}-{end}", source.text[start:end]


def _served(engine: bot.Engine) -> str:
    ready = threading.Event()
    addresses: list[str] = []

    def on_ready(address: str) -> None:
        addresses.append(address)
        ready.set()

    def run(**options: Any) -> None:
        serve(engine, host="127.0.0.1", port=0, on_ready=on_ready, **options)

    threading.Thread(target=run, daemon=True).start()
    assert ready.wait(60), "The chat was not served within a minute."
    return addresses[0]


if __name__ == "__main__":
    main()
