"""Fixtures that several files of this folder use."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from both_stores import served
from folder_index import FILES, opened


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Milvus Lite for all tests, which give each index a name of its own."""
    pytest.importorskip("milvus_lite")
    with served(tmp_path_factory.mktemp("milvus")) as address:
        yield address


@pytest.fixture(params=["folder", "milvus"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a test has its index: in a folder, or in Milvus."""
    if request.param == "folder":
        return str(tmp_path / "index")
    return f"{request.getfixturevalue('milvus')}/t{uuid4().hex}"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus and an index of one generation, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "corpus").mkdir()
    for name, text in FILES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    opened(folder).sync()
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    return Path(shutil.copytree(built, tmp_path / "copy"))
