"""The files below a corpus folder, and what there is left out: hidden things, indexes, programs."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

# Explains the corpus to its owner; it is not one of the documents.
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
class Found:
    """A file below the corpus folder, or a folder that was not looked into.

    `relative` is its path from the corpus folder, `path` that on disk, and `left_out` the reason
    why it is not one of the candidates, or None.
    """

    relative: str
    path: str
    left_out: str | None


def walk(folder: str, apart: Collection[Path]) -> Iterator[Found]:
    """Everything below a folder, sorted; folders are listed only where they are not looked into.

    Those at `apart`, and every index, virtual environment and hidden folder, are left out. One
    that cannot be listed is a candidate, so that somebody is told.
    """
    own = _own(folder, apart)
    # No recursion: folders may be deeper than Python's calls.
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


def left_out(folder: str, place: Path, apart: Collection[Path]) -> str | None:
    """Why a folder below another, which need not be there yet, would be left out; None if not."""
    relative = os.path.relpath(os.path.realpath(place), os.path.realpath(folder))
    return OWN_INDEX if relative in _own(folder, apart) else _named(place.name)


def is_litter(name: str) -> bool:
    """True for the name of a lock file of an office program, and of what file managers leave."""
    return name.startswith(_LOCKS) or name.lower() in _LITTER


def _own(folder: str, apart: Collection[Path]) -> Collection[str]:
    base = os.path.realpath(folder)
    return {os.path.relpath(os.path.realpath(place), base) for place in apart}


def _listing(folder: str, below: str, own: Collection[str]) -> Iterator[tuple[Found, bool]]:
    """What is in a folder, each with whether it is to be looked into."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield Found(below or ".", folder, None), False
        return
    if below and (reason := _kind({entry.name for entry in entries})):
        yield Found(below, folder, reason), False
        return
    for entry in entries:
        relative = f"{below}/{entry.name}" if below else entry.name
        reason = OWN_INDEX if relative in own else _named(entry.name)
        is_looked_into = reason is None and entry.is_dir(follow_symlinks=False)
        yield Found(relative, entry.path, reason), is_looked_into


def _named(name: str) -> str | None:
    """Why nothing of this name is a document, wherever it lies."""
    if name.startswith("."):
        return HIDDEN
    if is_litter(name):
        return LITTER
    if name in OWN_FILES:
        return OWN_FILE
    return PROGRAMS if name in _PROGRAM_FOLDERS else None


def _kind(names: Collection[str]) -> str | None:
    """Why a folder with these names in it holds no documents."""
    if "pyvenv.cfg" in names or "conda-meta" in names:
        return ENVIRONMENT
    is_index = "generations" in names and ("CURRENT" in names or ".lock" in names)
    return OTHER_INDEX if is_index else None
