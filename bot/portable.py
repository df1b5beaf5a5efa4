"""A corpus and its index in one file, to be carried to another machine and checked there."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from .errors import PackageDamaged, PinciteError, UsageError
from .indexing import Corpus
from .store import Generation, IndexLayout, Manifest
from .store.layout import MANIFEST
from .store.manifest import record_of

FORMAT = 1
ABOUT, SOURCES, INDEX = "pincite.json", "corpus", "index"

# An index packs to about half its size; what grows more than this was made to.
LARGEST_GROWTH = 200


def export(generation: Generation, corpus: Corpus, target: Path) -> int:
    """Writes the files of a corpus and a generation of it into `target`; returns its size in bytes.

    The caller has made sure that the generation is that of the corpus, and holds the lock. Raises
    UsageError when `target` is there already and OSError when it cannot be written.
    """
    if target.exists():
        raise UsageError(f"{target} is there already. Give another name, or remove it first.")
    beside = target.with_name(f".{target.name}.writing")
    about = {"format": FORMAT, "generation": generation.number}
    try:
        with ZipFile(beside, "w", ZIP_DEFLATED, compresslevel=1) as package:
            package.writestr(ABOUT, json.dumps(about))
            for path, file in corpus.files().items():
                if path in generation.files():
                    package.write(file, f"{SOURCES}/{path.partition('/')[2]}")
            for name in (MANIFEST, *generation.manifest.files):
                package.write(generation.folder / name, f"{INDEX}/{name}")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target.stat().st_size


def unpack(package: Path, corpus: Path, layout: IndexLayout) -> int:
    """Unpacks what `export` wrote, if every file is what it was; returns the generation's number.

    The caller holds the lock. Nothing is left behind unless all of it is sound. Raises UsageError
    where there is a corpus or an index already and PackageDamaged.
    """
    if layout.numbers() or (corpus.exists() and any(corpus.iterdir())):
        raise UsageError(
            f"{corpus} and {layout.root} must be empty or not there yet. Name other folders with "
            "--corpus and --index."
        )
    try:
        with ZipFile(package) as archive:
            number = _number(archive)
            members = _members(package, archive)
            corpus.parent.mkdir(parents=True, exist_ok=True)
            with (
                layout.building(number) as folder,
                TemporaryDirectory(prefix=".importing-", dir=corpus.parent) as scratch,
            ):
                sources = Path(scratch) / corpus.name
                sources.mkdir()
                for member, (room, place) in members.items():
                    _extract(archive, member, (folder if room == INDEX else sources) / place)
                _check(folder, sources, layout, number)
                if corpus.exists():
                    corpus.rmdir()
                sources.replace(corpus)
                layout.name(folder, number)
                layout.switch(number)
                return number
    except (BadZipFile, ValueError, KeyError, EOFError, RuntimeError) as error:
        raise PackageDamaged(f"{package}: damaged, or not made by pincite ({error}).") from error
    except FileNotFoundError as error:
        raise UsageError(f"{error.filename}: there is no such file.") from error


def _number(archive: ZipFile) -> int:
    about = json.loads(archive.read(ABOUT))
    if about["format"] != FORMAT:
        raise ValueError("it is of another version of pincite")
    number = about["generation"]
    if not isinstance(number, int) or not 0 < number < 1_000_000:
        raise ValueError("it names no generation")
    return number


def _members(package: Path, archive: ZipFile) -> dict[ZipInfo, tuple[str, PurePosixPath]]:
    """What is to be unpacked, each with its room and its place below; raises ValueError."""
    members = {}
    places = set()
    total = 0
    for member in archive.infolist():
        if member.filename == ABOUT:
            continue
        path = PurePosixPath(member.filename)
        room, *parts = path.parts
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


def _check(folder: Path, sources: Path, layout: IndexLayout, number: int) -> None:
    """Raises ValueError unless the generation is whole and the sources are those it was made of."""
    try:
        manifest = Manifest.read(folder)
        faults = manifest.faults(folder)
        if faults:
            raise ValueError(faults[0])
        known = {*manifest.files, MANIFEST}
        for file in folder.rglob("*"):
            if file.is_file() and file.relative_to(folder).as_posix() not in known:
                raise ValueError(f"{file.name} is not of this index")
        files = Generation(layout, number, folder).files()
    except PinciteError as error:
        raise ValueError(str(error)) from error
    for path, recorded in files.items():
        file = sources / path.partition("/")[2]
        if recorded.sha256 and (not file.is_file() or record_of(file).sha256 != recorded.sha256):
            raise ValueError(f"{path} is not the file that was indexed")
