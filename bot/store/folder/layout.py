"""Owns every path of the index, its lock and the atomic switch."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from ...errors import IndexBusy, IndexDamaged, IndexMissing, IndexUnwritable

MANIFEST = "manifest.json"
SEGMENTS = "segments"
CATALOG = "catalog.sqlite"
VECTORS = "vectors.faiss"
EMBEDDINGS = "embeddings.bin"
PLACES = "places.npy"
POSTINGS = "postings"
WORDS = "words.json"


@dataclass(frozen=True, slots=True)
class IndexLayout:
    """The folder of an index."""

    root: Path

    @property
    def current(self) -> Path:
        """The file that names the live generation."""
        return self.root / "CURRENT"

    @property
    def generations(self) -> Path:
        """The folder of all generations."""
        return self.root / "generations"

    @property
    def evaluations(self) -> Path:
        """The folder of evaluation results, which answers do not use and which may be removed."""
        return self.root / "evaluations"

    @property
    def embedding(self) -> Path:
        """The folder of texts that the current run has embedded so far."""
        return self.root / "embedding"

    @property
    def copies(self) -> Path:
        """The folder of exported model copies; they are recreated if removed."""
        return self.root / "copies"

    def generation(self, number: int) -> Path:
        """The folder of one generation."""
        return self.generations / f"{number:06d}"

    def live(self) -> int:
        """The number of the live generation; raises IndexMissing or IndexDamaged."""
        return self._current()[0]

    def _current(self) -> tuple[int, int]:
        """Returns the live generation and the newest one ever; raises the errors of `live`."""
        try:
            text = self.current.read_text("ascii").strip()
        except FileNotFoundError:
            raise IndexMissing(f"{self.root}: there is no index yet. Run: pincite index") from None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexDamaged(f"{self.current} cannot be read ({error}). {REPAIR}") from error
        numbers = [int(word) for word in text.split() if word.isdecimal()]
        if text != " ".join(map(str, numbers)) or len(numbers) != 2:
            raise IndexDamaged(f"{self.current} names no generation. {REPAIR}")
        return numbers[0], max(numbers)

    def numbers(self) -> list[int]:
        """The generations on disk, oldest first."""
        if not self.generations.is_dir():
            return []
        names = (entry.name for entry in self.generations.iterdir() if entry.is_dir())
        return sorted(int(name) for name in names if name.isdecimal())

    def own_bytes(self, number: int) -> int:
        """Returns the size of a generation's files, except those it shares with the live one."""
        live = self.live()
        shared = set() if number == live else set(_inodes(self.generation(live)))
        sizes = _inodes(self.generation(number))
        return sum(size for inode, size in sizes.items() if inode not in shared)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the writer's lock; raises IndexBusy at once if another process has it.

        The lock belongs to an open file, so the system releases it when the process ends.
        """
        try:
            self.generations.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / ".lock")
            lock.acquire(timeout=0)
        except Timeout:
            raise IndexBusy(
                f"{self.root}: another process is writing this index. "
                "Wait for it to finish, then try again."
            ) from None
        except OSError as error:
            raise unwritable(self.root, error) from error
        try:
            self._sweep()
            yield
        finally:
            lock.release()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Turns disk errors inside the block into IndexUnwritable."""
        try:
            yield
        except OSError as error:
            raise unwritable(self.root, error) from error

    @contextmanager
    def building(self, number: int) -> Iterator[Path]:
        """Yields a folder in which to write generation `number`, to be adopted by `name`.

        It has no number yet. If it is not adopted, it is removed, at the latest by the next writer,
        and the live generation stays unchanged.
        """
        folder = self.generations / f".building-{number:06d}"
        try:
            with self.changing():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def name(self, folder: Path, number: int) -> None:
        """Makes a complete folder generation `number`; safe from a crash."""
        with self.changing():
            _sync_tree(folder)
            final = self.generation(number)
            shutil.rmtree(final, ignore_errors=True)
            folder.rename(final)
            _sync_folder(self.generations)

    def switch(self, number: int) -> None:
        """Makes a generation live, in one atomic step."""
        beside = self.root / "CURRENT.next"
        try:
            newest = max(number, self._current()[1])
        except (IndexMissing, IndexDamaged):
            newest = max((number, *self.numbers()))
        with self.changing():
            with beside.open("w", encoding="ascii") as stream:
                stream.write(f"{number} {newest}\n")
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(self.current)
            _sync_folder(self.root)

    def forget_embedded(self) -> None:
        """Removes embedded texts once they are in the live generation or no longer needed."""
        with self.changing():
            if self.embedding.exists():
                shutil.rmtree(self.embedding)

    def collect(self, keep: int) -> None:
        """Removes all generations except the newest `keep` and the live one."""
        live = self.live()
        for number in self.numbers()[:-keep]:
            if number != live:
                self.remove(number)

    def remove(self, number: int) -> None:
        """Removes a generation; readers that have it open can still read it."""
        shutil.rmtree(self.generation(number), ignore_errors=True)

    def _sweep(self) -> None:
        """Removes the remains of a killed run: a half-written generation, or one that was never
        live.
        """
        leftovers = list(self.generations.glob(".building-*"))
        try:
            newest = self._current()[1]
        except (IndexMissing, IndexDamaged):
            newest = max(self.numbers(), default=0)
        leftovers += [self.generation(number) for number in self.numbers() if number > newest]
        for leftover in leftovers:
            shutil.rmtree(leftover, ignore_errors=True)


REPAIR = "Run: pincite index --rebuild"


# Remedies besides choosing another folder. Libraries that write a file hide the error number of a
# full disk.
_SPACE, _PERMISSIONS = "Free some space, or choose", "Change its permissions, or choose"
_REMEDIES = {
    errno.EACCES: _PERMISSIONS,
    errno.EPERM: _PERMISSIONS,
    errno.ENOTDIR: "Choose",
    errno.EROFS: "Choose",
}


def unwritable(root: Path, error: OSError) -> IndexUnwritable:
    """Returns the error for a full or unwritable disk, with its remedy."""
    reason = error.strerror or str(error)
    remedy = _REMEDIES.get(error.errno or 0, _SPACE)
    return IndexUnwritable(
        f"{root} cannot be written: {reason}. {remedy} another folder with --index, then run: "
        "pincite index. The index in use is unchanged."
    )


def _inodes(folder: Path) -> dict[int, int]:
    """Returns the sizes of all files below a folder, by inode."""
    files = (file.stat() for file in folder.rglob("*") if file.is_file())
    return {status.st_ino: status.st_size for status in files}


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            _sync_folder(path)
        elif path.stat().st_nlink == 1:
            # A file shared with another generation was already synced to disk.
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
