"""A file of users."""

from __future__ import annotations

from pathlib import Path

import pytest
from login import WORDS

from bot.web.serving.users import add_user


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Writes a file of two users."""
    file = tmp_path / "pincite.users"
    for name, password in WORDS.items():
        assert add_user(file, name, password) is True
    return file
