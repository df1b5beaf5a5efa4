"""What every driver has in common: steps come as JSON lines, and so do the replies.

It is run by the Python of a product's environment, which has nothing of ours, so that it needs the
standard library alone:

    PYTHON driving.py DRIVER MODEL SOURCES INDEX

`DRIVER` is a module beside this one with a class `Driver`, `MODEL` a folder (or "default", for
pincite), `SOURCES` the folder of text files, `INDEX` where the index lies or is to lie. A step is
{"step": …} with its arguments, a reply {"value", "seconds"} or {"error"}.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Protocol


class Product(Protocol):
    """A product as its documentation shows it; made with (model, sources, index).

    `builds_with` names the modules that a build imports, those that it would import late among
    them.
    """

    builds_with: tuple[str, ...]

    def build(self) -> int:
        """Indexes every file of the sources, writes the index to disk; returns its passages."""
        ...

    def open(self) -> None:
        """Opens the index that lies on disk."""
        ...

    def ask(self, question: str, k: int) -> list[tuple[str, str]]:
        """File name and text of up to `k` passages, best first."""
        ...

    def add(self, name: str) -> None:
        """Takes a file that is new among the sources into the index, on disk too."""
        ...

    def delete(self, name: str) -> None:
        """Takes a file that is no longer among the sources out of the index, on disk too."""
        ...


def text_files(folder: Path) -> list[Path]:
    """The sources in order of their names."""
    return sorted(folder.glob("*.txt"))


def serve(driver: str, model: str, sources: Path, index: Path) -> None:
    """Answers steps until there are no more; the first one imports the driver.

    What libraries print goes to standard error: standard output carries replies alone.
    """
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    @cache
    def product() -> Product:
        made: Product = importlib.import_module(driver).Driver(model, sources, index)
        return made

    for line in sys.stdin:
        replies.write(json.dumps(reply(product, json.loads(line))) + "\n")
        replies.flush()


def reply(product: Callable[[], Product], message: dict[str, Any]) -> dict[str, Any]:
    """What a step comes to, and the seconds that it took."""
    step = message.pop("step")
    began = time.perf_counter()
    try:
        if step == "import":
            value = _import(product)
        elif step == "memory":
            value = peak_memory()
        else:
            value = getattr(product(), step)(**message)
    except Exception as error:  # each product raises its own; the report names it
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"}
    return {"value": value, "seconds": time.perf_counter() - began}


def _import(product: Callable[[], Product]) -> None:
    """Imports what a build needs, also where a product would do so later."""
    for name in product().builds_with:
        importlib.import_module(name)


def peak_memory() -> int:
    """The most bytes that this process has had in memory, and each that it started and has."""
    return sum(_peak(process) for process in ["self", *_children("self")])


def _peak(process: str) -> int:
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def _children(process: str) -> Iterator[str]:
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        for child in listed.read_text("utf-8").split():
            yield child
            yield from _children(child)


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
