"""NumPy arrays on disk, written so that a full disk is noticed and read without being copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# Bytes from which a file is mapped: a mapped one stays open, and there are many small ones.
LARGE = 1_000_000


@dataclass(frozen=True, slots=True)
class _Writable:
    """What NumPy does not take for a file.

    To a file it writes by itself, and what the system refuses when it closes is lost unnoticed.
    """

    write: Callable[[bytes], int]


def write_array(array: npt.NDArray[Any], file: Path) -> None:
    """Writes an array into a new file; raises OSError."""
    with file.open("xb") as stream:
        np.lib.format.write_array(_Writable(stream.write), array, allow_pickle=False)


def mapped_array(file: Path) -> npt.NDArray[Any]:
    """An array that is read where it is on disk; NumPy raises many errors for an altered one."""
    large = file.stat().st_size > LARGE
    found: npt.NDArray[Any] = np.load(file, mmap_mode="r" if large else None, allow_pickle=False)
    # A plain array over the mapped file: slices of a memmap are several times as slow.
    return found.view(np.ndarray)


def mapped_bytes(file: Path) -> npt.NDArray[np.uint8]:
    """The bytes of a file, read where they are on disk, be it removed by then; raises OSError."""
    if file.stat().st_size > LARGE:
        return np.memmap(file, np.uint8, "r").view(np.ndarray)
    return np.frombuffer(file.read_bytes(), np.uint8)


def has_form(array: npt.NDArray[Any], numbers: str, *shape: int) -> bool:
    """Whether an array has a shape and numbers of a kind and size, as in "i8"; "S" is any text."""
    form = array.dtype.str.lstrip("<|")
    return array.shape == shape and (form == numbers or form[0] == numbers == "S")
