"""Bringing the index up to date as files change, and leaving a file alone while it is written."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, TypeAlias

from .errors import CorpusEmpty, CorpusMissing, PinciteError

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
    on_error: Callable[[PinciteError], None],
) -> None:
    """Syncs whenever the corpus has changed, until `stop` is set.

    A file that is still being written keeps its old version in the index, or none, until it has
    settled. What an index run raises is handed to `on_error`, and the next change is waited for.
    Raises CorpusMissing.
    """
    from watchfiles import watch as changes

    engine.require_corpus()
    arrivals = changes(
        engine.settings.corpus,
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


def _settle(
    engine: Engine,
    stop: Event,
    on_report: Callable[[SyncReport], None],
    on_error: Callable[[PinciteError], None],
) -> None:
    """Syncs until nothing is left that is still being written."""
    before = _states(engine)
    while not stop.wait(SETTLED_SECONDS):
        now = _states(engine)
        moving = {path for path in now if now[path] != before.get(path)}
        before = now
        if moving and moving == now.keys():
            continue
        try:
            report = engine.sync(leave=moving)
        except (CorpusEmpty, CorpusMissing):
            return  # everything was removed before anything was indexed
        except PinciteError as error:
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
