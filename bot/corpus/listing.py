"""Lists the files below a corpus folder, leaving out hidden files, indexes and programs."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

# Explains the corpus to its owner; it is not a document.
NOT_A_SOURCE = "README.md"

HIDDEN = "hidden, for its name begins with a dot"
LITTER = "what a program keeps beside documents, such as a lock file"
OWN_INDEX = "the index, or what is noted beside it"
OTHER_INDEX = "an index that pincite has built"
OWN_FILE = "a file of pincite's own"
ABOUT_THE_CORPUS = "it explains the corpus"
ENVIRONMENT = "a virtual environment"
PROGRAMS = "programs, and no documents"

OWN_FILES = frozenset({"pincite.toml", "pincite.users"})
_LOCKS = ("~$", "~WRL", "~WRD")
_LITTER = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
_PROGRAM_FOLDERS = frozenset({"__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file below the corpus folder, or a folder that is not searched.

    `relative` is its path from the corpus folder, `path` its path on disk. `left_out` is the reason
    why it is not a candidate, or None.
    """

    relative: str
    path: str
    left_out: str | None


def walk(folder: str, excluded: Collection[Path]) -> Iterator[ListedFile]:
    """Yields everything below a folder, sorted; lists a folder itself only if it is not searched.

    Folders at `excluded`, indexes, virtual environments and hidden folders are left out. A folder
    that cannot be listed is a candidate, so that it is reported.
    """
    own = _own(folder, excluded)
    # No recursion: folders may be nested deeper than Python's recursion limit.
    listings = [_listing(folder, "", own)]
    while listings:
        listed = next(listings[-1], None)
        if listed is None:
            listings.pop()
            continue
        found, is_looked_into = listed
        if is_looked_into:
            listings.append(_listing(found.path, found.relative, own))
        else:
            yield found


def left_out(folder: str, place: Path, excluded: Collection[Path]) -> str | None:
    """Returns why a folder, which need not exist yet, would be left out; None if it would not."""
    relative = os.path.relpath(os.path.realpath(place), os.path.realpath(folder))
    return OWN_INDEX if relative in _own(folder, excluded) else _named(place.name)


def is_litter(name: str) -> bool:
    """True for lock files of office programs and for files that file managers leave behind."""
    return name.startswith(_LOCKS) or name.lower() in _LITTER


def _own(folder: str, excluded: Collection[Path]) -> Collection[str]:
    base = os.path.realpath(folder)
    return {os.path.relpath(os.path.realpath(place), base) for place in excluded}


def _listing(folder: str, below: str, own: Collection[str]) -> Iterator[tuple[ListedFile, bool]]:
    """Yields the content of a folder, each with whether it is to be searched."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield ListedFile(below or ".", folder, None), False
        return
    if below and (reason := _kind({entry.name for entry in entries})):
        yield ListedFile(below, folder, reason), False
        return
    for entry in entries:
        relative = f"{below}/{entry.name}" if below else entry.name
        reason = OWN_INDEX if relative in own else _named(entry.name)
        is_looked_into = reason is None and entry.is_dir(follow_symlinks=False)
        yield ListedFile(relative, entry.path, reason), is_looked_into


def _named(name: str) -> str | None:
    """Returns why a file or folder of this name is left out everywhere; None if it is not."""
    if name.startswith("."):
        return HIDDEN
    if is_litter(name):
        return LITTER
    if name in OWN_FILES:
        return OWN_FILE
    return PROGRAMS if name in _PROGRAM_FOLDERS else None


def _kind(names: Collection[str]) -> str | None:
    """Returns why a folder that contains these names holds no documents; None if it may."""
    if "pyvenv.cfg" in names or "conda-meta" in names:
        return ENVIRONMENT
    is_index = "generations" in names and ("CURRENT" in names or ".lock" in names)
    return OTHER_INDEX if is_index else None
