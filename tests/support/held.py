"""Runs `pincite` with one method delayed until threads can no longer submit work to executors.

The method is the first argument, as in `bot.engine:Engine.ask`. On the main thread it is unchanged.
A file "held" in the working directory shows that another thread has called it.
"""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.cli.app import main

# A limit for a program that waits for its threads before it ends.
LONGEST_SECONDS = 5


def hold(method: str) -> None:
    """Replaces a method by a delayed one."""
    module, _, name = method.partition(":")
    owner = getattr(import_module(module), name.partition(".")[0])
    whole = getattr(owner, name.partition(".")[2])

    def held(*given: Any, **named: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            Path("held").touch()
            wait_for_the_end()
        return whole(*given, **named)

    setattr(owner, name.partition(".")[2], held)


def wait_for_the_end() -> None:
    """Returns once executors reject work, as they do when the interpreter ends."""
    pool = ThreadPoolExecutor(1)
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        try:
            pool.submit(time.sleep, 0.02).result()
        except RuntimeError:
            return


if __name__ == "__main__":
    hold(sys.argv.pop(1))
    main()
