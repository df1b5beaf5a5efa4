"""NumPy arrays on disk: writing detects a full disk, and reading does not copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# Size in bytes from which a file is mapped. A mapped file stays open, and there are many small
# files.
LARGE = 1_000_000


@dataclass(frozen=True, slots=True)
class _Writable:
    """Wraps a file so that NumPy does not recognise it as one.

    NumPy writes to real files itself and ignores errors on close, so that data could be lost
    unnoticed.
    """

    write: Callable[[bytes], int]


def write_array(array: npt.NDArray[Any], file: Path) -> None:
    """Writes an array into a new file; raises OSError."""
    with file.open("xb") as stream:
        np.lib.format.write_array(_Writable(stream.write), array, allow_pickle=False)


def mapped_array(file: Path) -> npt.NDArray[Any]:
    """Returns an array mapped from disk; NumPy raises many kinds of error for an altered file."""
    large = file.stat().st_size > LARGE
    found: npt.NDArray[Any] = np.load(file, mmap_mode="r" if large else None, allow_pickle=False)
    # A plain array over the mapped file: slicing a memmap is several times as slow.
    return found.view(np.ndarray)


def mapped_bytes(file: Path) -> npt.NDArray[np.uint8]:
    """Maps the bytes of a file, which stay readable if it is removed; raises OSError."""
    if file.stat().st_size > LARGE:
        return np.memmap(file, np.uint8, "r").view(np.ndarray)
    return np.frombuffer(file.read_bytes(), np.uint8)


def has_form(array: npt.NDArray[Any], numbers: str, *shape: int) -> bool:
    """Whether an array has this shape and dtype, such as "i8"; "S" accepts any text."""
    form = array.dtype.str.lstrip("<|")
    return array.shape == shape and (form == numbers or form[0] == numbers == "S")
