"""Options shared by several commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..types import SourceFilter

AsJson = Annotated[bool, typer.Option("--json", help="Print data as JSON and nothing else.")]

# Filter options. Typer cannot combine several options into one, so each command lists them.
InSources = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        metavar="NAME",
        help="Only a source, by title, path or id, or those of a folder. May be repeated.",
    ),
]
ByPublishers = Annotated[
    list[str] | None,
    typer.Option(
        "--publisher", metavar="NAME", help="Only sources of a publisher. May be repeated."
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE",
        help="Only sources from a year, month or day on: 2024, 2024-06 or 2024-06-30.",
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until", metavar="DATE", help="Only sources up to the end of a year, month or day."
    ),
]
InLanguages = Annotated[
    list[str] | None,
    typer.Option(
        "--language", metavar="CODE", help="Only sources in a language: en. May be repeated."
    ),
]
OfTypes = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="SUFFIX", help="Only files of a type: pdf. May be repeated."),
]


def source_filter(
    sources: list[str] | None,
    publishers: list[str] | None,
    since: str | None,
    until: str | None,
    languages: list[str] | None,
    types: list[str] | None,
) -> SourceFilter:
    """Returns the filter that the options of a command describe."""
    from ..types import SourceFilter

    return SourceFilter(
        tuple(sources or ()),
        tuple(publishers or ()),
        since,
        until,
        tuple(languages or ()),
        tuple(types or ()),
    )
