"""Finds documents that a corpus already holds, by their bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from .document_names import ending
from .folder import Corpus


class Copies:
    """The files of a corpus when this object is created, and those noted since.

    Files are the same kind if their names have the same extension. Files in archives don't count.
    """

    def __init__(self, corpus: Corpus) -> None:
        """Lists the files; the corpus folder need not exist yet."""
        self._corpus = corpus
        self._files: dict[tuple[str, int], dict[str, Path]] = {}
        self._hashes: dict[str, str | None] = {}
        for path, file in corpus.stored_files().items() if corpus.folder.is_dir() else ():
            try:
                self._note(path, file, os.lstat(file).st_size)
            except OSError:
                continue  # a missing or unreadable file cannot count as a copy

    def path_of(self, name: str, data: bytes) -> str | None:
        """Returns the display path of a file of the same kind with the same bytes, if any."""
        alike = self._files.get((ending(name), len(data)), {})
        if not alike:
            return None
        sha256 = hashlib.sha256(data).hexdigest()
        for path, file in alike.items():
            if path not in self._hashes:
                self._hashes[path] = self._corpus.fingerprint(str(file))
            if self._hashes[path] == sha256:
                return path
        return None

    def note(self, path: str, file: Path, data: bytes) -> None:
        """Records a file that has just been stored."""
        self._note(path, file, len(data))

    def _note(self, path: str, file: Path, size: int) -> None:
        self._files.setdefault((ending(path), size), {})[path] = file
