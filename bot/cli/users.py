"""The commands that manage the users of the chat."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from ..errors import UsageError
from .context import Invocation, say
from .help import CONTEXT

_Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]

users_app = typer.Typer(
    help="Add, remove and list those who may log in.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings=CONTEXT,
)


@users_app.command("add", epilog="Example: pincite user add ada")
def add(context: typer.Context, name: _Name) -> None:
    """Let somebody log in, or change the password; it is asked for, or read from a pipe."""
    from ..web.serving.users import add_user, check_name

    check_name(name)
    file = _file(context)
    is_new = add_user(file, name, _password())
    say(f"{name} {'may log in' if is_new else 'has a new password'} ({file}).")


@users_app.command("remove", epilog="Example: pincite user remove ada")
def remove(context: typer.Context, name: _Name) -> None:
    """Let somebody log in no longer, from this moment on."""
    from ..web.serving.users import remove_user

    file = _file(context)
    remove_user(file, name)
    say(f"{name} may not log in any more ({file}).")


@users_app.command("list", epilog="Example: pincite user list")
def list_users(context: typer.Context) -> None:
    """List the names of those who may log in, one a line."""
    from ..web.serving.users import known_users

    for name in sorted(known_users(_file(context))):
        say(name)


def _file(context: typer.Context) -> Path:
    from ..web.serving.users import DEFAULT_FILE

    invocation: Invocation = context.obj
    return invocation.settings().users or DEFAULT_FILE


def _password() -> str:
    """Returns a password typed twice without echo, or the first line if the input is not a
    terminal.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise UsageError("the two passwords differ. Nothing was changed; try again.")
    return password
