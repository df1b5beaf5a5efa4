"""Updates the index when files change, but waits for files that are still being written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TypeAlias

from ..errors import CorpusMissing, IndexBusy, SyncCancelled

if TYPE_CHECKING:
    from ..types import SyncReport
    from . import Engine

# A file unchanged for this long counts as complete.
SETTLED_SECONDS = 1.0

# How long to wait for events before checking for a stop request.
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

    A file that is still being written keeps its old indexed version, if any, until it has settled.
    Passes the errors of a sync to `on_error` and waits for the next change. If another process
    writes the index or the corpus is missing, reports this once and retries. Raises CorpusMissing,
    and OSError if the system cannot report changes.
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
    """Watches the current corpus folder until it is replaced or removed."""
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
    # Check once for changes made before the system began to report events.
    is_first = True
    for arrived in arrivals:
        if arrived or is_first:
            _settle(engine, stop, on_report, on_error)
        is_first = False
        if _identity(corpus) != watched:
            return


def _identity(folder: Path) -> tuple[int, int] | None:
    """Returns an identity that tells a folder from another of the same name; None if missing."""
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
    """Syncs until no file is still being written."""
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
            return  # the caller that follows the folder detects and reports this
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
    """Returns the size, time stamp and identity of every file of the corpus."""
    states: States = {}
    try:
        files = engine.corpus_files()
    except CorpusMissing:
        return states
    for path, file in files.items():
        try:
            status = file.stat()
        except OSError:
            continue  # deleted in the meantime
        states[path] = status.st_size, status.st_mtime_ns, status.st_ino
    return states
