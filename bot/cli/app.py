"""The commands of `pincite`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Optional

import typer

from .. import __version__
from ..display import one_line, printable
from ..errors import PinciteError, UsageError
from . import upkeep
from .context import Invocation, hoisted, remark, say, say_json
from .options import AsJson
from .users import users_app

app = typer.Typer(
    name="pincite",
    help="Questions about a folder of documents, answered by the exact passages that say so.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

DRAFTED = 20


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"pincite {__version__}")
        raise typer.Exit


@app.callback()
def _globals(
    context: typer.Context,
    corpus: Annotated[
        Optional[Path], typer.Option(help="Folder of the documents. [default: corpus]")
    ] = None,
    index: Annotated[
        Optional[Path],
        typer.Option(help="Folder of the index, or its address in Milvus. [default: index]"),
    ] = None,
    config: Annotated[
        Optional[Path], typer.Option(help="Settings file. [default: pincite.toml if present]")
    ] = None,
    model: Annotated[
        Optional[str], typer.Option(help="Model folder or hub name. [default: the packaged one]")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show the whole trace of an error.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    context.obj = Invocation(corpus, index, config, model, verbose, quiet)


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
            help='JSON Lines of {"id", "question", "history"}, answered as JSON Lines; '
            "'-' is standard input."
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what the rank of each passage rests on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Answer a question, or a batch of them, with passages and citations."""
    from ..contract import answer_json, turns_from_json
    from .batch import answer_batch, read_history
    from .reports import show_answer

    if (question is None) == (batch is None):
        raise UsageError('give either a question or --batch FILE, as in: pincite ask "Why?"')
    invocation: Invocation = context.obj
    engine = invocation.engine()
    if explain and (as_json or batch is not None):
        raise UsageError("--explain is for reading; JSON always has the evidence. Leave it out.")
    if batch is not None:
        if history is not None:
            raise UsageError("--history goes with one question; batch lines carry their own.")
        if answer_batch(engine, batch, k):
            raise typer.Exit(1)
        return
    answer = engine.ask(question or "", history=turns_from_json(read_history(history)), k=k)
    if as_json:
        say_json(answer_json(answer))
    else:
        show_answer(answer, explain=explain)


def chat(
    context: typer.Context,
    host: Annotated[Optional[str], typer.Option(help="Address to listen on.")] = None,
    port: Annotated[Optional[int], typer.Option(help="Port; 0 takes a free one.")] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="No adding, removing or rebuilding.")
    ] = False,
    watching: Annotated[
        bool, typer.Option("--watch", help="Bring the index up to date whenever a file changes.")
    ] = False,
    as_is: Annotated[
        bool, typer.Option("--as-is", help="Open the index as it is, after a rollback for one.")
    ] = False,
    auth: Annotated[
        Optional[str],
        typer.Option(
            envvar="PINCITE_AUTH",
            help="USER:PASSWORD that visitors must give; see also: pincite user.",
        ),
    ] = None,
    tls_cert: Annotated[
        Optional[Path], typer.Option(help="Certificate (PEM), to serve by TLS without a proxy.")
    ] = None,
    tls_key: Annotated[Optional[Path], typer.Option(help="Its private key (PEM).")] = None,
) -> None:
    """Open the web chat, bringing the index up to date first."""
    invocation: Invocation = context.obj
    engine = invocation.engine(host=host, port=port, tls_cert=tls_cert, tls_key=tls_key)
    credentials = _credentials(auth)
    if as_is and watching:
        raise UsageError("--as-is keeps the index as it is, and --watch does not: give one.")
    from ..programs.metrics import Metrics
    from ..web import serve
    from .live import preparing

    metrics = Metrics(engine.status)
    is_kept = as_is or (read_only and engine.is_current())
    with preparing(
        invocation, engine, metrics.count_run, updating=not is_kept, watching=watching
    ) as prepare:
        serve(
            engine,
            host=engine.settings.host,
            port=engine.settings.port,
            read_only=read_only,
            auth=credentials,
            prepare=prepare,
            on_listening=lambda url: remark(f"pincite is at {url} (Ctrl+C ends it)"),
            metrics=metrics,
        )


def mcp_command(context: typer.Context) -> None:
    """Answer a program over standard input and output, as an MCP server does."""
    from ..programs.mcp_serving import serve_pipes

    serve_pipes(context.obj.engine())


def sources(
    context: typer.Context,
    text: Annotated[
        Optional[str], typer.Option(metavar="ID", help="Print one source's text as extracted.")
    ] = None,
    show_skipped: Annotated[
        bool, typer.Option("--show-skipped", help="List what is not answered from, and why.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the sources, or print the text that quotes are taken from."""
    from ..contract import source_json
    from .reports import show_skipped_blocks, show_sources

    engine = context.obj.engine()
    if text is not None:
        source = engine.source(text)
        if as_json:
            say_json({"source": source_json(source.info), "text": source.text})
        else:
            # Exactly the text, so that offsets hold for whoever reads it from a pipe.
            sys.stdout.write(printable(source.text) if sys.stdout.isatty() else source.text)
        return
    summaries = engine.sources()
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
        return
    if not show_skipped:
        show_sources(summaries)
        return
    for summary in summaries:
        show_sources((summary,))
        show_skipped_blocks(engine.source(summary.info.id))
    for file in engine.status().skipped:
        say(f"skipped file {one_line(file.path)}: {one_line(file.reason)}")


def evaluate(
    context: typer.Context,
    file: Annotated[
        Optional[Path],
        typer.Argument(help='JSON Lines: "question" and "expect", "source" or "unanswerable".'),
    ] = None,
    k: Annotated[int, typer.Option("--k", help="Passages looked at per question.")] = 10,
    report: Annotated[
        Optional[Path],
        typer.Option(metavar="DIR", help="Write report.html and report.json into this folder."),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Print questions from the corpus to start a FILE with.")
    ] = False,
    count: Annotated[
        Optional[int], typer.Option(help="Questions to draft at most. [default: 20]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure answers against expected texts or sources, and against the last run."""
    from .evaluations import measure, print_draft

    if (file is None) != draft or (draft and report is not None):
        raise UsageError("give a FILE of questions, or --draft alone to have some proposed.")
    if count is not None and not draft:
        raise UsageError("--count goes with --draft.")
    engine = context.obj.engine()
    if file is not None:
        measure(engine, file, k, report, as_json=as_json)
    elif not print_draft(engine, DRAFTED if count is None else count):
        raise typer.Exit(1)


# In the order in which help lists them, each with an example.
COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("index", upkeep.index_command, "pincite --corpus papers index"),
    ("add", upkeep.add, "pincite add report.pdf https://example.org/minerals"),
    ("watch", upkeep.watch, "pincite --corpus papers watch"),
    ("ask", ask, 'pincite ask "When was the dialogue launched?" --k 3'),
    ("chat", chat, "pincite chat --port 8080 --read-only"),
    ("mcp", mcp_command, "pincite --corpus papers --index papers-index mcp"),
    ("sources", sources, "pincite sources --show-skipped"),
    ("status", upkeep.status, "pincite status --json"),
    ("rollback", upkeep.rollback, "pincite rollback 3"),
    ("export", upkeep.export_command, "pincite export minerals.zip"),
    ("import", upkeep.import_command, "pincite --corpus new --index new-index import minerals.zip"),
    ("migrate", upkeep.migrate, "pincite migrate index milvus+http://127.0.0.1:19530/minerals"),
    ("verify", upkeep.verify, "pincite verify && echo sound"),
    ("eval", evaluate, "pincite eval questions.jsonl --report evaluation"),
)
for _name, _command, _example in COMMANDS:
    app.command(_name, epilog=f"Example: {_example}")(_command)
app.add_typer(users_app, name="user")


def main() -> None:
    """Runs the program; every error ends as one line on standard error, unless --verbose."""
    arguments = hoisted(sys.argv[1:])
    verbose = "--verbose" in takewhile(lambda argument: argument != "--", arguments)
    for stream, errors in (
        (sys.stdin, "replace"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)
    try:
        try:
            app(args=arguments, prog_name="pincite")
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()  # the reader went away, as `head` does
        sys.exit(1)
    except Exception as error:
        if isinstance(error, OSError):
            _drop_output()
        if verbose:
            raise
        if isinstance(error, PinciteError):
            remark(f"pincite: {one_line(str(error))}")
            sys.exit(error.exit_code)
        what = one_line(str(error)) or "no message"
        remark(f"pincite: {what} ({type(error).__name__}). For the whole trace add: --verbose")
        sys.exit(1)


def _drop_output() -> None:
    """Forgets what could not be written, or Python would complain of it when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _credentials(auth: str | None) -> tuple[str, str] | None:
    if auth is None:
        return None
    user, _, password = auth.partition(":")
    if not user or not password:
        raise UsageError("--auth needs USER:PASSWORD, both not empty.")
    return user, password
