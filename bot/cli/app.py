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
from ..errors import PinciteError, UsageError
from ..text.terminal_escaping import one_line
from . import index_commands, question_commands
from .context import Invocation, globals_first, remark, repeat_options, say, with_call_options
from .help import CONTEXT, EXIT_CODES, GroupedCommands
from .options import AsJson
from .users import users_app

app = typer.Typer(
    name="pincite",
    cls=GroupedCommands,
    help="Questions about a folder of documents, answered by the exact passages that say so.",
    epilog=EXIT_CODES,
    context_settings=CONTEXT,
    no_args_is_help=True,
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
        typer.Option(
            help="Folder of the index, or its address in Milvus. [default: index, or beside the "
            "--corpus: papers-index for papers]"
        ),
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
    from ..api.metrics import Metrics
    from ..web import serve
    from .watch_command import preparing

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
    from ..api.mcp_server import serve_pipes

    serve_pipes(context.obj.engine())


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


ASKING, SOURCES, INDEX, EVALUATING, SERVING = "Ask", "Sources", "Index", "Evaluate", "Serve"

# In the order of the help text, each with its heading and an example.
COMMANDS: tuple[tuple[str, str, Callable[..., None], str], ...] = (
    (ASKING, "ask", question_commands.ask, 'pincite ask "When was the dialogue launched?" --k 3'),
    (ASKING, "find", question_commands.find, 'pincite find "dialogue" --sort date'),
    (SOURCES, "add", index_commands.add, "pincite add report.pdf https://example.org/minerals"),
    (SOURCES, "sources", question_commands.sources, "pincite sources --show-skipped"),
    (INDEX, "index", index_commands.index_command, "pincite --corpus papers index"),
    (INDEX, "watch", index_commands.watch, "pincite --corpus papers watch"),
    (INDEX, "status", index_commands.status, "pincite status --json"),
    (INDEX, "verify", index_commands.verify, "pincite verify && echo sound"),
    (INDEX, "rollback", index_commands.rollback, "pincite rollback 3"),
    (INDEX, "export", index_commands.export_command, "pincite export minerals.zip"),
    (INDEX, "import", index_commands.import_command, "pincite --corpus new import minerals.zip"),
    (
        INDEX,
        "migrate",
        index_commands.migrate,
        "pincite migrate index milvus+http://127.0.0.1:19530/minerals",
    ),
    (EVALUATING, "eval", evaluate, "pincite eval questions.jsonl --report evaluation"),
    (SERVING, "chat", chat, "pincite chat --port 8080 --read-only"),
    (SERVING, "mcp", mcp_command, "pincite --corpus papers mcp"),
)
for _heading, _name, _command, _example in COMMANDS:
    app.command(_name, epilog=f"Example: {_example}", rich_help_panel=_heading)(_command)
app.add_typer(users_app, name="user", rich_help_panel=SERVING)


def main() -> None:
    """Runs the program. Every error becomes one line on standard error, except with --verbose."""
    arguments = globals_first(sys.argv[1:])
    repeat_options(arguments)
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
        _drop_output()  # the reader closed the pipe, as `head` does
        sys.exit(1)
    except Exception as error:
        if isinstance(error, OSError):
            _drop_output()
        if verbose:
            raise
        if isinstance(error, PinciteError):
            remark(f"pincite: {with_call_options(one_line(str(error)))}")
            sys.exit(error.exit_code)
        what = one_line(str(error)) or "no message"
        remark(f"pincite: {what} ({type(error).__name__}). For the whole trace add: --verbose")
        sys.exit(1)


def _drop_output() -> None:
    """Discards unwritten output, because Python would report it as an error on exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _credentials(auth: str | None) -> tuple[str, str] | None:
    if auth is None:
        return None
    user, _, password = auth.partition(":")
    if not user or not password:
        raise UsageError("--auth needs USER:PASSWORD, both not empty.")
    return user, password
