"""Finds, checks and makes the exported copies of one model."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ..types import Encoded
from .backends import GRAPHS, ONNX
from .model_copy import CopyUnusable, Description, ModelCopy, Role, is_refused

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    Encode = Callable[[Sequence[str], Role], list[Encoded]]


class Copies:
    """Copies of a model, each in a folder named after the fingerprint of the model's files.

    There are no copies without a `root`, or if a `device` was set, because that also applies to
    questions. Files are read on first use.
    """

    def __init__(self, root: Path | None, device: str, backend: str) -> None:
        """A copy has a graph for questions, and another if the `backend` needs its own."""
        self.root = root
        self._device = device
        self._backend = backend
        self._seeking = Lock()
        self._sought = False
        self._found: ModelCopy | None = None

    def folder(self, fingerprint: str) -> Path | None:
        """Returns the folder of a model's copy, by fingerprint; None if there should be none."""
        wanted = self.root is not None and self._device in ("auto", "cpu")
        return self.root / fingerprint[:16] if self.root and wanted else None

    def fault(self, fingerprint: str) -> str | None:
        """Returns why questions do not use the copy of a model; None if they do or need not."""
        folder = self.folder(fingerprint)
        if folder is None:
            return f"the device is '{self._device}'" if self.root else None
        try:
            Description.usable(folder, fingerprint)
        except CopyUnusable as reason:
            return str(reason)
        return None

    def found(self, fingerprint: str, model: Path) -> ModelCopy | None:
        """Returns the loaded copy of a model for questions; None without a sound copy."""
        with self._seeking:
            if not self._sought and (folder := self.folder(fingerprint)):
                try:
                    self._found = ModelCopy.load(folder, fingerprint, model)
                except CopyUnusable:  # `fault` returns the reason
                    self._found = None
            self._sought = True
            return self._found

    def keep(
        self,
        fingerprint: str,
        model: Path,
        loaded: Callable[[], SentenceTransformer],
        original: Encode,
        *,
        anew: bool = False,
    ) -> None:
        """Makes the copy unless one can be loaded; raises OSError.

        `loaded` and `original` are as in `make_copy`. A model whose export failed is retried only
        if `anew` is set.
        """
        folder = self.folder(fingerprint)
        if folder is None:
            return
        if not anew and (
            self._is_kept(folder, fingerprint, model) or is_refused(folder, fingerprint)
        ):
            return
        for other in folder.parent.iterdir() if folder.parent.is_dir() else ():
            shutil.rmtree(other)
        from .exporting import make_copy

        make_copy(folder, fingerprint, model, loaded, original, backend=self._backend)
        with self._seeking:
            self._sought = False

    def _is_kept(self, folder: Path, fingerprint: str, model: Path) -> bool:
        backend = self._backend if self._backend in GRAPHS else ONNX
        try:
            Description.usable(folder, fingerprint, backend)
        except CopyUnusable:
            return False
        return self.found(fingerprint, model) is not None
