"""The command `chat`: it brings the index up to date and serves."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cli_calls import Pincite

from bot.api.metrics import Metrics
from bot.engine import Engine
from bot.store import IndexLayout
from bot.store.folder.layout import unwritable
from bot.types import ProgressListener, SyncProgress


@pytest.mark.parametrize("is_built", [True, False])
def test_chat_serves_an_index_that_cannot_be_written(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch, is_built: bool
) -> None:
    counted: list[bool] = []

    def serve(
        engine: Engine,
        *,
        prepare: Callable[[ProgressListener], None],
        metrics: Metrics,
        **options: Any,
    ) -> None:
        prepare(lambda _: None)
        counted.append(b'pincite_index_runs_total{outcome="failed"} 1.0' in metrics.text())

    def refuse(layout: IndexLayout) -> None:
        raise unwritable(layout.root, PermissionError(13, "Permission denied"))

    monkeypatch.setitem(sys.modules, "bot.web", SimpleNamespace(serve=serve))
    monkeypatch.setattr(IndexLayout, "writing", refuse)
    if not is_built:
        shutil.rmtree(own_site / "index")
    monkeypatch.chdir(own_site)

    done = pincite("chat")

    if is_built:
        assert (done.code, counted) == (0, [True])
    else:
        assert (done.code, counted) == (1, [])
    said = [line for line in done.err.splitlines() if line.startswith("pincite: ")]
    assert len(said) == 1
    assert said[0].startswith("pincite: index cannot be written: Permission denied. Change its ")


def test_chat_brings_the_index_up_to_date_and_serves(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[dict[str, Any]] = []
    observed: list[SyncProgress] = []
    runs: list[bool] = []

    def serve(
        engine: Engine,
        *,
        on_listening: Callable[[str], None],
        prepare: Callable[[ProgressListener], None],
        metrics: Metrics,
        **options: Any,
    ) -> None:
        on_listening("http://127.0.0.1:7860")
        prepare(observed.append)
        served.append({"generation": engine.status().generation, **options})
        runs.append(b'pincite_index_runs_total{outcome="finished"} 1.0' in metrics.text())

    monkeypatch.setitem(sys.modules, "bot.web", SimpleNamespace(serve=serve))
    options = ["--corpus", str(own_site / "corpus"), "--index", str(own_site / "index")]
    first = pincite(*options, "chat")
    assert (first.code, first.out) == (0, "")
    assert first.err.splitlines()[0] == "pincite is at http://127.0.0.1:7860 (Ctrl+C ends it)"
    assert r"skipped corpus/notes\x1b[2J.xyz: format '.xyz' is not read." in first.err
    local = {"host": "127.0.0.1", "port": 7860, "read_only": False, "auth": None}
    assert served == [{"generation": 1, **local}]

    (own_site / "corpus" / "tin.txt").write_text("Tin is used in solder.\n")
    monkeypatch.setenv("PINCITE_AUTH", "ada:a:b")
    pincite(*options, "chat", "--host", "0.0.0.0", "--port", "0", "--read-only")
    expected = {"host": "0.0.0.0", "port": 0, "read_only": True, "auth": ("ada", "a:b")}
    assert served[1] == {"generation": 2, **expected}
    assert {step.stage for step in observed} == {"reading", "embedding", "writing"}

    quiet = pincite(*options, "--quiet", "chat", "--read-only", "--auth", "bob:c")
    assert quiet.err.splitlines() == ["pincite is at http://127.0.0.1:7860 (Ctrl+C ends it)"]
    assert served[2]["auth"] == ("bob", "c")

    pincite(*options, "rollback")
    pincite(*options, "chat", "--as-is")
    assert served[3] == {"generation": 1, **local, "auth": ("ada", "a:b")}
    # What was up to date for a read-only chat, and what was to stay as it is, had no run.
    assert runs == [True, True, False, False]
