"""A small corpus behind the whole application, in this process or at a port of this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import ASGIApp

import bot

ORIGIN = "http://127.0.0.1:7860"

ZINC = "Zinc melts at 420 degrees. 𝔸 <b>quote</b> stays **as it is** \u202eold\u202c."
FILES = {
    "zinc.txt": f"{ZINC}\n",
    "lead.txt": "Lead is used in batteries. It is soft.\n",
    "dialogue.md": "# News\n\nThe dialogue was launched in February 2024.\n",
}
ZINC_QUESTION = "At how many degrees does zinc melt?"
UNANSWERABLE = "uranium chromium"


def fill(corpus: Path) -> None:
    """Writes the corpus."""
    corpus.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (corpus / name).write_text(text, encoding="utf-8")


def settled(engine: bot.Engine) -> bot.Engine:
    """The engine with its corpus written and indexed."""
    fill(engine.settings.corpus)
    engine.sync()
    return engine


def samples_of(metrics: str) -> dict[str, float]:
    """Every sample of the metrics by its name and labels."""
    return {
        sample.name + "".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
    }


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The application at a free port, whose address is given."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", server_header=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
