"""Groups the commands under headings in `pincite --help`."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

# Adds the short name, for the program and for every command.
CONTEXT = {"help_option_names": ["-h", "--help"]}

EXIT_CODES = (
    "Exit codes: 0 done; 1 failed; 2 wrong usage; 3 a question was not answered (only with: "
    "ask --fail-unanswered)."
)


class GroupedCommands(TyperGroup):
    """Lists each command under the heading that it was registered with.

    typer supports headings only in its coloured help, which loads rich and draws boxes into pipes.
    """

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes one section per heading, in the order of each heading's first command."""
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
                            # The whole text: it is wrapped, not cut.
                            self.commands[name].get_short_help_str(limit=1000),
                        )
                        for name in names
                    ]
                )
