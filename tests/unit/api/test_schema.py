"""The HTTP API does what its description says, whatever a program sends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_calls import environment
from programs_site import served, settled
from word_encoder import MINERALS, WordEncoder

import bot
from bot.web import build_app

pytestmark = pytest.mark.slow

EXAMPLES, SEED = "25", "1"


def test_no_request_that_is_made_up_is_answered_otherwise_than_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.serving.guard._BURST", 1_000_000)
    engine = settled(
        bot.open(tmp_path / "corpus", tmp_path / "index", encoder=WordEncoder(MINERALS))
    )
    with served(build_app(engine)) as address:
        found = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", "--no-color"),
                *("--max-examples", EXAMPLES, "--seed", SEED, "--generation-database", "none"),
                f"{address}/api/v1/openapi.json",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=tmp_path,
            env=environment(),
            timeout=200,
            check=False,
        )

    assert found.returncode == 0, found.stdout
    assert "Operations:       8 selected / 8 total" in found.stdout
