"""The commands that ask questions and show the sources."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ..errors import UsageError
from ..text.terminal_escaping import one_line, printable
from .context import Invocation, remark, say, say_json
from .options import (
    AsJson,
    ByPublishers,
    InLanguages,
    InSources,
    OfTypes,
    Since,
    Until,
    source_filter,
)

if TYPE_CHECKING:
    from ..engine import Engine

UNANSWERED = 3
"""The exit code of `ask --fail-unanswered` for an unanswered question."""


def ask(
    context: typer.Context,
    question: Annotated[Optional[str], typer.Argument(help="The question.")] = None,
    history: Annotated[
        Optional[Path], typer.Option(help='Earlier turns: JSON list of {"role", "content"}.')
    ] = None,
    k: Annotated[
        Optional[int], typer.Option("--k", help="Passages to return. [default: those worth it]")
    ] = None,
    batch: Annotated[
        Optional[Path],
        typer.Option(
            help='JSON Lines of {"id", "question", "history", "filter"}, answered as JSON Lines; '
            "'-' is standard input."
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what the rank of each passage rests on.")
    ] = False,
    fail_unanswered: Annotated[
        bool,
        typer.Option(
            "--fail-unanswered", help="Exit with 3 where the sources don't answer a question."
        ),
    ] = False,
    source: InSources = None,
    publisher: ByPublishers = None,
    since: Since = None,
    until: Until = None,
    language: InLanguages = None,
    type_: OfTypes = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, or a batch of them, with passages and citations."""
    from ..export.answer_json import answer_json, turns_from_json
    from .answers import show_answer
    from .batch import answer_batch, read_history

    if (question is None) == (batch is None):
        raise UsageError('give either a question or --batch FILE, as in: pincite ask "Why?"')
    invocation: Invocation = context.obj
    engine = invocation.engine()
    if explain and (as_json or batch is not None):
        raise UsageError("--explain is for reading; JSON always has the evidence. Leave it out.")
    only = source_filter(source, publisher, since, until, language, type_)
    if batch is not None:
        if history is not None:
            raise UsageError("--history goes with one question; batch lines carry their own.")
        outcome = answer_batch(engine, batch, k, only)
        if outcome.failed:
            raise typer.Exit(1)
        if fail_unanswered and outcome.unanswered:
            raise typer.Exit(UNANSWERED)
        return
    turns = turns_from_json(read_history(history))
    answer = engine.ask(question or "", history=turns, k=k, only=only)
    if as_json:
        say_json(answer_json(answer))
    else:
        show_answer(answer, explain=explain)
    if fail_unanswered and not answer.answered:
        raise typer.Exit(UNANSWERED)


def find(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="The question, or words to look for.")],
    sort: Annotated[
        str, typer.Option(metavar="ORDER", help="Sources by relevance, date or title.")
    ] = "relevance",
    source: InSources = None,
    publisher: ByPublishers = None,
    since: Since = None,
    until: Until = None,
    language: InLanguages = None,
    type_: OfTypes = None,
    as_json: AsJson = False,
) -> None:
    """List all passages found for a question, by source."""
    from ..export.answer_json import found_json
    from ..types import Order
    from .answers import show_found

    if sort not in set(Order):
        raise UsageError(
            f"--sort is one of {', '.join(Order)}, as in: pincite find zinc --sort date"
        )
    engine = context.obj.engine()
    only = source_filter(source, publisher, since, until, language, type_)
    found = engine.find(question, only=only, order=Order(sort))
    if as_json:
        say_json(found_json(found))
    else:
        show_found(found)


def sources(
    context: typer.Context,
    text: Annotated[
        Optional[str], typer.Option(metavar="ID", help="Print one source's text as extracted.")
    ] = None,
    explain: Annotated[
        Optional[str],
        typer.Option(metavar="ID", help="Tell what was read of one source, what skipped, and why."),
    ] = None,
    show_skipped: Annotated[
        bool, typer.Option("--show-skipped", help="List what is not answered from, and why.")
    ] = False,
    source: InSources = None,
    publisher: ByPublishers = None,
    since: Since = None,
    until: Until = None,
    language: InLanguages = None,
    type_: OfTypes = None,
    as_json: AsJson = False,
) -> None:
    """List the sources, or print the text that quotes are taken from."""
    from ..export.answer_json import source_json
    from .reports import show_skipped_blocks, show_sources

    engine = context.obj.engine()
    only = source_filter(source, publisher, since, until, language, type_)
    for name, value in (("--text", text), ("--explain", explain)):
        if value is not None and (only or show_skipped or (text and explain)):
            raise UsageError(f"{name} tells of one source, by its id. Leave the other options out.")
    if explain is not None:
        _explain(engine, explain, as_json)
        return
    if text is not None:
        found = engine.source(text)
        if as_json:
            say_json({"source": source_json(found.info), "text": found.text})
        else:
            # A pipe gets exactly the text, so that offsets hold for its reader.
            sys.stdout.write(printable(found.text) if sys.stdout.isatty() else found.text)
        return
    summaries = engine.sources(only)
    undated = engine.applied(only).undated if only else 0
    if undated:
        remark(f"Sources left out because they have no date: {undated:,}")
    if as_json:
        for summary in summaries:
            skipped = [
                {"start": block.start, "end": block.end, "reason": block.skipped}
                for block in (engine.source(summary.info.id).blocks if show_skipped else ())
                if block.skipped is not None
            ]
            say_json(
                {
                    **source_json(summary.info),
                    "passages": summary.passages,
                    "characters": summary.characters,
                    "skipped_blocks": skipped if show_skipped else summary.skipped_blocks,
                }
            )
        # An unreadable file has no publisher, date or language to filter by.
        for file in engine.status().skipped if show_skipped and not only else ():
            say_json({"path": file.path, "skipped": file.reason})
        for path, reason in _left_out(engine).items() if show_skipped and not only else ():
            say_json({"path": path, "left_out": reason})
        return
    if not show_skipped:
        show_sources(summaries)
        return
    for file in () if only else engine.status().skipped:
        say(f"skipped file {one_line(file.path)}: {one_line(file.reason)}")
    for path, reason in () if only else _left_out(engine).items():
        say(f"left out {one_line(path)}: {reason}")
    # Sources with skipped blocks come first.
    for summary in sorted(summaries, key=lambda summary: not summary.skipped_blocks):
        show_sources((summary,))
        show_skipped_blocks(engine.source(summary.info.id))


def _explain(engine: Engine, source_id: str, as_json: bool) -> None:
    """Shows what was read of a source, what was skipped, and the remarks of its reader."""
    from ..export.answer_json import source_json
    from ..types import ocr_of
    from .reports import show_explained

    source = engine.source(source_id)
    # Remarks are not stored in the index, so the file is read again.
    (seen,) = engine.preview(Path(source.info.path).name, engine.original(source_id))
    if not as_json:
        show_explained(source, seen)
        return
    blocks = [
        {"start": one.start, "end": one.end, "kind": one.kind.value, "skipped": one.skipped}
        for one in source.blocks
    ]
    by_ocr = (ocr_of(mark.name) for mark in source.marks)
    ocr = [{"place": place, "sure": sure} for place, sure in by_ocr if sure is not None]
    say_json({"source": source_json(source.info), "date_from": seen.date_from,
              "passages": seen.passages, "blocks": blocks, "ocr": ocr,
              "notes": list(seen.notes)})  # fmt: skip


def _left_out(engine: Engine) -> dict[str, str]:
    return engine.left_out() if engine.settings.corpus.is_dir() else {}
