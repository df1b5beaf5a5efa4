"""Bringing the index up to date as files change, and leaving a file alone while it is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TypeAlias

from .errors import CorpusMissing, IndexBusy, SyncCancelled

if TYPE_CHECKING:
    from .engine import Engine
    from .types import SyncReport

# A file that has not changed for so long is taken to be whole.
SETTLED_SECONDS = 1.0

# How long the system is waited for at a time, before it is looked whether to stop.
WAKE_MILLISECONDS = 500

States: TypeAlias = dict[str, tuple[int, int, int]]


def watch(
    engine: Engine,
    stop: Event,
    *,
    on_report: Callable[[SyncReport], None],
    on_error: Callable[[Exception], None],
) -> None:
    """Syncs whenever the corpus has changed, until `stop` is set.

    A file that is still being written keeps its old version in the index, or none, until it has
    settled. What an index run raises is handed to `on_error`, and the next change is waited for;
    while somebody else writes the index or the corpus is gone, that is told once and tried again.
    Raises CorpusMissing, and OSError where the system does not tell of changes.
    """
    engine.require_corpus()
    while not stop.is_set():
        _follow(engine, stop, on_report, on_error)
        is_told = False
        while not stop.is_set():
            try:
                engine.require_corpus()
                break
            except CorpusMissing as error:
                if not is_told:
                    on_error(error)
                is_told = True
                stop.wait(SETTLED_SECONDS)


def _follow(
    engine: Engine,
    stop: Event,
    on_report: Callable[[SyncReport], None],
    on_error: Callable[[Exception], None],
) -> None:
    """Watches the folder that is the corpus now, until it is another one or none."""
    from watchfiles import watch as changes

    corpus = engine.settings.corpus
    watched = _identity(corpus)
    if watched is None:
        return
    arrivals = changes(
        corpus,
        watch_filter=None,
        step=100,
        rust_timeout=WAKE_MILLISECONDS,
        yield_on_timeout=True,
        raise_interrupt=True,
        ignore_permission_denied=True,
        stop_event=stop,
    )
    # What changed before the system began to tell of changes is looked for once, by itself.
    is_first = True
    for arrived in arrivals:
        if arrived or is_first:
            _settle(engine, stop, on_report, on_error)
        is_first = False
        if _identity(corpus) != watched:
            return


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another of its name; None where there is none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _settle(
    engine: Engine,
    stop: Event,
    on_report: Callable[[SyncReport], None],
    on_error: Callable[[Exception], None],
) -> None:
    """Syncs until nothing is left that is still being written."""
    before = _states(engine)
    is_told = False
    while not stop.wait(SETTLED_SECONDS):
        now = _states(engine)
        moving = {path for path in now if now[path] != before.get(path)}
        before = now
        if moving and moving == now.keys():
            continue
        try:
            report = engine.sync(leave=moving, cancelled=stop.is_set)
        except SyncCancelled:
            return
        except CorpusMissing:
            return  # whoever follows the folder sees and tells it
        except IndexBusy as error:
            if not is_told:
                on_error(error)
            is_told = True
            continue
        except Exception as error:
            on_error(error)
            return
        if not report.is_current:
            on_report(report)
        if not moving:
            return


def _states(engine: Engine) -> States:
    """Size, time stamp and identity of every file of the corpus."""
    states: States = {}
    try:
        files = engine.corpus_files()
    except CorpusMissing:
        return states
    for path, file in files.items():
        try:
            status = file.stat()
        except OSError:
            continue  # it is gone again
        states[path] = status.st_size, status.st_mtime_ns, status.st_ino
    return states
