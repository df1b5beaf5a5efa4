"""Watches the corpus, in the foreground or beside the chat."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

from ..engine import Engine
from ..engine.watching import watch
from ..errors import IndexUnwritable, PinciteError
from ..text.terminal_escaping import one_line
from ..types import ProgressListener, SyncProgress, SyncReport
from .context import Invocation, remark, with_call_options
from .reports import show_sync


def watch_until_stopped(invocation: Invocation) -> None:
    """Syncs, then watches until Ctrl+C."""
    engine = invocation.engine()
    _begin(engine)
    corpus = str(engine.settings.corpus)

    def show(report: SyncReport) -> None:
        show_sync(report, corpus)
        sys.stdout.flush()  # for the reader of a pipe

    with invocation.progress() as progress:
        show(engine.sync(may_be_empty=True, progress=progress))
    remark(f"watching {one_line(corpus)} (Ctrl+C ends it)")
    try:
        watch(engine, Event(), on_report=show, on_error=_complain)
    except KeyboardInterrupt:
        return


@contextmanager
def preparing(
    invocation: Invocation,
    engine: Engine,
    on_run: Callable[[str], None],
    *,
    updating: bool,
    watching: bool,
) -> Iterator[Callable[[ProgressListener], None]]:
    """Yields the function to call before the chat answers.

    It syncs, reports progress to the terminal and to its argument, and names the skipped files.
    Then it watches until the block ends. `on_run` gets the outcome of each index run.
    """
    with ExitStack() as stack:

        def prepare(observe: ProgressListener) -> None:
            if updating:
                on_run(_bring_up_to_date(invocation, engine, observe))
            if watching:
                stack.enter_context(watched(engine, on_run))

        yield prepare


def _begin(engine: Engine) -> None:
    """Makes the corpus folder if no folder was named. A named folder must exist already."""
    if not engine.settings.names_corpus:
        engine.make_corpus()


def _bring_up_to_date(invocation: Invocation, engine: Engine, observe: ProgressListener) -> str:
    """Syncs and returns the outcome; serves the existing index if it cannot be written."""
    _begin(engine)
    with invocation.progress() as progress:

        def both(step: SyncProgress) -> None:
            progress(step)
            observe(step)

        try:
            report = engine.sync(may_be_empty=True, progress=both)
        except IndexUnwritable as error:
            if not engine.is_built():
                raise
            _complain(error)
            return "failed"
    for file in report.skipped:
        remark(f"skipped {one_line(file.path)}: {one_line(file.reason)}")
    return "finished"


@contextmanager
def watched(engine: Engine, on_run: Callable[[str], None]) -> Iterator[None]:
    """Watches in a thread while the block runs; `on_run` gets the outcome of each index run."""
    stop = Event()
    thread = Thread(target=_watch, args=(engine, stop, on_run), name="pincite-watch")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _watch(engine: Engine, stop: Event, on_run: Callable[[str], None]) -> None:
    """Watches, and reports if watching fails: the chat continues without it."""

    def answers(report: SyncReport) -> None:
        on_run("finished")
        remark(f"generation {report.generation} answers now")

    def fails(error: Exception) -> None:
        on_run("failed")
        _complain(error)

    try:
        watch(engine, stop, on_report=answers, on_error=fails)
    except Exception as error:
        _complain(error)
        remark(
            with_call_options(
                "watching has ended: changes are taken in by the next start, or by: pincite index"
            )
        )


def _complain(error: Exception) -> None:
    if isinstance(error, PinciteError):
        remark(f"pincite: {with_call_options(one_line(str(error)))}")
    else:
        what = one_line(str(error)) or "no message"
        remark(f"pincite: {what} ({type(error).__name__})")
