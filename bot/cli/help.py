"""How `pincite --help` lists the commands: under headings, by what they are for."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

# The short name too, for the program and for every command.
CONTEXT = {"help_option_names": ["-h", "--help"]}

EXIT_CODES = (
    "Exit codes: 0 done; 1 failed; 2 wrong usage; 3 a question was not answered (only with: "
    "ask --fail-unanswered)."
)


class GroupedCommands(TyperGroup):
    """Lists each command under the heading that it was registered with.

    typer has headings in its coloured help alone, which loads rich and draws boxes into pipes.
    """

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """One section for each heading, in the order in which their first commands come."""
        headings: dict[str, list[str]] = {}
        for name in self.list_commands(ctx):
            command = self.commands[name]
            if not command.hidden:
                heading = getattr(command, "rich_help_panel", None) or "Commands"
                headings.setdefault(heading, []).append(name)
        longest = max(len(name) for names in headings.values() for name in names)
        for heading, names in headings.items():
            with formatter.section(heading):
                formatter.write_dl(
                    [
                        (
                            name.ljust(longest),
                            # Whole: it is wrapped, not cut.
                            self.commands[name].get_short_help_str(limit=1000),
                        )
                        for name in names
                    ]
                )
