"""The list of settings in bot/SETTINGS.md, made from `bot.settings` and the command line's options.

    PYTHONPATH=. python tests/support/settings_page.py

writes it again. tests/system/test_documentation.py fails while page and code differ.
"""

from __future__ import annotations

import re
import types
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from places import ROOT
from pydantic.fields import FieldInfo
from typer.main import get_command

from bot.cli.app import app
from bot.settings import ENVIRONMENT_PREFIX, Settings

PAGE = ROOT / "bot" / "SETTINGS.md"
RENEW = "PYTHONPATH=. python tests/support/settings_page.py"

_HEAD = "| setting, variable | default | what it may be | option | meaning |"
_TABLE = re.compile(rf"^{re.escape(_HEAD)}\n(?:\|.*\n)+", re.MULTILINE)
_KINDS: dict[Any, str] = {str: "text", Path: "a path", int: "a whole number", float: "a number"}


def main() -> None:
    """Puts the list into the page, in the place of the one that is there."""
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")


def renewed(page: str) -> str:
    """A page with its list of settings as the code has them."""
    found = _TABLE.findall(page)
    assert len(found) == 1, "bot/SETTINGS.md needs one table of settings, with its head"
    return page.replace(found[0], table())


def table() -> str:
    """A row for every setting, in the order of the code."""
    # Nothing of the environment, nor of a pincite.toml, is read into them.
    options, defaults = _options(), Settings.model_construct()
    rows = [_HEAD, "|---" * _HEAD.count(" | ") + "|---|"]
    for name, field in Settings.model_fields.items():
        cells = (
            f"`{name}`<br>`{ENVIRONMENT_PREFIX}{name.upper()}`",
            _shown(getattr(defaults, name)),
            _allowed(field),
            "<br>".join(options[name]),
            field.description or "",
        )
        rows.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def _options() -> dict[str, list[str]]:
    """The options of the command line that set something, by the name of the setting."""
    found: dict[str, list[str]] = defaultdict(list)
    for command, parameters in _commands(get_command(app), ""):
        for parameter in parameters:
            long = next((option for option in parameter.opts if option.startswith("--")), None)
            if long is not None:
                found[parameter.name].append(f"`{long}`" + (f" of `{command}`" if command else ""))
    return found


def _commands(command: Any, name: str) -> Iterator[tuple[str, list[Any]]]:
    """A command with its parameters, and those below it by what is typed to reach them."""
    yield name, command.params
    for below, each in getattr(command, "commands", {}).items():
        yield from _commands(each, f"{name} {below}".strip())


def _shown(default: Any) -> str:
    """A default as pincite.toml would have it."""
    if default is None:
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, (str, Path)):
        return f'`"{default}"`'
    if isinstance(default, (list, tuple, set, frozenset)):
        return f"`[{', '.join(_shown(each).strip('`') for each in default)}]`"
    return f"`{default}`"


def _allowed(field: FieldInfo) -> str:
    """Which values a setting takes: the choices, or the kind with its bounds."""
    kinds = _kinds(field.annotation)
    least = next((bound.ge for bound in field.metadata if hasattr(bound, "ge")), None)
    most = next((bound.le for bound in field.metadata if hasattr(bound, "le")), None)
    if least is not None and most is not None:
        return f"{kinds}, {least} to {most}"
    return kinds if least is None else f"{kinds}, {least} or more"


def _kinds(annotation: Any) -> str:
    """A type in words; raises KeyError for one that has none here."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation is bool:
        return "`true`, `false`"
    if origin is Literal:
        return ", ".join(f'`"{choice}"`' for choice in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(_kinds(each) for each in inner if each is not type(None))
    if origin in (list, tuple, set, frozenset):
        return f"a list, each {_kinds(inner[0])}"
    return _KINDS[annotation]


if __name__ == "__main__":
    main()
