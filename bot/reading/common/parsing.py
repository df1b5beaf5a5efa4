"""The one place where the failure of somebody else's parser becomes an error of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from ...errors import ReadError

Element: TypeAlias = Any
"""An lxml element: the library has no types of its own."""


@contextmanager
def parsing(format_name: str) -> Iterator[None]:
    """Turns whatever a parser raises on hostile or damaged bytes into a ReadError.

    Only work on a foreign structure belongs inside: a fault of our own is no bad file.
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
