"""The packaged model and its exported copy, made once for this folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from model_copies import encoder_with

from bot.embedding import SentenceTransformerEncoder, exporting
from bot.embedding.graphs import exported_graph, fused


@pytest.fixture(scope="package")
def kept(
    packaged_model: SentenceTransformerEncoder, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder of copies with that of the packaged model."""
    folder = tmp_path_factory.mktemp("copies")
    encoder_with(folder, packaged_model).keep_copy()
    return folder


@pytest.fixture(scope="package")
def export_at_once(
    packaged_model: SentenceTransformerEncoder,
) -> Callable[[pytest.MonkeyPatch], None]:
    """Has every model of the same weights exported without the seconds that it takes."""
    inputs, plain = exported_graph(packaged_model._model)
    whole = fused(plain, packaged_model._model)

    def export_at_once(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(exporting, "exported_graph", lambda model: (inputs, plain))
        patch.setattr(exporting, "fused", lambda plain, model: whole)

    return export_at_once


@pytest.fixture
def exported_at_once(
    export_at_once: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is so from the beginning of a test."""
    export_at_once(monkeypatch)


@pytest.fixture
def copied(packaged_model: SentenceTransformerEncoder, tmp_path: Path) -> Callable[..., Path]:
    """Makes a model folder of links to the packaged files; None leaves a file out."""

    def copy(**changed: bytes | None) -> Path:
        folder = tmp_path / "model"
        folder.mkdir()
        for file in sorted(packaged_model.folder.rglob("*")):
            name = file.relative_to(packaged_model.folder)
            if file.is_dir():
                (folder / name).mkdir()
            elif file.stem not in changed:
                (folder / name).symlink_to(file)
            elif (content := changed[file.stem]) is not None:
                (folder / name).write_bytes(content)
        return folder

    return copy
