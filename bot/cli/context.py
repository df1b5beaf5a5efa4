"""Shared by all commands: settings, the engine, progress on standard error, errors as lines."""

from __future__ import annotations

import math
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..text.terminal_escaping import json_line, one_line, printable

if TYPE_CHECKING:
    from ..engine import Engine
    from ..settings import Settings
    from ..types import ProgressListener, SyncProgress

# Options of the whole program, also allowed after the command; True if the option takes a value.
GLOBAL_OPTIONS = {
    "--corpus": True,
    "--index": True,
    "--config": True,
    "--model": True,
    "--verbose": False,
    "--quiet": False,
    "--version": False,
}

# The options of this call, which hints repeat.
_HINTS: ContextVar[str] = ContextVar("hints", default="")

# A command named in a message, without options so far.
_COMMAND = re.compile(
    r"\bpincite (?=(?:add|ask|chat|eval|export|find|import|index|mcp|migrate|rollback|sources"
    r"|status|user|verify|watch)\b)"
)


def globals_first(arguments: Sequence[str]) -> list[str]:
    """Moves global options to the front of the arguments, where the parser expects them."""
    front: list[str] = []
    rest: list[str] = []
    pending = iter(arguments)
    for argument in pending:
        if argument == "--":
            rest += [argument, *pending]
            break
        name, has_value, _ = argument.partition("=")
        if name not in GLOBAL_OPTIONS:
            rest.append(argument)
            continue
        front.append(argument)
        if GLOBAL_OPTIONS[name] and not has_value:
            value = next(pending, None)
            if value is None:
                return front  # so that the parser reports the missing value
            front.append(value)
    return front + rest


@dataclass(frozen=True, slots=True)
class Invocation:
    """The global options of one call."""

    corpus: Path | None
    index: Path | None
    config: Path | None
    model: str | None
    verbose: bool
    quiet: bool

    def settings(self, **flags: Any) -> Settings:
        """Returns the settings with this call's options applied."""
        from ..settings import load_settings

        return load_settings(
            self.config, corpus=self.corpus, index=self.index, model=self.model, **flags
        )

    def engine(self, *, begins_corpus: bool = False, **flags: Any) -> Engine:
        """Returns an engine with this call's options applied.

        A named corpus must exist, unless the command `begins_corpus`; raises CorpusMissing.
        """
        from ..engine import Engine

        engine = Engine(self.settings(**flags))
        if engine.settings.names_corpus and not begins_corpus:
            engine.require_corpus()
        return engine

    @contextmanager
    def progress(self) -> Iterator[ProgressListener]:
        """Shows an index run: a bar on a terminal, a line per file elsewhere, nothing if quiet."""
        if self.quiet:
            yield lambda _: None
        elif sys.stderr.isatty():
            with _bar() as listener:
                yield listener
        else:
            yield _progress_line


def repeat_options(arguments: Sequence[str]) -> None:
    """Makes hints repeat the corpus, index, settings and model options of this call.

    `arguments` are those of the program, global options first.
    """
    options: list[str] = []
    pending = iter(arguments)
    for argument in pending:
        name, has_value, _ = argument.partition("=")
        if name not in GLOBAL_OPTIONS:
            break
        if not GLOBAL_OPTIONS[name]:
            continue
        options += [argument] if has_value else [argument, next(pending, "")]
    _HINTS.set(one_line(shlex.join(options)))


def with_call_options(text: str) -> str:
    """Adds the options of this call to the commands in a message ("run: pincite index")."""
    options = _HINTS.get()
    return _COMMAND.sub(lambda found: f"pincite {options} ", text) if options else text


def say(text: str = "") -> None:
    """Writes a line of data or report to standard output."""
    sys.stdout.write(printable(text) + "\n")


def say_json(value: Any) -> None:
    """Writes one JSON value on one line of standard output, and flushes it for the reader of a
    pipe.
    """
    sys.stdout.write(json_line(value) + "\n")
    sys.stdout.flush()


def remark(text: str) -> None:
    """Writes a line for the person at the terminal to standard error."""
    sys.stderr.write(printable(text) + "\n")
    sys.stderr.flush()


@contextmanager
def _bar() -> Iterator[ProgressListener]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}"),
        TextColumn("{task.fields[item]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(step: SyncProgress) -> None:
            if step.stage not in tasks:
                tasks[step.stage] = bar.add_task(step.stage, total=step.total, item="", pace="")
            item, task = escape(one_line(step.item)), tasks[step.stage]
            bar.update(task, completed=step.done, total=step.total, item=item, pace=pace(step))

        yield show


def _progress_line(step: SyncProgress) -> None:
    if step.item:
        remark(f"{step.stage} {step.done + 1}/{step.total} {one_line(step.item)}")
    elif step.stage == "embedding" and step.total:
        known = pace(step)
        remark(f"embedding {step.done}/{step.total} passages{known and ', '}{known}")


def pace(step: SyncProgress) -> str:
    """Returns the speed of a stage and its remaining time, or "" if these are unknown."""
    if step.rate is None or step.seconds_left is None or step.done == step.total:
        return ""
    seconds = math.ceil(step.seconds_left)
    left = f"{seconds} s" if seconds < 60 else f"{math.ceil(seconds / 60)} min"
    return f"{step.rate:.1f} a second, about {left} left"
