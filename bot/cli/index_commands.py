"""The commands that maintain corpus and index: updating, moving and checking them."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Optional

import typer

from ..errors import UsageError
from ..text.terminal_escaping import one_line
from .context import Invocation, say, say_json, with_call_options
from .options import AsJson


def index_command(
    context: typer.Context,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read and embed everything anew.")
    ] = False,
    gate: Annotated[
        Optional[Path],
        typer.Option(
            metavar="FILE",
            help="Keep the index in use unless these questions (see eval) are answered as well.",
        ),
    ] = None,
    tolerance: Annotated[
        Optional[float],
        typer.Option(help="Share of the --gate questions that may get worse. [default: 0.02]"),
    ] = None,
    erase_older: Annotated[
        bool,
        typer.Option(
            "--erase-older", help="Erase the generations kept for rollback, and what they hold."
        ),
    ] = False,
    workers: Annotated[
        Optional[int], typer.Option(help="Processes that embed, for each device. [default: 1]")
    ] = None,
    device: Annotated[
        Optional[str], typer.Option(help="Devices that embed, as in cuda:0,cuda:1. [default: auto]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the index up to date with the corpus."""
    from ..evaluation.gate import TOLERANCE, golden_gate
    from .reports import show_sync

    if tolerance is not None and gate is None:
        raise UsageError("--tolerance goes with --gate FILE.")
    invocation: Invocation = context.obj
    engine = invocation.engine(workers=workers, device=device)
    allowed = TOLERANCE if tolerance is None else tolerance
    judge = golden_gate(engine, gate, allowed) if gate else None
    with invocation.progress() as progress:
        report = engine.sync(rebuild=rebuild, gate=judge, progress=progress)
    erased = engine.erase_older() if erase_older else ()
    if as_json:
        say_json({**asdict(report), "erased": erased})
        return
    show_sync(report, str(engine.settings.corpus))
    for number in erased:
        say(f"erased    generation {number}")


def add(
    context: typer.Context,
    wanted: Annotated[
        list[str], typer.Argument(metavar="FILE|FOLDER|URL...", help="What to copy.")
    ],
    allow_private: Annotated[
        bool,
        typer.Option("--allow-private", help="Fetch from addresses of this network too."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy documents into the corpus; an address is fetched once, now, and never again."""
    from .adding import add_all, show_added, show_what_next

    outcomes = []
    for added in add_all(
        context.obj.engine(begins_corpus=True), wanted, allow_private=allow_private
    ):
        outcomes.append(added)
        if as_json:
            say_json(asdict(added))
        else:
            show_added(added)
    if not as_json:
        show_what_next(outcomes)
    if any(added.outcome == "refused" for added in outcomes):
        raise typer.Exit(1)


def watch(context: typer.Context) -> None:
    """Bring the index up to date, and again whenever a file changes; Ctrl+C ends it."""
    from .watch_command import watch_until_stopped

    watch_until_stopped(context.obj)


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the live generation: age, counts, model, skipped files."""
    from .reports import show_status

    found = context.obj.engine().status()
    show_status(found, as_json)


def rollback(
    context: typer.Context,
    number: Annotated[
        Optional[int], typer.Argument(help="The generation. [default: the one before]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Go back to an earlier generation of the index, until it is brought up to date again."""
    from .reports import show_status

    found = context.obj.engine().rollback(number)
    show_status(found, as_json)
    if not as_json:
        say(
            with_call_options(
                "It serves until the next: pincite index. "
                "To open the chat on it: pincite chat --as-is"
            )
        )


def export_command(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    as_json: AsJson = False,
) -> None:
    """Write the corpus and its index into one file."""
    size = context.obj.engine().export(target)
    if as_json:
        say_json({"file": str(target), "bytes": size})
    else:
        say(f"exported  {one_line(str(target))}, {size / 1e6:,.1f} MB")


def import_command(
    context: typer.Context,
    package: Annotated[Path, typer.Argument(metavar="FILE", help="What export has written.")],
    as_json: AsJson = False,
) -> None:
    """Unpack what export has written, into empty folders, and check every file of it."""
    from .reports import show_status

    found = context.obj.engine(begins_corpus=True).import_from(package)
    show_status(found, as_json)


def migrate(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FROM", help="The index to copy.")],
    target: Annotated[
        str,
        typer.Argument(metavar="TO", help="A folder, milvus+http://HOST:19530/NAME, or a file."),
    ],
    as_json: AsJson = False,
) -> None:
    """Copy the live generation of an index into another store, embedding nothing."""
    from .reports import show_status

    engine = replace(context.obj, index=Path(source)).engine()
    show_status(engine.migrate_to(target), as_json)


def verify(
    context: typer.Context,
    deleted: Annotated[
        Optional[str],
        typer.Option(metavar="ID", help="Prove that a removed source is gone from the index."),
    ] = None,
    answer: Annotated[
        Optional[Path],
        typer.Option(
            metavar="FILE",
            help="Check the quotes of a saved answer, as `ask --json` or the chat writes it; "
            "'-' is standard input.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Re-hash every file of the index and re-slice every passage."""
    from .reports import show_deletion, show_verification

    if answer is not None and deleted is not None:
        raise UsageError("--answer and --deleted check different things: give one.")
    if answer is not None:
        from .checks import check_json, saved_passages, show_check

        check = context.obj.engine().check(saved_passages(answer))
        if as_json:
            say_json(check_json(check))
        else:
            show_check(check)
        if not check.holds:
            raise typer.Exit(1)
        return
    if deleted is not None:
        deletion = context.obj.engine().verify_deleted(deleted)
        if as_json:
            say_json(asdict(deletion))
        else:
            show_deletion(deletion)
        if deletion.remains:
            raise typer.Exit(1)
        return
    result = context.obj.engine().verify()
    if as_json:
        say_json(asdict(result))
    else:
        show_verification(result)
    if result.faults:
        raise typer.Exit(1)
