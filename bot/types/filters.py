"""Restrictions of a question to some sources."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """Admits the sources that match every field given. Within a field, one matching value is
    enough.

    sources       titles, paths or ids; the path of a folder admits everything below it
    publishers    as the sources name them
    since, until  the first and the last day: a year, a month or a day, such as "2024-06"
    languages     ISO 639 codes, such as "en"
    types         file extensions, such as "pdf"

    Case is ignored. A source without a date matches neither `since` nor `until`. A source dated
    only by year or month matches if any day of that period does.
    """

    sources: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    languages: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it restricts anything."""
        return self != SourceFilter()


@dataclass(frozen=True, slots=True)
class AppliedFilter:
    """A filter as applied to one generation.

    `admitted` counts the sources that were searched. `undated` counts the sources left out only
    because they have no date. `named` describes each of `only.sources`, in their order: the title
    of the source, or the value itself if it stands for several sources.
    """

    only: SourceFilter
    admitted: int
    undated: int = 0
    named: tuple[str, ...] = ()
