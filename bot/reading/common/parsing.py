"""Turns failures of third-party parsers into our own errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from ...errors import ReadError

Element: TypeAlias = Any
"""An lxml element; lxml has no type annotations."""


@contextmanager
def parsing(format_name: str) -> Iterator[None]:
    """Turns any exception of a parser on hostile or damaged bytes into a ReadError.

    Put only work on foreign structures inside: a bug of ours must not be reported as a bad file.
    """
    try:
        yield
    except ReadError:
        raise
    except Exception as error:
        detail = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
        raise ReadError(
            f"damaged, or no {format_name} file: {detail}. Open it in its program and save it anew."
        ) from error
