"""A hostile file is indexed beside a good one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_files import GOOD, reason

import bot


@pytest.fixture
def beside(corpus: Path, engine: bot.Engine) -> Callable[[str, bytes], str | None]:
    """Indexes a file beside a good one, which must answer, and returns why it was skipped."""

    def index(name: str, data: bytes) -> str | None:
        (corpus / "good.txt").write_text(GOOD)
        (corpus / name).write_bytes(data)
        return reason(engine, name)

    return index
