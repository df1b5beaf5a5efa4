"""Packs a corpus and its index into one file, and unpacks and checks it on another machine.

The check proves that the import equals the export, not who exported it. Native libraries read the
index, so import only packages from people you trust.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from ..corpus import EXPORT_BEGINS_WITH, Corpus
from ..errors import PackageDamaged, PinciteError, UsageError
from ..store import Generation, IndexLayout, LocalStore, Manifest, Store
from ..store.folder.layout import MANIFEST

FORMAT = 2
ABOUT, SOURCES, INDEX = EXPORT_BEGINS_WITH, "corpus", "index"

# An index compresses to about half its size; a package that grows more than this is an attack.
LARGEST_GROWTH = 200

SCRATCH = ".importing-"


def in_folder(store: Store) -> LocalStore:
    """Returns the store of an index in a folder; raises UsageError for any other index."""
    if not isinstance(store, LocalStore):
        raise UsageError(
            f"{store.place}: only an index in a folder is exported and imported. To have it in "
            f"one, run: pincite migrate {store.place} FOLDER"
        )
    return store


def export(generation: Generation, corpus: Corpus, target: Path) -> int:
    """Writes a corpus and one generation of it into `target`; returns its size in bytes.

    The caller has checked that the generation belongs to the corpus, and holds the lock. Raises
    UsageError if `target` already exists or cannot be written.
    """
    if target.exists():
        raise UsageError(f"{target} is there already. Give another name, or remove it first.")
    beside = target.with_name(f".{target.name}.writing")
    about = {"format": FORMAT, "generation": generation.number}
    indexed = generation.files()
    try:
        with ZipFile(beside, "w", ZIP_DEFLATED, compresslevel=1) as package:
            package.writestr(ABOUT, json.dumps(about))
            for path, file in corpus.stored_files().items():
                if any(known == path or known.startswith(f"{path}/") for known in indexed):
                    package.write(file, f"{SOURCES}/{path.partition('/')[2]}")
            for name in (MANIFEST, *generation.manifest.files):
                package.write(generation.folder / name, f"{INDEX}/{name}")
        beside.replace(target)
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror or error}.") from error
    finally:
        beside.unlink(missing_ok=True)
    return target.stat().st_size


def unpack(package: Path, corpus: Corpus, layout: IndexLayout) -> int:
    """Unpacks the output of `export` after checking every file; returns the generation's number.

    The caller holds the lock. If any file is faulty, nothing is left behind. Raises UsageError if a
    corpus or an index already exists, PackageDamaged and IndexUnwritable.
    """
    target = corpus.folder
    if layout.numbers() or (target.exists() and not _is_empty(target)):
        raise UsageError(
            f"{target} and {layout.root} must be empty or not there yet. Name other folders with "
            "--corpus and --index."
        )
    with _opened(package) as archive:
        number = _number(archive)
        members = _members(package, archive)
        with layout.changing(), layout.building(number) as folder:
            target.parent.mkdir(parents=True, exist_ok=True)
            for left in target.parent.glob(f"{SCRATCH}*"):
                shutil.rmtree(left)
            with TemporaryDirectory(prefix=SCRATCH, dir=target.parent) as scratch:
                sources = Path(scratch) / target.name
                sources.mkdir()
                for member, (room, place) in members.items():
                    _extract(archive, member, (folder if room == INDEX else sources) / place)
                _check(folder, replace(corpus, folder=sources), layout, number)
                if target.exists():
                    target.rmdir()
                sources.replace(target)
                layout.name(folder, number)
                layout.switch(number)
    return number


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


@contextmanager
def _opened(package: Path) -> Iterator[ZipFile]:
    """Opens a package; turns faults inside the block into PackageDamaged."""
    try:
        stream = package.open("rb")
    except OSError as error:
        raise UsageError(f"{package} cannot be read: {error.strerror or error}.") from error
    with stream:
        try:
            with ZipFile(stream) as archive:
                yield archive
        except (BadZipFile, ValueError, LookupError, EOFError, RuntimeError) as error:
            raise PackageDamaged(
                f"{package}: damaged, or not made by pincite ({error})."
            ) from error


def _number(archive: ZipFile) -> int:
    about = json.loads(archive.read(ABOUT))
    if about["format"] != FORMAT:
        raise ValueError("it is of another version of pincite")
    number = about["generation"]
    if not isinstance(number, int) or not 0 < number < 1_000_000:
        raise ValueError("it names no generation")
    return number


def _members(package: Path, archive: ZipFile) -> dict[ZipInfo, tuple[str, PurePosixPath]]:
    """Maps each member to unpack to its area and its path there; raises ValueError."""
    members = {}
    places = set()
    total = 0
    for member in archive.infolist():
        if member.filename == ABOUT:
            continue
        path = PurePosixPath(member.filename)
        room, *parts = path.parts or ("",)
        is_safe = parts and not {"..", "."} & set(parts) and not path.is_absolute()
        if room not in (SOURCES, INDEX) or not is_safe or "\0" in member.filename:
            raise ValueError(f"it holds '{member.filename}', which has no place in a package")
        kind = stat.S_IFMT(member.external_attr >> 16)
        if member.is_dir() or kind not in (0, stat.S_IFREG) or path in places:
            raise ValueError(f"'{member.filename}' is no file, or there twice")
        places.add(path)
        total += member.file_size
        members[member] = (room, PurePosixPath(*parts))
    if total > LARGEST_GROWTH * package.stat().st_size:
        raise ValueError("it unpacks to more than is reasonable")
    return members


def _extract(archive: ZipFile, member: ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as packed, target.open("xb") as stream:
        shutil.copyfileobj(packed, stream)
        stream.flush()
        os.fsync(stream.fileno())


def _check(folder: Path, sources: Corpus, layout: IndexLayout, number: int) -> None:
    """Raises ValueError unless the generation is complete and was built from these sources.

    A path that the package names is used on disk only if it is one of the unpacked files.
    """
    try:
        manifest = Manifest.read(folder)
        unpacked = _below(folder)
        named = {*manifest.files, MANIFEST}
        if unpacked != named:
            raise ValueError(f"{min(unpacked ^ named)} is not of this index, or is missing")
        faults = manifest.faults(folder)
        if faults:
            raise ValueError(faults[0])
        files = Generation(layout, number, folder).files()
    except PinciteError as error:
        raise ValueError(str(error)) from error
    # The exported corpus folder may have had another name.
    expected = {path.partition("/")[2]: file.sha256 for path, file in files.items()}
    found = {path.partition("/")[2]: sha256 for path, sha256 in sources.fingerprints().items()}
    if not found.keys() <= expected.keys():
        raise ValueError(f"{min(found.keys() - expected.keys())} was not indexed")
    for name, sha256 in expected.items():
        if sha256 and found.get(name) != sha256:
            raise ValueError(f"{name} is not the file that was indexed")


def _below(folder: Path) -> set[str]:
    """Returns the relative paths of the files below a folder."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix() for file in files}
